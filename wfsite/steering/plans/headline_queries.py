"""A plan in a few numbers, for home, the group's front door and the counts above the plan's rows.

The database counts the actions that stand alike, so that a plan of thousands is told from a few dozen rows.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, bindparam, func, select

from wfsite.core.periods import Timescale, TimescaleKind
from wfsite.core.rag import Rag
from wfsite.db.base import table_of
from wfsite.db.reading import Read
from wfsite.groups.queries import met_before
from wfsite.steering.plans.date_rules import DateStep, waits
from wfsite.steering.plans.models import Action, Plan, RagUpdate, Theme
from wfsite.steering.plans.queries import PRESENT_GROUP, PRESENT_PLAN
from wfsite.steering.plans.row_queries import DUE_IN_FORCE, KIND_IN_FORCE, RAG, STEP, joined_today, was_silent
from wfsite.steering.plans.rules import Attention, plan_year_of, worst_first

_action, _plan, _theme = table_of(Action), table_of(Plan), table_of(Theme)
_update = table_of(RagUpdate)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many actions of a theme stand alike on a day: in status, date in force, silence and newest step."""

    year: int
    theme_id: int
    rag: Rag
    kind: TimescaleKind
    due_on: date | None
    was_silent: bool
    date_step: DateStep | None
    met_before_on: date | None
    actions: int
    on: date

    @property
    def is_overdue(self) -> bool:
        """Whether the last day of the date in force has passed with work still to do."""
        return Timescale(self.kind, None, self.due_on).is_overdue(on=self.on) and not self.rag.is_finished

    @property
    def is_stale(self) -> bool:
        """Whether nobody has said how unfinished work goes since the last meeting."""
        return self.was_silent and not self.rag.is_finished

    @property
    def waits_for_decision(self) -> bool:
        """Whether a revised date is proposed and not yet decided."""
        return waits(self.date_step, self.rag)


@dataclass(frozen=True, slots=True)
class PlanHeadlines:
    """A plan in a few numbers; there is at least one standing."""

    standings: tuple[Standing, ...]

    @property
    def year(self) -> int:
        """The plan's year."""
        return self.standings[0].year

    @property
    def met_before_on(self) -> date | None:
        """The day that "not updated since" counts from."""
        return self.standings[0].met_before_on

    @property
    def total(self) -> int:
        """How many actions and sub-actions it has."""
        return sum(one.actions for one in self.standings)

    @property
    def counts(self) -> tuple[tuple[Rag, int], ...]:
        """The statuses of the whole plan."""
        return _counts(self.standings)

    @property
    def attention(self) -> Attention:
        """What the group watches in it."""
        return Attention(
            sum(one.actions for one in self.standings if one.is_overdue),
            sum(one.actions for one in self.standings if one.is_stale),
            sum(one.actions for one in self.standings if one.waits_for_decision),
        )

    def theme_counts(self, theme_id: int) -> tuple[tuple[Rag, int], ...]:
        """The statuses of one theme."""
        return _counts(tuple(one for one in self.standings if one.theme_id == theme_id))


def _counts(standings: tuple[Standing, ...]) -> tuple[tuple[Rag, int], ...]:
    found: Counter[Rag] = Counter()
    for one in standings:
        found[one.rag] += one.actions
    return worst_first(found)


_THAT_YEAR = _plan.alias()
_GROUP_OF_YEAR = select(_THAT_YEAR.c.group_id).where(_THAT_YEAR.c.year == bindparam("year")).scalar_subquery()


def _standings(which: ColumnElement[bool], group_id: ColumnElement[int]) -> Read[Standing]:
    """The actions of a plan, which is that group's; those that stand alike counted."""
    found = joined_today(
        select(
            _plan.c.year,
            _theme.c.id.label("theme_id"),
            RAG,
            KIND_IN_FORCE.label("kind"),
            DUE_IN_FORCE.label("due_on"),
            was_silent(group_id).label("was_silent"),
            STEP.c.step.label("date_step"),
        )
        .select_from(_action)
        .join(_theme, _theme.c.id == _action.c.theme_id)
        .join(_plan, _plan.c.id == _theme.c.plan_id)
    )
    actions = found.where(which).subquery()
    met_before_on = met_before(group_id).label("met_before_on")
    statement = select(*actions.c, met_before_on, func.count().label("actions")).group_by(*actions.c)
    return Read(Standing, statement, given=("on",))


_READ_PRESENT = _standings(_plan.c.id == PRESENT_PLAN, PRESENT_GROUP)
_READ_OF_YEAR = _standings(_plan.c.year == bindparam("year"), _GROUP_OF_YEAR)


def plan_headlines(*, on: date, year: int | None = None) -> PlanHeadlines | None:
    """How a plan stands on a day: that of `year`, else the one that is shown first. None when there is none."""
    values = {"before": on, "year": plan_year_of(on) if year is None else year}
    standings = (_READ_PRESENT if year is None else _READ_OF_YEAR).all(values, on=on)
    return PlanHeadlines(standings) if standings else None


@dataclass(frozen=True, slots=True)
class NewestPlan:
    """The latest year that has a plan, and when an action of any plan was updated last."""

    year: int
    updated_at: datetime | None


_LAST_UPDATE = select(_update.c.recorded_at).order_by(_update.c.id.desc()).limit(1).scalar_subquery()
_READ_NEWEST = Read(
    NewestPlan, select(_plan.c.year, _LAST_UPDATE.label("updated_at")).order_by(_plan.c.year.desc()).limit(1)
)


def newest_plan() -> NewestPlan | None:
    """The latest plan, or None while there is none."""
    return _READ_NEWEST.one_or_none()

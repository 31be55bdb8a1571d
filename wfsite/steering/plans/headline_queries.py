"""A plan in a few numbers, for home, the group's front door and the counts above the plan's rows."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

from wfsite.core.rag import Rag
from wfsite.db.base import table_of
from wfsite.extensions import db
from wfsite.groups.models import GroupKind
from wfsite.groups.queries import LAST_MEETING
from wfsite.steering.plans.date_rules import waits
from wfsite.steering.plans.models import Action, ActionWording, Plan, RagUpdate, Theme
from wfsite.steering.plans.queries import AGREED, PRESENT_PLAN, STEP, agreed_of, baseline_of, joined_today
from wfsite.steering.plans.rules import Attention, is_stale, plan_year_of, start_of, status_counts

_action, _plan, _theme = table_of(Action), table_of(Plan), table_of(Theme)
_wording, _update = table_of(ActionWording), table_of(RagUpdate)


@dataclass(frozen=True, slots=True)
class Standing:
    """An action, as far as the counts go."""

    theme_id: int
    rag: Rag
    is_overdue: bool
    is_stale: bool
    waits_for_decision: bool


@dataclass(frozen=True, slots=True)
class PlanHeadlines:
    """A plan in a few numbers; `last_met_on` is the day that "not updated since" counts from."""

    year: int
    last_met_on: date | None
    actions: tuple[Standing, ...]

    @property
    def total(self) -> int:
        """How many actions and sub-actions it has."""
        return len(self.actions)

    @property
    def counts(self) -> tuple[tuple[Rag, int], ...]:
        """The statuses of the whole plan."""
        return status_counts(one.rag for one in self.actions)

    @property
    def attention(self) -> Attention:
        """What the group watches in it."""
        return Attention.of(self.actions)

    def theme_counts(self, theme_id: int) -> tuple[tuple[Rag, int], ...]:
        """The statuses of one theme."""
        return status_counts(one.rag for one in self.actions if one.theme_id == theme_id)


_STANDINGS = joined_today(
    select(
        _plan.c.year,
        _theme.c.id.label("theme_id"),
        _update.c.rag,
        _update.c.recorded_at,
        _wording.c.timescale_kind,
        _wording.c.starts_on,
        _wording.c.due_on,
        AGREED.c.timescale_kind.label("agreed_kind"),
        AGREED.c.starts_on.label("agreed_starts_on"),
        AGREED.c.due_on.label("agreed_due_on"),
        STEP.c.step,
        LAST_MEETING.scalar_subquery().label("last_met_on"),
    )
    .select_from(_action)
    .join(_theme, _theme.c.id == _action.c.theme_id)
    .join(_plan, _plan.c.id == _theme.c.plan_id)
)
_PRESENT = _STANDINGS.where(_plan.c.id == PRESENT_PLAN)
_OF_YEAR = _STANDINGS.where(_plan.c.year == bindparam("year"))


def plan_headlines(*, on: date, year: int | None = None) -> PlanHeadlines | None:
    """How a plan stands on a day: that of `year`, else the one that is shown first. None when there is none."""
    values = {"kind": GroupKind.STEERING, "before": on, "year": plan_year_of(on) if year is None else year}
    records = db.session.execute(_PRESENT if year is None else _OF_YEAR, values).all()
    if not records:
        return None
    met_on = records[0].last_met_on
    since = start_of(met_on) if met_on else None
    return PlanHeadlines(records[0].year, met_on, tuple(_standing(r, on=on, since=since) for r in records))


def _standing(record: Any, *, on: date, since: Any) -> Standing:
    rag = record.rag or Rag.NOT_STARTED
    in_force = agreed_of(record) or baseline_of(record)
    return Standing(
        record.theme_id,
        rag,
        in_force.is_overdue(on=on) and not rag.is_finished,
        is_stale(rag, record.recorded_at, since=since),
        waits(record.step, rag),
    )

"""Reads of one action: as its row stands among the others, its dates, and its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select

from wfsite.core.actor import Actor
from wfsite.core.errors import Missing
from wfsite.core.periods import Timescale, TimescaleKind
from wfsite.core.rag import Rag
from wfsite.db.base import table_of
from wfsite.db.dated import in_order
from wfsite.db.reading import Read, ReadPair
from wfsite.people.models import Person
from wfsite.steering.plans.date_rules import DateStep, Step
from wfsite.steering.plans.models import (
    PLACINGS,
    THEME_WORDINGS,
    Action,
    ActionPlacing,
    ActionWording,
    Plan,
    RagUpdate,
    RevisedDate,
    Theme,
    ThemeWording,
)
from wfsite.steering.plans.row_queries import STEP, joined_as_at, joined_today, row_columns, who
from wfsite.steering.plans.row_rules import ActionRow, rights_of

NOBODY = "Entered when the site was set up"

_action = table_of(Action)
_wording = table_of(ActionWording)
_person = table_of(Person)
_plan = table_of(Plan)
_update = table_of(RagUpdate)
_date = table_of(RevisedDate)
_theme = table_of(Theme)
_placing, _theme_wording = table_of(ActionPlacing), table_of(ThemeWording)
_STEP_BY = _person.alias()


@dataclass(frozen=True, slots=True)
class Beside:
    """What the pages of one action say besides its row: its plan's year, and who did the newest step of its dates."""

    year: int
    step_at: datetime | None
    step_by_id: int | None
    step_by: str
    step_reason: str
    proposal_id: int | None


@dataclass(frozen=True, slots=True)
class ActionPage:
    """An action with where it stands, when the plan says it is due, what counts instead, and its newest step."""

    row: ActionRow
    beside: Beside

    @property
    def recorded_by(self) -> int | None:
        """Who recorded its status."""
        return self.row.updated_by_id

    @property
    def year(self) -> int:
        """The year of its plan."""
        return self.beside.year

    @property
    def theme(self) -> str:
        """The theme that it stands under, with its number."""
        return self.row.theme

    @property
    def baseline(self) -> Timescale:
        """When the plan itself says that it is to be done."""
        return self.row.baseline

    @property
    def in_force(self) -> Timescale:
        """The date that counts."""
        return self.row.timescale_in_force

    @property
    def newest(self) -> Step | None:
        """The newest step of its dates, or None."""
        row, beside = self.row, self.beside
        if row.date_step is None or row.step_timescale is None or beside.step_at is None:
            return None
        return Step(
            id=row.date_step_id,
            step=row.date_step,
            timescale=row.step_timescale,
            at=beside.step_at,
            by_id=beside.step_by_id,
            by=beside.step_by,
            reason=beside.step_reason,
            proposal_id=beside.proposal_id,
        )


# A row, then what stands beside it.
_BESIDE: tuple[ColumnElement[Any], ...] = (
    _plan.c.year,
    STEP.c.recorded_at.label("step_at"),
    STEP.c.recorded_by.label("step_by_id"),
    func.coalesce(_STEP_BY.c.name, NOBODY).label("step_by"),
    func.coalesce(STEP.c.reason, "").label("step_reason"),
    STEP.c.proposal_id,
)
PAGE_COLUMNS = (*row_columns(_plan.c.group_id), *_BESIDE)
_PAGE_COLUMNS_AS_AT = (*row_columns(_plan.c.group_id, as_at=True), *_BESIDE)


def joined_who(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """`statement`, which is joined to the newest step, with whoever did it."""
    return statement.outerjoin(_STEP_BY, _STEP_BY.c.id == STEP.c.recorded_by)


def read_pages(statement: Select[*tuple[Any, ...]]) -> ReadPair[ActionRow, Beside]:
    """A statement of `PAGE_COLUMNS`, to be read for somebody on a day."""
    return ReadPair(ActionRow, Beside, statement, given=("on", "rights"))


def _action_of(columns: Sequence[ColumnElement[Any]]) -> Select[*tuple[Any, ...]]:
    """One action in its plan."""
    return (
        select(*columns)
        .select_from(_action)
        .join(_theme, _theme.c.id == _action.c.theme_id)
        .join(_plan, _plan.c.id == _theme.c.plan_id)
        .where(_action.c.id == bindparam("action_id"))
    )


_READ_TODAY = read_pages(joined_who(joined_today(_action_of(PAGE_COLUMNS))))
_READ_AS_AT = read_pages(joined_who(joined_as_at(_action_of(_PAGE_COLUMNS_AS_AT))))


def action_page(action_id: int, *, seen_by: Actor, on: date, as_at: datetime | None = None) -> ActionPage:
    """One action, today or as it stood at an instant; raises `Missing`."""
    values = {"action_id": action_id, "before": on, **who(seen_by)}
    rights = rights_of(seen_by, as_at=as_at)
    if as_at:
        return ActionPage(*_READ_AS_AT.one(values | {"as_at": as_at}, on=on, rights=rights))
    return ActionPage(*_READ_TODAY.one(values, on=on, rights=rights))


def action_to_update(action_id: int, *, seen_by: Actor, on: date) -> ActionPage:
    """One action that `seen_by` may update; raises `Missing` for any other."""
    found = action_page(action_id, seen_by=seen_by, on=on)
    return _allowed(found, found.row.may_update)


def action_to_date(action_id: int, *, seen_by: Actor, on: date) -> ActionPage:
    """One action for which `seen_by` may propose dates; raises `Missing` for any other."""
    found = action_page(action_id, seen_by=seen_by, on=on)
    return _allowed(found, found.row.reach_to_propose)


def action_to_decide(action_id: int, *, seen_by: Actor, on: date) -> ActionPage:
    """One action on whose dates `seen_by` may decide; raises `Missing` for any other."""
    found = action_page(action_id, seen_by=seen_by, on=on)
    return _allowed(found, found.row.reach_to_decide)


def _allowed(found: ActionPage, may: bool) -> ActionPage:
    if not may:
        raise Missing
    return found


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Something that happened to an action: a status with its note, a step of its date, or words that changed.

    `title` says what happened where there is no status.
    """

    at: datetime
    who: str
    before: Rag | None = None
    rag: Rag | None = None
    note: str = ""
    route_to_green: str = ""
    title: str = ""
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """What an action said from an instant on, and who said so."""

    at: datetime
    who: str
    title: str
    kind: TimescaleKind
    starts_on: date | None
    due_on: date | None
    leads: str
    criteria: str
    monitors: str

    @property
    def timescale(self) -> str:
        """When it was to be done."""
        return Timescale(self.kind, self.starts_on, self.due_on).text


@dataclass(frozen=True, slots=True)
class Placing:
    """Where an action stood from an instant on, its theme as it was called then, and who put it there."""

    at: datetime
    who: str
    reference: str
    theme: str
    parent: str


@dataclass(frozen=True, slots=True)
class DatedStep:
    """A step of an action's revised dates, as its history tells it."""

    at: datetime
    who: str
    step: DateStep
    kind: TimescaleKind
    starts_on: date | None
    due_on: date
    reason: str

    @property
    def title(self) -> str:
        """ "Revised date agreed: June 2026"."""
        return f"Revised date {self.step.value}: {Timescale(self.kind, self.starts_on, self.due_on).text}"


_WHO = func.coalesce(_person.c.name, NOBODY).label("who")
_UPDATES = (
    select(
        _update.c.recorded_at.label("at"),
        _WHO,
        _update.c.previous_rag.label("before"),
        _update.c.rag,
        _update.c.note,
        _update.c.route_to_green,
    )
    .outerjoin(_person, _person.c.id == _update.c.recorded_by)
    .where(_update.c.action_id == bindparam("action_id"))
    .order_by(*in_order(_update))
)
_WORDINGS = (
    select(
        _wording.c.recorded_at.label("at"),
        _WHO,
        _wording.c.title,
        _wording.c.timescale_kind.label("kind"),
        _wording.c.starts_on,
        _wording.c.due_on,
        _wording.c.leads,
        _wording.c.criteria,
        _wording.c.monitors,
    )
    .outerjoin(_person, _person.c.id == _wording.c.recorded_by)
    .where(_wording.c.action_id == bindparam("action_id"))
    .order_by(*in_order(_wording))
)
_DATES = (
    select(
        _date.c.recorded_at.label("at"),
        _WHO,
        _date.c.step,
        _date.c.timescale_kind.label("kind"),
        _date.c.starts_on,
        _date.c.due_on,
        _date.c.reason,
    )
    .outerjoin(_person, _person.c.id == _date.c.recorded_by)
    .where(_date.c.action_id == bindparam("action_id"))
    .order_by(*in_order(_date))
)
_PARENT = table_of(ActionPlacing).alias()
_PLACINGS = (
    select(
        _placing.c.recorded_at.label("at"),
        _WHO,
        _placing.c.reference,
        _theme_wording.c.title.label("theme"),
        func.coalesce(_PARENT.c.reference, "").label("parent"),
    )
    .outerjoin(_person, _person.c.id == _placing.c.recorded_by)
    .join(
        _theme_wording,
        _theme_wording.c.id == THEME_WORDINGS.newest(_placing.c.theme_id, up_to=_placing.c.recorded_at),
    )
    .outerjoin(_PARENT, _PARENT.c.id == PLACINGS.newest(_placing.c.parent_id, up_to=_placing.c.recorded_at))
    .where(_placing.c.action_id == bindparam("action_id"))
    .order_by(*in_order(_placing))
)
_READ_PLACINGS = Read(Placing, _PLACINGS)
_READ_UPDATES = Read(HistoryEntry, _UPDATES)
_READ_WORDINGS = Read(Wording, _WORDINGS)
_READ_DATES = Read(DatedStep, _DATES)


def action_history(action_id: int, *, as_at: datetime | None = None) -> tuple[HistoryEntry, ...]:
    """Everything that happened to an action up to an instant, newest first."""
    values = {"action_id": action_id}
    entries = [
        *_rewordings(_READ_WORDINGS.all(values)),
        *_moves(_READ_PLACINGS.all(values)),
        *_READ_UPDATES.all(values),
        *(HistoryEntry(at=one.at, who=one.who, title=one.title, note=one.reason) for one in _READ_DATES.all(values)),
    ]
    kept = [entry for entry in entries if as_at is None or entry.at <= as_at]
    # At one instant, as in an import, words come before the status; what was recorded later comes later.
    return tuple(sorted(kept, key=lambda entry: entry.at)[::-1])


def _rewordings(wordings: Sequence[Wording]) -> list[HistoryEntry]:
    """What was added, then what each wording says differently from the one before it."""
    changes = [("Added to the plan",), *(wording_changes(before, after) for before, after in pairwise(wordings))]
    return [
        HistoryEntry(at=one.at, who=one.who, title="Plan text", changes=changed)
        for one, changed in zip(wordings, changes, strict=False)
    ]


def _moves(placings: Sequence[Placing]) -> list[HistoryEntry]:
    """How each place differs from the one before it; the first is where the action was added."""
    return [
        HistoryEntry(at=after.at, who=after.who, title="Moved", changes=changed)
        for before, after in pairwise(placings)
        if (changed := placing_changes(before, after))
    ]


def placing_changes(before: Placing, after: Placing) -> tuple[str, ...]:
    """How two places differ, each as "Reference: 2.3 → 3.1"."""
    return _changes(
        ("Reference", before.reference, after.reference),
        ("Theme", before.theme, after.theme),
        ("Sub-action of", before.parent, after.parent),
    )


def wording_changes(before: Wording, after: Wording) -> tuple[str, ...]:
    """What two wordings say differently, each as "Timescale: March 2026 → June 2026"."""
    return _changes(
        ("Action", before.title, after.title),
        ("Timescale", before.timescale, after.timescale),
        ("Leads", before.leads.replace("\n", ", "), after.leads.replace("\n", ", ")),
        ("Success criteria", before.criteria, after.criteria),
        ("Monitoring lead", before.monitors.replace("\n", ", "), after.monitors.replace("\n", ", ")),
    )


def _changes(*pairs: tuple[str, str, str]) -> tuple[str, ...]:
    return tuple(f"{name}: {old or 'blank'} → {new or 'blank'}" for name, old, new in pairs if old != new)

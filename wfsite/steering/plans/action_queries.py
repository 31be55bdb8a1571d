"""Reads of one action: as its row stands among the others, its dates, and its history."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select

from wfsite.core.actor import Actor
from wfsite.core.errors import Missing
from wfsite.core.periods import Timescale
from wfsite.core.rag import Rag
from wfsite.db.base import table_of
from wfsite.extensions import db
from wfsite.groups.models import GroupKind
from wfsite.groups.queries import LAST_MEETING
from wfsite.people.models import Person
from wfsite.steering.plans.date_rules import DateStep, Step
from wfsite.steering.plans.models import Action, ActionWording, Plan, RagUpdate, RevisedDate, Theme
from wfsite.steering.plans.queries import (
    ROW_COLUMNS,
    STEP,
    ActionRow,
    action_row,
    agreed_of,
    baseline_of,
    joined_as_at,
    joined_today,
    rights_of,
    step_of,
    who,
)
from wfsite.steering.plans.rules import start_of

NOBODY = "Entered when the site was set up"

_action = table_of(Action)
_wording = table_of(ActionWording)
_person = table_of(Person)
_plan = table_of(Plan)
_update = table_of(RagUpdate)
_date = table_of(RevisedDate)
_theme = table_of(Theme)
_STEP_BY = _person.alias()


@dataclass(frozen=True, slots=True)
class ActionPage:
    """An action with where it stands, when the plan says it is due, what counts instead, and its newest step."""

    row: ActionRow
    recorded_by: int | None
    year: int
    theme: str
    baseline: Timescale
    in_force: Timescale
    newest: Step | None


# Who did the newest step of an action's dates, and why; needs a join to `STEP_BY`.
STEP_COLUMNS: tuple[Any, ...] = (
    STEP.c.recorded_at.label("step_at"),
    STEP.c.recorded_by.label("step_by_id"),
    STEP.c.reason.label("step_reason"),
    STEP.c.proposal_id,
    _STEP_BY.c.name.label("step_by"),
)


def joined_who(statement: Any) -> Any:
    """`statement`, which is joined to the newest step, with whoever did it."""
    return statement.outerjoin(_STEP_BY, _STEP_BY.c.id == STEP.c.recorded_by)


_ACTION = (
    select(
        *ROW_COLUMNS,
        *STEP_COLUMNS,
        _theme.c.position.label("theme_position"),
        _theme.c.title.label("theme_title"),
        _plan.c.year,
        LAST_MEETING.scalar_subquery().label("last_met_on"),
    )
    .select_from(_action)
    .join(_theme, _theme.c.id == _action.c.theme_id)
    .join(_plan, _plan.c.id == _theme.c.plan_id)
    .where(_action.c.id == bindparam("action_id"))
)
_TODAY, _AS_AT = joined_who(joined_today(_ACTION)), joined_who(joined_as_at(_ACTION))


def action_page(action_id: int, *, seen_by: Actor, on: date, as_at: datetime | None = None) -> ActionPage:
    """One action, today or as it stood at an instant; raises `Missing`."""
    values = {"action_id": action_id, "kind": GroupKind.STEERING, "before": on, **who(seen_by)}
    record = db.session.execute(
        _AS_AT if as_at else _TODAY, values | {"as_at": as_at} if as_at else values
    ).one_or_none()
    if record is None:
        raise Missing
    row = action_row(
        record,
        on=on,
        since=start_of(record.last_met_on) if record.last_met_on else None,
        rights=rights_of(seen_by, as_at=as_at),
    )
    baseline = baseline_of(record)
    return ActionPage(
        row,
        record.recorded_by,
        record.year,
        f"{record.theme_position} {record.theme_title}",
        baseline,
        agreed_of(record) or baseline,
        newest_step(record),
    )


def newest_step(record: Any) -> Step | None:
    """The newest step in a record of `ROW_COLUMNS` and `STEP_COLUMNS`, or None."""
    timescale = step_of(record)
    if timescale is None:
        return None
    return Step(
        record.step_id,
        record.step,
        timescale,
        record.step_at,
        record.step_by_id,
        record.step_by or NOBODY,
        record.step_reason,
        record.proposal_id,
    )


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
    title: str = ""
    before: Rag | None = None
    rag: Rag | None = None
    note: str = ""
    route_to_green: str = ""
    changes: tuple[str, ...] = ()


_UPDATES = (
    select(
        _update.c.recorded_at,
        _person.c.name,
        _update.c.rag,
        _update.c.note,
        _update.c.route_to_green,
        _update.c.previous_rag,
    )
    .outerjoin(_person, _person.c.id == _update.c.recorded_by)
    .where(_update.c.action_id == bindparam("action_id"))
    .order_by(_update.c.recorded_at, _update.c.id)
)
_WORDINGS = (
    select(
        _wording.c.recorded_at,
        _person.c.name,
        _wording.c.title,
        _wording.c.timescale_kind,
        _wording.c.starts_on,
        _wording.c.due_on,
        _wording.c.leads,
        _wording.c.criteria,
        _wording.c.monitors,
    )
    .outerjoin(_person, _person.c.id == _wording.c.recorded_by)
    .where(_wording.c.action_id == bindparam("action_id"))
    .order_by(_wording.c.recorded_at, _wording.c.id)
)
_DATES = (
    select(
        _date.c.recorded_at,
        _person.c.name,
        _date.c.step,
        _date.c.timescale_kind,
        _date.c.starts_on,
        _date.c.due_on,
        _date.c.reason,
    )
    .outerjoin(_person, _person.c.id == _date.c.recorded_by)
    .where(_date.c.action_id == bindparam("action_id"))
    .order_by(_date.c.recorded_at, _date.c.id)
)


def action_history(action_id: int, *, as_at: datetime | None = None) -> tuple[HistoryEntry, ...]:
    """Everything that happened to an action up to an instant, newest first."""
    entries = [*_wordings(action_id), *_updates(action_id), *_dates(action_id)]
    kept = [entry for entry in entries if as_at is None or entry.at <= as_at]
    # At one instant, as in an import, words come before the status; what was recorded later comes later.
    return tuple(sorted(kept, key=lambda entry: entry.at)[::-1])


def _wordings(action_id: int) -> list[HistoryEntry]:
    entries, before = [], None
    for record in db.session.execute(_WORDINGS, {"action_id": action_id}):
        changes = wording_changes(before, record) if before else ("Added to the plan",)
        entries.append(HistoryEntry(record.recorded_at, record.name or NOBODY, "Plan text", changes=changes))
        before = record
    return entries


def _updates(action_id: int) -> list[HistoryEntry]:
    return [
        HistoryEntry(
            r.recorded_at,
            r.name or NOBODY,
            before=r.previous_rag,
            rag=r.rag,
            note=r.note,
            route_to_green=r.route_to_green,
        )
        for r in db.session.execute(_UPDATES, {"action_id": action_id})
    ]


def _dates(action_id: int) -> list[HistoryEntry]:
    return [
        HistoryEntry(r.recorded_at, r.name or NOBODY, date_title(r.step, _timescale(r)), note=r.reason)
        for r in db.session.execute(_DATES, {"action_id": action_id})
    ]


def date_title(step: DateStep, date_text: str) -> str:
    """ "Revised date agreed: June 2026"."""
    return f"Revised date {step.value}: {date_text}"


def wording_changes(before: Any, after: Any) -> tuple[str, ...]:
    """What two wordings say differently, each as "Timescale: March 2026 → June 2026"."""
    pairs = (
        ("Action", before.title, after.title),
        ("Timescale", _timescale(before), _timescale(after)),
        ("Leads", before.leads.replace("\n", ", "), after.leads.replace("\n", ", ")),
        ("Success criteria", before.criteria, after.criteria),
        ("Monitoring lead", before.monitors.replace("\n", ", "), after.monitors.replace("\n", ", ")),
    )
    return tuple(f"{name}: {old or 'blank'} → {new or 'blank'}" for name, old, new in pairs if old != new)


def _timescale(record: Any) -> str:
    return Timescale(record.timescale_kind, record.starts_on, record.due_on).text

"""Reads of one action: as its row stands among the others, and its history."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, String, bindparam, cast, func, literal, select

from wfsite.core.actor import Actor
from wfsite.core.errors import Missing
from wfsite.core.periods import Timescale
from wfsite.core.permissions import Permission
from wfsite.core.rag import Rag
from wfsite.db.base import table_of
from wfsite.extensions import db
from wfsite.groups.models import GroupKind
from wfsite.groups.queries import LAST_MEETING
from wfsite.people.models import Person
from wfsite.steering.plans.models import Action, ActionWording, Plan, RagUpdate, Theme
from wfsite.steering.plans.queries import ROW_COLUMNS, ActionRow, action_row, joined_as_at, joined_today, who
from wfsite.steering.plans.rules import start_of, status_counts

_action = table_of(Action)
_wording = table_of(ActionWording)
_person = table_of(Person)
_plan = table_of(Plan)
_update = table_of(RagUpdate)
_theme = table_of(Theme)


@dataclass(frozen=True, slots=True)
class ActionPage:
    """An action with where it stands and the statuses of everything around it."""

    row: ActionRow
    recorded_by: int | None
    year: int
    theme: str
    # (theme, status) of every action of the plan.
    statuses: tuple[tuple[int, Rag], ...]

    @property
    def theme_counts(self) -> tuple[tuple[Rag, int], ...]:
        """The statuses of the action's theme."""
        return status_counts(rag for theme_id, rag in self.statuses if theme_id == self.row.theme_id)

    @property
    def counts(self) -> tuple[tuple[Rag, int], ...]:
        """The statuses of the whole plan."""
        return status_counts(rag for _, rag in self.statuses)

    def with_row(self, row: ActionRow, *, recorded_by: int) -> "ActionPage":
        """The same after an update: the row's new status takes the place of its old one in the counts."""
        left = Counter(self.statuses)
        left[(self.row.theme_id, self.row.rag)] -= 1
        statuses = (*left.elements(), (row.theme_id, row.rag))
        return replace(self, row=row, recorded_by=recorded_by, statuses=statuses)


_OTHER, _OTHER_THEME, _OTHER_UPDATE = _action.alias(), _theme.alias(), _update.alias()
_SELF, _SELF_THEME = _action.alias(), _theme.alias()

# The whole plan's statuses as one text, "12 amber,12 red,…": one statement instead of two.
_STATUSES = (
    select(
        func.aggregate_strings(
            cast(_OTHER.c.theme_id, String)
            + literal(" ")
            + func.coalesce(cast(_OTHER_UPDATE.c.rag, String), Rag.NOT_STARTED.value),
            ",",
        )
    )
    .select_from(_OTHER)
    .join(_OTHER_THEME, _OTHER_THEME.c.id == _OTHER.c.theme_id)
    .outerjoin(_OTHER_UPDATE, _OTHER_UPDATE.c.id == _OTHER.c.rag_update_id)
    .where(
        _OTHER_THEME.c.plan_id
        == select(_SELF_THEME.c.plan_id)
        .join(_SELF, _SELF.c.theme_id == _SELF_THEME.c.id)
        .where(_SELF.c.id == bindparam("action_id", type_=Integer))
        .scalar_subquery()
    )
    .scalar_subquery()
)

_ACTION = (
    select(
        *ROW_COLUMNS,
        _theme.c.position.label("theme_position"),
        _theme.c.title.label("theme_title"),
        _plan.c.year,
        LAST_MEETING.scalar_subquery().label("last_met_on"),
        _STATUSES.label("statuses"),
    )
    .select_from(_action)
    .join(_theme, _theme.c.id == _action.c.theme_id)
    .join(_plan, _plan.c.id == _theme.c.plan_id)
    .where(_action.c.id == bindparam("action_id"))
)
_TODAY, _AS_AT = joined_today(_ACTION), joined_as_at(_ACTION)


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
        reach=None if as_at else seen_by.reach(Permission.PLAN_UPDATE),
    )
    return ActionPage(
        row,
        record.recorded_by,
        record.year,
        f"{record.theme_position} {record.theme_title}",
        tuple(_status(part) for part in (record.statuses or "").split(",") if part),
    )


def action_to_update(action_id: int, *, seen_by: Actor, on: date) -> ActionPage:
    """One action that `seen_by` may update; raises `Missing` for any other."""
    found = action_page(action_id, seen_by=seen_by, on=on)
    if not found.row.may_update:
        raise Missing
    return found


def _status(part: str) -> tuple[int, Rag]:
    theme_id, _, rag = part.partition(" ")
    return int(theme_id), Rag(rag)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Something that happened to an action: a status with its note, or words that changed."""

    at: datetime
    who: str
    before: Rag | None
    rag: Rag | None
    note: str
    route_to_green: str
    changes: tuple[str, ...]


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
_NOBODY = "Entered when the site was set up"


def action_history(action_id: int, *, as_at: datetime | None = None) -> tuple[HistoryEntry, ...]:
    """Everything that happened to an action up to an instant, newest first."""
    values = {"action_id": action_id}
    entries = [
        HistoryEntry(r.recorded_at, r.name or _NOBODY, r.previous_rag, r.rag, r.note, r.route_to_green, ())
        for r in db.session.execute(_UPDATES, values)
    ]
    before: Any = None
    for record in db.session.execute(_WORDINGS, values):
        changes = wording_changes(before, record) if before else ("Added to the plan",)
        entries.append(HistoryEntry(record.recorded_at, record.name or _NOBODY, None, None, "", "", changes))
        before = record
    kept = [entry for entry in entries if as_at is None or entry.at <= as_at]
    # At one instant, as in an import, words come before the status; what was recorded later comes later.
    return tuple(sorted(kept, key=lambda entry: (entry.at, entry.rag is not None))[::-1])


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

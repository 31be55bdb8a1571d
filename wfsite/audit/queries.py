"""Reads of the audit trail. Names are looked up in whatever table an event speaks of, by way of the metadata."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    String,
    Table,
    and_,
    bindparam,
    cast,
    desc,
    literal,
    or_,
    select,
    union_all,
)

from wfsite.audit.models import AuditEvent
from wfsite.audit.rules import Change, Event, EventLine, Pairs, changes_in_words, deed, pairs, row_id
from wfsite.core.actor import Actor
from wfsite.core.errors import OtherHand
from wfsite.core.permissions import Role
from wfsite.core.searching import ESCAPE, like_patterns
from wfsite.db.base import Base, noun_of, table_of
from wfsite.db.reading import Read
from wfsite.extensions import db

PAGE = 50
# A name that more people share is not one name: the page asks for more of it.
MOST_PEOPLE = 20
_SEARCH_WORDS = 4
_LABELS = ("name", "title", "reference", "text")

# (table, id) → what the row is called
Names = dict[tuple[str, int], str]


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events newest first, and the id to ask for the next page with; None at the end."""

    events: tuple[EventLine, ...]
    older: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events to show; None and () mean all."""

    subject: str = ""
    people: tuple[int, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


@cache
def subjects() -> tuple[tuple[str, str], ...]:
    """Every audited table with its noun, in the order of the nouns."""
    tables = {m.class_.__tablename__ for m in Base.registry.mappers if m.class_.__audited__}
    return tuple(sorted(((name, noun_of(name).capitalize()) for name in tables), key=lambda pair: pair[1]))


_event = table_of(AuditEvent)
_READ_EVENTS = Read(
    Event,
    select(
        _event.c.id,
        _event.c.at,
        _event.c.actor_name,
        _event.c.verb,
        _event.c.subject,
        _event.c.subject_id,
        _event.c.changes,
    )
    .order_by(desc(_event.c.id))
    .limit(PAGE + 1),
)


def event_page(wanted: Wanted) -> EventPage:
    """One page of events, newest first, found by key so that its depth costs nothing."""
    found = Read(Event, _READ_EVENTS.statement.where(*_conditions(wanted))).all()
    shown = found[:PAGE]
    return EventPage(_in_words(shown), shown[-1].id if len(found) > PAGE else None)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.subject:
        conditions.append(AuditEvent.subject == wanted.subject)
    if wanted.people is not None:
        ids = [str(person_id) for person_id in wanted.people]
        grants = [f"{person_id}-{role.value}" for person_id in ids for role in Role]
        conditions.append(
            or_(
                AuditEvent.actor_id.in_(wanted.people),
                and_(AuditEvent.subject == "person", AuditEvent.subject_id.in_(ids)),
                and_(AuditEvent.subject == "role_grant", AuditEvent.subject_id.in_(grants)),
            )
        )
    if wanted.since:
        conditions.append(AuditEvent.at >= wanted.since)
    if wanted.until:
        conditions.append(AuditEvent.at <= wanted.until)
    if wanted.before:
        conditions.append(AuditEvent.id < wanted.before)
    return conditions


def last_hand(*rows: tuple[str, str | int], told_to: Actor, at: datetime) -> OtherHand:
    """Who touched any of these (table, id) last, and when, in words for `told_to`; "Somebody" when nobody is known."""
    these = [and_(AuditEvent.subject == subject, AuditEvent.subject_id == str(row_id)) for subject, row_id in rows]
    statement = (
        select(AuditEvent.actor_id, AuditEvent.actor_name, AuditEvent.at)
        .where(or_(*these))
        .order_by(desc(AuditEvent.id))
        .limit(1)
    )
    row = db.session.execute(statement).one_or_none()
    person_id, name, changed_at = row or (None, "", None)
    return OtherHand.of(person_id, name=name, changed_at=changed_at, told_to=told_to, at=at)


@cache
def _person() -> Table:
    return Base.metadata.tables["person"]


def people_called(words: str) -> list[int]:
    """Ids of at most `MOST_PEOPLE` + 1 people whose name or email holds these words."""
    person = _person()
    statement = select(person.c.id).order_by(person.c.search_key).limit(MOST_PEOPLE + 1)
    for pattern in like_patterns(words, _SEARCH_WORDS):
        statement = statement.where(person.c.search_key.like(pattern, escape=ESCAPE))
    return list(db.session.scalars(statement))


def person_name(person_id: int) -> str | None:
    """Somebody's name, or None."""
    person = _person()
    return db.session.scalar(select(person.c.name).where(person.c.id == person_id))


def _in_words(events: Iterable[Event]) -> tuple[EventLine, ...]:
    told = [(event, pairs(event.changes)) for event in events]
    names = _names(_spoken_of(told))
    return tuple(
        EventLine(
            id=event.id,
            at=event.at,
            who=event.actor_name,
            did=deed(event.verb, event.subject, changes, noun=noun_of(event.subject)),
            name=_name_of(event, changes, names),
            changes=() if event.subject == "role_grant" else _changes(event, changes, names),
            is_change=event.verb == "changed",
            noun=noun_of(event.subject),
        )
        for event, changes in told
    )


def _changes(event: Event, changes: Pairs, names: Names) -> tuple[Change, ...]:
    of_columns = {(column, key): names.get((table, key), "") for column, table, key in _references_of(event, changes)}
    return changes_in_words(event.verb, changes, of_columns)


def _references_of(event: Event, changes: Pairs) -> list[tuple[str, str, int]]:
    """(column, table that it points at, id) of what an event's columns point at."""
    return [
        (column, table, key)
        for column, table in _references(event.subject).items()
        for value in changes.get(column, ())
        if (key := row_id(value))
    ]


def _about(event: Event) -> tuple[str, int | None]:
    """The table and id that an event speaks of; a role's grant speaks of its person, whose id begins its key."""
    if event.subject == "role_grant":
        return "person", row_id(event.subject_id.split("-")[0])
    return event.subject, row_id(event.subject_id)


def _name_of(event: Event, changes: Pairs, names: Names) -> str:
    """What the event's subject is called today; a removed row by what it was called."""
    table, key = _about(event)
    name = names.get((table, key)) if key else ""
    if name or event.subject == "role_grant":
        return name or ""
    labels = (after or before for before, after in (changes.get(label, (None, None)) for label in _LABELS))
    return next((str(label) for label in labels if label), "")


def _spoken_of(told: Iterable[tuple[Event, Pairs]]) -> dict[str, set[int]]:
    """Table → ids that the events name."""
    found: dict[str, set[int]] = defaultdict(set)
    for event, changes in told:
        for table, key in (_about(event), *((table, key) for _, table, key in _references_of(event, changes))):
            if key:
                found[table].add(key)
    return found


@cache
def _references(subject: str) -> dict[str, str]:
    """Column → table that it points at."""
    table = Base.metadata.tables.get(subject)
    if table is None:
        return {}
    return {column.name: key.column.table.name for column in table.columns for key in column.foreign_keys}


@cache
def _names_statement() -> tuple[CompoundSelect[str, int, str], tuple[str, ...]]:
    """One statement for the names in every table that has an id and a name, and those tables."""
    parts, tables = [], []
    for table in Base.metadata.sorted_tables:
        label = next((table.c[name] for name in _LABELS if name in table.c), None)
        if label is None or [c.name for c in table.primary_key] != ["id"]:
            continue
        ids: BindParameter[list[int]] = bindparam(f"ids_of_{table.name}", expanding=True)
        tables.append(table.name)
        parts.append(select(literal(table.name), table.c.id, cast(label, String)).where(table.c.id.in_(ids)))
    return union_all(*parts), tuple(tables)


def _names(wanted: dict[str, set[int]]) -> Names:
    statement, tables = _names_statement()
    rows = db.session.execute(statement, {f"ids_of_{name}": sorted(wanted.get(name, ())) for name in tables})
    return {(table, row_id): name for table, row_id, name in rows}

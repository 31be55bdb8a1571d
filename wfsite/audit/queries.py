"""Reads of the audit trail. Names are looked up in whatever table an event speaks of, by way of the metadata."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain

from sqlalchemy import (
    BindParameter,
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
from wfsite.core.paging import Key, Stretch
from wfsite.core.permissions import Role
from wfsite.core.searching import ESCAPE, like_patterns
from wfsite.db.base import Base, noun_of, table_of
from wfsite.db.listing import Listing
from wfsite.extensions import db

PAGE = 50
# A name that more people share is not one name: the page asks for more of it.
MOST_PEOPLE = 20
_SEARCH_WORDS = 4
_LABELS = ("name", "title", "reference", "text")

# (table, id) → what the row is called
Names = dict[tuple[str, int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events to show, newest first unless `sort` is "at"; "" and None mean all."""

    subject: str = ""
    people: tuple[int, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    sort: str = "-at"

    @property
    def conditions(self) -> list[str]:
        """Those that are set."""
        return [name for name in _CONDITIONS if getattr(self, name) not in ("", None)]

    @property
    def values(self) -> dict[str, object]:
        """The parameters of those that are set."""
        ids = [str(person_id) for person_id in self.people or ()]
        return {
            "subject": self.subject,
            "since": self.since,
            "until": self.until,
            "people": self.people,
            "people_ids": ids,
            "people_grants": [f"{person_id}-{role.value}" for person_id in ids for role in Role],
        }


@cache
def subjects() -> tuple[tuple[str, str], ...]:
    """Every audited table with its noun, in the order of the nouns."""
    tables = {m.class_.__tablename__ for m in Base.registry.mappers if m.class_.__audited__}
    return tuple(sorted(((name, noun_of(name).capitalize()) for name in tables), key=lambda pair: pair[1]))


_event = table_of(AuditEvent)
_CONDITIONS = {
    "subject": _event.c.subject == bindparam("subject"),
    # What they did, and what was done to them.
    "people": or_(
        _event.c.actor_id.in_(bindparam("people", expanding=True)),
        and_(_event.c.subject == "person", _event.c.subject_id.in_(bindparam("people_ids", expanding=True))),
        and_(_event.c.subject == "role_grant", _event.c.subject_id.in_(bindparam("people_grants", expanding=True))),
    ),
    "since": _event.c.at >= bindparam("since"),
    "until": _event.c.at <= bindparam("until"),
}
_EVENTS = Listing(
    Event,
    select(
        _event.c.id,
        _event.c.at,
        _event.c.actor_name,
        _event.c.verb,
        _event.c.subject,
        _event.c.subject_id,
        _event.c.changes,
    ),
    row_id=_event.c.id,
    orders={"at": (_event.c.id,)},
    conditions=_CONDITIONS,
    size=PAGE,
)
# So many events at a time are put into words for a file: their names are looked up by number.
_AT_ONCE = 1_000


def event_page(wanted: Wanted, *, key: Key | None = None) -> Stretch[EventLine]:
    """A page of events in words."""
    found = _EVENTS.page(wanted.sort, key=key, only=wanted.conditions, values=wanted.values)
    return Stretch(_in_words(found.rows), found.total, found.first, found.newer, found.older)


def events_to_export(wanted: Wanted, *, most: int) -> Iterator[EventLine]:
    """All of them in words, in the same order; at most `most` and one, which says that there are more."""
    rows = _EVENTS.every(wanted.sort, only=wanted.conditions, values=wanted.values, most=most)
    return chain.from_iterable(_in_words(rows[at : at + _AT_ONCE]) for at in range(0, len(rows), _AT_ONCE))


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

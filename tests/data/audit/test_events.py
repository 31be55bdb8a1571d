"""Every column that may change leaves an event, and every event that was ever kept can be read, whatever its shape."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import JSON, Column, Table, delete, insert, update

from tests.support.engines import NOW, Site
from wfsite.audit.listener import plain
from wfsite.audit.models import AuditEvent
from wfsite.audit.queries import Wanted, event_page
from wfsite.audit.rules import EventLine, value_in_words
from wfsite.db.base import Base, table_of
from wfsite.extensions import db
from wfsite.people.models import Agency
from wfsite.people.rules import AgencyKind

_MODELS = sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda model: model.__tablename__)
AUDITED = [model for model in _MODELS if model.__audited__]
COLUMNS = [(table, column) for table in AUDITED for column in table.__table__.columns]

# What a column of each type may hold; a new type of column needs a line here, and words in the history.
SAMPLES: dict[type, list[Any]] = {
    int: [0, 7, -1, 2**31, 2**70],
    str: ["", "text", "2026-02-31", "2026-13-45T99:99:99", "x" * 400, "²", "'=1"],
    bool: [True, False],
    float: [1.5],
    Decimal: [Decimal("0.60")],
    date: [date(2026, 2, 28)],
    datetime: [datetime(2026, 2, 28, 9, 30, tzinfo=UTC)],
    time: [time(9, 30)],
    timedelta: [timedelta(minutes=5)],
    bytes: [b"\x00\xff"],
    UUID: [UUID(int=1)],
}
JSON_SAMPLES = [[], ["one", "two"], {}, {"a": ["b", {"c": 1}]}, [[1], None], "text", 5, 1.5, True, None, [NOW.date()]]
ODD = [
    *JSON_SAMPLES[:-1],
    {"name": "not a pair"},
    {"name": [1]},
    {"name": [1, 2, 3]},
    {"name": {"a": 1}},
    {"agency_id": [["a"], {"b": 1}], "active": [None, [1]], "role": [[], {}]},
    {"agency_id": [True, 2**70], "team_id": ["7", 1.5]},
    {"title": ["2026-02-31", "2026-13-45T99:99:99"], "text": [{}, []], "reference": [["x"], 0]},
]


def _samples(column: Column[Any]) -> Sequence[object]:
    own = getattr(column.type, "impl_instance", column.type)  # ours are made of the database's own
    if isinstance(own, JSON):
        return JSON_SAMPLES
    kind = own.python_type
    if issubclass(kind, Enum):
        return [*kind.__members__.values()]
    assert kind in SAMPLES, f"{column}: say in this test what a column of {kind.__name__} may hold"
    return SAMPLES[kind]


@pytest.mark.parametrize("column", [column for _, column in COLUMNS], ids=str)
def test_any_value_of_an_audited_column_is_kept_and_told(column: Column[Any]) -> None:
    for value in [None, *_samples(column)]:
        kept = json.loads(json.dumps(plain(value)))
        assert isinstance(value_in_words(column.name, kept), str)


def _events(*found: tuple[str, str, str, Any]) -> tuple[EventLine, ...]:
    db.session.add_all(
        AuditEvent(at=NOW, actor_id=None, actor_name="x", verb=verb, subject=subject, subject_id=key, changes=changes)
        for verb, subject, key, changes in found
    )
    db.session.flush()
    return event_page(Wanted()).rows


@pytest.mark.usefixtures("context")
def test_a_page_of_history_tells_every_audited_column() -> None:
    number = count()
    told = [
        ("changed", table.__tablename__, str(next(number)), {column.name: [None, plain(value)]})
        for table, column in COLUMNS
        for value in _samples(column)
    ]
    for start in range(0, len(told), 50):
        assert len(_events(*told[start : start + 50])) == 50


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("verb", ["added", "changed", "removed", "renamed", ""])
@pytest.mark.parametrize("subject", ["person", "role_grant", "group_terms", "no_such_table"])
def test_events_of_odd_shapes_never_stop_the_history(verb: str, subject: str) -> None:
    keys = ("", "1", "x-y", "²", "9" * 30, "1-staff")
    found = _events(*((verb, subject, keys[n % len(keys)], changes) for n, changes in enumerate(ODD)))
    assert len(found) >= len(ODD)


# As if the site's own code had asked for it.
_AS_THE_SITE = compile("lambda statement: db.session.execute(statement)", "/wfsite/room/services.py", "eval")


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("table", [Agency, table_of(Agency)])
def test_a_write_past_the_history_fails_a_test(site: Site, table: Table | type[Agency]) -> None:
    execute = eval(_AS_THE_SITE, {"db": db})
    columns = table.c if isinstance(table, Table) else table
    with pytest.raises(AssertionError, match="agency is audited"):
        execute(update(table).where(columns.id == 0).values(name="x"))
    with pytest.raises(AssertionError, match="agency is audited"):
        execute(insert(table).values(name="x", kind="health"))
    with pytest.raises(AssertionError, match="agency is audited"):
        execute(delete(table).where(columns.id == 0))
    db.session.rollback()
    db.session.add(Agency(name="Through the front door", kind=AgencyKind.HEALTH))
    db.session.flush()

"""Kept databases of 0.1.0, brought up to date: what must not change hashes to the same, what is derived is reckoned.

A migration that moves or derives something gets a line in one of the three tables below, with its reason and its
proof; whatever stands in none of them must be what it was, and what is new must be empty.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask_migrate import upgrade
from sqlalchemy import CheckConstraint, MetaData, text

from tests.support.engines import Site, make_empty_app
from tests.support.kept import (
    CLOSE_AS_THE_FIRST_RELEASE_DID,
    FOLDER,
    Row,
    Tables,
    columns,
    fingerprint,
    load,
    tables,
)
from wfsite.extensions import db

_HEAD = max(file.name[:4] for file in (FOLDER.parents[1] / "wfsite/db/migrations/versions").glob("[0-9]*.py"))
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Meant:
    """What a migration, `since`, is meant to change in what there was, why, and the proof that it did just that."""

    since: str
    why: str
    proof: Callable[[Tables, Tables], None]


def _was_empty(before: Tables, after: Tables) -> None:
    assert not before["ballot"]


def _invited(before: Tables, after: Tables) -> None:
    asked = Counter(row["survey_id"] for row in before["invitation"])
    assert {row["survey_id"]: row["invited"] for row in after["tally"]} == asked


def _responded(before: Tables, after: Tables) -> None:
    threshold = {row["id"]: row["threshold"] for row in before["survey"]}
    expected = {}
    for row in before["turnout"]:
        enough = row["responded"] >= threshold[row["survey_id"]]
        expected[row["survey_id"]] = (row["invited"], row["responded"] if enough else None)
    assert {row["survey_id"]: (row["invited"], row["answered"]) for row in after["tally"]} == expected


def _in_order(table: str, owner: str) -> Callable[[Tables, Tables], None]:
    """Dated as they were, but none before one that its owner had already."""

    def proof(before: Tables, after: Tables) -> None:
        assert {row["id"]: row["recorded_at"] for row in after[table]} == _forward(before[table], owner)

    return proof


def _forward(rows: Iterable[Row], owner: str) -> dict[int, datetime]:
    newest: dict[int, datetime] = {}
    found = {}
    for row in sorted(rows, key=lambda row: row["id"]):
        found[row["id"]] = newest[row[owner]] = max(row["recorded_at"], newest.get(row[owner], _BEGINNING))
    return found


def _parents(before: Tables, after: Tables) -> None:
    names = ("group_id", "parent_id")
    assert _said(after["group_parent"], names) == _said(_group_parents(before), names)


# A table, or a column of one, that is no longer what it was.
MEANT: dict[tuple[str, str], Meant] = {
    ("ballot", ""): Meant("0003", "a box outside the database; an open survey is refused, so it is empty", _was_empty),
    ("invitation", ""): Meant("0003", "who was asked is in the box alone; how many is kept with the count", _invited),
    ("turnout", ""): Meant("0003", "who answered is in the box alone; how many is kept with the count", _responded),
    ("survey", "public_key"): Meant("0003", "it opened nothing but ballots, and there are none", _was_empty),
    ("attendance_mark", "recorded_at"): Meant(
        "0006", "the mark set last is the newest", _in_order("attendance_mark", "place_id")
    ),
    ("register_closure", "recorded_at"): Meant(
        "0006", "what was said last of a register is the newest", _in_order("register_closure", "session_id")
    ),
    ("working_group", "reports_to_id"): Meant("0008", "a group may have several parents", _parents),
}


def _session_standings(before: Tables) -> list[Row]:
    return [
        {"session_id": row["id"], "state": row["state"], "recorded_at": _BEGINNING, "recorded_by": None}
        for row in before["training_session"]
    ]


def _place_standings(before: Tables) -> list[Row]:
    """Since ever; of whoever walked in, since their first mark."""
    first: dict[int, Row] = {}
    for mark in sorted(before["attendance_mark"], key=lambda row: row["id"]):
        first.setdefault(mark["place_id"], mark)
    nobody = {"recorded_at": _BEGINNING, "recorded_by": None}
    found = []
    for place in before["place"]:
        came = first.get(place["id"], nobody) if place["origin"] == "walk-in" else nobody
        since = {name: came[name] for name in ("recorded_at", "recorded_by")}
        found.append({"place_id": place["id"], "state": place["state"], **since})
    return found


def _theme_wordings(before: Tables) -> list[Row]:
    """Since the first action of the theme."""
    came: dict[int, datetime] = {}
    for action in before["action"]:
        came[action["theme_id"]] = min(action["added_at"], came.get(action["theme_id"], action["added_at"]))
    return [
        {
            "theme_id": row["id"],
            "position": row["position"],
            "title": row["title"],
            "recorded_at": came.get(row["id"], _BEGINNING),
            "recorded_by": None,
        }
        for row in before["theme"]
    ]


def _action_placings(before: Tables) -> list[Row]:
    """Since the action was added, by whoever worded it first."""
    by: dict[int, int | None] = {}
    for wording in sorted(before["action_wording"], key=lambda row: row["id"]):
        by.setdefault(wording["action_id"], wording["recorded_by"])
    kept = ("theme_id", "parent_id", "reference", "position")
    return [
        {"action_id": row["id"], "recorded_at": row["added_at"], "recorded_by": by.get(row["id"])}
        | {name: row[name] for name in kept}
        for row in before["action"]
    ]


def _group_parents(before: Tables) -> list[Row]:
    groups = before["working_group"]
    return [{"group_id": g["id"], "parent_id": g["reports_to_id"]} for g in groups if g["reports_to_id"]]


# A new table that is not empty: what its rows say, apart from their own ids.
DERIVED: dict[str, Callable[[Tables], list[Row]]] = {
    "session_standing": _session_standings,
    "place_standing": _place_standings,
    "theme_wording": _theme_wordings,
    "action_placing": _action_placings,
    "group_parent": _group_parents,
}


_NUMBERS = {
    "convert or replace 24 agency workers": 24,
    "convert or replace a further 13 agency workers": 13,
    "convert or replace a further 10 agency workers": 10,
    "replace 9": 9,
    "at least 12 agency workers converted": 12,
}


def _manifest(before: Tables, tally: Row) -> str:
    """The frozen words of a counted survey, as its box would have kept them."""
    (survey,) = (row for row in before["survey"] if row["id"] == tally["survey_id"])
    (turnout,) = (row for row in before["turnout"] if row["survey_id"] == survey["id"])
    questions = sorted((q for q in before["question"] if q["survey_id"] == survey["id"]), key=lambda q: q["position"])
    same = ("id", "kind", "text", "hint", "required", "options")
    said = {
        "survey_id": survey["id"],
        "invited": turnout["invited"],
        "opened_at": survey["opened_at"].isoformat(),
        "closes_at": survey["closes_at"].isoformat(),
        "public_key": "",
        "needs_code": False,
        "questions": [{n: q[n] for n in same} | {"number": q["position"], "exclusive": []} for q in questions],
    } | {name: survey[name] for name in ("title", "purpose", "audience", "threshold")}
    return json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _steering(before: Tables) -> int:
    return int(next(g["id"] for g in before["working_group"] if g["kind"] == "steering"))


# A new column that is not empty: what it says of a row that was there; those of a response are proved above.
ADDED: dict[tuple[str, str], Callable[[Tables, Row], Any]] = {
    ("measure_target", "convert_or_replace"): lambda before, row: _NUMBERS.get(row["paired_with"]),
    ("question", "exclusive"): lambda before, row: [],
    ("tally", "count_id"): lambda before, row: "",
    ("tally", "some_changed"): lambda before, row: False,
    ("tally", "manifest"): _manifest,
    ("plan", "group_id"): lambda before, row: _steering(before),
}
_PROVED = {("tally", "invited"), ("tally", "answered")}


def _said(rows: Iterable[Row], names: Iterable[str]) -> Counter[str]:
    wanted = tuple(names)
    return Counter(repr([row[name] for name in wanted]) for row in rows)


@pytest.fixture(params=["first-release", "year-of-use"])
def kept(request: pytest.FixtureRequest, site: Site, tmp_path: Path) -> Iterator[str]:
    """A kept database, not yet upgraded; a survey that was open in it has closed."""
    app = make_empty_app(site, tmp_path)
    with app.app_context():
        load(request.param)
        with db.engine.begin() as connection:
            for statement in CLOSE_AS_THE_FIRST_RELEASE_DID:
                connection.execute(text(statement))
        yield request.param
        db.session.remove()
        db.engine.dispose()


def test_nothing_is_lost_and_what_is_derived_is_right(kept: str) -> None:
    before, was = tables(db.engine), columns(db.engine)
    upgrade()
    after, now = tables(db.engine), columns(db.engine)
    meant = {key: one for key, one in MEANT.items() if one.since <= _HEAD}
    for table, (names, key) in was.items():
        if (table, "") in meant:
            assert table not in now
            continue
        assert len(after[table]) == len(before[table]), table
        same = [name for name in names if (table, name) not in meant]
        assert set(key) <= set(same) <= set(now[table][0]), table
        assert fingerprint(after[table], same) == fingerprint(before[table], same), _first(before, after, table, same)
        _check_new_columns(table, key, set(now[table][0]) - set(names), before, after)
    for one in meant.values():
        one.proof(before, after)
    for table in set(now) - set(was):
        expected = DERIVED[table](before) if table in DERIVED else []
        own = [name for name in now[table][0] if name != "id"]
        assert _said(after[table], own) == _said(expected, own), table


def _nothing(before: Tables, row: Row) -> None:
    """What a new column says of a row that was there, unless it is in `ADDED`."""


def _check_new_columns(table: str, key: tuple[str, ...], names: set[str], before: Tables, after: Tables) -> None:
    def of(row: Row) -> tuple[Any, ...]:
        return tuple(row[name] for name in key)

    old = {of(row): row for row in before[table]}
    for name in sorted(names - {column for owner, column in _PROVED if owner == table}):
        reckon = ADDED.get((table, name), _nothing)
        assert {of(row): row[name] for row in after[table]} == {k: reckon(before, row) for k, row in old.items()}, (
            f"{table}.{name}"
        )


def _first(before: Tables, after: Tables, table: str, names: list[str]) -> str:
    """What to look at: the first few rows of the one that the other lacks."""
    lost = _said(before[table], names) - _said(after[table], names)
    return f"{table}: of {', '.join(names)} these are lost: {list(lost)[:3]}"


@pytest.mark.parametrize("kept", ["year-of-use"], indirect=True)
def test_the_year_holds_whatever_the_old_tables_may_hold(kept: str) -> None:
    """Every column that may be empty is, somewhere; every word out of a list is used, but for an open survey."""
    before = tables(db.engine)
    found = MetaData()
    found.reflect(db.engine)
    for table in found.sorted_tables:
        if table.name in ("alembic_version", "ballot"):
            continue
        for column in table.columns:
            values = [row[column.name] for row in before[table.name]]
            assert any(value is not None for value in values), column
            assert not column.nullable or None in values, column
        for words in _word_lists(table):
            said = {value for row in before[table.name] for value in row.values() if isinstance(value, str)}
            assert words - said <= {"open"}, table.name
    behind = {"attendance_mark": "place_id", "register_closure": "session_id", "action_wording": "action_id"}
    for name, owner in behind.items():
        assert _forward(before[name], owner) != {row["id"]: row["recorded_at"] for row in before[name]}, name


def _word_lists(table: Any) -> list[set[str]]:
    checks = [str(one.sqltext) for one in table.constraints if isinstance(one, CheckConstraint)]
    return [{part for n, part in enumerate(check.split("'")) if n % 2} for check in checks]


@pytest.mark.parametrize("kept", ["year-of-use"], indirect=True)
def test_a_year_with_an_open_survey_is_refused_in_words(kept: str, caplog: pytest.LogCaptureFixture) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE survey SET state = 'open' WHERE title = 'Closed early, on a leap day'"))
    before, was = tables(db.engine), columns(db.engine)
    with pytest.raises(SystemExit):
        upgrade()
    assert "Nothing was changed. This survey is still open: Closed early, on a leap day." in caplog.text
    assert "until it has closed and is counted" in caplog.text
    assert columns(db.engine) == was and tables(db.engine) == before
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0001", "0.1.0 goes on from here"


def test_a_row_that_a_migration_lost_or_changed_is_found(kept: str) -> None:
    """The comparison finds the smallest loss: one letter, one row, one instant."""
    before = tables(db.engine)
    names = columns(db.engine)["rag_update"][0]
    whole = fingerprint(before["rag_update"], names)
    spoils: tuple[Callable[[list[Row]], object], ...] = (
        lambda rows: rows.pop(),
        lambda rows: rows[0].update(note=rows[0]["note"] + " "),
        lambda rows: rows[-1].update(recorded_at=rows[-1]["recorded_at"].replace(microsecond=1)),
    )
    for spoil in spoils:
        rows = [dict(row) for row in before["rag_update"]]
        spoil(rows)
        assert fingerprint(rows, names) != whole

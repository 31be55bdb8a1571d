"""A database of the first release, brought up to date: nothing of it is lost, and an open old box is refused."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select, text

from tests.support.client import Browser
from tests.support.engines import Site, make_empty_app, sqlalchemy_url
from tests.support.kept import CLOSE_AS_THE_FIRST_RELEASE_DID, load
from tests.support.present import the
from wfsite.core.actor import Actor
from wfsite.core.permissions import Role
from wfsite.extensions import db
from wfsite.surveys.models import Survey
from wfsite.surveys.results.queries import results_page
from wfsite.surveys.rules import SurveyState
from wfsite.training.bookings.models import Place, PlaceStanding
from wfsite.training.bookings.rules import PlaceOrigin
from wfsite.training.registers.models import AttendanceMark
from wfsite.training.reports.queries import latest_quarter, quarter_report

_MIGRATIONS = Path(__file__).parents[3] / "wfsite/db/migrations/versions"


@pytest.fixture
def old(site: Site, tmp_path: Path) -> Iterator[Flask]:
    """An app on the first release's database."""
    app = make_empty_app(site, tmp_path)
    with app.app_context():
        load("first-release")
        yield app
        db.session.remove()
        db.engine.dispose()


def _rows() -> dict[str, int]:
    names = [name for name in inspect(db.engine).get_table_names() if name != "alembic_version"]
    with db.engine.connect() as connection:
        return {name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in names}


def test_a_survey_that_is_still_open_is_refused_in_words(
    site: Site, old: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    before = _rows()
    assert before["ballot"] == 6
    with pytest.raises(SystemExit):
        upgrade()
    assert "still open: Skills and progression pulse survey" in caplog.text
    assert "until it has closed and is counted" in caplog.text
    assert _rows() == before


def test_everything_is_carried_over(site: Site, old: Flask) -> None:
    before = _rows()
    with db.engine.begin() as connection:
        for statement in CLOSE_AS_THE_FIRST_RELEASE_DID:
            connection.execute(text(statement))
        (invited, responded) = connection.execute(
            text("SELECT invited, responded FROM turnout ORDER BY survey_id LIMIT 1")
        ).one()
    upgrade()
    after = _rows()
    gone = {"ballot", "turnout", "invitation"}
    assert not gone & set(after)
    assert {name: rows for name, rows in after.items() if name in before} == {
        name: rows + (name == "tally") for name, rows in before.items() if name not in gone
    }
    counted = the(db.session.scalars(select(Survey.id).where(Survey.state == SurveyState.CLOSED)).first())
    page = results_page(counted)
    assert page.title.startswith("Annual health check") and len(page.questions) == 10
    assert f"({responded} of {invited}" in page.response
    assert page.questions[0].text == "My caseload lets me do good work with children and families"
    db.session.remove()
    b = Browser(Site(old, site.clock, site.instance, sqlalchemy_url(str(db.engine.url))), "staff")
    for path in ("/", "/surveys", f"/surveys/{counted}/results", f"/surveys/{counted}"):
        b.client.get(path)
        assert b.client.get(path).status_code == 200, path


def test_what_was_never_dated_gets_a_first_row_and_every_day_shows_what_it_showed(site: Site, old: Flask) -> None:
    with db.engine.begin() as connection:
        for statement in CLOSE_AS_THE_FIRST_RELEASE_DID:
            connection.execute(text(statement))
    upgrade()
    count = _rows()
    for owner, fact, key in (
        ("place", "place_standing", "place_id"),
        ("training_session", "session_standing", "session_id"),
    ):
        rows = db.session.execute(
            text(f"SELECT o.id FROM {owner} o JOIN {fact} f ON f.{key} = o.id AND f.state = o.state")
        ).all()
        assert len(rows) == len(set(rows)) == count[owner] == count[fact], "one each, saying what stands"
    for owner, fact, same in (
        ("theme", "theme_wording", "f.theme_id = o.id AND f.title = o.title AND f.position = o.position"),
        (
            "action",
            "action_placing",
            "f.action_id = o.id AND f.theme_id = o.theme_id AND f.reference = o.reference AND f.position = o.position "
            "AND f.parent_id IS NOT DISTINCT FROM o.parent_id AND f.recorded_at = o.added_at "
            "AND f.recorded_by IS NOT NULL",
        ),
    ):
        rows = db.session.execute(text(f"SELECT o.id FROM {owner} o JOIN {fact} f ON {same}")).all()
        assert len(rows) == count[owner] == count[fact]
    came = db.session.execute(
        select(PlaceStanding.recorded_at, AttendanceMark.recorded_at, PlaceStanding.recorded_by)
        .join(Place, Place.id == PlaceStanding.place_id)
        .join(AttendanceMark, AttendanceMark.place_id == Place.id)
        .where(Place.origin == PlaceOrigin.WALK_IN)
    ).all()
    assert came and all(since == marked and by for since, marked, by in came), (
        "whoever walked in: with their first mark"
    )
    reader = Actor(1, "A reader", "", None, None, frozenset({Role.TRAINING_LEAD}))
    at = datetime(2026, 11, 24, 18, tzinfo=UTC)  # when the dump was made
    quarter = latest_quarter(at=at)
    for asked in (quarter, quarter.previous, quarter.previous.previous):
        present = quarter_report(asked, seen_by=reader, at=at)
        assert present.sessions
        assert quarter_report(asked, seen_by=reader, at=at, past=True) == present
    db.session.remove()


def test_what_a_clock_set_back_put_behind_is_put_in_order(site: Site, old: Flask) -> None:
    """A place carries the mark that was set last, so on the day of the upgrade that is its newest."""
    with db.engine.begin() as connection:
        for statement in CLOSE_AS_THE_FIRST_RELEASE_DID:
            connection.execute(text(statement))
        place_id, highest, newest_at = connection.execute(
            text(
                "SELECT place_id, (SELECT max(id) FROM attendance_mark), recorded_at FROM attendance_mark "
                "ORDER BY id LIMIT 1"
            )
        ).one()
        connection.execute(
            text(
                "INSERT INTO attendance_mark (id, place_id, mark, recorded_at, act, is_undo) "
                "VALUES (:id, :place_id, 'in-part', '2020-01-01 00:00:00+00:00', 'set-back', false)"
            ).bindparams(id=highest + 1, place_id=place_id)
        )
    upgrade()
    marks = select(AttendanceMark).where(AttendanceMark.place_id == place_id)
    by_time = (AttendanceMark.recorded_at.desc(), AttendanceMark.id.desc())
    newest = the(db.session.scalars(marks.order_by(*by_time)).first())
    assert newest.id == highest + 1
    assert newest.recorded_at.isoformat()[:16].replace("T", " ") == str(newest_at)[:16]
    db.session.remove()


_KEPT_OF_GROUPS = (
    "SELECT id, kind, name, cadence, version FROM working_group ORDER BY id",
    "SELECT id, group_id, agreed_on, purpose FROM group_terms ORDER BY id",
    "SELECT id, group_id, person_id, role, represents, from_on, to_on FROM group_member ORDER BY id",
    "SELECT id, group_id, held_on FROM meeting ORDER BY id",
    "SELECT id, year, title FROM plan ORDER BY id",
    "SELECT id, plan_id, title FROM theme ORDER BY id",
)
_PARENTS = "SELECT id, reports_to_id FROM working_group WHERE reports_to_id IS NOT NULL ORDER BY id"


def _kept(*statements: str) -> list[list[tuple[Any, ...]]]:
    with db.engine.connect() as connection:
        return [[tuple(row) for row in connection.execute(text(statement))] for statement in statements]


def _first_release_at_0007() -> None:
    with db.engine.begin() as connection:
        for statement in CLOSE_AS_THE_FIRST_RELEASE_DID:
            connection.execute(text(statement))
    upgrade(revision="0007")


def test_groups_keep_their_parents_terms_seats_and_meetings_and_the_plan_is_the_steering_groups(
    site: Site, old: Flask
) -> None:
    _first_release_at_0007()
    before, (parents,) = _kept(*_KEPT_OF_GROUPS), _kept(_PARENTS)
    assert all(before) and parents
    upgrade()
    assert _kept(*_KEPT_OF_GROUPS) == before
    assert _kept("SELECT group_id, parent_id FROM group_parent ORDER BY group_id") == [parents]
    whose = "SELECT DISTINCT g.kind FROM plan p JOIN working_group g ON g.id = p.group_id"
    assert _kept(whose) == [[("steering",)]]
    downgrade(revision="0007")
    assert (_kept(*_KEPT_OF_GROUPS), _kept(_PARENTS)) == (before, [parents])


def test_a_plan_without_a_steering_group_gets_one(site: Site, old: Flask) -> None:
    _first_release_at_0007()
    with db.engine.begin() as connection:
        for table in ("group_member", "group_terms", "meeting"):
            connection.execute(
                text(f"DELETE FROM {table} WHERE group_id IN (SELECT id FROM working_group WHERE kind = 'steering')")
            )
        connection.execute(text("UPDATE working_group SET reports_to_id = NULL"))
        connection.execute(text("DELETE FROM working_group WHERE kind = 'steering'"))
        connection.execute(text("UPDATE working_group SET name = 'Workforce steering group' WHERE kind = 'training'"))
    upgrade()
    found = "SELECT DISTINCT g.kind, g.name FROM plan p JOIN working_group g ON g.id = p.group_id"
    assert _kept(found) == [[("steering", "Workforce steering group (the plan’s)")]]


def test_groups_of_which_there_is_no_room_for_both_stop_the_way_back(
    site: Site, old: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    _first_release_at_0007()
    upgrade()
    with db.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO working_group (id, kind, name, cadence, version) VALUES (99, 'steering', 'B', 'x', 1)")
        )
    with pytest.raises(SystemExit):
        downgrade(revision="0007")
    assert "There are several groups of a kind" in caplog.text


def test_what_was_issued_stops_the_way_back(site: Site, old: Flask, caplog: pytest.LogCaptureFixture) -> None:
    _first_release_at_0007()
    upgrade()
    with db.engine.begin() as connection:
        person = connection.scalar(text("SELECT min(id) FROM person"))
        connection.execute(
            text(
                "INSERT INTO issued_edition (id, kind, subject, number, title, state, state_since, author_id, reason,"
                " template, figures, figures_at, words, issued_at, version) VALUES (1, 'a', 'b', 1, 'T', 'issued', :at,"
                " :person, '', 'v1', :kept, :at, :kept, :at, 1)"
            ),
            {"at": "2026-03-01 10:00:00", "person": person, "kept": b"{}"},
        )
    with pytest.raises(SystemExit):
        downgrade(revision="0010")
    assert "would destroy what was issued (1 in all)" in caplog.text


def test_papers_stop_the_way_back(site: Site, old: Flask, caplog: pytest.LogCaptureFixture) -> None:
    _first_release_at_0007()
    upgrade()
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO paper (id, subject_kind, subject_id, title, standing, withdrawn)"
                " VALUES (1, 'group', 1, 'Terms', 'open', :no)"
            ),
            {"no": False},
        )
    with pytest.raises(SystemExit):
        downgrade(revision="0008")
    assert "would destroy what is known of papers (1 in all)" in caplog.text


def test_the_first_migration_is_never_revised() -> None:
    """Who has run it keeps what it did: a change of the tables is a new migration."""
    assert hashlib.sha256((_MIGRATIONS / "0001_first_release.py").read_bytes()).hexdigest() == (
        "b1a374adb3045dc8fe5ed01588b9ed2d9daabdae403fedac6eb7ecf57defd2f8"
    )

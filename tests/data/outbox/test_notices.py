"""Notices: told once, replaced by what is newer, seen once, ended for all when there is nothing more to know."""

import sqlite3
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from tests.support.engines import NOW, Site
from tests.support.plans import actor
from wfsite.core.actor import Actor
from wfsite.core.errors import Missing
from wfsite.db.base import table_of
from wfsite.extensions import db
from wfsite.jobs import forget_old_notices
from wfsite.outbox.models import Notice
from wfsite.outbox.queries import _READ_WAITING, notice_page, notices_waiting
from wfsite.outbox.services import Told, notice_add, notice_seen, notices_end

pytestmark = pytest.mark.usefixtures("context")

THING = ("a-thing", 7)
FIRST, SECOND = Told(*THING, "A thing", "It happened."), Told(*THING, "A thing", "It happened otherwise.")


def person(account: str) -> int:
    return actor(account).person_id


def rows(account: str | None = None) -> list[Notice]:
    whose = Notice.person_id == person(account) if account else Notice.subject_kind == THING[0]
    wanted = select(Notice).where(Notice.subject_kind == THING[0], whose).order_by(Notice.id)
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def waiting(account: str) -> list[str]:
    return [kept.words for kept in notices_waiting(actor(account)) if kept.subject_kind == THING[0]]


def test_told_twice_is_once() -> None:
    for _ in range(2):
        notice_add([person("chair"), person("viewer"), person("chair")], FIRST, at=NOW)
    assert waiting("chair") == waiting("viewer") == ["It happened."]
    assert len(rows()) == 2
    notice_add([], FIRST, at=NOW)
    assert len(rows()) == 2


def test_a_newer_one_takes_the_place_of_what_was_not_seen() -> None:
    notice_add([person("chair"), person("viewer")], FIRST, at=NOW)
    (seen,) = rows("viewer")
    notice_seen(seen.id, by=actor("viewer"), at=NOW)
    later = NOW + timedelta(hours=1)
    notice_add([person("chair"), person("viewer")], SECOND, at=later)
    assert waiting("chair") == waiting("viewer") == ["It happened otherwise."]
    old, new = rows("chair")
    assert (old.ended_at, old.seen_at, new.replaces_id) == (later, None, old.id)
    old, new = rows("viewer")
    assert (old.ended_at, old.seen_at, new.replaces_id) == (None, NOW, None)
    notice_add([person("chair")], FIRST, at=later)  # back to the first words is news again
    assert waiting("chair") == ["It happened."]


def test_another_thing_is_left_alone() -> None:
    other = Told("a-thing", 8, "Another", "It happened too.")
    notice_add([person("chair")], FIRST, at=NOW)
    notice_add([person("chair")], other, at=NOW)
    notices_end(*THING, at=NOW)
    assert waiting("chair") == ["It happened too."]


def test_what_has_ended_waits_for_nobody() -> None:
    notice_add([person("chair"), person("viewer")], FIRST, at=NOW)
    notice_seen(rows("viewer")[0].id, by=actor("viewer"), at=NOW)
    notices_end(*THING, at=NOW + timedelta(hours=1))
    assert waiting("chair") == waiting("viewer") == []
    assert [(row.seen_at, row.ended_at) for row in rows()] == [(None, NOW + timedelta(hours=1)), (NOW, None)]


def test_seen_once_and_only_by_whom_it_is_for() -> None:
    notice_add([person("chair")], FIRST, at=NOW)
    (row,) = rows("chair")
    with pytest.raises(Missing):
        notice_seen(row.id, by=actor("viewer"), at=NOW)
    assert waiting("chair") == ["It happened."]
    for hours in (1, 2):
        notice_seen(row.id, by=actor("chair"), at=NOW + timedelta(hours=hours))
    assert rows("chair")[0].seen_at == NOW + timedelta(hours=1)
    with pytest.raises(Missing):
        notice_seen(2**31 - 1, by=actor("chair"), at=NOW)


def test_a_notice_that_ended_can_still_be_said_to_be_seen() -> None:
    """Somebody presses Seen on a page from before: it is true, and the newer one still waits."""
    notice_add([person("chair")], FIRST, at=NOW)
    (old,) = rows("chair")
    notice_add([person("chair")], SECOND, at=NOW)
    notice_seen(old.id, by=actor("chair"), at=NOW)
    assert waiting("chair") == ["It happened otherwise."]


def test_the_database_itself_keeps_a_second_one_of_a_thing_out() -> None:
    notice_add([person("chair")], FIRST, at=NOW)
    values = {c.name: getattr(rows("chair")[0], c.name) for c in Notice.__table__.c if c.name != "id"}
    with pytest.raises(IntegrityError):
        db.session.execute(insert(table_of(Notice)), values)


def test_only_what_is_done_with_for_a_year_is_forgotten() -> None:
    db.session.execute(delete(Notice))
    people = [person(account) for account in ("chair", "viewer", "admin")]
    notice_add(people, FIRST, at=NOW)
    notice_seen(rows("chair")[0].id, by=actor("chair"), at=NOW)
    notice_add([person("viewer")], SECOND, at=NOW + timedelta(days=1))
    assert forget_old_notices(NOW + timedelta(days=365)) == ""
    assert forget_old_notices(NOW + timedelta(days=365, seconds=1)) == "1 notice"
    assert forget_old_notices(NOW + timedelta(days=5000)) == "1 notice"
    assert waiting("admin") == ["It happened."] and waiting("viewer") == ["It happened otherwise."]


def test_the_pages_of_what_was_told() -> None:
    db.session.execute(delete(Notice))
    for number in range(30):
        notice_add([person("chair")], Told("a-thing", number, f"Thing {number}", "So."), at=NOW)
    first, last = notice_page(actor("chair"), page=1), notice_page(actor("chair"), page=99)
    assert [kept.title for kept in first.rows] == [f"Thing {n}" for n in range(29, 4, -1)]
    assert [kept.title for kept in last.rows] == [f"Thing {n}" for n in range(4, -1, -1)]
    assert (last.number, last.pages) == (2, 2)
    assert notice_page(actor("viewer"), page=1).rows == ()


@pytest.mark.only("sqlite")
def test_what_waits_is_found_by_its_index(site: Site) -> None:
    statement = _READ_WAITING.statement.compile(db.engine, compile_kwargs={"render_postcompile": True})
    with sqlite3.connect(site.instance / "site.db") as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", (1, 2**31 - 1, 40, 0)).fetchall()
    connection.close()
    assert [step for *_, step in plan] == [
        "SEARCH notice USING INDEX ix_notice_person_id_id_waits (person_id=? AND id<?)"
    ]


def _race(site: Site, *acts: Callable[[], object]) -> None:
    """Run acts at the same time, each as a request of its own would."""
    start, faults = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        with site.app.app_context():
            try:
                start.wait()
                act()
                db.session.commit()
            except BaseException as fault:  # a thread must not swallow what broke it
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_seen_from_two_tabs_at_once_is_seen_once(site: Site) -> None:
    notice_add([person("chair")], FIRST, at=NOW)
    db.session.commit()
    chair: Actor = actor("chair")
    (row,) = rows("chair")
    notice_id = row.id
    db.session.rollback()
    times = [NOW + timedelta(hours=hours) for hours in (1, 2)]
    _race(site, *((lambda at=at: notice_seen(notice_id, by=chair, at=at)) for at in times))
    (row,) = rows("chair")
    assert row.seen_at in times and row.ended_at is None


def test_seen_while_something_newer_is_told_leaves_the_newer_one(site: Site) -> None:
    notice_add([person("chair")], FIRST, at=NOW)
    db.session.commit()
    chair = actor("chair")
    notice_id = rows("chair")[0].id
    db.session.rollback()
    _race(
        site,
        lambda: notice_seen(notice_id, by=chair, at=NOW),
        lambda: notice_add([chair.person_id], SECOND, at=NOW),
    )
    old, new = rows("chair")
    assert old.seen_at == NOW
    assert new.replaces_id == (old.id if old.ended_at else None)
    assert waiting("chair") == ["It happened otherwise."]

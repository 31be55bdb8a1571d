"""Long work is done once: taken up by one, given back by a death, ended by whoever holds it, forgotten in time."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text, update

from tests.support.engines import NOW, FrozenClock, Site
from tests.support.present import the
from tests.support.works import asked, check_asked, keeps, kinds, plan_file, raises, work_row
from wfsite.core.apart import TooHeavy
from wfsite.core.errors import Missing
from wfsite.db.base import table_of
from wfsite.extensions import db
from wfsite.imports.models import Upload
from wfsite.imports.queries import upload_checked, upload_file
from wfsite.imports.rules import UploadState, check_as_kept
from wfsite.imports.services import upload_discard
from wfsite.jobs import forget_old_works
from wfsite.works.kinds import Do
from wfsite.works.models import Work
from wfsite.works.queries import work_left, work_of, work_page
from wfsite.works.rules import BROKEN, GIVEN_UP, MOST_TRIES, SILENT, SLOTS, TOO_HEAVY, CannotBeDone, Tell, WorkState
from wfsite.works.running import Bounds, work_run, works_run
from wfsite.works.services import Asked, slot_for, work_ask, work_end, work_take, work_tell

pytestmark = pytest.mark.usefixtures("context")
LATER = NOW + SILENT + timedelta(seconds=1)


@pytest.fixture
def only(site: Site, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets the site know these kinds of work alone."""

    def know(**offers: Do) -> None:
        monkeypatch.setitem(site.app.extensions, "contributions", kinds(**offers))

    return know


def _take(*, at: datetime = NOW, runner: str = "a", slot: int = 1) -> bool:
    taken = work_take(the(work_left(at=at)), slot=slot, runner=runner, at=at)
    db.session.commit()
    return taken


def test_asked_for_twice_is_one_and_begins_anew_once_it_is_over(site: Site, clock: FrozenClock) -> None:
    upload_id, work_id = check_asked()
    assert work_ask("check of an import", upload_id, by=1, at=NOW) == Asked(work_id, is_new=False)
    db.session.commit()
    assert works_run(clock, Bounds()) == 1
    assert works_run(clock, Bounds()) == 0
    assert work_row(work_id).state is WorkState.DONE
    assert work_ask("check of an import", upload_id, by=2, at=LATER) == Asked(work_id, is_new=True)
    db.session.commit()
    again = work_row(work_id)
    assert (again.state, again.tries, again.asked_by, again.asked_at) == (WorkState.WAITING, 0, 2, LATER)


def test_the_check_that_is_kept_is_the_one_that_would_be_confirmed(site: Site, clock: FrozenClock) -> None:
    upload_id, _ = check_asked(content=plan_file(5) + b"Bad,31/02/2026,,Red,,\n")
    works_run(clock, Bounds())
    file = upload_file(upload_id)
    fresh = upload_checked("plan", file.content, target_id=2025)
    kept = check_as_kept(db.session.scalar(select(Upload.checked).where(Upload.id == upload_id)))
    assert kept.fingerprint == fresh.fingerprint and fresh.errors
    assert (kept.errors, kept.notes, kept.summary) == (fresh.errors, fresh.notes, fresh.summary)


def test_of_two_who_find_it_left_one_takes_it(site: Site) -> None:
    _, work_id = check_asked()
    found = the(work_left(at=NOW))
    assert work_take(found, slot=1, runner="a", at=NOW)
    assert not work_take(found, slot=1, runner="b", at=NOW)
    db.session.commit()
    assert work_row(work_id).runner == "a"


def test_many_runners_at_once_do_each_piece_once(site: Site, clock: FrozenClock, only: Callable[..., None]) -> None:
    kept: list[int] = []
    only(sums=keeps(kept))
    pieces = [asked("sums", n) for n in range(1, 7)]
    start = threading.Barrier(6)

    def run() -> None:
        with site.app.app_context():
            start.wait(20)
            works_run(clock, Bounds())
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(kept) == [1, 2, 3, 4, 5, 6]
    assert {(work_row(one).state, work_row(one).tries) for one in pieces} == {(WorkState.DONE, 1)}


def test_so_many_at_once_and_the_next_when_one_has_ended(
    site: Site, clock: FrozenClock, only: Callable[..., None]
) -> None:
    kept: list[int] = []
    only(sums=keeps(kept))
    for number in range(SLOTS + 1):
        asked("sums", number)
    for slot in range(1, SLOTS + 1):
        assert slot_for(the(work_left(at=NOW))) == slot
        assert _take(slot=slot, runner=str(slot))
    assert slot_for(the(work_left(at=NOW))) is None
    db.session.rollback()
    assert works_run(clock, Bounds()) == 0
    first = the(db.session.scalar(select(Work.id).where(Work.slot == 1)))
    assert work_end(first, runner="1", at=NOW)
    db.session.commit()
    assert works_run(clock, Bounds()) == 1
    assert kept == [SLOTS]


def test_what_is_small_is_done_at_once_though_all_places_are_taken(
    site: Site, clock: FrozenClock, only: Callable[..., None]
) -> None:
    kept: list[int] = []
    only(sums=keeps(kept))
    for slot in range(1, SLOTS + 1):
        asked("sums", slot)
        _take(slot=slot, runner=str(slot))
    work_run(asked("sums", 9), clock)
    assert kept == [9]


def test_whose_runner_died_is_done_by_the_next_and_the_dead_ones_word_counts_no_more(
    site: Site, clock: FrozenClock, only: Callable[..., None]
) -> None:
    kept: list[int] = []
    only(sums=keeps(kept))
    work_id = asked("sums")
    assert _take(runner="dead")
    assert works_run(clock, Bounds()) == 0
    clock.at = LATER
    assert works_run(clock, Bounds()) == 1
    assert kept == [1]
    assert not work_tell(work_id, "I live", done=1, total=1, runner="dead", at=LATER)
    assert not work_end(work_id, problem="I failed", runner="dead", at=LATER)
    db.session.rollback()
    done = work_row(work_id)
    assert (done.state, done.tries, done.problem, done.slot) == (WorkState.DONE, 2, "", None)


def test_a_clock_set_back_lets_nobody_wait_for_it(site: Site, clock: FrozenClock, only: Callable[..., None]) -> None:
    kept: list[int] = []
    only(sums=keeps(kept))
    work_id = asked("sums")
    ahead = NOW + timedelta(hours=2)
    assert _take(at=ahead, runner="before")
    page = work_page(work_id, at=NOW)
    assert (page.is_left(at=NOW), page.runners) == (True, 0)
    assert work_page(work_id, at=ahead).runners == 1
    waits = asked("sums", 2, at=ahead)
    assert work_page(waits, at=NOW).is_left(at=NOW)
    assert works_run(clock, Bounds()) == 2
    assert kept == [1, 2]
    assert not work_tell(work_id, "I live", done=1, total=1, runner="before", at=NOW)


def test_who_was_taken_for_dead_while_working_keeps_nothing(
    site: Site, clock: FrozenClock, only: Callable[..., None]
) -> None:
    kept: list[int] = []

    def taken_by_another() -> None:
        clock.at = LATER
        with db.engine.begin() as connection:
            connection.execute(update(table_of(Work)).values(runner="another", tries=2, alive_at=LATER))

    only(sums=keeps(kept, taken_by_another))
    work_id = asked("sums")
    works_run(clock, Bounds())
    assert kept == []
    assert (work_row(work_id).state, work_row(work_id).runner) == (WorkState.RUNNING, "another")


def test_what_takes_its_runner_with_it_again_and_again_is_given_up(
    site: Site, clock: FrozenClock, only: Callable[..., None]
) -> None:
    kept: list[int] = []
    only(sums=keeps(kept))
    work_id = asked("sums")
    for turn in range(MOST_TRIES):
        clock.at = NOW + turn * (SILENT + timedelta(seconds=1))
        assert _take(at=clock.at, runner=str(turn))
    clock.at += SILENT + timedelta(seconds=1)
    assert works_run(clock, Bounds()) == 0
    assert (work_row(work_id).state, work_row(work_id).problem) == (WorkState.FAILED, GIVEN_UP)
    assert kept == []


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (CannotBeDone("Choose another"), "Choose another"),
        (TooHeavy(), TOO_HEAVY),
        (MemoryError(), TOO_HEAVY),
        (Missing(), BROKEN),
        (ZeroDivisionError("secret of a file"), BROKEN),
    ],
)
def test_what_fails_leaves_a_sentence(
    site: Site, clock: FrozenClock, only: Callable[..., None], error: Exception, sentence: str
) -> None:
    only(sums=raises(error))
    work_id = asked("sums")
    works_run(clock, Bounds())
    assert (work_row(work_id).state, work_row(work_id).problem) == (WorkState.FAILED, sentence)


def test_what_nobody_knows_how_to_do_leaves_a_sentence(
    site: Site, clock: FrozenClock, only: Callable[..., None]
) -> None:
    only()
    work_id = asked("sums")
    works_run(clock, Bounds())
    assert work_row(work_id).problem == BROKEN


def test_a_database_that_fails_leaves_the_work_for_the_next(
    site: Site, clock: FrozenClock, only: Callable[..., None]
) -> None:
    only(sums=lambda subject_id, /, *, tell: db.session.execute(text("SELECT nothing FROM nowhere")))
    work_id = asked("sums")
    with pytest.raises(Exception, match="nowhere"):
        works_run(clock, Bounds())
    assert work_row(work_id).state is WorkState.RUNNING
    kept: list[int] = []
    only(sums=keeps(kept))
    clock.at = LATER
    works_run(clock, Bounds())
    assert kept == [1]


def test_others_write_while_it_works_and_see_how_far_it_is(
    site: Site, clock: FrozenClock, only: Callable[..., None]
) -> None:
    seen = []

    def meanwhile() -> None:
        db.session.scalar(select(func.count()).select_from(Work))
        with db.engine.begin() as connection:
            connection.execute(update(table_of(Upload)).values(file_name="written meanwhile.csv"))
            seen.append(tuple(connection.execute(select(Work.words, Work.done, Work.total)).all()[-1]))

    only(sums=keeps([], meanwhile))
    asked("sums")
    works_run(clock, Bounds())
    assert seen == [("Counting", 1, 2)]


# On PostgreSQL it reads in autocommit: work that writes is a fault that a review finds.
@pytest.mark.only("sqlite")
def test_what_work_writes_before_it_is_kept_is_given_up(
    site: Site, clock: FrozenClock, only: Callable[..., None]
) -> None:
    def do(subject_id: int, /, *, tell: Tell) -> None:
        db.session.execute(update(Upload).values(file_name="half done"))
        raise CannotBeDone("No")

    only(sums=do)
    asked("sums")
    works_run(clock, Bounds())
    assert db.session.scalar(select(func.count()).where(Upload.file_name == "half done")) == 0


def test_a_file_that_was_discarded_meanwhile_gets_no_check(site: Site, clock: FrozenClock) -> None:
    upload_id, work_id = check_asked()
    upload_discard(upload_id, kind="plan", by=1, at=NOW)
    db.session.commit()
    works_run(clock, Bounds())
    assert work_row(work_id).state is WorkState.DONE
    assert db.session.execute(select(Upload.state, Upload.checked).where(Upload.id == upload_id)).one() == (
        UploadState.DISCARDED,
        None,
    )


def test_a_target_that_is_gone_says_so(site: Site, clock: FrozenClock) -> None:
    upload_id, work_id = check_asked()
    db.session.execute(update(Upload).where(Upload.id == upload_id).values(kind="workforce", target_id=99999))
    header = ["Month", "Permanent", "Starters", "Leavers", "Agency", "Vacancies", "Conversions"]
    rows = {"header": header, "rows": [[2, ["March 2021", *"123456"]]], "on": "2026-03-10"}
    db.session.execute(update(Upload).where(Upload.id == upload_id).values(content=rows))
    db.session.commit()
    works_run(clock, Bounds())
    assert "no longer there" in work_row(work_id).problem


def test_left_is_said_only_when_nobody_does_it_or_will(site: Site) -> None:
    _, work_id = check_asked()
    soon, late = NOW + timedelta(seconds=5), NOW + timedelta(seconds=11)
    assert not work_page(work_id, at=soon).is_left(at=soon)
    assert work_page(work_id, at=late).is_left(at=late)
    assert _take(at=late)
    assert not work_page(work_id, at=late).is_left(at=late)
    dead = late + SILENT + timedelta(seconds=1)
    assert work_page(work_id, at=dead).is_left(at=dead)
    assert work_of("check of an import", 987654, at=NOW) is None
    with pytest.raises(Missing):
        work_page(987654, at=NOW)


def test_old_pieces_are_forgotten_and_what_is_under_way_is_not(site: Site) -> None:
    week = timedelta(days=7, hours=1)
    _, old = check_asked(at=NOW - week)
    _, new = check_asked(at=NOW)
    _, running = check_asked(at=NOW - week)
    db.session.execute(update(Work).where(Work.id == running).values(state=WorkState.RUNNING))
    assert forget_old_works(NOW) == "1 piece"
    left = set(db.session.scalars(select(Work.id)))
    assert old not in left and {new, running} <= left

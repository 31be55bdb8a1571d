"""Opening: a box and a row of the database, both or neither, whatever fails or is killed between them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.engine.base import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from tests.support.engines import NOW, Site
from tests.support.present import the
from tests.support.surveys import (
    actor,
    answer_all,
    credential,
    form_for,
    give_passwords,
    open_draft,
    opened_survey,
    person_id,
    questions_of,
    secret,
    standing_of,
    survey_draft,
    workers,
)
from wfsite.core.actor import Actor
from wfsite.core.errors import Conflict
from wfsite.core.permissions import Role
from wfsite.extensions import db
from wfsite.people.models import Person
from wfsite.surveys.answering.queries import surveys_waiting
from wfsite.surveys.answering.services import answers_send, survey_open, survey_start, surveys_start
from wfsite.surveys.box import folder, store
from wfsite.surveys.box.rules import Marks
from wfsite.surveys.box_queries import box_problems
from wfsite.surveys.closing import services as closing
from wfsite.surveys.closing.services import survey_close
from wfsite.surveys.closing.tally import Step, close_due, tally
from wfsite.surveys.models import Comment, Survey
from wfsite.surveys.rules import Phase, SurveyState
from wfsite.surveys.survey_queries import survey_list, surveys_to_look_after

pytestmark = pytest.mark.usefixtures("context")
LATER = NOW + timedelta(days=7)
# Long after whatever a test has just written to the disk.
MUCH_LATER = NOW.replace(year=2100)


@pytest.fixture
def draft(site: Site) -> int:
    """A draft that is kept, to be opened to twenty workers with passwords."""
    give_passwords(workers(20))
    survey_id = survey_draft()
    db.session.commit()
    return survey_id


def _open(site: Site, survey_id: int, **kwargs: Any) -> str:
    """The first half of an opening: nothing is committed yet."""
    return survey_open(survey_id, invited=workers(20), boxes=site.boxes, key=secret(), at=NOW, **kwargs)


def _lead() -> Actor:
    return Actor(person_id("survey"), "", "", None, None, frozenset({Role.SURVEY_LEAD}))


def _is_asked(site: Site, survey_id: int) -> bool:
    waiting = surveys_waiting(actor(workers(1)[0]), at=NOW, boxes=site.boxes)
    return survey_id in {found.id for found in waiting}


def _hidden(site: Site) -> list[str]:
    return [entry.name for entry in (site.boxes / "open").iterdir() if entry.name.startswith(".")]


def _counts(site: Site, survey_id: int) -> bool:
    answer_all(survey_id, workers(12))
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.COUNTED
    return bool(standing_of(survey_id)["tally"][2] == 12)


def test_nobody_is_asked_before_the_database_has_committed(site: Site, draft: int) -> None:
    _open(site, draft)
    assert not _is_asked(site, draft)
    with pytest.raises(Conflict, match="cannot be answered"):
        answers_send(draft, {}, by=actor(workers(1)[0]), at=NOW, boxes=site.boxes)
    # Whoever starts it too early gives up the opening with all else that is not committed.
    assert not survey_start(draft, boxes=site.boxes)
    assert db.session.get_one(Survey, draft).state is SurveyState.DRAFT
    db.session.rollback()
    _open(site, draft)
    db.session.commit()
    assert not _is_asked(site, draft)
    assert survey_start(draft, boxes=site.boxes) and _is_asked(site, draft)
    assert not survey_start(draft, boxes=site.boxes), "twice is once"
    assert _counts(site, draft)


def _refuse_commits(site: Site) -> None:
    """The database takes every statement and refuses the commit."""
    if site.is_sqlite:
        db.session.execute(text("PRAGMA defer_foreign_keys = ON"))
        db.session.execute(insert(Comment), [{"question_id": 10**6, "key": b"k" * 16, "text": "of no question"}])
        return
    with db.engine.begin() as connection:
        connection.execute(
            text("CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$")
        )
        connection.execute(
            text(
                "CREATE CONSTRAINT TRIGGER no AFTER UPDATE ON survey DEFERRABLE INITIALLY DEFERRED "
                "FOR EACH ROW EXECUTE FUNCTION no()"
            )
        )


def _take_commits(site: Site) -> None:
    if not site.is_sqlite:
        with db.engine.begin() as connection:
            connection.execute(text("DROP TRIGGER no ON survey"))


def test_a_commit_that_fails_leaves_a_draft_that_can_be_opened(site: Site, draft: int) -> None:
    db.session.rollback()
    _refuse_commits(site)
    _open(site, draft)
    with pytest.raises(DBAPIError):
        db.session.commit()
    db.session.rollback()
    _take_commits(site)
    assert len(_hidden(site)) == 1, "what was made for it waits"
    assert not survey_start(draft, boxes=site.boxes) and not _is_asked(site, draft)
    assert surveys_start(at=NOW, boxes=site.boxes) == [] and box_problems(site.boxes, at=NOW) == []
    open_draft(site, draft, workers(20))
    # What the first opening made goes after an hour; the box that people answer in stays.
    assert len(_hidden(site)) == 1
    assert surveys_start(at=MUCH_LATER, boxes=site.boxes) == []
    assert _hidden(site) == [] and _is_asked(site, draft)
    assert _counts(site, draft)


def test_ones_own_new_password_while_a_box_waits_is_known_to_it(site: Site, draft: int) -> None:
    person, other = workers(2)
    _open(site, draft)
    db.session.commit()
    (hidden,) = _hidden(site)
    store.rebind(site.boxes, person, before=credential(person), after="my new one")
    store.rebind(site.boxes, other, before="not the one before", after="planted")
    assert sorted(file.name for file in (site.boxes / "open" / hidden).iterdir()) == ["box.db", "half.key"]
    assert survey_start(draft, boxes=site.boxes)
    form = form_for(questions_of(draft), Random(1))
    for voter, by in ((person, "my new one"), (other, "planted")):
        answers_send(draft, form, by=replace(actor(voter), credential=by), at=NOW, boxes=site.boxes)
    assert store.marks(site.boxes, draft) == Marks(2, 1)


def test_no_password_changes_between_its_reading_and_the_commit(site: Site, draft: int) -> None:
    """Else the box would freeze the one before, and nobody would tell it of the new one."""
    change = update(Person).where(Person.id == workers(1)[0]).values(password_hash="another")
    db.session.rollback()
    with db.engine.connect() as other:
        _quick(other)
        other.execute(change)  # the control
        other.rollback()
        _open(site, draft)
        with pytest.raises(OperationalError, match=r"lock"):
            _quick(other)
            other.execute(change)
        other.rollback()
        db.session.commit()
        _quick(other)
        other.execute(change)
        other.rollback()


def _quick(connection: Connection) -> None:
    """Wait no longer than a moment for somebody else's lock."""
    if connection.dialect.name == "sqlite":
        the(connection.connection.driver_connection).execute("PRAGMA busy_timeout = 50")
    else:
        connection.execute(text("SET LOCAL lock_timeout = '50ms'"))


def test_one_opening_that_fails_stops_no_other_and_not_the_sweep(site: Site, draft: int) -> None:
    _open(site, draft)
    db.session.rollback()
    (orphan,) = _hidden(site)
    _open(site, draft)
    db.session.commit()
    bad = site.boxes / "open" / f".{10**30}.x"
    bad.mkdir()  # a number that no database takes
    with pytest.raises((OverflowError, DBAPIError)):
        surveys_start(at=MUCH_LATER, boxes=site.boxes)
    assert _is_asked(site, draft) and orphan not in _hidden(site)


@pytest.mark.parametrize("with_code", [False, True])
def test_an_opening_that_ends_after_its_commit_is_finished(site: Site, draft: int, with_code: bool) -> None:
    code = _open(site, draft, with_code=with_code)
    db.session.commit()
    (listed,) = [s for s in survey_list(seen_by=_lead(), at=NOW, boxes=site.boxes).to_look_after if s.id == draft]
    assert listed.phase is Phase.OPENING and "within minutes" in listed.where_it_stands
    assert draft not in {s.id for s in surveys_to_look_after(seen_by=_lead(), at=NOW, boxes=site.boxes)}
    (problem,) = box_problems(site.boxes, at=NOW)
    assert "waits to be put into its place. Run: flask wfsite run-due" in problem.words
    with pytest.raises(Conflict, match="opened already"):
        _open(site, draft)
    db.session.rollback()
    # Also when nobody came by for longer than an opening may wait.
    assert surveys_start(at=MUCH_LATER, boxes=site.boxes) == [draft]
    assert _is_asked(site, draft) and box_problems(site.boxes, at=NOW) == []
    answer_all(draft, workers(12))
    assert tally(draft, boxes=site.boxes, at=LATER, code=code).step is Step.COUNTED


def test_run_due_finishes_it(site: Site, draft: int) -> None:
    _open(site, draft)
    db.session.commit()
    result = site.app.test_cli_runner().invoke(args=["wfsite", "run-due"])
    assert "ok\tstart surveys that were opened: 1 survey" in result.output
    assert _is_asked(site, draft)
    again = site.app.test_cli_runner().invoke(args=["wfsite", "run-due"])
    assert "ok\tstart surveys that were opened\n" in again.output


@pytest.mark.parametrize("cancel", [False, True])
def test_what_is_being_opened_can_be_called_off_a_moment_later(
    site: Site, draft: int, cancel: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    _open(site, draft)
    db.session.commit()
    with pytest.raises(Conflict, match="being opened"):
        survey_close(draft, at=NOW, boxes=site.boxes, cancel=cancel)
    db.session.rollback()

    def _meanwhile(boxes: Path, number: int, half: Any) -> bool:
        assert folder.box_start(boxes, number, half)
        return False

    # Put into its place between the two looks: the box is shut, and not only the index.
    monkeypatch.setattr(closing, "box_waits", _meanwhile)
    if cancel:
        survey_close(draft, at=NOW, boxes=site.boxes, cancel=True)
        db.session.commit()
        assert the(store.look(site.boxes, draft)).cancelled
    else:
        with pytest.raises(Conflict, match="fewer than half"):
            survey_close(draft, at=NOW, boxes=site.boxes)


@pytest.mark.parametrize("state", [SurveyState.DRAFT, SurveyState.CLOSED])
def test_what_waits_for_an_opening_that_the_index_denies_goes_unopened(
    site: Site, draft: int, state: SurveyState
) -> None:
    _open(site, draft)
    db.session.commit()
    db.session.execute(update(Survey).where(Survey.id == draft).values(state=state))
    db.session.commit()
    (hidden,) = (site.boxes / "open").glob(f".{draft}.*")
    made = datetime.fromtimestamp(hidden.stat().st_mtime, UTC)
    assert surveys_start(at=made + timedelta(minutes=59), boxes=site.boxes) == [] and _hidden(site)
    assert surveys_start(at=made + timedelta(minutes=61), boxes=site.boxes) == [] and not _hidden(site)


def test_two_openings_at_once_are_one(site: Site, draft: int) -> None:
    """The first to commit has it: the box of the other has no half in the database, and never takes its place."""
    _open(site, draft)
    half = the(db.session.get_one(Survey, draft).box_half)
    db.session.rollback()
    open_draft(site, draft, workers(20))
    answer_all(draft, workers(3))
    assert folder.box_start(site.boxes, draft, half) is False
    assert store.marks(site.boxes, draft).answered == 3
    # Nor once that one has ended: a number is opened once, ever.
    tally(draft, boxes=site.boxes, at=LATER)
    db.session.execute(update(Survey).where(Survey.id == draft).values(state=SurveyState.OPEN, box_half=half))
    db.session.commit()
    assert folder.waiting_numbers(site.boxes) == [draft] and surveys_start(at=NOW, boxes=site.boxes) == []
    assert not _is_asked(site, draft) and draft not in folder.box_numbers(site.boxes)


@pytest.mark.parametrize("half", [None, b"", b"x" * 32, "text"])
def test_a_half_that_no_box_waits_for_starts_nothing(site: Site, draft: int, half: bytes | str | None) -> None:
    _open(site, draft)
    db.session.rollback()
    assert folder.box_start(site.boxes, draft, half) is False  # type: ignore[arg-type]  # the text of a bad hand
    assert len(_hidden(site)) == 1


def test_strange_names_in_the_folder_are_left_alone(site: Site, draft: int) -> None:
    for name in (".away", ".12x.y", ".٣.y", "lost+found"):
        (site.boxes / "open" / name).mkdir()
        (site.boxes / "open" / name / "file").touch()
    assert surveys_start(at=NOW, boxes=site.boxes) == [] and surveys_start(at=NOW, boxes=None) == []
    assert close_due(at=NOW, boxes=site.boxes) == []


def test_a_disk_that_fails_leaves_no_box(site: Site, draft: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def _full(_path: Path) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(folder, "sync_folder", _full)
    with pytest.raises(OSError, match="no space"):
        _open(site, draft)
    assert _hidden(site) == []


def test_an_index_rolled_back_starts_nothing(site: Site) -> None:
    """Nothing waits for a survey that is open, whatever its row says."""
    survey_id = opened_survey(site, workers(20))
    db.session.execute(update(Survey).where(Survey.id == survey_id).values(state=SurveyState.DRAFT))
    db.session.commit()
    assert surveys_start(at=MUCH_LATER, boxes=site.boxes) == []
    assert _is_asked(site, survey_id)

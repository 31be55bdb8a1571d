"""The count's one commit, when the database says that it failed: kept or not, nobody releases what was called off."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event, update
from sqlalchemy.exc import OperationalError

from tests.support.engines import NOW
from tests.support.surveys import answer_all, opened_survey, standing_of, workers
from wfsite.core.errors import Conflict
from wfsite.extensions import db
from wfsite.surveys.box import folder, store
from wfsite.surveys.box.rules import BoxState, Held
from wfsite.surveys.closing.services import survey_close
from wfsite.surveys.closing.tally import Step, tally
from wfsite.surveys.models import Survey, Tally
from wfsite.surveys.rules import Outcome

pytestmark = pytest.mark.usefixtures("context")
LATER = NOW.replace(day=17)


class Failing:
    """A database whose commits report a failure, and which afterwards cannot be reached, where the test says so."""

    def __init__(self, monkeypatch) -> None:
        self.keeps = self.is_gone = self.goes = False
        self.dialect = db.engine.dialect
        self.true_commit = self.dialect.do_commit
        self.monkeypatch = monkeypatch

    def lose(self, connection) -> None:
        """A commit of which only the answer is lost, or all of it."""
        if self.keeps:
            self.true_commit(connection)
        self.is_gone = self.goes
        raise self.dialect.loaded_dbapi.OperationalError("the answer to the commit was lost")

    def refuse(self, *_: object) -> None:
        """No new connection while it is gone."""
        if self.is_gone:
            raise self.dialect.loaded_dbapi.OperationalError("no connection")

    @contextmanager
    def during(self, *, keeps, goes=False):
        self.keeps, self.goes = keeps, goes
        event.listen(db.engine, "do_connect", self.refuse)
        try:
            with self.monkeypatch.context() as patch:
                patch.setattr(self.dialect, "do_commit", self.lose)
                yield
        finally:
            event.remove(db.engine, "do_connect", self.refuse)
            self.is_gone = False


@pytest.fixture
def failing(site, monkeypatch):
    return Failing(monkeypatch)


@pytest.fixture
def survey_id(site):
    found = opened_survey(site, workers(20))
    answer_all(found, workers(12))
    return found


def _call_off(survey_id, site):
    survey_close(survey_id, at=LATER, boxes=site.boxes, cancel=True)
    db.session.commit()


def _outcome(survey_id):
    found = db.session.get(Tally, survey_id, populate_existing=True)
    db.session.rollback()
    return found.outcome if found else None


def test_the_control_a_lost_answer_is_an_error(site, failing, survey_id):
    for keeps in (False, True):
        with failing.during(keeps=keeps), pytest.raises(OperationalError):
            db.session.execute(update(Survey).where(Survey.id == survey_id).values(title="Renamed"))
            db.session.commit()
        db.session.rollback()
        assert (db.session.get_one(Survey, survey_id, populate_existing=True).title == "Renamed") is keeps
        db.session.rollback()


def test_what_was_kept_is_kept_whatever_the_database_reported(site, failing, survey_id):
    with failing.during(keeps=True):
        done = tally(survey_id, boxes=site.boxes, at=LATER)
    assert _outcome(survey_id) is Outcome.RELEASED
    assert done.step is Step.COUNTED and folder.has_ended(site.boxes, survey_id)


def test_what_was_not_kept_is_held_and_can_be_called_off(site, failing, survey_id):
    with failing.during(keeps=False):
        done = tally(survey_id, boxes=site.boxes, at=LATER)
    assert (done.step, done.held) == (Step.HELD, Held.DATABASE)
    assert store.look(site.boxes, survey_id).state is BoxState.SHUT
    _call_off(survey_id, site)
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.DESTROYED
    assert _outcome(survey_id) is Outcome.CANCELLED and not standing_of(survey_id)["tables"]


@pytest.mark.parametrize("keeps", [True, False])
def test_what_is_not_known_cannot_be_called_off_until_it_is(site, failing, survey_id, keeps):
    with failing.during(keeps=keeps, goes=True):
        for _ in range(2):
            done = tally(survey_id, boxes=site.boxes, at=LATER)
            assert (done.step, done.held) == (Step.HELD, Held.DATABASE)
            look = store.look(site.boxes, survey_id)
            assert (look.state, look.held) == (BoxState.COUNTING, Held.DATABASE)
            with pytest.raises(Conflict, match="being counted"):
                _call_off(survey_id, site)
    assert (_outcome(survey_id) is Outcome.RELEASED) is keeps
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.COUNTED
    assert _outcome(survey_id) is Outcome.RELEASED and standing_of(survey_id)["tally"][2] == 12


def test_what_was_called_off_before_stays_called_off(site, failing, survey_id):
    _call_off(survey_id, site)
    with failing.during(keeps=True, goes=True):
        assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.HELD
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is not Step.COUNTED
    assert _outcome(survey_id) is Outcome.CANCELLED and folder.has_ended(site.boxes, survey_id)


@pytest.mark.only("postgresql")  # SQLite has one writer at a time, and no server that goes on without us
def test_a_commit_that_is_still_under_way_is_not_known(site, survey_id):
    """The row is held by a server's process that has not yet said how it ended."""
    store.shut(site.boxes, survey_id, at=LATER)
    assert store.begin_count(site.boxes, survey_id)
    with db.engine.connect() as other:
        other.execute(update(Survey).where(Survey.id == survey_id).values(version=Survey.version + 1))
        assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.HELD
        assert store.look(site.boxes, survey_id).state is BoxState.COUNTING
        other.rollback()
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.COUNTED

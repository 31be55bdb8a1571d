"""Whether places are kept and sessions go ahead: dated rows, replayed at every instant; one of two at once."""

import threading
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select

from tests.support.engines import NOW, Site
from tests.support.present import the
from tests.support.registers import actor, closed_session, places
from tests.support.replay import Replay
from wfsite.core.actor import Actor
from wfsite.core.clock import london_date
from wfsite.core.errors import Conflict, Missing
from wfsite.core.periods import Quarter
from wfsite.extensions import db
from wfsite.training.bookings.models import Place, PlaceStanding
from wfsite.training.bookings.rules import Mark, PlaceOrigin, PlaceState
from wfsite.training.bookings.services import place_state_set
from wfsite.training.programme.models import SessionStanding, TrainingSession
from wfsite.training.programme.rules import SessionState
from wfsite.training.programme.services import session_state_set
from wfsite.training.registers import closing_services as services_closing
from wfsite.training.registers import history_queries, services
from wfsite.training.registers.count_rules import Counts
from wfsite.training.registers.models import AttendanceMark
from wfsite.training.registers.walk_ins.services import walk_in_add
from wfsite.training.reports.queries import quarter_report
from wfsite.training.reports.rules import Provided

pytestmark = pytest.mark.usefixtures("context")

MICRO = timedelta(microseconds=1)


@pytest.fixture
def reopened() -> TrainingSession:
    """A past session whose register is open again."""
    session_id = closed_session()
    session = db.session.get_one(TrainingSession, session_id)
    services_closing.register_reopen(session_id, version=session.version, by=actor("training"), at=NOW)
    return session


def booked_place(session_id: int, *, mark: Mark = Mark.UNRECORDED) -> Place:
    """A booked and kept place of a session, with a mark of its own choice."""
    place = the(
        db.session.scalars(
            select(Place).where(
                Place.session_id == session_id,
                Place.origin == PlaceOrigin.BOOKED,
                Place.state == PlaceState.CONFIRMED,
            )
        ).first()
    )
    if place.mark is not mark:
        services.place_mark(place.id, mark, version=place.version, by=actor("training"), at=NOW)
        db.session.refresh(place)
    return place


def shown(session: TrainingSession, at: datetime) -> Provided | None:
    """A session as the report shows it at an instant, or None."""
    quarter = Quarter.containing(london_date(session.ends_at))
    report = quarter_report(quarter, seen_by=actor("training"), at=at, past=True)
    return next((one for one in report.sessions if one.id == session.id), None)


def test_a_place_given_up_counts_as_such_from_then_on(reopened: TrainingSession) -> None:
    lead, place = actor("training"), booked_place(reopened.id)
    before = the(shown(reopened, NOW))
    later = NOW + timedelta(hours=1)
    assert place_state_set(place.id, PlaceState.CANCELLED_LATE, version=place.version, by=lead, at=later)
    assert not place_state_set(place.id, PlaceState.CANCELLED_LATE, version=place.version, by=lead, at=later)
    after = the(shown(reopened, later))
    assert shown(reopened, later - MICRO) == before
    assert after.counts.cancelled_late == before.counts.cancelled_late + 1
    assert after.counts.unrecorded == before.counts.unrecorded - 1
    newest = history_queries.place_history(place.id)[-1]
    assert isinstance(newest.before, PlaceState) and isinstance(newest.mark, PlaceState)
    assert (newest.before.label, newest.mark.label, newest.by) == ("Has a place", "Cancelled late", lead.name)


def test_a_session_called_off_is_gone_from_then_on_and_comes_back(reopened: TrainingSession) -> None:
    lead, before = actor("training"), the(shown(reopened, NOW))
    off, on = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
    version = reopened.version
    assert session_state_set(reopened.id, SessionState.CANCELLED, version=version, by=lead, at=off)
    with pytest.raises(Conflict):
        session_state_set(reopened.id, SessionState.PLANNED, version=version, by=lead, at=on)
    assert session_state_set(reopened.id, SessionState.PLANNED, version=version + 1, by=lead, at=on)
    assert not session_state_set(reopened.id, SessionState.PLANNED, version=version + 1, by=lead, at=on)
    assert [shown(reopened, at) for at in (off - MICRO, off, on - MICRO, on)] == [before, None, None, before]


def test_nobody_was_on_a_register_before_they_came(reopened: TrainingSession) -> None:
    lead = actor("training")
    came = NOW + timedelta(minutes=5)
    known = select(Place.person_id).where(Place.session_id == reopened.id)
    stranger = the(db.session.scalar(select(Place.person_id).where(Place.person_id.not_in(known))))
    before = the(shown(reopened, NOW))
    added = walk_in_add(reopened.id, stranger, act="came-without", by=lead, at=came)
    rows = db.session.scalars(select(PlaceStanding).where(PlaceStanding.place_id == added.place_id)).all()
    assert [(row.state, row.recorded_at, row.recorded_by) for row in rows] == [
        (PlaceState.CONFIRMED, came, lead.person_id)
    ]
    assert shown(reopened, came - MICRO) == before
    assert the(shown(reopened, came)).counts.walk_ins == before.counts.walk_ins + 1


def test_what_may_not_change(reopened: TrainingSession) -> None:
    lead = actor("training")
    marked = booked_place(reopened.id, mark=Mark.ATTENDED)

    def give_up(place_id: int, version: int) -> bool:
        return place_state_set(place_id, PlaceState.CANCELLED_LATE, version=version, by=lead, at=NOW)

    with pytest.raises(Conflict, match="Take its mark off first"):
        give_up(marked.id, marked.version)
    walk_in = the(db.session.scalars(select(Place).where(Place.origin == PlaceOrigin.WALK_IN)).first())
    for place_id in (walk_in.id, 2**31 - 1):
        with pytest.raises(Missing):
            give_up(place_id, 1)
    with pytest.raises(Missing):
        session_state_set(2**31 - 1, SessionState.CANCELLED, version=1, by=lead, at=NOW)
    free = booked_place(reopened.id)
    with pytest.raises(Conflict, match="changed first"):
        give_up(free.id, free.version + 1)
    session_state_set(reopened.id, SessionState.CANCELLED, version=reopened.version, by=lead, at=NOW)
    with pytest.raises(Conflict, match="was cancelled"):
        give_up(free.id, free.version)
    closed = the(
        db.session.scalars(
            select(TrainingSession).where(
                TrainingSession.register_closed_at.is_not(None), TrainingSession.id != reopened.id
            )
        ).first()
    )
    with pytest.raises(Conflict, match="is closed, so it took place"):
        session_state_set(closed.id, SessionState.CANCELLED, version=closed.version, by=lead, at=NOW)
    with pytest.raises(Conflict, match="register is closed"):
        kept = the(
            db.session.scalars(
                select(Place).where(Place.session_id == closed.id, Place.state == PlaceState.CONFIRMED)
            ).first()
        )
        give_up(kept.id, kept.version)


def test_the_newest_standing_lies_on_its_place_and_session() -> None:
    for owner, kind, key in (
        (Place, PlaceStanding, PlaceStanding.place_id),
        (TrainingSession, SessionStanding, SessionStanding.session_id),
    ):
        newest: dict[int, object] = {}
        for owner_id, state in db.session.execute(select(key, kind.state).order_by(kind.recorded_at, kind.id)):
            newest[owner_id] = state
        assert newest == {row.id: row.state for row in db.session.execute(select(owner.id, owner.state))}


class SessionReplay(Replay):
    """A session by replay."""

    def counts(self, instant: datetime, origins: dict[int, PlaceOrigin]) -> Counts | None:
        """The session's counts at an instant, or None when it was called off."""
        stood = self.at(instant)
        if stood["session"] is not SessionState.PLANNED:
            return None
        return Counts.of(
            (origin, stood["state", i], stood.get(("mark", i), Mark.UNRECORDED), 1)
            for i, origin in origins.items()
            if ("state", i) in stood
        )


def replay_of(session: TrainingSession) -> SessionReplay:
    """What the demo did to a session so far."""
    replay = SessionReplay()
    ids = [place_id for place_id, _, _ in places(session.id)]
    for row in db.session.scalars(select(PlaceStanding).where(PlaceStanding.place_id.in_(ids))):
        replay.note(row.recorded_at, ("state", row.place_id), row.state)
    for mark in db.session.scalars(select(AttendanceMark).where(AttendanceMark.place_id.in_(ids))):
        replay.note(mark.recorded_at, ("mark", mark.place_id), mark.mark)
    for standing in db.session.scalars(select(SessionStanding).where(SessionStanding.session_id == session.id)):
        replay.note(standing.recorded_at, "session", standing.state)
    return replay


@pytest.mark.parametrize("seed", range(3))
def test_every_instant_is_the_replay_of_what_was_done_until_then(reopened: TrainingSession, seed: int) -> None:
    chance, lead = Random(seed), actor("training")
    replay = replay_of(reopened)
    origins = dict(db.session.execute(select(Place.id, Place.origin).where(Place.session_id == reopened.id)).all())
    for _ in range(60):
        # The clock runs on, and now and then is set back by days.
        at = NOW + timedelta(minutes=chance.randrange(3_000)) - timedelta(days=chance.choice((0, 0, 0, 5)))
        try:
            _do_something(chance, reopened, origins, replay, by=lead, at=at)
        except Conflict:
            continue
    assert len(replay.done) > len(origins) + 20
    for instant in replay.instants:
        if instant < reopened.starts_at:
            continue
        found = shown(reopened, instant)
        assert (found.counts if found else None) == replay.counts(instant, origins), instant


def _do_something(
    chance: Random,
    session: TrainingSession,
    origins: dict[int, PlaceOrigin],
    replay: SessionReplay,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """One change of a place's standing, of a mark or of the session, as somebody would make it."""
    place_id = chance.choice([i for i, origin in origins.items() if origin is PlaceOrigin.BOOKED])
    version, stands = db.session.execute(select(Place.version, Place.state).where(Place.id == place_id)).one()
    kind = chance.choice(("state", "state", "mark", "mark", "mark", "session"))
    if kind == "state":
        state = chance.choice(list(PlaceState))
        if place_state_set(place_id, state, version=version, by=by, at=at):
            replay.note(at, ("state", place_id), state)
    elif kind == "mark" and stands is PlaceState.CONFIRMED:
        mark = chance.choice((Mark.UNRECORDED, Mark.UNRECORDED, Mark.ATTENDED, Mark.APOLOGY))
        if services.place_mark(place_id, mark, version=version, by=by, at=max(at, session.starts_at)).act:
            replay.note(at, ("mark", place_id), mark)
    elif kind == "session":
        # Called off only now and then, so that something else can happen in between.
        turned = SessionState.CANCELLED if chance.random() < 0.3 else SessionState.PLANNED
        db.session.refresh(session)
        if session_state_set(session.id, turned, version=session.version, by=by, at=at):
            replay.note(at, "session", turned)


def test_of_two_who_give_up_one_place_at_once_one_is_told(site: Site, reopened: TrainingSession) -> None:
    place, lead = booked_place(reopened.id), actor("training")
    place_id, version = place.id, place.version
    db.session.commit()
    together = threading.Barrier(2)
    answers: list[bool | None] = []

    def give_up(state: PlaceState) -> None:
        with site.app.app_context():
            together.wait()
            try:
                answers.append(place_state_set(place_id, state, version=version, by=lead, at=NOW))
                db.session.commit()
            except Conflict:
                answers.append(None)
            finally:
                db.session.remove()

    states = (PlaceState.CANCELLED_IN_TIME, PlaceState.CANCELLED_LATE)
    both = [threading.Thread(target=give_up, args=(state,)) for state in states]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(answers, key=str) == [None, True]
    newest = db.session.scalars(
        select(PlaceStanding.state).where(PlaceStanding.place_id == place_id).order_by(PlaceStanding.id.desc())
    ).first()
    assert newest is db.session.scalar(select(Place.state).where(Place.id == place_id))

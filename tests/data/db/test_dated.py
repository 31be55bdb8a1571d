"""Dated facts: one order, no newest behind an older one, one of two who write at once."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from tests.support.engines import NOW, Site
from tests.support.plans import action_id, version_of
from tests.support.present import the
from tests.support.registers import actor, closed_session, places
from wfsite.core.periods import Quarter
from wfsite.db.base import table_of
from wfsite.db.dated import Dated, Fact, in_order, moved
from wfsite.extensions import db
from wfsite.people.models import Team
from wfsite.steering.plans.models import UPDATES, Action, RagUpdate
from wfsite.steering.workforce import queries as workforce_queries
from wfsite.steering.workforce.models import WorkforceReturn
from wfsite.steering.workforce.rules import Counts
from wfsite.steering.workforce.services import Planned, versions_add
from wfsite.training.bookings.rules import Mark
from wfsite.training.programme.models import TrainingSession
from wfsite.training.registers import closing_services as services_closing
from wfsite.training.registers import history_queries, services
from wfsite.training.reports.queries import quarter_report
from wfsite.training.reports.rules import Provided

pytestmark = pytest.mark.usefixtures("context")

_action = table_of(Action)
EARLIER, LATER = NOW - timedelta(days=2), NOW + timedelta(days=2)


def _said(action: int, note: str, *, at: datetime) -> Fact:
    status = {"rag": "green", "note": note, "route_to_green": "", "recorded_by": None}
    return UPDATES.add(at=at, action_id=action, **status)


def _newest(action: int, *, up_to: datetime, **only: Any) -> str | None:
    found = UPDATES.newest(_action.c.id, up_to=bindparam("at", up_to, type_=RagUpdate.recorded_at.type), **only)
    notes = select(RagUpdate.note).select_from(_action).join(RagUpdate, RagUpdate.id == found)
    return db.session.scalar(notes.where(_action.c.id == action))


def test_a_fact_never_lies_behind_an_older_one_of_its_owner() -> None:
    action = action_id("2.1")
    first, second, third = (_said(action, note, at=at) for note, at in (("1", NOW), ("2", EARLIER), ("3", LATER)))
    assert (first.at, second.at, third.at) == (NOW, NOW, LATER)
    assert _said(action_id("1.1"), "of another", at=EARLIER).at == EARLIER, "no other owner's clock counts"
    notes = select(RagUpdate.note).where(RagUpdate.action_id == action).order_by(*in_order(table_of(RagUpdate)))
    assert list(db.session.scalars(notes))[-3:] == ["1", "2", "3"]
    assert [_newest(action, up_to=at) for at in (NOW, LATER - timedelta(seconds=1), LATER)] == ["2", "2", "3"]


def test_the_newest_of_a_kind() -> None:
    action = action_id("2.1")
    for note, at in (("1", NOW), ("2", NOW), ("1", LATER)):
        _said(action, note, at=at)
    assert _newest(action, up_to=LATER, note="2") == "2"
    assert _newest(action, up_to=NOW - timedelta(days=9_999)) is None


def test_many_at_once_are_of_different_owners_and_each_keeps_its_own_order() -> None:
    first, second = action_id("1.1"), action_id("2.1")
    _said(first, "ahead of its time", at=LATER)
    same = {"rag": "green", "note": "both", "route_to_green": "", "recorded_by": None}
    facts = UPDATES.add_many([{"action_id": action, **same} for action in (first, second)], at=NOW)
    assert {fact.owner_id: fact.at for fact in facts} == {first: LATER, second: NOW}
    assert UPDATES.add_many([], at=NOW) == []


def test_an_owner_is_moved_only_from_what_was_seen() -> None:
    action, version = action_id("2.1"), version_of(action_id("2.1"))
    assert moved(Action, action, seen={"version": version}, to={"version": version + 1})
    assert not moved(Action, action, seen={"version": version}, to={"version": version + 1})
    assert moved(Action, action, seen={"date_step_id": None}, to={"date_step_id": 7}), "nothing is a thing to see"
    assert not moved(Action, action, seen={"date_step_id": None}, to={"date_step_id": 8})
    assert db.session.scalar(select(Action.date_step_id).where(Action.id == action)) == 7


def test_of_two_who_move_one_owner_at_once_one_is_told(site: Site) -> None:
    action, version = action_id("2.1"), version_of(action_id("2.1"))
    db.session.rollback()
    together, answers = threading.Barrier(2), []

    def write() -> None:
        with site.app.app_context():
            together.wait()
            answers.append(moved(Action, action, seen={"version": version}, to={"version": version + 1}))
            db.session.commit()

    both = [threading.Thread(target=write) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(answers) == [False, True]
    assert version_of(action) == version + 1


def test_a_mark_after_the_clock_was_set_back_counts_from_now_on_and_not_before() -> None:
    lead, session_id = actor("training"), closed_session()
    session = db.session.get_one(TrainingSession, session_id)
    services_closing.register_reopen(session_id, version=session.version, by=lead, at=NOW)
    place_id, _, version = next(p for p in places(session_id) if p[1] is Mark.ATTENDED)
    services.place_mark(place_id, Mark.APOLOGY, version=version, by=lead, at=NOW)
    services.place_mark(place_id, Mark.IN_PART, version=version + 1, by=lead, at=EARLIER)
    services_closing.register_close(session_id, version=session.version, answers={}, by=lead, at=EARLIER)
    assert [made.mark for made in history_queries.marks_made(place_id)][-2:] == [Mark.APOLOGY, Mark.IN_PART]
    assert history_queries.newest_marks(session_id)[place_id].mark is Mark.IN_PART
    assert [one.is_closed for one in history_queries.closures(session_id)] == [True, False, True]

    def as_at(instant: datetime) -> Provided:
        quarter = Quarter.containing(the(session).ends_at.date())
        report = quarter_report(quarter, seen_by=lead, at=instant, past=True)
        return next(one for one in report.sessions if one.id == session_id)

    before, between, now = (as_at(at) for at in (EARLIER - timedelta(days=1), NOW - timedelta(days=1), NOW))
    assert before == between, "nothing had happened yet"
    assert now.is_closed and now.counts.in_part == before.counts.in_part + 1


def test_a_month_given_again_after_the_clock_was_set_back_can_be_given_again() -> None:
    team, month = db.session.execute(select(WorkforceReturn.team_id, WorkforceReturn.month).limit(1)).one()
    assert db.session.get(Team, team)
    for permanent, at in ((100, LATER), (101, NOW), (102, NOW)):
        stands = the(workforce_queries.workforce_month(team, month, as_at=LATER))
        counts = Counts(permanent=permanent)
        versions_add([Planned(team, month, counts, {}, based_on=the(stands.version).id)], by=None, at=at)
    assert the(workforce_queries.workforce_month(team, month, as_at=LATER)).counts.permanent == 102


def test_facts_know_their_owner_by_every_column_of_it() -> None:
    returns = Dated(WorkforceReturn, "team_id", "month")
    row = the(db.session.scalars(select(WorkforceReturn).order_by(WorkforceReturn.recorded_at.desc())).first())
    found = select(returns.newest(WorkforceReturn.team_id, WorkforceReturn.month)).where(WorkforceReturn.id == row.id)
    assert db.session.scalar(found) == row.id

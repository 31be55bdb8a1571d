"""Who is told of a revised date, in which words, and when there is nothing more for them to know."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.data.steering.plans.test_revised_dates import REFERENCE, decide, propose
from tests.support.engines import NOW
from tests.support.groups import add_group, group_id, sit
from tests.support.plans import action_id, actor, rag_update
from wfsite.core.errors import Conflict
from wfsite.core.permissions import Role
from wfsite.core.rag import Rag
from wfsite.extensions import db
from wfsite.outbox.models import Notice
from wfsite.outbox.queries import notices_waiting
from wfsite.outbox.services import notice_seen
from wfsite.people.models import Person, RoleGrant
from wfsite.steering.plans.date_notices import DATE_DECIDED, DATE_TO_DECIDE
from wfsite.steering.plans.date_rules import DateStep
from wfsite.steering.plans.models import Lead

pytestmark = pytest.mark.usefixtures("context")


def told(account: str, reference: str = REFERENCE) -> list[tuple[str, str]]:
    """What waits for somebody about an action."""
    of_action = action_id(reference)
    return [(n.subject_kind, n.words) for n in notices_waiting(actor(account)) if n.subject_id == of_action]


def give(account: str, role: Role) -> None:
    db.session.add(RoleGrant(person_id=actor(account).person_id, role=role))
    db.session.flush()


PROPOSED = (
    DATE_TO_DECIDE,
    "Martin Hale proposed June 2026 on 10 March 2026 at 10am. Timescale now: March 2026. Why: Late",
)


def test_the_demo_tells_what_happened_in_it():
    assert [kind for kind, _ in told("secretary", "2.1c")] == [DATE_TO_DECIDE]
    assert [kind for reference in ("2.2", "2.4") for kind, _ in told("manager", reference)] == [DATE_DECIDED] * 2


def test_those_who_may_decide_are_told_and_the_one_who_proposed_is_not():
    sit("admin", group_id())
    propose()
    assert told("secretary") == told("admin") == [PROPOSED]
    assert told("manager") == told("chair") == told("staff") == []
    propose(seen=0)  # the same again
    assert told("secretary") == [PROPOSED]


def test_a_secretary_of_another_group_has_nothing_to_decide():
    give("admin", Role.SECRETARY)
    sit("chair", add_group("Another steering group"))
    propose()
    assert told("admin") == told("chair") == []


def test_a_secretary_who_proposes_tells_the_others_only():
    sit("admin", group_id())
    propose(by="secretary")
    assert told("secretary") == [] and len(told("admin")) == 1


def test_two_deciders_one_decides_and_the_other_needs_to_look_no_longer():
    sit("admin", group_id())
    propose()
    decide(DateStep.AGREED)
    assert told("secretary") == told("admin") == []
    assert told("manager") == [(DATE_DECIDED, "Helen Marsh agreed June 2026 on 10 March 2026 at 10am.")]
    ended = db.session.scalars(select(Notice).where(Notice.subject_kind == DATE_TO_DECIDE, Notice.ended_at == NOW))
    assert len(ended.all()) == 2


def test_a_decision_that_is_refused_tells_nobody():
    first = propose("6")
    propose("7")
    with pytest.raises(Conflict):
        decide(DateStep.AGREED, seen=first.newest.id)
    assert told("manager") == [] and len(told("secretary")) == 1


def test_a_newer_proposal_takes_the_place_of_the_older():
    propose("6")
    propose("7")
    ((kind, words),) = told("secretary")
    assert kind == DATE_TO_DECIDE and "July 2026" in words


def test_declined_says_why_and_a_new_proposal_ends_it():
    propose()
    decide(DateStep.DECLINED, "Too late for the inspection")
    ((_, words),) = told("manager")
    assert words.endswith("declined June 2026 on 10 March 2026 at 10am. Why: Too late for the inspection")
    propose("5")
    assert told("manager") == []


def test_who_asked_is_told_and_so_are_the_leads_and_their_team():
    db.session.execute(update(Lead).where(Lead.name == "Martin Hale").values(person_id=None, team_id=team("staff")))
    give("staff", Role.MANAGER)
    propose(by="secretary")
    sit("admin", group_id())
    decide(DateStep.AGREED, by="admin")
    assert len(told("secretary")) == len(told("staff")) == 1
    assert told("manager") == told("admin") == []


def team(account: str) -> int:
    return actor(account).team_id


def test_nobody_with_a_closed_account_and_nobody_without_the_role_is_told():
    db.session.execute(update(Person).where(Person.email == "secretary@demo.example").values(active=False))
    propose()
    assert told("secretary") == []
    decide(DateStep.AGREED, by="secretary")
    assert len(told("manager")) == 1


def test_finished_work_needs_no_decision_any_longer():
    propose()
    rag_update(action_id(REFERENCE), Rag.COMPLETE)
    assert told("secretary") == []


def test_what_was_seen_stays_seen_when_the_next_step_comes():
    propose()
    (notice,) = [n for n in notices_waiting(actor("secretary")) if n.subject_id == action_id(REFERENCE)]
    notice_seen(notice.id, by=actor("secretary"), at=NOW)
    decide(DateStep.AGREED, at=NOW + timedelta(hours=1))
    kept = db.session.get(Notice, notice.id, populate_existing=True)
    assert (kept.seen_at, kept.ended_at) == (NOW, None)

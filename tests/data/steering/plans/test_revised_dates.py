"""Revised dates: rows that are only added, decided once, replayed on any day; the plan's own date stays beside them."""

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from tests.support.engines import NOW, Site
from tests.support.plans import TODAY, action_id, actor, confirm, rag_update, upload
from tests.support.present import the
from wfsite.core.clock import end_of_day, london_date
from wfsite.core.errors import Conflict, Missing, RuleBroken, Stale
from wfsite.core.paging import First
from wfsite.core.periods import TimescaleKind
from wfsite.core.rag import Rag
from wfsite.db.base import table_of
from wfsite.extensions import db
from wfsite.steering.plans import action_queries, date_services, own_queries, queries
from wfsite.steering.plans.action_queries import ActionPage
from wfsite.steering.plans.date_rules import DateStep, TypedDate
from wfsite.steering.plans.models import Action, RevisedDate
from wfsite.steering.plans.own_queries import DatedAction
from wfsite.steering.plans.queries import Filters
from wfsite.steering.plans.row_rules import ActionRow

pytestmark = pytest.mark.usefixtures("context")

# An action that the manager leads, due in March 2026, without any step.
REFERENCE = "2.1e"


def page(
    reference: str = REFERENCE, *, by: str = "secretary", on: date = TODAY, as_at: datetime | None = None
) -> ActionPage:
    return action_queries.action_page(action_id(reference), seen_by=actor(by), on=on, as_at=as_at)


def row(reference: str = REFERENCE, **more: Any) -> ActionRow:
    return page(reference, **more).row


def propose(
    month: str = "6",
    *,
    reference: str = REFERENCE,
    year: str = "2026",
    reason: str = "Late",
    seen: int | None = None,
    by: str = "manager",
    at: datetime = NOW,
    kind: TimescaleKind | None = None,
) -> ActionPage:
    typed = TypedDate(kind or TimescaleKind.MONTH, ("4", "2025"), (month, year), reason)
    seen = row(reference).date_step_id if seen is None else seen
    return date_services.date_propose(action_id(reference), typed, seen=seen, by=actor(by), at=at, on=london_date(at))


def decide(
    step: DateStep,
    reason: str = "",
    *,
    reference: str = REFERENCE,
    seen: int | None = None,
    by: str = "secretary",
    at: datetime = NOW,
) -> ActionPage:
    seen = row(reference).date_step_id if seen is None else seen
    return date_services.date_decide(
        action_id(reference), step, reason=reason, seen=seen, by=actor(by), at=at, on=london_date(at)
    )


def _to_decide(account: str, *, most: int = 99) -> First[DatedAction]:
    return own_queries.dates_to_decide(actor(account), on=TODAY, most=most)


def steps(reference: str = REFERENCE) -> list[RevisedDate]:
    return list(
        db.session.scalars(
            select(RevisedDate).where(RevisedDate.action_id == action_id(reference)).order_by(RevisedDate.id)
        )
    )


def test_a_proposal_changes_no_date_until_it_is_agreed() -> None:
    proposed = propose()
    assert (proposed.row.in_force, proposed.row.timescale_words) == ("March 2026", "March 2026")
    assert proposed.row.waits_for_decision and proposed.row.date_step_text == "June 2026"
    agreed = decide(DateStep.AGREED)
    assert agreed.row.timescale_words == "was March 2026, revised to June 2026"
    assert (agreed.row.due_on, agreed.row.waits_for_decision) == (date(2026, 6, 30), False)
    assert [(s.step, s.reason, s.was_due_on, s.proposal_id) for s in steps()] == [
        (DateStep.PROPOSED, "Late", date(2026, 3, 31), None),
        (DateStep.AGREED, "", date(2026, 3, 31), steps()[0].id),
    ]
    assert agreed == page()


def test_declined_keeps_the_date_and_says_why() -> None:
    propose()
    declined = decide(DateStep.DECLINED, "Too late for the inspection")
    assert (declined.row.in_force, declined.row.was_declined) == ("March 2026", True)
    assert the(declined.newest).reason == "Too late for the inspection"
    history = action_queries.action_history(action_id(REFERENCE))
    assert [(entry.title, entry.who, entry.note) for entry in history[:2]] == [
        ("Revised date declined: June 2026", "Helen Marsh", "Too late for the inspection"),
        ("Revised date proposed: June 2026", "Martin Hale", "Late"),
    ]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (TimescaleKind.MONTH, "June 2026"),
        (TimescaleKind.RANGE, "April 2025 to June 2026"),
        (TimescaleKind.ONGOING, "Ongoing, review June 2026"),
    ],
)
def test_every_kind_of_date_can_be_in_force(kind: TimescaleKind, text: str) -> None:
    propose(kind=kind)
    later = TODAY.replace(year=2027)
    assert decide(DateStep.AGREED).row.timescale_words == f"was March 2026, revised to {text}"
    assert row(on=later).is_overdue == (kind is not TimescaleKind.ONGOING)


def test_overdue_counts_against_the_date_in_force() -> None:
    april = NOW + timedelta(days=22)
    assert row(on=london_date(april)).overdue_words == "Overdue since 31 March 2026"
    propose("4", at=april)
    waiting = row(on=london_date(april))
    assert waiting.is_overdue and waiting.waits_for_decision and not waiting.needs_date
    decide(DateStep.AGREED, at=april)
    assert not row(on=london_date(april)).is_overdue
    may = row(on=date(2026, 5, 1))
    assert may.overdue_words == "Overdue since 30 April 2026" and may.needs_date


def test_what_is_overdue_asks_for_a_date_until_one_is_proposed_and_again_once_it_is_declined() -> None:
    april = NOW + timedelta(days=22)
    on = london_date(april)

    def asked() -> bool:
        return REFERENCE in {
            row.reference for row in own_queries.own_actions(actor("manager"), on=on, most=99).to_date.shown
        }

    assert asked()
    propose(at=april)
    assert not asked()
    decide(DateStep.DECLINED, "No", at=april)
    assert asked()
    propose("7", at=april)
    decide(DateStep.AGREED, at=april)
    assert not asked()
    rag_update(action_id(REFERENCE), Rag.COMPLETE, at=april)
    assert not asked()


def test_a_later_proposal_takes_the_place_of_one_that_waits() -> None:
    first = propose("6")
    second = propose("7")
    assert (the(second.newest).timescale.text, second.row.waits_for_decision) == ("July 2026", True)
    with pytest.raises(Conflict, match="Martin Hale proposed July 2026 on 10 March 2026 at 10am"):
        decide(DateStep.AGREED, seen=the(first.newest).id)
    assert decide(DateStep.AGREED).row.revised == "July 2026"
    assert [s.step for s in steps()] == [DateStep.PROPOSED, DateStep.PROPOSED, DateStep.AGREED]


def test_sent_twice_is_recorded_once() -> None:
    first = propose(seen=0)
    assert propose(seen=0, at=NOW + timedelta(seconds=1)) == first
    seen = the(first.newest).id
    agreed = decide(DateStep.AGREED, seen=seen)
    assert decide(DateStep.AGREED, seen=seen) == agreed
    assert len(steps()) == 2


def test_two_leads_at_one_action_never_overwrite_each_other() -> None:
    propose("6", seen=0, by="manager")
    with pytest.raises(Stale, match="Martin Hale proposed June 2026") as refused:
        propose("7", seen=0, by="secretary")
    assert refused.value.theirs.newest.timescale.text == "June 2026"
    assert len(steps()) == 1


def test_two_secretaries_decide_once() -> None:
    seen = the(propose().newest).id
    decide(DateStep.AGREED, seen=seen)
    with pytest.raises(Conflict, match="Helen Marsh agreed June 2026 on 10 March 2026 at 10am"):
        decide(DateStep.DECLINED, "No", seen=seen)
    assert [s.step for s in steps()] == [DateStep.PROPOSED, DateStep.AGREED]


def test_the_database_itself_keeps_a_second_decision_out() -> None:
    from sqlalchemy.exc import IntegrityError

    seen = the(propose().newest).id
    decide(DateStep.AGREED, seen=seen)
    again = steps()[1]
    values = {c.name: getattr(again, c.name) for c in RevisedDate.__table__.c if c.name != "id"}
    with pytest.raises(IntegrityError):
        db.session.execute(insert(table_of(RevisedDate)), values)


def test_an_action_that_was_completed_meanwhile() -> None:
    seen = the(propose().newest).id
    rag_update(action_id(REFERENCE), Rag.COMPLETE)
    assert not row().waits_for_decision
    assert REFERENCE not in {d.row.reference for d in _to_decide("secretary").shown}
    acts: tuple[Callable[[], object], ...] = (lambda: decide(DateStep.AGREED, seen=seen), lambda: propose("7"))
    for act in acts:
        with pytest.raises(Conflict, match=r"2\.1e is Complete, Helen Marsh said\. It needs no revised date"):
            act()
    rag_update(action_id(REFERENCE), Rag.AMBER)
    assert row().waits_for_decision  # work that goes on again waits again


def test_what_is_not_a_new_date_is_refused_and_writes_nothing() -> None:
    with pytest.raises(RuleBroken, match="March 2026 is the date that the action has now"):
        propose("3")
    with pytest.raises(RuleBroken, match="has passed"):
        propose("2")
    with pytest.raises(Conflict, match=r"No revised date of 2\.1e waits for a decision"):
        decide(DateStep.AGREED)
    assert steps() == []


def test_who_may() -> None:
    with pytest.raises(Missing):
        propose(reference="3.1")  # another's action
    with pytest.raises(Missing):
        propose(by="chair")
    propose()
    for account in ("manager", "chair", "admin"):
        with pytest.raises(Missing):
            decide(DateStep.AGREED, by=account)
    with pytest.raises(Missing):
        date_services.date_propose(2**31 - 1, TypedDate(), seen=0, by=actor("secretary"), at=NOW, on=TODAY)
    assert propose("9", reference="3.1", by="secretary").row.waits_for_decision  # for leads without an account


def test_any_day_shows_the_date_in_force_then_and_the_proposals_as_they_stood() -> None:
    days = {
        name: NOW + timedelta(days=number) for number, name in enumerate(("first", "no", "second", "yes", "third"), 1)
    }
    propose("6", at=days["first"])
    decide(DateStep.DECLINED, "No", at=days["no"])
    propose("7", at=days["second"])
    decide(DateStep.AGREED, at=days["yes"])
    propose("9", at=days["third"])
    expected = {
        TODAY: ("March 2026", None, ""),
        london_date(days["first"]): ("March 2026", DateStep.PROPOSED, "June 2026"),
        london_date(days["no"]): ("March 2026", DateStep.DECLINED, "June 2026"),
        london_date(days["second"]): ("March 2026", DateStep.PROPOSED, "July 2026"),
        london_date(days["yes"]): ("July 2026", DateStep.AGREED, "July 2026"),
        london_date(days["third"]): ("July 2026", DateStep.PROPOSED, "September 2026"),
    }
    for day, then in expected.items():
        found = page(on=day, as_at=end_of_day(day))
        assert (found.row.in_force, found.row.date_step, found.row.date_step_text) == then, day
        plan = the(
            queries.plan_page(2025, filters=Filters(), seen_by=actor("secretary"), on=day, as_at=end_of_day(day))
        )
        (same,) = [r for theme in plan.themes for r in theme.rows if r.reference == REFERENCE]
        assert same == found.row
        assert not (same.may_propose or same.may_decide)
        history = action_queries.action_history(action_id(REFERENCE), as_at=end_of_day(day))
        assert sum(entry.title.startswith("Revised date") for entry in history) == (day - TODAY).days
    today, as_at = page(by="chair"), page(by="chair", as_at=end_of_day(london_date(days["third"])))
    assert today == as_at


def test_a_clock_that_was_set_back_keeps_the_order() -> None:
    propose()
    assert decide(DateStep.AGREED, at=NOW - timedelta(hours=1)).row.revised == "June 2026"
    assert [s.recorded_at for s in steps()] == [NOW, NOW]
    assert page(as_at=NOW).row.revised == "June 2026"
    assert action_queries.action_history(action_id(REFERENCE))[0].title == "Revised date agreed: June 2026"


def bring_in(title: str, timescale: str, *, at: datetime) -> None:
    """Import the action with its words as a file has them."""
    theme = "Keeping children and young people safe"
    upload_id, checked = upload(
        f"""Reference,Theme,Action,Timescales,Leads,Success criteria
2.1,{theme},Put the integrated practice model into use,March 2026,Martin Hale,
{REFERENCE},{theme},- {title},{timescale},Martin Hale,Audit grades rise
""".encode(),
        at=at,
    )
    assert checked.is_good, checked.errors
    confirm(upload_id, checked.fingerprint, at=at)


def test_a_new_date_in_the_plan_itself_ends_what_was_agreed_in_place_of_the_old_one() -> None:
    propose()
    decide(DateStep.AGREED)
    first, second = NOW + timedelta(days=1), NOW + timedelta(days=2)
    bring_in("Deeper analysis", "March 2026", at=first)
    assert row().timescale_words == "was March 2026, revised to June 2026"
    bring_in("Deeper analysis", "September 2026", at=second)
    assert (row().timescale_words, row().due_on) == ("September 2026", date(2026, 9, 30))
    then = end_of_day(london_date(first))
    assert page(on=london_date(first), as_at=then).row.in_force == "June 2026"


def test_what_waits_for_the_secretary_and_for_the_lead() -> None:
    def waiting() -> list[str]:
        return [d.row.reference for d in _to_decide("secretary").shown]

    def own(account: str = "manager") -> list[str]:
        return [d.row.reference for d in own_queries.dates_waiting(actor(account), on=TODAY)]

    assert waiting() == own() == ["2.1c"]
    propose()
    assert waiting() == ["2.1c", REFERENCE]  # the longest waiting first
    assert own() == [REFERENCE, "2.1c"]  # the newest first
    few, every = _to_decide("secretary", most=1), _to_decide("secretary")
    assert (few, every.total) == (First(every.shown[:1], 2), 2)
    decide(DateStep.AGREED)
    assert waiting() == own() == ["2.1c"]
    for account in ("chair", "manager", "staff"):
        assert _to_decide(account) == First()
    assert own("chair") == own("staff") == own("secretary") == []


def test_pointers_point_at_the_newest_rows() -> None:
    propose()
    decide(DateStep.AGREED)
    propose("8")
    for pointer, wanted in ((Action.date_step_id, list(DateStep)), (Action.date_agreed_id, [DateStep.AGREED])):
        newest = {}
        for step in db.session.scalars(select(RevisedDate).order_by(RevisedDate.recorded_at, RevisedDate.id)):
            if step.step in wanted:
                newest[step.action_id] = step.id
        held = {row[0]: row[1] for row in db.session.execute(select(Action.id, pointer).where(pointer.is_not(None)))}
        assert held == newest


def test_a_proposal_leaves_the_status_and_its_form_alone() -> None:
    version = row().version
    propose()
    assert row().version == version
    rag_update(action_id(REFERENCE), Rag.GREEN, version=version)
    assert row().waits_for_decision


def test_two_decisions_from_two_threads_keep_exactly_one(site: Site) -> None:
    seen = the(propose().newest).id
    db.session.commit()
    start, done, refused, faults = threading.Barrier(2), [], [], []

    def person(step: DateStep) -> None:
        with site.app.app_context():
            try:
                by, of_action = actor("secretary"), action_id(REFERENCE)
                db.session.rollback()
                start.wait()
                date_services.date_decide(of_action, step, reason="Why", seen=seen, by=by, at=NOW, on=TODAY)
                db.session.commit()
                done.append(step)
            except Conflict as conflict:
                db.session.rollback()
                refused.append(conflict.message)
            except BaseException as fault:  # a thread must not swallow what broke it
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=person, args=(step,)) for step in (DateStep.AGREED, DateStep.DECLINED)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(done) == len(refused) == 1
    assert (
        db.session.scalar(
            select(func.count()).select_from(RevisedDate).where(RevisedDate.action_id == action_id(REFERENCE))
        )
        == 2
    )
    assert f"Helen Marsh {done[0].value} June 2026" in refused[0]


def test_a_double_click_from_two_threads_is_one_proposal(site: Site) -> None:
    start, found, faults = threading.Barrier(2), [], []

    def click() -> None:
        with site.app.app_context():
            try:
                by, of_action = actor("manager"), action_id(REFERENCE)
                db.session.rollback()
                start.wait()
                typed = TypedDate(TimescaleKind.MONTH, last=("6", "2026"), reason="Late")
                saved = date_services.date_propose(of_action, typed, seen=0, by=by, at=NOW, on=TODAY)
                db.session.commit()
                found.append(the(saved.newest).id)
            except BaseException as fault:  # a thread must not swallow what broke it
                faults.append(fault)
            finally:
                db.session.remove()

    db.session.rollback()
    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(found) == 2 and len(set(found)) == 1
    assert len(steps()) == 1

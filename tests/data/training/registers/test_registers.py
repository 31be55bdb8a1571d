"""Registers on both engines: each mark a dated row, undo, closing, walk-ins, twice is once, nothing lost in a race."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.engines import NOW, Site
from tests.support.present import the
from tests.support.registers import actor, closed_session, coming_session, marks_made, places, todays_session
from tests.support.waiting import second_of_two
from wfsite.core.actor import Actor
from wfsite.core.errors import Conflict, Missing, RuleBroken, Stale
from wfsite.extensions import db
from wfsite.training.bookings.models import Place
from wfsite.training.bookings.rules import Mark
from wfsite.training.programme.models import TrainingSession
from wfsite.training.registers import closing_services as services_closing
from wfsite.training.registers import history_queries, queries, services
from wfsite.training.registers.models import AttendanceMark
from wfsite.training.registers.services import Change, Marked
from wfsite.training.registers.walk_ins import services as services_walk_ins
from wfsite.training.registers.walk_ins.queries import people_found
from wfsite.training.registers.walk_ins.services import Outcome, WalkIn

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def lead(context: None) -> Actor:
    return actor("training")


@pytest.fixture
def session_id(context: None) -> int:
    return todays_session()


def mark(place_id: int, what: Mark, version: int, lead: Actor, at: datetime = NOW) -> Marked:
    return services.place_mark(place_id, what, version=version, by=lead, at=at)


def test_a_mark_is_a_dated_row_and_the_place_carries_the_newest(lead: Actor, session_id: int) -> None:
    place_id, _, version = places(session_id)[0]
    done = mark(place_id, Mark.IN_PART, version, lead)
    assert (done.mark, done.version, done.session_id) == (Mark.IN_PART, version + 1, session_id)
    assert marks_made(place_id) == [Mark.IN_PART]
    assert places(session_id)[0][1:] == (Mark.IN_PART, version + 1)
    assert queries.register_counts(session_id).in_part == 1


def test_the_same_mark_twice_is_once(lead: Actor, session_id: int) -> None:
    place_id, _, version = places(session_id)[0]
    mark(place_id, Mark.ATTENDED, version, lead)
    again = mark(place_id, Mark.ATTENDED, version, lead)
    assert (again.act, again.version) == (None, version + 1)
    assert marks_made(place_id) == [Mark.ATTENDED]


def test_a_stale_mark_tells_who_set_what_and_changes_nothing(lead: Actor, session_id: int) -> None:
    place_id, _, version = places(session_id)[0]
    mark(place_id, Mark.ATTENDED, version, actor("secretary"), at=NOW - timedelta(minutes=3))
    with pytest.raises(Stale) as conflict:
        mark(place_id, Mark.DID_NOT_ATTEND, version, lead)
    (stale,) = conflict.value.theirs
    assert (stale.row.mark, stale.typed) == (Mark.ATTENDED, Mark.DID_NOT_ATTEND)
    assert (stale.hand.who, stale.hand.aside) == ("Helen Marsh", " at 9:57am")
    assert marks_made(place_id) == [Mark.ATTENDED]


def test_marks_are_refused_when_the_register_does_not_take_them(lead: Actor) -> None:
    for session_id in (coming_session(), closed_session()):
        place_id, before, version = places(session_id)[0]
        wanted = Mark.IN_PART if before is not Mark.IN_PART else Mark.ATTENDED
        with pytest.raises(Conflict):
            mark(place_id, wanted, version, lead)
        with pytest.raises(Conflict):
            services.everyone_attended(session_id, act="abcdefghij", by=lead, at=NOW)
        with pytest.raises(Conflict):
            services.register_save(session_id, {place_id: Change(wanted, version)}, by=lead, at=NOW)
    with pytest.raises(Missing):
        mark(2**31 - 1, Mark.ATTENDED, 1, lead)
    with pytest.raises(Missing):
        services.everyone_attended(2**31 - 1, act="abcdefghij", by=lead, at=NOW)


def test_everyone_attended_leaves_what_is_recorded_and_counts_once(lead: Actor, session_id: int) -> None:
    place_id, _, version = places(session_id)[0]
    mark(place_id, Mark.DID_NOT_ATTEND, version, lead)
    assert services.everyone_attended(session_id, act="abcdefghij", by=lead, at=NOW) == 24
    other, _, version = places(session_id)[1]
    mark(other, Mark.UNRECORDED, version, lead)
    assert services.everyone_attended(session_id, act="abcdefghij", by=lead, at=NOW) == 0, "a replay"
    counts = queries.register_counts(session_id)
    assert (counts.attended, counts.did_not_attend, counts.unrecorded) == (23, 1, 1)


def test_undo_takes_back_one_act_where_it_still_stands(lead: Actor, session_id: int) -> None:
    services.everyone_attended(session_id, act="abcdefghij", by=lead, at=NOW)
    place_id, _, version = places(session_id)[0]
    mark(place_id, Mark.IN_PART, version, actor("secretary"))
    last = the(queries.last_act(session_id, by=lead))
    assert (last.key, last.people, last.mark) == ("abcdefghij", 24, Mark.ATTENDED)
    assert services.register_undo(session_id, act=last.key, by=lead, at=NOW) == 24
    counts = queries.register_counts(session_id)
    assert (counts.in_part, counts.unrecorded) == (1, 24)
    assert queries.last_act(session_id, by=lead) is None, "an undo is not undone"
    assert services.register_undo(session_id, act=last.key, by=lead, at=NOW) == 0, "a replay"
    assert services.register_undo(session_id, act="", by=lead, at=NOW) == 0


def test_undo_is_offered_only_for_what_still_stands(lead: Actor, session_id: int) -> None:
    place_id, _, version = places(session_id)[0]
    act = mark(place_id, Mark.ATTENDED, version, lead).act
    assert the(queries.last_act(session_id, by=lead)).key == act
    mark(place_id, Mark.IN_PART, version + 1, actor("secretary"), at=NOW + timedelta(minutes=2))
    assert queries.last_act(session_id, by=lead) is None
    with pytest.raises(Stale) as late:
        services.register_undo(session_id, act=the(act), by=lead, at=NOW + timedelta(minutes=3))
    (found,) = late.value.theirs
    assert (found.row.mark, found.typed, found.hand.changed("it")) == (
        Mark.IN_PART,
        Mark.ATTENDED,
        "Helen Marsh changed it at 10:02am",
    )
    assert marks_made(place_id) == [Mark.ATTENDED, Mark.IN_PART]


def test_undo_names_somebody_of_whom_it_still_stands(lead: Actor, session_id: int) -> None:
    services.everyone_attended(session_id, act="abcdefghij", by=lead, at=NOW)
    for place_id, _, version in places(session_id)[1:]:
        mark(place_id, Mark.IN_PART, version, actor("secretary"))
    first = next(row for row in queries.register_rows(session_id) if row.id == places(session_id)[0][0])
    last = the(queries.last_act(session_id, by=lead))
    assert (last.people, last.name) == (1, first.name)
    assert services.register_undo(session_id, act=last.key, by=lead, at=NOW) == 1
    assert len(services.kept_marks(session_id, act=last.key, by=lead, at=NOW)) == 24


def test_nobody_undoes_what_somebody_else_did(lead: Actor, session_id: int) -> None:
    services.everyone_attended(session_id, act="abcdefghij", by=lead, at=NOW)
    assert services.register_undo(session_id, act="abcdefghij", by=actor("secretary"), at=NOW) == 0


def test_the_whole_register_is_saved_or_nothing_is(lead: Actor, session_id: int) -> None:
    before = places(session_id)
    changes = {i: Change(Mark.ATTENDED, version) for i, _, version in before}
    mark(before[3][0], Mark.APOLOGY, before[3][2], actor("secretary"))
    with pytest.raises(Stale) as conflict:
        services.register_save(session_id, changes, by=lead, at=NOW)
    assert [stale.row.id for stale in conflict.value.theirs] == [before[3][0]]
    assert queries.register_counts(session_id).attended == 0
    del changes[before[3][0]]
    assert services.register_save(session_id, changes, by=lead, at=NOW) == 24
    assert services.register_save(session_id, changes, by=lead, at=NOW) == 0, "a replay"
    assert all(len(marks_made(i)) == 1 for i, _, _ in before)


def test_a_place_of_another_register_is_unknown_here(lead: Actor, session_id: int) -> None:
    foreign = places(closed_session())[0]
    with pytest.raises(Missing):
        services.register_save(session_id, {foreign[0]: Change(Mark.ATTENDED, foreign[2])}, by=lead, at=NOW)


def close(
    session_id: int, lead: Actor, version: int = 1, answers: dict[int, Change] | None = None, rest: Mark | None = None
) -> bool:
    return services_closing.register_close(
        session_id, version=version, answers=answers or {}, rest=rest, by=lead, at=NOW
    )


def test_closing_asks_about_each_unrecorded_and_never_assumes(lead: Actor, session_id: int) -> None:
    with pytest.raises(RuleBroken) as refused:
        close(session_id, lead)
    assert len(refused.value.messages) == 25
    first, second, *_ = places(session_id)
    answers = {first[0]: Change(Mark.UNRECORDED, first[2]), second[0]: Change(Mark.APOLOGY, second[2])}
    assert close(session_id, lead, answers=answers, rest=Mark.DID_NOT_ATTEND)
    counts = queries.register_counts(session_id)
    assert (counts.unrecorded, counts.apologies, counts.did_not_attend) == (1, 1, 23)
    head = queries.session_head(session_id)
    assert (head.closed_by, head.closed_at, head.version) == ("Priya Nair", NOW, 2)


def test_closing_and_opening_again_happen_once_and_leave_a_trail(lead: Actor, session_id: int) -> None:
    close(session_id, lead, rest=Mark.DID_NOT_ATTEND)
    assert not close(session_id, lead, rest=Mark.ATTENDED), "a replay"
    assert services_closing.register_reopen(session_id, version=2, by=lead, at=NOW)
    assert not services_closing.register_reopen(session_id, version=2, by=lead, at=NOW), "a replay"
    with pytest.raises(Conflict, match=r"^You opened this register again in another tab at 10am, after you"):
        close(session_id, lead, version=1)
    assert [(made.is_closed, made.by) for made in history_queries.closures(session_id)] == [
        (True, "Priya Nair"),
        (False, "Priya Nair"),
    ]


def test_a_colleagues_mark_stands_when_the_register_is_closed(lead: Actor, session_id: int) -> None:
    first = places(session_id)[0]
    mark(first[0], Mark.ATTENDED, first[2], actor("secretary"))
    answers = {first[0]: Change(Mark.DID_NOT_ATTEND, first[2])}
    with pytest.raises(Stale) as conflict:
        close(session_id, lead, answers=answers, rest=Mark.DID_NOT_ATTEND)
    assert conflict.value.theirs[0].hand.who == "Helen Marsh"
    assert queries.session_head(session_id).closed_at is None


def add(session_id: int, person_id: int, lead: Actor, act: str = "abcdefghij") -> WalkIn:
    return services_walk_ins.walk_in_add(session_id, person_id, act=act, by=lead, at=NOW)


def test_a_walk_in_is_never_a_registration_and_can_be_taken_off(lead: Actor, session_id: int) -> None:
    before = queries.register_counts(session_id)
    added = add(session_id, actor("survey").person_id, lead)
    counts = queries.register_counts(session_id)
    assert (added.outcome, counts.walk_ins, counts.registrations) == (Outcome.ADDED, 1, before.registrations)
    assert add(session_id, actor("survey").person_id, lead).outcome is Outcome.ALREADY
    mark(added.place_id, Mark.UNRECORDED, 1, lead)
    assert queries.register_counts(session_id) == before
    assert added.place_id not in [row.id for row in queries.register(session_id, seen_by=lead).rows]
    assert add(session_id, actor("survey").person_id, lead).outcome is Outcome.ALREADY, "a replay"
    assert queries.register_counts(session_id) == before
    assert add(session_id, actor("survey").person_id, lead, act="another-key").outcome is Outcome.ADDED
    with pytest.raises(RuleBroken):
        mark(added.place_id, Mark.DID_NOT_ATTEND, 3, lead)


def test_a_walk_in_with_a_place_is_marked_there(lead: Actor, session_id: int) -> None:
    first, second = db.session.query(Place).filter_by(session_id=session_id).order_by(Place.id)[:2]
    assert add(session_id, first.person_id, lead).outcome is Outcome.HAD_PLACE
    mark(second.id, Mark.APOLOGY, 1, actor("secretary"))
    assert add(session_id, second.person_id, lead).outcome is Outcome.DIFFERS
    counts = queries.register_counts(session_id)
    assert (counts.attended, counts.walk_ins, counts.apologies) == (1, 0, 1)


def test_somebody_new_joins_the_directory_without_a_sign_in(lead: Actor, session_id: int) -> None:
    new: dict[str, Any] = {
        "name": "Ó Súilleabháin, Áine",
        "email": "aine@example.org",
        "agency_id": lead.agency_id,
        "profession_id": None,
    }
    keys: dict[str, Any] = {"act": "abcdefghij", "by": lead, "at": NOW}
    added = services_walk_ins.walk_in_new(session_id, **new, **keys)
    assert added.outcome is Outcome.ADDED
    assert services_walk_ins.walk_in_new(session_id, **new, **keys).outcome is Outcome.ALREADY, "a replay"
    assert len(marks_made(added.place_id)) == 1
    other = {**new, "email": "other@example.org"}
    assert services_walk_ins.walk_in_new(session_id, **other, **keys).outcome is Outcome.ADDED, "the form, filled anew"
    with pytest.raises(RuleBroken, match="Áine already has this email"):
        services_walk_ins.walk_in_new(session_id, **new, **{**keys, "act": "another-key"})
    found = people_found("aine@EXAMPLE", session_id=session_id)
    assert [person.standing for person in found] == ["Walk-in. Attended"]
    assert len(people_found("súilleab", session_id=session_id)) == 2
    assert len(people_found("SUILLEAB aine", session_id=session_id)) >= 1, "words in any order, without accents"


@pytest.mark.parametrize("words", ["%", "_", "\\", "' OR 1=1--", "a" * 200])
def test_a_search_finds_letters_not_patterns(session_id: int, words: str) -> None:
    assert people_found(words, session_id=session_id) == ()


def race(site: Site, work: Callable[[int], object], number: int = 2) -> list[Exception]:
    """Run `work(n)` in threads of their own; returns what went wrong."""
    wrong = []

    def run(n: int) -> None:
        with site.app.app_context():
            try:
                work(n)
            except Exception as error:
                wrong.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return wrong


def test_two_people_marking_one_register_lose_nothing(site: Site, lead: Actor, session_id: int) -> None:
    ids = [row[0] for row in places(session_id)[:6]]
    people = [lead, actor("secretary")]
    db.session.rollback()
    made: list[list[tuple[int, Mark]]] = [[], []]

    def work(n: int) -> None:
        for turn in range(30):
            place_id, wanted = ids[turn % 6], (Mark.ATTENDED, Mark.IN_PART, Mark.APOLOGY)[(turn + n) % 3]
            version = db.session.get_one(Place, place_id, populate_existing=True).version
            db.session.rollback()
            try:
                done = mark(place_id, wanted, version, people[n])
                db.session.commit()
                made[n] += [(place_id, wanted)] if done.act else []
            except Conflict:
                db.session.rollback()

    assert race(site, work) == []
    for place_id in ids:
        kept = marks_made(place_id)
        acknowledged = sorted(wanted for found in made for i, wanted in found if i == place_id)
        assert sorted(kept) == acknowledged
        place = db.session.get_one(Place, place_id, populate_existing=True)
        assert (place.mark, place.version) == (kept[-1], 1 + len(kept))


def test_parallel_saves_of_one_register_do_not_lock_each_other_out(site: Site, lead: Actor, session_id: int) -> None:
    ids = [row[0] for row in places(session_id)]
    db.session.rollback()

    def work(n: int) -> None:
        for turn in range(8):
            versions = {i: version for i, _, version in places(session_id)}
            db.session.rollback()
            order = ids if n % 2 else ids[::-1]
            wanted = list(Mark)[(turn + n) % 4 + 1]
            try:
                changes = {i: Change(wanted, versions[i]) for i in order}
                services.register_save(session_id, changes, by=lead, at=NOW)
                db.session.commit()
            except Conflict:
                db.session.rollback()

    assert race(site, work, number=4) == []
    assert all(version == 1 + len(marks_made(i)) for i, _, version in places(session_id))
    assert len({what for _, what, _ in places(session_id)}) == 1, "one save is one whole"


def test_a_mark_waits_for_a_closing_and_is_refused(site: Site, lead: Actor, session_id: int) -> None:
    services.everyone_attended(session_id, act="abcdefghij", by=lead, at=NOW)
    db.session.commit()
    place_id = places(session_id)[0][0]
    end = second_of_two(site, lambda: close(session_id, lead), lambda: mark(place_id, Mark.IN_PART, 2, lead))
    assert end == "NotNow"
    assert Mark.IN_PART not in marks_made(place_id)


def test_no_mark_slips_in_behind_the_closing(site: Site, lead: Actor, session_id: int) -> None:
    services.everyone_attended(session_id, act="abcdefghij", by=lead, at=NOW)
    db.session.commit()
    ids = [row[0] for row in places(session_id)]
    db.session.rollback()
    late = []

    def work(n: int) -> None:
        if n == 0:
            close(session_id, lead)
            db.session.commit()
            return
        for i in ids:
            try:
                mark(i, Mark.IN_PART, 2, lead)
                closed = db.session.get_one(TrainingSession, session_id, populate_existing=True).register_closed_at
                late.extend([i] if closed else [])
                db.session.commit()
            except Conflict:
                db.session.rollback()

    assert race(site, work) == []
    assert late == []
    total = queries.register_counts(session_id)
    in_part = (
        db.session.query(AttendanceMark)
        .filter_by(mark=Mark.IN_PART)
        .join(Place, Place.id == AttendanceMark.place_id)
        .filter(Place.session_id == session_id)
    )
    assert (total.attended + total.in_part, total.in_part) == (25, in_part.count())

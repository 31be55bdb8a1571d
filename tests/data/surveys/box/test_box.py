"""Opening, voting, closing, counting and what is left afterwards, as the services do it."""

import json
import os
import sqlite3
import stat
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from tests.support.engines import NOW, Site
from tests.support.present import the
from tests.support.surveys import (
    actor,
    answer_all,
    ballots_of,
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
from wfsite.audit.models import AuditEvent
from wfsite.core.actor import Actor
from wfsite.core.errors import Conflict, Missing, RuleBroken
from wfsite.core.permissions import Role
from wfsite.extensions import db
from wfsite.people.models import Person
from wfsite.surveys.answering.queries import surveys_waiting
from wfsite.surveys.answering.services import Sent, answers_send, survey_open
from wfsite.surveys.box import folder, store
from wfsite.surveys.box.rules import BoxState, Done, Held, Marks
from wfsite.surveys.box_queries import box_problems
from wfsite.surveys.closing.keeping import HELD_FOR
from wfsite.surveys.closing.services import survey_close
from wfsite.surveys.closing.tally import Step, close_due, tally
from wfsite.surveys.comments.queries import comments_waiting
from wfsite.surveys.comments.services import comment_decide
from wfsite.surveys.models import Comment, Question, Survey, Tally
from wfsite.surveys.results.queries import results_page
from wfsite.surveys.rules import CommentState, Outcome, SurveyState
from wfsite.surveys.survey_queries import surveys_to_look_after

pytestmark = pytest.mark.usefixtures("context")
LATER = NOW + timedelta(days=7)


def _lead() -> Actor:
    return Actor(person_id("survey"), "", "", None, None, frozenset({Role.SURVEY_LEAD}))


def _expected(survey_id: int, voters: list[int], seed: int = 1) -> list[list[int]]:
    """The counts of each choice, found by reading the same forms without any sealing."""
    chance, questions = Random(seed), questions_of(survey_id)
    counts = [[0] * len(q.labels) for q in questions]
    for _ in voters:
        for place, (question, values) in enumerate(zip(questions, form_for(questions, chance).values(), strict=True)):
            for value in values:
                if value:
                    counts[place][question.index_of[value]] += 1
    return counts


def _send(survey_id: int, person: int, site: Site, *, at: datetime = NOW, credential: str | None = None) -> Sent:
    by = actor(person)
    if credential is not None:
        by = Actor(person, "", "", None, None, by.roles, credential=credential)
    return answers_send(survey_id, form_for(questions_of(survey_id), Random(3)), by=by, at=at, boxes=site.boxes)


def test_opening_freezes_survey_and_audience(site: Site) -> None:
    people = [*workers(30), person_id("staff")]
    survey_id = survey_draft()
    assert open_draft(site, survey_id, people * 2) == ""
    frozen = the(store.look(site.boxes, survey_id, person_id=people[0]))
    assert (frozen.state, frozen.done) == (BoxState.OPEN, Done.NOT)
    assert frozen.credential == credential(people[0]) != ""
    assert the(store.look(site.boxes, survey_id, person_id=person_id("chair"))).done is None
    manifest = frozen.manifest
    assert (manifest.title, manifest.invited, manifest.threshold) == ("A survey of a test", 31, 10)
    assert [question.text for question in manifest.questions] == [f"Question number {n}" for n in range(1, 6)]
    place = folder.box_file(site.boxes, survey_id).parent
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in place.iterdir()} == {0o600}
    survey = db.session.get_one(Survey, survey_id)
    assert survey.state is SurveyState.OPEN and len(the(survey.box_half)) == 32
    assert folder.half_of(site.boxes, survey_id) != survey.box_half
    with pytest.raises(Conflict):
        survey_open(survey_id, invited=people, boxes=site.boxes, key=secret(), at=NOW)


def test_a_number_is_opened_once_ever(site: Site) -> None:
    people = workers(20)
    survey_id = opened_survey(site, people)
    for ended in (False, True):
        db.session.execute(update(Survey).where(Survey.id == survey_id).values(state=SurveyState.DRAFT))
        db.session.commit()
        with pytest.raises(Conflict, match="Make a copy"):
            survey_open(survey_id, invited=people, boxes=site.boxes, key=secret(), at=NOW)
        db.session.rollback()
        if not ended:
            tally(survey_id, boxes=site.boxes, at=LATER)
    assert [entry.name for entry in (site.boxes / "open").iterdir() if entry.name.startswith(".")] == []


@pytest.mark.parametrize(("people", "threshold"), [(9, 10), (0, 10), (40, 9)])
def test_too_few_are_not_asked(site: Site, people: int, threshold: int) -> None:
    with pytest.raises(RuleBroken):
        survey_open(survey_draft(threshold=threshold), invited=workers(people), boxes=site.boxes, key=secret(), at=NOW)


def test_a_survey_that_would_be_over_is_not_opened(site: Site) -> None:
    with pytest.raises(RuleBroken):
        survey_open(survey_draft(), invited=workers(20), boxes=site.boxes, key=secret(), at=LATER)
    with pytest.raises(Missing):
        survey_open(10**6, invited=workers(20), boxes=site.boxes, key=secret(), at=NOW)
    with pytest.raises(Conflict, match="machine that holds"):
        survey_open(survey_draft(), invited=workers(20), boxes=None, key=secret(), at=NOW)


def test_the_count_is_exact_and_leaves_nothing_behind(site: Site) -> None:
    voters = workers(30)
    survey_id = opened_survey(site, workers(40))
    others = folder.box_numbers(site.boxes)
    expected = _expected(survey_id, voters)
    answer_all(survey_id, voters, text="a comment")
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.COUNTED
    found = standing_of(survey_id)
    assert found["state"] is SurveyState.CLOSED and found["ballots"] == 0 and found["ended"]
    assert found["tally"] == (Outcome.RELEASED, 40, 30, 30, False)
    assert [table["counts"] for table in found["tables"][:4]] == expected[:4]
    assert found["tables"][4] == {"answered": 30} and found["comments"] == ["a comment"] * 30
    assert folder.box_numbers(site.boxes) == [number for number in others if number != survey_id]
    assert db.session.get_one(Survey, survey_id).box_half is None
    note = json.loads((site.boxes / "ended" / f"{survey_id}.json").read_text())
    assert note == {"survey": survey_id, "outcome": "released", "ended_at": LATER.isoformat()}
    # Once is all: again changes nothing.
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.COUNTED
    assert standing_of(survey_id) == found


def test_an_open_survey_is_not_counted(site: Site) -> None:
    survey_id = opened_survey(site, workers(30))
    answer_all(survey_id, workers(12))
    before = standing_of(survey_id)
    with pytest.raises(Conflict):
        tally(survey_id, boxes=site.boxes, at=LATER - timedelta(seconds=1))
    assert close_due(at=NOW, boxes=site.boxes) == []
    assert standing_of(survey_id) == before
    with pytest.raises(Missing):
        tally(10**6, boxes=site.boxes, at=LATER)
    assert close_due(at=LATER, boxes=None) == []


def test_too_few_answers_are_destroyed_unread(site: Site) -> None:
    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(9), text="never to be read")
    # Not even the key is asked for.
    (site.boxes / "open" / str(survey_id) / "half.key").write_bytes(b"no key")
    assert close_due(at=LATER, boxes=site.boxes)[-1].step is Step.DESTROYED
    found = standing_of(survey_id)
    assert found["tally"] == (Outcome.TOO_FEW, 20, None, None, False)
    assert (found["ballots"], found["tables"], found["comments"]) == (0, [], [])
    page = results_page(survey_id)
    assert page.response == "Fewer than 10 of the 20 people invited answered."
    assert page.questions == ()


def test_shut_comes_before_any_envelope_is_opened(site: Site) -> None:
    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(12))
    assert store.begin_count(site.boxes, survey_id) is None, "an open box hands out nothing"
    store.shut(site.boxes, survey_id, at=LATER)
    assert len(the(store.begin_count(site.boxes, survey_id))) == 12
    other = opened_survey(site, workers(20))
    store.shut(site.boxes, other, at=LATER, cancel=True)
    assert store.begin_count(site.boxes, other) is None, "nor one that was called off"
    with pytest.raises(Conflict):
        _send(survey_id, workers(13)[12], site)  # the clock set back does not open it again
    assert ballots_of(survey_id) == 12


def _damage(site: Site, survey_id: int, how: str) -> None:
    """Make a shut box differ from what it must be."""
    place = site.boxes / "open" / str(survey_id)
    with store._change(site.boxes, survey_id) as box:
        match how:
            case "one ballot less":
                box.execute("DELETE FROM ballot WHERE key = (SELECT min(key) FROM ballot)")
            case "one ballot twice":
                box.execute("INSERT INTO ballot SELECT randomblob(16), sealed FROM ballot LIMIT 1")
            case "a ballot of noise":
                box.execute("UPDATE ballot SET sealed = randomblob(500) WHERE key = (SELECT min(key) FROM ballot)")
            case "a mark turned":
                box.execute("UPDATE voter SET done = 1 WHERE person = (SELECT min(person) FROM voter WHERE done = 2)")
    match how:
        case "the file half":
            (place / "half.key").write_bytes(os.urandom(32))
        case "no file half":
            (place / "half.key").unlink()
        case "the database half":
            db.session.execute(update(Survey).where(Survey.id == survey_id).values(box_half=b"x" * 32))
        case "another survey's half":
            db.session.execute(
                update(Survey).where(Survey.id == survey_id).values(box_half=db.session.get_one(Survey, 2).box_half)
            )
        case "no question":
            db.session.execute(delete(Question).where(Question.survey_id == survey_id))
    db.session.commit()


_DAMAGE = {
    "one ballot less": Held.MARKS,
    "one ballot twice": Held.MARKS,
    "a ballot of noise": Held.ENVELOPE,
    "a mark turned": Held.ENVELOPE,
    "the file half": Held.HALF,
    "no file half": Held.HALF,
    "the database half": Held.HALF,
    "another survey's half": Held.HALF,
    "no question": Held.DATABASE,
}


@pytest.mark.parametrize("how", _DAMAGE)
def test_whatever_differs_holds_the_count(site: Site, how: str) -> None:
    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(15))
    _damage(site, survey_id, how)
    for _ in range(2):
        (done,) = [done for done in close_due(at=LATER, boxes=site.boxes) if done.survey_id == survey_id]
        assert (done.step, done.held) == (Step.HELD, _DAMAGE[how])
    assert the(store.look(site.boxes, survey_id)).state is BoxState.SHUT, "what is held can still be called off"
    found = standing_of(survey_id)
    assert (found["state"], found["tally"], found["tables"]) == (SurveyState.OPEN, None, [])
    assert found["ballots"] >= 14
    assert [problem.survey_id for problem in box_problems(site.boxes, at=NOW)] == [survey_id]
    waiting = surveys_waiting(actor(workers(20)[19]), at=LATER, boxes=site.boxes)
    assert survey_id not in {found.id for found in waiting}
    # Fourteen days after closing it goes unread.
    close_due(at=LATER + HELD_FOR, boxes=site.boxes)
    found = standing_of(survey_id)
    assert found["tally"][0] is Outcome.NOT_COUNTED and found["ended"] and not found["tables"]
    assert results_page(survey_id).questions == ()


def test_called_off_while_it_is_counted(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever calls a survey off either stops the count or is told that it is too late."""
    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(15))
    begin = store.begin_count
    ends: list[str] = []

    def _meanwhile(boxes: Path, number: int) -> list[bytes] | None:
        if not ends:
            ends.append("called off")
            survey_close(number, at=LATER, boxes=boxes, cancel=True)
            db.session.commit()
        return begin(boxes, number)

    monkeypatch.setattr(store, "begin_count", _meanwhile)
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.DESTROYED
    assert standing_of(survey_id)["tally"][0] is Outcome.CANCELLED
    other = opened_survey(site, workers(20))
    answer_all(other, workers(15))
    store.shut(site.boxes, other, at=LATER)
    assert store.begin_count(site.boxes, other)
    with pytest.raises(Conflict, match="being counted"):
        survey_close(other, at=LATER, boxes=site.boxes, cancel=True)
    db.session.rollback()
    assert tally(other, boxes=site.boxes, at=LATER).step is Step.COUNTED


def _with_a_code(site: Site) -> tuple[int, str]:
    """A survey of fifteen answers that needs its code, and the code."""
    give_passwords(workers(20))
    survey_id = survey_draft()
    code = open_draft(site, survey_id, workers(20), with_code=True)
    answer_all(survey_id, workers(15))
    return survey_id, code


def test_a_pass_without_the_code_does_not_disturb_one_that_has_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The timer comes by while a lead who typed the code counts."""
    survey_id, code = _with_a_code(site)
    begin = store.begin_count

    def _timer(boxes: Path, number: int) -> list[bytes] | None:
        sealed = begin(boxes, number)
        assert tally(number, boxes=boxes, at=LATER).step is Step.NEEDS_CODE
        return sealed

    monkeypatch.setattr(store, "begin_count", _timer)
    assert tally(survey_id, boxes=site.boxes, at=LATER, code=code).step is Step.COUNTED


def test_called_off_after_the_envelopes_were_opened(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The timer, without the code, lets a survey be called off again: the count that has the code keeps nothing."""
    survey_id, code = _with_a_code(site)
    begin = store.begin_count

    def _timer_and_lead(boxes: Path, number: int) -> list[bytes] | None:
        sealed = begin(boxes, number)
        assert tally(number, boxes=boxes, at=LATER).step is Step.NEEDS_CODE
        survey_close(number, at=LATER, boxes=boxes, cancel=True)
        db.session.commit()
        return sealed

    monkeypatch.setattr(store, "begin_count", _timer_and_lead)
    assert tally(survey_id, boxes=site.boxes, at=LATER, code=code).step is Step.DESTROYED
    found = standing_of(survey_id)
    assert (found["tally"][0], found["tables"], found["comments"]) == (Outcome.CANCELLED, [], [])


def test_called_off_before_it_is_said_that_too_few_answered(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(9))
    keeping = store.keeping

    def _lead(boxes: Path, number: int) -> AbstractContextManager[bool]:
        monkeypatch.setattr(store, "keeping", keeping)
        store.shut(boxes, number, at=LATER, cancel=True)
        return keeping(boxes, number)

    monkeypatch.setattr(store, "keeping", _lead)
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.DESTROYED
    assert standing_of(survey_id)["tally"][0] is Outcome.CANCELLED


def test_nobody_calls_off_what_is_being_kept(site: Site) -> None:
    """Another process that asks while the database commits waits, and is told that the box does not answer just now."""
    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(12))
    store.shut(site.boxes, survey_id, at=LATER)
    with store.keeping(site.boxes, survey_id) as called_off:
        assert not called_off
        other = sqlite3.connect(folder.box_file(site.boxes, survey_id), timeout=0.01)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("UPDATE box SET cancelled = 1")
        other.close()
    with pytest.raises(Conflict, match="being counted"):
        survey_close(survey_id, at=LATER, boxes=site.boxes, cancel=True)


def test_another_pass_that_was_quicker_is_no_fault(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(12))
    begin = store.begin_count

    def _other(boxes: Path, number: int) -> list[bytes] | None:
        sealed = begin(boxes, number)
        monkeypatch.setattr(store, "begin_count", begin)
        assert tally(number, boxes=boxes, at=LATER).step is Step.COUNTED
        return sealed

    monkeypatch.setattr(store, "begin_count", _other)
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.COUNTED
    assert standing_of(survey_id)["tally"][2] == 12


def test_what_waits_for_its_code_can_be_called_off(site: Site) -> None:
    """Also when a pass that had the code was killed after it had opened the envelopes."""
    survey_id, _ = _with_a_code(site)
    store.shut(site.boxes, survey_id, at=LATER)
    assert store.begin_count(site.boxes, survey_id)
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.NEEDS_CODE
    survey_close(survey_id, at=LATER, boxes=site.boxes, cancel=True)
    db.session.commit()
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.DESTROYED
    assert standing_of(survey_id)["tally"][0] is Outcome.CANCELLED


_ODD_VALUES = {
    "half": "UPDATE survey SET box_half = NULL WHERE id = :id",
    "no such column": "ALTER TABLE survey RENAME COLUMN closed_at TO closed_then",
    "a result from elsewhere": (
        "INSERT INTO tally (survey_id, outcome, count_id, manifest, invited, some_changed, spoiled) "
        "VALUES (:id, 'too-few', 'forged', '{}', 20, false, 0)"
    ),
}


@pytest.mark.parametrize("how", _ODD_VALUES)
def test_a_database_that_is_spoiled_holds_its_survey_and_no_other(site: Site, how: str) -> None:
    bad, good = opened_survey(site, workers(20)), opened_survey(site, workers(20))
    for survey_id in (bad, good):
        answer_all(survey_id, workers(15))
    db.session.execute(text(_ODD_VALUES[how]), {"id": bad} if ":id" in _ODD_VALUES[how] else {})
    db.session.commit()
    try:
        done = {found.survey_id: found.step for found in close_due(at=LATER, boxes=site.boxes)}
        assert done[bad] is Step.HELD
        assert done[good] is (Step.HELD if how == "no such column" else Step.COUNTED)
        close_due(at=LATER + HELD_FOR, boxes=site.boxes)
        assert bad not in folder.box_numbers(site.boxes), "destroyed unread after fourteen days, whatever the database"
    finally:
        if how == "no such column":
            db.session.execute(text("ALTER TABLE survey RENAME COLUMN closed_then TO closed_at"))
            db.session.commit()


@pytest.mark.only("sqlite")  # PostgreSQL refuses it by itself
def test_text_in_a_number_holds_its_survey(site: Site) -> None:
    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(15))
    db.session.execute(text("UPDATE survey SET version = 'x', closes_at = 'never' WHERE id = :id"), {"id": survey_id})
    db.session.commit()
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.HELD
    assert tally(survey_id, boxes=site.boxes, at=LATER + HELD_FOR).step is Step.DESTROYED


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_calling_off_goes_by_the_box_and_not_by_the_index(site: Site, state: str) -> None:
    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(15))
    db.session.execute(update(Survey).where(Survey.id == survey_id).values(state=state))
    db.session.commit()
    survey_close(survey_id, at=NOW, boxes=site.boxes, cancel=True)
    db.session.commit()
    assert the(store.look(site.boxes, survey_id)).cancelled


def test_a_survey_without_a_box_can_be_called_off(site: Site) -> None:
    survey_id = opened_survey(site, workers(20))
    store.let_go_of_all()
    (site.boxes / "open" / str(survey_id)).rename(site.boxes / "open" / "away")
    with pytest.raises(Conflict, match="no ballot box"):
        survey_close(survey_id, at=NOW, boxes=site.boxes)
    db.session.rollback()
    survey_close(survey_id, at=NOW, boxes=site.boxes, cancel=True)
    db.session.commit()
    assert db.session.get_one(Survey, survey_id).state is SurveyState.CLOSED


def test_what_was_held_is_counted_once_it_is_mended(site: Site) -> None:
    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(15))
    half = db.session.get_one(Survey, survey_id).box_half
    _damage(site, survey_id, "the database half")
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.HELD
    db.session.execute(update(Survey).where(Survey.id == survey_id).values(box_half=half))
    db.session.commit()
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.COUNTED


def test_answers_under_another_sign_in_are_counted_and_decide_nothing(site: Site) -> None:
    people = workers(40)
    survey_id = opened_survey(site, people)
    answer_all(survey_id, people[:9])
    for person in people[9:30]:
        assert _send(survey_id, person, site, credential="planted") is Sent.STORED
    assert store.marks(site.boxes, survey_id) == Marks(30, 9)
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.DESTROYED
    assert "with the sign-in that they had" in results_page(survey_id).response
    other = opened_survey(site, people)
    answer_all(other, people[:20])
    for person in people[20:25]:
        _send(other, person, site, credential="")
    assert tally(other, boxes=site.boxes, at=LATER).step is Step.COUNTED
    page = results_page(other)
    assert page.questions[0].answered == 25 and "Some answers came from people" in page.counting


def test_under_twenty_nothing_is_told_that_rests_on_changed_sign_ins(site: Site) -> None:
    people = workers(40)
    survey_id = opened_survey(site, people)
    answer_all(survey_id, people[:15], text="said")
    _send(survey_id, people[15], site, credential="planted")
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.COUNTED
    # Whoever planted the sixteenth answer could take it away, and find what a table of fifteen would have masked.
    tables = standing_of(survey_id)["tables"]
    assert [table["answered"] for table in tables[:4]] == [None] * 4
    assert tables[4] == {"answered": 15}, "the planted answer said nothing there"


def test_ones_own_new_password_keeps_the_binding(site: Site) -> None:
    person, *others = workers(12)
    survey_id = opened_survey(site, [person, *others])
    store.rebind(site.boxes, person, before=actor(person).credential, after="my new one")
    assert _send(survey_id, person, site, credential="my new one") is Sent.STORED
    store.rebind(site.boxes, others[0], before="not the one before", after="planted")
    assert _send(survey_id, others[0], site, credential="planted") is Sent.STORED
    assert store.marks(site.boxes, survey_id) == Marks(2, 1)


def test_who_had_no_password_at_opening_decides_nothing(site: Site) -> None:
    """Whoever makes password links could use one, so a first password is a changed sign-in."""
    invited = workers(12)
    db.session.execute(update(Person).where(Person.id.in_(invited)).values(password_hash=None))
    survey_id = survey_draft()
    open_draft(site, survey_id, invited)
    give_passwords(invited)
    # Not even by their own change of that first password.
    store.rebind(site.boxes, invited[0], before=credential(invited[0]), after=credential(invited[0]))
    for person in invited:
        assert _send(survey_id, person, site) is Sent.STORED
    assert store.marks(site.boxes, survey_id) == Marks(12, 0)
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.DESTROYED


def test_closing_early_needs_half_and_refuses_later_answers(site: Site) -> None:
    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(9))
    closed_at = NOW + timedelta(hours=1)
    with pytest.raises(Conflict, match="half"):
        survey_close(survey_id, at=closed_at, boxes=site.boxes)
    db.session.rollback()
    for person in workers(14)[9:]:
        _send(survey_id, person, site, credential="planted")
    with pytest.raises(Conflict, match="half"):
        survey_close(survey_id, at=closed_at, boxes=site.boxes)
    db.session.rollback()
    answer_all(survey_id, workers(15)[14:])
    survey_close(survey_id, at=closed_at, boxes=site.boxes)
    survey_close(survey_id, at=closed_at + timedelta(hours=1), boxes=site.boxes)
    db.session.commit()
    with pytest.raises(Conflict, match="closed on 10 March 2026 at 11am"):
        _send(survey_id, workers(16)[15], site, at=closed_at)
    assert _send(survey_id, workers(1)[0], site, at=closed_at) is Sent.ALREADY
    ended = surveys_to_look_after(seen_by=_lead(), at=closed_at, boxes=site.boxes)
    assert [found.id for found in ended] == [survey_id]
    assert surveys_to_look_after(seen_by=actor(1), at=closed_at, boxes=site.boxes) == ()
    assert [done.survey_id for done in close_due(at=closed_at, boxes=site.boxes)] == [survey_id]
    assert db.session.get_one(Survey, survey_id).closed_at == closed_at
    with pytest.raises(Missing):
        survey_close(10**6, at=NOW, boxes=site.boxes)


def test_closing_is_audited_and_answering_is_not(site: Site) -> None:
    survey_id = opened_survey(site, workers(20))
    before = db.session.query(AuditEvent.id).count()
    answer_all(survey_id, workers(12))
    assert db.session.query(AuditEvent.id).count() == before
    db.session.rollback()
    tally(survey_id, boxes=site.boxes, at=LATER)
    events = db.session.query(AuditEvent).order_by(AuditEvent.id).offset(before).all()
    assert {event.subject for event in events} == {"survey"}


def test_what_waits(site: Site) -> None:
    survey_id = opened_survey(site, [*workers(20), person_id("staff")])
    staff = actor(person_id("staff"))

    def waiting(at: datetime) -> set[int]:
        return {found.id for found in surveys_waiting(staff, at=at, boxes=site.boxes)}

    assert survey_id in waiting(NOW) and survey_id not in waiting(LATER)
    answer_all(survey_id, [staff.person_id])
    assert survey_id not in waiting(NOW)
    answer_all(survey_id, workers(11), text="read me")
    tally(survey_id, boxes=site.boxes, at=LATER)
    assert {found.survey_id: found.count for found in comments_waiting(seen_by=_lead())}[survey_id] == 11
    assert comments_waiting(seen_by=staff) == ()


def test_leftovers_beside_an_end_note_are_removed(site: Site) -> None:
    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(12))
    place = site.boxes / "open" / str(survey_id)
    kept = {file.name: file.read_bytes() for file in place.iterdir()}
    tally(survey_id, boxes=site.boxes, at=LATER)
    place.mkdir()
    for name, content in kept.items():
        (place / name).write_bytes(content)
    before = standing_of(survey_id)
    with pytest.raises(Conflict):
        answers_send(survey_id, {}, by=actor(workers(13)[12]), at=NOW, boxes=site.boxes)
    close_due(at=LATER, boxes=site.boxes)
    assert not place.exists()
    assert standing_of(survey_id) | {"ballots": 0} == before | {"ballots": 0}


def test_what_does_not_fit_between_database_and_boxes_is_said(site: Site) -> None:
    survey_id = opened_survey(site, workers(20))
    assert box_problems(site.boxes, at=NOW) == []
    store.let_go_of_all()
    place = site.boxes / "open" / str(survey_id)
    place.rename(site.boxes / "open" / ".away")
    (problem,) = box_problems(site.boxes, at=NOW)
    assert "takes no answers: its ballot box is not in" in problem.words
    (site.boxes / "open" / "4711").mkdir()
    (site.boxes / "open" / "4711" / "box.db").write_bytes(b"not a box")
    assert "What lies in the place of survey 4711 is no ballot box" in {
        p.words for p in box_problems(site.boxes, at=NOW)
    }
    (site.boxes / "ended" / f"{survey_id}.json").write_text("{}")
    assert "this database is from before" in box_problems(site.boxes, at=NOW)[0].words


def test_what_the_first_release_said_of_its_counts_is_still_said(site: Site) -> None:
    survey_id = opened_survey(site, workers(30))
    answer_all(survey_id, workers(20))
    tally(survey_id, boxes=site.boxes, at=LATER)
    row = db.session.get_one(Tally, survey_id)
    row.spoiled, row.counted = 2, 18
    assert results_page(survey_id).counting == "2 of 20 ballots could not be read and are not counted."
    row.counted = 16
    assert "18 ballots were found for 20 people who answered" in results_page(survey_id).counting


def test_a_survey_that_could_not_be_counted_is_said_while_it_is_open(site: Site) -> None:
    survey_id = opened_survey(site, workers(20))
    db.session.execute(update(Survey).where(Survey.id == survey_id).values(box_half=None))
    db.session.commit()
    assert "half of the key" in box_problems(site.boxes, at=NOW)[0].words
    late = [problem.words for problem in box_problems(site.boxes, at=LATER + timedelta(days=8))]
    assert any("has ended and is not counted" in words for words in late)


def test_deciding_about_a_comment(site: Site) -> None:
    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(12), text="read me")
    tally(survey_id, boxes=site.boxes, at=LATER)
    waiting, released, withheld = CommentState
    question, key = db.session.execute(
        select(Comment.question_id, Comment.key).where(Comment.text == "read me").limit(1)
    ).one()

    def decide(decision: CommentState | None, seen: CommentState, **other: Any) -> CommentState:
        where: dict[str, Any] = {"survey_id": survey_id, "question_id": question, "key": key} | other
        return comment_decide(decision=decision, seen=seen, by=_lead(), at=LATER, **where)

    assert decide(released, waiting) is released
    assert decide(released, waiting) is released, "twice is once"
    with pytest.raises(Conflict):
        decide(withheld, waiting)
    assert decide(withheld, released) is withheld
    with pytest.raises(RuleBroken):
        decide(waiting, withheld)
    with pytest.raises(RuleBroken):
        decide(None, withheld)
    for other in ({"survey_id": 1}, {"question_id": 1}, {"key": b"\0" * 16}):
        with pytest.raises(Missing):
            decide(released, withheld, **other)

"""Opening, counting and what is left afterwards."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import insert, select, text, update

from tests.support.engines import NOW
from tests.support.surveys import (
    actor,
    answer_all,
    form_for,
    keys_of,
    opened_survey,
    person_id,
    standing_of,
    survey_draft,
    workers,
)
from wfsite.audit.models import AuditEvent
from wfsite.core.actor import Actor
from wfsite.core.errors import Conflict, Missing, RuleBroken
from wfsite.core.permissions import Role
from wfsite.extensions import db
from wfsite.surveys.answering.ballots import seal
from wfsite.surveys.answering.queries import questions_of, surveys_waiting
from wfsite.surveys.answering.services import Sent, answers_send, survey_open
from wfsite.surveys.models import Ballot, Comment, Invitation, Survey, Turnout
from wfsite.surveys.queries import surveys_past_closing
from wfsite.surveys.results import tally as tally_module
from wfsite.surveys.results.queries import comments_waiting, results_page
from wfsite.surveys.results.services import comment_decide, survey_close
from wfsite.surveys.results.tally import Step, close_due, tally
from wfsite.surveys.rules import CommentState, Outcome, SurveyState

pytestmark = pytest.mark.usefixtures("context")
LATER = NOW + timedelta(days=7)


def _lead() -> Actor:
    return Actor(person_id("survey"), "", "", None, None, frozenset({Role.SURVEY_LEAD}))


def _expected(survey_id, voters, seed=1):
    """The counts of each choice, found by reading the same forms without any sealing."""
    chance, questions = Random(seed), questions_of(survey_id)
    counts = [[0] * len(q.labels) for q in questions]
    for _ in voters:
        for place, (question, values) in enumerate(zip(questions, form_for(questions, chance).values(), strict=True)):
            for value in values:
                if value:
                    counts[place][question.index_of[value]] += 1
    return counts


def test_opening_deals_seats_and_freezes(site):
    people = workers(40)
    survey_id = opened_survey(site, people)
    rows = db.session.execute(
        select(Invitation.person_id, Invitation.seat).where(Invitation.survey_id == survey_id)
    ).all()
    assert {row.person_id for row in rows} == set(people)
    assert sorted(row.seat for row in rows) == list(range(40))
    assert [row.seat for row in sorted(rows)] != list(range(40)), "seats in the order of people"
    turnout = db.session.get_one(Turnout, survey_id)
    assert (turnout.invited, turnout.responded, turnout.bits) == (40, 0, bytes(5))
    with pytest.raises(Conflict):
        survey_open(survey_id, invited=people, keys=keys_of(site), at=NOW)


@pytest.mark.parametrize(("people", "threshold"), [(9, 10), (0, 10), (40, 4)])
def test_too_few_are_not_asked(site, people, threshold):
    survey_id = survey_draft(threshold=threshold)
    with pytest.raises(RuleBroken):
        survey_open(survey_id, invited=workers(people), keys=keys_of(site), at=NOW)


def test_a_survey_that_would_be_over_is_not_opened(site):
    with pytest.raises(RuleBroken):
        survey_open(survey_draft(), invited=workers(20), keys=keys_of(site), at=LATER)
    with pytest.raises(Missing):
        survey_open(10**6, invited=workers(20), keys=keys_of(site), at=NOW)


def test_the_count_is_exact_and_leaves_nothing_behind(site):
    voters = workers(30)
    survey_id = opened_survey(site, workers(40))
    key_files = set(keys_of(site).iterdir())
    expected = _expected(survey_id, voters)
    answer_all(survey_id, voters, text="a comment")
    assert tally(survey_id, keys=keys_of(site), at=LATER) is Step.COUNTED
    found = standing_of(survey_id)
    assert found["state"] is SurveyState.CLOSED and found["ballots"] == 0 and found["responded"] == 30
    assert found["tally"] == (Outcome.RELEASED, 30, 0)
    assert [table["counts"] for table in found["tables"][:4]] == expected[:4]
    assert found["tables"][4] == {"answered": 30} and found["comments"] == ["a comment"] * 30
    assert db.session.get_one(Turnout, survey_id).bits == b"", "who answered is forgotten"
    db.session.rollback()
    assert len(key_files - set(keys_of(site).iterdir())) == 1, "its key is gone, no other's"
    # Once is all: again changes nothing.
    assert tally(survey_id, keys=keys_of(site), at=LATER) is Step.COUNTED
    assert close_due(at=LATER, keys=keys_of(site)) == []
    assert standing_of(survey_id) == found


def test_an_open_survey_is_not_counted(site):
    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(12))
    before = standing_of(survey_id)
    with pytest.raises(Conflict):
        tally(survey_id, keys=keys_of(site), at=LATER - timedelta(seconds=1))
    assert close_due(at=NOW, keys=keys_of(site)) == []
    assert standing_of(survey_id) == before
    with pytest.raises(Missing):
        tally(10**6, keys=keys_of(site), at=LATER)


def test_too_few_ballots_are_destroyed_unread(site):
    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(9), text="never to be read")
    # Not even the key is asked for.
    for file in keys_of(site).glob(f"{survey_id}-*"):
        file.write_bytes(b"no key at all, though a file")
    assert close_due(at=LATER, keys=keys_of(site))[0].step is Step.COUNTED
    found = standing_of(survey_id)
    assert found["tally"] == (Outcome.TOO_FEW, None, 0)
    assert (found["ballots"], found["tables"], found["comments"]) == (0, [], [])
    page = results_page(survey_id)
    assert page.response == "Fewer than 10 of the 20 people invited answered."
    assert page.questions == ()


def test_without_the_key_nothing_is_destroyed_and_it_is_said(site):
    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(15))
    before = standing_of(survey_id)
    (file,) = keys_of(site).glob(f"{survey_id}-*")
    away = file.rename(file.with_suffix(".away"))
    done = close_due(at=LATER, keys=keys_of(site))
    assert [d.step for d in done] == [Step.KEY_MISSING]
    assert "Nothing was destroyed" in done[0].words
    assert standing_of(survey_id) == before
    away.rename(file)
    assert [d.step for d in close_due(at=LATER, keys=keys_of(site))] == [Step.COUNTED]
    assert standing_of(survey_id)["tally"] == (Outcome.RELEASED, 15, 0)


def test_spoiled_ballots_are_dropped_and_said(site):
    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(12))
    public = db.session.get_one(Survey, survey_id).public_key
    bad = [
        seal({}, survey_id=survey_id, public_key=public, size=512),  # leaves out what is required
        seal({1: 0}, survey_id=survey_id, public_key=public, size=512),  # another survey's question
        seal({}, survey_id=survey_id + 1, public_key=public, size=512),
        b"noise",
    ]
    db.session.execute(
        insert(Ballot), [{"survey_id": survey_id, "key": bytes([n] * 16), "sealed": b} for n, b in enumerate(bad)]
    )
    db.session.commit()
    tally(survey_id, keys=keys_of(site), at=LATER)
    assert standing_of(survey_id)["tally"] == (Outcome.RELEASED, 12, 4)
    # More ballots than voters: somebody has put some in, and readers are told.
    assert "16 ballots were found for 12 people" in results_page(survey_id).counting
    db.session.execute(update(Turnout).where(Turnout.survey_id == survey_id).values(responded=16))
    assert results_page(survey_id).counting == "4 of 16 ballots could not be read and are not counted."


def test_too_few_good_ballots_show_nothing(site):
    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(12))
    db.session.execute(
        text("UPDATE ballot SET sealed = :bad WHERE key IN (SELECT key FROM ballot WHERE survey_id = :s LIMIT 5)"),
        {"bad": b"x", "s": survey_id},
    )
    db.session.commit()
    tally(survey_id, keys=keys_of(site), at=LATER)
    found = standing_of(survey_id)
    assert found["tally"] == (Outcome.RELEASED, None, 5)
    assert found["tables"] == [{"answered": None}] * 5 and found["comments"] == []
    assert "Fewer than 10 of the answers could be counted" in results_page(survey_id).counting


def test_a_ballot_that_arrives_while_counting_is_counted(site, monkeypatch):
    """The count is done without a lock; what came in meanwhile makes it start again."""
    from wfsite.surveys.results import tally as module

    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(12))
    late = iter([workers(13)[12]])
    real = module._envelopes

    def _with_a_late_one(survey):
        yield from real(survey)
        for voter in late:  # a vote that began before the closing commits after the ballots were read
            answer_all(survey, [voter])

    monkeypatch.setattr(module, "_envelopes", _with_a_late_one)
    assert tally(survey_id, keys=keys_of(site), at=LATER) is Step.COUNTED
    assert standing_of(survey_id)["tally"] == (Outcome.RELEASED, 13, 0)


def _meanwhile(monkeypatch, name, survey_id, keys):
    """Let another pass finish the count just before this one calls `name`."""
    ours, done = getattr(tally_module.ballots, name), []

    def later(*args, **kwargs):
        if not done:
            done.append(True)
            db.session.rollback()
            assert tally(survey_id, keys=keys, at=LATER) is Step.COUNTED
        return ours(*args, **kwargs)

    monkeypatch.setattr(tally_module.ballots, name, later)
    return done


@pytest.mark.parametrize("name", ["opener", "key_destroy"])
def test_a_count_that_another_pass_overtakes_is_a_count(site, monkeypatch, name):
    people = workers(12)
    survey_id = opened_survey(site, people)
    answer_all(survey_id, people)
    db.session.commit()
    overtaken = _meanwhile(monkeypatch, name, survey_id, keys_of(site))
    assert tally(survey_id, keys=keys_of(site), at=LATER) is Step.COUNTED
    assert overtaken
    assert results_page(survey_id).questions


def test_closing_early_refuses_later_answers_and_is_repeatable(site):
    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(12))
    closed_at = NOW + timedelta(hours=1)
    survey_close(survey_id, at=closed_at)
    survey_close(survey_id, at=closed_at + timedelta(hours=1))
    db.session.commit()
    with pytest.raises(Conflict, match="closed on 10 March 2026 at 11am"):
        answers_send(survey_id, {}, by=actor(workers(13)[12]), at=closed_at)
    assert answers_send(survey_id, {}, by=actor(workers(1)[0]), at=closed_at) is Sent.ALREADY
    assert [found.id for found in surveys_past_closing(seen_by=_lead(), at=closed_at)] == [survey_id]
    assert surveys_past_closing(seen_by=actor(1), at=closed_at) == ()
    assert [done.survey_id for done in close_due(at=closed_at, keys=keys_of(site))] == [survey_id]
    survey = db.session.get_one(Survey, survey_id)
    assert survey.closed_at == closed_at
    with pytest.raises(Missing):
        survey_close(10**6, at=NOW)


def test_closing_is_audited_and_answering_is_not(site):
    survey_id = opened_survey(site, workers(20))
    before = db.session.query(AuditEvent.id).count()
    answer_all(survey_id, workers(12))
    assert db.session.query(AuditEvent.id).count() == before
    db.session.rollback()
    tally(survey_id, keys=keys_of(site), at=LATER)
    events = db.session.query(AuditEvent).order_by(AuditEvent.id).offset(before).all()
    assert {event.subject for event in events} == {"survey"}


def test_what_waits(site):
    survey_id = opened_survey(site, [*workers(20), person_id("staff")])
    staff = actor(person_id("staff"))
    assert survey_id in {found.id for found in surveys_waiting(staff, at=NOW)}
    assert survey_id not in {found.id for found in surveys_waiting(staff, at=LATER)}
    answer_all(survey_id, [staff.person_id])
    assert survey_id not in {found.id for found in surveys_waiting(staff, at=NOW)}
    answer_all(survey_id, workers(11), text="read me")
    tally(survey_id, keys=keys_of(site), at=LATER)
    assert {found.survey_id: found.count for found in comments_waiting(seen_by=_lead())}[survey_id] == 11
    assert comments_waiting(seen_by=staff) == ()


def test_deciding_about_a_comment(site):
    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(12), text="read me")
    tally(survey_id, keys=keys_of(site), at=LATER)
    waiting, released, withheld = CommentState
    question, key = db.session.execute(
        select(Comment.question_id, Comment.key).where(Comment.text == "read me").limit(1)
    ).one()

    def decide(decision, seen, **other):
        where = {"survey_id": survey_id, "question_id": question, "key": key} | other
        return comment_decide(*where.values(), decision, seen=seen, by=_lead(), at=LATER)

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

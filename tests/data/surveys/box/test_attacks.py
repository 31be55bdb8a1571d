"""Whoever can write the database, against the ballot box. Each attack first succeeds against the first release's."""

import json
import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import inspect, text, update

from tests.support.engines import NOW, Site
from tests.support.first_box import INFO, FirstBox
from tests.support.present import the
from tests.support.snapshots import Snapshot
from tests.support.surveys import (
    actor,
    answer_all,
    boxes,
    give_passwords,
    open_draft,
    opened_survey,
    questions_of,
    secret,
    standing_of,
    survey_draft,
    workers,
)
from wfsite.core.actor import Actor
from wfsite.core.errors import Conflict, Missing
from wfsite.extensions import db
from wfsite.people.models import Person
from wfsite.questions.question_rules import AGREEMENT, QuestionKind
from wfsite.surveys.answering.services import Sent, answers_send, survey_open, surveys_start
from wfsite.surveys.box import folder, store
from wfsite.surveys.box.envelopes import SUITE
from wfsite.surveys.box.rules import Marks
from wfsite.surveys.box_queries import box_problems
from wfsite.surveys.closing.tally import Step, close_due, tally
from wfsite.surveys.models import Question, Survey
from wfsite.surveys.results.queries import results_page

pytestmark = pytest.mark.usefixtures("context")
LATER = NOW + timedelta(days=7)
ONE = ((QuestionKind.AGREEMENT, False, AGREEMENT),)


@pytest.fixture
def first(site: Site, request: pytest.FixtureRequest) -> FirstBox:
    """The first release's box, open to twenty workers."""
    return FirstBox(workers(getattr(request, "param", 20)), LATER)


def _vote(survey_id: int, person: int, answer: int | None, *, by: Actor | None = None) -> Sent:
    (question, *_) = questions_of(survey_id)
    sent = {} if answer is None else {question.name: [question.choices[answer][0]]}
    return answers_send(survey_id, sent, by=by or actor(person), at=NOW, boxes=boxes())


def _sealed_in(survey_id: int) -> list[bytes]:
    with store._open(boxes(), survey_id) as box:
        return [row[0] for row in the(box).execute("SELECT sealed FROM ballot")]


def test_a_public_key_that_is_swapped_for_one_vote(site: Site, first: FirstBox) -> None:
    victim = workers(1)[0]
    evil = X25519PrivateKey.generate()
    true = bytes(first.run("SELECT public_key FROM first_survey").scalar())
    first.run("UPDATE first_survey SET public_key = :k", k=evil.public_key().public_bytes_raw())
    first.vote(victim, 3)
    sealed = bytes(first.run("SELECT sealed FROM first_ballot").scalar())
    assert SUITE.decrypt(sealed, evil, info=INFO) == b"3", "the control: read"
    first.run("UPDATE first_ballot SET sealed = :s", s=first.sealed(3, true))
    first.run("UPDATE first_survey SET public_key = :k", k=true)
    for person in workers(12)[1:]:
        first.vote(person, 0)
    assert first.count(LATER) == [11, 0, 0, 1, 0], "and nobody noticed"

    survey_id = opened_survey(site, workers(20), questions=ONE)
    half = db.session.get_one(Survey, survey_id).box_half
    # Every value that the row holds, turned into the attacker's for one vote.
    db.session.execute(
        update(Survey)
        .where(Survey.id == survey_id)
        .values(box_half=evil.private_bytes_raw(), threshold=1, closes_at=NOW + timedelta(hours=1), opened_at=NOW)
    )
    db.session.commit()
    _vote(survey_id, victim, 3)
    (sealed,) = _sealed_in(survey_id)
    manifest = the(store.look(site.boxes, survey_id)).manifest
    for info in (INFO, b"wfsite ballot " + manifest.digest):
        with pytest.raises(InvalidTag):
            SUITE.decrypt(sealed, evil, info=info)
    # And the swap that stays is noticed: the count holds.
    answer_all(survey_id, workers(12)[1:])
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.HELD
    db.session.execute(update(Survey).where(Survey.id == survey_id).values(box_half=half))
    db.session.commit()
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.COUNTED


def test_the_other_ballots_deleted_and_known_ones_put_in(site: Site, first: FirstBox) -> None:
    victim, *others = workers(12)
    first.vote(victim, 3)
    mine = bytes(first.run("SELECT sealed FROM first_ballot").scalar())
    for person in others:
        first.vote(person, 0)
    public = bytes(first.run("SELECT public_key FROM first_survey").scalar())
    first.run("DELETE FROM first_ballot WHERE sealed <> :mine", mine=mine)
    for _ in range(20):
        first.put_in(first.sealed(1, public))
    assert first.count(LATER) == [0, 20, 0, 1, 0], "the control: the one that is not mine is 3"

    survey_id = opened_survey(site, workers(20), questions=ONE)
    for person in (victim, *others):
        _vote(survey_id, person, 3 if person == victim else 0)
    # There is nothing to delete, and nothing to put in: no table of the database holds or takes a ballot.
    db.session.rollback()
    tables = inspect(db.engine).get_table_names()
    assert not [table for table in tables if "ballot" in table and not table.startswith("first_")]
    tally(survey_id, boxes=site.boxes, at=LATER)
    assert standing_of(survey_id)["tables"][0]["answered"] == 12


def test_a_threshold_of_one(site: Site, first: FirstBox) -> None:
    first.vote(workers(1)[0], 3)
    first.run("UPDATE first_survey SET threshold = 1")
    assert first.count(LATER) == [0, 0, 0, 1, 0], "the control"

    survey_id = opened_survey(site, workers(20), questions=ONE)
    for person in workers(9):
        _vote(survey_id, person, 3)
    db.session.execute(update(Survey).values(threshold=1))
    db.session.commit()
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.DESTROYED
    assert not any(standing_of(survey_id)["tables"])


def test_a_closing_time_in_the_past(site: Site, first: FirstBox) -> None:
    first.vote(workers(1)[0], 3)
    for person in workers(11)[1:]:
        first.vote(person, 0)
    assert first.count(NOW) is None
    first.run("UPDATE first_survey SET closes_at = :then", then=(NOW - timedelta(hours=1)).isoformat())
    assert first.count(NOW) == [10, 0, 0, 1, 0], "the control: counted when the attacker liked"

    survey_id = opened_survey(site, workers(30), questions=ONE)
    for person in workers(11):
        _vote(survey_id, person, 0)
    past = {"closes_at": NOW - timedelta(hours=1), "closed_at": NOW - timedelta(hours=1)}
    db.session.execute(update(Survey).where(Survey.id == survey_id).values(**past))
    db.session.commit()
    assert close_due(at=NOW, boxes=site.boxes) == []
    with pytest.raises(Conflict):
        tally(survey_id, boxes=site.boxes, at=NOW)
    assert _vote(survey_id, workers(12)[11], 0) is Sent.STORED, "and people go on answering"


def test_cleared_bits_and_twenty_votes(site: Site, first: FirstBox) -> None:
    victim, colluder = workers(2)
    first.vote(victim, 3)
    for _ in range(20):
        first.run("UPDATE first_turnout SET bits = :none", none=bytes(3))
        assert first.vote(colluder, 1)
    assert first.count(LATER) == [0, 20, 0, 1, 0], "the control"

    survey_id = opened_survey(site, workers(20), questions=ONE)
    _vote(survey_id, victim, 3)
    sent = [_vote(survey_id, colluder, 1) for _ in range(20)]
    assert sent == [Sent.STORED] + [Sent.ALREADY] * 19
    assert store.marks(site.boxes, survey_id) == Marks(2, 2)


@pytest.mark.parametrize("first", [30], indirect=True)
def test_one_optional_question_thinned_by_planted_sign_ins(site: Site, first: FirstBox) -> None:
    people = workers(30)
    for number, person in enumerate(people[:20]):
        first.vote(person, 3 if number < 9 else None)
    for person in people[20:]:
        first.vote(person, 1)  # the attacker's, in the name of ten whose sign-ins they planted
    told = the(first.count(LATER))
    assert [told[answer] - 10 * (answer == 1) for answer in range(5)] == [0, 0, 0, 9, 0], "the control: nine are read"

    survey_id = opened_survey(site, people, questions=(*ONE, (QuestionKind.TEXT, False, ())))
    choice, words = questions_of(survey_id)
    for number, person in enumerate(people[:20]):
        sent = {choice.name: [choice.choices[0][0]]} | ({words.name: ["mine"]} if number < 9 else {})
        answers_send(survey_id, sent, by=actor(person), at=NOW, boxes=site.boxes)
    for person in people[20:]:
        by = Actor(person, "", "", None, None, actor(person).roles, credential="planted")
        answers_send(survey_id, {words.name: ["known to me"]}, by=by, at=NOW, boxes=site.boxes)
    tally(survey_id, boxes=site.boxes, at=LATER)
    found = standing_of(survey_id)
    assert found["tables"][0]["answered"] == 20
    assert found["tables"][1] == {"answered": None} and found["comments"] == []


def test_labels_and_questions_that_are_swapped(site: Site, first: FirstBox) -> None:
    for person in workers(12):
        first.vote(person, 0)
    first.run("UPDATE first_survey SET labels = 'bad,poor,so-so,fair,good'")
    assert first.results(the(first.count(LATER)))["bad"] == 12, "the control: they all said good"

    survey_id = opened_survey(site, workers(20))
    db.session.execute(update(Question).where(Question.survey_id == survey_id).values(text="Do you steal?"))
    db.session.execute(
        update(Question)
        .where(Question.survey_id == survey_id, Question.kind == QuestionKind.ONE)
        .values(options=["Blue", "Green", "Red"])
    )
    db.session.execute(update(Survey).where(Survey.id == survey_id).values(title="Another", audience="nobody"))
    db.session.commit()
    frozen = the(store.look(site.boxes, survey_id)).manifest
    assert frozen.title == "A survey of a test" and frozen.questions[2].options == ("Red", "Green", "Blue")
    answer_all(survey_id, workers(12))
    tally(survey_id, boxes=site.boxes, at=LATER)
    page = results_page(survey_id)
    assert page.title == "A survey of a test"
    assert [question.text for question in page.questions] == [f"Question number {n}" for n in range(1, 6)]
    assert [line.label for line in page.questions[2].lines] == ["Red", "Green", "Blue"]


def test_somebody_who_is_added_later_is_not_asked(site: Site, first: FirstBox) -> None:
    victim = workers(1)[0]
    first.vote(victim, 3)
    first.run("UPDATE first_turnout SET bits = :more", more=bytes(8))
    for seat in range(20, 29):
        first.run("INSERT INTO first_invitation VALUES (:fake, :seat)", fake=-seat, seat=seat)
        assert first.vote(-seat, 0)
    assert first.count(LATER) == [9, 0, 0, 1, 0], "the control: the one that is not mine is 3"

    survey_id = opened_survey(site, workers(20), questions=ONE)
    _vote(survey_id, victim, 3)
    for number in range(9):
        fake = Person(email=f"fake{number}@demo.example", name="Fake")
        db.session.add(fake)
        db.session.commit()
        with pytest.raises(Missing):
            _vote(survey_id, fake.id, 0, by=Actor(fake.id, "", "", None, None, actor(1).roles, credential="x"))
    assert store.marks(site.boxes, survey_id) == Marks(1, 1)
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.DESTROYED


def test_a_database_that_is_put_back(site: Site, first: FirstBox) -> None:
    """The state before a vote and before the count, restored afterwards: no more votes, no second count."""
    victim, *others = workers(12)
    for person in others:
        first.vote(person, 0)
    copy = first.copied()
    first.vote(victim, 3)
    with_them = first.count(LATER)
    assert not first.vote(workers(13)[12], 0)
    first.put_back(copy)
    assert first.vote(workers(13)[12], 0), "the control: it takes votes again"
    first.put_back(copy)
    without = first.count(LATER)
    assert [a - b for a, b in zip(the(with_them), the(without), strict=True)] == [0, 0, 0, 1, 0], "the control: read"

    survey_id = opened_survey(site, workers(20), questions=ONE)
    for person in others:
        _vote(survey_id, person, 0)
    snapshot = Snapshot(site)
    _vote(survey_id, victim, 3)
    snapshot.restore(with_boxes=False)
    assert _vote(survey_id, victim, 0) is Sent.ALREADY, "no vote is in the database, to be taken back"
    tally(survey_id, boxes=site.boxes, at=LATER)
    assert standing_of(survey_id)["tables"][0]["answered"] == 12
    snapshot.restore(with_boxes=False)
    with pytest.raises(Conflict, match="cannot be answered"):
        answers_send(survey_id, {}, by=actor(workers(13)[12]), at=NOW, boxes=site.boxes)
    assert close_due(at=LATER, boxes=site.boxes) == []
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.COUNTED
    assert standing_of(survey_id)["tables"] == []
    snapshot.forget()


_ROLLED_BACK = {
    "a draft again": "UPDATE survey SET state = 'draft', opened_at = NULL, box_half = NULL WHERE id = :id",
    "a draft with another half": "UPDATE survey SET state = 'draft', box_half = :half WHERE id = :id",
    "open with the half of an opening that failed": "UPDATE survey SET box_half = :half WHERE id = :id",
    "closed": "UPDATE survey SET state = 'closed', box_half = NULL WHERE id = :id",
    "deleted": "DELETE FROM survey WHERE id = :id",
}


@pytest.mark.parametrize("how", _ROLLED_BACK)
def test_a_survey_that_is_rolled_back_under_its_votes(site: Site, first: FirstBox, how: str) -> None:
    """The site would destroy the votes itself, or ask everybody once more, could the database say that it never was."""
    people = workers(20)
    for person in people[:12]:
        first.vote(person, 3)
    assert not first.open(people)
    first.run("UPDATE first_survey SET state = 'draft'")
    first.run("DELETE FROM first_invitation")
    assert first.open(people) and first.vote(people[0], 1), "the control: opened again, and asked once more"
    for person in people[1:10]:
        first.vote(person, 1)
    assert first.count(LATER) == [0, 10, 0, 0, 0], "and the twelve votes from before are gone"

    survey_id, half = _opened_at_the_second_try(site)
    for person in people[:12]:
        _vote(survey_id, person, 0)
    row = db.session.execute(text("SELECT * FROM survey WHERE id = :id"), {"id": survey_id}).one()._asdict()
    for table in ("question", "survey") if how == "deleted" else ():
        named = "survey_id" if table == "question" else "id"
        db.session.execute(text(f"DELETE FROM {table} WHERE {named} = :id"), {"id": survey_id})
    change = _ROLLED_BACK[how]
    db.session.execute(text(change), {"id": survey_id} | ({"half": half} if ":half" in change else {}))
    db.session.commit()
    with pytest.raises((Conflict, Missing)):
        survey_open(survey_id, invited=people, boxes=site.boxes, key=secret(), at=NOW)
    db.session.rollback()
    for at in (NOW, NOW.replace(year=2100)):
        assert surveys_start(at=at, boxes=site.boxes) == []
    assert close_due(at=NOW, boxes=site.boxes) == []
    # The box stays as it was: whoever answered has answered, and the others still can.
    assert store.marks(site.boxes, survey_id) == Marks(12, 12)
    assert _vote(survey_id, people[0], 1) is Sent.ALREADY
    assert _vote(survey_id, people[12], 0) is Sent.STORED
    # It waits for a person, who is told; and with its row it is counted.
    assert survey_id in {problem.survey_id for problem in box_problems(site.boxes, at=NOW)}
    if how == "deleted":
        return
    db.session.execute(
        update(Survey)
        .where(Survey.id == survey_id)
        .values(state="open", box_half=row["box_half"], version=row["version"])
    )
    db.session.commit()
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.COUNTED
    assert standing_of(survey_id)["tables"][0]["answered"] == 13


def _opened_at_the_second_try(site: Site) -> tuple[int, bytes]:
    """A survey whose first opening the attacker's database did not commit; and the half that it saw then.

    Its box still waits: were the place free, this half would put it there.
    """
    give_passwords(workers(20))
    survey_id = survey_draft(ONE)
    db.session.commit()
    survey_open(survey_id, invited=workers(20), boxes=site.boxes, key=secret(), at=NOW)
    half = the(db.session.get_one(Survey, survey_id).box_half)
    db.session.rollback()
    assert folder.box_waits(site.boxes, survey_id, half), "the control"
    open_draft(site, survey_id, workers(20))
    return survey_id, half


def test_what_waits_goes_and_what_was_answered_stays(site: Site) -> None:
    """The control of the sweep: it does remove a box, one that nobody could answer in."""
    survey_id, _ = _opened_at_the_second_try(site)
    assert folder.waiting_numbers(site.boxes) == [survey_id]
    surveys_start(at=NOW.replace(year=2100), boxes=site.boxes)
    assert folder.waiting_numbers(site.boxes) == []
    assert folder.box_file(site.boxes, survey_id).exists(), "nor one in which nobody has answered yet"


@pytest.mark.only("postgresql")
def test_triggers_that_abort_and_keep(site: Site, first: FirstBox) -> None:
    """A trigger on every table that keeps what passes through it and aborts: it sees no vote, and no more of the
    count than is published."""
    db.session.execute(text("CREATE TABLE seen (what TEXT)"))
    db.session.execute(
        text("""
        CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO seen VALUES (TG_TABLE_NAME || to_jsonb(NEW)::text); RETURN NULL; END $$""")
    )
    names = [name for name in inspect(db.engine).get_table_names() if name not in ("seen", "alembic_version")]
    for name in names:
        db.session.execute(
            text(
                f'CREATE CONSTRAINT TRIGGER spy AFTER INSERT OR UPDATE ON "{name}" DEFERRABLE INITIALLY DEFERRED '
                "FOR EACH ROW EXECUTE FUNCTION keep()"
            )
        )
    db.session.commit()
    first.vote(workers(1)[0], 3)
    assert db.session.scalar(text("SELECT count(*) FROM seen WHERE what LIKE 'first_ballot%'")) == 1, "the control"
    survey_id = opened_survey(site, workers(20), questions=ONE)
    db.session.execute(text("DELETE FROM seen"))
    db.session.commit()
    for person in workers(12):
        _vote(survey_id, person, 0)
    assert db.session.scalar(text("SELECT count(*) FROM seen")) == 0
    db.session.execute(
        text("""
        CREATE OR REPLACE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'aborted: %', to_jsonb(NEW)::text; END $$""")
    )
    db.session.commit()
    for _ in range(2):
        assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.HELD
    for name in names:
        db.session.execute(text(f'DROP TRIGGER spy ON "{name}"'))
    db.session.commit()
    assert tally(survey_id, boxes=site.boxes, at=LATER).step is Step.COUNTED
    assert standing_of(survey_id)["tables"] == [{"answered": 12, "counts": ["most", "few", "few", "few", "few"]}]


def test_no_backup_and_no_half_opens_anything(site: Site, tmp_path: Path) -> None:
    survey_id = opened_survey(site, workers(20), questions=ONE)
    for person in workers(12):
        _vote(survey_id, person, 0)
    database_half = db.session.get_one(Survey, survey_id).box_half
    db.session.rollback()
    store.let_go_of_all()
    place = folder.box_file(site.boxes, survey_id).parent
    file_half = (place / "half.key").read_bytes()
    copied = shutil.copytree(place, tmp_path / "copy")
    sealed = [row[0] for row in sqlite3.connect(copied / "box.db").execute("SELECT sealed FROM ballot")]
    manifest = json.loads(the(store.look(site.boxes, survey_id)).manifest.text)
    for half in (database_half, file_half):
        guess = X25519PrivateKey.from_private_bytes(the(half))
        assert guess.public_key().public_bytes_raw().hex() != manifest["public_key"]
    tally(survey_id, boxes=site.boxes, at=LATER)
    everything = [file for top in (site.instance, site.boxes) for file in top.rglob("*") if file.is_file()]
    assert not [file for file in everything if file_half in file.read_bytes()], "the half is gone for good"
    assert len(sealed) == 12

"""The sealed ballot box against whoever holds the database. Each attack first finds the leak in a naive table."""

import sqlite3
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select, text

from tests.support.engines import NOW
from tests.support.leaks import (
    files_of,
    files_with,
    flush_to_files,
    in_physical_order,
    naive_tables,
    naive_vote,
    paired_by_transaction,
    right_pairs,
    telling_columns,
)
from tests.support.surveys import actor, answer_all, form_for, keys_of, opened_survey, workers
from wfsite.extensions import db
from wfsite.surveys.answering.ballots import KeyMissing, opener
from wfsite.surveys.answering.queries import questions_of
from wfsite.surveys.answering.services import answers_send
from wfsite.surveys.models import Ballot, Invitation, Survey
from wfsite.surveys.results.tally import tally

pytestmark = pytest.mark.usefixtures("context")
LATER = NOW + timedelta(days=7)
VOTERS = 30
CANARY = "Zebrafinch-4711-canary"


@pytest.fixture
def voted(site):
    """Thirty people who voted in a random order, in our tables and in naive ones; and whose ballot is whose."""
    people = workers(VOTERS)
    survey_id = opened_survey(site, people)
    naive_tables(site)
    order = Random(5).sample(people, VOTERS)
    chance, questions = Random(6), questions_of(survey_id)
    truth, naive_truth = {}, {}
    known: set[bytes] = set()
    for person in order:
        answers_send(survey_id, form_for(questions, chance), by=actor(person), at=NOW)
        db.session.commit()
        keys = set(db.session.scalars(select(Ballot.key).where(Ballot.survey_id == survey_id)))
        (truth[person],) = keys - known
        known = keys
        naive_vote(person, f"answer of {person}")
        naive_truth[person] = f"answer of {person}"
    return survey_id, order, truth, naive_truth


def test_no_column_names_a_voter_a_time_or_an_order(site):
    naive_tables(site)
    assert {"person_id", "responded_at"} <= set(telling_columns("naive_voter"))
    assert telling_columns("naive_answer")
    for table in ("ballot", "question_result", "tally", "turnout"):
        assert telling_columns(table) == [], table
    # A comment names who released it and when, long after it was shuffled; never who wrote it.
    assert set(telling_columns("comment")) <= {"decided_by", "decided_at"}
    if not site.is_sqlite:
        return
    # An invitation names a person and holds nothing of their answering.
    assert set(Invitation.__table__.c.keys()) == {"survey_id", "person_id", "seat"}


@pytest.mark.only("postgresql")
def test_no_transaction_pairs_a_voter_with_a_ballot(site, voted):
    survey_id, _, _, naive_truth = voted
    naive = paired_by_transaction("naive_voter", "person_id", "naive_answer", "answer")
    assert {tuple(pair) for pair in naive} == set(naive_truth.items())
    assert paired_by_transaction("invitation", "person_id", "ballot", "key", f"b.survey_id = {survey_id}") == []
    # The turnout row bears the mark of its last change only, and names nobody by it.
    assert len(paired_by_transaction("turnout", "survey_id", "ballot", "key", f"b.survey_id = {survey_id}")) <= 1
    for table in ("person", "sign_in", "audit_event"):
        found = paired_by_transaction(table, "xmin", "ballot", "key", f"b.survey_id = {survey_id}")
        assert found == [], table


def test_no_order_pairs_voters_with_ballots(site, voted):
    survey_id, _, truth, naive_truth = voted
    naive = right_pairs(
        in_physical_order("naive_voter", "person_id"),
        in_physical_order("naive_answer", "answer"),
        naive_truth,
    )
    assert naive == VOTERS
    where = f"survey_id = {survey_id}"
    ballots = [bytes(key) for key in _ballots_as_they_lie(site, survey_id)]
    assert len(ballots) == VOTERS
    orders = {
        "invitations as they lie": in_physical_order("invitation", "person_id", where),
        "seats": list(db.session.scalars(text(f"SELECT person_id FROM invitation WHERE {where} ORDER BY seat"))),
        "people": sorted(truth),
    }
    for name, voters in orders.items():
        # One in thirty fits by chance; eight would happen once in a hundred thousand runs.
        assert right_pairs(voters, ballots, truth) < 8, name
        assert right_pairs(voters[::-1], ballots, truth) < 8, name
        assert right_pairs(voters, sorted(ballots), truth) < 8, name


def _ballots_as_they_lie(site, survey_id) -> list[bytes]:
    if not site.is_sqlite:
        return in_physical_order("ballot", "key", f"survey_id = {survey_id}")
    rows = db.session.execute(select(Ballot.key, Ballot.sealed).where(Ballot.survey_id == survey_id)).all()
    db.session.rollback()
    raw = db.engine.raw_connection()
    raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    content = (site.instance / "site.db").read_bytes()
    return [row.key for row in sorted(rows, key=lambda row: content.find(row.sealed[:40]))]


@pytest.mark.only("sqlite")
def test_sqlite_keeps_ballots_in_the_order_of_their_random_keys(site, voted):
    survey_id, order, truth, _ = voted
    rows = [bytes(key) for key in db.session.scalars(text(f"SELECT key FROM ballot WHERE survey_id = {survey_id}"))]
    assert rows == sorted(truth.values()) != [truth[person] for person in order]


def test_a_backup_taken_while_open_opens_nothing_after_the_count(site, tmp_path):
    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(15), text=CANARY)
    public = db.session.get_one(Survey, survey_id).public_key
    backup = _backup(site, survey_id, tmp_path)
    db.session.rollback()
    assert len(backup) == 15
    where = {"survey_id": survey_id, "public_key": public}
    open_ballot = opener(keys_of(site), **where)
    assert all(CANARY in str(open_ballot(sealed)) for sealed in backup), "with the key it would"
    (file,) = keys_of(site).glob(f"{survey_id}-*")
    private = file.read_bytes()
    assert file.name in files_with([private], files_of(site))
    tally(survey_id, keys=keys_of(site), at=LATER)
    with pytest.raises(KeyMissing):
        opener(keys_of(site), **where)
    flush_to_files(site)
    assert files_with([private], files_of(site)) == []
    assert CANARY.encode() not in b"".join(backup)


def _backup(site, survey_id, folder) -> list[bytes]:
    """The sealed ballots in a backup: SQLite's online copy, or the rows as a dump would hold them."""
    if not site.is_sqlite:
        return [bytes(row) for row in db.session.scalars(select(Ballot.sealed).where(Ballot.survey_id == survey_id))]
    db.session.rollback()
    with sqlite3.connect(site.instance / "site.db") as live, sqlite3.connect(folder / "backup.db") as copy:
        live.backup(copy)
        found = [row[0] for row in copy.execute("SELECT sealed FROM ballot WHERE survey_id = ?", (survey_id,))]
    live.close()
    copy.close()
    return found


def test_ballots_leave_the_files_with_the_count(site):
    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(15))
    sealed = db.session.scalars(select(Ballot.sealed).where(Ballot.survey_id == survey_id)).all()
    # What a ballot's middle looks like in a file, clear of where it may be cut into pages.
    needles = [bytes(row[40:72]) for row in sealed]
    flush_to_files(site)
    before = files_with(needles, files_of(site, logs=False))
    assert before, "ciphertext is in the files while the survey is open"
    tally(survey_id, keys=keys_of(site), at=LATER)
    flush_to_files(site)
    assert files_with(needles, files_of(site, logs=False)) == []

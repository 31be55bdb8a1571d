"""What box, database and files tell of who answered what. Each search first finds the leak in a naive table."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import text

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
from tests.support.surveys import actor, answer_all, form_for, opened_survey, questions_of, workers
from wfsite.extensions import db
from wfsite.surveys.answering.services import answers_send
from wfsite.surveys.box import folder, store
from wfsite.surveys.closing.tally import tally

pytestmark = pytest.mark.usefixtures("context")
LATER = NOW + timedelta(days=7)
VOTERS = 30


@pytest.fixture
def voted(site):
    """Thirty people who voted in a random order, in a box and in naive tables; and whose ballot is whose."""
    people = workers(VOTERS)
    survey_id = opened_survey(site, people)
    naive_tables(site)
    order = Random(5).sample(people, VOTERS)
    chance, questions = Random(6), questions_of(survey_id)
    truth, naive_truth = {}, {}
    known: set[bytes] = set()
    for person in order:
        answers_send(survey_id, form_for(questions, chance), by=actor(person), at=NOW, boxes=site.boxes)
        keys = set(_rows(site, survey_id, "SELECT key FROM ballot"))
        (truth[person],) = keys - known
        known = keys
        naive_vote(person, f"answer of {person}")
        naive_truth[person] = f"answer of {person}"
    return survey_id, order, truth, naive_truth


def _rows(site, survey_id, statement):
    with closing(sqlite3.connect(folder.box_file(site.boxes, survey_id))) as box:
        return [row[0] for row in box.execute(statement)]


def test_no_column_names_a_voter_a_time_or_an_order(site):
    naive_tables(site)
    assert {"person_id", "responded_at"} <= set(telling_columns("naive_voter"))
    assert telling_columns("naive_answer")
    for table in ("question_result", "tally"):
        assert telling_columns(table) == [], table
    # A comment names who released it and when, long after it was shuffled; never who wrote it.
    assert set(telling_columns("comment")) <= {"decided_by", "decided_at"}


def test_the_box_holds_no_time_and_no_order(site, voted):
    survey_id, order, truth, naive_truth = voted
    made = _rows(site, survey_id, "SELECT sql FROM sqlite_master WHERE name = 'ballot'")[0]
    assert made == "CREATE TABLE ballot (key BLOB PRIMARY KEY, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID"
    columns = set(_rows(site, survey_id, "SELECT name FROM pragma_table_info('voter')"))
    assert columns == {"person", "credential", "done"}
    ballots = _rows(site, survey_id, "SELECT key FROM ballot")
    naive = right_pairs(
        in_physical_order("naive_voter", "person_id"), in_physical_order("naive_answer", "answer"), naive_truth
    )
    assert naive == VOTERS, "the control: two orders laid side by side"
    assert len(ballots) == VOTERS
    for voters in (order, sorted(truth), _rows(site, survey_id, "SELECT person FROM voter WHERE done > 0")):
        # One in thirty fits by chance; eight would happen once in a hundred thousand runs.
        assert right_pairs(voters, ballots, truth) < 8
        assert right_pairs(voters[::-1], ballots, truth) < 8
    store.let_go_of_all()  # what lies in the file once its log is written back
    content = folder.box_file(site.boxes, survey_id).read_bytes()
    sealed = dict(_pairs(site, survey_id))
    assert right_pairs(order, sorted(ballots, key=lambda key: content.find(sealed[key][40:72])), truth) < 8


def _pairs(site, survey_id):
    with closing(sqlite3.connect(folder.box_file(site.boxes, survey_id))) as box:
        return box.execute("SELECT key, sealed FROM ballot").fetchall()


@pytest.mark.only("postgresql")
def test_no_transaction_ties_anybody_to_what_was_released(site, voted):
    survey_id, _, _, naive_truth = voted
    naive = paired_by_transaction("naive_voter", "person_id", "naive_answer", "answer")
    assert {tuple(pair) for pair in naive} == set(naive_truth.items()), "the control"
    tally(survey_id, boxes=site.boxes, at=LATER)
    written = {"question_result", "comment", "tally"}
    xmins = {str(x) for t in written for x in db.session.scalars(text(f"SELECT xmin FROM {t}"))}
    for table in ("person", "sign_in"):
        found = set(map(str, db.session.scalars(text(f"SELECT xmin FROM {table}"))))
        assert not (found & xmins), table


def test_ballots_leave_the_disk_with_the_count(site):
    survey_id = opened_survey(site, workers(20))
    answer_all(survey_id, workers(15))
    # What a ballot's middle looks like in a file, clear of where it may be cut into pages.
    needles = [sealed[40:72] for _, sealed in _pairs(site, survey_id)]
    half = folder.half_of(site.boxes, survey_id)
    flush_to_files(site)
    assert files_with([*needles, half], files_of(site)), "they are in the box while the survey is open"
    assert not files_with(needles, [file for file in files_of(site) if site.boxes not in file.parents])
    tally(survey_id, boxes=site.boxes, at=LATER)
    flush_to_files(site)
    assert files_with([*needles, half], files_of(site)) == []

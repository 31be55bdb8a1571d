"""The one count of a survey: ballots are opened, counted and deleted, and the key that opens them destroyed.

It may be killed and repeated at any step. Until the one transaction that writes the tables, deletes the ballots
and sets the state has committed, nothing has changed and it starts again; after it, only the key and what deleted
rows leave in files remain, and clearing those twice does no harm. Whatever a kill leaves, `close_due` finishes.

This is the one service that commits: the key may go only when the count is kept for certain, and opening
thousands of ballots must not hold SQLite's write lock meanwhile.
"""

import logging
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from random import SystemRandom
from typing import Any, cast

from sqlalchemy import CursorResult, Table, bindparam, delete, func, insert, or_, select, text, update
from sqlalchemy.exc import DBAPIError

from wfsite.core.errors import Conflict, Missing
from wfsite.extensions import db
from wfsite.surveys.answering import ballots
from wfsite.surveys.answering.ballots import KeyMissing
from wfsite.surveys.answering.queries import questions_of
from wfsite.surveys.answering.rules import answers_or_none
from wfsite.surveys.models import Ballot, Comment, QuestionResult, Survey, Tally, Turnout
from wfsite.surveys.results.rules import Counts, comments_may_be_kept, release
from wfsite.surveys.rules import Asked, Outcome, SurveyState, ended_at, has_ended

log = logging.getLogger("wfsite.surveys")

_BATCH = 500
_TRIES = 5


class Step(Enum):
    """How far a pass over one survey came."""

    COUNTED = "counted"
    KEY_MISSING = "the key is missing"
    NOT_CLEARED = "counted, and the database still to be cleared"


@dataclass(frozen=True, slots=True)
class Done:
    """What a pass did for one survey."""

    survey_id: int
    title: str
    step: Step

    @property
    def words(self) -> str:
        """The line that the command prints."""
        return {
            Step.COUNTED: f"Survey {self.survey_id} is counted and its key destroyed.",
            Step.KEY_MISSING: (
                f"Survey {self.survey_id} cannot be counted: its key is not in the folder of ballot keys. Nothing "
                "was destroyed. Put the key file back and run this again."
            ),
            Step.NOT_CLEARED: (
                f"Survey {self.survey_id} is counted and its key destroyed. The database was busy: clearing what "
                "deleted ballots left behind is tried again at the next run."
            ),
        }[self.step]


_DUE = select(Survey.id, Survey.title).where(
    Survey.state == SurveyState.OPEN, or_(Survey.closed_at.is_not(None), Survey.closes_at <= bindparam("at"))
)
_COUNTED = select(Survey.id, Survey.title, Survey.public_key).where(
    Survey.state == SurveyState.CLOSED, Survey.public_key.is_not(None)
)


def close_due(*, at: datetime, keys: Path) -> list[Done]:
    """Count every survey whose time is over, and finish what an earlier pass was kept from finishing."""
    due = db.session.execute(_DUE.order_by(Survey.id), {"at": at}).all()
    counted = db.session.execute(_COUNTED.order_by(Survey.id)).all()
    db.session.rollback()
    done = [Done(row.id, row.title, tally(row.id, keys=keys, at=at)) for row in due]
    for row in counted:
        if ballots.key_leaves_a_trace(keys, survey_id=row.id, public_key=row.public_key):
            done.append(Done(row.id, row.title, _clear(row.id, row.public_key, keys=keys)))
    return done


def tally(survey_id: int, *, keys: Path, at: datetime) -> Step:
    """Count one survey that has ended, commit, destroy its key and clear the database. Safe to repeat.

    Raises `Missing` for a survey that does not exist and `Conflict` for one that is still open.
    """
    for _ in range(_TRIES):
        survey = _ended_survey(survey_id, at=at)
        db.session.rollback()
        try:
            if survey.state is SurveyState.CLOSED or _count(survey, at=at, keys=keys):
                return _clear(survey_id, survey.public_key, keys=keys)
        except KeyMissing:
            db.session.rollback()
            now = _ended_survey(survey_id, at=at)
            db.session.rollback()
            if now.state is SurveyState.CLOSED:
                continue  # another pass counted while this one began, and destroyed the key as it should
            log.error("ballot key missing", extra={"survey": survey_id})
            return Step.KEY_MISSING
        except BaseException:
            db.session.rollback()
            raise
    raise Conflict("The survey could not be counted because answers kept arriving. Try again.")


@dataclass(frozen=True, slots=True)
class _Ended:
    """A survey that takes no more answers."""

    id: int
    state: SurveyState
    threshold: int
    ended_at: datetime
    public_key: bytes


def _ended_survey(survey_id: int, *, at: datetime, lock: bool = False) -> _Ended:
    statement = select(Survey.state, Survey.threshold, Survey.closes_at, Survey.closed_at, Survey.public_key)
    statement = statement.join(Turnout, Turnout.survey_id == Survey.id).where(Survey.id == survey_id)
    # The same two rows, locked in the same order, as whoever sends answers.
    row = db.session.execute(statement.with_for_update(of=(Survey, Turnout)) if lock else statement).one_or_none()
    if row is None or row.public_key is None:
        raise Missing
    if not has_ended(state=row.state, closes_at=row.closes_at, closed_at=row.closed_at, at=at):
        raise Conflict("This survey is still open.")
    ended = ended_at(closes_at=row.closes_at, closed_at=row.closed_at)
    return _Ended(survey_id, row.state, row.threshold, ended, row.public_key)


def _count(survey: _Ended, *, at: datetime, keys: Path) -> bool:
    """Open and count the ballots, then keep the result; False when a last ballot arrived in between."""
    found = db.session.scalar(select(func.count()).select_from(Ballot).where(Ballot.survey_id == survey.id)) or 0
    questions = questions_of(survey.id)
    db.session.rollback()
    if found < survey.threshold:
        return _keep(survey, questions, None, found, at=at)
    open_ballot = ballots.opener(keys, survey_id=survey.id, public_key=survey.public_key)
    counts, seen = Counts(questions), 0
    for envelope in _envelopes(survey.id):
        seen += 1
        answers = answers_or_none(questions, open_ballot(envelope))
        if answers is not None:
            counts.add(answers)
    return _keep(survey, questions, counts, seen, at=at)


_ENVELOPES = (
    select(Ballot.key, Ballot.sealed)
    .where(Ballot.survey_id == bindparam("survey_id"), Ballot.key > bindparam("after"))
    .order_by(Ballot.key)
    .limit(_BATCH)
)


def _envelopes(survey_id: int) -> Iterator[bytes]:
    """The ballots in the order of their random keys, a batch at a time so that no lock is held while they open."""
    after = b""
    while True:
        rows = db.session.execute(_ENVELOPES, {"survey_id": survey_id, "after": after}).all()
        db.session.rollback()
        if not rows:
            return
        for row in rows:
            yield row.sealed
        after = rows[-1].key


def _keep(survey: _Ended, questions: tuple[Asked, ...], counts: Counts | None, seen: int, *, at: datetime) -> bool:
    """Write the released tables, delete the ballots and set the state: one transaction."""
    if _ended_survey(survey.id, at=at, lock=True).state is SurveyState.CLOSED:
        db.session.rollback()  # another pass was quicker, and its count is the one
        return True
    deleted = _ballots_deleted(survey.id)
    if deleted != seen:
        db.session.rollback()
        return False
    counted = None
    if counts is not None:
        counted = counts.ballots if counts.ballots >= survey.threshold else None
        _write_tables(questions, counts, survey.threshold)
    outcome = Outcome.TOO_FEW if counts is None else Outcome.RELEASED
    spoiled = 0 if counts is None else seen - counts.ballots
    db.session.execute(insert(Tally).values(survey_id=survey.id, outcome=outcome, counted=counted, spoiled=spoiled))
    # Nobody needs reminding any more, so who answered is forgotten.
    db.session.execute(update(Turnout).where(Turnout.survey_id == survey.id).values(bits=b""))
    closed = db.session.get_one(Survey, survey.id, populate_existing=True)
    closed.state, closed.closed_at, closed.version = SurveyState.CLOSED, survey.ended_at, closed.version + 1
    db.session.commit()
    return True


def _ballots_deleted(survey_id: int) -> int:
    """Delete a survey's ballots; returns how many there were."""
    done = db.session.execute(delete(cast(Table, Ballot.__table__)).where(Ballot.survey_id == survey_id))
    return cast("CursorResult[Any]", done).rowcount


def _write_tables(questions: tuple[Asked, ...], counts: Counts, threshold: int) -> None:
    rows = [{"question_id": q.id, "table": release(q, counts, threshold=threshold)} for q in questions]
    db.session.execute(insert(QuestionResult), rows)
    comments = [
        {"question_id": question.id, "key": ballots.random_key(), "text": written}
        for question in questions
        if comments_may_be_kept(question, counts, threshold=threshold)
        for written in counts.texts[question.id]
    ]
    # Shuffled across questions, so that not even the order of writing sets two comments of one person together.
    SystemRandom().shuffle(comments)
    for start in range(0, len(comments), _BATCH):
        db.session.execute(insert(Comment), comments[start : start + _BATCH])


def _clear(survey_id: int, public_key: bytes, *, keys: Path) -> Step:
    """Destroy the key, then what deleted ballots leave in the database's files; the key's empty file goes last."""
    if not ballots.key_leaves_a_trace(keys, survey_id=survey_id, public_key=public_key):
        return Step.COUNTED
    ballots.key_destroy(keys, survey_id=survey_id, public_key=public_key)
    if not _database_cleared():
        return Step.NOT_CLEARED
    ballots.key_forget(keys, survey_id=survey_id, public_key=public_key)
    return Step.COUNTED


def _database_cleared() -> bool:
    """Rewrite what held the ballots; False when the database was too busy, to be tried again."""
    try:
        return _sqlite_cleared() if db.engine.dialect.name == "sqlite" else _postgres_cleared()
    except (DBAPIError, sqlite3.OperationalError) as error:
        log.warning("ballots not cleared yet", extra={"problem": type(error).__name__})
        return False


def _sqlite_cleared() -> bool:
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=2000")  # people are waiting; the next pass tries again
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, _, _ = cursor.fetchone() or (1, 0, 0)
        cursor.execute("PRAGMA busy_timeout=10000")
        cursor.close()
    finally:
        connection.invalidate()  # whatever happened, its pragmas are not the pool's
    return not busy


def _postgres_cleared() -> bool:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text(f"VACUUM (FULL) {Ballot.__tablename__}"))
        finally:
            connection.invalidate()
    return True

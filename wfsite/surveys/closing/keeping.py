"""What a count told is written to the database: once, in one transaction, by the box that it is of.

This is where the one commit of a service is: a box may go only when its count is kept for certain.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import SystemRandom

from sqlalchemy import bindparam, insert, select

from wfsite.core.errors import Busy
from wfsite.db.reading import Read
from wfsite.extensions import db
from wfsite.questions.count_rules import Counts, release, texts_may_be_kept
from wfsite.surveys.box import store
from wfsite.surveys.box.envelopes import random_key
from wfsite.surveys.box.opening import Opened
from wfsite.surveys.box.rules import BoxState, Held, Look, Manifest, Marks
from wfsite.surveys.models import Comment, QuestionResult, Survey, Tally
from wfsite.surveys.rules import Outcome, SurveyState

log = logging.getLogger("wfsite.surveys")

HELD_FOR = timedelta(days=14)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class ShutBox:
    """A box that takes no more answers, at the instant of the count."""

    look: Look
    marks: Marks
    at: datetime

    @classmethod
    def of(cls, boxes: Path, survey_id: int, at: datetime) -> "ShutBox":
        """The box of a survey; raises `store.Unfit` where it is open or is none."""
        seen = store.look(boxes, survey_id)
        if seen is None or seen.state is BoxState.OPEN:
            raise store.Unfit
        return cls(seen, store.marks(boxes, survey_id), at)

    @property
    def manifest(self) -> Manifest:
        """The frozen survey."""
        return self.look.manifest

    @property
    def may_wait(self) -> bool:
        """Whether what differs may still be mended."""
        return self.at < self.look.ended_at + HELD_FOR


class Hold(Exception):
    """Something differs from what it must be; `may_be_kept` while the database cannot say that it has no result."""

    def __init__(self, why: Held, *, may_be_kept: bool = False) -> None:
        self.why, self.may_be_kept = why, may_be_kept


class CalledOff(Exception):
    """Somebody called the survey off before what it told was kept."""


@dataclass(frozen=True, slots=True)
class _Indexed:
    """The database's half of the key, how the survey ended, and by which count."""

    # Whoever writes the database may have put anything there.
    box_half: object = None
    outcome: Outcome | None = None
    count_id: str | None = None


_READ_INDEXED = Read(
    _Indexed,
    select(Survey.box_half, Tally.outcome, Tally.count_id)
    .outerjoin(Tally, Tally.survey_id == Survey.id)
    .where(Survey.id == bindparam("survey_id")),
)
_LOCK = select(Survey.id).where(Survey.id == bindparam("survey_id")).with_for_update()


def _index(survey_id: int) -> _Indexed:
    """What the database says of a survey, nothing where it has none; read when nobody else is writing it.

    A commit whose answer was lost may still be under way, and holds the row until it has ended.
    """
    db.session.execute(_LOCK, {"survey_id": survey_id})
    return _READ_INDEXED.one_or_none({"survey_id": survey_id}) or _Indexed()


def told_already(box: ShutBox) -> tuple[bytes, Outcome | None]:
    """The database's half of the key, and what this very box has told already. Raises `Hold` for anything else.

    A result that is not of this box was put there by somebody: by it, the answers would be destroyed unread.
    """
    try:
        found = _index(box.manifest.survey_id)
    except Exception as error:
        # Where the envelopes have been opened, an earlier pass may have been kept.
        raise _not_taken(box, error, may_be_kept=box.look.state is BoxState.COUNTING) from None
    finally:
        db.session.rollback()
    if found.outcome and found.count_id != box.look.count_id:
        raise Hold(Held.DATABASE)
    return found.box_half if isinstance(found.box_half, bytes) else b"", found.outcome


def _not_taken(box: ShutBox, error: Exception, *, may_be_kept: bool = False) -> Hold:
    """Whatever the database answers that it should not: said in the log by its kind only."""
    log.error("database", extra={"survey": box.manifest.survey_id, "problem": type(error).__name__})
    return Hold(Held.DATABASE, may_be_kept=may_be_kept)


def keep_result(box: ShutBox, boxes: Path, outcome: Outcome, opened: Sequence[Opened]) -> None:
    """Write how the survey ended, with its tables and comments: one transaction, once. Raises `Hold`, `CalledOff`.

    The box says last whether it was called off, and keeps everybody else out until the database has committed. A
    failure that the database reports is no proof that nothing was kept: it is asked again.
    """
    try:
        if not _write(box, outcome, opened):
            return
        with store.keeping(boxes, box.manifest.survey_id) as called_off:
            if called_off and outcome is not Outcome.CANCELLED:
                raise CalledOff
            db.session.commit()
    except (Hold, CalledOff, store.Unfit, Busy):
        raise
    except Exception as error:
        if not _is_kept(box):
            raise _not_taken(box, error) from None
    finally:
        db.session.rollback()


def _is_kept(box: ShutBox) -> bool:
    """Whether the result of this box stands after all, by a fresh connection. Raises `Hold` where that is not told."""
    try:
        db.session.rollback()
        db.engine.dispose()
        count_id = _index(box.manifest.survey_id).count_id
    except Exception as error:
        raise _not_taken(box, error, may_be_kept=True) from None
    return count_id == box.look.count_id


def _write(box: ShutBox, outcome: Outcome, opened: Sequence[Opened]) -> bool:
    """Flush the rows of a result; False where another pass was quicker, and its count is the one. Raises `Hold`."""
    manifest = box.manifest
    survey = db.session.get(Survey, manifest.survey_id, with_for_update=True, populate_existing=True)
    if survey is None:
        raise Hold(Held.DATABASE)
    told = db.session.get(Tally, manifest.survey_id)
    if told is not None:
        if told.count_id != box.look.count_id:
            raise Hold(Held.DATABASE)
        return False
    db.session.execute(insert(Tally).values(**_tally_values(box, outcome)))
    if opened:
        _write_tables(manifest, opened)
    survey.state, survey.closed_at, survey.version = SurveyState.CLOSED, box.look.ended_at, survey.version + 1
    db.session.flush()
    return True


def _tally_values(box: ShutBox, outcome: Outcome) -> dict[str, object]:
    told = box.marks.unchanged >= box.manifest.fewest
    return {
        "survey_id": box.manifest.survey_id,
        "outcome": outcome,
        "count_id": box.look.count_id,
        "manifest": box.manifest.text,
        "invited": box.manifest.invited,
        # Never a number of fewer people than anything may be said of.
        "answered": box.marks.answered if told else None,
        "counted": box.marks.answered if told and outcome is Outcome.RELEASED else None,
        "some_changed": box.marks.answered > box.marks.unchanged,
        "spoiled": 0,
    }


def _write_tables(manifest: Manifest, opened: Sequence[Opened]) -> None:
    counts, fewest = Counts(manifest.questions), manifest.fewest
    for ballot in opened:
        counts.add(ballot.answers, sure=ballot.unchanged)
    rows = [{"question_id": q.id, "table": release(q, counts, threshold=fewest)} for q in manifest.questions]
    db.session.execute(insert(QuestionResult), rows)
    comments = [
        {"question_id": question.id, "key": random_key(), "text": written}
        for question in manifest.questions
        if texts_may_be_kept(question, counts, threshold=fewest)
        for written in counts.texts[question.id]
    ]
    # Shuffled across questions, so that not even the order of writing sets two comments of one person together.
    SystemRandom().shuffle(comments)
    for start in range(0, len(comments), _BATCH):
        db.session.execute(insert(Comment), comments[start : start + _BATCH])


def forget_half(survey_id: int) -> None:
    """The database's half opens nothing by itself; it goes all the same, where the database lets it."""
    with suppress(Exception):
        survey = db.session.get(Survey, survey_id, populate_existing=True)
        if survey is not None:
            survey.box_half = None
        db.session.commit()
    db.session.rollback()

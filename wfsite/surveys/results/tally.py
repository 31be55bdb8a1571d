"""The one count of a survey: its box is shut, then opened in memory, counted, told to the database, and destroyed.

It may be killed and repeated at any step. Until the one transaction that writes the tables has committed, nothing has
changed and it starts again; from there on it only goes through with the end: the box notes that it is kept, its half
of the key is destroyed, an end note is left, the box goes. Nothing is tolerated: a mark and its ballot shared a
transaction, so any difference is damage, and the box is held: nothing of it is shown, the lead and `flask wfsite check`
are told, and it is destroyed unread fourteen days after it was shut unless what differs is mended before.

This is the one service that commits: a box may go only when its count is kept for certain.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from random import SystemRandom

from sqlalchemy import bindparam, insert, select

from wfsite.core.errors import Busy, Conflict, Missing
from wfsite.extensions import db
from wfsite.surveys.box import folder, store
from wfsite.surveys.box.envelopes import Halves, random_key
from wfsite.surveys.box.opening import Opened, WrongHalf, opener
from wfsite.surveys.box.rules import BoxState, Held, Look, Manifest, Marks
from wfsite.surveys.models import Comment, QuestionResult, Survey, Tally
from wfsite.surveys.results.rules import Counts, comments_may_be_kept, release
from wfsite.surveys.rules import Outcome, SurveyState

log = logging.getLogger("wfsite.surveys")

HELD_FOR = timedelta(days=14)
_BATCH = 500


class Step(Enum):
    """How far a pass over one survey came."""

    COUNTED = "counted"
    DESTROYED = "destroyed unread"
    HELD = "held"
    NEEDS_CODE = "needs its code"
    UNFIT = "unfit"


@dataclass(frozen=True, slots=True)
class Done:
    """What a pass did for one survey."""

    survey_id: int
    step: Step
    held: Held | None = None

    @property
    def words(self) -> str:
        """The line that the command prints."""
        survey = f"Survey {self.survey_id}"
        return {
            Step.COUNTED: f"{survey} is counted and its ballot box destroyed.",
            Step.DESTROYED: f"{survey} has ended and its ballots were destroyed unread.",
            Step.HELD: f"{survey} is not counted. {self.held.words if self.held else ''} Run: flask wfsite check",
            Step.NEEDS_CODE: f"{survey} waits for the code that was given out when it was opened.",
            Step.UNFIT: f"{survey} is not counted: what lies in its place is no ballot box. Run: flask wfsite check",
        }[self.step]


def close_due(*, at: datetime, boxes: Path | None) -> list[Done]:
    """Count every box whose time is over, and finish what an earlier pass was kept from finishing.

    One that fails stops no other.
    """
    done: list[Done] = []
    if boxes is None:
        return done
    for survey_id in folder.box_numbers(boxes):
        try:
            if folder.has_ended(boxes, survey_id):
                folder.box_sweep(boxes, survey_id)
            else:
                done.append(tally(survey_id, boxes=boxes, at=at))
        except Conflict:
            continue  # still open
        except Exception:
            db.session.rollback()
            log.exception("count", extra={"survey": survey_id})
    return done


def tally(survey_id: int, *, boxes: Path, at: datetime, code: str = "") -> Done:
    """Shut and count one survey, commit, and destroy its box. Safe to repeat; one that has ended is left as it is.

    Raises `Missing` where there is no box and never was one, `Conflict` while it is open, `Busy`.
    """
    db.session.rollback()
    if folder.has_ended(boxes, survey_id):
        return _swept(survey_id, boxes)
    try:
        if store.look(boxes, survey_id) is None:
            if not folder.box_file(boxes, survey_id).parent.exists():
                raise Missing
            raise store.Unfit
        store.shut(boxes, survey_id, at=at)
        box = _Shut.of(boxes, survey_id, at)
        return _counted(box, boxes, code)
    except store.Unfit:
        if folder.has_ended(boxes, survey_id):  # another pass was quicker
            return _swept(survey_id, boxes)
        log.error("unfit ballot box", extra={"survey": survey_id})
        return Done(survey_id, Step.UNFIT)
    finally:
        db.session.rollback()


def _swept(survey_id: int, boxes: Path) -> Done:
    folder.box_sweep(boxes, survey_id)
    return Done(survey_id, Step.COUNTED)


@dataclass(frozen=True, slots=True)
class _Shut:
    """A box that takes no more answers, at the instant of the count."""

    look: Look
    marks: Marks
    at: datetime

    @classmethod
    def of(cls, boxes: Path, survey_id: int, at: datetime) -> "_Shut":
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


class _Hold(Exception):
    """Something differs from what it must be; `may_be_kept` while the database cannot say that it has no result."""

    def __init__(self, why: Held, *, may_be_kept: bool = False) -> None:
        self.why, self.may_be_kept = why, may_be_kept


_INDEX = select(Survey.box_half, Tally.outcome, Tally.count_id).outerjoin(Tally, Tally.survey_id == Survey.id)
_INDEX = _INDEX.where(Survey.id == bindparam("survey_id"))
_LOCK = select(Survey.id).where(Survey.id == bindparam("survey_id")).with_for_update()


def _index(survey_id: int) -> tuple[object, Outcome | None, str | None]:
    """The database's half of the key, how the survey ended, and by which count; read when nobody else is writing it.

    A commit whose answer was lost may still be under way, and holds the row until it has ended.
    """
    db.session.execute(_LOCK, {"survey_id": survey_id})
    row = db.session.execute(_INDEX, {"survey_id": survey_id}).one_or_none()
    return (row.box_half, row.outcome, row.count_id) if row else (None, None, None)


def _counted(box: _Shut, boxes: Path, code: str) -> Done:
    """Count a shut box, or say why not."""
    try:
        half, told = _in_the_database(box)
        if box.look.state is BoxState.KEPT or told:
            return _end(box, boxes, told or Outcome.NOT_COUNTED)
        if box.look.cancelled:
            return _unread(box, boxes, Outcome.CANCELLED)
        opened = _opened(box, boxes, half, code)
        if opened is None:
            return _unread(box, boxes, Outcome.TOO_FEW)
        _keep(box, boxes, Outcome.RELEASED, opened)
    except _Hold as hold:
        return _held(box, boxes, hold)
    except _CalledOff:
        return _unread(box, boxes, Outcome.CANCELLED)
    except _CodeMissing:
        if box.may_wait:
            store.hold(boxes, box.manifest.survey_id, None)
            return Done(box.manifest.survey_id, Step.NEEDS_CODE)
        return _unread(box, boxes, Outcome.NOT_COUNTED)
    return _end(box, boxes, Outcome.RELEASED)


def _in_the_database(box: _Shut) -> tuple[bytes, Outcome | None]:
    """The database's half of the key, and what this very box has told already. Raises `_Hold` for anything else.

    A result that is not of this box was put there by somebody: by it, the answers would be destroyed unread.
    """
    try:
        half, outcome, count_id = _index(box.manifest.survey_id)
    except Exception as error:
        # Where the envelopes have been opened, an earlier pass may have been kept.
        raise _not_taken(box, error, may_be_kept=box.look.state is BoxState.COUNTING) from None
    finally:
        db.session.rollback()
    if outcome and count_id != box.look.count_id:
        raise _Hold(Held.DATABASE)
    return half if isinstance(half, bytes) else b"", outcome


def _not_taken(box: _Shut, error: Exception, *, may_be_kept: bool = False) -> _Hold:
    """Whatever the database answers that it should not: said in the log by its kind only."""
    log.error("database", extra={"survey": box.manifest.survey_id, "problem": type(error).__name__})
    return _Hold(Held.DATABASE, may_be_kept=may_be_kept)


class _CalledOff(Exception):
    """Somebody called the survey off before what it told was kept."""


class _CodeMissing(Exception):
    """The third holder's code is needed, or another one was given."""


def _opened(box: _Shut, boxes: Path, database_half: bytes, code: str) -> list[Opened] | None:
    """Every ballot of the box, shuffled; None when they are too few to be read at all."""
    manifest = box.manifest
    if box.marks.unchanged < manifest.fewest:
        return None
    if manifest.needs_code and not code:
        raise _CodeMissing
    sealed = store.begin_count(boxes, manifest.survey_id)
    if sealed is None:
        raise _CalledOff
    if len(sealed) != box.marks.answered:
        raise _Hold(Held.MARKS)
    try:
        halves = Halves(folder.half_of(boxes, manifest.survey_id), database_half, code)
        open_envelope = opener(manifest, halves)
    except WrongHalf:
        if code:
            raise _CodeMissing from None
        raise _Hold(Held.HALF) from None
    opened = [ballot for envelope in sealed if (ballot := open_envelope(envelope))]
    if len(opened) != len(sealed) or sum(ballot.unchanged for ballot in opened) != box.marks.unchanged:
        raise _Hold(Held.ENVELOPE)
    SystemRandom().shuffle(opened)
    return opened


def _held(box: _Shut, boxes: Path, hold: _Hold) -> Done:
    survey_id, why = box.manifest.survey_id, hold.why
    if not box.may_wait:
        return _unread(box, boxes, Outcome.NOT_COUNTED)
    store.hold(boxes, survey_id, why, may_be_kept=hold.may_be_kept)
    if box.look.held is not why:
        log.error("survey held", extra={"survey": survey_id, "why": why.value})
    return Done(survey_id, Step.HELD, why)


def _unread(box: _Shut, boxes: Path, outcome: Outcome) -> Done:
    """End a survey without opening a ballot; in the end even where the database does not take it."""
    try:
        _keep(box, boxes, outcome, [])
    except _CalledOff:
        return _unread(box, boxes, Outcome.CANCELLED)
    except _Hold as hold:
        if box.may_wait:
            return _held(box, boxes, hold)
    return _end(box, boxes, outcome)


def _keep(box: _Shut, boxes: Path, outcome: Outcome, opened: Sequence[Opened]) -> None:
    """Write how the survey ended, with its tables and comments: one transaction, once. Raises `_Hold`, `_CalledOff`.

    The box says last whether it was called off, and keeps everybody else out until the database has committed. A
    failure that the database reports is no proof that nothing was kept: it is asked again.
    """
    try:
        if not _write(box, outcome, opened):
            return
        with store.keeping(boxes, box.manifest.survey_id) as called_off:
            if called_off and outcome is not Outcome.CANCELLED:
                raise _CalledOff
            db.session.commit()
    except (_Hold, _CalledOff, store.Unfit, Busy):
        raise
    except Exception as error:
        if not _is_kept(box):
            raise _not_taken(box, error) from None
    finally:
        db.session.rollback()


def _is_kept(box: _Shut) -> bool:
    """Whether the result of this box stands after all, by a fresh connection. Raises `_Hold` where that is not told."""
    try:
        db.session.rollback()
        db.engine.dispose()
        _, _, count_id = _index(box.manifest.survey_id)
    except Exception as error:
        raise _not_taken(box, error, may_be_kept=True) from None
    return count_id == box.look.count_id


def _write(box: _Shut, outcome: Outcome, opened: Sequence[Opened]) -> bool:
    """Flush the rows of a result; False where another pass was quicker, and its count is the one. Raises `_Hold`."""
    manifest = box.manifest
    survey = db.session.get(Survey, manifest.survey_id, with_for_update=True, populate_existing=True)
    if survey is None:
        raise _Hold(Held.DATABASE)
    told = db.session.get(Tally, manifest.survey_id)
    if told is not None:
        if told.count_id != box.look.count_id:
            raise _Hold(Held.DATABASE)
        return False
    db.session.execute(insert(Tally).values(**_tally_values(box, outcome)))
    if opened:
        _write_tables(manifest, opened)
    survey.state, survey.closed_at, survey.version = SurveyState.CLOSED, box.look.ended_at, survey.version + 1
    db.session.flush()
    return True


def _tally_values(box: _Shut, outcome: Outcome) -> dict[str, object]:
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
        counts.add(ballot.answers, unchanged=ballot.unchanged)
    rows = [{"question_id": q.id, "table": release(q, counts, threshold=fewest)} for q in manifest.questions]
    db.session.execute(insert(QuestionResult), rows)
    comments = [
        {"question_id": question.id, "key": random_key(), "text": written}
        for question in manifest.questions
        if comments_may_be_kept(question, counts, threshold=fewest)
        for written in counts.texts[question.id]
    ]
    # Shuffled across questions, so that not even the order of writing sets two comments of one person together.
    SystemRandom().shuffle(comments)
    for start in range(0, len(comments), _BATCH):
        db.session.execute(insert(Comment), comments[start : start + _BATCH])


def _end(box: _Shut, boxes: Path, outcome: Outcome) -> Done:
    """Go through with the end; each step may be repeated."""
    survey_id = box.manifest.survey_id
    store.keep(boxes, survey_id)
    store.let_go_of_all()
    folder.box_end(boxes, survey_id, outcome=outcome, at=box.at)
    _forget_half(survey_id)
    return Done(survey_id, Step.COUNTED if outcome is Outcome.RELEASED else Step.DESTROYED)


def _forget_half(survey_id: int) -> None:
    """The database's half opens nothing by itself; it goes all the same, where the database lets it."""
    with suppress(Exception):
        survey = db.session.get(Survey, survey_id, populate_existing=True)
        if survey is not None:
            survey.box_half = None
        db.session.commit()
    db.session.rollback()

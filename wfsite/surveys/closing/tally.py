"""The one count of a survey: its box is shut, then opened in memory, counted, told to the database, and destroyed.

It may be killed and repeated at any step. Until the one transaction that writes the tables has committed, nothing has
changed and it starts again; from there on it only goes through with the end: the box notes that it is kept, its half
of the key is destroyed, an end note is left, the box goes. Nothing is tolerated: a mark and its ballot shared a
transaction, so any difference is damage, and the box is held: nothing of it is shown, the lead and `flask wfsite check`
are told, and it is destroyed unread fourteen days after it was shut unless what differs is mended before.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from random import SystemRandom

from wfsite.core.errors import Missing, NotNow
from wfsite.extensions import db
from wfsite.surveys.box import folder, store
from wfsite.surveys.box.envelopes import Halves
from wfsite.surveys.box.opening import Opened, WrongHalf, opener
from wfsite.surveys.box.rules import BoxState, Held
from wfsite.surveys.closing.keeping import CalledOff, Hold, ShutBox, forget_half, keep_result, told_already
from wfsite.surveys.rules import Outcome

log = logging.getLogger("wfsite.surveys")


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
        except NotNow:
            continue  # still open
        except Exception:
            db.session.rollback()
            log.exception("count", extra={"survey": survey_id})
    return done


def tally(survey_id: int, *, boxes: Path, at: datetime, code: str = "") -> Done:
    """Shut and count one survey, commit, and destroy its box. Safe to repeat; one that has ended is left as it is.

    Raises `Missing` where there is no box and never was one, `NotNow` while it is open, `Busy`.
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
        box = ShutBox.of(boxes, survey_id, at)
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


def _counted(box: ShutBox, boxes: Path, code: str) -> Done:
    """Count a shut box, or say why not."""
    try:
        half, told = told_already(box)
        if box.look.state is BoxState.KEPT or told:
            return _end(box, boxes, told or Outcome.NOT_COUNTED)
        if box.look.cancelled:
            return _unread(box, boxes, Outcome.CANCELLED)
        opened = _opened(box, boxes, half, code)
        if opened is None:
            return _unread(box, boxes, Outcome.TOO_FEW)
        keep_result(box, boxes, Outcome.RELEASED, opened)
    except Hold as hold:
        return _held(box, boxes, hold)
    except CalledOff:
        return _unread(box, boxes, Outcome.CANCELLED)
    except _CodeMissing:
        if box.may_wait:
            store.hold(boxes, box.manifest.survey_id, None)
            return Done(box.manifest.survey_id, Step.NEEDS_CODE)
        return _unread(box, boxes, Outcome.NOT_COUNTED)
    return _end(box, boxes, Outcome.RELEASED)


class _CodeMissing(Exception):
    """The third holder's code is needed, or another one was given."""


def _opened(box: ShutBox, boxes: Path, database_half: bytes, code: str) -> list[Opened] | None:
    """Every ballot of the box, shuffled; None when they are too few to be read at all."""
    manifest = box.manifest
    if box.marks.unchanged < manifest.fewest:
        return None
    if manifest.needs_code and not code:
        raise _CodeMissing
    sealed = store.begin_count(boxes, manifest.survey_id)
    if sealed is None:
        raise CalledOff
    if len(sealed) != box.marks.answered:
        raise Hold(Held.MARKS)
    try:
        halves = Halves(folder.half_of(boxes, manifest.survey_id), database_half, code)
        open_envelope = opener(manifest, halves)
    except WrongHalf:
        if code:
            raise _CodeMissing from None
        raise Hold(Held.HALF) from None
    opened = [ballot for envelope in sealed if (ballot := open_envelope(envelope))]
    if len(opened) != len(sealed) or sum(ballot.unchanged for ballot in opened) != box.marks.unchanged:
        raise Hold(Held.ENVELOPE)
    SystemRandom().shuffle(opened)
    return opened


def _held(box: ShutBox, boxes: Path, hold: Hold) -> Done:
    survey_id, why = box.manifest.survey_id, hold.why
    if not box.may_wait:
        return _unread(box, boxes, Outcome.NOT_COUNTED)
    store.hold(boxes, survey_id, why, may_be_kept=hold.may_be_kept)
    if box.look.held is not why:
        log.error("survey held", extra={"survey": survey_id, "why": why.value})
    return Done(survey_id, Step.HELD, why)


def _unread(box: ShutBox, boxes: Path, outcome: Outcome) -> Done:
    """End a survey without opening a ballot; in the end even where the database does not take it."""
    try:
        keep_result(box, boxes, outcome, [])
    except CalledOff:
        return _unread(box, boxes, Outcome.CANCELLED)
    except Hold as hold:
        if box.may_wait:
            return _held(box, boxes, hold)
    return _end(box, boxes, outcome)


def _end(box: ShutBox, boxes: Path, outcome: Outcome) -> Done:
    """Go through with the end; each step may be repeated."""
    survey_id = box.manifest.survey_id
    store.keep(boxes, survey_id)
    store.let_go_of_all()
    folder.box_end(boxes, survey_id, outcome=outcome, at=box.at)
    forget_half(survey_id)
    return Done(survey_id, Step.COUNTED if outcome is Outcome.RELEASED else Step.DESTROYED)

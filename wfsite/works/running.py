"""Does pieces of work: whoever calls this is the commit point, a process of its own or a request that has committed."""

import logging
import secrets
from datetime import datetime
from time import monotonic

from sqlalchemy.exc import DBAPIError, IntegrityError

from wfsite.core.apart import TooHeavy
from wfsite.core.clock import Clock
from wfsite.core.errors import Missing
from wfsite.db.engine import only_reading
from wfsite.extensions import db
from wfsite.works.kinds import WORK_DONE, Keep, offered
from wfsite.works.queries import Left, work_left, work_left_one
from wfsite.works.rules import BROKEN, MOST_TRIES, TOO_HEAVY, CannotBeDone, Tell
from wfsite.works.services import slot_for, work_end, work_take, work_tell

log = logging.getLogger("wfsite.works")

_TOLD_EVERY_SECONDS = 1


class Bounds:
    """What bounds a piece of work, told when it begins, speaks and ends; in a request, where all is small, nothing."""

    def begin(self) -> None:
        """A piece begins."""

    def alive(self) -> None:
        """It said something."""

    def over(self) -> None:
        """It ended."""


class _Lost(Exception):
    """Somebody took this process for dead and goes on with its work."""


def works_run(clock: Clock, bounds: Bounds) -> int:
    """Do what is left, one after the other, until nothing is or all places of runners are taken; returns how many."""
    runner, done = secrets.token_hex(16), 0
    while (found := _taken(runner, clock)) is not None:
        _do(found, runner, clock, bounds)
        done += 1
    return done


def work_run(work_id: int, clock: Clock) -> None:
    """Do this piece at once, if nobody does it yet; only where it is known to be small."""
    runner = secrets.token_hex(16)
    found = work_left_one(work_id, at=clock())
    taken = found is not None and work_take(found, slot=None, runner=runner, at=clock())
    db.session.commit()
    if found and taken:
        _do(found, runner, clock, Bounds())


def _taken(runner: str, clock: Clock) -> Left | None:
    """The next piece of work, which is then this runner's."""
    while (found := work_left(at=clock())) is not None:
        slot = slot_for(found)
        if slot is None and found.tries < MOST_TRIES:
            break
        try:
            taken = work_take(found, slot=slot, runner=runner, at=clock())
            db.session.commit()
        except IntegrityError:  # another took the place: look which are left
            db.session.rollback()
        else:
            if taken:
                return found
    db.session.rollback()
    return None


def _do(found: Left, runner: str, clock: Clock, bounds: Bounds) -> None:
    """Work it out, and write the result and that it is done in one transaction."""
    keep, problem = None, ""
    bounds.begin()
    try:
        with only_reading():
            keep = offered(WORK_DONE, found.kind)(found.subject_id, tell=_teller(found.id, runner, clock, bounds))
    except _Lost:
        log.warning("work lost", extra={"work": found.id})
        return
    except DBAPIError:
        raise  # nothing is known: whoever comes next tries again
    except Exception as error:
        problem = _sentence(error, found)
    finally:
        db.session.rollback()
        bounds.over()
    _end(found, keep, problem, runner, clock())


def _sentence(error: Exception, found: Left) -> str:
    """What to do about a piece of work that failed; what nobody foresaw is logged."""
    if isinstance(error, CannotBeDone):
        return str(error)
    if isinstance(error, TooHeavy | MemoryError):
        log.warning("work too heavy", extra={"work": found.id, "kind": found.kind})
        return TOO_HEAVY
    if not isinstance(error, Missing):
        log.exception("work failed", extra={"work": found.id, "kind": found.kind})
    return BROKEN


def _end(found: Left, keep: Keep | None, problem: str, runner: str, at: datetime) -> None:
    if work_end(found.id, problem=problem, runner=runner, at=at) and keep:
        keep(at)
    db.session.commit()


def _teller(work_id: int, runner: str, clock: Clock, bounds: Bounds) -> Tell:
    """Writes the first word, each new sentence, and then once a second."""
    said, said_at = "", 0.0

    def tell(words: str, *, done: int = 0, total: int = 0) -> None:
        nonlocal said, said_at
        if words == said and monotonic() < said_at + _TOLD_EVERY_SECONDS:
            return
        if not work_tell(work_id, words, done=done, total=total, runner=runner, at=clock()):
            raise _Lost
        bounds.alive()
        said, said_at = words, monotonic()

    return tell

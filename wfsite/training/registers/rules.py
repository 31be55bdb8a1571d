"""Which marks a register takes of whom, and when it is open."""

import re
from datetime import datetime, timedelta

from wfsite.core.errors import NotNow, RuleBroken
from wfsite.training.bookings.rules import Mark

# People sign in at the door before a session starts, so marks may be set a little ahead of it.
OPENS_BEFORE = timedelta(hours=1)

MARKS_OF_EXPECTED = (Mark.ATTENDED, Mark.IN_PART, Mark.DID_NOT_ATTEND, Mark.APOLOGY, Mark.UNRECORDED)

# Whoever was not expected is on the register only because they came.
MARKS_OF_WALK_IN = (Mark.ATTENDED, Mark.IN_PART, Mark.UNRECORDED)

# The words on the buttons; what undoes a walk-in is taking them off again.
SHORT_LABELS = {
    Mark.ATTENDED: "Attended",
    Mark.IN_PART: "In part",
    Mark.DID_NOT_ATTEND: "Did not attend",
    Mark.APOLOGY: "Apologies",
    Mark.UNRECORDED: "Not recorded",
}

OPTIONS = {
    True: tuple((mark, SHORT_LABELS[mark]) for mark in MARKS_OF_EXPECTED),
    False: ((Mark.ATTENDED, "Attended"), (Mark.IN_PART, "In part"), (Mark.UNRECORDED, "Remove")),
}

CLOSING_OPTIONS = (*OPTIONS[True][:4], (Mark.UNRECORDED, "Not known"))


def check_mark(mark: Mark | None, *, expected: bool) -> Mark:
    """The mark, if it may be set for such a person; raises `RuleBroken`."""
    if mark is None or mark not in (MARKS_OF_EXPECTED if expected else MARKS_OF_WALK_IN):
        raise RuleBroken(
            "mark", "Select whether the person attended, attended in part, did not attend or sent apologies"
        )
    return mark


def check_open(*, starts_at: datetime, cancelled: bool, closed: bool, at: datetime) -> None:
    """Raise `NotNow` when marks may not be set now."""
    if cancelled:
        raise NotNow("This session was cancelled, so it has no register.")
    if closed:
        raise NotNow("This register is closed. Open it again to change a mark.")
    if at < starts_at - OPENS_BEFORE:
        raise NotNow("This session has not started. Its register opens one hour before the start.")


def check_closing(*, starts_at: datetime, cancelled: bool, at: datetime) -> None:
    """Raise `NotNow` when the register may not be closed yet."""
    check_open(starts_at=starts_at, cancelled=cancelled, closed=False, at=at)
    if at < starts_at:
        raise NotNow("This session has not started, so its register cannot be closed yet.")


_ACT = re.compile(r"[A-Za-z0-9_-]{8,22}", re.ASCII)


def act_or_none(raw: str) -> str | None:
    """The key under which a form's act is kept, or None when it is not one of ours."""
    return raw if _ACT.fullmatch(raw) else None

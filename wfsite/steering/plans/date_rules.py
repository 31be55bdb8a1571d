"""Rules of an action's revised dates: what may be proposed, and what a decision needs, as pure values."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from wfsite.core.errors import RuleBroken
from wfsite.core.parsing import Unreadable, plain_text
from wfsite.core.periods import Timescale, TimescaleKind, month_end, month_from_boxes
from wfsite.core.rag import Rag
from wfsite.core.words import moment, month_name

LONGEST_REASON = 1_000
MOST_YEARS_AHEAD = 10


class DateStep(StrEnum):
    """What happened to a revised date."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"


DECISIONS = (DateStep.AGREED, DateStep.DECLINED)


def waits(newest: DateStep | None, rag: Rag) -> bool:
    """Whether the newest step asks the group for a decision; finished work waits for none."""
    return newest is DateStep.PROPOSED and not rag.is_finished


@dataclass(frozen=True, slots=True)
class Step:
    """The newest step of an action's revised dates: who did it and when, about which date, and why."""

    id: int
    step: DateStep
    timescale: Timescale
    at: datetime
    by_id: int | None
    by: str
    reason: str
    proposal_id: int | None

    @property
    def sentence(self) -> str:
        """ "Helen Marsh agreed June 2026 on 3 March 2026 at 10am"."""
        return f"{self.by} {self.step.value} {self.timescale.text} on {moment(self.at)}"


@dataclass(frozen=True, slots=True)
class TypedDate:
    """A proposal as it was typed: a kind, the boxes of two months (month, year), and the reason."""

    kind: TimescaleKind | None = None
    first: tuple[str, str] = ("", "")
    last: tuple[str, str] = ("", "")
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A revised date with its reason, ready to be recorded."""

    timescale: Timescale
    reason: str


def checked_proposal(typed: TypedDate, *, on: date) -> Proposal:
    """The proposal that was typed on a day; raises `RuleBroken` with a message for each field that needs one."""
    messages: dict[str, str] = {}
    if typed.kind is None:
        messages["kind"] = "Select what kind of date it is"
    first = _month(typed.first, "first", "“From which month?”", messages) if typed.kind is TimescaleKind.RANGE else None
    last = _month(typed.last, "last", "“By the end of which month?”", messages)
    if last and (wrong := _out_of_reach(last, on)):
        messages["last"] = wrong
    if first and last and first > last:
        messages["first"] = "The first month must not come after the month in which it is done"
    reason = _reason(typed.reason, messages, missing="Say why the date has to change")
    if typed.kind is None or last is None or messages:
        raise RuleBroken(**messages)
    return Proposal(Timescale(typed.kind, first, month_end(last)), reason)


def _month(boxes: tuple[str, str], field: str, name: str, messages: dict[str, str]) -> date | None:
    try:
        found = month_from_boxes(*boxes, name)
        if found is None:
            raise Unreadable("Enter the first month" if field == "first" else "Enter the month and its year")
        return found
    except Unreadable as error:
        messages[field] = str(error)
        return None


def _out_of_reach(month: date, on: date) -> str:
    """Why a month cannot be a revised date; "" when it can."""
    if month_end(month) < on:
        return f"{month_name(month)} has passed. Enter this month or a later one"
    if month.year > on.year + MOST_YEARS_AHEAD:
        return f"{month_name(month)} is more than {MOST_YEARS_AHEAD} years away. Check the year"
    return ""


def _reason(raw: str, messages: dict[str, str], *, missing: str) -> str:
    """The reason cleaned; `missing` is what to say when there is none, "" where none is needed."""
    try:
        reason = plain_text(raw, "the reason", most=LONGEST_REASON, lines=True)
    except Unreadable as error:
        messages["reason"] = str(error)
        return ""
    if missing and not reason:
        messages["reason"] = missing
    return reason


def same_date(proposed: Timescale, in_force: Timescale) -> None:
    """Raises `RuleBroken` when a proposal changes nothing."""
    if proposed == in_force:
        raise RuleBroken("last", f"{in_force.text} is the date that the action has now. Enter another")


def checked_decision(step: DateStep | None, reason: str) -> str:
    """The reason of a decision, cleaned; raises `RuleBroken` for a decision that is not made or not explained."""
    messages: dict[str, str] = {}
    if step not in DECISIONS:
        messages["step"] = "Select whether the date is agreed or declined"
    missing = "Say why the date is declined: the action’s lead reads it" if step is DateStep.DECLINED else ""
    found = _reason(reason, messages, missing=missing)
    if messages:
        raise RuleBroken(**messages)
    return found

"""Training on the front doors: the registers that wait, and a quarter in the few figures that matter."""

from collections.abc import Iterator
from datetime import date, datetime

from flask import url_for

from wfsite.core.actor import Actor
from wfsite.core.clock import london_date
from wfsite.core.permissions import Reach
from wfsite.core.tasks import Headline, Line, Reading, Section, Task, Urgency, in_short
from wfsite.core.words import clock_time, count_of, long_date, moment
from wfsite.training.attendance.queries_sessions import (
    BookedSession,
    WaitingRegister,
    When,
    registers_waiting,
    sessions_booked_by,
)
from wfsite.training.attendance.report.queries import latest_quarter
from wfsite.training.attendance.report.rules import QuarterHeadlines
from wfsite.web.access import may

_SESSIONS_SHOWN = 3
_WHOSE = {
    Reach.OWN: "your own places",
    Reach.TEAM: "your team",
    Reach.AGENCY: "your agency",
    Reach.ALL: "all agencies",
}


def home_tasks(actor: Actor, *, at: datetime) -> list[Task]:
    """The registers that wait for `actor`, longest waiting first; of many, one line leads to all of them."""
    waiting, on = registers_waiting(actor, at=at), london_date(at)
    return in_short(
        waiting.rows, lambda found: _task(found, on=on), lambda _: _every(waiting.total), total=waiting.total
    )


def home_sections(actor: Actor, *, at: datetime) -> Iterator[Section]:
    """The next sessions at which `actor` has a place."""
    if booked := sessions_booked_by(actor, at=at):
        yield Section(title="Your training", lines=[_booked(session) for session in booked[:_SESSIONS_SHOWN]])


def home_reading(actor: Actor, *, at: datetime) -> list[Reading]:
    """The attendance of the latest quarter with a closed register."""
    if not may("training.attendance_page"):
        return []
    quarter = latest_quarter(at=at)
    url = url_for("training.attendance_page", quarter=quarter)
    last_on = min(quarter.last_on, london_date(at))
    return [Reading(title=f"Training and attendance, {quarter.label}", url=url, since=last_on)]


def _booked(session: BookedSession) -> Line:
    return Line(title=f"{session.course}, {moment(session.starts_at)}, {session.venue}", url="")


def _every(total: int) -> Task:
    return Task(
        title="See every open register",
        url=url_for("training.session_list", when=When.ALL, open=1),
        detail=f"{count_of(total, 'register is', 'registers are')} open. The oldest come first.",
        tag="Overdue",
        tag_colour="red",
        urgency=Urgency.LATE,
    )


def _task(found: WaitingRegister, *, on: date) -> Task:
    day = london_date(found.starts_at)
    is_today = day == on
    return Task(
        title=f"Complete the register: {found.course}",
        url=url_for("training.register_page", session_id=found.session_id),
        detail=f"{'Today' if is_today else long_date(day)} at {clock_time(found.starts_at)}. "
        + (
            f"{count_of(found.unrecorded, 'person', 'people')} not recorded."
            if found.unrecorded
            else "Everybody is recorded: close it."
        ),
        tag="Today" if is_today else "Overdue",
        tag_colour="blue" if is_today else "red",
        urgency=Urgency.TODAY if is_today else Urgency.LATE,
    )


def attendance_figures(found: QuarterHeadlines, *, url: str = "") -> list[Headline]:
    """A quarter's figures, alike on every page that shows them; each says whose it counts. `url` leads behind them."""
    if not found.sessions:
        return []
    whose, closed = _WHOSE[found.reach], found.sessions - found.open_registers
    still_open = f"{count_of(found.open_registers, 'register')} still open"
    sessions = Headline(
        label=f"Sessions, {whose}",
        value=f"{found.sessions:,}",
        detail=still_open if found.open_registers else "all registers closed",
        url=url,
    )
    if not (found.counts.registrations or found.counts.walk_ins):
        return [sessions]
    came, stayed_away = found.counts.attendance(), found.counts.non_attendance()
    return [
        Headline(label=f"Attendance rate, {whose}", value=came.text, detail=f"{came.basis} expected", url=url),
        Headline(
            label=f"Non-attendance rate, {whose}",
            value=stayed_away.text,
            detail=f"{stayed_away.basis} expected",
            url=url,
        ),
        Headline(
            label=f"Different people, {whose}",
            value=f"{found.people:,}",
            detail=f"at {count_of(closed, 'session')} with a closed register",
            url=url,
        ),
        sessions,
    ]

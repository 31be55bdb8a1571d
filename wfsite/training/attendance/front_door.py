"""Training on the front doors: the registers that wait, and a quarter in the few figures that matter."""

from datetime import date

from flask import url_for

from wfsite.core.clock import london_date
from wfsite.core.permissions import Reach
from wfsite.core.tasks import Headline, Task
from wfsite.core.words import clock_time, count_of, long_date
from wfsite.training.attendance.queries_sessions import WaitingRegister, WaitingRegisters, When
from wfsite.training.attendance.report.rules import QuarterHeadlines

_WHOSE = {
    Reach.OWN: "your own places",
    Reach.TEAM: "your team",
    Reach.AGENCY: "your agency",
    Reach.ALL: "all agencies",
}


def register_tasks(waiting: WaitingRegisters, *, on: date, most: int) -> list[Task]:
    """The registers that wait, as lines of the task list; beyond `most`, one line leads to all of them."""
    tasks = [_task(found, on=on) for found in waiting.rows[:most]]
    if waiting.total > len(tasks):
        words = f"{count_of(waiting.total, 'register is', 'registers are')} open. The oldest come first."
        url = url_for("training.session_list", when=When.ALL, open=1)
        tasks.append(
            Task(title="See every open register", url=url, detail=words, tag="Overdue", tag_colour="red", rank=0)
        )
    return tasks


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
        rank=1 if is_today else 0,
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

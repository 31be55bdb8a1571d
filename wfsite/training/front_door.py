"""Training on the front doors: the registers that wait, and a quarter in the few figures that matter."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from flask import url_for

from wfsite.core.actor import Actor
from wfsite.core.clock import london_date
from wfsite.core.permissions import Permission, Reach
from wfsite.core.tasks import MOST_OF_A_KIND, Headline, Line, Reading, Section, Task, Urgency, in_short
from wfsite.core.words import clock_time, count_of, long_date, moment
from wfsite.training.registers.session_queries import (
    BookedSession,
    ComingSession,
    WaitingRegister,
    When,
    registers_waiting,
    sessions_booked_by,
    sessions_of_week,
)
from wfsite.training.reports.queries import latest_quarter, quarter_headlines
from wfsite.training.reports.rules import QuarterHeadlines
from wfsite.web.access import may

_SESSIONS_SHOWN = 3
# Whose attendance somebody looks at first who answers for it; a lead of all agencies has the reports.
_OWN_FIGURES = (Reach.TEAM, Reach.AGENCY)
_WHOSE = {
    Reach.OWN: "your own places",
    Reach.TEAM: "your team",
    Reach.AGENCY: "your agency",
    Reach.ALL: "all agencies",
}


def home_tasks(actor: Actor, *, at: datetime) -> list[Task]:
    """The registers that wait for `actor`, longest waiting first; of many, one line leads to all of them."""
    waiting, on = registers_waiting(actor, at=at, most=MOST_OF_A_KIND), london_date(at)
    return in_short(waiting, lambda found: _task(found, on=on), lambda _: _every(waiting.total))


def home_sections(actor: Actor, *, at: datetime) -> Iterator[Section]:
    """Where `actor` has a place; the week's sessions for a training lead; a team's or an agency's attendance."""
    if booked := sessions_booked_by(actor, at=at):
        yield Section(title="Your training", lines=[_booked(session) for session in booked[:_SESSIONS_SHOWN]])
    week = sessions_of_week(actor, at=at, most=MOST_OF_A_KIND)
    if week.total:
        yield Section(title="Sessions in the next seven days", lines=in_short(week, _coming, _more_coming))
    reach = actor.reach(Permission.ATTENDANCE_READ)
    if reach in _OWN_FIGURES and (figures := latest_figures(actor, at=at)):
        yield Section(title=f"Attendance, {_WHOSE[reach]}", figures=figures)


def latest_figures(actor: Actor, *, at: datetime) -> list[Headline]:
    """The latest quarter's figures; each leads to the page behind it, where the reader may open it."""
    found = quarter_headlines(seen_by=actor, at=at)
    url = url_for("training.attendance_page", quarter=found.quarter) if may("training.attendance_page") else ""
    figures = attendance_figures(found, url=url)
    # The page behind the figures is headed by its quarter; here the first of them names it.
    return [replace(one, detail=f"{one.detail}. {found.quarter.label}") for one in figures[:1]] + figures[1:]


def _coming(session: ComingSession) -> Line:
    return Line(
        title=f"{session.course}, {moment(session.starts_at)}",
        url=url_for("training.register_page", session_id=session.session_id),
        detail=f"{session.venue}. {session.booked:,} of {count_of(session.capacity, 'place')} booked.",
    )


def _more_coming(left: int) -> Line:
    return Line(title=f"{count_of(left, 'more session')} this week", url=url_for("training.session_list"))


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

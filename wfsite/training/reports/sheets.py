"""The attendance report as rows of a spreadsheet: the same figures as the page, numbers as numbers."""

from collections.abc import Iterator

from wfsite.core.clock import LONDON
from wfsite.core.figures import SHORTHAND, Rate
from wfsite.sheets.writing import Cell
from wfsite.training.registers.count_rules import DEFINITIONS, Counts
from wfsite.training.reports.rules import Group, QuarterReport

_COUNTS = (
    "Registrations (R)",
    "Cancelled in time (C)",
    "Cancelled late (L)",
    "of which apologies",
    "Attended (A)",
    "Attended in part (H)",
    "Did not attend (D)",
    "Not recorded (U)",
    "Walk-ins (W)",
)
_RATES = (
    "Expected (R − C − L)",
    "Attendance: A + H",
    "Attendance rate",
    "Non-attendance rate",
)

GROUPS_HEADER = ("Grouped by", "Agency", "Profession or role", *_COUNTS, *_RATES, "People")
SESSIONS_HEADER = (
    "Course",
    "Level",
    "Starts",
    "Ends",
    "Venue",
    "Register",
    "Places (P)",
    *_COUNTS,
    *_RATES,
    "Attendees (A + H + W)",
    "Take-up",
)


def group_rows(report: QuarterReport) -> Iterator[tuple[Cell, ...]]:
    """The total, each profession, each agency, and each profession of each agency; closed registers only."""
    yield _group("All", "", "", report.total)
    for group in report.by_profession:
        yield _group("Profession or role", "", group.label, group)
    for group in report.by_agency:
        yield _group("Agency", group.label, "", group)
    for group in report.by_both:
        yield _group("Agency and profession", group.agency, group.label, group)


def session_rows(report: QuarterReport) -> Iterator[tuple[Cell, ...]]:
    """Every session of the quarter that has begun; rates only where the register is closed."""
    for session in report.sessions:
        yield (
            session.course,
            session.level,
            session.starts_at.astimezone(LONDON).replace(tzinfo=None),
            session.ends_at.astimezone(LONDON).replace(tzinfo=None),
            session.venue,
            "Closed" if session.is_closed else "Open",
            session.capacity,
            *_counts(session.counts, closed=session.is_closed),
            session.counts.attendees,
            _rate(session.counts.take_up(session.capacity, closed=session.is_closed)),
        )


def _group(kind: str, agency: str, profession: str, group: Group) -> tuple[Cell, ...]:
    return (kind, agency, profession, *_counts(group.counts, closed=True), group.people)


def _counts(counts: Counts, *, closed: bool) -> tuple[Cell, ...]:
    return (
        counts.registrations,
        counts.cancelled_in_time,
        counts.cancelled_late,
        counts.apologies,
        counts.attended,
        counts.in_part,
        counts.did_not_attend,
        counts.unrecorded,
        counts.walk_ins,
        counts.expected,
        counts.attended + counts.in_part,
        _rate(counts.attendance(closed=closed)),
        _rate(counts.non_attendance(closed=closed)),
    )


def _rate(rate: Rate) -> str:
    """As the page prints it, so that rounding and shorthand are the same."""
    return rate.text


def notes(report: QuarterReport) -> tuple[str, ...]:
    """What the figures mean, for the sheet of notes."""
    return (
        f"{report.quarter.label}. Registers still open: {report.open_registers}.",
        *(f"{term}: {meaning}" for term, meaning in DEFINITIONS),
        *(f"{sign}: {meaning}" for sign, meaning in SHORTHAND.items()),
    )

"""The quarter's attendance as a report that is issued: agencies and professions, never a name."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from wfsite.core.actor import Actor
from wfsite.core.clock import london_date
from wfsite.core.errors import Missing
from wfsite.core.figures import SHORTHAND, Rate, round_half_up
from wfsite.core.periods import Quarter
from wfsite.core.permissions import Permission, Reach
from wfsite.core.words import count_of
from wfsite.issued.content_rules import (
    Built,
    Chart,
    Column,
    Definitions,
    Figure,
    Figures,
    Paragraph,
    Part,
    Section,
    Table,
)
from wfsite.issued.kinds import DocumentKind
from wfsite.training.registers.count_rules import DEFINITIONS, Counts
from wfsite.training.reports.pictures import By, attendance_picture, attendance_sentence
from wfsite.training.reports.queries import quarter_report, quarters_held
from wfsite.training.reports.rules import Group, QuarterReport

KEY = "quarter-attendance"
# Letters, so that the rates stand in sight on a screen: what each means is said at the end, as on the attendance page.
_COLUMNS = (
    *(Column(letter) for letter in ("R", "C", "L", "R − C − L", "A", "H", "D", "U", "W")),
    Column("Attendance", "of expected"),
    Column("Non-attendance", "of expected"),
    Column("People"),
)
_LETTERS = "The letters are explained at the end"
_HEADINGS = {By.AGENCY: "Agency", By.PROFESSION: "Profession or role"}


def attendance_report() -> DocumentKind:
    """The kind of document."""
    return DocumentKind(
        key=KEY, name="Attendance at training", build=quarter_built, subjects=quarters_ended, drafts=may_draft
    )


def may_draft(actor: Actor) -> bool:
    """Who drafts such reports: whoever drafts reports and reads the attendance of all agencies, which it counts."""
    return actor.can(Permission.REPORT_DRAFT, Reach.ALL) and actor.can(Permission.ATTENDANCE_READ, Reach.ALL)


def quarters_ended(*, at: datetime) -> Sequence[tuple[str, str]]:
    """The last two years' quarters that are over and had a session, the newest first."""
    held = quarters_held(Quarter.containing(london_date(at)).previous, at=at)
    return [(str(quarter), quarter.label) for quarter in held]


def quarter_built(subject: str, *, seen_by: Actor, at: datetime) -> Built:
    """The report of a quarter as its registers stand now; raises `Missing` for what is no quarter."""
    quarter = Quarter.parse(subject)
    if quarter is None or not may_draft(seen_by):
        raise Missing
    report = quarter_report(quarter, seen_by=seen_by, at=at)
    before = quarter_report(quarter.previous, seen_by=seen_by, at=at)
    return built_of(report, before)


def built_of(report: QuarterReport, before: QuarterReport) -> Built:
    """The report with its movement since the quarter `before`."""
    return Built(
        "Attendance at training",
        report.quarter.label,
        (
            Section("headlines", "The quarter in figures", (_headlines(report, before), *_sums(report))),
            Section("agencies", "Attendance by agency", _breakdown(report, By.AGENCY, with_chart=True)),
            Section("professions", "Attendance by profession or role", _breakdown(report, By.PROFESSION)),
            Section("meanings", "What the figures mean", (_definitions(),)),
        ),
    )


def _headlines(report: QuarterReport, before: QuarterReport) -> Figures:
    now, then = report.total.counts, before.total.counts
    still_open = count_of(report.open_registers, "register")
    return Figures(
        (
            Figure(
                "Sessions",
                f"{len(report.sessions):,}",
                f"{still_open} still open, not counted below" if report.open_registers else "all registers closed",
                f"{len(before.sessions):,} in the quarter before",
            ),
            _rate("Attendance rate", now.attendance(), then.attendance()),
            _rate("Non-attendance rate", now.non_attendance(), then.non_attendance()),
            Figure(
                "Different people",
                f"{report.total.people:,}",
                "who had a place or came",
                f"{before.total.people:,} in the quarter before",
            ),
        )
    )


def _rate(label: str, now: Rate, then: Rate) -> Figure:
    return Figure(label, now.text, f"{now.basis} expected", moved(now, then))


def moved(now: Rate, then: Rate) -> str:
    """How a rate moved, in percentage points between what is printed."""
    if now.percent is None or then.percent is None:
        return ""
    shown = [round_half_up(rate.percent or Decimal(0), rate.places) for rate in (now, then)]
    points = shown[0] - shown[1]
    if not points:
        return f"the same as in the quarter before ({then.text})"
    return f"{'up' if points > 0 else 'down'} {abs(points)} percentage points from {then.text}"


def _sums(report: QuarterReport) -> tuple[Paragraph, ...]:
    """How the figures add up, in figures."""
    if not report.total.counts.registrations:
        return (Paragraph("No register of this quarter is closed yet, so there are no rates."),)
    return (Paragraph(sum_sentence(report.total.counts)),)


def sum_sentence(counts: Counts) -> str:
    """Registrations to those expected, and those expected to what became of them."""
    parts = (counts.attended, counts.in_part, counts.did_not_attend, counts.unrecorded)
    return (
        f"How they add up: {counts.registrations:,} registrations − {counts.cancelled_in_time:,} cancelled in time "
        f"− {counts.cancelled_late:,} cancelled late = {counts.expected:,} expected; {counts.attended:,} attended "
        f"+ {counts.in_part:,} attended in part + {counts.did_not_attend:,} did not attend "
        f"+ {counts.unrecorded:,} not recorded = {sum(parts):,}. {counts.walk_ins:,} more came without a place."
    )


def _breakdown(report: QuarterReport, by: By, *, with_chart: bool = False) -> tuple[Part, ...]:
    groups = report.by_agency if by is By.AGENCY else report.by_profession
    if not groups:
        return (Paragraph("No register of this quarter is closed yet."),)
    chart = (Chart(attendance_picture(report, by), attendance_sentence(report, by)),) if with_chart else ()
    note = (
        "Events add up to the total. People do not where somebody was counted in two rows: each is one person in the "
        "total."
    )
    return (*chart, _table(report, by, groups), Paragraph(note))


def _table(report: QuarterReport, by: By, groups: Sequence[Group]) -> Table:
    return Table(
        caption=f"Events and different people by {_HEADINGS[by].lower()}, closed registers only. {_LETTERS}",
        columns=(Column(_HEADINGS[by]), *_COLUMNS),
        rows=tuple(_row(group) for group in (*groups, report.total)),
        has_total=True,
    )


def _row(group: Group) -> tuple[str, ...]:
    counts = group.counts
    numbers = (
        counts.registrations,
        counts.cancelled_in_time,
        counts.cancelled_late,
        counts.expected,
        counts.attended,
        counts.in_part,
        counts.did_not_attend,
        counts.unrecorded,
        counts.walk_ins,
    )
    rates = (counts.attendance().text, counts.non_attendance().text)
    return (group.label, *(f"{number:,}" for number in numbers), *rates, f"{group.people:,}")


def _definitions() -> Definitions:
    more = (
        ("Which quarter", "A session belongs to the financial quarter of its last day."),
        ("Whose agency", "People are counted under the agency and profession that they had at the session."),
    )
    return Definitions((*DEFINITIONS, *SHORTHAND.items(), *more))

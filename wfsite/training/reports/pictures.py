"""The pictures of the attendance page, and the sentence that says what each shows."""

from collections.abc import Sequence
from enum import StrEnum

from wfsite.charts.specs import StackedBars
from wfsite.training.reports.rules import Group, QuarterReport

_PARTS = ("Attended", "Attended in part", "Did not attend", "Not recorded")


class By(StrEnum):
    """What a picture's bars stand for."""

    PROFESSION = "profession"
    AGENCY = "agency"


def groups_of(report: QuarterReport, by: By) -> Sequence[Group]:
    """The groups that a picture shows."""
    return report.by_profession if by is By.PROFESSION else report.by_agency


def attendance_picture(report: QuarterReport, by: By) -> StackedBars:
    """Events of those who were expected, one bar a group; closed registers only."""
    groups = [group for group in groups_of(report, by) if group.counts.expected]
    return StackedBars(
        title=f"Attendance by {by}, {report.quarter.label}",
        labels=tuple(group.label for group in groups),
        parts=_PARTS,
        values=tuple(
            (g.counts.attended, g.counts.in_part, g.counts.did_not_attend, g.counts.unrecorded) for g in groups
        ),
    )


def attendance_sentence(report: QuarterReport, by: By) -> str:
    """The picture's message: who stayed away most often, where enough were expected to tell."""
    groups = [group for group in groups_of(report, by) if group.counts.expected >= 10]
    worst = max(groups, key=lambda g: g.counts.non_attendance().percent or 0, default=None)
    total = report.total.counts.attendance()
    overall = f"{total.text} of those expected came ({total.basis})." if report.total.counts.expected else ""
    if worst is None or not worst.counts.did_not_attend:
        return f"Attendance by {by}: {overall or 'nobody was expected.'}"
    rate = worst.counts.non_attendance()
    return (
        f"Attendance by {by}: {overall} Not coming was most frequent at {worst.label}, {rate.text} ({rate.basis}), "
        "among those with 10 or more expected."
    )

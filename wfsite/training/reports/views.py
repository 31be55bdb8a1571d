"""The quarter's attendance: page, pictures, spreadsheets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.charts.specs import pixels
from wfsite.core.as_at import AsAt
from wfsite.core.paging import page_of
from wfsite.core.periods import Quarter
from wfsite.core.permissions import Permission, Reach
from wfsite.training.blueprint import blueprint
from wfsite.training.front_door import attendance_figures
from wfsite.training.registers.count_rules import DEFINITIONS
from wfsite.training.reports import sheets
from wfsite.training.reports.pictures import By, attendance_sentence, groups_of
from wfsite.training.reports.pictures import attendance_picture as drawn
from wfsite.training.reports.queries import latest_quarter, quarter_report
from wfsite.training.reports.rules import Group, QuarterReport
from wfsite.web.access import acting, requires
from wfsite.web.downloads import spreadsheet
from wfsite.web.params import as_at, as_at_of_file, query_choice, query_page, query_text
from wfsite.web.pictures import picture
from wfsite.web.respond import page
from wfsite.web.waiting import waits

_PER_PAGE = 25
_MAY_READ = requires(Permission.ATTENDANCE_READ)
_WHOSE = {
    Reach.OWN: "Only your own places are counted.",
    Reach.TEAM: "Only people who are in your team now, or in any team below it, are counted.",
    Reach.AGENCY: "Only people of your agency, as at each session, are counted.",
    Reach.ALL: "",
}


def _asked_for(day: AsAt) -> QuarterReport:
    """The report of the quarter in the address, or of the latest one with a closed register."""
    quarter = Quarter.parse(query_text("quarter")) or latest_quarter(at=day.instant, past=day.is_past)
    return quarter_report(quarter, seen_by=acting(), at=day.instant, past=day.is_past)


@blueprint.get("/training/attendance")
@_MAY_READ
def attendance_page() -> Response:
    """What was provided, who came, by profession and agency."""
    day = as_at()
    report = _asked_for(day)
    shown = page_of(len(report.sessions), asked=query_page(), size=_PER_PAGE)
    return page(
        "training/reports/attendance_page.html",
        status=422 if day.error else 200,
        report=report,
        whose=_WHOSE[report.reach],
        figures=attendance_figures(report.headlines),
        when=day,
        definitions=DEFINITIONS,
        sessions=report.sessions[shown.skip : shown.skip + _PER_PAGE],
        number=shown.number,
        pages=shown.pages,
        sees_all=report.reach is Reach.ALL,
        sections=_sections(report, day),
        **_links(report.quarter, day),
    )


@dataclass(frozen=True, slots=True)
class Section:
    """A breakdown with the address, the size and the sentence of its picture."""

    by: By
    heading: str
    groups: Sequence[Group]
    sentence: str
    picture: str
    pixels: tuple[int, int]


def _sections(report: QuarterReport, day: AsAt) -> list[Section]:
    return [
        Section(
            by=by,
            heading=heading,
            groups=groups_of(report, by),
            sentence=attendance_sentence(report, by),
            picture=_url("training.attendance_picture", report.quarter, day, by=by),
            pixels=pixels(drawn(report, by)),
        )
        for by, heading in ((By.PROFESSION, "Profession or role"), (By.AGENCY, "Agency"))
    ]


def _url(endpoint: str, quarter: Quarter, day: AsAt, **more: Any) -> str:
    """An address about the same quarter and day."""
    return url_for(endpoint, quarter=quarter, as_at=day.day, **more)


def _links(quarter: Quarter, day: AsAt) -> dict[str, object]:
    present, endpoint = Quarter.containing(day.on), "training.attendance_download"
    return {
        "previous_url": _url("training.attendance_page", quarter.previous, day) if quarter.year > 2000 else "",
        "next_url": _url("training.attendance_page", quarter.next, day) if quarter < present else "",
        "page_url": _url("training.attendance_page", quarter, day),
        "base_url": url_for("training.attendance_page"),
        "files": [
            (
                table,
                *(_url(endpoint, quarter, day, kind=kind, table=table) for kind in ("xlsx", "csv")),
            )
            for table in ("attendance", "sessions")
        ],
    }


@blueprint.get("/training/attendance/picture")
@waits
@_MAY_READ
def attendance_picture() -> Response:
    """A breakdown as a picture."""
    return picture(drawn(_asked_for(as_at_of_file()), query_choice("by", By) or By.PROFESSION))


@blueprint.get("/training/attendance/download/<any(csv, xlsx):kind>")
@waits
@_MAY_READ
def attendance_download(kind: str) -> Response:
    """The page's tables as a spreadsheet."""
    day = as_at_of_file()
    report = _asked_for(day)
    of_sessions = query_text("table") == "sessions"
    return spreadsheet(
        f"training-{'sessions' if of_sessions else 'attendance'}-{report.quarter}{day.file_suffix}",
        kind,
        sheets.SESSIONS_HEADER if of_sessions else sheets.GROUPS_HEADER,
        sheets.session_rows(report) if of_sessions else sheets.group_rows(report),
        title=f"{'Sessions' if of_sessions else 'Attendance'} {report.quarter}",
        notes=sheets.notes(report),
    )

"""Pages of workforce data: a service area's figures, their pictures, and the files they come from and go to."""

from collections.abc import Sequence
from datetime import date

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.charts.specs import pixels
from wfsite.core.as_at import AsAt
from wfsite.core.periods import add_months, month_end
from wfsite.core.permissions import Permission
from wfsite.imports.pages import ImportPages
from wfsite.imports.views import add_import
from wfsite.steering.blueprint import blueprint
from wfsite.steering.workforce import pictures, queries, table_rules
from wfsite.steering.workforce.front_door import no_figures
from wfsite.steering.workforce.gap_rules import Owed, owed, recent
from wfsite.steering.workforce.headline_queries import headlines_of
from wfsite.steering.workforce.importing import IMPORTER
from wfsite.steering.workforce.line_rules import FLOWS, IN_POST, LINES, PUBLISHED
from wfsite.steering.workforce.queries import Area
from wfsite.steering.workforce.rules import Month
from wfsite.steering.workforce.sentence_rules import what_they_say
from wfsite.steering.workforce.sheets import EXPORT_HEADER, export_rows
from wfsite.steering.workforce.sum_rules import AGENCY, adding_up_all, agency_told
from wfsite.steering.workforce.target_rules import HOW_JUDGED, Target, conflicts, judged_all
from wfsite.web.access import acting, may, requires
from wfsite.web.downloads import spreadsheet
from wfsite.web.params import as_at, as_at_of_file, query_id, query_text
from wfsite.web.pictures import picture
from wfsite.web.respond import page, page_or_part
from wfsite.web.waiting import waits

_SENTENCES = 3  # of what the figures say, above the figures


@blueprint.get("/steering/workforce")
@requires(Permission.WORKFORCE_READ)
def workforce_page() -> Response:
    """A service area's figures of the last thirteen months, today or as they stood on another day."""
    when = as_at()
    areas = queries.workforce_areas()
    area = queries.first_area(areas, chosen=query_id("area"), own=acting().team_id)
    if area is None:
        status = 422 if when.error else 200
        return page("steering/workforce/no_figures.html", status=status, when=when, missing=no_figures())
    return page_or_part(
        "steering/workforce/workforce_page.html",
        "steering/workforce/_figures.html",
        status=422 if when.error else 200,
        choices=_choices(areas, area),
        area=area,
        when=when,
        may_import=may("steering.workforce_import"),
        **_figures(area, when),
    )


def _choices(areas: Sequence[Area], chosen: Area) -> list[Area]:
    """The areas that have figures, and the one that is shown."""
    return [area for area in areas if area.has_figures or area.id == chosen.id]


def _saved(months: list[Month]) -> date | None:
    """The month that was just given or corrected, of those that stand on the page."""
    asked = query_text("saved")
    return next((known.month for known in months if f"{known.month:%Y-%m}" == asked), None)


def _figures(area: Area, when: AsAt) -> dict[str, object]:
    """All that stands on the page, worked out."""
    months = queries.workforce_months(area.id, as_at=when.instant)
    targets = queries.workforce_targets(area.id, as_at=when.instant)
    verdicts, conflicting = judged_all(targets, months, on=when.on), conflicts(targets)
    missing = owed(months, on=when.on)
    here = f"{url_for('steering.workforce_page')}/{area.id}"
    may_edit = may("steering.month_edit") and not when.day
    return {
        "here": here,
        "saved": None if when.day else _saved(months),
        "at": when.suffix,
        "edit": f"{here}/months/" if may_edit else "",
        "owed": missing,
        "to_give": _to_give(months, missing, when.on) if may_edit else None,
        "latest": months[-1] if months else None,
        "told": what_they_say(months, verdicts, conflicting)[:_SENTENCES],
        "headlines": headlines_of(months),
        "judged": verdicts,
        "how_judged": HOW_JUDGED,
        "conflicts": conflicting,
        **_tables(months),
        **_sums(months),
        **_charts(months, targets),
    }


def _to_give(months: Sequence[Month], missing: Owed | None, on: date) -> date | None:
    """The month whose figures are to be given next: the first that is missing, else the one that has just ended."""
    if missing:
        return missing.months[0]
    following = add_months(months[-1].month, 1) if months else None
    return following if following and month_end(following) <= on else None


def _tables(months: Sequence[Month]) -> dict[str, object]:
    """The tables of the last thirteen months, newest first, and the notes under them."""
    newest_first = recent(months, pictures.SHOWN)[::-1]
    return {
        "in_post": table_rules.month_rows(newest_first, IN_POST),
        "in_post_lines": [LINES[key] for key in IN_POST],
        "flows": table_rules.month_rows(newest_first, FLOWS),
        "flow_lines": [LINES[key] for key in FLOWS],
        "compared": table_rules.compared(months),
        "published": table_rules.published_rows(months, most=pictures.SHOWN),
        "published_lines": list(PUBLISHED.values()),
        "revisions": table_rules.revisions(newest_first),
        "footnotes": table_rules.footnotes(newest_first),
        "shorthand": table_rules.SHORTHAND_LINES,
    }


def _sums(months: Sequence[Month]) -> dict[str, object]:
    """Whether the numbers add up from month to month, newest first: permanent workers, then agency workers."""
    looked_at = recent(months, pictures.SHOWN + 1)  # the first month shown opens with the one before it
    permanent = adding_up_all(looked_at)[-pictures.SHOWN :][::-1]
    agency = adding_up_all(looked_at, AGENCY)[-pictures.SHOWN :]
    return {
        "sums": permanent,
        "doubtful": [month for month in permanent if month.residual != 0],
        "unexplained": sum(1 for month in permanent if month.residual),
        "agency_told": agency_told(agency),
        "agency_sums": agency[::-1],
        "agency_explained": [month for month in agency[::-1] if month.residual and month.explanation],
    }


def _charts(months: Sequence[Month], targets: Sequence[Target]) -> dict[str, object]:
    """Each picture's sentence and size."""
    return {
        "agency": (pictures.agency_sentence(months), pixels(pictures.agency_picture(months, targets))),
        "posts": (pictures.in_post_sentence(months), pixels(pictures.in_post_picture(months))),
        "leavers": (pictures.leavers_sentence(months), pixels(pictures.leavers_picture(months))),
    }


@blueprint.get("/steering/workforce/<id:team_id>/agency.svg")
@waits
@requires(Permission.WORKFORCE_READ)
def agency_picture(team_id: int) -> Response:
    """The agency ratio against its targets."""
    instant = _area_at(team_id).instant
    months = queries.workforce_months(team_id, as_at=instant)
    return picture(pictures.agency_picture(months, queries.workforce_targets(team_id, as_at=instant)))


@blueprint.get("/steering/workforce/<id:team_id>/in-post.svg")
@waits
@requires(Permission.WORKFORCE_READ)
def in_post_picture(team_id: int) -> Response:
    """Permanent and agency workers."""
    return picture(pictures.in_post_picture(queries.workforce_months(team_id, as_at=_area_at(team_id).instant)))


@blueprint.get("/steering/workforce/<id:team_id>/leavers.svg")
@waits
@requires(Permission.WORKFORCE_READ)
def leavers_picture(team_id: int) -> Response:
    """Leavers."""
    return picture(pictures.leavers_picture(queries.workforce_months(team_id, as_at=_area_at(team_id).instant)))


def _area_at(team_id: int) -> AsAt:
    """The day in the address, once the area is known to exist."""
    queries.workforce_area(team_id)
    return as_at_of_file()


@blueprint.get("/steering/workforce/<id:team_id>/months.<any(csv, xlsx):kind>")
@waits
@requires(Permission.WORKFORCE_READ)
def workforce_export(team_id: int, kind: str) -> Response:
    """Every month as a file that can be imported again."""
    area, when = queries.workforce_area(team_id), as_at_of_file()
    months = queries.workforce_months(team_id, as_at=when.instant)
    notes = [f"{mark} {meaning}" for mark, meaning in table_rules.SHORTHAND_LINES]
    rows = export_rows(months, area.name)
    name = f"workforce-data-{team_id}{when.file_suffix}"
    return spreadsheet(name, kind, EXPORT_HEADER, rows, title="Workforce data", notes=notes)


def _targets(on: date) -> list[tuple[str, str]]:
    """What a file may be for."""
    areas = [(str(area.id), area.name) for area in queries.workforce_areas()]
    return [("", "Choose"), ("file", "The file says it, in its Service area column"), *areas]


add_import(
    blueprint,
    ImportPages(
        importer=IMPORTER,
        endpoint="workforce_import",
        url="/steering/workforce/import",
        permission=Permission.WORKFORCE_IMPORT,
        title="Import workforce figures",
        intro=(
            "Upload one row a month, or the table of a board paper: one column a month, one line a figure.",
            "Leave a cell empty when a figure is not supplied. Type 0 when it is zero. "
            "A figure that was given before is not lost: the page shows what it was and who changed it.",
            "Give counts of the one month. A heading that says more (FTE, %, £, average, year to date) is refused "
            "where its column does not take that.",
        ),
        back="steering.workforce_page",
        back_words="workforce data",
        target_label="Which service area are the figures for?",
        target_missing="Choose the service area, or say that the file names it",
        targets=_targets,
        done_url=lambda team_id: f"/steering/workforce?area={team_id}" if team_id else "/steering/workforce",
    ),
)

"""Pages of workforce data: a service area's figures, their pictures, and the files they come from and go to."""

from datetime import date

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.charts.specs import pixels
from wfsite.core.periods import add_months, month_end
from wfsite.core.permissions import Permission
from wfsite.imports.views import ImportPages, add_import
from wfsite.steering.blueprint import blueprint
from wfsite.steering.workforce import pictures, queries, tables
from wfsite.steering.workforce.headlines import headlines_of
from wfsite.steering.workforce.importing import IMPORTER
from wfsite.steering.workforce.queries import Area
from wfsite.steering.workforce.rules import adding_up_all
from wfsite.steering.workforce.sheets import EXPORT_HEADER, export_rows
from wfsite.steering.workforce.target_rules import conflicts, judged
from wfsite.web.access import acting, may, requires
from wfsite.web.downloads import spreadsheet
from wfsite.web.params import AsAt, as_at, query_id
from wfsite.web.pictures import picture
from wfsite.web.respond import page, page_or_part
from wfsite.web.waiting import waits


@blueprint.get("/steering/workforce")
@requires(Permission.WORKFORCE_READ)
def workforce_page() -> Response:
    """A service area's figures of the last thirteen months, today or as they stood on another day."""
    when = as_at()
    areas = queries.workforce_areas()
    area = queries.first_area(areas, chosen=query_id("area"), own=acting().team_id)
    may_import = may("steering.workforce_import")
    if area is None:
        return page("workforce/no_figures.html", may_import=may_import)
    return page_or_part(
        "workforce/workforce_page.html",
        "workforce/_figures.html",
        status=422 if when.error else 200,
        choices=_choices(areas, area),
        area=area,
        when=when,
        may_import=may_import,
        **_figures(area, when),
    )


def _choices(areas: list[Area], chosen: Area) -> list[Area]:
    """The areas that have figures, and the one that is shown."""
    return [area for area in areas if area.has_figures or area.id == chosen.id]


def _figures(area: Area, when: AsAt) -> dict[str, object]:
    """All that stands on the page, worked out."""
    months = queries.workforce_months(area.id, as_at=when.instant)
    targets = queries.workforce_targets(area.id, as_at=when.instant)
    shown = months[-pictures.SHOWN :]
    newest_first = shown[::-1]
    sums = adding_up_all(months)[-pictures.SHOWN :][::-1]
    at = f"?as_at={when.day.isoformat()}" if when.day else ""
    here = f"{url_for('steering.workforce_page')}/{area.id}"
    return {
        "here": here,
        "at": at,
        "edit": f"{here}/months/" if may("steering.month_edit") and not when.day else "",
        "next_month": _next_month(shown[-1].month, when.on) if shown else None,
        "back": f"{url_for('steering.workforce_page')}?area={area.id}",
        "latest": shown[-1] if shown else None,
        "headlines": headlines_of(months),
        "in_post": tables.month_rows(newest_first, tables.IN_POST),
        "in_post_lines": [tables.LINES[key] for key in tables.IN_POST],
        "flows": tables.month_rows(newest_first, tables.FLOWS),
        "flow_lines": [tables.LINES[key] for key in tables.FLOWS],
        "sums": sums,
        "doubtful": [month for month in sums if month.residual != 0],
        "unexplained": sum(1 for month in sums if month.residual),
        "compared": tables.compared(months),
        "revisions": tables.revisions(newest_first),
        "footnotes": tables.footnotes(newest_first),
        "shorthand": tables.SHORTHAND_LINES,
        "judged": [judged(target, months, on=when.on) for target in targets],
        "conflicts": conflicts(targets),
        "agency": (pictures.agency_sentence(months), pixels(pictures.agency_picture(months, targets))),
        "posts": (pictures.in_post_sentence(months), pixels(pictures.in_post_picture(months))),
        "leavers": (pictures.leavers_sentence(months), pixels(pictures.leavers_picture(months))),
    }


def _next_month(latest: date, on: date) -> date | None:
    """The month after the latest, once it is over."""
    month = add_months(latest, 1)
    return month if month_end(month) <= on else None


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
    return as_at()


@blueprint.get("/steering/workforce/<id:team_id>/months.<any(csv, xlsx):kind>")
@waits
@requires(Permission.WORKFORCE_READ)
def workforce_export(team_id: int, kind: str) -> Response:
    """Every month as a file that can be imported again."""
    area, when = queries.workforce_area(team_id), as_at()
    months = queries.workforce_months(team_id, as_at=when.instant)
    notes = [f"{mark} {meaning}" for mark, meaning in tables.SHORTHAND_LINES]
    rows = export_rows(months, area.name)
    return spreadsheet(f"workforce-data-{team_id}", kind, EXPORT_HEADER, rows, title="Workforce data", notes=notes)


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
        ),
        back="steering.workforce_page",
        back_words="workforce data",
        target_label="Which service area are the figures for?",
        target_missing="Choose the service area, or say that the file names it",
        targets=_targets,
        done_url=lambda team_id: f"/steering/workforce?area={team_id}" if team_id else "/steering/workforce",
    ),
)

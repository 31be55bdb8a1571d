"""The workforce pillar as the board sees it: the paper's table, the targets, and what the figures say."""

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.charts.specs import pixels
from wfsite.core.as_at import AsAt
from wfsite.core.groups import GroupKind
from wfsite.core.permissions import Permission
from wfsite.groups.queries import last_met_on
from wfsite.improvement.blueprint import blueprint
from wfsite.steering.workforce import pictures, queries, table_rules
from wfsite.steering.workforce.gap_rules import owed, recent
from wfsite.steering.workforce.sentence_rules import BOARD_MONTHS, what_they_say
from wfsite.steering.workforce.target_rules import HOW_JUDGED, conflicts, judged_all
from wfsite.web.access import may, requires
from wfsite.web.params import as_at, as_at_of_file
from wfsite.web.pictures import picture
from wfsite.web.respond import page
from wfsite.web.waiting import waits


@blueprint.get("/improvement/workforce")
@requires(Permission.BOARD_READ)
def pillar_page() -> Response:
    """The pillar's latest three months, its targets and the evidence, today or on another day."""
    when = as_at()
    area = queries.watched_area()
    board_on = last_met_on(GroupKind.IMPROVEMENT, on=when.on)
    return page(
        "improvement/pillar_page.html",
        status=422 if when.error else 200,
        when=when,
        area=area,
        board_on=board_on,
        may_read_more=may("steering.workforce_page"),
        **_figures(area, when),
    )


def _figures(area: queries.Area | None, when: AsAt) -> dict[str, object]:
    """All that the page shows, worked out."""
    months = queries.workforce_months(area.id, as_at=when.instant) if area else []
    targets = queries.workforce_targets(area.id, as_at=when.instant) if area else []
    shown = recent(months, BOARD_MONTHS)
    verdicts = judged_all(targets, months, on=when.on)
    conflicting = conflicts(targets)
    return {
        "months": shown,
        "owed": owed(months, on=when.on),
        "lines": table_rules.line_rows(shown),
        "footnotes": table_rules.footnotes(shown),
        "shorthand": table_rules.SHORTHAND_LINES,
        "judged": verdicts,
        "conflicts": conflicting,
        "how_judged": HOW_JUDGED,
        "told": what_they_say(months, verdicts, conflicting),
        "agency": (pictures.agency_sentence(months), pixels(pictures.agency_picture(months, targets))),
        "picture_url": f"{url_for('improvement.agency_picture')}{when.suffix}",
    }


@blueprint.get("/improvement/workforce/agency.svg")
@waits
@requires(Permission.BOARD_READ)
def agency_picture() -> Response:
    """The agency ratio against its dated targets."""
    area, instant = queries.watched_area(), as_at_of_file().instant
    months = queries.workforce_months(area.id, as_at=instant) if area else []
    targets = queries.workforce_targets(area.id, as_at=instant) if area else []
    return picture(pictures.agency_picture(months, targets))

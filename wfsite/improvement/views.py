"""The board's front door, and all pages behind it: importing this module adds the routes to the blueprint."""

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.core.groups import GroupKind
from wfsite.core.permissions import Permission
from wfsite.groups.front_door import front_page
from wfsite.improvement import pillar_views
from wfsite.improvement.blueprint import blueprint
from wfsite.steering.workforce.headline_queries import workforce_headlines
from wfsite.web.access import may, requires
from wfsite.web.params import now

__all__ = ["blueprint", "pillar_views"]


@blueprint.get("/improvement")
@requires(Permission.GROUP_READ)
def group_home() -> Response:
    """The board's front door; the figures only for those who may read them."""
    figures = []
    if may("improvement.pillar_page"):
        figures = workforce_headlines(as_at=now(), url=lambda _: url_for("improvement.pillar_page"))
    return front_page(GroupKind.IMPROVEMENT, waiting=[], figures=figures)

"""Pages of the annual plan."""

from werkzeug.wrappers import Response

from wfsite.core.permissions import Permission
from wfsite.steering.blueprint import blueprint
from wfsite.web.access import requires
from wfsite.web.respond import page


@blueprint.get("/steering/plan")
@requires(Permission.PLAN_READ)
def plan_page() -> Response:
    """stub"""
    return page("errors/error.html", title="stub", advice="stub")

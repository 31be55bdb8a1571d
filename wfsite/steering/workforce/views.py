"""Pages of workforce data."""

from werkzeug.wrappers import Response

from wfsite.core.permissions import Permission
from wfsite.steering.blueprint import blueprint
from wfsite.web.access import requires
from wfsite.web.respond import page


@blueprint.get("/steering/workforce")
@requires(Permission.WORKFORCE_READ)
def workforce_page() -> Response:
    """stub"""
    return page("errors/error.html", title="stub", advice="stub")

"""stub"""

from werkzeug.wrappers import Response

from wfsite.core.permissions import Permission
from wfsite.training.blueprint import blueprint
from wfsite.web.access import requires
from wfsite.web.respond import page


@blueprint.get("/training/attendance")
@requires(Permission.ATTENDANCE_READ)
def attendance_page() -> Response:
    """stub"""
    return page("errors/error.html", title="stub", advice="stub")

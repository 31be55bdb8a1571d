"""The history of changes, for administrators."""

from werkzeug.wrappers import Response

from wfsite.core.permissions import Permission
from wfsite.audit.blueprint import blueprint
from wfsite.web.access import requires
from wfsite.web.respond import page


@blueprint.get("/admin/history")
@requires(Permission.AUDIT_READ)
def event_list() -> Response:
    """stub"""
    return page("errors/error.html", title="stub", advice="stub")

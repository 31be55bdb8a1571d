"""Pages of surveys."""

from werkzeug.wrappers import Response

from wfsite.core.permissions import Permission
from wfsite.surveys.blueprint import blueprint
from wfsite.web.access import requires
from wfsite.web.respond import page


@blueprint.get("/surveys")
@requires(Permission.SURVEY_ANSWER)
def survey_list() -> Response:
    """stub"""
    return page("errors/error.html", title="stub", advice="stub")

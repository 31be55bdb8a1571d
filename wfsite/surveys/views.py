"""The list of surveys; the other pages of the room register themselves here."""

from werkzeug.wrappers import Response

from wfsite.core.permissions import Permission
from wfsite.surveys import queries
from wfsite.surveys.answering import views as answering_views
from wfsite.surveys.blueprint import blueprint
from wfsite.surveys.results import views as results_views
from wfsite.surveys.results import views_comments
from wfsite.web.access import acting, requires
from wfsite.web.params import now
from wfsite.web.respond import page

__all__ = ["answering_views", "blueprint", "results_views", "views_comments"]


@blueprint.get("/surveys")
@requires(Permission.SURVEY_ANSWER)
def survey_list() -> Response:
    """Surveys to answer, answered and counted; and for their lead, those to look after."""
    found = queries.survey_list(seen_by=acting(), at=now(), keys=results_views.ballot_keys())
    return page("surveys/survey_list.html", found=found)

"""The list of surveys; the other pages of the room register themselves here."""

from werkzeug.wrappers import Response

from wfsite.core.permissions import Permission
from wfsite.people.credentials import Renewed, renewed
from wfsite.surveys import queries
from wfsite.surveys.answering import views as answering_views
from wfsite.surveys.blueprint import blueprint, boxes
from wfsite.surveys.box.store import rebind
from wfsite.surveys.results import views as results_views
from wfsite.surveys.results import views_comments
from wfsite.web.access import acting, requires
from wfsite.web.params import now
from wfsite.web.respond import page


def _renew(change: Renewed) -> None:
    """Open boxes know somebody by their new password, where they knew them by the one before."""
    if (folder := boxes()) is not None:
        rebind(folder, change.person_id, before=change.before, after=change.after)


renewed.append(_renew)

__all__ = ["answering_views", "blueprint", "results_views", "views_comments"]


@blueprint.get("/surveys")
@requires(Permission.SURVEY_ANSWER)
def survey_list() -> Response:
    """Surveys to answer, answered and counted; and for their lead, those to look after."""
    found = queries.survey_list(seen_by=acting(), at=now(), boxes=boxes())
    return page("surveys/survey_list.html", found=found)

"""The list of surveys; the other pages of the room register themselves here."""

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.core.clock import london_date
from wfsite.core.permissions import Permission
from wfsite.people.credentials import Renewed, renewed
from wfsite.surveys import counted_queries, survey_queries
from wfsite.surveys.answering import views as answering_views
from wfsite.surveys.blueprint import blueprint, boxes
from wfsite.surveys.box.store import rebind
from wfsite.surveys.closing import views as closing_views
from wfsite.surveys.comments import views as comment_views
from wfsite.surveys.counted_queries import COUNTED_SORTS, CountedFilter
from wfsite.surveys.results import views as result_views
from wfsite.surveys.rules import Outcome
from wfsite.web.access import acting, requires
from wfsite.web.lists import Asked, list_file, list_page
from wfsite.web.params import choice_from, now
from wfsite.web.respond import is_htmx
from wfsite.web.waiting import waits


def _renew(change: Renewed) -> None:
    """Open boxes know somebody by their new password, where they knew them by the one before."""
    if (folder := boxes()) is not None:
        rebind(folder, change.person_id, before=change.before, after=change.after)


renewed.append(_renew)

__all__ = ["answering_views", "blueprint", "closing_views", "comment_views", "result_views"]


@blueprint.get("/surveys")
@requires(Permission.SURVEY_ANSWER)
def survey_list() -> Response:
    """Surveys to answer and answered; for their lead, those to look after; and all that are counted, as a list."""
    asked, wanted = _asked()
    found = counted_queries.counted_surveys(wanted, key=asked.key)
    return list_page(
        "surveys/survey_list.html",
        "surveys/_counted.html",
        asked=asked,
        found=found,
        counted=found.words("survey"),
        open_ones=None if is_htmx() else survey_queries.survey_list(seen_by=acting(), at=now(), boxes=boxes()),
        surveys_url=url_for("surveys.survey_list"),
    )


@blueprint.get("/surveys/export")
@waits
@requires(Permission.SURVEY_ANSWER)
def survey_export() -> Response:
    """The counted surveys of the same filters as a file."""
    asked, wanted = _asked()
    header = ("Survey", "Closed", "What came of it")
    return list_file(
        asked,
        "surveys",
        header,
        lambda most: [
            (survey.title, london_date(survey.ended_at), survey.result)
            for survey in counted_queries.counted_to_export(wanted, most=most)
        ],
        title="Surveys",
    )


def _asked() -> tuple[Asked, CountedFilter]:
    """What the address asks of the counted surveys: for the page, and for the query."""
    asked = Asked("surveys.survey_list", part="counted")
    words = asked.text("q", "Name of the survey")
    outcomes = [(outcome.value, outcome.label) for outcome in Outcome]
    outcome = asked.choice("outcome", "What came of it", outcomes, every="Anything")
    by = asked.order(*COUNTED_SORTS, usual="-closed")
    return asked, CountedFilter(words=words, outcome=choice_from(outcome, Outcome), sort=by)

"""Closing a survey and calling it off; what came of it is said afterwards."""

from flask import current_app, url_for
from werkzeug.wrappers import Response

from wfsite.core.errors import NotNow
from wfsite.core.permissions import Permission, Reach
from wfsite.surveys.blueprint import blueprint, boxes
from wfsite.surveys.closing import services
from wfsite.surveys.closing.counting import count_apart
from wfsite.surveys.results.queries import results_page
from wfsite.surveys.rules import Phase
from wfsite.surveys.survey_queries import survey_to_close
from wfsite.web.access import acting, requires
from wfsite.web.params import form_text, is_reading, now
from wfsite.web.respond import page, see
from wfsite.web.transaction import after_commit
from wfsite.web.waiting import waits_once_sent

_LONGEST_CODE = 100


@blueprint.route("/surveys/<id:survey_id>/close", methods=["GET", "POST"])
@waits_once_sent
@requires(Permission.SURVEY_MANAGE, Reach.ALL)
def survey_close(survey_id: int) -> Response:
    """Ask once, saying what will happen; take no more answers and count; then say what has happened."""
    if is_reading():
        return _close_page(survey_id)
    code = form_text("code")[:_LONGEST_CODE]
    try:
        services.survey_close(survey_id, at=now(), boxes=boxes())
    except NotNow as error:
        return _close_page(survey_id, problem=error.message, status=409)
    return _counted_then_seen(survey_id, code)


def _close_page(survey_id: int, *, problem: str = "", status: int = 200) -> Response:
    survey = survey_to_close(survey_id, seen_by=acting(), at=now(), boxes=boxes())
    if survey.phase is Phase.COUNTED:
        results = results_page(survey_id, with_comments=False)
        return page("surveys/closing/survey_ended.html", survey=survey, results=results)
    return page("surveys/closing/survey_close.html", status=status, survey=survey, problem=problem)


@blueprint.route("/surveys/<id:survey_id>/cancel", methods=["GET", "POST"])
@waits_once_sent
@requires(Permission.SURVEY_MANAGE, Reach.ALL)
def survey_cancel(survey_id: int) -> Response:
    """Ask once; then end the survey with its answers destroyed unread."""
    if is_reading():
        survey = survey_to_close(survey_id, seen_by=acting(), at=now(), boxes=boxes())
        if survey.phase in (Phase.COUNTED, Phase.OPENING):
            return see(url_for("surveys.survey_close", survey_id=survey_id))
        return page("surveys/closing/survey_cancel.html", survey=survey)
    try:
        services.survey_close(survey_id, at=now(), boxes=boxes(), cancel=True)
    except NotNow as error:
        return _close_page(survey_id, problem=error.message, status=409)
    if survey_to_close(survey_id, seen_by=acting(), at=now(), boxes=boxes()).phase is Phase.LOST:
        return see(url_for("surveys.survey_list"))
    return _counted_then_seen(survey_id, "")


def _counted_then_seen(survey_id: int, code: str) -> Response:
    """Count in another process once the closing is kept; `flask wfsite run-due` finishes what is cut short."""
    settings, at = current_app.extensions["settings"], now()
    after_commit(lambda: count_apart(survey_id, settings, at=at, code=code))
    return see(url_for("surveys.survey_close", survey_id=survey_id))

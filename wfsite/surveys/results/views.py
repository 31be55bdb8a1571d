"""Closing a survey, and its results as page, pictures, spreadsheets and released comments."""

from flask import current_app, url_for
from werkzeug.wrappers import Response

from wfsite.core.errors import Conflict, Missing
from wfsite.core.permissions import Permission, Reach
from wfsite.surveys.blueprint import blueprint, boxes
from wfsite.surveys.queries import Phase, survey_to_close
from wfsite.surveys.results import queries, services, sheets
from wfsite.surveys.results.charts import answer_bars, bars_size
from wfsite.surveys.results.counting import count_apart
from wfsite.web.access import acting, requires
from wfsite.web.downloads import spreadsheet
from wfsite.web.params import form_text, is_reading, now, query_page
from wfsite.web.pictures import picture
from wfsite.web.respond import page, see
from wfsite.web.transaction import after_commit
from wfsite.web.waiting import waits, waits_once_sent

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
    except Conflict as error:
        return _close_page(survey_id, problem=error.message, status=409)
    return _counted_then_seen(survey_id, code)


def _close_page(survey_id: int, *, problem: str = "", status: int = 200) -> Response:
    survey = survey_to_close(survey_id, seen_by=acting(), at=now(), boxes=boxes())
    if survey.phase is Phase.COUNTED:
        results = queries.results_page(survey_id, with_comments=False)
        return page("surveys/results/survey_ended.html", survey=survey, results=results)
    return page("surveys/results/survey_close.html", status=status, survey=survey, problem=problem)


@blueprint.route("/surveys/<id:survey_id>/cancel", methods=["GET", "POST"])
@waits_once_sent
@requires(Permission.SURVEY_MANAGE, Reach.ALL)
def survey_cancel(survey_id: int) -> Response:
    """Ask once; then end the survey with its answers destroyed unread."""
    if is_reading():
        survey = survey_to_close(survey_id, seen_by=acting(), at=now(), boxes=boxes())
        if survey.phase in (Phase.COUNTED, Phase.OPENING):
            return see(url_for("surveys.survey_close", survey_id=survey_id))
        return page("surveys/results/survey_cancel.html", survey=survey)
    try:
        services.survey_close(survey_id, at=now(), boxes=boxes(), cancel=True)
    except Conflict as error:
        return _close_page(survey_id, problem=error.message, status=409)
    if survey_to_close(survey_id, seen_by=acting(), at=now(), boxes=boxes()).phase is Phase.LOST:
        return see(url_for("surveys.survey_list"))
    return _counted_then_seen(survey_id, "")


def _counted_then_seen(survey_id: int, code: str) -> Response:
    """Count in another process once the closing is kept; `flask wfsite run-due` finishes what is cut short."""
    settings, at = current_app.extensions["settings"], now()
    after_commit(lambda: count_apart(survey_id, settings, at=at, code=code))
    return see(url_for("surveys.survey_close", survey_id=survey_id))


@blueprint.get("/surveys/<id:survey_id>/results")
@requires(Permission.RESULTS_READ, Reach.ALL)
def survey_results(survey_id: int) -> Response:
    """What the whole audience said."""
    results = queries.results_page(survey_id)
    sizes = {q.question_id: bars_size(tuple(line.label for line in q.lines)) for q in results.questions if q.lines}
    return page("surveys/results/survey_results.html", results=results, sizes=sizes)


@blueprint.get("/surveys/<id:survey_id>/results/<id:question_id>.svg")
@waits
@requires(Permission.RESULTS_READ, Reach.ALL)
def question_picture(survey_id: int, question_id: int) -> Response:
    """How the answers to one question spread; there is none of what may not be shown."""
    results = queries.results_page(survey_id, with_comments=False)
    for question in results.questions:
        if question.question_id == question_id and question.has_picture:
            return picture(answer_bars(question))
    raise Missing


@blueprint.get("/surveys/<id:survey_id>/results.<any(csv, xlsx):kind>")
@waits
@requires(Permission.RESULTS_READ, Reach.ALL)
def results_export(survey_id: int, kind: str) -> Response:
    """The released tables as a spreadsheet."""
    results = queries.results_page(survey_id, with_comments=False)
    rows = sheets.result_rows(results)
    return spreadsheet(
        f"survey-{survey_id}-results", kind, sheets.HEADER, rows, title="Results", notes=sheets.notes(results)
    )


@blueprint.get("/surveys/<id:survey_id>/results/<id:question_id>/comments")
@requires(Permission.RESULTS_READ, Reach.ALL)
def result_comments(survey_id: int, question_id: int) -> Response:
    """The released comments on one question."""
    found = queries.released_comments(survey_id, question_id, page=query_page())
    return page("surveys/results/result_comments.html", found=found)

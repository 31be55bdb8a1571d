"""The results of a survey as page, pictures and spreadsheets."""

from werkzeug.wrappers import Response

from wfsite.core.errors import Missing
from wfsite.core.permissions import Permission, Reach
from wfsite.questions.pictures import answer_bars, bars_size
from wfsite.questions.sheets import HEADER, figure_rows
from wfsite.surveys.blueprint import blueprint
from wfsite.surveys.results import queries
from wfsite.surveys.results.sheets import notes
from wfsite.web.access import requires
from wfsite.web.downloads import spreadsheet
from wfsite.web.pictures import picture
from wfsite.web.respond import page
from wfsite.web.waiting import waits


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
    rows = figure_rows(results.questions)
    return spreadsheet(f"survey-{survey_id}-results", kind, HEADER, rows, title="Results", notes=notes(results))

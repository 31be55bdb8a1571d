"""The page on which somebody answers a survey, and what follows."""

from collections.abc import Mapping, Sequence

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.core.errors import Busy, NotNow, RuleBroken
from wfsite.core.permissions import Permission
from wfsite.questions.question_rules import QuestionKind, was_written
from wfsite.surveys.answering import queries, services
from wfsite.surveys.answering.queries import SurveyHead
from wfsite.surveys.blueprint import blueprint, boxes
from wfsite.surveys.rules import Standing
from wfsite.web.access import acting, requires
from wfsite.web.params import form_names, form_texts, is_post, now
from wfsite.web.respond import page, see
from wfsite.web.transaction import let_go

Typed = Mapping[str, Sequence[str]]


@blueprint.route("/surveys/<id:survey_id>", methods=["GET", "POST"])
@requires(Permission.SURVEY_ANSWER)
def survey_answer(survey_id: int) -> Response:
    """The promise and the questions; or that the answers are here already, or that nobody can answer any more.

    Whether they are here is told only to the sign-in that the box knows.
    """
    if is_post():
        return _send(survey_id)
    survey = _head(survey_id)
    match survey.standing:
        case Standing.ANSWERED:
            return page("surveys/answering/survey_answered.html", survey=survey)
        case Standing.TO_ANSWER | Standing.NOT_TOLD:
            return _form(survey)
        case _:
            return _over(survey, None)


def _head(survey_id: int) -> SurveyHead:
    return queries.survey_head(survey_id, seen_by=acting(), at=now(), boxes=boxes())


def _form(
    survey: SurveyHead, *, status: int = 200, typed: Typed | None = None, problems: Mapping[str, str] | None = None
) -> Response:
    return page(
        "surveys/answering/survey_answer.html",
        status=status,
        survey=survey,
        is_told=survey.standing is not Standing.NOT_TOLD,
        questions=survey.questions,
        typed=typed or {},
        problems=problems or {},
    )


def _over(survey: SurveyHead, typed: Typed | None) -> Response:
    """The survey takes no answers: since when, or that it cannot; with what was written, where something was sent."""
    unsent = None if typed is None else _texts(survey, typed)
    is_over = survey.standing is Standing.ENDED
    template = "surveys/answering/survey_closed.html" if is_over else "surveys/answering/survey_unanswerable.html"
    return page(template, status=200 if typed is None else 409, survey=survey, unsent=unsent)


def _send(survey_id: int) -> Response:
    """Take the answers, once."""
    typed = {name: form_texts(name) for name in form_names()}
    by = acting()
    let_go()  # a vote needs nothing of the site's database, and holds nobody up there
    try:
        sent = services.answers_send(survey_id, typed, by=by, at=now(), boxes=boxes())
    except RuleBroken as error:
        return _form(_head(survey_id), status=422, typed=typed, problems=error.messages)
    except Busy:
        problem = {"send": "Your answers could not be stored just now. Send them again in a moment"}
        return _form(_head(survey_id), status=503, typed=typed, problems=problem)
    except NotNow:
        return _over(_head(survey_id), typed)
    if sent is services.Sent.ALREADY and (survey := _head(survey_id)).standing is Standing.ANSWERED:
        return page("surveys/answering/survey_answered.html", survey=survey)
    return see(url_for("surveys.survey_thanks", survey_id=survey_id))


def _texts(survey: SurveyHead, typed: Typed) -> list[tuple[str, str]]:
    """What somebody wrote in their own words, to copy from the page, with its question where that is still known."""
    asked = {question.name: question for question in survey.questions}
    if not asked:  # the questions are gone with the box
        return [("", text) for name, values in typed.items() for text in values if was_written(name, text)]
    return [
        (question.text, written)
        for name, question in asked.items()
        if question.kind is QuestionKind.TEXT and (written := "".join(typed.get(name, ())))
    ]


@blueprint.get("/surveys/<id:survey_id>/thanks")
@requires(Permission.SURVEY_ANSWER)
def survey_thanks(survey_id: int) -> Response:
    """Thank you, and what happens next; whoever has not answered is led to the questions."""
    survey = _head(survey_id)
    if survey.standing not in (Standing.ANSWERED, Standing.NOT_TOLD):
        return see(url_for("surveys.survey_answer", survey_id=survey_id))
    return page("surveys/answering/survey_thanks.html", survey=survey, is_told=survey.standing is Standing.ANSWERED)

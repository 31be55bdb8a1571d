"""The page on which somebody answers a survey, and what follows."""

from collections.abc import Mapping, Sequence

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.core.errors import Conflict, RuleBroken
from wfsite.core.permissions import Permission
from wfsite.surveys.answering import queries, services
from wfsite.surveys.answering.queries import Standing
from wfsite.surveys.blueprint import blueprint
from wfsite.surveys.rules import LONGEST_ANSWER, QuestionKind
from wfsite.web.access import acting, requires
from wfsite.web.params import form_names, form_texts, is_post, now
from wfsite.web.respond import page, see


@blueprint.route("/surveys/<id:survey_id>", methods=["GET", "POST"])
@requires(Permission.SURVEY_ANSWER)
def survey_answer(survey_id: int) -> Response:
    """The promise and the questions; or that the answers are here already, or that the survey has closed."""
    if is_post():
        return _send(survey_id)
    survey = queries.survey_head(survey_id, seen_by=acting(), at=now())
    match survey.standing:
        case Standing.ANSWERED:
            return page("surveys/survey_answered.html", survey=survey)
        case Standing.ENDED:
            return page("surveys/survey_closed.html", survey=survey, unsent=None)
        case Standing.TO_ANSWER:
            return _form(survey)


def _form(
    survey: queries.SurveyHead,
    *,
    status: int = 200,
    typed: Mapping[str, Sequence[str]] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Response:
    return page(
        "surveys/survey_answer.html",
        status=status,
        survey=survey,
        questions=queries.questions_of(survey.id),
        longest=LONGEST_ANSWER,
        typed=typed or {},
        problems=problems or {},
    )


def _send(survey_id: int) -> Response:
    """Take the answers, once."""
    typed = {name: form_texts(name) for name in form_names()}
    try:
        sent = services.answers_send(survey_id, typed, by=acting(), at=now())
    except RuleBroken as error:
        survey = queries.survey_head(survey_id, seen_by=acting(), at=now())
        return _form(survey, status=422, typed=typed, problems=error.messages)
    except Conflict:
        survey = queries.survey_head(survey_id, seen_by=acting(), at=now())
        return page("surveys/survey_closed.html", status=409, survey=survey, unsent=_texts(survey_id, typed))
    if sent is services.Sent.ALREADY:
        survey = queries.survey_head(survey_id, seen_by=acting(), at=now())
        return page("surveys/survey_answered.html", survey=survey)
    return see(url_for("surveys.survey_thanks", survey_id=survey_id))


def _texts(survey_id: int, typed: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """What somebody wrote in their own words, with its question, to copy from the page."""
    return [
        (question.text, written)
        for question in queries.questions_of(survey_id)
        if question.kind is QuestionKind.TEXT and (written := "".join(typed.get(question.name, ())))
    ]


@blueprint.get("/surveys/<id:survey_id>/thanks")
@requires(Permission.SURVEY_ANSWER)
def survey_thanks(survey_id: int) -> Response:
    """Thank you, and what happens next; whoever has not answered is led to the questions."""
    survey = queries.survey_head(survey_id, seen_by=acting(), at=now())
    if survey.standing is not Standing.ANSWERED:
        return see(url_for("surveys.survey_answer", survey_id=survey_id))
    return page("surveys/survey_thanks.html", survey=survey)

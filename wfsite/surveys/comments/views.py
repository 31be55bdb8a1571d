"""Comments: where the survey lead reads each one and decides whether others may, and those that are released."""

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.core.errors import Missing, Stale
from wfsite.core.permissions import Permission, Reach
from wfsite.surveys.blueprint import blueprint
from wfsite.surveys.comments import queries, services
from wfsite.surveys.rules import CommentState
from wfsite.web.access import acting, requires
from wfsite.web.params import form_choice, now, query_choice, query_page
from wfsite.web.respond import hx_event, is_htmx, page, see

_SAID = {CommentState.RELEASED: "Released", CommentState.WITHHELD: "Withheld"}


@blueprint.get("/surveys/<id:survey_id>/comments")
@requires(Permission.SURVEY_MANAGE, Reach.ALL)
def comment_list(survey_id: int) -> Response:
    """The comments of a counted survey in one state, those that wait by default."""
    state = query_choice("state", CommentState) or CommentState.WAITING
    found = queries.comment_list(survey_id, state=state, page=query_page())
    return page("surveys/comments/comment_list.html", found=found, conflict="")


@blueprint.post("/surveys/<id:survey_id>/comments/<id:question_id>/<key>")
@requires(Permission.SURVEY_MANAGE, Reach.ALL)
def comment_decide(survey_id: int, question_id: int, key: str) -> Response:
    """Release or withhold one comment."""
    raw = _key(key)
    decision, seen = form_choice("decision", CommentState), form_choice("seen", CommentState)
    conflict = ""
    try:
        services.comment_decide(survey_id, question_id, raw, decision, seen=seen, by=acting(), at=now())
    except Stale as error:
        conflict = error.message
    if not is_htmx() and not conflict:
        state = seen or CommentState.WAITING
        return see(url_for("surveys.comment_list", survey_id=survey_id, state=state.value, page=query_page()))
    row = queries.comment_row(survey_id, question_id, raw)
    template = "surveys/comments/_comment_decided.html" if is_htmx() else "surveys/comments/comment_conflict.html"
    response = page(
        template,
        status=409 if conflict else 200,
        row=row,
        survey_id=survey_id,
        counts=queries.comment_counts(survey_id),
        conflict=conflict,
    )
    said = conflict or _SAID[row.state]
    return hx_event(response, **{"said": said, "focus-on": row.id})


@blueprint.get("/surveys/<id:survey_id>/results/<id:question_id>/comments")
@requires(Permission.RESULTS_READ, Reach.ALL)
def result_comments(survey_id: int, question_id: int) -> Response:
    """The released comments on one question."""
    found = queries.released_comments(survey_id, question_id, page=query_page())
    return page("surveys/comments/result_comments.html", found=found)


def _key(text: str) -> bytes:
    """The random key that an address names; raises `Missing` for anything else."""
    if len(text) != 32 or not text.isascii():
        raise Missing
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Missing from None

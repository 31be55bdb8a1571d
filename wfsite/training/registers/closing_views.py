"""Closing a register, which asks about the unrecorded, and opening it again, which asks once."""

from collections.abc import Mapping

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.core.errors import Conflict, RuleBroken
from wfsite.core.permissions import Permission, Reach
from wfsite.training.blueprint import blueprint
from wfsite.training.bookings.rules import Mark
from wfsite.training.registers import closing_services as services_closing
from wfsite.training.registers import history_queries, queries
from wfsite.training.registers.forms import sent_answers
from wfsite.training.registers.rules import CLOSING_OPTIONS
from wfsite.training.registers.services import Change
from wfsite.training.registers.views import marks_of, refused, register_data, register_part, register_url
from wfsite.web.access import acting, requires
from wfsite.web.params import form_choice, form_text, form_version, now
from wfsite.web.respond import page, see

_LEAD = requires(Permission.REGISTER_COMPLETE, Reach.ALL)


@blueprint.get("/training/sessions/<id:session_id>/register/close")
@_LEAD
def register_close(session_id: int) -> Response:
    """Who has not been recorded yet?"""
    return _asked(session_id, answers={}, status=200)


def _asked(
    session_id: int,
    *,
    answers: Mapping[int, Change],
    status: int,
    messages: Mapping[str, str] | None = None,
    conflict: Conflict | None = None,
) -> Response:
    """The form with the answers given so far; where the register cannot be closed now, the register and why."""
    data = register_data(session_id)
    if not data["may_close"]:
        return refused(session_id, conflict) if conflict else see(register_url(session_id))
    data |= {
        "chosen": {place_id: change.mark for place_id, change in answers.items()},
        "messages": messages or {},
        "errors": bool(messages or conflict),
        "refused": conflict.message if conflict else "",
        "stale": marks_of(conflict),
    }
    return page("training/registers/register_close.html", status=status, closing_options=CLOSING_OPTIONS, **data)


@blueprint.post("/training/sessions/<id:session_id>/register/close")
@_LEAD
def register_closed(session_id: int) -> Response:
    """Close the register, or ask first about whoever is not recorded."""
    answers = sent_answers()
    rest = Mark.DID_NOT_ATTEND if form_choice("rest", Mark) is Mark.DID_NOT_ATTEND else None
    try:
        services_closing.register_close(
            session_id, version=form_version(), answers=answers, rest=rest, by=acting(), at=now()
        )
    except RuleBroken as error:
        if not form_text("asked"):
            return see(url_for("training.register_close", session_id=session_id))
        return _asked(session_id, answers=answers, messages=error.messages, status=422)
    except Conflict as conflict:
        if not form_text("asked"):
            return refused(session_id, conflict)
        return _asked(session_id, answers=answers, conflict=conflict, status=409)
    return register_part(session_id, said="The register is closed.", focus_on="register-state")


@blueprint.get("/training/sessions/<id:session_id>/register/reopen")
@_LEAD
def register_reopen(session_id: int) -> Response:
    """Ask once before a closed register is opened again."""
    head = queries.session_head(session_id)
    if not head.is_closed:
        return see(register_url(session_id))
    return page("training/registers/register_reopen.html", session=head, closures=history_queries.closures(session_id))


@blueprint.post("/training/sessions/<id:session_id>/register/reopen")
@_LEAD
def register_reopened(session_id: int) -> Response:
    """Open a closed register again."""
    try:
        services_closing.register_reopen(session_id, version=form_version(), by=acting(), at=now())
    except Conflict as conflict:
        return refused(session_id, conflict)
    return see(register_url(session_id))

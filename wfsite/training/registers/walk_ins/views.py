"""Adding somebody who came without a place: look them up, or add somebody new."""

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.core.errors import Conflict, Missing, RuleBroken
from wfsite.core.permissions import Permission, Reach
from wfsite.people.structure_queries import choices
from wfsite.training.blueprint import blueprint
from wfsite.training.registers.forms import NewWalkInForm, sent_act
from wfsite.training.registers.queries import session_head
from wfsite.training.registers.services import new_act
from wfsite.training.registers.views import refused, register_part, register_url, walk_in_sentence
from wfsite.training.registers.walk_ins import queries, services
from wfsite.training.registers.walk_ins.services import WalkIn
from wfsite.web.access import acting, requires
from wfsite.web.fields import add_errors
from wfsite.web.params import form_text, id_from, now, query_text
from wfsite.web.respond import is_htmx, page, page_or_part, see

_LEAD = requires(Permission.REGISTER_COMPLETE, Reach.ALL)
_SHORTEST = 2


@blueprint.get("/training/sessions/<id:session_id>/walk-ins")
@_LEAD
def walk_in_search(session_id: int) -> Response:
    """Look for whoever came, by name or email address."""
    words = query_text("q")
    head = session_head(session_id)
    found = queries.people_found(words, session_id=session_id) if len(words) >= _SHORTEST else ()
    return page_or_part(
        "training/registers/walk_ins/walk_in_search.html",
        "training/registers/walk_ins/_walk_in_found.html",
        session=head,
        words=words,
        too_short=0 < len(words) < _SHORTEST,
        found=found,
        act=new_act(),
        walk_ins_url=url_for("training.walk_in_search", session_id=session_id),
        in_place=is_htmx(),
    )


@blueprint.post("/training/sessions/<id:session_id>/walk-ins")
@_LEAD
def walk_in_add(session_id: int) -> Response:
    """Record that somebody of the directory came."""
    person_id = id_from(form_text("person"))
    if person_id is None:
        raise Missing
    try:
        added = services.walk_in_add(session_id, person_id, act=sent_act(), by=acting(), at=now())
    except Conflict as conflict:
        return refused(session_id, conflict)
    return _seen(session_id, added)


def _seen(session_id: int, added: WalkIn) -> Response:
    if is_htmx():
        said = walk_in_sentence(added.outcome, added.name, added.mark, session_id=session_id, place_id=added.place_id)
        return register_part(session_id, said=said, focus_on=f"on{added.place_id}")
    return see(register_url(session_id, **{"walk-in": added.outcome, "place": added.place_id}))


def _new_form() -> NewWalkInForm:
    form, offered = NewWalkInForm(), choices()
    form.agency.choices = [("", "Select an agency"), *offered.agencies]
    form.profession.choices = [("", "Not known"), *offered.professions]
    return form


@blueprint.route("/training/sessions/<id:session_id>/walk-ins/new", methods=["GET", "POST"])
@_LEAD
def walk_in_new(session_id: int) -> Response:
    """Add somebody who is in no list yet, without a sign-in."""
    head = session_head(session_id)
    form = _new_form()
    if form.is_submitted() and form.validate():
        try:
            return _seen(
                session_id,
                services.walk_in_new(
                    session_id,
                    name=form.name.data,
                    email=form.email.data,
                    agency_id=int(form.agency.data),
                    profession_id=id_from(form.profession.data),
                    act=sent_act(),
                    by=acting(),
                    at=now(),
                ),
            )
        except RuleBroken as error:
            add_errors(form, error)
        except Conflict as conflict:
            return refused(session_id, conflict)
    data = {
        "session": head,
        "form": form,
        "act": sent_act(),
        "url": url_for("training.walk_in_new", session_id=session_id),
    }
    return page("training/registers/walk_ins/walk_in_new.html", status=422 if form.is_submitted() else 200, **data)

"""The register: one mark, everybody at once, undo, the whole sheet, and each mark's history."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.core.errors import Conflict, Stale
from wfsite.core.permissions import Permission, Reach
from wfsite.core.words import count_of
from wfsite.training.blueprint import blueprint
from wfsite.training.bookings.rules import Mark
from wfsite.training.registers import history_queries, queries, services
from wfsite.training.registers.forms import changes_among, sent_act, sent_rows
from wfsite.training.registers.queries import LastAct, Register
from wfsite.training.registers.rules import OPTIONS, act_or_none
from wfsite.training.registers.services import StaleMark
from wfsite.training.registers.walk_ins.services import Outcome
from wfsite.web.access import acting, requires
from wfsite.web.params import form_choice, form_text, form_version, now, query_choice, query_id, query_text
from wfsite.web.respond import hx_event, hx_retarget, is_htmx, page, page_or_part, see

_LEAD = requires(Permission.REGISTER_COMPLETE, Reach.ALL)


def register_url(session_id: int, **query: Any) -> str:
    """The address of a session's register."""
    return url_for("training.register_page", session_id=session_id, **query)


def addresses(session_id: int) -> dict[str, Any]:
    """The addresses and choices that the register's rows and forms are written with."""
    url = register_url(session_id)
    return {
        "register_url": url,
        "undo_url": f"{url}/undo",
        "walk_ins_url": url_for("training.walk_in_search", session_id=session_id),
        "places": url_for("training.place_mark", place_id=1).removesuffix("1/mark"),
        "options": OPTIONS,
    }


def register_data(session_id: int) -> dict[str, Any]:
    """What the register's templates need."""
    found, at = queries.register(session_id, seen_by=acting()), now()
    return addresses(session_id) | {
        "register": found,
        "session": found.session,
        "opens_marks": found.session.takes_marks(at=at),
        "may_close": found.session.may_close(at=at),
        "act": services.new_act(),
        "refused": "",
        "told": "",
        "kept": (),
    }


def register_part(session_id: int, *, said: str, focus_on: str = "register-counts", undone: str = "") -> Response:
    """The whole register for htmx, with the sentence that is spoken; for others the way back to it.

    `undone` names an act that was taken back as far as it stood.
    """
    if not is_htmx():
        return see(register_url(session_id, **{"undone": undone} if undone else {}))
    response = page(
        "training/registers/_register.html", **register_data(session_id) | {"kept": _kept(session_id, undone)}
    )
    return hx_event(response, said=said, **{"focus-on": focus_on})


def marks_of(conflict: Conflict | None) -> Sequence[StaleMark]:
    """The marks that somebody set first, beside those that were sent; none where the register's state forbids any."""
    return conflict.theirs if isinstance(conflict, Stale) else ()


def refused(session_id: int, conflict: Conflict) -> Response:
    """The register as it stands, with why nothing was done (409)."""
    data = register_data(session_id) | {"refused": conflict.message, "stale": marks_of(conflict)}
    response = page_or_part(
        "training/registers/register_page.html", "training/registers/_register.html", status=409, **data
    )
    return hx_retarget(response, "#register") if is_htmx() else response


@blueprint.get("/training/sessions/<id:session_id>/register")
@_LEAD
def register_page(session_id: int) -> Response:
    """Who is expected, what is recorded of each, and what that adds up to."""
    data = register_data(session_id)
    kept = _kept(session_id, query_text("undone"))
    return page("training/registers/register_page.html", **data | {"told": _told(data["register"]), "kept": kept})


def _kept(session_id: int, undone: str) -> Sequence[StaleMark]:
    """What was changed since an act that was taken back, and so stays."""
    act = act_or_none(undone)
    return services.kept_marks(session_id, act=act, by=acting(), at=now()) if act else ()


def _told(register: Register) -> str:
    """What became of the walk-in that the address speaks of."""
    outcome, place_id = query_choice("walk-in", Outcome), query_id("place")
    row = next((row for row in register.rows if row.id == place_id), None)
    return (
        walk_in_sentence(outcome, row.name, row.mark, session_id=register.session.id, place_id=row.id)
        if outcome and row
        else ""
    )


def walk_in_sentence(outcome: Outcome, name: str, mark: Mark, *, session_id: int, place_id: int) -> str:
    """What became of adding somebody, in words."""
    match outcome:
        case Outcome.ADDED:
            return f"{name} was added as a walk-in."
        case Outcome.HAD_PLACE:
            return f"{name} already has a place, so they are marked attended there."
        case Outcome.ALREADY:
            return f"{name} is on the register already: {mark.label.lower()}."
        case Outcome.DIFFERS:
            made = history_queries.newest_marks(session_id).get(place_id)
            hand = services.hand_of(made, told_to=acting(), at=now())
            recorded = f"{hand.who} recorded them{hand.when} as" if hand else "They are recorded as"
            return (
                f"{name} already has a place. {recorded}: {mark.label.lower()}. Nothing was changed. "
                "If they came, change it in their row."
            )


@blueprint.post("/training/places/<id:place_id>/mark")
@_LEAD
def place_mark(place_id: int) -> Response:
    """Set one person's mark."""
    mark = form_choice("mark", Mark)
    try:
        done = services.place_mark(place_id, mark, version=form_version(), by=acting(), at=now())
    except Conflict as conflict:
        for found in marks_of(conflict):
            return _stale(found)
        return refused(queries.place_page(place_id).session_id, conflict)
    if not is_htmx():
        return see(register_url(done.session_id) + f"#p{place_id}")
    own = LastAct(key=done.act, people=1, mark=done.mark, name=done.name) if done.act else None
    last = own or queries.last_act(done.session_id, by=acting())
    response = page(
        "training/registers/_marked.html",
        row=done,
        counts=queries.register_counts(done.session_id),
        last_act=last,
        **addresses(done.session_id),
    )
    # Focus is site.js's to keep: it may have moved on to the next person before this answer came.
    return hx_event(response, said=f"{done.name}: {done.mark.label}. Saved.")


def _stale(found: StaleMark) -> Response:
    """Both versions of a mark (409); in place, with what the register adds up to since the other was set."""
    data = addresses(found.session_id) | {"stale": found, "session_id": found.session_id}
    if not is_htmx():
        return page("training/registers/place_mark.html", status=409, **data)
    counts, last = queries.register_counts(found.session_id), queries.last_act(found.session_id, by=acting())
    return page("training/registers/_stale_marked.html", status=409, counts=counts, last_act=last, **data)


@blueprint.get("/training/places/<id:place_id>/history")
@_LEAD
def place_history(place_id: int) -> Response:
    """Every mark of a place and every change of its standing: who, when, from what to what."""
    row = queries.place_page(place_id)
    return page_or_part(
        "training/registers/place_history.html",
        "training/registers/_place_history.html",
        row=row,
        session_id=row.session_id,
        history=history_queries.place_history(place_id),
    )


@blueprint.post("/training/sessions/<id:session_id>/register/everyone")
@_LEAD
def register_everyone(session_id: int) -> Response:
    """Everybody who is not recorded yet attended."""
    try:
        number = services.everyone_attended(session_id, act=sent_act(), by=acting(), at=now())
    except Conflict as conflict:
        return refused(session_id, conflict)
    said = f"{count_of(number, 'person', 'people')} marked attended. Now change the exceptions."
    said = said if number else "Everybody was recorded already."
    return register_part(session_id, said=said, focus_on="undo")


@blueprint.post("/training/sessions/<id:session_id>/register/undo")
@_LEAD
def register_undo(session_id: int) -> Response:
    """Take back the last act."""
    act = act_or_none(form_text("undone")) or ""
    try:
        number = services.register_undo(session_id, act=act, by=acting(), at=now())
    except Conflict as conflict:
        return refused(session_id, conflict)
    said = f"Undone: {count_of(number, 'mark')} put back." if number else "There was nothing left to undo."
    return register_part(session_id, said=said, undone=act)


@blueprint.get("/training/sessions/<id:session_id>/register/sheet")
@_LEAD
def register_sheet(session_id: int) -> Response:
    """The whole register as one form."""
    data = register_data(session_id)
    chosen = {row.id: row.mark for row in data["register"].rows}
    return page("training/registers/register_sheet.html", chosen=chosen, stale={}, errors=False, **data)


@blueprint.post("/training/sessions/<id:session_id>/register/sheet")
@_LEAD
def register_save(session_id: int) -> Response:
    """Save the whole register: only rows whose mark the person changed."""
    rows = sent_rows()
    rest = Mark.ATTENDED if form_choice("rest", Mark) is Mark.ATTENDED else None
    try:
        services.register_save(session_id, changes_among(rows), rest=rest, by=acting(), at=now())
    except Conflict as conflict:
        stale = {found.row.id: found for found in marks_of(conflict)}
        if not stale:
            return refused(session_id, conflict)
        data = register_data(session_id)
        typed = {i: chosen for i, (chosen, shown, _) in rows.items() if chosen is not shown}
        chosen = {row.id: typed.get(row.id, row.mark) for row in data["register"].rows}
        return page(
            "training/registers/register_sheet.html", status=409, chosen=chosen, stale=stale, errors=True, **data
        )
    return see(register_url(session_id))

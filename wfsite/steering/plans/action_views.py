"""Pages of one action: its record, its history, and the update that is written in the row."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.core.errors import OtherHand, RuleBroken, Stale
from wfsite.core.permissions import Permission
from wfsite.core.rag import Rag
from wfsite.steering.blueprint import blueprint
from wfsite.steering.plans import action_queries, services
from wfsite.steering.plans.action_queries import ActionPage
from wfsite.steering.plans.headline_queries import plan_headlines
from wfsite.steering.plans.row_rules import ActionRow
from wfsite.steering.plans.rules import year_label
from wfsite.web.access import acting, requires
from wfsite.web.edit_flow import Answers, Beside, Question, drawn_again, drawn_posted, packed, stale
from wfsite.web.params import (
    as_at,
    choice_from,
    day_asked,
    form_choice,
    form_text,
    form_version,
    now,
    query_flag,
    query_text,
    today,
)
from wfsite.web.respond import hx_event, is_htmx, page, page_or_part, see
from wfsite.web.transaction import let_go

_QUESTIONS = (
    Question("rag", "How is it going?", lambda texts: Rag(texts[0]).word if texts else ""),
    Question("note", "What has happened?"),
    Question("route_to_green", "How does it get back to Green?"),
)
# The note of the update before: the form's own box for a note begins empty.
_STOOD = "note-stood"


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form: as typed, or as it was before anything was; and what it was drawn with."""

    rag: Rag | None
    note: str
    route_to_green: str
    version: int
    drawn: str

    @property
    def answers(self) -> Answers:
        """What stands in each field."""
        return _answers(self.rag, self.note, self.route_to_green)


def _answers(rag: Rag | None, note: str, route_to_green: str) -> Answers:
    return {"rag": (rag.value,) if rag else (), "note": (note,), "route_to_green": (route_to_green,)}


def _theirs(row: ActionRow) -> Answers:
    """What a colleague's update says, as far as it is a change of theirs.

    A note that stood already when mine was drawn is none, nor that a status which needs no way back has none.
    """
    theirs = {**_answers(row.rag if row.updated_at else None, row.note, row.route_to_green), _STOOD: (row.note,)}
    if drawn_posted().get(_STOOD) == (row.note,):
        del theirs["note"]
    if not row.rag.needs_reason:
        del theirs["route_to_green"]
    return theirs


@blueprint.get("/steering/actions/<id:action_id>")
@requires(Permission.PLAN_READ)
def action_page(action_id: int) -> Response:
    """An action's record; for htmx its row, which closes whatever was open in it."""
    found = _found(action_id)
    if is_htmx():
        response = page("steering/plans/_action_row.html", **common(found), history=None)
        return hx_event(response, **{"focus-on": f"{_opener(found)}{action_id}"})
    return _record(found)


@blueprint.get("/steering/actions/<id:action_id>/history")
@requires(Permission.PLAN_READ)
def action_history(action_id: int) -> Response:
    """Who said what and when; opens in the row, or on the action's own page."""
    found = _found(action_id)
    if not is_htmx():
        return _record(found)
    response = page("steering/plans/_action_row.html", **common(found), history=_history(found))
    return hx_event(response, **{"focus-on": f"h{action_id}"})


def _opener(found: ActionPage) -> str:
    """The letter before the id of the link to which focus returns: the one that opened what is closed now."""
    asked = query_text("from", most=1)
    return asked if asked in ("d", "p") else "u" if found.row.may_update else "h"


def _found(action_id: int) -> ActionPage:
    when = as_at()
    return action_queries.action_page(action_id, seen_by=acting(), on=when.on, as_at=when.past_instant)


def _history(found: ActionPage) -> tuple[action_queries.HistoryEntry, ...]:
    return action_queries.action_history(found.row.id, as_at=as_at().past_instant)


def _record(found: ActionPage) -> Response:
    status = 422 if as_at().error else 200
    more = {"history": _history(found), "saved": query_flag("saved")}
    return page("steering/plans/action_page.html", status=status, **common(found), **more)


def common(found: ActionPage) -> dict[str, Any]:
    """What every page and row of an action shows."""
    when = day_asked()
    return {
        "row": found.row,
        "found": found,
        "year": year_label(found.year),
        "when": when,
        "suffix": when.suffix,
        "plan_url": url_for("steering.plan_page", year=found.year),
    }


@blueprint.get("/steering/actions/<id:action_id>/update")
@requires(Permission.PLAN_UPDATE)
def action_update(action_id: int) -> Response:
    """The form, in the row or on a page of its own."""
    found = action_queries.action_to_update(action_id, seen_by=acting(), on=today())
    row = found.row
    rag, route = row.rag if row.updated_at else None, row.route_to_green
    drawn = packed({**_answers(rag, "", route), _STOOD: (row.note,)})
    return _form(found, Typed(rag, "", route, row.version, drawn))


@blueprint.post("/steering/actions/<id:action_id>/update")
@requires(Permission.PLAN_UPDATE)
def action_update_save(action_id: int) -> Response:
    """Record the status; the row, its theme's counts and the summary change with it."""
    actor = acting()
    typed = Typed(
        form_choice("rag", Rag), form_text("note"), form_text("route_to_green"), form_version(), drawn_again()
    )
    try:
        saved = services.rag_update_add(
            action_id,
            rag=typed.rag,
            note=typed.note,
            route_to_green=typed.route_to_green,
            version=typed.version,
            by=actor,
            at=now(),
            on=today(),
        )
    except RuleBroken as error:
        found = action_queries.action_to_update(action_id, seen_by=actor, on=today())
        return _form(found, typed, status=422, messages=error.messages)
    except Stale as error:
        return _form_in_conflict(action_id, typed, error.theirs)
    if not is_htmx():
        return see(url_for("steering.plan_page", year=saved.year, saved=action_id) + f"#a{action_id}")
    said = f"{saved.row.reference} is now {saved.row.rag.word}"
    return saved_row(saved, said=said, focus_on=f"u{action_id}")


def saved_row(saved: ActionPage, *, said: str, focus_on: str) -> Response:
    """For htmx: the row after a change, with the counts of its theme and plan."""
    headlines = plan_headlines(on=today(), year=saved.year)
    response = page("steering/plans/_saved_row.html", **common(saved), headlines=headlines)
    return hx_event(response, said=said, **{"focus-on": focus_on})


def _form_in_conflict(action_id: int, typed: Typed, found: ActionPage | None) -> Response:
    """Both versions side by side, what I changed kept; saving again means "mine, knowing theirs"."""
    if found is None:
        let_go()  # theirs was being saved at this moment: read it afresh
        found = action_queries.action_to_update(action_id, seen_by=acting(), on=today())
    row = found.row
    hand = OtherHand.of(found.recorded_by, name=row.updated_by, changed_at=row.updated_at, told_to=acting(), at=now())
    beside = stale(_QUESTIONS, typed.answers, _theirs(row), said=hand.changed(row.reference), hand=hand)
    rag, (note,), (route,) = (beside.answers[question.name] for question in _QUESTIONS)
    typed = Typed(choice_from("".join(rag), Rag), note, route, row.version, beside.drawn)
    return _form(found, typed, status=409, beside=beside)


def _form(
    found: ActionPage,
    typed: Typed,
    *,
    status: int = 200,
    messages: dict[str, str] | None = None,
    beside: Beside | None = None,
) -> Response:
    return page_or_part(
        "steering/plans/action_update.html",
        "steering/plans/_update_row.html",
        status=status,
        **common(found),
        typed=typed,
        messages=messages or {},
        errors=bool(messages or beside),
        stale=beside,
    )

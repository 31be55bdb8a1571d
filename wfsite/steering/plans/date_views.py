"""Pages of an action's revised dates: the lead's proposal and the secretary's decision, in the row or on their own."""

from dataclasses import dataclass, replace
from datetime import date

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.core.errors import NotNow, OtherHand, RuleBroken, Stale
from wfsite.core.periods import TimescaleKind
from wfsite.core.permissions import Permission
from wfsite.steering.blueprint import blueprint
from wfsite.steering.plans import action_queries, date_services
from wfsite.steering.plans.action_queries import ActionPage
from wfsite.steering.plans.action_views import common, saved_row
from wfsite.steering.plans.date_rules import DateStep, TypedDate, checked_proposal
from wfsite.web.access import acting, requires
from wfsite.web.edit_flow import Beside, Question, stale
from wfsite.web.params import form_choice, form_text, form_version, now, today
from wfsite.web.respond import is_htmx, page_or_part, see

_QUESTIONS = (Question("date", "Revised date"), Question("reason", "Why does the date have to change?"))


@dataclass(frozen=True, slots=True)
class Decision:
    """What stands in the form of a decision."""

    step: DateStep | None = None
    reason: str = ""


@blueprint.get("/steering/actions/<id:action_id>/propose-date")
@requires(Permission.DATE_PROPOSE)
def date_propose(action_id: int) -> Response:
    """The form for a revised date, in the row or on a page of its own."""
    found = _to_date(action_id)
    first = found.in_force.starts_on
    return _form("date_propose", found, TypedDate(found.in_force.kind, _boxes(first) if first else ("", "")))


@blueprint.post("/steering/actions/<id:action_id>/propose-date")
@requires(Permission.DATE_PROPOSE)
def date_propose_save(action_id: int) -> Response:
    """Record the proposal, which then waits for the group's secretary."""
    typed, seen = _typed_date(), form_version("seen")
    try:
        saved = date_services.date_propose(action_id, typed, seen=seen, by=acting(), at=now(), on=today())
    except RuleBroken as error:
        return _form("date_propose", _to_date(action_id), typed, status=422, seen=seen, messages=error.messages)
    except NotNow as error:
        return _form("date_propose", _to_date(action_id), typed, status=409, conflict=error.message)
    except Stale as error:
        beside = _beside(error.theirs, typed)
        return _form("date_propose", error.theirs, typed, status=409, conflict=error.message, beside=beside)
    return _saved(saved)


def _beside(found: ActionPage, typed: TypedDate) -> Beside | None:
    """A colleague's proposal that waits beside mine; None where it is not a proposal that came first.

    A date and its reason are one thing, and always typed: nothing of theirs is taken over.
    """
    newest = found.newest
    if newest is None or not found.row.waits_for_decision:
        return None
    hand = OtherHand.of(newest.by_id, name=newest.by, changed_at=newest.at, told_to=acting(), at=now())
    mine = checked_proposal(typed, on=today())
    return stale(
        _QUESTIONS,
        {"date": (mine.timescale.text,), "reason": (mine.reason,)},
        {"date": (newest.timescale.text,), "reason": (newest.reason,)},
        said=newest.sentence,
        hand=hand,
    )


def _to_date(action_id: int) -> ActionPage:
    return action_queries.action_to_date(action_id, seen_by=acting(), on=today())


def _typed_date() -> TypedDate:
    return TypedDate(
        form_choice("kind", TimescaleKind),
        (form_text("first-month"), form_text("first-year")),
        (form_text("last-month"), form_text("last-year")),
        form_text("reason"),
    )


def _boxes(month: date) -> tuple[str, str]:
    return (str(month.month), str(month.year))


@blueprint.get("/steering/actions/<id:action_id>/decide-date")
@requires(Permission.DATE_AGREE)
def date_decide(action_id: int) -> Response:
    """The proposal that waits, to be agreed or declined."""
    return _form("date_decide", _to_decide(action_id), Decision())


@blueprint.post("/steering/actions/<id:action_id>/decide-date")
@requires(Permission.DATE_AGREE)
def date_decide_save(action_id: int) -> Response:
    """Record the decision; an agreed date is in force from then on."""
    typed, seen = Decision(form_choice("step", DateStep), form_text("reason")), form_version("seen")
    try:
        saved = date_services.date_decide(
            action_id, typed.step, reason=typed.reason, seen=seen, by=acting(), at=now(), on=today()
        )
    except RuleBroken as error:
        return _form("date_decide", _to_decide(action_id), typed, status=422, seen=seen, messages=error.messages)
    except (NotNow, Stale) as error:
        # Another date than the one that was decided on is to be decided anew; only the words are kept.
        typed = replace(typed, step=None)
        return _form("date_decide", _to_decide(action_id), typed, status=409, conflict=error.message)
    return _saved(saved)


def _to_decide(action_id: int) -> ActionPage:
    return action_queries.action_to_decide(action_id, seen_by=acting(), on=today())


def _form(
    name: str,
    found: ActionPage,
    typed: TypedDate | Decision,
    *,
    status: int = 200,
    seen: int | None = None,
    messages: dict[str, str] | None = None,
    conflict: str = "",
    beside: Beside | None = None,
) -> Response:
    """The form as it was typed; it carries the step that it was written against, after a conflict the newest."""
    return page_or_part(
        f"steering/plans/{name}.html",
        f"steering/plans/_{name}_row.html",
        status=status,
        **common(found),
        typed=typed,
        seen=found.row.date_step_id if seen is None else seen,
        messages=messages or {},
        errors=bool(messages or conflict),
        conflict=conflict,
        stale=beside,
    )


def _saved(saved: ActionPage) -> Response:
    """The row with the counts around it; without htmx the action's page, which says what was done."""
    row = saved.row
    if not is_htmx():
        return see(url_for("steering.action_page", action_id=row.id, saved=1))
    said = f"{row.reference}: {row.date_step_text} {row.date_step.value if row.date_step else ''}"
    return saved_row(saved, said=said, focus_on=f"h{row.id}")

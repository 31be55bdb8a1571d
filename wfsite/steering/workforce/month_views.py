"""The form with which the data steward gives or corrects one month."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.core.errors import Missing, RuleBroken, Stale
from wfsite.core.parsing import Unreadable, iso_date, plain_text
from wfsite.core.permissions import Permission
from wfsite.steering.blueprint import blueprint
from wfsite.steering.workforce import queries, services
from wfsite.steering.workforce.queries import Area
from wfsite.steering.workforce.row_sheets import figure_value
from wfsite.steering.workforce.rules import AGENCY_DIFFERENCE, DIFFERENCE, FIGURES, NOTE_LABELS, Counts, Month
from wfsite.web.access import acting, requires
from wfsite.web.edit_flow import Answers, Beside, Question, drawn_again, packed, stale
from wfsite.web.params import form_text, form_version, now, today
from wfsite.web.respond import page, see
from wfsite.web.transaction import let_go

_LONGEST_NOTE = 500
_NOTE_QUESTIONS = {key: f"Footnote on {label}" for key, label in NOTE_LABELS.items()} | {
    DIFFERENCE: "Why the numbers of permanent workers do not add up",
    AGENCY_DIFFERENCE: "Why the number of agency workers changed in other ways",
}
_LABELS = {figure.name: figure.label for figure in FIGURES} | {
    f"note-{key}": question for key, question in _NOTE_QUESTIONS.items()
}
_QUESTIONS = [Question(name, label, blank="Not supplied") for name, label in _LABELS.items()]


@dataclass(slots=True)
class Typed:
    """What stands in the form, as typed; what it was drawn with; and what is wrong with it by field."""

    values: dict[str, str]
    version: int
    drawn: str
    errors: dict[str, str] = field(default_factory=dict)


@blueprint.get("/steering/workforce/<id:team_id>/months/<month>")
@requires(Permission.WORKFORCE_IMPORT)
def month_edit(team_id: int, month: str) -> Response:
    """One month's figures as they are recorded, to be corrected; or empty, to be given."""
    area, first = queries.workforce_area(team_id), _month(month)
    known = queries.workforce_month(team_id, first, as_at=now())
    recorded = _recorded(known)
    return _form(area, first, known, Typed(recorded, _version(known), packed(_answers(recorded))))


@blueprint.post("/steering/workforce/<id:team_id>/months/<month>")
@requires(Permission.WORKFORCE_IMPORT)
def month_edit_save(team_id: int, month: str) -> Response:
    """Record a newer version of the month; sent twice, it is recorded once."""
    area, first = queries.workforce_area(team_id), _month(month)
    typed = Typed({name: form_text(name) for name in _LABELS}, form_version(), drawn_again())
    try:
        counts, notes = _read(typed)
        services.month_record(
            team_id,
            first,
            counts,
            notes,
            version=typed.version,
            by=acting().person_id,
            at=now(),
            on=today(),
        )
    except RuleBroken as error:
        typed.errors = error.messages
        return _form(area, first, queries.workforce_month(team_id, first, as_at=now()), typed, status=422)
    except Stale:
        let_go()
        return _form_in_conflict(area, first, typed)
    return see(url_for("steering.workforce_page", area=team_id, saved=f"{first:%Y-%m}"))


def _form_in_conflict(area: Area, month: date, typed: Typed) -> Response:
    """The figures on record beside those that I changed; saving again means "mine, knowing theirs"."""
    known = queries.workforce_month(area.id, month, as_at=now())
    version = _version(known)
    hand = queries.version_hand(version, told_to=acting(), at=now())
    beside = stale(
        _QUESTIONS, _answers(typed.values), _answers(_recorded(known)), said=hand.changed("this month"), hand=hand
    )
    values = {name: "".join(texts) for name, texts in beside.answers.items()}
    return _form(area, month, known, Typed(values, version, beside.drawn), status=409, beside=beside)


def _month(text: str) -> date:
    """The month in the address, "2021-02"; anything else is no page."""
    found = iso_date(f"{text}-01")
    if found is None:
        raise Missing
    return found


def _version(known: Month | None) -> int:
    return known.version.id if known and known.version else 0


def _recorded(known: Month | None) -> dict[str, str]:
    """A month as the form shows it."""
    counts, notes = (known.counts, known.notes) if known else (Counts(), {})
    figures = {figure.name: _plain(getattr(counts, figure.name)) for figure in FIGURES}
    return figures | {f"note-{key}": notes.get(key, "") for key in NOTE_LABELS}


def _answers(values: dict[str, str]) -> Answers:
    return {name: (text,) for name, text in values.items()}


def _plain(value: int | Decimal | None) -> str:
    return "" if value is None else f"{value:,}"


def _read(typed: Typed) -> tuple[Counts, dict[str, str]]:
    """The figures and footnotes; raises `RuleBroken` with a message by field."""
    figures: dict[str, Any] = {}
    notes: dict[str, str] = {}
    errors: dict[str, str] = {}
    for figure in FIGURES:
        try:
            figures[figure.name] = figure_value(typed.values[figure.name], figure)
        except Unreadable as error:
            errors[figure.name] = str(error)
    for key, label in NOTE_LABELS.items():
        name = f"note-{key}"
        try:
            if note := plain_text(typed.values[name], f"the footnote on {label.lower()}", most=_LONGEST_NOTE):
                notes[key] = note
        except Unreadable as error:
            errors[name] = str(error)
    if errors:
        raise RuleBroken(**errors)
    return Counts(**figures), notes


def _form(
    area: Area, month: date, known: Month | None, typed: Typed, *, status: int = 200, beside: Beside | None = None
) -> Response:
    return page(
        "steering/workforce/month_edit.html",
        status=status,
        area=area,
        month=month,
        known=known,
        figures=FIGURES,
        note_questions=_NOTE_QUESTIONS,
        typed=typed,
        stale=beside,
        problems=[(name, typed.errors[name]) for name in _LABELS if name in typed.errors],
        action=f"{url_for('steering.workforce_page')}/{area.id}/months/{month:%Y-%m}",
        back=url_for("steering.workforce_page", area=area.id),
    )

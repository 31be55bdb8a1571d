"""What the pages of a register send: marks by row, versions, and a new person."""

from collections.abc import Mapping

from flask_wtf import FlaskForm

from wfsite.training.bookings.rules import Mark
from wfsite.training.registers.rules import act_or_none
from wfsite.training.registers.services import Change, new_act
from wfsite.web.fields import ChoiceField, EmailField, TextField
from wfsite.web.params import choice_from, form_names, form_text, id_from

_MOST_ROWS = 500


def sent_act() -> str:
    """The key of the form that was sent, or a fresh one when it carries none."""
    return act_or_none(form_text("act")) or new_act()


def sent_rows() -> dict[int, tuple[Mark, Mark, int]]:
    """Each row of a whole-register form: place id → (mark chosen, mark shown, version shown).

    A row without a choice, or with an unreadable one, counts as left as it was.
    """
    found: dict[int, tuple[Mark, Mark, int]] = {}
    for name in list(form_names())[: _MOST_ROWS * 2 + 20]:
        place_id = id_from(name.removeprefix("base-")) if name.startswith("base-") else None
        if place_id is None:
            continue
        version, _, word = form_text(name).partition(":")
        shown = choice_from(word, Mark) or Mark.UNRECORDED
        chosen = choice_from(form_text(f"mark-{place_id}"), Mark) or shown
        found[place_id] = (chosen, shown, id_from(version) or 0)
    return found


def changes_among(rows: Mapping[int, tuple[Mark, Mark, int]]) -> dict[int, Change]:
    """The rows whose mark the person changed; only these are written."""
    return {i: Change(chosen, version) for i, (chosen, shown, version) in rows.items() if chosen is not shown}


def sent_answers() -> dict[int, Change]:
    """The answers to "Who has not been recorded yet?": every row with a choice, "not known" included."""
    rows = sent_rows()
    return {
        i: Change(chosen, version)
        for i, (chosen, _, version) in rows.items()
        if choice_from(form_text(f"mark-{i}"), Mark) is not None
    }


class NewWalkInForm(FlaskForm):
    """Somebody who came and is not in the directory."""

    name = TextField("Full name", noun="their name", most=120)
    email = EmailField("Work email address")
    agency = ChoiceField("Agency", missing="Select their agency", select=True)
    profession = ChoiceField(
        "Profession or role", missing="Select their profession, or Not known", select=True, required=False
    )

"""Forms of a document: its words, the decision on it, the reason of a correction or a withdrawal."""

from typing import Any

from flask_wtf import FlaskForm

from wfsite.issued.content_rules import Section, Words
from wfsite.web.fields import ChoiceField, TextField

APPROVE, SEND_BACK = "approve", "send-back"
_MOST_SUMMARY, _MOST_COMMENT, _MOST_REASON = 8_000, 4_000, 1_000
_COMMENT = "comment-"


def words_form(sections: tuple[Section, ...], data: dict[str, Any]) -> FlaskForm:
    """The author's words, with a box for each section, holding what was sent, or else `data`."""
    # Made first, for a form shows its boxes in the order in which they were made.
    summary = TextField("Summary", noun="the summary", most=_MOST_SUMMARY, required=False, lines=True)
    boxes = {
        f"{_COMMENT}{one.key}": TextField(
            f"Comment on “{one.heading}” (optional)", noun="the comment", most=_MOST_COMMENT, required=False, lines=True
        )
        for one in sections
    }
    made = type("WordsForm", (FlaskForm,), {"summary": summary, **boxes})
    form: FlaskForm = made(data=data)
    return form


def recorded_words(words: Words, sections: tuple[Section, ...]) -> dict[str, Any]:
    """What is on record, as the form holds it."""
    return {"summary": words.summary, **{f"{_COMMENT}{one.key}": words.on(one.key) for one in sections}}


def words_of(form: FlaskForm) -> Words:
    """What was entered; only for a form that is valid."""
    comments = {field.name.removeprefix(_COMMENT): field.data for field in form if field.name.startswith(_COMMENT)}
    return Words(form["summary"].data, comments)


class StartForm(FlaskForm):
    """What a new report is about."""

    subject = ChoiceField("What is it about?", missing="Choose what the report is about")


class DecisionForm(FlaskForm):
    """Whether a draft is approved."""

    decision = ChoiceField(
        "Your decision",
        missing="Choose whether to approve it or to send it back",
        choices=[(APPROVE, "Approve it as it stands here"), (SEND_BACK, "Send it back to its author")],
    )
    reason = TextField(
        "What has to change, if you send it back", noun="the reason", most=_MOST_REASON, required=False, lines=True
    )


class CorrectForm(FlaskForm):
    """Why a new edition is needed."""

    reason = TextField("What is corrected, and why?", noun="the reason", most=_MOST_REASON, required=False, lines=True)


class WithdrawForm(FlaskForm):
    """Why something no longer holds."""

    reason = TextField("Why is it withdrawn?", noun="the reason", most=_MOST_REASON, required=False, lines=True)

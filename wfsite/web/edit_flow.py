"""Two people at one form: "mine" is what I changed; what I left as it was is theirs.

Every form that has a version carries, in one hidden field, what its fields held when it was drawn. Nobody trusts it:
it decides only what the fields hold on the page that says that somebody else was first (409). What of it cannot be
read counts as changed by whoever sent the form.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Form

from wfsite.core.errors import KEEPS, OtherHand
from wfsite.web.fields import AnswerField
from wfsite.web.params import form_text, is_post

FIELD = "drawn"
# Carried by a form that shows theirs beside mine, so that it stays one when it comes back for correction.
KNOWS = "knows"
_LARGEST = 100_000

# Of a question: its text, the boxes of its date, or what is ticked.
Texts = tuple[str, ...]
# What a form holds, by question.
Answers = Mapping[str, Texts]


@dataclass(frozen=True, slots=True)
class Question:
    """Something that a form asks: its name and label, and how an answer reads in words."""

    name: str
    label: str
    words: Callable[[Texts], str] = " ".join
    blank: str = "Nothing"

    def said(self, texts: Texts) -> str:
        """An answer in words."""
        return self.words(texts).strip() or self.blank


@dataclass(frozen=True, slots=True)
class Difference:
    """What two people answered differently, in words; `mine` is None where I changed nothing, and theirs stands."""

    label: str
    theirs: str
    mine: str | None


@dataclass(frozen=True, slots=True)
class Beside:
    """Somebody was first. `said` is who and when, without a full stop; the form now holds `answers`."""

    said: str
    hand: OtherHand
    differences: tuple[Difference, ...]
    answers: Answers
    drawn: str

    @property
    def both(self) -> tuple[Difference, ...]:
        """Where mine stands in the form, beside theirs."""
        return tuple(one for one in self.differences if one.mine is not None)

    @property
    def taken_over(self) -> tuple[Difference, ...]:
        """What they changed and I did not: theirs stands in the form."""
        return tuple(one for one in self.differences if one.mine is None)


def drawn_posted() -> Answers:
    """What the posted form held when it was drawn, as far as it can be read."""
    raw = form_text(FIELD)
    try:
        found = json.loads(raw) if len(raw) <= _LARGEST else None
    except (ValueError, RecursionError):
        return {}
    held = found.items() if isinstance(found, dict) else ()
    return {name: tuple(texts) for name, texts in held if _are_texts(texts)}


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def keep_words(stale: Beside | None) -> str:
    """How a form that knows of another's change words letting it stand; "" for one that does not."""
    if stale is not None:
        return stale.hand.keep
    return next((word for word in KEEPS if word == form_text(KNOWS)), "") if is_post() else ""


def drawn_again() -> str:
    """The hidden field of a form that comes back for correction: it was drawn with what it was drawn with before."""
    return packed(drawn_posted())


def packed(answers: Answers) -> str:
    """The hidden field of a form that is drawn with these answers."""
    return json.dumps(dict(answers), separators=(",", ":"))  # ASCII: half a character of somebody's making stays JSON


def merged(typed: Answers, drawn: Answers, theirs: Answers) -> Answers:
    """Of each question what was typed, where that is not what was drawn; else theirs."""
    return {name: theirs.get(name, texts) if _same(texts, drawn.get(name)) else texts for name, texts in typed.items()}


def differences(
    questions: Iterable[Question], typed: Answers, drawn: Answers, theirs: Answers
) -> tuple[Difference, ...]:
    """Where mine and theirs differ, in the order of the form."""
    found = []
    for question in questions:
        mine, now = typed[question.name], theirs.get(question.name)
        if now is not None and not _same(mine, now):
            is_mine = not _same(mine, drawn.get(question.name))
            found.append(Difference(question.label, question.said(now), question.said(mine) if is_mine else None))
    return tuple(found)


def _same(one: Texts, other: Texts | None) -> bool:
    """Whether two answers say the same, whatever ends their lines and stands around them."""
    return other is not None and [*map(_bare, one)] == [*map(_bare, other)]


def _bare(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def stale(questions: Iterable[Question], typed: Answers, theirs: Answers, *, said: str, hand: OtherHand) -> Beside:
    """What the page of a conflict shows; sending its form again means "mine, knowing theirs".

    A question that is not among `theirs` was not changed by them.
    """
    drawn = drawn_posted()
    seen = {name: drawn[name] for name in typed if name in drawn} | {**theirs}
    return Beside(said, hand, differences(questions, typed, drawn, theirs), merged(typed, drawn, theirs), packed(seen))


def held(form: Form) -> Answers:
    """What the fields of a form hold; passwords and files are no part of it."""
    return {field.name: field.texts for field in _answerable(form)}


def stale_form(form: Form, recorded: Mapping[str, Any], *, said: str, hand: OtherHand) -> Beside:
    """As `stale`, for a form that was sent, which then holds the answers; `recorded` is what it begins with now."""
    questions = [Question(field.name, field.label.text, field.in_words) for field in _answerable(form)]
    typed = held(form)
    form.process(None, data=recorded)
    found = stale(questions, typed, held(form), said=said, hand=hand)
    form.process(MultiDict(pair for field in _answerable(form) for pair in field.sent(found.answers[field.name])))
    return found


def _answerable(form: Form) -> list[AnswerField]:
    return [field for field in form if isinstance(field, AnswerField)]

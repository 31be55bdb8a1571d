"""From what a form sent to answers, whether answers fit the questions, and how much room they take. Pure."""

from collections.abc import Mapping, Sequence

from wfsite.core.errors import RuleBroken
from wfsite.core.parsing import Unreadable, plain_text
from wfsite.questions.question_rules import DECLINE, LONGEST_ANSWER, SCALE_TOP, Asked, QuestionKind

# By question id: an index, several indexes, or a text. A question that was left out has no entry.
Answer = int | list[int] | str
Answers = dict[int, Answer]


def read_answers(questions: Sequence[Asked], sent: Mapping[str, Sequence[str]]) -> Answers:
    """The answers in a form, by question id; raises `RuleBroken` with a sentence for each question at fault."""
    answers: Answers = {}
    problems: dict[str, str] = {}
    for question in questions:
        try:
            answer = _read(question, sent.get(question.name, ()))
        except Unreadable as error:
            problems[question.name] = str(error)
        else:
            if answer not in ("", []):
                answers[question.id] = answer
    if problems:
        raise RuleBroken(**problems)
    return answers


def _read(question: Asked, values: Sequence[str]) -> Answer:
    if question.kind is QuestionKind.TEXT:
        name = f"your answer to “{question.text}”"
        raw = values[0] if values else ""
        return plain_text(raw, name, most=LONGEST_ANSWER, required=question.required, lines=True)
    several = question.kind is QuestionKind.SEVERAL
    # A value that is no choice of this question reads the same as none, and two where one is asked too.
    known = all(value in question.index_of or value == question.decline for value in values)
    if not known or (len(values) > 1 and not several) or (question.required and not values):
        raise Unreadable(_what_to_select(question))
    if len(set(values)) > 1 and (alone := question.alone.intersection(values)):
        raise Unreadable(_goes_alone(question, alone))
    indexes = sorted({question.index_of[value] for value in values if value != question.decline})
    return indexes if several else indexes[0] if indexes else ""


def _goes_alone(question: Asked, alone: frozenset[str]) -> str:
    labels = dict(question.choices) | {question.decline: DECLINE}
    chosen = labels[min(alone, key=lambda value: question.index_of.get(value, len(question.labels)))]
    return f"For “{question.text}” choose “{chosen}” or the other answers, not both"


def _what_to_select(question: Asked) -> str:
    match question.kind:
        case QuestionKind.AGREEMENT:
            return f"Select how far you agree with “{question.text}”"
        case QuestionKind.SCALE:
            return f"Select a number between 0 and {SCALE_TOP} for “{question.text}”"
        case QuestionKind.SEVERAL:
            return f"Select at least one answer to “{question.text}”"
        case _:
            return f"Select an answer to “{question.text}”"


def answers_or_none(questions: Sequence[Asked], content: object) -> Answers | None:
    """What was stored as JSON, by question id as text, if it fits the frozen questions to the letter, else None."""
    if not isinstance(content, dict):
        return None
    by_key = {str(question.id): question for question in questions}
    if not content.keys() <= by_key.keys():
        return None
    if not all(_fits(by_key[key], answer) for key, answer in content.items()):
        return None
    return {int(key): answer for key, answer in content.items()}


def _fits(question: Asked, answer: object) -> bool:
    if question.kind is QuestionKind.TEXT:
        return isinstance(answer, str) and 0 < len(answer) <= LONGEST_ANSWER
    if question.kind is QuestionKind.SEVERAL:
        return (
            isinstance(answer, list)
            and bool(answer)
            and all(_is_index(question, index) for index in answer)
            and len(set(answer)) == len(answer)
            and (len(answer) == 1 or not set(answer).intersection(question.exclusive))
        )
    return _is_index(question, answer)


def _is_index(question: Asked, answer: object) -> bool:
    return type(answer) is int and 0 <= answer < len(question.labels)


# A character takes four bytes of UTF-8 at most; what JSON escapes takes fewer.
_WIDEST = 4


def most_bytes(questions: Sequence[Asked]) -> int:
    """The bytes that the longest answers to all questions can take as JSON; none has more than 1,000 choices."""
    return 2 + sum(len(str(question.id)) + 6 + _most_bytes(question) for question in questions)


def _most_bytes(question: Asked) -> int:
    if question.kind is QuestionKind.TEXT:
        return LONGEST_ANSWER * _WIDEST
    return 2 + 4 * len(question.labels) if question.kind is QuestionKind.SEVERAL else 3

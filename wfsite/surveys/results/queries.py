"""Reads of released results; the cost is the same however many people answered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from wfsite.core.figures import Rate
from wfsite.db.reading import Read
from wfsite.extensions import db
from wfsite.questions.figure_rules import Shown, shown
from wfsite.questions.question_rules import QuestionKind
from wfsite.surveys.box.rules import Manifest, manifest_read
from wfsite.surveys.comments.queries import ON_RESULTS, first_released
from wfsite.surveys.models import QuestionResult, Survey, Tally
from wfsite.surveys.results.rules import why_not_shown
from wfsite.surveys.rules import Outcome, SurveyState


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A counted survey: its response, and each question's figures as they may be shown."""

    id: int
    title: str
    purpose: str
    audience: str
    threshold: int
    closed_at: datetime
    outcome: Outcome
    response: str
    counting: str
    some_changed: bool
    questions: tuple[Shown, ...]
    # The first released comments of each question that has any.
    comments: dict[int, tuple[str, ...]]
    # Questions with more released comments than that.
    more_comments: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Told:
    """How a survey's one count ended."""

    closed_at: datetime
    outcome: Outcome
    manifest: str
    invited: int
    answered: int | None
    counted: int | None
    some_changed: bool
    spoiled: int


_READ_TOLD = Read(
    _Told,
    select(
        Survey.closed_at,
        Tally.outcome,
        Tally.manifest,
        Tally.invited,
        Tally.answered,
        Tally.counted,
        Tally.some_changed,
        Tally.spoiled,
    )
    .join(Tally, Tally.survey_id == Survey.id)
    .where(Survey.id == bindparam("survey_id"), Survey.state == SurveyState.CLOSED),
)
_TABLES = select(QuestionResult.question_id, QuestionResult.table).where(
    QuestionResult.question_id.in_(bindparam("questions", expanding=True))
)


def results_page(survey_id: int, *, with_comments: bool = True) -> Results:
    """The released results of a survey, with its questions as they were frozen; raises `Missing` until counted."""
    told = _READ_TOLD.one({"survey_id": survey_id})
    frozen = manifest_read(told.manifest)
    questions = _questions(frozen, told.some_changed) if told.outcome is Outcome.RELEASED else ()
    texts = [q.question_id for q in questions if q.kind is QuestionKind.TEXT and q.answered]
    found = first_released(texts) if with_comments and texts else {}
    return Results(
        id=survey_id,
        title=frozen.title,
        purpose=frozen.purpose,
        audience=frozen.audience,
        threshold=frozen.threshold,
        closed_at=told.closed_at,
        outcome=told.outcome,
        response=_response(told, frozen.threshold),
        counting=_counting(told, frozen.threshold),
        some_changed=told.some_changed,
        questions=questions,
        comments={question: comments[:ON_RESULTS] for question, comments in found.items()},
        more_comments=frozenset(question for question, comments in found.items() if len(comments) > ON_RESULTS),
    )


def _questions(frozen: Manifest, some_changed: bool) -> tuple[Shown, ...]:
    ids = [question.id for question in frozen.questions]
    tables = {row.question_id: row.table for row in db.session.execute(_TABLES, {"questions": ids})}
    words = why_not_shown(frozen.threshold, some_changed=some_changed)
    return tuple(shown(question, tables.get(question.id), not_shown=words) for question in frozen.questions)


def _response(told: _Told, threshold: int) -> str:
    """How many of those invited answered, in a sentence that never speaks of too few."""
    if told.answered is None:
        as_opened = " with the sign-in that they had when it opened" if told.some_changed else ""
        return f"Fewer than {threshold} of the {told.invited:,} people invited answered{as_opened}."
    rate = Rate(told.answered, told.invited)
    return f"{rate.text} of the people invited answered ({rate.basis})."


def _counting(told: _Told, threshold: int) -> str:
    """What a reader should know about the count; "" when there is nothing to know."""
    if told.outcome is not Outcome.RELEASED:
        return ""
    if told.counted is None:
        return f"Fewer than {threshold} of the answers could be counted, so nothing else is shown."
    # Only the first release counted a survey whose ballots differed from those who had answered, or could not be read.
    ballots = told.spoiled + told.counted
    if ballots != told.answered:
        return (
            f"{ballots:,} ballots were found for {told.answered:,} people who answered. Treat these results with care "
            "until the difference is explained."
        )
    if told.spoiled:
        return f"{told.spoiled:,} of {ballots:,} ballots could not be read and are not counted."
    if told.some_changed:
        return (
            "Some answers came from people whose password was changed for them, or set for the first time, while the "
            "survey was open. They are counted, and no figure rests on them alone."
        )
    return ""

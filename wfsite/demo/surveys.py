"""The surveys of the demo council: a pulse survey that is open, and last autumn's health check with its results.

Both are opened, answered and counted by the real services. What people say is the same every time; seats, keys
and ciphertext are random, as they must be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from flask import current_app
from sqlalchemy import select

from wfsite.config import Settings
from wfsite.core.actor import Actor
from wfsite.core.clock import at_london, london_date
from wfsite.demo.people import ACCOUNTS, People
from wfsite.demo.rows import add_rows
from wfsite.extensions import db
from wfsite.people.credentials import credentials_of
from wfsite.questions.question_rules import AGREEMENT, Asked, QuestionKind
from wfsite.surveys.answering.services import answers_send, survey_open, survey_start
from wfsite.surveys.box.store import look
from wfsite.surveys.closing.tally import tally
from wfsite.surveys.comments.services import comment_decide
from wfsite.surveys.models import Comment, Question, Survey
from wfsite.surveys.rules import CommentState, SurveyMode

_INVITED_ACCOUNTS = ("staff", "manager", "training", "data", "survey", "secretary", "chair")
_A, _S, _ONE, _MANY, _TEXT = (
    QuestionKind.AGREEMENT,
    QuestionKind.SCALE,
    QuestionKind.ONE,
    QuestionKind.SEVERAL,
    QuestionKind.TEXT,
)

_NOTHING = "Nothing stands in my way"

# kind, text, hint, required, options, how the answers lean (weights by choice, or the share who write something)
_PULSE: tuple[tuple[QuestionKind, str, str, bool, tuple[str, ...], tuple[float, ...]], ...] = (
    (_A, "I have the skills and knowledge that my role needs today", "", True, (), (22, 45, 17, 12, 4)),
    (_A, "I know which skills I would need for my next role", "", True, (), (10, 34, 24, 24, 8)),
    (_A, "My manager and I talk about my development at least every three months", "", True, (), (18, 36, 16, 20, 10)),
    (_A, "I get time away from my cases to learn", "", True, (), (4, 18, 20, 36, 22)),
    (_A, "I can see a way to progress my career here", "", True, (), (9, 28, 27, 24, 12)),
    (
        _S,
        "How likely are you to recommend working here to a friend?",
        "",
        True,
        ("not at all likely", "extremely likely"),
        (2, 2, 4, 5, 6, 12, 14, 20, 19, 10, 6),
    ),
    (
        _ONE,
        "What would help you most to close a gap in your skills?",
        "",
        True,
        (
            "A training course",
            "Shadowing a colleague",
            "Coaching or mentoring",
            "Protected time to study",
            "Supervision that looks at practice",
        ),
        (18, 16, 22, 30, 14),
    ),
    (
        _MANY,
        "What stands in the way of your progressing?",
        "Select all that apply.",
        True,
        (
            "Workload",
            "No senior roles come up",
            "The cost of a qualification",
            "I do not know what is expected",
            "Caring for somebody at home",
            _NOTHING,
        ),
        (58, 33, 21, 27, 14, 9),
    ),
    (_TEXT, "Which gap in skills or knowledge matters most in your team?", "Leave out names.", False, (), (0.34,)),
    (_TEXT, "Which one change would help you to progress?", "Leave out names.", False, (), (0.3,)),
)
_HEALTH_CHECK: tuple[tuple[QuestionKind, str, str, bool, tuple[str, ...], tuple[float, ...]], ...] = (
    (_A, "My caseload lets me do good work with children and families", "", True, (), (6, 24, 18, 34, 18)),
    (_A, "I have supervision every month", "", True, (), (34, 38, 9, 14, 5)),
    (_A, "I feel safe when I visit families", "", True, (), (16, 44, 20, 15, 5)),
    (_A, "I have the equipment to work from anywhere", "", True, (), (28, 46, 11, 11, 4)),
    (
        _A,
        "As a practice educator, I get the time that my students need",
        "Only if you supervise students.",
        False,
        (),
        (1, 3, 2, 2, 1),
    ),
    (
        _S,
        "How well is your work and the rest of your life in balance?",
        "",
        True,
        ("not at all", "completely"),
        (3, 4, 7, 10, 12, 17, 16, 14, 10, 5, 2),
    ),
    (
        _ONE,
        "Where do you expect to work in two years?",
        "",
        True,
        (
            "In the same role here",
            "In another role here",
            "In another council",
            "Through an agency",
            "Outside social care",
        ),
        (38, 27, 14, 7, 14),
    ),
    (
        _MANY,
        "What would make you stay?",
        "Select all that apply.",
        True,
        ("Fewer cases", "Pay", "A step up in my career", "Flexible hours", "A stable team", "A better office"),
        (54, 46, 29, 33, 41, 12),
    ),
    (_TEXT, "What works well in your team?", "", False, (), (0.28,)),
    (_TEXT, "What should the council change first?", "", False, (), (0.04,)),
)
_GAPS = (
    "Writing chronologies that a court can use.",
    "Working with fathers. We plan visits around mothers and then wonder why nobody else is in the assessment.",
    "Direct work with teenagers who do not want to talk.",
    "Neglect that builds up slowly. We see the incidents and miss the pattern.",
    "Reading financial statements when we suspect exploitation.",
    "Confidence in challenging other agencies at conferences.",
    "Autism and how it shows in girls.",
    "We have nobody trained in therapeutic life story work.",
    "Domestic abuse: everybody did the basic day, nobody the advanced course.",
    "Online harm moves faster than our training.",
    "Recording. Newer colleagues spend evenings on it because nobody showed them a short way.",
    "Working with interpreters.",
    "Contextual safeguarding, and whom to ring about a place and not a person.",
    "Permanence planning from the first month.",
    "Parental mental health and what a plan can ask of a parent who is unwell.",
    "Giving evidence in court.",
)
_CHANGES = (
    "A half day each fortnight that cannot be booked over.",
    "Say openly how senior posts are filled.",
    "Let us act up for three months before we apply.",
    "Pay the course fee before the course and not a year after it.",
    "A mentor from outside my own line.",
    "Fewer cases in the first year after qualifying.",
    "Put the career steps on one page, with what each asks for.",
    "Supervision that is not cancelled when the month is busy.",
    "A senior practitioner role without managing people.",
    "More notice of training dates. Two weeks is too late for my diary.",
    "Let part-time workers apply for the academy.",
    "Tell us what came of the last survey.",
    "Keep team managers for longer than a year.",
    "Backfill for the assessed year.",
)
_WORKS_WELL = (
    "We talk about hard visits on the day and do not carry them home.",
    "My manager knows my families.",
    "Group supervision on Thursdays.",
    "People pick up for each other without being asked.",
    "The duty rota is fair.",
    "The new induction week. I knew whom to ask by the Friday.",
    "Joint visits with health visitors.",
    "Our business support officer keeps the team on its feet.",
    "We laugh.",
    "Students are welcome here and most of them come back.",
    "A stable team: four of us have been here for over five years.",
    "Decisions are made quickly and written down.",
    "We learn from reviews and nobody is shamed.",
    "The academy's lunch hours.",
    "The senior practitioners make time.",
    "The morning check-in takes ten minutes and saves the day.",
    "I can say that I have too much.",
    "Good relations with the two secondary schools.",
)
_CHANGE_FIRST = ("Caseloads.", "The parking permits.", "Stop moving us between offices.", "Laptops that last a day.")
_IDENTIFYING = "Since my colleague's accident in June I cover both patches, everybody knows it and nobody says it."


@dataclass(frozen=True, slots=True)
class _Where:
    """The folder of ballot boxes, and the secret by which people are known there."""

    boxes: Path
    key: str


def build(people: People, *, scale: int, at: datetime) -> None:
    """Add both surveys. The count of the closed one commits, so call this last."""
    chance = Random(2021)  # noqa: S311  (a demo is to be the same every time)
    today = london_date(at)
    invited = [worker.id for worker in people.council_workers] + [people.accounts[key] for key in _INVITED_ACCOUNTS]
    settings: Settings = current_app.extensions["settings"]
    if settings.boxes is None:
        raise RuntimeError("the demo is built on the machine that holds the ballot boxes")
    where = _Where(settings.boxes, settings.secret_key)
    autumn = _last_autumn(today)
    # One accident is told in the health check and withheld: what a person finds who reads before releasing.
    health = _add(
        f"Annual health check {autumn.year}",
        "How work is for the people who do it, once a year.",
        _HEALTH_CHECK,
        closes_at=at_london(autumn, time(17)),
    )
    opened = at_london(autumn - timedelta(days=21), time(9))
    survey_open(health, invited=invited, boxes=where.boxes, key=where.key, at=opened)
    db.session.commit()
    survey_start(health, boxes=where.boxes)
    voters = _voters(chance, people, 0.68)
    texts = {9: (*_WORKS_WELL, _IDENTIFYING), 10: _CHANGE_FIRST}
    _answer(chance, health, voters, _HEALTH_CHECK, texts, where=where, scale=scale, at=opened + timedelta(days=3))

    pulse = _add(
        "Skills and progression pulse survey",
        "Which skills are missing, and what keeps people from moving on, so that the workforce strategy can act on it.",
        _PULSE,
        closes_at=at_london(today + timedelta(days=8), time(17)),
    )
    opened = at_london(today - timedelta(days=6), time(9))
    survey_open(pulse, invited=invited, boxes=where.boxes, key=where.key, at=opened)
    db.session.commit()
    survey_start(pulse, boxes=where.boxes)
    voters = _voters(chance, people, 0.54)
    texts = {9: _GAPS, 10: _CHANGES}
    _answer(chance, pulse, voters, _PULSE, texts, where=where, scale=scale, at=opened + timedelta(days=2))

    db.session.commit()
    tally(health, boxes=where.boxes, at=at)
    _read_comments(health, by=_actor(people.accounts["survey"]), at=at_london(autumn + timedelta(days=10), time(11)))


def _last_autumn(today: date) -> date:
    """The latest 24 November that lies at least two months back."""
    year = today.year if (today - timedelta(days=60)) >= date(today.year, 11, 24) else today.year - 1
    return date(year, 11, 24)


def _add(title: str, purpose: str, questions: Sequence[tuple[object, ...]], *, closes_at: datetime) -> int:
    (survey_id,) = add_rows(
        Survey,
        [
            {
                "title": title,
                "purpose": purpose,
                "audience": "everybody who works in the council’s children’s services",
                "mode": SurveyMode.ANONYMOUS,
                "threshold": 10,
                "closes_at": closes_at,
            }
        ],
    )
    rows = []
    for number, (kind, text, hint, required, options, _) in enumerate(questions, 1):
        rows.append(
            {
                "survey_id": survey_id,
                "position": number,
                "kind": kind,
                "text": text,
                "hint": hint,
                "required": required,
                "options": list(AGREEMENT if kind is _A else options),  # type: ignore[call-overload]
                "exclusive": [options.index(_NOTHING)] if _NOTHING in options else [],  # type: ignore[attr-defined,operator]
            }
        )
    add_rows(Question, rows)
    return survey_id


def _voters(chance: Random, people: People, share: float) -> list[int]:
    workers = [worker.id for worker in people.council_workers]
    return chance.sample(workers, round(len(workers) * share))


def _actor(person_id: int, credential: str = "") -> Actor:
    roles = frozenset(account[3] for account in ACCOUNTS)
    return Actor(person_id, "", "", None, None, roles, credential=credential)


def _answer(
    chance: Random,
    survey_id: int,
    voters: Sequence[int],
    leanings: Sequence[tuple[QuestionKind, str, str, bool, tuple[str, ...], tuple[float, ...]]],
    texts: Mapping[int, Sequence[str]],
    *,
    where: _Where,
    scale: int,
    at: datetime,
) -> None:
    """Send the answers of `voters`, as their browsers would."""
    seen = look(where.boxes, survey_id)
    questions = seen.manifest.questions if seen else ()
    credentials = credentials_of(voters, key=where.key)
    left = {number: list(pool) * scale for number, pool in texts.items()}
    students = set(chance.sample(voters, 7))
    for voter in voters:
        sent: dict[str, list[str]] = {}
        for question, leaning in zip(questions, leanings, strict=True):
            if question.required or question.kind is _TEXT or voter in students:
                sent[question.name] = _said(chance, question, leaning[-1], left.get(question.number, []))
        by = _actor(voter, credentials[voter] or "")
        answers_send(survey_id, sent, by=by, at=at, boxes=where.boxes)


def _said(chance: Random, question: Asked, leaning: tuple[float, ...], texts: list[str]) -> list[str]:
    if question.kind is _TEXT:
        if texts and chance.random() < leaning[0]:
            return [texts.pop(chance.randrange(len(texts)))]
        return []
    values = [value for value, _ in question.choices]
    if question.kind is not _MANY:
        return chance.choices(values, leaning)
    chosen = [value for value, share in zip(values, leaning, strict=True) if chance.random() * 100 < share]
    apart = [value for value in chosen if value not in question.alone]
    return apart or chosen[:1] or values[:1]


def _read_comments(survey_id: int, *, by: Actor, at: datetime) -> None:
    """Two thirds of the comments have been read: most released, the one that names somebody's life withheld."""
    statement = (
        select(Comment.question_id, Comment.key, Comment.text)
        .join(Question, Question.id == Comment.question_id)
        .where(Question.survey_id == survey_id)
    )
    rows = sorted(db.session.execute(statement).all(), key=lambda row: (row.text != _IDENTIFYING, row.text))
    for row in rows[: len(rows) * 2 // 3]:
        decision = CommentState.WITHHELD if row.text == _IDENTIFYING else CommentState.RELEASED
        comment_decide(survey_id, row.question_id, row.key, decision, seen=CommentState.WAITING, by=by, at=at)

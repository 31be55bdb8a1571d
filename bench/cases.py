"""The requests that are measured: who sends them, what they carry, and the limit each is held against."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle

from flask import Flask
from sqlalchemy import Row, func, select

from bench.load import Call
from bench.people import SignedIn, sign_in
from wfsite.core.rag import Rag
from wfsite.extensions import db
from wfsite.people.models import Person
from wfsite.questions.question_rules import QuestionKind
from wfsite.steering.plans.models import Action, Plan, Theme
from wfsite.surveys.box import store
from wfsite.surveys.box.rules import Done
from wfsite.surveys.models import Survey
from wfsite.surveys.rules import SurveyState
from wfsite.training.bookings.models import Place
from wfsite.training.bookings.rules import Mark, PlaceState
from wfsite.training.programme.models import TrainingSession


@dataclass(frozen=True)
class Case:
    """One kind of request. `budget` is PERFORMANCE.md's: CPU ms and ratio, SQLite then PostgreSQL, and statements."""

    name: str
    calls: Iterator[Call]
    count: int
    expect: int
    budget: tuple[float, float, float, float, int]
    limit: Call | None


def cases(app: Flask, count: int) -> list[Case]:
    """Every case on the database of `app`; `count` requests each, fewer where the world has fewer voters."""
    with app.app_context():
        found = [
            *_survey(app, count),
            *_register(app, count),
            *_plan(app, count),
            *_reports(app, count),
            *_lists(app, count),
        ]
        db.session.remove()
    return found


def account(app: Flask, name: str) -> SignedIn:
    """Somebody signed in to a demo account, in an application context."""
    person_id = db.session.scalar(select(Person.id).where(Person.email == f"{name}@demo.example"))
    assert person_id
    return sign_in(app, person_id)


def _get(name: str, path: str, who: SignedIn, count: int, budget: tuple[float, float, float, float, int]) -> Case:
    limit = Call("GET", f"/bench/limit?path={path}", who.cookie, is_limit=True)
    return Case(name, cycle([Call("GET", path, who.cookie)]), count, 200, budget, limit)


def _post(
    name: str, calls: Iterator[Call], count: int, expect: int, budget: tuple[float, float, float, float, int]
) -> Case:
    return Case(name, calls, count, expect, budget, Call("POST", "/bench/empty", "", is_limit=True))


def _survey(app: Flask, count: int) -> list[Case]:
    boxes = app.extensions["settings"].boxes
    (seen, *_) = store.looks(boxes)
    survey_id, questions = seen.manifest.survey_id, seen.manifest.questions
    people = db.session.scalars(select(Person.id).where(Person.email.like("worker%")).order_by(Person.id))
    looked = ((person, store.look(boxes, survey_id, person_id=person)) for person in people)
    voters = [person for person, look in looked if look and look.done == Done.NOT]
    signed_in = [sign_in(app, person) for person in voters[: count + 1]]
    answers = []
    for question in questions:
        in_words = question.kind is QuestionKind.TEXT
        value = "More time to learn, and somebody to ask." if in_words else next(iter(question.index_of))
        answers.append((question.name, value))
    path = f"/surveys/{survey_id}"
    sent = (Call("POST", path, who.cookie, (("csrf_token", who.token), *answers)) for who in signed_in[1:])
    return [
        _get("survey of 10 questions, GET", path, signed_in[0], count, (1.8, 2.2, 2.0, 2.5, 3)),
        _post("survey, POST", sent, len(signed_in) - 1, 303, (1.8, 2.8, 3.5, 6, 5)),
    ]


def _register(app: Flask, count: int) -> list[Case]:
    who = account(app, "training")
    places = func.count(Place.id)
    now = app.extensions["clock"]()
    session_id = db.session.scalar(
        select(TrainingSession.id)
        .join(Place, Place.session_id == TrainingSession.id)
        .where(TrainingSession.register_closed_at.is_(None), TrainingSession.starts_at < now)
        .where(Place.state == PlaceState.CONFIRMED)
        .group_by(TrainingSession.id)
        .order_by(places.desc(), TrainingSession.id)
        .limit(1)
    )
    rows = db.session.execute(
        select(Place.id, Place.version, Place.mark)
        .where(Place.session_id == session_id, Place.state == PlaceState.CONFIRMED)
        .order_by(Place.id)
    ).all()
    base = f"/training/sessions/{session_id}/register"
    first, rest = rows[0], rows[1:]
    return [
        _get(f"register of {len(rows)}, GET", base, who, count, (2.4, 3.0, 2.0, 2.5, 4)),
        _post(f"whole register of {len(rest)}, POST", _sheets(who, base, rest), count, 303, (2.4, 3.4, 5, 7, 5)),
        _post("one mark, htmx", _marks(who, first), count, 200, (1.5, 2.4, 3.5, 5.5, 4)),
    ]


def _sheets(who: SignedIn, base: str, rows: Sequence[Row[int, int, Mark]]) -> Iterator[Call]:
    """Every row changes in every post: all attended, all in part, all attended …"""
    marks = {row.id: row.mark for row in rows}
    for turn in range(1_000_000):
        wanted = Mark.ATTENDED if turn % 2 else Mark.IN_PART
        form = [("csrf_token", who.token)]
        for row in rows:
            form += [(f"base-{row.id}", f"{row.version + turn}:{marks[row.id]}"), (f"mark-{row.id}", wanted.value)]
            marks[row.id] = wanted
        yield Call("POST", f"{base}/sheet", who.cookie, tuple(form))


def _marks(who: SignedIn, row: Row[int, int, Mark]) -> Iterator[Call]:
    for turn in range(1_000_000):
        mark = Mark.IN_PART if turn % 2 else Mark.DID_NOT_ATTEND
        form = (("csrf_token", who.token), ("version", str(row.version + turn)), ("mark", mark.value))
        yield Call("POST", f"/training/places/{row.id}/mark", who.cookie, form, htmx=True)


def _plan(app: Flask, count: int) -> list[Case]:
    who = account(app, "secretary")
    year = db.session.scalar(select(func.max(Plan.year)))
    action = db.session.execute(
        select(Action.id, Action.version)
        .join(Theme, Theme.id == Action.theme_id)
        .join(Plan, Plan.id == Theme.plan_id)
        .where(Plan.year == year)
        .order_by(Action.id)
        .limit(1)
    ).one()
    return [
        _get("plan, GET", f"/steering/plan?year={year}", who, count, (2.5, 3.2, 2.0, 2.5, 4)),
        _post("one RAG update, htmx row", _updates(who, action), count, 200, (1.6, 2.6, 3.5, 6, 4)),
    ]


def _updates(who: SignedIn, action: Row[int, int]) -> Iterator[Call]:
    for turn in range(1_000_000):
        form = (
            ("csrf_token", who.token),
            ("version", str(action.version + turn)),
            ("rag", Rag.GREEN.value),
            ("note", f"Progress {turn}."),
            ("route_to_green", ""),
        )
        yield Call("POST", f"/steering/actions/{action.id}/update", who.cookie, form, htmx=True)


def _reports(app: Flask, count: int) -> list[Case]:
    closed = db.session.scalar(select(func.min(Survey.id)).where(Survey.state == SurveyState.CLOSED))
    return [
        _get(
            "survey results, GET",
            f"/surveys/{closed}/results",
            account(app, "staff"),
            count,
            (2.2, 2.8, 2.0, 2.5, 4),
        ),
        _get("quarterly attendance, GET", "/training/attendance", account(app, "training"), count, (12, 12, 0, 0, 4)),
        _get("improvement board, GET", "/improvement/workforce", account(app, "chair"), count, (3, 5, 2.0, 3.0, 6)),
    ]


def _lists(app: Flask, count: int) -> list[Case]:
    return [
        _get("list of people, GET", "/admin/people", account(app, "admin"), count, (5, 6, 0, 0, 4)),
        _get("history, GET", "/admin/history", account(app, "admin"), count, (6, 7, 0, 0, 3)),
        _get("list of sessions, GET", "/training/sessions?when=all", account(app, "training"), count, (4, 5, 0, 0, 2)),
        _get("list of surveys, GET", "/surveys", account(app, "staff"), count, (2, 3, 0, 0, 2)),
    ]

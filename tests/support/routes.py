"""Every route of the site with sample values for its parts, so that a new page is covered the moment it exists."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from tests.support.engines import NOW
from wfsite.core.clock import london_date
from wfsite.core.permissions import Role
from wfsite.demo.people import ACCOUNTS
from wfsite.extensions import db
from wfsite.people.models import Agency, Person, Profession, Team
from wfsite.steering.plans.models import Action, Plan
from wfsite.surveys.models import Comment, Question, Survey, SurveyState
from wfsite.training.attendance.models import Course, Place, TrainingSession

ROLES: dict[str, Role] = {account[0]: account[3] for account in ACCOUNTS}
METHODS = ("GET", "POST")


def _first(column, *where):  # type: ignore[no-untyped-def]
    return lambda: db.session.scalar(select(column).where(*where).order_by(column).limit(1))


# What a part of a path may be; a route with a part that is not named here fails the tests until it is.
SAMPLES = {
    "survey_id": _first(Survey.id, Survey.state == SurveyState.OPEN),
    "question_id": _first(Question.id),
    "session_id": _first(TrainingSession.id),
    "place_id": _first(Place.id),
    "course_id": _first(Course.id),
    "plan_id": _first(Plan.id),
    "action_id": _first(Action.id),
    "team_id": _first(Team.id),
    "agency_id": _first(Agency.id),
    "profession_id": _first(Profession.id),
    "person_id": lambda: db.session.scalar(select(Person.id).where(Person.email == "worker00003@demo.example")),
    "key": lambda: (db.session.scalar(select(Comment.key).limit(1)) or b"\0" * 16).hex(),
    "upload_id": lambda: 1,
    "kind": lambda: "csv",
    "month": lambda: "2021-02",
    "token": lambda: "not-a-token",
    "number": lambda: 1,
}


@dataclass(frozen=True)
class Route:
    """A rule with a path that fits it."""

    endpoint: str
    method: str
    path: str


def routes(app: Flask) -> Iterator[Route]:
    """Each route × method of the site."""
    with app.test_request_context():
        for rule in sorted(app.url_map.iter_rules(), key=lambda r: r.rule):
            if rule.endpoint == "static":
                continue  # served ahead of Flask
            path = _sample_path(app, rule)
            for method in METHODS:
                if method in (rule.methods or ()):
                    yield Route(rule.endpoint, method, path)


def _sample_path(app: Flask, rule: Rule) -> str:
    unknown = [name for name in rule.arguments if name not in SAMPLES]
    assert not unknown, f"add a sample for {unknown} of {rule.rule} to tests/support/routes.py"
    values = {name: SAMPLES[name]() for name in rule.arguments}
    built = app.url_map.bind("127.0.0.1").build(rule.endpoint, values)
    return built.removeprefix("http://127.0.0.1")


def stamp_admits(app: Flask, endpoint: str, role: Role) -> bool:
    """Whether the table lets somebody who holds `role` alone call the endpoint."""
    from wfsite.core.actor import Actor

    return bool(app.view_functions[endpoint].stamp.admits(Actor(0, "", "", None, None, frozenset({role}))))


TODAY = london_date(NOW)

"""Every route of the site with sample values for its parts, so that a new page is covered the moment it exists."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.routing import Rule

from tests.support.engines import NOW
from tests.support.present import the
from wfsite.core.actor import Actor, Seat
from wfsite.core.groups import GroupKind, GroupRole
from wfsite.core.permissions import Role
from wfsite.demo.people import ACCOUNTS
from wfsite.extensions import db
from wfsite.groups.models import Group, GroupMember, Meeting
from wfsite.imports.models import Upload
from wfsite.issued.models import Edition
from wfsite.issued.rules import DocumentState
from wfsite.outbox.models import Notice
from wfsite.papers.models import Paper, PaperVersion
from wfsite.people.models import Agency, Person, Profession, Team
from wfsite.steering.plans.date_rules import DateStep
from wfsite.steering.plans.models import Action, RevisedDate
from wfsite.steering.workforce.models import WorkforceReturn
from wfsite.surveys.models import Comment, Survey
from wfsite.surveys.rules import SurveyState
from wfsite.training.bookings.models import Place
from wfsite.training.programme.models import TrainingSession
from wfsite.web.access import Stamp
from wfsite.works.models import Work

ROLES: dict[str, Role] = {account[0]: account[3] for account in ACCOUNTS}
METHODS = ("GET", "POST")


def _first(column: InstrumentedAttribute[int], *where: ColumnElement[bool]) -> Callable[[], int | None]:
    return lambda: db.session.scalar(select(column).where(*where).order_by(column).limit(1))


_OPEN = _first(Survey.id, Survey.state == SurveyState.OPEN)
_CLOSED = _first(Survey.id, Survey.state == SurveyState.CLOSED)

_STEERING = _first(Group.id, Group.kind == GroupKind.STEERING)
_REDATED = _first(Action.id, Action.date_step_id.is_not(None))
_PROPOSED = _first(Action.id, Action.date_step_id == RevisedDate.id, RevisedDate.step == DateStep.PROPOSED)


# What a part of a path may be, by name, by blueprint and name, or by endpoint and name; a route with a part that
# is not named here fails the tests until it is.
SAMPLES = {
    "surveys:survey_id": _OPEN,
    **{
        f"surveys.{endpoint}:survey_id": _CLOSED
        for endpoint in (
            "survey_results",
            "results_export",
            "question_picture",
            "result_comments",
            "comment_list",
            "comment_decide",
        )
    },
    "issued:edition_id": _first(Edition.id, Edition.state == DocumentState.ISSUED),
    "issued.document_edit:edition_id": _first(Edition.id, Edition.state == DocumentState.DRAFT),
    "issued.document_figures:edition_id": _first(Edition.id, Edition.state == DocumentState.DRAFT),
    "issued.document_decide:edition_id": _first(Edition.id, Edition.state == DocumentState.WAITING),
    "issued:number": lambda: 1,
    "surveys:question_id": lambda: db.session.scalar(select(Comment.question_id).limit(1)),
    "surveys:key": lambda: the(db.session.scalar(select(Comment.key).limit(1))).hex(),
    "training:session_id": lambda: db.session.scalar(
        select(TrainingSession.id).order_by(TrainingSession.starts_at.desc()).where(TrainingSession.starts_at < NOW)
    ),
    "training:place_id": _first(Place.id),
    "steering:action_id": lambda: db.session.scalar(select(func.max(Action.id))),
    "steering.date_propose:action_id": _REDATED,
    "steering.date_propose_save:action_id": _REDATED,
    "steering.date_decide:action_id": _PROPOSED,
    "steering.date_decide_save:action_id": _PROPOSED,
    "steering:team_id": _first(WorkforceReturn.team_id),
    "steering:month": lambda: "2021-02",
    "steering.plan_import_check:upload_id": _first(Upload.id, Upload.kind == "plan"),
    "steering.workforce_import_check:upload_id": _first(Upload.id, Upload.kind == "workforce"),
    "upload_id": _first(Upload.id),
    "works:work_id": _first(Work.id),
    "home:notice_id": _first(Notice.id),
    "papers:kind": lambda: "group",
    "papers:subject_id": _STEERING,
    "papers:paper_id": _first(Paper.id),
    "papers:version_id": _first(PaperVersion.id),
    "group_id": _STEERING,
    "groups:meeting_id": lambda: db.session.scalar(select(func.min(Meeting.id)).where(Meeting.group_id == _STEERING())),
    # A seat of which nothing else hangs: neither the chair's nor the secretary's.
    "groups:member_id": lambda: db.session.scalar(
        select(func.max(GroupMember.id)).where(GroupMember.group_id == _STEERING())
    ),
    "team_id": _first(Team.id),
    "agency_id": _first(Agency.id),
    "profession_id": _first(Profession.id),
    "person_id": lambda: db.session.scalar(select(Person.id).where(Person.email == "worker00003@demo.example")),
    "kind": lambda: "csv",
    "token": lambda: "not-a-token",
}


def _sampler(endpoint: str, name: str) -> Callable[[], object] | None:
    blueprint = endpoint.split(".")[0]
    return SAMPLES.get(f"{endpoint}:{name}") or SAMPLES.get(f"{blueprint}:{name}") or SAMPLES.get(name)


@dataclass(frozen=True)
class Route:
    """A rule with a path that fits it."""

    endpoint: str
    method: str
    path: str


def routes(app: Flask) -> list[Route]:
    """Each route × method of the site, except static files, which are served ahead of Flask."""
    with app.test_request_context():
        return [
            Route(rule.endpoint, method, _sample_path(app, rule))
            for rule in sorted(app.url_map.iter_rules(), key=lambda r: r.rule)
            if rule.endpoint != "static"
            for method in METHODS
            if method in (rule.methods or ())
        ]


def _sample_path(app: Flask, rule: Rule) -> str:
    samplers = {name: _sampler(rule.endpoint, name) for name in rule.arguments}
    unknown = [name for name, sampler in samplers.items() if sampler is None]
    assert not unknown, f"add a sample for {unknown} of {rule.rule} to tests/support/routes.py"
    values = {name: sampler() for name, sampler in samplers.items() if sampler}
    missing = [name for name, value in values.items() if value is None]
    assert not missing, f"the demo world has no {missing} for {rule.rule}"
    built = app.url_map.bind("127.0.0.1").build(rule.endpoint, values)
    return built.removeprefix("http://127.0.0.1")


# The seat by which a demo account has its role.
_SEATS = {Role.SECRETARY: GroupRole.SECRETARY, Role.CHAIR: GroupRole.CHAIR}


def stamp_of(app: Flask, endpoint: str) -> Stamp:
    """The stamp of the endpoint's view."""
    found = getattr(app.view_functions[endpoint], "stamp", None)
    assert isinstance(found, Stamp), f"{endpoint} has no stamp"
    return found


def stamp_admits(app: Flask, endpoint: str, role: Role) -> bool:
    """Whether the table lets somebody who holds `role` alone call the endpoint; group's officers sit on a group."""
    seats = (Seat(1, GroupKind.STEERING, _SEATS[role]),) if role in _SEATS else ()
    actor = Actor(0, "", "", None, None, frozenset({role}), seats=seats)
    return stamp_of(app, endpoint).admits(actor)

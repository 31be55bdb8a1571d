"""Reads that no single room can answer: how far a new site has been set up."""

from dataclasses import dataclass

from sqlalchemy import exists, func, select, text

from wfsite.db.reading import Read
from wfsite.extensions import db
from wfsite.groups.models import Group
from wfsite.people.models import Agency, Person, Team
from wfsite.steering.plans.models import Plan


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """Which of the things that a new site needs are there."""

    agencies: bool
    teams: bool
    people: bool
    groups: bool
    plan: bool


_READ_FIRST_STEPS = Read(
    FirstSteps,
    select(
        exists(select(Agency.id)).label("agencies"),
        exists(select(Team.id)).label("teams"),
        (select(func.count()).select_from(select(Person.id).limit(2).subquery()).scalar_subquery() > 1).label("people"),
        exists(select(Group.id)).label("groups"),
        exists(select(Plan.id)).label("plan"),
    ),
)


def first_steps() -> tuple[tuple[str, bool, str], ...]:
    """What a new site's administrator does first: words, whether it is done, endpoint. One cheap statement."""
    done = _READ_FIRST_STEPS.one()
    return (
        ("Add the agencies whose people work with children", done.agencies, "people.agency_add"),
        ("Add their service areas and teams", done.teams, "people.team_add"),
        ("Add people and give them roles", done.people, "people.person_add"),
        ("Set up the groups", done.groups, "groups.group_list"),
        ("Bring in the first action plan", done.plan, "steering.plan_import"),
    )


def database_answers() -> None:
    """Ask the database for nothing; raises what SQLAlchemy raises when it does not answer."""
    db.session.execute(text("SELECT 1"))

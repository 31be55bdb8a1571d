"""Today's register of the demo world, and somebody who may complete it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import select

from tests.support.present import the
from wfsite.core.actor import Actor
from wfsite.demo.people import DOMAIN
from wfsite.extensions import db
from wfsite.people.models import Person, RoleGrant
from wfsite.training.bookings.models import Place
from wfsite.training.programme.models import TrainingSession
from wfsite.training.registers.models import AttendanceMark


@dataclass
class Registers:
    """Addresses and ids of the demo's registers."""

    today: str
    today_id: int
    closed: str
    closed_id: int
    coming: str
    places: list[int]
    closed_place: int
    coming_place: int


# What the fixture `standing` gives: a place's mark and version, as the database holds them.
Standings: TypeAlias = Callable[[int], tuple[str, int]]


def actor(account: str) -> Actor:
    """The account as services see it."""
    person = db.session.execute(select(Person).where(Person.email == f"{account}@{DOMAIN}")).scalar_one()
    roles = db.session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == person.id))
    return Actor(person.id, person.name, person.email, person.agency_id, person.team_id, frozenset(roles))


def todays_session() -> int:
    """The session that started this morning."""
    return the(db.session.scalars(select(TrainingSession.id).order_by(TrainingSession.id)).first())


def coming_session() -> int:
    """The last session of the demo: nine days ahead, with staff@ on it."""
    return the(db.session.scalars(select(TrainingSession.id).order_by(TrainingSession.id.desc())).first())


def closed_session() -> int:
    """A session whose register is closed."""
    return the(
        db.session.scalars(
            select(TrainingSession.id)
            .where(TrainingSession.register_closed_at.is_not(None))
            .order_by(TrainingSession.id)
        ).first()
    )


def places(session_id: int) -> list[tuple[int, str, int]]:
    """Id, mark and version of each place, by id, as they stand."""
    rows = db.session.execute(
        select(Place.id, Place.mark, Place.version).where(Place.session_id == session_id).order_by(Place.id)
    )
    return [(row.id, row.mark, row.version) for row in rows]


def marks_made(place_id: int) -> list[str]:
    """Every mark of a place, oldest first."""
    statement = select(AttendanceMark.mark).where(AttendanceMark.place_id == place_id).order_by(AttendanceMark.id)
    return list(db.session.scalars(statement))

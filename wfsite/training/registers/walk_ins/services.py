"""Adding somebody to a register who came without a place."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from wfsite.core.actor import Actor
from wfsite.core.errors import Missing, RuleBroken
from wfsite.db.base import table_of
from wfsite.extensions import db
from wfsite.people.models import Agency, Person, Profession
from wfsite.training.bookings.models import PLACE_STANDINGS, Place
from wfsite.training.bookings.rules import CAME, Mark, PlaceOrigin, PlaceState
from wfsite.training.registers.models import MARKS
from wfsite.training.registers.queries import held_place_or_none
from wfsite.training.registers.services import act_is_done, hold_register, set_marks


class Outcome(StrEnum):
    """What became of adding a walk-in."""

    ADDED = "added"
    HAD_PLACE = "had-place"
    ALREADY = "already"
    # A colleague has recorded something else: it is not overwritten from here.
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class WalkIn:
    """The place of whoever was added, and what became of it."""

    place_id: int
    name: str
    outcome: Outcome
    mark: Mark


_place = table_of(Place)


def walk_in_add(session_id: int, person_id: int, *, act: str, by: Actor, at: datetime) -> WalkIn:
    """Record that somebody came without a place; who has one already is marked attended in it instead.

    Raises `Missing` for an unknown person, `NotNow` when the register takes no marks.
    """
    hold_register(session_id, at=at)
    person = db.session.get(Person, person_id)
    if person is None or not person.active:
        raise Missing
    place = held_place_or_none(session_id, person_id=person_id)
    if place is None:
        return _new_place(session_id, person, act=act, by=by, at=at)
    if place.mark in CAME or act_is_done(session_id, act, place_id=place.id):
        return WalkIn(place_id=place.id, name=person.name, outcome=Outcome.ALREADY, mark=place.mark)
    if place.mark is not Mark.UNRECORDED:
        return WalkIn(place_id=place.id, name=person.name, outcome=Outcome.DIFFERS, mark=place.mark)
    set_marks([(place.id, Mark.ATTENDED)], by=by, at=at, act=act)
    outcome = Outcome.HAD_PLACE if place.expected else Outcome.ADDED
    return WalkIn(place_id=place.id, name=person.name, outcome=outcome, mark=Mark.ATTENDED)


def _new_place(session_id: int, person: Person, *, act: str, by: Actor, at: datetime) -> WalkIn:
    place_id = db.session.scalar(
        insert(_place)
        .values(
            session_id=session_id,
            person_id=person.id,
            agency_id=person.agency_id,
            profession_id=person.profession_id,
            origin=PlaceOrigin.WALK_IN,
            state=PlaceState.CONFIRMED,
            mark=Mark.ATTENDED,
            version=1,
        )
        .returning(_place.c.id)
    )
    assert place_id is not None  # noqa: S101  (an insert that returns always returns)
    PLACE_STANDINGS.add(at=at, place_id=place_id, state=PlaceState.CONFIRMED, recorded_by=by.person_id)
    MARKS.add(at=at, place_id=place_id, mark=Mark.ATTENDED, recorded_by=by.person_id, act=act, is_undo=False)
    return WalkIn(place_id=place_id, name=person.name, outcome=Outcome.ADDED, mark=Mark.ATTENDED)


def walk_in_new(
    session_id: int,
    *,
    name: str,
    email: str,
    agency_id: int,
    profession_id: int | None,
    act: str,
    by: Actor,
    at: datetime,
) -> WalkIn:
    """Add somebody new to the directory, without a sign-in, and to the register; the same form again adds nobody.

    Raises `RuleBroken` for an address that somebody else has.
    """
    hold_register(session_id, at=at)
    if db.session.get(Agency, agency_id) is None:
        raise RuleBroken("agency", "Select their agency")
    if profession_id is not None and db.session.get(Profession, profession_id) is None:
        raise RuleBroken("profession", "Select their profession, or Not known")
    known = db.session.execute(select(Person.id, Person.name).where(Person.email == email)).one_or_none()
    if known is not None:
        place = held_place_or_none(session_id, person_id=known.id)
        if place is None or not act_is_done(session_id, act, place_id=place.id):
            raise _taken(known.name)
        return WalkIn(place_id=place.id, name=known.name, outcome=Outcome.ALREADY, mark=place.mark)
    person = Person(name=name, email=email, agency_id=agency_id, profession_id=profession_id)
    try:
        with db.session.begin_nested():
            db.session.add(person)
            db.session.flush()
    except IntegrityError:  # somebody added the same address a moment ago
        raise _taken("Somebody") from None
    return walk_in_add(session_id, person.id, act=act, by=by, at=at)


def _taken(name: str) -> RuleBroken:
    return RuleBroken("email", f"{name} already has this email address. Search for them by it, or check the address")

"""Reads of the people room."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from wfsite.core.errors import Missing
from wfsite.core.permissions import Role
from wfsite.extensions import db
from wfsite.people.models import Agency, Person, Profession, RoleGrant, Team


@dataclass(frozen=True, slots=True)
class PersonPage:
    """A person with the words for where they belong, and their roles."""

    id: int
    name: str
    email: str
    job_title: str
    agency: str
    team: str
    profession: str
    agency_id: int | None
    team_id: int | None
    profession_id: int | None
    active: bool
    can_sign_in: bool
    version: int
    roles: tuple[Role, ...]


_PERSON = (
    select(Person, Agency.name.label("agency"), Team.name.label("team"), Profession.name.label("profession"))
    .outerjoin(Agency, Agency.id == Person.agency_id)
    .outerjoin(Team, Team.id == Person.team_id)
    .outerjoin(Profession, Profession.id == Person.profession_id)
    .where(Person.id == bindparam("person_id"))
)
_ROLES = select(RoleGrant.role).where(RoleGrant.person_id == bindparam("person_id"))


def person_page(person_id: int) -> PersonPage:
    """One person; raises `Missing`."""
    row = db.session.execute(_PERSON, {"person_id": person_id}).one_or_none()
    if row is None:
        raise Missing
    person = row.Person
    roles = db.session.scalars(_ROLES, {"person_id": person_id}).all()
    return PersonPage(
        person.id,
        person.name,
        person.email,
        person.job_title,
        row.agency or "",
        row.team or "",
        row.profession or "",
        person.agency_id,
        person.team_id,
        person.profession_id,
        person.active,
        person.password_hash is not None,
        person.version,
        tuple(sorted(roles, key=list(Role).index)),
    )

"""Writes of the people room: who is on record, what they may do, whether their account is open."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from wfsite.core.actor import Actor
from wfsite.core.errors import Missing, NotNow, RuleBroken, Stale
from wfsite.core.permissions import Role
from wfsite.extensions import db
from wfsite.people import queries
from wfsite.people.models import Agency, Person, Profession, RoleGrant, Team
from wfsite.people.signing_in import sign_ins_end

TAKEN = "That email already has an account"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What an administrator says of a person; texts are clean, the email is in lower case."""

    name: str
    email: str
    job_title: str = ""
    agency_id: int | None = None
    team_id: int | None = None
    profession_id: int | None = None
    roles: frozenset[Role] = frozenset()


def person_add(facts: PersonFacts) -> int:
    """Put somebody on record and return their id; the very same person sent twice is one person.

    Raises `RuleBroken` when the email is taken or the team is not the agency's.
    """
    if (known := queries.person_id_of(facts.email)) is not None:
        if _facts_of(queries.person_page(known)) == facts:
            return known
        raise RuleBroken("email", TAKEN)
    _check_belonging(facts, None)
    person = Person(email=facts.email, name=facts.name, **_belonging(facts))
    try:
        with db.session.begin_nested():
            db.session.add(person)
            db.session.flush()
    except IntegrityError:  # somebody else added the address meanwhile
        raise RuleBroken("email", TAKEN) from None
    db.session.add_all(RoleGrant(person_id=person.id, role=role) for role in sorted(facts.roles))
    db.session.flush()
    return person.id


def person_edit(person_id: int, facts: PersonFacts, *, version: int, by: Actor) -> None:
    """Replace what is on record. Raises `Missing`, `RuleBroken`, or `Stale` of the present page."""
    person = _locked(person_id)
    now = queries.person_page(person_id)
    if _facts_of(now) == facts:
        return
    if version != person.version:
        raise Stale("This person was changed while you were editing.", theirs=now)
    if facts.email != now.email and queries.person_id_of(facts.email) is not None:
        raise RuleBroken("email", TAKEN)
    _check_belonging(facts, now)
    if Role.ADMINISTRATOR in now.roles and Role.ADMINISTRATOR not in facts.roles:
        if by.person_id == person_id:
            raise RuleBroken("roles", "You cannot take your own administrator role. Ask another administrator to do it")
        if person.active:
            _keep_an_administrator(person_id, field="roles")
    try:
        with db.session.begin_nested():
            person.name, person.email = facts.name, facts.email
            for name, value in _belonging(facts).items():
                setattr(person, name, value)
            person.version += 1
            db.session.flush()
    except IntegrityError:
        raise RuleBroken("email", TAKEN) from None
    _set_roles(person_id, facts.roles)


def person_disable(person_id: int, *, by: Actor | None, at: datetime) -> None:
    """Close an account and end its sign-ins at once; closing it twice is closing it once. `by` None: an operator.

    Raises `NotNow` for one's own account and for the last administrator's.
    """
    person = _locked(person_id)
    if not person.active:
        return
    if by is not None and by.person_id == person_id:
        raise NotNow("You cannot close your own account. Ask another administrator to do it.")
    if Role.ADMINISTRATOR in queries.person_page(person_id).roles:
        _keep_an_administrator(person_id)
    person.active = False
    person.version += 1
    sign_ins_end(person_id, now=at)
    db.session.flush()


def person_enable(person_id: int) -> None:
    """Open an account again; old sign-ins stay ended."""
    person = _locked(person_id)
    if not person.active:
        person.active = True
        person.version += 1
        db.session.flush()


def _locked(person_id: int) -> Person:
    """The row, locked until the end of the request; raises `Missing`."""
    person = db.session.get(Person, person_id, with_for_update=True, populate_existing=True)
    if person is None:
        raise Missing
    return person


def _belonging(facts: PersonFacts) -> dict[str, str | int | None]:
    return {
        "job_title": facts.job_title,
        "agency_id": facts.agency_id,
        "team_id": facts.team_id,
        "profession_id": facts.profession_id,
    }


def _facts_of(page: queries.PersonPage) -> PersonFacts:
    return PersonFacts(
        name=page.name,
        email=page.email,
        job_title=page.job_title,
        agency_id=page.agency_id,
        team_id=page.team_id,
        profession_id=page.profession_id,
        roles=frozenset(page.roles),
    )


_OPEN = {table: select(table.id).where(table.active) for table in (Agency, Profession)}


def _check_belonging(facts: PersonFacts, now: queries.PersonPage | None) -> None:
    """The agency, team and profession exist, are open (or were the person's already) and fit each other."""
    problems: dict[str, str] = {}
    for field, table, wanted, had in (
        ("agency", Agency, facts.agency_id, now and now.agency_id),
        ("profession", Profession, facts.profession_id, now and now.profession_id),
    ):
        if wanted not in (None, had) and db.session.scalar(_OPEN[table].where(table.id == wanted)) is None:
            problems[field] = f"Choose the {field} from the list"
    if facts.team_id is not None:
        team = db.session.get(Team, facts.team_id)
        if team is None or not (team.active or (now and now.team_id == team.id)):
            problems["team"] = "Choose the team from the list"
        elif team.agency_id != facts.agency_id:
            problems["team"] = "Choose a team of the same agency, or change the agency"
    if problems:
        raise RuleBroken(**problems)


def _set_roles(person_id: int, roles: frozenset[Role]) -> None:
    held = {
        grant.role: grant for grant in db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == person_id))
    }
    for role in sorted(held.keys() - roles):
        db.session.delete(held[role])
    db.session.add_all(RoleGrant(person_id=person_id, role=role) for role in sorted(roles - held.keys()))
    db.session.flush()


_ALL_ADMINISTRATORS = (
    select(RoleGrant.person_id)
    .where(RoleGrant.role == Role.ADMINISTRATOR)
    .order_by(RoleGrant.person_id)
    .with_for_update()
)
_OPEN_ADMINISTRATORS = (
    select(func.count())
    .select_from(RoleGrant)
    .join(Person, Person.id == RoleGrant.person_id)
    .where(RoleGrant.role == Role.ADMINISTRATOR, Person.active)
)


def _keep_an_administrator(person_id: int, *, field: str = "") -> None:
    """Refuse when nobody else could look after the site. Two who remove each other at once take turns."""
    db.session.execute(_ALL_ADMINISTRATORS)
    if db.session.scalar(_OPEN_ADMINISTRATORS.where(Person.id != person_id)):
        return
    message = "This is the last administrator. Give somebody else the role first"
    raise RuleBroken(field, message) if field else NotNow(f"{message}.")

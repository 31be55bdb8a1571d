"""Reads of the people room: persons, and lists of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import (
    Integer,
    Row,
    String,
    and_,
    bindparam,
    case,
    func,
    select,
)

from wfsite.core.paging import Key, Stretch
from wfsite.core.permissions import Permission, Reach, Role, hats_with, roles_with
from wfsite.core.searching import ESCAPE, like_patterns
from wfsite.db.base import table_of
from wfsite.db.listing import ALL, Listing
from wfsite.db.reading import Read
from wfsite.extensions import db
from wfsite.people.models import Agency, Person, Profession, RoleGrant, Team

PER_PAGE = 50
_SEARCH_WORDS = 4
_ROLE_ORDER = list(Role)


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
    active: bool
    can_sign_in: bool
    agency_id: int | None
    team_id: int | None
    profession_id: int | None
    version: int
    roles: tuple[Role, ...]


# What a person's page and a list of people both say.
_PEOPLE = (
    select(
        Person.id,
        Person.name,
        Person.email,
        Person.job_title,
        func.coalesce(Agency.name, "").label("agency"),
        func.coalesce(Team.name, "").label("team"),
        func.coalesce(Profession.name, "").label("profession"),
        Person.active,
        Person.password_hash.is_not(None).label("can_sign_in"),
    )
    .outerjoin(Agency, Agency.id == Person.agency_id)
    .outerjoin(Team, Team.id == Person.team_id)
    .outerjoin(Profession, Profession.id == Person.profession_id)
)
_READ_PERSON = Read(
    PersonPage,
    _PEOPLE.add_columns(Person.agency_id, Person.team_id, Person.profession_id, Person.version).where(
        Person.id == bindparam("person_id")
    ),
    given=("roles",),
)
_ROLES = select(RoleGrant.role).where(RoleGrant.person_id == bindparam("person_id"))


def person_page(person_id: int) -> PersonPage:
    """One person; raises `Missing`."""
    roles = db.session.scalars(_ROLES, {"person_id": person_id}).all()
    return _READ_PERSON.one({"person_id": person_id}, roles=tuple(sorted(roles, key=_ROLE_ORDER.index)))


_BY_EMAIL = select(Person.id).where(Person.email == bindparam("email"))


def person_id_of(email: str) -> int | None:
    """Whose address it is, or None; `email` in lower case."""
    return db.session.scalar(_BY_EMAIL, {"email": email})


_WITH_A_ROLE = (
    select(RoleGrant.person_id)
    .join(Person, Person.id == RoleGrant.person_id)
    .where(Person.active, RoleGrant.role.in_(bindparam("roles", expanding=True)))
    .distinct()
)


def people_who_can(permission: Permission, reach: Reach) -> frozenset[int]:
    """Who has a role that by itself covers `reach` for `permission`; nobody whose account is closed.

    Who may for a group by sitting on it is the groups' affair (`people_who_can_for`).
    """
    roles = roles_with(permission, reach) - hats_with(permission)
    return frozenset(db.session.scalars(_WITH_A_ROLE, {"roles": list(roles)}) if roles else ())


class PersonState(StrEnum):
    """Whose accounts a list shows."""

    OPEN = "open"
    CLOSED = "closed"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFilter:
    """Who is wanted: words of the name or email, an agency, a role, and open or closed accounts."""

    words: str = ""
    agency_id: int | None = None
    role: Role | None = None
    state: PersonState = PersonState.OPEN
    sort: str = "name"  # one of `PERSON_SORTS`, or that with "-" before it


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as the list shows them."""

    id: int
    name: str
    email: str
    job_title: str
    agency: str
    team: str
    profession: str
    active: bool
    can_sign_in: bool
    roles: str = ""


_search_key = table_of(Person).c.search_key
# Also a part of other rooms' statements; takes the values of `named_values`.
NAMED = and_(
    *(_search_key.like(bindparam(f"word_{n}", type_=String), escape=ESCAPE) for n in range(_SEARCH_WORDS)),
)


def named_values(words: str) -> dict[str, object]:
    """What `NAMED` needs to find the people whose name or email address holds every word of `words`."""
    return {f"word_{number}": pattern for number, pattern in enumerate(like_patterns(words, _SEARCH_WORDS))}


_HOLD_ROLE = select(RoleGrant.person_id).where(RoleGrant.role == bindparam("role", type_=RoleGrant.role.type))
_CONDITIONS = {
    "words": NAMED,
    "agency_id": Person.agency_id == bindparam("agency_id", type_=Integer),
    "role": Person.id.in_(
        select(RoleGrant.person_id).where(RoleGrant.role == bindparam("role", type_=RoleGrant.role.type))
    ),
    "open": Person.active,
    "closed": ~Person.active,
}
# Nobody's agency sorts last on both engines.
_NO_AGENCY = case((Person.agency_id.is_(None), 1), else_=0)
_ORDERS = {
    "name": (Person.search_key, Person.id),
    "email": (Person.email,),
    "agency": (_NO_AGENCY, func.coalesce(Agency.name, ""), Person.search_key, Person.id),
}
PERSON_SORTS = tuple(_ORDERS)
_LIST = Listing(PersonRow, _PEOPLE, row_id=Person.id, orders=_ORDERS, conditions=_CONDITIONS, size=PER_PAGE)
_ROLES_OF = select(RoleGrant.person_id, RoleGrant.role).where(RoleGrant.person_id.in_(bindparam("ids", expanding=True)))
_ALL_ROLES = select(RoleGrant.person_id, RoleGrant.role)


def person_list(wanted: PersonFilter, *, key: Key | None = None) -> Stretch[PersonRow]:
    """A page of the people who fit."""
    found = _LIST.page(wanted.sort, key=key, only=_conditions(wanted), values=_values(wanted))
    grants = db.session.execute(_ROLES_OF, {"ids": [row.id for row in found.rows]}).all()
    return replace(found, rows=_with_roles(found.rows, grants))


def people_to_export(wanted: PersonFilter, *, most: int = ALL) -> tuple[PersonRow, ...]:
    """Everybody who fits, in the list's order; at most `most` and one, which says that there are more."""
    rows = _LIST.every(wanted.sort, only=_conditions(wanted), values=_values(wanted), most=most)
    return _with_roles(rows, db.session.execute(_ALL_ROLES).all())


def _conditions(wanted: PersonFilter) -> list[str]:
    set_ones = [name for name in ("words", "agency_id", "role") if getattr(wanted, name)]
    return set_ones if wanted.state is PersonState.ALL else [*set_ones, wanted.state.value]


def _values(wanted: PersonFilter) -> dict[str, object]:
    return {**named_values(wanted.words), "agency_id": wanted.agency_id, "role": wanted.role}


def _with_roles(rows: Sequence[PersonRow], grants: Iterable[Row[int, Role]]) -> tuple[PersonRow, ...]:
    held: dict[int, list[Role]] = defaultdict(list)
    for person_id, role in grants:
        held[person_id].append(role)
    labels = {
        person_id: "; ".join(role.label for role in sorted(roles, key=_ROLE_ORDER.index))
        for person_id, roles in held.items()
    }
    return tuple(replace(row, roles=labels[row.id]) if row.id in labels else row for row in rows)

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
    exists,
    func,
    or_,
    select,
    type_coerce,
)

from wfsite.core.paging import page_of
from wfsite.core.permissions import Permission, Reach, Role, roles_with
from wfsite.core.searching import ESCAPE, like_patterns
from wfsite.db.base import table_of
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
    """Who has a role whose reach for `permission` is at least `reach`; nobody whose account is closed."""
    roles = roles_with(permission, reach)
    return frozenset(db.session.scalars(_WITH_A_ROLE, {"roles": list(roles)}) if roles else ())


class PersonSort(StrEnum):
    """The columns that a list of people is sorted by; "-" before one turns it round."""

    NAME = "name"
    NAME_DOWN = "-name"
    EMAIL = "email"
    EMAIL_DOWN = "-email"
    AGENCY = "agency"
    AGENCY_DOWN = "-agency"


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
    sort: PersonSort = PersonSort.NAME


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


@dataclass(frozen=True, slots=True)
class PersonList:
    """One page of a list of people."""

    people: tuple[PersonRow, ...]
    total: int
    page: int
    pages: int

    @property
    def first(self) -> int:
        """The number in the whole list of the first person shown."""
        return (self.page - 1) * PER_PAGE + 1 if self.people else 0


_search_key = table_of(Person).c.search_key
# Also a part of other rooms' statements; takes the values of `named_values`.
NAMED = and_(
    *(_search_key.like(bindparam(f"word_{n}", type_=String), escape=ESCAPE) for n in range(_SEARCH_WORDS)),
)


def named_values(words: str) -> dict[str, object]:
    """What `NAMED` needs to find the people whose name or email address holds every word of `words`."""
    return {f"word_{number}": pattern for number, pattern in enumerate(like_patterns(words, _SEARCH_WORDS))}


# Types that PostgreSQL is told of, so that it knows a parameter that is only ever compared with NULL.
_AGENCY_ID = bindparam("agency_id", type_=Integer)
_ROLE = bindparam("role", type_=String)
_STATE = bindparam("active", type_=Integer)
_WANTED = and_(
    NAMED,
    or_(_AGENCY_ID.is_(None), Person.agency_id == _AGENCY_ID),
    or_(
        _ROLE.is_(None),
        exists().where(RoleGrant.person_id == Person.id, type_coerce(RoleGrant.role, String) == _ROLE),
    ),
    or_(_STATE.is_(None), case((Person.active, 1), else_=0) == _STATE),
)
_COUNT = select(func.count()).select_from(Person).where(_WANTED)
_LIST = _PEOPLE.where(_WANTED)
# Nobody's agency sorts last on both engines.
_NO_AGENCY = case((Person.agency_id.is_(None), 1), else_=0)
_ORDERS = {
    PersonSort.NAME: (Person.search_key, Person.id),
    PersonSort.NAME_DOWN: (Person.search_key.desc(), Person.id.desc()),
    PersonSort.EMAIL: (Person.email, Person.id),
    PersonSort.EMAIL_DOWN: (Person.email.desc(), Person.id.desc()),
    PersonSort.AGENCY: (_NO_AGENCY, Agency.name, Person.search_key, Person.id),
    PersonSort.AGENCY_DOWN: (_NO_AGENCY, Agency.name.desc(), Person.search_key, Person.id),
}
_LIMIT, _OFFSET = bindparam("limit", type_=Integer), bindparam("offset", type_=Integer)
_READ_ALL = {sort: Read(PersonRow, _LIST.order_by(*by)) for sort, by in _ORDERS.items()}
_READ_PAGE = {sort: Read(PersonRow, _LIST.order_by(*by).limit(_LIMIT).offset(_OFFSET)) for sort, by in _ORDERS.items()}
_ROLES_OF = select(RoleGrant.person_id, RoleGrant.role).where(RoleGrant.person_id.in_(bindparam("ids", expanding=True)))
_ALL_ROLES = select(RoleGrant.person_id, RoleGrant.role)


def person_list(wanted: PersonFilter, *, page: int) -> PersonList:
    """One page of the people who fit; a page past the end is the last."""
    values = _values(wanted)
    total = db.session.scalar(_COUNT, values) or 0
    shown = page_of(total, asked=page, size=PER_PAGE)
    rows = _READ_PAGE[wanted.sort].all({**values, "limit": PER_PAGE, "offset": shown.skip})
    grants = db.session.execute(_ROLES_OF, {"ids": [row.id for row in rows]}).all()
    return PersonList(people=_with_roles(rows, grants), total=total, page=shown.number, pages=shown.pages)


def people_to_export(wanted: PersonFilter) -> tuple[PersonRow, ...]:
    """Everybody who fits, in the list's order."""
    rows = _READ_ALL[wanted.sort].all(_values(wanted))
    return _with_roles(rows, db.session.execute(_ALL_ROLES).all())


def _values(wanted: PersonFilter) -> dict[str, object]:
    active = {PersonState.OPEN: 1, PersonState.CLOSED: 0, PersonState.ALL: None}[wanted.state]
    return {
        **named_values(wanted.words),
        "agency_id": wanted.agency_id,
        "role": wanted.role.value if wanted.role else None,
        "active": active,
    }


def _with_roles(rows: Sequence[PersonRow], grants: Iterable[Row[int, Role]]) -> tuple[PersonRow, ...]:
    held: dict[int, list[Role]] = defaultdict(list)
    for person_id, role in grants:
        held[person_id].append(role)
    labels = {
        person_id: "; ".join(role.label for role in sorted(roles, key=_ROLE_ORDER.index))
        for person_id, roles in held.items()
    }
    return tuple(replace(row, roles=labels[row.id]) if row.id in labels else row for row in rows)

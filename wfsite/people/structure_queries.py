"""Reads of agencies, teams and professions: what people belong to."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, Subquery, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute

from wfsite.core.errors import Missing
from wfsite.core.searching import fold
from wfsite.db.reading import Read
from wfsite.extensions import db
from wfsite.people.models import Agency, Person, Profession, Team
from wfsite.people.rules import AgencyKind, TeamNode, in_tree_order


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """An agency, with how many people and teams are open in it."""

    id: int
    name: str
    kind: AgencyKind
    active: bool
    version: int
    people: int
    teams: int


@dataclass(frozen=True, slots=True)
class ProfessionRow:
    """A profession, with how many people have it."""

    id: int
    name: str
    active: bool
    version: int
    people: int


@dataclass(frozen=True, slots=True)
class AgencyTeams:
    """An agency with its teams as a tree."""

    id: int
    name: str
    teams: tuple[TeamNode, ...]


def _counted(
    column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None], *where: InstrumentedAttribute[bool]
) -> Subquery:
    """How many open rows point at each value of `column`."""
    return select(column.label("owner"), func.count().label("number")).where(*where).group_by(column).subquery()


_IN_AGENCY = _counted(Person.agency_id, Person.active)
_TEAMS_IN_AGENCY = _counted(Team.agency_id, Team.active)
_IN_TEAM = _counted(Person.team_id, Person.active)
_OF_PROFESSION = _counted(Person.profession_id, Person.active)

_AGENCIES = (
    select(
        Agency.id,
        Agency.name,
        Agency.kind,
        Agency.active,
        Agency.version,
        func.coalesce(_IN_AGENCY.c.number, 0).label("people"),
        func.coalesce(_TEAMS_IN_AGENCY.c.number, 0).label("teams"),
    )
    .outerjoin(_IN_AGENCY, _IN_AGENCY.c.owner == Agency.id)
    .outerjoin(_TEAMS_IN_AGENCY, _TEAMS_IN_AGENCY.c.owner == Agency.id)
)
_TEAMS = select(
    Team.id,
    Team.agency_id,
    Team.parent_id,
    Team.name,
    Team.active,
    func.coalesce(_IN_TEAM.c.number, 0).label("people"),
    Team.version,
).outerjoin(_IN_TEAM, _IN_TEAM.c.owner == Team.id)
_PROFESSIONS = select(
    Profession.id,
    Profession.name,
    Profession.active,
    Profession.version,
    func.coalesce(_OF_PROFESSION.c.number, 0).label("people"),
).outerjoin(_OF_PROFESSION, _OF_PROFESSION.c.owner == Profession.id)
_READ_AGENCIES = Read(AgencyRow, _AGENCIES)
_READ_AGENCY = Read(AgencyRow, _AGENCIES.where(Agency.id == bindparam("id")))
_READ_PROFESSIONS = Read(ProfessionRow, _PROFESSIONS)
_READ_PROFESSION = Read(ProfessionRow, _PROFESSIONS.where(Profession.id == bindparam("id")))
_READ_TEAMS = Read(TeamNode, _TEAMS)


def team_tree(team_id: ColumnElement[int]) -> Select[tuple[int]]:
    """The ids of a team and of every team below it, as a part of other rooms' statements."""
    tree = select(Team.id).where(Team.id == team_id).cte("team_tree", recursive=True)
    # A union that knows a team once: a circle would end it too.
    return select(tree.union(select(Team.id).where(Team.parent_id == tree.c.id)).c.id)


def agency_list() -> list[AgencyRow]:
    """All agencies by name, closed ones last."""
    return sorted(_READ_AGENCIES.all(), key=lambda row: (not row.active, fold(row.name)))


def agency_page(agency_id: int) -> AgencyRow:
    """One agency; raises `Missing`."""
    return _READ_AGENCY.one({"id": agency_id})


def profession_list() -> list[ProfessionRow]:
    """All professions by name, closed ones last."""
    return sorted(_READ_PROFESSIONS.all(), key=lambda row: (not row.active, fold(row.name)))


def profession_page(profession_id: int) -> ProfessionRow:
    """One profession; raises `Missing`."""
    return _READ_PROFESSION.one({"id": profession_id})


def teams_by_agency(agencies: Sequence[AgencyRow] | None = None) -> list[AgencyTeams]:
    """Every agency that has teams, by name, with its tree; `agencies` saves reading them again."""
    found: dict[int, list[TeamNode]] = {}
    for team in _READ_TEAMS.all():
        found.setdefault(team.agency_id, []).append(team)
    return [
        AgencyTeams(agency.id, agency.name, tuple(in_tree_order(found[agency.id])))
        for agency in agencies or agency_list()
        if agency.id in found
    ]


def team_page(team_id: int) -> tuple[TeamNode, AgencyTeams]:
    """One team, and the agency's tree that it stands in; raises `Missing`."""
    for agency in teams_by_agency():
        for team in agency.teams:
            if team.id == team_id:
                return team, agency
    raise Missing


Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person may belong to, as (id, words); teams stand under their agency."""

    agencies: tuple[Pair, ...]
    teams: tuple[tuple[str, tuple[Pair, ...]], ...]
    professions: tuple[Pair, ...]


def choices(
    *, keep_agency: int | None = None, keep_team: int | None = None, keep_profession: int | None = None
) -> Choices:
    """The open agencies, teams and professions, and the closed ones that somebody has now."""
    agencies = agency_list()
    offered = {agency.id for agency in agencies if agency.active or agency.id == keep_agency}
    groups = []
    for agency in teams_by_agency(agencies):
        teams = tuple((str(t.id), t.path) for t in agency.teams if t.active or t.id == keep_team)
        if agency.id in offered and teams:
            groups.append((agency.name, teams))
    return Choices(
        tuple((str(agency.id), agency.name) for agency in agencies if agency.id in offered),
        tuple(groups),
        tuple((str(p.id), p.name) for p in profession_list() if p.active or p.id == keep_profession),
    )


_AGENCY_NAMES = select(Agency.id, Agency.name)


def agency_names() -> list[Pair]:
    """All agencies as (id, name), by name: what a list is filtered by."""
    rows = db.session.execute(_AGENCY_NAMES).all()
    return [(str(row.id), row.name) for row in sorted(rows, key=lambda row: fold(row.name))]

"""Writes of agencies, teams and professions."""

from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from wfsite.core.errors import Missing, NotNow, RuleBroken, Stale
from wfsite.core.searching import fold
from wfsite.extensions import db
from wfsite.people.models import Agency, Profession, Team
from wfsite.people.rules import AgencyKind, would_be_inside_itself

Row = TypeVar("Row", Agency, Team, Profession)


def agency_add(name: str, kind: AgencyKind) -> int:
    """Add an agency and return its id; the same one sent twice is one. Raises `RuleBroken` on a taken name."""
    return _add(Agency(name=name, kind=kind), "agency", same=("kind",))


def agency_edit(agency_id: int, name: str, kind: AgencyKind, *, version: int) -> None:
    """Rename an agency or change its type. Raises `Missing`, `RuleBroken`, `Stale`."""
    _edit(Agency, agency_id, {"name": name, "kind": kind}, "agency", version)


def profession_add(name: str) -> int:
    """Add a profession and return its id; the same one sent twice is one. Raises `RuleBroken` on a taken name."""
    return _add(Profession(name=name), "profession", same=())


def profession_edit(profession_id: int, name: str, *, version: int) -> None:
    """Rename a profession. Raises `Missing`, `RuleBroken`, `Stale`."""
    _edit(Profession, profession_id, {"name": name}, "profession", version)


def team_add(agency_id: int, parent_id: int | None, name: str) -> int:
    """Add a team, or a service area when `parent_id` is None. Raises `RuleBroken`."""
    agency = db.session.get(Agency, agency_id)
    if agency is None or not agency.active:
        raise RuleBroken("agency", "Choose the agency from the list")
    parents = _tree(agency_id)
    if parent_id is not None and parent_id not in parents:
        raise RuleBroken("parent", "Choose a service area or team of the same agency")
    return _add(Team(agency_id=agency_id, parent_id=parent_id, name=name), "team", same=("parent_id",))


def team_edit(team_id: int, parent_id: int | None, name: str, *, version: int) -> None:
    """Rename a team or move it within its agency. Raises `Missing`, `RuleBroken`, `Stale`."""
    team = db.session.get(Team, team_id)
    if team is None:
        raise Missing
    parents = _tree(team.agency_id)
    if parent_id is not None and parent_id not in parents:
        raise RuleBroken("parent", "Choose a service area or team of the same agency")
    if would_be_inside_itself(team_id, parent_id, parents):
        raise RuleBroken("parent", "A team cannot be part of itself or of a team inside it")
    _edit(Team, team_id, {"name": name, "parent_id": parent_id}, "team", version)


def set_agency_open(agency_id: int, is_open: bool) -> None:
    """Offer an agency in forms, or stop offering it; what is on record stays."""
    _set_open(Agency, agency_id, is_open)


def set_profession_open(profession_id: int, is_open: bool) -> None:
    """Offer a profession in forms, or stop offering it; what is on record stays."""
    _set_open(Profession, profession_id, is_open)


def set_team_open(team_id: int, is_open: bool) -> None:
    """Offer a team in forms, or stop. Raises `NotNow` while teams inside are open, or the one around is closed."""
    team = db.session.get(Team, team_id)
    if team is None:
        raise Missing
    _tree(team.agency_id)
    if is_open:
        around = db.session.get(Team, team.parent_id) if team.parent_id else None
        if around is not None and not around.active:
            raise NotNow(f"{around.name} is closed. Open it first.")
    elif db.session.scalar(select(Team.id).where(Team.parent_id == team_id, Team.active).limit(1)):
        raise NotNow("Teams inside it are still open. Close or move them first.")
    _set_open(Team, team_id, is_open)


def _tree(agency_id: int) -> dict[int, int | None]:
    """Team → parent for one agency, locked: two moves at once could close a circle that neither sees."""
    rows = db.session.execute(
        select(Team.id, Team.parent_id).where(Team.agency_id == agency_id).order_by(Team.id).with_for_update()
    )
    return {row.id: row.parent_id for row in rows}


def _namesake(row: Row) -> Row | None:
    """The row of the same name, however it is written, in the same list; None when there is none."""
    statement = select(type(row))
    if isinstance(row, Team):
        statement = statement.where(Team.agency_id == row.agency_id)
    return next((other for other in db.session.scalars(statement) if fold(other.name) == fold(row.name)), None)


def _add(row: Row, noun: str, *, same: tuple[str, ...]) -> int:
    other = _namesake(row)
    if other is not None:
        if other.name == row.name and all(getattr(other, name) == getattr(row, name) for name in same):
            return other.id
        raise _taken(noun)
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError:  # somebody else added it meanwhile
        raise _taken(noun) from None
    return row.id


def _edit(table: type[Row], row_id: int, values: dict[str, Any], noun: str, version: int) -> None:
    row = _locked(table, row_id)
    if all(getattr(row, name) == value for name, value in values.items()):
        return
    if version != row.version:
        raise Stale(f"This {noun} was changed while you were editing.", theirs=row.version)
    if fold(values["name"]) != fold(row.name):
        scope = {"agency_id": row.agency_id} if isinstance(row, Team) else {}
        if _namesake(table(name=values["name"], **scope)) is not None:
            raise _taken(noun)
    try:
        with db.session.begin_nested():
            for name, value in values.items():
                setattr(row, name, value)
            row.version += 1
            db.session.flush()
    except IntegrityError:
        raise _taken(noun) from None


def _set_open(table: type[Row], row_id: int, is_open: bool) -> None:
    row = _locked(table, row_id)
    if row.active != is_open:
        row.active = is_open
        row.version += 1
        db.session.flush()


def _locked(table: type[Row], row_id: int) -> Row:
    row = db.session.get(table, row_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Missing
    return row


def _taken(noun: str) -> RuleBroken:
    return RuleBroken("name", f"{'An' if noun == 'agency' else 'A'} {noun} with this name is on the list already")

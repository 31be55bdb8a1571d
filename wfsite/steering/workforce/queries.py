"""Reads of workforce data: what was recorded by an instant, month by month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, exists, select

from wfsite.core.actor import Actor
from wfsite.core.clock import london_date
from wfsite.core.errors import Missing, OtherHand
from wfsite.extensions import db
from wfsite.people.models import Person, Team
from wfsite.steering.workforce.models import Measure, MeasureTarget, WorkforceReturn
from wfsite.steering.workforce.rules import FIGURES, Counts, Month, Version
from wfsite.steering.workforce.target_rules import Target


@dataclass(frozen=True, slots=True)
class Area:
    """A service area or team, and whether anybody ever gave figures for it."""

    id: int
    name: str
    parent_id: int | None
    has_figures: bool


_HAS_FIGURES = exists().where(WorkforceReturn.team_id == Team.id)
_AREAS = (
    select(Team.id, Team.name, Team.parent_id, _HAS_FIGURES.label("has_figures"))
    .where(Team.active | _HAS_FIGURES)
    .order_by(Team.id)
)
_COUNTS = tuple(getattr(WorkforceReturn, figure.name) for figure in FIGURES)
_NAMES = tuple(figure.name for figure in FIGURES)
_VERSIONS = (
    select(
        WorkforceReturn.id,
        WorkforceReturn.month,
        WorkforceReturn.recorded_at,
        Person.name.label("recorded_by"),
        WorkforceReturn.notes,
        *_COUNTS,
    )
    .outerjoin(Person, Person.id == WorkforceReturn.recorded_by)
    .where(WorkforceReturn.team_id == bindparam("team_id"), WorkforceReturn.recorded_at <= bindparam("as_at"))
)
_NEWEST_LAST = (WorkforceReturn.month, WorkforceReturn.recorded_at, WorkforceReturn.id)
_OF_TEAM = _VERSIONS.order_by(*_NEWEST_LAST)
_OF_MONTH = _VERSIONS.where(WorkforceReturn.month == bindparam("month")).order_by(*_NEWEST_LAST)
_TARGETS = (
    select(
        MeasureTarget.due_on,
        MeasureTarget.value,
        MeasureTarget.source,
        MeasureTarget.set_on,
        MeasureTarget.convert_or_replace,
        MeasureTarget.paired_with,
    )
    .where(
        MeasureTarget.team_id == bindparam("team_id"),
        MeasureTarget.measure == Measure.AGENCY_RATIO,
        MeasureTarget.set_on <= bindparam("on"),
    )
    .order_by(MeasureTarget.due_on, MeasureTarget.value.desc(), MeasureTarget.id)
)
# What the boards watch: the area that a target is set for, else the first that has figures.
_WATCHED = (
    select(Team.id, Team.name, Team.parent_id, _HAS_FIGURES.label("has_figures"))
    .outerjoin(MeasureTarget, MeasureTarget.team_id == Team.id)
    .where(_HAS_FIGURES)
    .order_by(MeasureTarget.id.is_(None), MeasureTarget.id, Team.id)
    .limit(1)
)
_AREA = select(Team.id, Team.name, Team.parent_id, _HAS_FIGURES.label("has_figures")).where(
    Team.id == bindparam("team_id")
)


def workforce_areas() -> list[Area]:
    """Every active team and service area, and closed ones that have figures."""
    return [Area(*row) for row in db.session.execute(_AREAS)]


def workforce_area(team_id: int) -> Area:
    """One team or service area; raises `Missing`."""
    row = db.session.execute(_AREA, {"team_id": team_id}).one_or_none()
    if row is None:
        raise Missing
    return Area(*row)


def watched_area() -> Area | None:
    """The service area whose figures the boards watch, or None while nobody gave any."""
    row = db.session.execute(_WATCHED).first()
    return Area(*row) if row else None


def first_area(areas: Sequence[Area], *, chosen: int | None, own: int | None) -> Area | None:
    """The area to show: the one chosen, else one's own team or what it belongs to, else the first with figures."""
    by_id = {area.id: area for area in areas}
    if chosen is not None:
        if chosen not in by_id:
            raise Missing
        return by_id[chosen]
    while own is not None and own in by_id:
        if by_id[own].has_figures:
            return by_id[own]
        own = by_id[own].parent_id
    return next((area for area in areas if area.has_figures), None)


def workforce_months(team_id: int, *, as_at: datetime) -> list[Month]:
    """The months of an area as they stood at an instant, oldest first, each with what was said before."""
    return _months(db.session.execute(_OF_TEAM, {"team_id": team_id, "as_at": as_at}))


def workforce_month(team_id: int, month: date, *, as_at: datetime) -> Month | None:
    """One month as it stood at an instant; None when nobody had given it."""
    found = _months(db.session.execute(_OF_MONTH, {"team_id": team_id, "as_at": as_at, "month": month}))
    return found[0] if found else None


def workforce_targets(team_id: int, *, as_at: datetime) -> list[Target]:
    """The targets for an area's agency workers that were set by an instant, earliest due first."""
    rows = db.session.execute(_TARGETS, {"team_id": team_id, "on": london_date(as_at)})
    return [Target(*row) for row in rows]


def _months(rows: Iterable[Any]) -> list[Month]:
    """Versions in order of month and recording, folded into one row a month."""
    found = []
    for month, group in groupby(rows, key=lambda row: row.month):
        *earlier, last = [
            Version(row[0], row[2], row[3] or "", Counts(**dict(zip(_NAMES, row[5:], strict=True))), row[4])
            for row in group
        ]
        found.append(Month(month, last.counts, last.notes, last, tuple(reversed(earlier))))
    return found


_WHOSE = (
    select(WorkforceReturn.recorded_by, Person.name, WorkforceReturn.recorded_at)
    .outerjoin(Person, Person.id == WorkforceReturn.recorded_by)
    .where(WorkforceReturn.id == bindparam("version_id"))
)


def version_hand(version_id: int, *, told_to: Actor, at: datetime) -> OtherHand:
    """Who recorded a version of a month, in words for `told_to`; "Somebody" for a version that does not exist."""
    row = db.session.execute(_WHOSE, {"version_id": version_id}).one_or_none()
    person_id, name, recorded_at = row or (None, "", None)
    return OtherHand.of(person_id, name=name, changed_at=recorded_at, told_to=told_to, at=at)

"""Reads of workforce data: what was recorded by an instant, month by month."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import aliased

from wfsite.core.actor import Actor
from wfsite.core.clock import london_date
from wfsite.core.errors import Missing, OtherHand
from wfsite.core.periods import month_end
from wfsite.db.dated import in_order
from wfsite.db.reading import Read, ReadPair
from wfsite.people.models import Person, Team
from wfsite.steering.workforce.models import RETURNS, MeasureTarget, WorkforceReturn
from wfsite.steering.workforce.rules import FIGURES, Counts, Month, Version
from wfsite.steering.workforce.target_rules import Measure, Target


@dataclass(frozen=True, slots=True)
class Area:
    """A service area or team, and whether anybody ever gave figures for it."""

    id: int
    name: str
    parent_id: int | None
    has_figures: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """When a month was recorded and by whom, "" for nobody, with its footnotes; its counts stand beside it."""

    id: int
    month: date
    recorded_at: datetime
    recorded_by: str
    notes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Recorder:
    """Whoever recorded a version, and when."""

    person_id: int | None
    name: str | None
    recorded_at: datetime


_MOST_TARGETS = 20
_HAS_FIGURES = exists().where(WorkforceReturn.team_id == Team.id)
_ANY_AREA = select(Team.id, Team.name, Team.parent_id, _HAS_FIGURES.label("has_figures"))
_AREAS = _ANY_AREA.where(Team.active | _HAS_FIGURES).order_by(Team.id)
_AREA = _ANY_AREA.where(Team.id == bindparam("team_id"))
_VERSIONS = (
    select(
        WorkforceReturn.id,
        WorkforceReturn.month,
        WorkforceReturn.recorded_at,
        func.coalesce(Person.name, "").label("recorded_by"),
        WorkforceReturn.notes,
        *(getattr(WorkforceReturn, figure.name) for figure in FIGURES),
    )
    .outerjoin(Person, Person.id == WorkforceReturn.recorded_by)
    .where(WorkforceReturn.team_id == bindparam("team_id"), WorkforceReturn.recorded_at <= bindparam("as_at"))
)
_NEWEST_LAST = (WorkforceReturn.month, *in_order(RETURNS.table))
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
    _ANY_AREA.outerjoin(MeasureTarget, MeasureTarget.team_id == Team.id)
    .where(_HAS_FIGURES)
    .order_by(MeasureTarget.id.is_(None), MeasureTarget.id, Team.id)
    .limit(1)
)
_WHOSE = (
    select(WorkforceReturn.recorded_by.label("person_id"), Person.name, WorkforceReturn.recorded_at)
    .outerjoin(Person, Person.id == WorkforceReturn.recorded_by)
    .where(WorkforceReturn.id == bindparam("version_id"))
)
_READ_AREAS, _READ_AREA, _READ_WATCHED = Read(Area, _AREAS), Read(Area, _AREA), Read(Area, _WATCHED)
_READ_OF_TEAM, _READ_OF_MONTH = ReadPair(Recorded, Counts, _OF_TEAM), ReadPair(Recorded, Counts, _OF_MONTH)
_READ_TARGETS, _READ_WHOSE = Read(Target, _TARGETS), Read(_Recorder, _WHOSE)


def workforce_areas() -> Sequence[Area]:
    """Every active team and service area, and closed ones that have figures."""
    return _READ_AREAS.all()


def workforce_area(team_id: int) -> Area:
    """One team or service area; raises `Missing`."""
    return _READ_AREA.one({"team_id": team_id})


def watched_area() -> Area | None:
    """The service area whose figures the boards watch, or None while nobody gave any."""
    return _READ_WATCHED.one_or_none()


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
    return _months(_READ_OF_TEAM.all({"team_id": team_id, "as_at": as_at}))


def workforce_month(team_id: int, month: date, *, as_at: datetime) -> Month | None:
    """One month as it stood at an instant; None when nobody had given it."""
    found = _months(_READ_OF_MONTH.all({"team_id": team_id, "as_at": as_at, "month": month}))
    return found[0] if found else None


def workforce_targets(team_id: int, *, as_at: datetime) -> Sequence[Target]:
    """The targets for an area's agency workers that were set by an instant, earliest due first."""
    return _READ_TARGETS.all({"team_id": team_id, "on": london_date(as_at)})


@dataclass(frozen=True, slots=True)
class _AreaMonth:
    """A month of an active area as it stands now; its counts stand beside it."""

    area_id: int
    area: str
    month: date
    notes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AreaMonths:
    """An area with the latest months that it gave, oldest first; there is at least one."""

    id: int
    name: str
    months: tuple[Month, ...]


# A year and the month before it, of those that an area gave, however long ago.
_LATEST_MONTHS = 14
_EARLIER = aliased(WorkforceReturn)
_FIRST_OF_LATEST = (
    select(_EARLIER.month)
    .where(_EARLIER.team_id == Team.id)
    .distinct()
    .order_by(_EARLIER.month.desc())
    .limit(1)
    .offset(_LATEST_MONTHS - 1)
    .correlate(Team)
    .scalar_subquery()
)
_READ_BY_AREA = ReadPair(
    _AreaMonth,
    Counts,
    select(
        Team.id.label("area_id"),
        Team.name.label("area"),
        WorkforceReturn.month,
        WorkforceReturn.notes,
        *(getattr(WorkforceReturn, figure.name) for figure in FIGURES),
    )
    .join(WorkforceReturn, WorkforceReturn.team_id == Team.id)
    .where(
        Team.active,
        WorkforceReturn.month >= func.coalesce(_FIRST_OF_LATEST, date.min),
        WorkforceReturn.id == RETURNS.newest(Team.id, WorkforceReturn.month),
    )
    .order_by(Team.id, WorkforceReturn.month),
)


def months_by_area() -> tuple[AreaMonths, ...]:
    """Every active area that ever gave figures, with its latest months: one statement for all of them."""
    rows = _READ_BY_AREA.all()
    return tuple(
        AreaMonths(area_id, name, tuple(Month(month=row.month, counts=counts, notes=row.notes) for row, counts in own))
        for (area_id, name), own in groupby(rows, key=lambda row: (row[0].area_id, row[0].area))
    )


@dataclass(frozen=True, slots=True)
class DueTarget:
    """A target that is due, and the area that it is set for."""

    area_id: int
    area: str
    due_on: date
    value: Decimal
    source: str
    convert_or_replace: int | None
    paired_with: str


_READ_DUE = Read(
    DueTarget,
    select(
        Team.id.label("area_id"),
        Team.name.label("area"),
        MeasureTarget.due_on,
        MeasureTarget.value,
        MeasureTarget.source,
        MeasureTarget.convert_or_replace,
        MeasureTarget.paired_with,
    )
    .join(Team, Team.id == MeasureTarget.team_id)
    .where(MeasureTarget.due_on.between(bindparam("first"), bindparam("last")), MeasureTarget.set_on <= bindparam("on"))
    .order_by(MeasureTarget.due_on, Team.name, MeasureTarget.id)
    .limit(_MOST_TARGETS),
)


def targets_due(*, on: date) -> tuple[DueTarget, ...]:
    """The targets whose day is in the month of `on`, of whatever area, the earliest first; twenty at most."""
    first = on.replace(day=1)
    return _READ_DUE.all({"first": first, "last": month_end(first), "on": on})


@dataclass(frozen=True, slots=True)
class _Given:
    """When somebody gave figures last."""

    recorded_at: datetime


_READ_LAST_GIVEN = Read(_Given, select(WorkforceReturn.recorded_at).order_by(WorkforceReturn.id.desc()).limit(1))


def figures_given_at() -> datetime | None:
    """When somebody gave or corrected figures last, of whatever area; None while nobody has."""
    found = _READ_LAST_GIVEN.one_or_none()
    return found.recorded_at if found else None


def _months(versions: Iterable[tuple[Recorded, Counts]]) -> list[Month]:
    """Versions in order of month and recording, folded into one row a month."""
    found = []
    for month, group in groupby(versions, key=lambda version: version[0].month):
        *earlier, last = [_version(recorded, counts) for recorded, counts in group]
        found.append(
            Month(month=month, counts=last.counts, notes=last.notes, version=last, earlier=tuple(reversed(earlier)))
        )
    return found


def _version(recorded: Recorded, counts: Counts) -> Version:
    return Version(
        id=recorded.id,
        recorded_at=recorded.recorded_at,
        recorded_by=recorded.recorded_by,
        counts=counts,
        notes=recorded.notes,
    )


def version_hand(version_id: int, *, told_to: Actor, at: datetime) -> OtherHand:
    """Who recorded a version of a month, in words for `told_to`; "Somebody" for a version that does not exist."""
    found = _READ_WHOSE.one_or_none({"version_id": version_id})
    if found is None:
        return OtherHand.of(None, name="", changed_at=None, told_to=told_to, at=at)
    return OtherHand.of(found.person_id, name=found.name, changed_at=found.recorded_at, told_to=told_to, at=at)

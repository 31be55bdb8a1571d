"""Reads of the groups room."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from wfsite.audit.queries import last_hand
from wfsite.core.actor import Actor
from wfsite.core.errors import Missing, OtherHand
from wfsite.core.groups import GroupKind, GroupRole
from wfsite.db.base import table_of
from wfsite.db.reading import Read
from wfsite.extensions import db
from wfsite.groups.models import Group, GroupMember, GroupTerms, Meeting
from wfsite.people.models import Agency, Person


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the front door lists them, and the day from which they are one."""

    id: int
    name: str
    job_title: str
    agency: str
    role: GroupRole
    represents: str
    from_on: date


@dataclass(frozen=True, slots=True)
class GroupHome:
    """What a group is for, who is on it and who joins it later, what it watches and when it meets."""

    id: int
    name: str
    version: int
    cadence: str
    reports_to_id: int | None
    reports_to: str
    purpose: str
    terms: list[str] | None
    terms_agreed_on: date | None
    last_met_on: date | None
    meets_next_on: date | None
    members: tuple[Member, ...] = ()
    coming: tuple[Member, ...] = ()

    @property
    def watches(self) -> tuple[str, ...]:
        """What it watches, in the terms in force."""
        return tuple(self.terms or ())


_PARENT = aliased(Group)
_EARLIER = aliased(GroupTerms)
_TERMS_IN_FORCE = (
    select(func.max(_EARLIER.agreed_on))
    .where(_EARLIER.group_id == Group.id, _EARLIER.agreed_on <= bindparam("on"))
    .scalar_subquery()
)


_group, _meeting = table_of(Group), table_of(Meeting)
_HELD, _OF_GROUP = select(func.max(_meeting.c.held_on)), _meeting.c.group_id == _group.c.id
_HELD_BY_KIND = _HELD.join(_group, _OF_GROUP).where(_group.c.kind == bindparam("kind"))
# "Last met on" takes a meeting for held on its day, all of it; the next one is on a later day.
_BY_DAY, _AFTER_DAY = _meeting.c.held_on <= bindparam("on"), _meeting.c.held_on > bindparam("on")
_MET_BY_DAY = _HELD_BY_KIND.where(_BY_DAY)
_MEETS_NEXT = select(func.min(_meeting.c.held_on)).where(_OF_GROUP, _AFTER_DAY)
# "Not updated since the last meeting" counts from the one before the day, since what is said for a meeting may still
# come on its own day. Also a part of other rooms' statements; takes `kind` and `before`.
MET_BEFORE = _HELD_BY_KIND.where(_meeting.c.held_on < bindparam("before"))


_GROUP = (
    select(
        Group.id,
        Group.name,
        Group.version,
        Group.cadence,
        Group.reports_to_id,
        func.coalesce(_PARENT.name, "").label("reports_to"),
        func.coalesce(GroupTerms.purpose, "").label("purpose"),
        GroupTerms.watches.label("terms"),
        GroupTerms.agreed_on.label("terms_agreed_on"),
        _HELD.where(_OF_GROUP, _BY_DAY).scalar_subquery().label("last_met_on"),
        _MEETS_NEXT.scalar_subquery().label("meets_next_on"),
    )
    .outerjoin(_PARENT, _PARENT.id == Group.reports_to_id)
    .outerjoin(GroupTerms, and_(GroupTerms.group_id == Group.id, GroupTerms.agreed_on == _TERMS_IN_FORCE))
    .where(Group.kind == bindparam("kind"))
)
# Whether a seat is taken on a day or later; one that ended before it began never was.
_LASTS = or_(
    GroupMember.to_on.is_(None),
    and_(GroupMember.to_on > bindparam("on"), GroupMember.to_on > GroupMember.from_on),
)
_MEMBERS = (
    select(
        GroupMember.id,
        Person.name,
        Person.job_title,
        func.coalesce(Agency.name, "").label("agency"),
        GroupMember.role,
        GroupMember.represents,
        GroupMember.from_on,
    )
    .join(Person, Person.id == GroupMember.person_id)
    .outerjoin(Agency, Agency.id == Person.agency_id)
    .where(GroupMember.group_id == bindparam("group_id"), _LASTS)
)
_READ_GROUP = Read(GroupHome, _GROUP)
_READ_MEMBERS = Read(Member, _MEMBERS)
_ROLE_ORDER = list(GroupRole)


def group_or_none(kind: GroupKind, *, on: date) -> GroupHome | None:
    """A group as it stood on a day, or None when it has not been set up."""
    group = _READ_GROUP.one_or_none({"kind": kind, "on": on})
    if group is None:
        return None
    seats = sorted(
        _READ_MEMBERS.all({"group_id": group.id, "on": on}), key=lambda m: (_ROLE_ORDER.index(m.role), m.name)
    )
    return replace(
        group,
        members=tuple(seat for seat in seats if seat.from_on <= on),
        coming=tuple(sorted((seat for seat in seats if seat.from_on > on), key=lambda seat: seat.from_on)),
    )


def last_hand_of(group_id: int, *, told_to: Actor, at: datetime) -> OtherHand:
    """Whose change of a group, or of its terms, stands."""
    terms = db.session.scalars(select(GroupTerms.id).where(GroupTerms.group_id == group_id))
    rows = [("group_terms", terms_id) for terms_id in terms]
    return last_hand((Group.__tablename__, group_id), *rows, told_to=told_to, at=at)


def group_home(kind: GroupKind, *, on: date) -> GroupHome:
    """A group as it stood on a day; raises `Missing` when it has not been set up."""
    found = group_or_none(kind, on=on)
    if found is None:
        raise Missing
    return found


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group as the list names it."""

    id: int
    kind: GroupKind
    name: str
    members: int


_GROUPS = (
    select(Group.id, Group.kind, Group.name, func.count(GroupMember.id).label("members"))
    .outerjoin(GroupMember, and_(GroupMember.group_id == Group.id, GroupMember.from_on <= bindparam("on"), _LASTS))
    .group_by(Group.id, Group.kind, Group.name)
)


_READ_GROUPS = Read(GroupLine, _GROUPS)


def group_list(*, on: date) -> tuple[GroupLine, ...]:
    """The groups that are set up, in the site's order, with how many sit on each on a day."""
    return tuple(sorted(_READ_GROUPS.all({"on": on}), key=lambda line: list(GroupKind).index(line.kind)))


@dataclass(frozen=True, slots=True)
class GroupName:
    """A group, as whatever hangs on it names it."""

    id: int
    kind: GroupKind
    name: str


_READ_NAME = Read(
    GroupName, select(_group.c.id, _group.c.kind, _group.c.name).where(_group.c.id == bindparam("group_id"))
)


def group_name_or_none(group_id: int) -> GroupName | None:
    """A group's name, or None when there is no such group."""
    return _READ_NAME.one_or_none({"group_id": group_id})


@dataclass(frozen=True, slots=True)
class GroupDates:
    """When a group last met, and when it meets next."""

    kind: GroupKind
    name: str
    last_met_on: date | None
    meets_next_on: date | None


_READ_DATES = Read(
    GroupDates,
    select(
        _group.c.kind,
        _group.c.name,
        _HELD.where(_OF_GROUP, _BY_DAY).scalar_subquery().label("last_met_on"),
        _MEETS_NEXT.scalar_subquery().label("meets_next_on"),
    ),
)


def group_dates(*, on: date) -> dict[GroupKind, GroupDates]:
    """The groups that are set up with their meetings around a day, in the site's order."""
    found = {dates.kind: dates for dates in _READ_DATES.all({"on": on})}
    return {kind: found[kind] for kind in GroupKind if kind in found}


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting."""

    id: int
    held_on: date


_MEETINGS = (
    select(Meeting.id, Meeting.held_on)
    .where(Meeting.group_id == bindparam("group_id"))
    .order_by(Meeting.held_on.desc())
    .limit(60)
)


_READ_MEETINGS = Read(MeetingLine, _MEETINGS)


def meetings(group_id: int) -> tuple[MeetingLine, ...]:
    """A group's meetings, the latest first, at most sixty."""
    return _READ_MEETINGS.all({"group_id": group_id})


def last_met_on(kind: GroupKind, *, on: date) -> date | None:
    """The day on which the group last met, as said on a day: that day itself when it meets then. None for never."""
    found: date | None = db.session.scalar(_MET_BY_DAY, {"kind": kind, "on": on})
    return found


def met_before_on(kind: GroupKind, *, before: date) -> date | None:
    """The day of the group's last meeting before a day: what is said since then is new. None when there was none."""
    found: date | None = db.session.scalar(MET_BEFORE, {"kind": kind, "before": before})
    return found

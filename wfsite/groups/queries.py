"""Reads of the groups room."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    ScalarSelect,
    String,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from wfsite.audit.queries import last_hand
from wfsite.core.actor import Actor
from wfsite.core.errors import Missing, OtherHand
from wfsite.core.groups import GroupKind, GroupRole
from wfsite.core.permissions import Permission
from wfsite.db.base import table_of
from wfsite.db.reading import Read
from wfsite.extensions import db
from wfsite.groups.models import Group, GroupMember, GroupParent, GroupTerms, Meeting
from wfsite.people.models import Agency, Person


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the front door lists them, and the day from which they are one."""

    id: int
    person_id: int
    name: str
    job_title: str
    agency: str
    role: GroupRole
    represents: str
    from_on: date


@dataclass(frozen=True, slots=True)
class NamedGroup:
    """A group that another one speaks of."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class GroupHome:
    """What a group is for, who is on it and who joins it later, what it watches and when it meets."""

    id: int
    kind: GroupKind
    name: str
    version: int
    cadence: str
    ended_on: date | None
    named_parents: str | None
    named_others: str | None
    purpose: str
    terms: list[str] | None
    terms_agreed_on: date | None
    last_met_on: date | None
    meets_next_on: date | None
    on: date
    members: tuple[Member, ...] = ()
    coming: tuple[Member, ...] = ()

    @property
    def watches(self) -> tuple[str, ...]:
        """What it watches, in the terms in force."""
        return tuple(self.terms or ())

    @property
    def parents(self) -> tuple[NamedGroup, ...]:
        """The groups that it reports to, by name."""
        return tuple(sorted(_read_names(self.named_parents), key=lambda parent: parent.name))

    @property
    def others(self) -> tuple[NamedGroup, ...]:
        """The other groups of its kind that have not ended, the oldest first."""
        return tuple(sorted(_read_names(self.named_others), key=lambda other: other.id))

    @property
    def has_ended(self) -> bool:
        """Whether it is no more on the day."""
        return self.ended_on is not None and self.ended_on <= self.on


_ON: BindParameter[date] = bindparam("on")
_group, _meeting, _parent = table_of(Group), table_of(Meeting), table_of(GroupParent)
_named, _rival = _group.alias(), _group.alias()


def is_open(group: FromClause) -> ColumnElement[bool]:
    """Whether a group has not ended on the day `on`."""
    return or_(group.c.ended_on.is_(None), group.c.ended_on > _ON)


# The group of a kind to which its front door belongs: the oldest that is open. Takes `kind` and `on`.
FRONT = select(func.min(_rival.c.id)).where(_rival.c.kind == bindparam("kind"), is_open(_rival)).scalar_subquery()

_HELD, _OF_GROUP = select(func.max(_meeting.c.held_on)), _meeting.c.group_id == _group.c.id
# "Last met on" takes a meeting for held on its day, all of it; the next one is on a later day.
_BY_DAY, _AFTER_DAY = _meeting.c.held_on <= _ON, _meeting.c.held_on > _ON
_LAST_MET = _HELD.where(_OF_GROUP, _BY_DAY).correlate(_group).scalar_subquery().label("last_met_on")
_MEETS_NEXT = (
    select(func.min(_meeting.c.held_on))
    .where(_OF_GROUP, _AFTER_DAY)
    .correlate(_group)
    .scalar_subquery()
    .label("meets_next_on")
)


def met_before(group_id: ColumnElement[int]) -> ScalarSelect[date | None]:
    """The day of a group's last meeting before the day `before`; NULL when there was none.

    "Not updated since the last meeting" counts from it, since what is said for a meeting may still come on its own day.
    """
    return _HELD.where(_meeting.c.group_id == group_id, _meeting.c.held_on < bindparam("before")).scalar_subquery()


# No name holds it, not even one that was written past the forms with line breaks in it.
_BETWEEN = "\x1e"


def _names(*where: ColumnElement[bool]) -> ScalarSelect[str | None]:
    """Groups as one text, each "3:Workforce board", so that a group comes with those that it speaks of."""
    one = cast(_named.c.id, String) + ":" + _named.c.name
    return select(func.aggregate_strings(one, _BETWEEN)).where(*where).correlate(_group).scalar_subquery()


def _read_names(text: str | None) -> list[NamedGroup]:
    pairs = (line.partition(":") for line in (text.split(_BETWEEN) if text else ()))
    return [NamedGroup(int(raw), name) for raw, _, name in pairs]


_EARLIER = aliased(GroupTerms)
_TERMS_IN_FORCE = (
    select(func.max(_EARLIER.agreed_on)).where(_EARLIER.group_id == Group.id, _EARLIER.agreed_on <= _ON)
).scalar_subquery()
_ITS_PARENTS = select(_parent.c.parent_id).where(_parent.c.group_id == _group.c.id).correlate(_group)
_GROUP = (
    select(
        Group.id,
        Group.kind,
        Group.name,
        Group.version,
        Group.cadence,
        Group.ended_on,
        _names(_named.c.id.in_(_ITS_PARENTS)).label("named_parents"),
        _names(_named.c.kind == _group.c.kind, _named.c.id != _group.c.id, is_open(_named)).label("named_others"),
        func.coalesce(GroupTerms.purpose, "").label("purpose"),
        GroupTerms.watches.label("terms"),
        GroupTerms.agreed_on.label("terms_agreed_on"),
        _LAST_MET,
        _MEETS_NEXT,
    )
    .select_from(Group)
    .outerjoin(GroupTerms, and_(GroupTerms.group_id == Group.id, GroupTerms.agreed_on == _TERMS_IN_FORCE))
)
# Whether a seat is taken on a day or later; one that ended before it began never was.
_LASTS = or_(
    GroupMember.to_on.is_(None),
    and_(GroupMember.to_on > _ON, GroupMember.to_on > GroupMember.from_on),
)
_MEMBERS = (
    select(
        GroupMember.id,
        GroupMember.person_id,
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
_READ_FRONT = Read(GroupHome, _GROUP.where(Group.id == FRONT), given=("on",))
_READ_GROUP = Read(GroupHome, _GROUP.where(Group.id == bindparam("group_id")), given=("on",))
_READ_MEMBERS = Read(Member, _MEMBERS)
_ROLE_ORDER, _KIND_ORDER = list(GroupRole), list(GroupKind)


def front_or_none(kind: GroupKind, *, on: date) -> GroupHome | None:
    """The oldest open group of a kind as it stood on a day, or None where none is set up."""
    found = _READ_FRONT.one_or_none({"kind": kind, "on": on}, on=on)
    return found and _with_members(found, on=on)


def group_page(group_id: int, *, on: date) -> GroupHome:
    """A group as it stood on a day; one that has ended as on its last day. Raises `Missing`."""
    found = _READ_GROUP.one({"group_id": group_id, "on": on}, on=on)
    if found.ended_on and found.has_ended:
        last_on = found.ended_on - timedelta(days=1)
        stood = _READ_GROUP.one({"group_id": group_id, "on": last_on}, on=on)
        return _with_members(replace(stood, meets_next_on=None), on=last_on)
    return _with_members(found, on=on)


def group_to_manage(group_id: int, *, seen_by: Actor, on: date) -> GroupHome:
    """A group that `seen_by` may set up; raises `Missing` for any other."""
    if not seen_by.can_for(Permission.GROUP_MANAGE, group_id):
        raise Missing
    return group_page(group_id, on=on)


def _with_members(group: GroupHome, *, on: date) -> GroupHome:
    seats = sorted(
        _READ_MEMBERS.all({"group_id": group.id, "on": on}), key=lambda m: (_ROLE_ORDER.index(m.role), m.name)
    )
    return replace(
        group,
        members=tuple(seat for seat in seats if seat.from_on <= on),
        coming=tuple(sorted((seat for seat in seats if seat.from_on > on), key=lambda seat: seat.from_on)),
    )


def last_hand_of(group_id: int, *, told_to: Actor, at: datetime) -> OtherHand:
    """Whose change of a group, of its terms or of whom it reports to, stands."""
    terms = db.session.scalars(select(GroupTerms.id).where(GroupTerms.group_id == group_id))
    rows = [("group_terms", terms_id) for terms_id in terms]
    return last_hand((Group.__tablename__, group_id), *rows, told_to=told_to, at=at)


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group as the list names it."""

    id: int
    kind: GroupKind
    name: str
    ended_on: date | None
    members: int


_READ_GROUPS = Read(
    GroupLine,
    select(Group.id, Group.kind, Group.name, Group.ended_on, func.count(GroupMember.id).label("members"))
    .outerjoin(GroupMember, and_(GroupMember.group_id == Group.id, GroupMember.from_on <= _ON, _LASTS))
    .group_by(Group.id, Group.kind, Group.name, Group.ended_on)
    .order_by(Group.id),
)


def group_list(*, on: date) -> tuple[GroupLine, ...]:
    """Every group in the site's order, the oldest of a kind first, with how many sit on each on a day."""
    return tuple(sorted(_READ_GROUPS.all({"on": on}), key=lambda line: _KIND_ORDER.index(line.kind)))


_NAME = select(_group.c.name).where(_group.c.id == bindparam("group_id"))


def group_name_or_none(group_id: int) -> str | None:
    """What a group is called, or None when there is none."""
    found: str | None = db.session.scalar(_NAME, {"group_id": group_id})
    return found


@dataclass(frozen=True, slots=True)
class GroupDates:
    """When a group last met, and when it meets next."""

    id: int
    kind: GroupKind
    name: str
    last_met_on: date | None
    meets_next_on: date | None
    has_front: bool = False


_READ_DATES = Read(
    GroupDates,
    select(_group.c.id, _group.c.kind, _group.c.name, _LAST_MET, _MEETS_NEXT)
    .where(is_open(_group))
    .order_by(_group.c.id),
)


def group_dates(*, on: date) -> tuple[GroupDates, ...]:
    """The open groups with their meetings around a day, in the site's order; the first of a kind has its front door."""
    found = sorted(_READ_DATES.all({"on": on}), key=lambda dates: _KIND_ORDER.index(dates.kind))
    first = {dates.kind: dates.id for dates in reversed(found)}
    return tuple(replace(dates, has_front=first[dates.kind] == dates.id) for dates in found)


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


_MET_BY_DAY, _FRONT_ID = _HELD.where(_meeting.c.group_id == FRONT, _BY_DAY), select(FRONT)
_MET_BEFORE = select(met_before(bindparam("group_id", type_=Group.id.type)))


def last_met_on(kind: GroupKind, *, on: date) -> date | None:
    """The day on which a kind's front group last met, as said on a day: that day itself when it meets then."""
    found: date | None = db.session.scalar(_MET_BY_DAY, {"kind": kind, "on": on})
    return found


def met_before_on(group_id: int, *, before: date) -> date | None:
    """The day of a group's last meeting before a day: what is said since then is new. None when there was none."""
    return db.session.scalar(_MET_BEFORE, {"group_id": group_id, "before": before})


def front_id(kind: GroupKind, *, on: date) -> int | None:
    """The id of the oldest open group of a kind, or None where none is set up."""
    return db.session.scalar(_FRONT_ID, {"kind": kind, "on": on})

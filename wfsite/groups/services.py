"""Writes of the groups room: setting up a group, its end, its members and its meetings.

A group that has ended is as it was: it is opened again before anything of it is changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from wfsite.core.actor import Actor
from wfsite.core.errors import Missing, NotNow, RuleBroken, Stale
from wfsite.core.groups import GroupKind, GroupRole
from wfsite.core.permissions import Permission
from wfsite.core.words import long_date
from wfsite.extensions import db
from wfsite.groups.models import Group, GroupMember, GroupParent, GroupTerms, Meeting
from wfsite.groups.rules import reports_to_itself
from wfsite.people.models import Person


@dataclass(frozen=True, slots=True)
class GroupInput:
    """What the form says of a group; `parent_ids` in ascending order."""

    name: str
    purpose: str
    watches: tuple[str, ...]
    cadence: str
    parent_ids: tuple[int, ...]
    agreed_on: date


def group_add(kind: GroupKind, wanted: GroupInput, *, on: date) -> int:
    """Set up a group; returns its id. The same form again finds the group that it made.

    Raises `RuleBroken` when the name is taken or the date is in the future.
    """
    _check_agreed(wanted, on=on)
    known = db.session.scalar(select(Group).where(Group.name == wanted.name))
    if known is not None and known.kind is kind and _says(known, wanted):
        return known.id
    _check_name(wanted, of=None)
    group = Group(kind=kind, name=wanted.name, cadence=wanted.cadence, version=1)
    db.session.add(group)
    db.session.flush()
    _set_terms(group.id, wanted)
    _set_parents(group.id, wanted.parent_ids)
    return group.id


def group_save(group_id: int, wanted: GroupInput, *, version: int, terms_of: date | None, by: Actor, on: date) -> None:
    """Change a group; new terms make a new dated version, the old one stays.

    `terms_of` is the date of the terms that the form showed: only these, in force `on` this day, are corrected in
    place. Raises `Stale` when others stand now, `RuleBroken` when the name is taken, the group would report to
    itself, or the date is in the future or before theirs: then nothing that was typed would be in force.
    """
    group = _to_change(group_id, by=by, on=on)
    in_force = _in_force(group.id, on)
    if (group.version, in_force) != (version, terms_of):
        if _says(group, wanted):
            return  # the same form again
        raise Stale("This group was changed while you were editing it.", theirs=in_force)
    _check_agreed(wanted, on=on)
    if in_force is not None and wanted.agreed_on < in_force:
        way_out = "Enter that day to correct them, or a later one for new terms"
        raise RuleBroken("agreed_on", f"The terms in force were agreed on {long_date(in_force)}. {way_out}")
    _check_name(wanted, of=group.id)
    _check_parents(group.id, wanted.parent_ids)
    group.name, group.cadence = wanted.name, wanted.cadence
    group.version += 1
    _set_terms(group.id, wanted)
    _set_parents(group.id, wanted.parent_ids)


def group_end(group_id: int, *, on: date) -> None:
    """From this day on the group is no more: its pages tell how it stood, its seats give nothing."""
    group = _held(group_id)
    if group.ended_on is None:
        group.ended_on = on
        group.version += 1
        db.session.flush()


def group_reopen(group_id: int) -> None:
    """Take back that a group has ended: the seats that lasted are held again."""
    group = _held(group_id)
    if group.ended_on is not None:
        group.ended_on = None
        group.version += 1
        db.session.flush()


def _held(group_id: int) -> Group:
    """The group, for one request at a time; raises `Missing`."""
    group = db.session.scalar(select(Group).where(Group.id == group_id).with_for_update())
    if group is None:
        raise Missing
    return group


def _to_change(group_id: int, *, by: Actor, on: date) -> Group:
    """The group, held; raises `Missing` for one that `by` may not set up, `NotNow` for one that has ended."""
    if not by.can_for(Permission.GROUP_MANAGE, group_id):
        raise Missing
    group = _held(group_id)
    if group.ended_on is not None and group.ended_on <= on:
        raise NotNow(
            f"{group.name} ended on {long_date(group.ended_on)}, so it stays as it was. "
            "An administrator can open it again."
        )
    return group


def _check_agreed(wanted: GroupInput, *, on: date) -> None:
    if wanted.agreed_on > on:
        raise RuleBroken("agreed_on", "The date the terms were agreed must be today or in the past")


def _check_name(wanted: GroupInput, *, of: int | None) -> None:
    same_name = db.session.scalar(select(Group.id).where(Group.name == wanted.name))
    if same_name not in (None, of):
        raise RuleBroken("name", "Another group has this name. Enter a different name")


def _check_parents(group_id: int, wanted: Sequence[int]) -> None:
    parents: dict[int, list[int]] = {}
    for child_id, parent_id in db.session.execute(select(GroupParent.group_id, GroupParent.parent_id)):
        parents.setdefault(child_id, []).append(parent_id)
    if reports_to_itself(group_id, wanted, parents):
        raise RuleBroken("reports_to", "One of these groups reports to this one already. Choose another")


def _set_terms(group_id: int, wanted: GroupInput) -> None:
    terms = _terms(group_id, wanted.agreed_on)
    if terms is None:
        terms = GroupTerms(group_id=group_id, agreed_on=wanted.agreed_on)
        db.session.add(terms)
    terms.purpose, terms.watches = wanted.purpose, list(wanted.watches)
    db.session.flush()


def _set_parents(group_id: int, wanted: Sequence[int]) -> None:
    known = {row.parent_id: row for row in _parents(group_id)}
    for parent_id in known.keys() - set(wanted):
        db.session.delete(known[parent_id])
    db.session.add_all(GroupParent(group_id=group_id, parent_id=one) for one in wanted if one not in known)
    db.session.flush()


def _parents(group_id: int) -> Sequence[GroupParent]:
    found = select(GroupParent).where(GroupParent.group_id == group_id).order_by(GroupParent.parent_id)
    return db.session.scalars(found).all()


def _in_force(group_id: int, on: date) -> date | None:
    """The date of the terms in force on a day."""
    agreed_on = select(func.max(GroupTerms.agreed_on)).where(
        GroupTerms.group_id == group_id, GroupTerms.agreed_on <= on
    )
    return db.session.scalar(agreed_on)


def _terms(group_id: int, agreed_on: date) -> GroupTerms | None:
    return db.session.scalar(
        select(GroupTerms).where(GroupTerms.group_id == group_id, GroupTerms.agreed_on == agreed_on)
    )


def _says(group: Group, wanted: GroupInput) -> bool:
    """Whether a group is on record just so."""
    terms = _terms(group.id, wanted.agreed_on)
    return terms is not None and wanted == GroupInput(
        name=group.name,
        purpose=terms.purpose,
        watches=tuple(terms.watches),
        cadence=group.cadence,
        parent_ids=tuple(row.parent_id for row in _parents(group.id)),
        agreed_on=terms.agreed_on,
    )


def member_add(
    group_id: int, *, email: str, role: GroupRole, represents: str, from_on: date, by: Actor, on: date
) -> int:
    """Give somebody a seat; returns its id. The same seat again has no effect.

    Raises `RuleBroken` for an unknown address, and when they have another seat on the group at that time.
    """
    _to_change(group_id, by=by, on=on)
    person = db.session.execute(
        select(Person.id, Person.name).where(Person.email == email, Person.active)
    ).one_or_none()
    if person is None:
        raise RuleBroken("email", "Nobody with this address is on the site. Ask an administrator to add them first")
    seats = db.session.scalars(
        select(GroupMember).where(GroupMember.group_id == group_id, GroupMember.person_id == person.id)
    ).all()
    same = next((seat for seat in seats if seat.from_on == from_on), None)
    if same and (same.role, same.represents, same.to_on) == (role, represents, None):
        return same.id
    for seat in seats:
        _check_room(person.name, seat, from_on=from_on, on=on)
    if same is None:
        same = GroupMember(group_id=group_id, person_id=person.id, from_on=from_on)
        db.session.add(same)
    same.role, same.represents, same.to_on = role, represents, None
    db.session.flush()
    return same.id


def _check_room(name: str, seat: GroupMember, *, from_on: date, on: date) -> None:
    """Raises `RuleBroken` when a seat of theirs stands in the way of one that begins on `from_on`."""
    role = seat.role.label
    if seat.to_on is None:
        held = (
            f"is already on this group as {role} since" if seat.from_on <= on else f"is to join this group as {role} on"
        )
        raise RuleBroken("email", f"{name} {held} {long_date(seat.from_on)}. End that first")
    if seat.to_on > max(from_on, seat.from_on):
        until = f"{name} was on this group as {role} until {long_date(seat.to_on)}"
        raise RuleBroken("from_on", f"{until}. Enter that day or a later one")


@dataclass(frozen=True, slots=True)
class Ended:
    """A seat that was ended: whose it was, and whether it had begun."""

    person_id: int
    had_begun: bool


def member_end(group_id: int, member_id: int, *, by: Actor, on: date) -> Ended:
    """End a seat: from this day on it is free. One that has ended stays as it is; one that is to begin never does."""
    _to_change(group_id, by=by, on=on)
    seat = db.session.get(GroupMember, member_id)
    if seat is None or seat.group_id != group_id:
        raise Missing
    if seat.to_on is None:
        seat.to_on = on
        db.session.flush()
    return Ended(seat.person_id, seat.from_on <= seat.to_on)


def meeting_add(group_id: int, *, held_on: date, by: Actor, on: date) -> None:
    """Put a meeting in the calendar; the same day twice is one meeting."""
    _to_change(group_id, by=by, on=on)
    known = db.session.scalar(select(Meeting.id).where(Meeting.group_id == group_id, Meeting.held_on == held_on))
    if known is None:
        db.session.add(Meeting(group_id=group_id, held_on=held_on))
        db.session.flush()


def meeting_remove(group_id: int, meeting_id: int, *, by: Actor, on: date) -> None:
    """Take a planned meeting out of the calendar; one that has been held stays."""
    _to_change(group_id, by=by, on=on)
    meeting = db.session.get(Meeting, meeting_id)
    if meeting is None:
        return  # removed already: twice is once
    if meeting.group_id != group_id:
        raise Missing
    if meeting.held_on <= on:
        raise NotNow("That meeting has been held, so it stays on record.")
    db.session.delete(meeting)
    db.session.flush()

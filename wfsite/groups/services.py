"""Writes of the groups room: setting up a group, its members and its meetings."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, func, select

from wfsite.core.errors import Missing, NotNow, RuleBroken, Stale
from wfsite.core.words import long_date
from wfsite.extensions import db
from wfsite.groups.models import Group, GroupKind, GroupMember, GroupRole, GroupTerms, Meeting
from wfsite.people.models import Person


@dataclass(frozen=True, slots=True)
class GroupInput:
    """What the form says of a group."""

    name: str
    purpose: str
    watches: tuple[str, ...]
    cadence: str
    reports_to_id: int | None
    agreed_on: date


def group_save(kind: GroupKind, wanted: GroupInput, *, version: int, terms_of: date | None, on: date) -> None:
    """Set up a group (`version` 0) or change it; new terms make a new dated version, the old one stays.

    `terms_of` is the date of the terms that the form showed: only these, in force `on` this day, are corrected in
    place. Raises `Stale` when others stand now, `RuleBroken` when the name is taken or the date is in the future
    or before theirs: then nothing that was typed would be in force.
    """
    group = db.session.scalar(select(Group).where(Group.kind == kind).with_for_update())
    in_force = _in_force(group.id, on) if group else None
    if ((group.version if group else 0), in_force) != (version, terms_of):
        if group is not None and _says(group, wanted):
            return  # the same form again
        raise Stale("This group was changed while you were editing it.", theirs=in_force)
    if wanted.agreed_on > on:
        raise RuleBroken("agreed_on", "The date the terms were agreed must be today or in the past")
    if in_force is not None and wanted.agreed_on < in_force:
        way_out = "Enter that day to correct them, or a later one for new terms"
        raise RuleBroken("agreed_on", f"The terms in force were agreed on {long_date(in_force)}. {way_out}")
    same_name = db.session.scalar(select(Group.id).where(Group.name == wanted.name, Group.kind != kind))
    if same_name:
        raise RuleBroken("name", "Another group has this name. Enter a different name")
    if group is None:
        group = Group(
            kind=kind, name=wanted.name, cadence=wanted.cadence, reports_to_id=wanted.reports_to_id, version=1
        )
        db.session.add(group)
    else:
        group.name, group.cadence, group.reports_to_id = wanted.name, wanted.cadence, wanted.reports_to_id
        group.version += 1
    db.session.flush()
    terms = _terms(group.id, wanted.agreed_on)
    if terms is None:
        terms = GroupTerms(group_id=group.id, agreed_on=wanted.agreed_on)
        db.session.add(terms)
    terms.purpose, terms.watches = wanted.purpose, list(wanted.watches)
    db.session.flush()


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
        group.name, terms.purpose, tuple(terms.watches), group.cadence, group.reports_to_id, terms.agreed_on
    )


def member_add(kind: GroupKind, *, email: str, role: GroupRole, represents: str, from_on: date, on: date) -> int:
    """Give somebody a seat; returns its id. The same seat again has no effect.

    Raises `RuleBroken` for an unknown address, and when they have another seat on the group at that time.
    """
    group_id = _group_id(kind, held=True)
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


def member_end(kind: GroupKind, member_id: int, *, on: date) -> bool:
    """End a seat: from this day on it is free. One that has ended stays as it is; one that is to begin never does.

    Returns whether it had begun.
    """
    seat = db.session.get(GroupMember, member_id)
    if seat is None or seat.group_id != _group_id(kind):
        raise Missing
    if seat.to_on is None:
        seat.to_on = on
        db.session.flush()
    return seat.from_on <= seat.to_on


def meeting_add(kind: GroupKind, *, held_on: date) -> None:
    """Put a meeting in the calendar; the same day twice is one meeting."""
    group_id = _group_id(kind)
    known = db.session.scalar(select(Meeting.id).where(Meeting.group_id == group_id, Meeting.held_on == held_on))
    if known is None:
        db.session.add(Meeting(group_id=group_id, held_on=held_on))
        db.session.flush()


def meeting_remove(kind: GroupKind, meeting_id: int, *, on: date) -> None:
    """Take a planned meeting out of the calendar; one that has been held stays."""
    meeting = db.session.get(Meeting, meeting_id)
    if meeting is None:
        return  # removed already: twice is once
    if meeting.group_id != _group_id(kind):
        raise Missing
    if meeting.held_on <= on:
        raise NotNow("That meeting has been held, so it stays on record.")
    db.session.delete(meeting)
    db.session.flush()


_GROUP_ID = select(Group.id).where(Group.kind == bindparam("kind"))


def _group_id(kind: GroupKind, *, held: bool = False) -> int:
    """The group's id; `held`, others who ask so wait until this request ends."""
    found = db.session.scalar((_GROUP_ID.with_for_update() if held else _GROUP_ID), {"kind": kind})
    if found is None:
        raise Missing
    return found

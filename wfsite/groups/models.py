"""Tables of the groups room."""

from datetime import date

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wfsite.core.groups import GroupKind, GroupRole
from wfsite.db.base import Base, choice


class Group(Base):
    """A board or group with a purpose and a cadence; of a kind there may be several."""

    __tablename__ = "working_group"
    __noun__ = "group"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[GroupKind] = mapped_column(choice(GroupKind))
    name: Mapped[str] = mapped_column(String(120), unique=True)
    cadence: Mapped[str] = mapped_column(String(60))
    # The first day without it.
    ended_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)


class GroupParent(Base):
    """That a group reports to another; it may report to several."""

    __tablename__ = "group_parent"
    __noun__ = "group that a group reports to"
    __table_args__ = (
        UniqueConstraint("group_id", "parent_id"),
        CheckConstraint("group_id <> parent_id", name="another"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("working_group.id"))
    parent_id: Mapped[int] = mapped_column(ForeignKey("working_group.id"))


class GroupTerms(Base):
    """One version of a group's terms of reference; the newest agreed on or before a day is in force."""

    __tablename__ = "group_terms"
    __noun__ = "terms of reference of a group"
    __table_args__ = (UniqueConstraint("group_id", "agreed_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("working_group.id"))
    agreed_on: Mapped[date]
    purpose: Mapped[str] = mapped_column(Text)
    # What the group watches: a list of sentences.
    watches: Mapped[list[str]] = mapped_column(JSON)


class GroupMember(Base):
    """A person's seat on a group, with its dates."""

    __tablename__ = "group_member"
    __table_args__ = (
        Index("ix_group_member_group_id", "group_id"),
        # Who acts is read with their seats, on every request.
        Index("ix_group_member_person_id", "person_id"),
        UniqueConstraint("group_id", "person_id", "from_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("working_group.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[GroupRole] = mapped_column(choice(GroupRole))
    represents: Mapped[str] = mapped_column(String(120), default="")
    from_on: Mapped[date]
    # The first day without it.
    to_on: Mapped[date | None]


class Meeting(Base):
    """A meeting of a group, held or planned."""

    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("group_id", "held_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("working_group.id"))
    held_on: Mapped[date]

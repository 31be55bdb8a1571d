"""Tables of the annual plan. What a report quotes is a dated row: words, places, updates and dates are only added."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wfsite.core.periods import TimescaleKind
from wfsite.core.rag import Rag
from wfsite.db.base import Base, UtcDateTime, choice
from wfsite.db.dated import Dated, DatedRow
from wfsite.steering.plans.date_rules import DateStep


class Plan(Base):
    """One year's plan, April to March, and the group whose plan it is."""

    __tablename__ = "plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    # The calendar year in which it starts: 2014 is 2014/15.
    year: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(String(200))
    group_id: Mapped[int] = mapped_column(ForeignKey("working_group.id"))


class Theme(Base):
    """A heading of the plan, as it stands today; what it was called, and where it stood, is in `ThemeWording`."""

    __tablename__ = "theme"
    __table_args__ = (UniqueConstraint("plan_id", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))


class ThemeWording(DatedRow):
    """What a theme is called, and where it stands in its plan, from an instant on."""

    __tablename__ = "theme_wording"
    __table_args__ = (Index("ix_theme_wording_theme_id_recorded_at", "theme_id", "recorded_at"),)

    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))


class Action(Base):
    """An action, or a sub-action of one; its words live in `ActionWording`, its status in `RagUpdate`.

    The pointers lead to the newest of each, and the newest `ActionPlacing` lies here too, so that today's plan is read
    by key. An action never leaves its plan.
    """

    __tablename__ = "action"
    __audited__ = False  # every change is a dated wording or update
    __table_args__ = (UniqueConstraint("theme_id", "reference"), Index("ix_action_parent_id", "parent_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("action.id"))
    # As people say it: "2.3", or "2.3a" for a sub-action.
    reference: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    wording_id: Mapped[int | None]
    rag_update_id: Mapped[int | None]
    # The newest step of its revised dates, which their forms carry as a version, and the one that was agreed last.
    date_step_id: Mapped[int | None]
    date_agreed_id: Mapped[int | None]
    # Goes up with every RAG update, every new wording and every move; forms carry it.
    version: Mapped[int] = mapped_column(default=1)


class ActionPlacing(DatedRow):
    """Where an action stands from an instant on: its theme, whose sub-action it is, its reference, its order."""

    __tablename__ = "action_placing"
    __table_args__ = (Index("ix_action_placing_action_id_recorded_at", "action_id", "recorded_at"),)

    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"))
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("action.id"))
    reference: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]


class ActionWording(DatedRow):
    """What an action says from an instant on: title, timescale, leads, criteria, monitoring lead."""

    __tablename__ = "action_wording"
    __table_args__ = (Index("ix_action_wording_action_id_recorded_at", "action_id", "recorded_at"),)

    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"))
    title: Mapped[str] = mapped_column(String(500))
    timescale_kind: Mapped[TimescaleKind] = mapped_column(choice(TimescaleKind))
    starts_on: Mapped[date | None]
    due_on: Mapped[date | None]
    criteria: Mapped[str] = mapped_column(Text)
    # The names as they stood, one a line: the plan page reads them here, `ActionLead` says who they are.
    leads: Mapped[str] = mapped_column(Text, default="")
    monitors: Mapped[str] = mapped_column(Text, default="")


class Lead(Base):
    """A name that stands in a plan's lead columns: a person, a team or a role not yet linked to either."""

    __tablename__ = "lead"
    __noun__ = "action lead's name"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))


class ActionLead(Base):
    """One of the leads of a wording; the first action lead is the accountable one."""

    __tablename__ = "action_lead"
    __audited__ = False
    __table_args__ = (Index("ix_action_lead_lead_id", "lead_id"),)

    wording_id: Mapped[int] = mapped_column(ForeignKey("action_wording.id"), primary_key=True)
    monitors: Mapped[bool] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))


class RagUpdate(DatedRow):
    """A status with its note: who said so, when, and the way back to Green where one is needed."""

    __tablename__ = "rag_update"
    __table_args__ = (Index("ix_rag_update_action_id_recorded_at", "action_id", "recorded_at"),)

    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"))
    rag: Mapped[Rag] = mapped_column(choice(Rag))
    note: Mapped[str] = mapped_column(Text)
    route_to_green: Mapped[str] = mapped_column(Text, default="")
    # What the status was before, and since when: the direction of travel without a second read.
    previous_rag: Mapped[Rag | None] = mapped_column(choice(Rag, name="previous_rag"))
    previous_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RevisedDate(DatedRow):
    """A step of an action's revised date: proposed with its reason, then agreed or declined.

    The date that the plan itself says stays in the wording, as the baseline.
    """

    __tablename__ = "revised_date"
    __table_args__ = (Index("ix_revised_date_action_id_recorded_at", "action_id", "recorded_at"),)

    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"))
    step: Mapped[DateStep] = mapped_column(choice(DateStep))
    timescale_kind: Mapped[TimescaleKind] = mapped_column(choice(TimescaleKind))
    starts_on: Mapped[date | None]
    due_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    # What the plan itself said at this step: an agreed date is in force for as long as the plan says the same.
    was_kind: Mapped[TimescaleKind] = mapped_column(choice(TimescaleKind, name="was_kind"))
    was_starts_on: Mapped[date | None]
    was_due_on: Mapped[date | None]
    # The proposal that this decides on: each is decided once.
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("revised_date.id"), unique=True)


WORDINGS, UPDATES, DATES = (Dated(kind, "action_id") for kind in (ActionWording, RagUpdate, RevisedDate))
PLACINGS, THEME_WORDINGS = Dated(ActionPlacing, "action_id"), Dated(ThemeWording, "theme_id")

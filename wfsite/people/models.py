"""Tables of the people room."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from wfsite.core.permissions import Role
from wfsite.core.searching import fold
from wfsite.db.base import Base, UtcDateTime, choice, sorted_text
from wfsite.people.rules import AgencyKind


class Agency(Base):
    """An organisation whose people work with children."""

    __tablename__ = "agency"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sorted_text(120), unique=True)
    kind: Mapped[AgencyKind] = mapped_column(choice(AgencyKind))
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)


class Team(Base):
    """A service area (no parent), or a team inside another to any depth; the tree changes over time."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("agency_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    name: Mapped[str] = mapped_column(sorted_text(120))
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)


class Profession(Base):
    """A profession or role in the workforce, as reports group people."""

    __tablename__ = "profession"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sorted_text(120), unique=True)
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)


def person_search_key(name: str, email: str) -> str:
    """What a search for a person looks in, and what lists of people are sorted by."""
    return f"{fold(name)} {fold(email)}"


def _inserted_search_key(context: Any) -> str:
    """The search key of a row that is inserted in bulk, past the mapped class."""
    values = context.get_current_parameters()
    return person_search_key(values["name"], values["email"])


class Person(Base):
    """Somebody in the workforce; only those with a password can sign in."""

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_search_key", "search_key"),
        Index("ix_person_agency_id_team_id", "agency_id", "team_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    job_title: Mapped[str] = mapped_column(String(120), default="")
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    profession_id: Mapped[int | None] = mapped_column(ForeignKey("profession.id"))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    # Follows name and email; casefolding can double a letter, hence the length.
    search_key: Mapped[str] = mapped_column(sorted_text(1000), default=_inserted_search_key)

    @validates("name", "email")
    def _keep_search_key(self, field: str, value: str) -> str:
        name, email = (value, self.email) if field == "name" else (self.name, value)
        self.search_key = person_search_key(name or "", email or "")
        return value


class RoleGrant(Base):
    """A role that a person holds."""

    __tablename__ = "role_grant"
    __noun__ = "role"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(choice(Role), primary_key=True)


class SignIn(Base):
    """A server-side sign-in record: the cookie's token is good only while this row stands open."""

    __tablename__ = "sign_in"
    __audited__ = False  # its own start and end are the record
    __table_args__ = (Index("ix_sign_in_person_id", "person_id"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignInThrottle(Base):
    """Wrong passwords for one address; the address is kept only as a keyed hash."""

    __tablename__ = "sign_in_throttle"
    __audited__ = False

    address_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int]
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)

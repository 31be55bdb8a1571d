"""Tables of places at sessions. Whether one is kept is a dated row; the place carries the newest."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wfsite.db.base import Base, choice
from wfsite.db.dated import Dated, DatedRow
from wfsite.training.bookings.rules import Mark, PlaceOrigin, PlaceState


class Place(Base):
    """A person's place at a session, with their agency and profession as at its date."""

    __tablename__ = "place"
    __audited__ = False  # every mark and standing is a dated row of its own
    __table_args__ = (
        UniqueConstraint("session_id", "person_id"),
        Index("ix_place_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    profession_id: Mapped[int | None] = mapped_column(ForeignKey("profession.id"))
    origin: Mapped[PlaceOrigin] = mapped_column(choice(PlaceOrigin))
    state: Mapped[PlaceState] = mapped_column(choice(PlaceState))
    mark: Mapped[Mark] = mapped_column(choice(Mark), default=Mark.UNRECORDED)
    # Goes up with every mark and every new standing; forms carry it.
    version: Mapped[int] = mapped_column(default=1)


class PlaceStanding(DatedRow):
    """Whether a place is kept, from an instant on: who said so. The first is its booking; the place has the newest."""

    __tablename__ = "place_standing"
    __table_args__ = (Index("ix_place_standing_place_id_recorded_at", "place_id", "recorded_at"),)

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    state: Mapped[PlaceState] = mapped_column(choice(PlaceState))


PLACE_STANDINGS = Dated(PlaceStanding, "place_id")

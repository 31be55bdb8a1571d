"""The search for whoever came without a place."""

from dataclasses import dataclass

from sqlalchemy import and_, bindparam, func, select

from wfsite.db.base import table_of
from wfsite.db.reading import Read
from wfsite.people.models import Agency, Person, Profession
from wfsite.people.queries import NAMED, named_values
from wfsite.training.bookings.models import Place
from wfsite.training.bookings.rules import CAME, NOT_RECORDED, Mark, PlaceOrigin, PlaceState, is_expected

_agency = table_of(Agency)
_person = table_of(Person)
_place = table_of(Place)
_profession = table_of(Profession)


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody who may be added to a register, with their place on it where they have one."""

    id: int
    name: str
    email: str
    agency: str
    profession: str
    origin: PlaceOrigin | None
    state: PlaceState | None
    mark: Mark | None

    @property
    def standing(self) -> str:
        """How they stand on the register already, in words; "" when they do not."""
        if self.origin is None or self.state is None or self.mark is None:
            return ""
        if is_expected(self.origin, self.state):
            return f"Has a place. {self.mark.label}"
        if self.mark in CAME:
            return f"Walk-in. {self.mark.label}"
        return "" if self.origin is PlaceOrigin.WALK_IN else "Cancelled their place"


_READ_FOUND = Read(
    FoundPerson,
    select(
        _person.c.id,
        _person.c.name,
        _person.c.email,
        func.coalesce(_agency.c.name, NOT_RECORDED).label("agency"),
        func.coalesce(_profession.c.name, NOT_RECORDED).label("profession"),
        _place.c.origin,
        _place.c.state,
        _place.c.mark,
    )
    .outerjoin(_agency, _agency.c.id == _person.c.agency_id)
    .outerjoin(_profession, _profession.c.id == _person.c.profession_id)
    .outerjoin(_place, and_(_place.c.person_id == _person.c.id, _place.c.session_id == bindparam("session_id")))
    .where(_person.c.active, NAMED)
    .order_by(_person.c.name, _person.c.id)
    .limit(bindparam("most")),
)


def people_found(words: str, *, session_id: int, most: int = 20) -> tuple[FoundPerson, ...]:
    """People whose name or email address holds every one of `words`, at most `most` of them."""
    return _READ_FOUND.all({**named_values(words), "session_id": session_id, "most": most})

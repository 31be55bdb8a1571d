"""The one layer that reads a request: typed, bounded, never an exception of Python's own."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from flask import abort, current_app, request
from werkzeug.routing import IntegerConverter

from wfsite.core.clock import Clock, end_of_day, london_date
from wfsite.core.parsing import Unreadable, date_from_parts, iso_date
from wfsite.db.engine import SAFE_METHODS

Choice = TypeVar("Choice", bound=StrEnum)

_LARGEST_ID = 2**31 - 1


class IdConverter(IntegerConverter):
    """A row's id in a path: ASCII digits only, within what both databases hold; all else is a 404."""

    regex = r"[1-9][0-9]{0,9}"

    def to_python(self, value: str) -> int:
        """The id; a value past the largest is answered with 404 by the router."""
        if not value.isascii():
            abort(404)
        number = int(value)
        if number > _LARGEST_ID:
            abort(404)
        return number


def clock() -> Clock:
    """The app's clock."""
    found: Clock = current_app.extensions["clock"]
    return found


def now() -> datetime:
    """The present instant."""
    return clock()()


def today() -> date:
    """Today in London."""
    return london_date(now())


def is_post() -> bool:
    """Whether the form was sent, rather than asked for."""
    return request.method == "POST"


def is_reading() -> bool:
    """Whether the request only reads: a view with a form draws it, and acts on the rest."""
    return request.method in SAFE_METHODS


def cookie_text(name: str) -> str:
    """A cookie as sent, or ""."""
    return request.cookies.get(name, "")


def query_text(name: str, *, most: int = 200) -> str:
    """A search word or filter from the address, cleaned and cut to `most` characters."""
    return " ".join(request.args.get(name, "").replace("\x00", "").split())[:most]


def query_choice(name: str, kind: type[Choice]) -> Choice | None:
    """One of `kind` from the address; anything else counts as not chosen."""
    return choice_from(request.args.get(name, ""), kind)


def query_id(name: str) -> int | None:
    """A row's id from the address, or None."""
    return id_from(request.args.get(name, ""))


def query_flag(name: str) -> bool:
    """Whether a tick box in the address is ticked."""
    return request.args.get(name, "") in ("1", "on", "yes")


class DateParts:
    """The day, month and year boxes of a filter as they were sent, and the day that they name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.day: date | None = None
        self.boxes = {f"{name}-{part}": query_text(f"{name}-{part}", most=10) for part in ("day", "month", "year")}


def query_date(name: str, label: str) -> date | None:
    """The day in a filter's boxes `<name>-day` and so on; None when all are empty. Raises `Unreadable`."""
    return date_from_parts((request.args.get(f"{name}-{part}", "") for part in ("day", "month", "year")), label)


def query_page() -> int:
    """The page number in the address, from 1; anything else is page 1."""
    raw = request.args.get("page", "1")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= 6 and int(raw) else 1


def form_text(name: str) -> str:
    """A posted field as sent, or "" when it was not."""
    return request.form.get(name, "")


def form_texts(name: str) -> list[str]:
    """All posted values of a field."""
    return request.form.getlist(name)


def form_names() -> Iterable[str]:
    """The names of the posted fields."""
    return request.form.keys()


def form_choice(name: str, kind: type[Choice]) -> Choice | None:
    """One of `kind` from the form, or None: missing and unknown look alike."""
    return choice_from(request.form.get(name, ""), kind)


def form_version(name: str = "version") -> int:
    """The version that the form carried; 0 when missing or malformed, which no row has."""
    return id_from(request.form.get(name, "")) or 0


def choice_from(raw: str, kind: type[Choice]) -> Choice | None:
    """`raw` as a member of `kind`, or None."""
    try:
        return kind(raw)
    except ValueError:
        return None


def id_from(raw: str) -> int | None:
    """`raw` as a row's id, or None."""
    if raw.isascii() and raw.isdigit() and len(raw) <= 10 and 0 < int(raw) <= _LARGEST_ID:
        return int(raw)
    return None


class AsAt:
    """The instant that a page speaks of: now, or the end of a day that the address names."""

    def __init__(self, day: date | None, error: str = "") -> None:
        self.day = day
        self.error = error

    @property
    def is_past(self) -> bool:
        """Whether another day than today was asked for."""
        return self.day is not None

    @property
    def on(self) -> date:
        """The day itself."""
        return self.day or today()

    @property
    def boxes(self) -> dict[str, str]:
        """What to show in the day, month and year boxes: the day in force, else what was typed."""
        if self.day:
            return {part: str(getattr(self.day, part)) for part in ("day", "month", "year")}
        return {part: query_text(f"as_at-{part}", most=10) for part in ("day", "month", "year")}

    @property
    def instant(self) -> datetime:
        """Up to when facts count."""
        return end_of_day(self.day) if self.day else now()


def as_at() -> AsAt:
    """The `?as_at=2021-04-19` of the address (or its day, month and year boxes); today or later is now."""
    try:
        day = iso_date(request.args.get("as_at", ""))
        if day is None:
            boxes = (request.args.get(f"as_at-{part}", "") for part in ("day", "month", "year"))
            day = date_from_parts(boxes, "The date")
        if day is None and request.args.get("as_at"):
            raise Unreadable("The date must be a real date")
    except Unreadable as error:
        return AsAt(None, str(error))
    return AsAt(day if day and day < today() else None)

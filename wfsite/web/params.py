"""The one layer that reads a request: typed, bounded, never an exception of Python's own."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from flask import abort, current_app, g, request
from werkzeug.routing import IntegerConverter

from wfsite.core.as_at import AsAt, as_at_from
from wfsite.core.clock import Clock, london_date
from wfsite.core.errors import RuleBroken
from wfsite.core.parsing import date_from_parts
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


def day_asked() -> AsAt:
    """The day that the address asks for, whether the page can show it or not; see `as_at`."""
    boxes = (query_text(f"as_at-{part}", most=10) for part in ("day", "month", "year"))
    return as_at_from(query_text("as_at", most=40), boxes, now=now())


def as_at() -> AsAt:
    """The day that the page shows: the one that `?as_at=2021-04-19` or its boxes ask for, else today, with the error.

    A page that asks for it has said that it can show another day; the layout then names the day, or what is wrong
    with it, above the page, which answers 422 when there is an `error`.
    """
    g.shows_day = True
    return day_asked()


def as_at_of_file() -> AsAt:
    """The day that a picture or a file shows; raises `RuleBroken` (422) rather than show today instead."""
    found = day_asked()
    if found.error:
        raise RuleBroken("as_at", found.error)
    return found


def shows_day() -> bool:
    """Whether the page being made can show another day than today."""
    return bool(g.get("shows_day"))


def address_of_today() -> str:
    """The page's address without the day, all else kept."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if not name.startswith("as_at")]
    return f"{request.path}?{urlencode(kept)}" if kept else request.path

"""Lists, made one way: what an address asks for, read once, and shown as a form, in links, in words and in files.

A view reads its filters one by one (`asked.text(...)`, `asked.choice(...)`), its order and its page; the macros of
macros/list.html draw the form, the sorted headings, the count and the links. What the address holds that the list
does not know is said and left out; a day that is none must be put right first.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from flask import current_app, url_for
from werkzeug.wrappers import Response

from wfsite.core.errors import RuleBroken
from wfsite.core.paging import Key, KeyValue, Stretch
from wfsite.core.parsing import Unreadable
from wfsite.core.sealing import seal, unseal
from wfsite.core.words import long_date, moment
from wfsite.sheets.writing import Cell
from wfsite.web.downloads import spreadsheet
from wfsite.web.params import Choice, DateParts, choice_from, id_from, now, query_date, query_text
from wfsite.web.respond import hx_event, is_htmx, page_or_part

# Longer than anybody pages, shorter than the columns of an order stay the same.
_KEYS_LAST = timedelta(days=7)
_FORMATS = {"csv": "CSV", "xlsx": "Excel", "docx": "Word"}
# Rows that a file holds. Packing a workbook takes 20 times as long as CSV, a Word file five times as long as that.
MOST_ROWS = {"csv": 20_000, "xlsx": 10_000, "docx": 2_000}


@dataclass(frozen=True, slots=True)
class Filter:
    """A field of the form: `value` as it stands in the address, `said` as a person says it; both "" when not set."""

    kind: str
    name: str
    label: str
    value: str = ""
    said: str = ""
    options: tuple[tuple[str, str], ...] = ()
    day: DateParts | None = None
    problem: str = ""


class Asked:
    """What an address asks of the list at `endpoint`, which stands in the element `part` of its page."""

    def __init__(self, endpoint: str, *, part: str) -> None:
        self.endpoint, self.part = endpoint, part
        self.path = url_for(endpoint)
        self.filters: list[Filter] = []
        self.left_out: list[str] = []
        self.by = self._usual = ""
        self._address: dict[str, str] = {}

    def text(self, name: str, label: str, *, most: int = 100) -> str:
        """Words to look for; "" for none."""
        value = query_text(name, most=most)
        self._add(Filter("text", name, label, value, f"“{value}”" if value else ""))
        return value

    def choice(self, name: str, label: str, options: Iterable[tuple[str, str]], *, every: str) -> str:
        """The value of one of `options`, or "" for all of them, which the form calls `every`."""
        known = tuple(options)
        value = self._known(name, label, dict(known))
        self._add(Filter("choice", name, label, value, dict(known).get(value, ""), (("", every), *known)))
        return value

    def member(
        self, name: str, label: str, kind: type[Choice], *, words: Callable[[Choice], str], usual: Choice
    ) -> Choice:
        """One member of `kind`; the `usual` one where none is chosen."""
        options = tuple((member.value, words(member)) for member in kind)
        found = choice_from(self._known(name, label, dict(options)), kind) or usual
        is_set = found is not usual
        self._add(Filter("choice", name, label, found.value, words(found) if is_set else "", options), is_set=is_set)
        return found

    def tick(self, name: str, label: str) -> bool:
        """Whether a box is ticked."""
        value = self._known(name, label, {"1": "yes"})
        self._add(Filter("tick", name, label, value, "yes" if value else ""))
        return bool(value)

    def day(self, name: str, label: str) -> date | None:
        """The day in three boxes; None for none, and for what is no day, which is a problem."""
        parts, problem = DateParts(name), ""
        try:
            parts.day = query_date(name, label)
        except Unreadable as error:
            problem = str(error)
        said = long_date(parts.day) if parts.day else ""
        self.filters.append(Filter("day", name, label, "", said, day=parts, problem=problem))
        self._address |= {box: typed for box, typed in parts.boxes.items() if typed}
        return parts.day

    def hidden(self, name: str, label: str, *, words: Callable[[int], str | None]) -> int | None:
        """A row's id that another page's link brought, called what `words` says; None for none and an unknown one."""
        raw = query_text(name, most=20)
        found = id_from(raw)
        said = words(found) if found else None
        if raw and not said:
            self._leave_out(raw, label)
        self._add(Filter("hidden", name, label, raw if said else "", said or ""))
        return found if said else None

    def order(self, *names: str, usual: str) -> str:
        """What the list is sorted by: one of `names`, with "-" before it from its end; else the `usual` order."""
        raw = query_text("sort", most=40)
        known = raw.removeprefix("-") in names
        if raw and not known:
            self.left_out.append(f"The list cannot be sorted by “{raw}”, so it stands in its usual order.")
        self.by, self._usual = raw if known else usual, usual
        return self.by

    @property
    def key(self) -> Key | None:
        """Which page is asked for; None for the first, and for a key that is not this list's. Read after `order`."""
        settings, sealed = current_app.extensions["settings"], query_text("page", most=2_000)
        if not sealed:
            return None
        opened = unseal(sealed, key=settings.secret_key, purpose=self._purpose, lasts=_KEYS_LAST, at=now())
        if opened is None:
            return None
        back, *values = opened
        return Key(tuple(_opened(value) for value in values), back)

    def page_url(self, key: Key) -> str:
        """The page at a key. It is sealed: an address is no place for the name or email that a list is sorted by."""
        values = [_packed(value) for value in key.values]
        secret = current_app.extensions["settings"].secret_key
        return f"{self.url(page=seal([key.back, *values], key=secret, purpose=self._purpose, at=now()))}#{self.part}"

    def url(self, **more: str) -> str:
        """The list with the same filters and order, at its first page."""
        return _address(self.path, {**self._address, **self._order, **more})

    def sort_url(self, name: str) -> str:
        """The list sorted by a column: upwards, or downwards where it goes up now."""
        return f"{self.url(sort=f'-{name}' if self.by == name else name)}#{self.part}"

    def file_url(self, kind: str) -> str:
        """All that the filters show as a file: the address of a list with /export behind it."""
        return _address(f"{self.path}/export", {**self._address, **self._order, "kind": kind})

    @property
    def all_url(self) -> str:
        """The list without filters."""
        return _address(self.path, self._order)

    def sorted_now(self, name: str) -> str:
        """What `aria-sort` says of a column; "" for one that the list is not sorted by."""
        return {name: "ascending", f"-{name}": "descending"}.get(self.by, "")

    @property
    def kept_sort(self) -> str:
        """The order that the form must carry along; "" for the usual one."""
        return self._order.get("sort", "")

    @property
    def is_filtered(self) -> bool:
        """Whether any filter is set."""
        return any(one.said or one.problem for one in self.filters)

    @property
    def said(self) -> list[str]:
        """What is set, in words: "Role: Group chair", "Register still open"."""
        return [one.label if one.kind == "tick" else f"{one.label}: {one.said}" for one in self.filters if one.said]

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(id of the field, sentence) of what must be put right before anything is shown."""
        return [(f"{one.name}-day" if one.day else one.name, one.problem) for one in self.filters if one.problem]

    def problem(self, name: str, sentence: str) -> None:
        """Say what is wrong with a filter that was read; the first problem of a field stands."""
        self.filters = [
            replace(one, problem=sentence) if one.name == name and not one.problem else one for one in self.filters
        ]

    @property
    def _order(self) -> dict[str, str]:
        return {"sort": self.by} if self.by != self._usual else {}

    @property
    def _purpose(self) -> str:
        return f"list {self.endpoint} {self.by}"

    def _add(self, one: Filter, *, is_set: bool = True) -> None:
        self.filters.append(one)
        if one.value and is_set:
            self._address[one.name] = one.value

    def _known(self, name: str, label: str, options: dict[str, str]) -> str:
        value = query_text(name)
        if value in options:
            return value
        if value:
            self._leave_out(value, label)
        return ""

    def _leave_out(self, value: str, label: str) -> None:
        shown = value if len(value) <= 40 else f"{value[:39]}…"
        self.left_out.append(f"“{shown}” is not one of the choices of “{label}”, so that filter was left out.")


def _address(path: str, values: dict[str, str]) -> str:
    return f"{path}?{urlencode(values)}" if values else path


def _packed(value: KeyValue) -> Any:
    """A value of a key as JSON holds it: an instant and a day say which they are."""
    if isinstance(value, date):
        return {"at" if isinstance(value, datetime) else "on": value.isoformat()}
    return value


def _opened(value: Any) -> KeyValue:
    if not isinstance(value, dict):
        return cast("KeyValue", value)
    return datetime.fromisoformat(value["at"]) if "at" in value else date.fromisoformat(value["on"])


def list_page(whole: str, part: str, *, asked: Asked, found: Stretch[Any], counted: str, **data: Any) -> Response:
    """The page of a list, or for htmx the `part` of it, which says how many there are (`counted`)."""
    status = 422 if asked.problems else 200
    data |= {"asked": asked, "found": found, "counted": counted, "errors": asked.problems}
    response = page_or_part(whole, part, status=status, **data)
    return hx_event(response, said=counted) if is_htmx() else response


def list_file(
    asked: Asked, name: str, header: Sequence[str], rows_up_to: Callable[[int], Iterable[Sequence[Cell]]], *, title: str
) -> Response:
    """All that the filters show, as the file that the address asks for; `rows_up_to(most)` gives one more at most.

    Raises `RuleBroken` for more rows than such a file holds, and for a filter with a problem: a file would not show it.
    Views that answer with it are marked `waits`.
    """
    if asked.problems:
        raise RuleBroken(**dict(asked.problems))
    kind = query_text("kind")
    kind = kind if kind in _FORMATS else "csv"
    most = MOST_ROWS[kind]
    rows = list(rows_up_to(most))
    if len(rows) > most:
        raise RuleBroken("kind", _too_long(kind))
    return spreadsheet(name, kind, header, rows, title=title, notes=[*asked.said, f"As it stood on {moment(now())}"])


def _too_long(kind: str) -> str:
    """What to do where a file would not hold the list."""
    said = f"{'An' if kind == 'xlsx' else 'A'} {_FORMATS[kind]} file of a list holds {MOST_ROWS[kind]:,} rows at most."
    return f"{said} Choose fewer with the filters{', or download it as CSV' if kind != 'csv' else ''}."

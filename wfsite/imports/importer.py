"""What a feature hands in so that its files can be uploaded, looked at and confirmed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from wfsite.imports.rules import Checked, SheetRow
from wfsite.sheets.columns import Column
from wfsite.sheets.tables import Table


class Check(Protocol):
    """Compares a file's rows with the database; reads only. `heading(key)` is a column as the file names it."""

    def __call__(self, rows: Sequence[SheetRow], *, target_id: int | None, heading: Callable[[str], str]) -> Checked:
        """What the rows would do, and what has to be mended first."""


class Apply(Protocol):
    """Writes what `check` found; flushes, never commits; returns sentences that say what was done."""

    def __call__(self, checked: Checked, *, target_id: int | None, by: int, at: datetime) -> Sequence[str]:
        """Sentences that say what was done."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file's table turned into rows under an importer's columns.

    `places` says where a (row, heading) of `table` stands in the file itself, so that errors lead there.
    """

    table: Table
    places: Mapping[tuple[int, str], tuple[int, str]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


class Prepare(Protocol):
    """Turns a file that is laid out another way (months as columns) round; `on` is the day of the upload."""

    def __call__(self, table: Table, *, on: date) -> Prepared:
        """The table under this importer's columns."""


@dataclass(frozen=True, slots=True)
class Importer:
    """One kind of file: its columns, what it would change and how that is done."""

    kind: str
    columns: tuple[Column, ...]
    check: Check
    apply: Apply
    # Two or three rows for the template that people download.
    example: tuple[tuple[str, ...], ...] = ()
    # Names a target for the heading of the dry run: "the plan for 2025 to 2026".
    target_name: Callable[[int | None], str] = field(default=lambda target_id: "")
    prepare: Prepare | None = None


_IMPORTERS: dict[str, Importer] = {}


def register(importer: Importer) -> Importer:
    """Make a kind of file known; a feature calls this once, when it is imported."""
    _IMPORTERS[importer.kind] = importer
    return importer


def importer_of(kind: str) -> Importer:
    """The importer of a kind."""
    return _IMPORTERS[kind]


def headings(positions: Mapping[str, int], header: Sequence[str], columns: Sequence[Column]) -> dict[str, str]:
    """Column key → the heading as the file prints it, or as we call it when the file lacks it."""
    return {c.key: header[positions[c.key]] if c.key in positions else c.name for c in columns}

"""What an import would do, as pure values: row by row, with an error per cell."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NotRequired, TypedDict

from wfsite.core.words import count_of, listed
from wfsite.sheets.columns import Column


class UploadState(StrEnum):
    """Where an upload stands."""

    CHECKED = "checked"
    CONFIRMED = "confirmed"
    DISCARDED = "discarded"


class CheckFailed(Exception):
    """What a file would do could not be worked out, for a reason that nobody foresaw."""


class Content(TypedDict):
    """A file as it is kept until somebody decides; `rows` are (number, cells), `on` is the day of the upload."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    notes: NotRequired[list[str]]
    above: NotRequired[list[str]]
    on: str


class KeptCheck(TypedDict):
    """What a check found, as it is kept; a row is [number, what, effect, details, errors], an error all its fields."""

    rows: list[tuple[int, str, str, list[str], list[tuple[int, str, str]]]]
    problems: list[str]
    notes: list[str]


class Outcome(TypedDict):
    """What a confirmed file did: how many rows by effect, and sentences."""

    counts: dict[str, int]
    done: list[str]


class Effect(StrEnum):
    """What confirming would do with a row."""

    ADD = "add"
    CHANGE = "change"
    SAME = "same"
    HEADING = "heading"
    ERROR = "error"

    @property
    def word(self) -> str:
        """As the list of rows prints it."""
        return _WORDS[self]

    @property
    def tag(self) -> str:
        """The GOV.UK tag colour class suffix."""
        return _TAGS[self]


_WORDS = {
    Effect.ADD: "Will be added",
    Effect.CHANGE: "Will change",
    Effect.SAME: "Stays the same",
    Effect.HEADING: "Heading",
    Effect.ERROR: "Error",
}
_TAGS = {
    Effect.ADD: "green",
    Effect.CHANGE: "blue",
    Effect.SAME: "grey",
    Effect.HEADING: "grey",
    Effect.ERROR: "red",
}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of an upload by column key; a column that the file lacks reads as ""."""

    number: int
    values: dict[str, str]

    def __getitem__(self, key: str) -> str:
        return self.values.get(key, "")


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong with one cell; `column` is the heading as the file prints it, "" for the whole row."""

    row: int
    column: str
    message: str

    @property
    def sentence(self) -> str:
        """ "Row 14, column “Timescale”: “31/02/2026” is not a month"."""
        where = f"Row {self.row}, column “{self.column}”" if self.column else f"Row {self.row}"
        return f"{where}: {self.message}"


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What confirming would do with one row: `details` are changes ("Timescale: March 2026 → June 2026")."""

    number: int
    what: str
    effect: Effect
    details: tuple[str, ...] = ()
    errors: tuple[CellError, ...] = ()
    # What the importer applies; never shown and never part of the fingerprint.
    payload: Any = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A whole file against the database as it stands: `problems` concern the file, errors its cells."""

    rows: tuple[RowOutcome, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[CellError, ...]:
        """Every cell's error, in the order of the file."""
        return tuple(error for row in self.rows for error in row.errors)

    @property
    def is_good(self) -> bool:
        """Whether all rows pass, so that the file may be confirmed."""
        return not self.problems and not any(row.errors for row in self.rows)

    @property
    def counts(self) -> dict[Effect, int]:
        """How many rows have each effect; headings are counted only when they change something."""
        found = Counter(row.effect for row in self.rows)
        return {effect: found[effect] for effect in Effect if found[effect] and effect is not Effect.HEADING}

    @property
    def changes_nothing(self) -> bool:
        """Whether the database says all of it already."""
        return not any(row.effect in (Effect.ADD, Effect.CHANGE) for row in self.rows)

    @property
    def summary(self) -> str:
        """ "23 rows will be added, 1 row stays the same"."""
        return counts_in_words(self.counts)

    @property
    def fingerprint(self) -> str:
        """Changes whenever confirming would do something else than what was shown."""
        shown = [[row.number, row.what, row.effect, *row.details] for row in self.rows]
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:32]


def check_to_keep(checked: Checked) -> KeptCheck:
    """A check without what is applied, which is worked out afresh when somebody confirms."""
    return {
        "rows": [
            (
                row.number,
                row.what,
                row.effect.value,
                list(row.details),
                [(error.row, error.column, error.message) for error in row.errors],
            )
            for row in checked.rows
        ],
        "problems": list(checked.problems),
        "notes": list(checked.notes),
    }


def check_as_kept(kept: KeptCheck) -> Checked:
    """The check that was kept; its fingerprint is the same."""
    return Checked(
        tuple(
            RowOutcome(
                number=number,
                what=what,
                effect=Effect(effect),
                details=tuple(details),
                errors=tuple(CellError(*error) for error in errors),
            )
            for number, what, effect, details, errors in kept["rows"]
        ),
        tuple(kept["problems"]),
        tuple(kept["notes"]),
    )


def is_small(content: Content) -> bool:
    """Whether a check takes no longer than a page: about a tenth of a second."""
    rows = content["rows"]
    return len(rows) <= _SMALL_ROWS and sum(len(cell) for _, cells in rows for cell in cells) <= _SMALL_CHARACTERS


_SMALL_ROWS, _SMALL_CHARACTERS = 500, 50_000


def counts_in_words(counts: dict[Effect, int]) -> str:
    """ "2 rows will be added and 21 rows stay the same"."""
    verbs = {
        Effect.ADD: ("will be added", "will be added"),
        Effect.CHANGE: ("will change", "will change"),
        Effect.SAME: ("stays the same", "stay the same"),
        Effect.ERROR: ("has an error", "have errors"),
    }
    parts = [
        f"{count_of(number, 'row')} {verbs[effect][0 if number == 1 else 1]}"
        for effect, number in counts.items()
        if effect in verbs
    ]
    return listed(parts) or "There are no rows"


SPREADSHEET_ERROR = r"#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NULL!|NUM!|SPILL!|CALC!)"
_SPREADSHEET_ERROR = re.compile(SPREADSHEET_ERROR, re.IGNORECASE)


def spreadsheet_errors(
    row: SheetRow, columns: Sequence[Column], heading: Callable[[str], str]
) -> tuple[CellError, ...]:
    """The cells of a row in which a formula has failed: they hold its error and nothing else."""
    return tuple(
        CellError(
            row.number, heading(column.key), f"holds the spreadsheet error {found[0].upper()}. Correct the formula"
        )
        for column in columns
        if (found := _SPREADSHEET_ERROR.fullmatch(row[column.key]))
    )

"""Which column of a file is which: by heading, by the other names councils use for it, never by position."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wfsite.core.words import listed


@dataclass(frozen=True, slots=True)
class Column:
    """A column that an importer reads: `name` as the template prints it, `aliases` as other files call it."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """Where each column stands in a file, what is wrong with the headings, and what was noticed about them."""

    positions: dict[str, int]
    problems: tuple[str, ...]
    notes: tuple[str, ...]


def heading_key(text: str) -> str:
    """A heading without case, spaces and punctuation: "Success criteria / measures" is "successcriteriameasures".

    The sign in "Agency %" counts as a word, because "Agency" may stand beside it.
    """
    return re.sub(r"[\W_]+", "", text.casefold().replace("%", "percent"))


def _by_heading(columns: Sequence[Column]) -> dict[str, Column]:
    return {heading_key(name): column for column in columns for name in (column.name, *column.aliases)}


def count_matched(cells: Sequence[str], columns: Sequence[Column]) -> int:
    """How many of `columns` a row of cells would name if it were the headings."""
    known = _by_heading(columns)
    return len({known[key].key for cell in cells if (key := heading_key(cell)) in known})


def match_columns(header: Sequence[str], columns: Sequence[Column]) -> Matched:
    """Find `columns` in a file's `header`; a missing required or a doubled column is a problem in words."""
    known = _by_heading(columns)
    positions: dict[str, int] = {}
    problems: list[str] = []
    notes: list[str] = []
    unknown: list[str] = []
    for position, heading in enumerate(header):
        column = known.get(heading_key(heading))
        if column is None:
            if heading:
                unknown.append(f"“{heading}”")
        elif column.key in positions:
            first = header[positions[column.key]]
            problems.append(
                f"The columns “{first}” and “{heading}” both hold “{column.name}”. Delete one of them and upload again"
            )
        else:
            positions[column.key] = position
            if heading_key(heading) != heading_key(column.name):
                notes.append(f"The column “{heading}” was read as “{column.name}”.")
    missing = [f"“{column.name}”" for column in columns if column.required and column.key not in positions]
    if missing:
        word = "The column" if len(missing) == 1 else "The columns"
        found = listed(f"“{heading}”" for heading in header if heading)
        problems.append(
            f"{word} {listed(missing)} {'is' if len(missing) == 1 else 'are'} missing. "
            f"The file's headings are {found}. If the headings stand in a row further down, "
            "delete the rows above it and upload again"
        )
    if unknown:
        word = "The column" if len(unknown) == 1 else "The columns"
        notes.append(f"{word} {listed(unknown)} {'was' if len(unknown) == 1 else 'were'} not read.")
    return Matched(positions, tuple(problems), tuple(notes))

"""Reading one month's row of a file: every cell strictly, what was typed against what follows from the counts."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from wfsite.core.figures import Rate
from wfsite.core.parsing import Unreadable, decimal_number, plain_text, whole_number
from wfsite.steering.workforce.column_rules import PERCENTAGES
from wfsite.steering.workforce.note_sheets import notes_read, split_mark
from wfsite.steering.workforce.rules import FIGURES, NOTE_LABELS, Counts, Figure

MOST = 100_000
_LONGEST_NOTE = 500
_LONGEST_CELL = 10_000
_NOT_SUPPLIED = frozenset(("", "[x]", "[z]", "[c]", "[u]", "[low]", "-", "–", "n/a", "N/A"))
_NO_FIGURE = re.compile(
    r"[-–—.…?~\s]+|\[[a-z]{1,4}\]|n\.?/?a\.?|nil|none|null|tbc|not (?:known|supplied|available)", re.IGNORECASE
)
_TOO_FINE = re.compile(r"[0-9,]*\.[0-9]{3,}", re.ASCII)
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,15})?)\s*(%?)", re.ASCII)


@dataclass
class RowRead:
    """What a row says: values by figure, footnotes, and what is wrong by column key."""

    values: dict[str, int | Decimal | None] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    has_notes: bool = False
    errors: dict[str, str] = field(default_factory=dict)

    def merged(self, counts: Counts, notes: dict[str, str]) -> tuple[Counts, dict[str, str]]:
        """The month after the row: columns that the file lacks keep what was said before."""
        before: dict[str, Any] = {figure.name: getattr(counts, figure.name) for figure in FIGURES}
        kept = self.notes if self.has_notes else notes
        return Counts(**before | self.values), kept


def figure_value(raw: str, figure: Figure) -> int | Decimal | None:
    """A typed figure, None when blank; raises `Unreadable` with what to do."""
    text = raw.strip()
    if text in ("", "[x]"):
        return None
    if _NO_FIGURE.fullmatch(text):
        raise Unreadable(f"“{text}” is not a figure. Leave {figure.label} blank where there is no figure")
    if figure.is_decimal:
        if _TOO_FINE.fullmatch(text):
            raise Unreadable(f"{figure.label} must have two decimals at most, like 37.25. Round it")
        return decimal_number(text, figure.label, most=MOST)
    return whole_number(text, figure.label, most=MOST)


def row_read(cell: Callable[[str], str], has: Callable[[str], bool]) -> RowRead:
    """Read a row; `cell` gives a column's text by key, `has` says whether the file has the column."""
    read = RowRead()
    marked = []
    for figure in FIGURES:
        if not has(figure.name):
            continue
        text, mark = split_mark(cell(figure.name))
        if mark:
            marked.append(figure.name)
        try:
            read.values[figure.name] = figure_value(text, figure)
        except Unreadable as error:
            read.errors[figure.name] = str(error)
    _read_notes(read, cell("notes"), marked)
    read.has_notes = has("notes")
    if not read.errors:
        _check_sums(read, cell)
    return read


def _read_notes(read: RowRead, raw: str, marked: list[str]) -> None:
    """Footnotes by figure; a mark without a footnote and a footnote without a figure are refused."""
    try:
        found, loose = notes_read(plain_text(raw, "the note", most=_LONGEST_CELL))
        for key, note in found.items():
            found[key] = plain_text(note, f"the note on {NOTE_LABELS[key].lower()}", most=_LONGEST_NOTE)
    except Unreadable as error:
        read.errors["notes"] = str(error)
        return
    bare = [key for key in marked if key not in found]
    if loose and len(bare) == 1:
        found[bare[0]] = loose[:_LONGEST_NOTE]
        bare, loose = [], ""
    if loose:
        read.errors["notes"] = "Begin the note with the figure that it explains, like “Vacancies: 12 start in March”"
    for key in bare:
        read.errors[key] = "The figure is marked, but no footnote explains it. Add it to Notes or take the mark away"
    read.notes = found


def _check_sums(read: RowRead, cell: Callable[[str], str]) -> None:
    """What was typed besides the counts must follow from them."""
    counts = Counts(**read.values)  # type: ignore[arg-type]
    _check_total(read, "total", cell("total"), ("permanent", "agency"), counts.total)
    posts = ("permanent", "agency", "vacancies")
    _check_total(read, "establishment", cell("establishment"), posts, counts.establishment)
    rates = {"agency": counts.agency_ratio, "starters": counts.starters_rate, "leavers": counts.leavers_rate}
    for key, figure in PERCENTAGES.items():
        if problem := _percent_problem(split_mark(cell(key))[0], rates[figure]):
            read.errors[key] = problem


def _check_total(read: RowRead, key: str, raw: str, parts: tuple[str, ...], adds_up_to: int | None) -> None:
    typed_text = split_mark(raw)[0].strip()
    if typed_text in _NOT_SUPPLIED:
        return
    try:
        typed = whole_number(typed_text, "The total" if key == "total" else "The establishment", most=3 * MOST)
    except Unreadable as error:
        read.errors[key] = str(error)
        return
    vacancies = read.values.get("vacancies")
    if key == "establishment" and vacancies is not None and vacancies > typed:
        read.errors["vacancies"] = f"Vacancies ({vacancies:,}) are more than the establishment ({typed:,})"
    elif adds_up_to is not None and typed != adds_up_to:
        named = [f"{NOTE_LABELS[part].lower()} ({read.values[part]:,})" for part in parts]
        words = f"{', '.join(named[:-1])} and {named[-1]}"
        read.errors[key] = f"{words[0].upper()}{words[1:]} add up to {adds_up_to:,}, but the {key} says {typed:,}"


def _percent_problem(raw: str, rate: Rate) -> str:
    """What is wrong with a typed percentage, "" when it follows from the counts at the places it was typed with."""
    text = raw.strip()
    if text in _NOT_SUPPLIED:
        return ""
    found = _PERCENT.fullmatch(text)
    if not found:
        return "The percentage must be a number, like 21.08%. It may also be left out: the site works it out"
    if rate.percent is None:
        return ""
    typed = Decimal(found[1])
    readings = [typed] if found[2] else [typed, typed * 100]  # a spreadsheet may hold 0.2108 for 21.08%
    if any(_agrees(reading, rate.percent) for reading in readings):
        return ""
    return f"{text} does not follow from the counts: {rate.basis} is {rate.text}"


def _agrees(typed: Decimal, percent: Decimal) -> bool:
    exponent = typed.as_tuple().exponent
    places = min(-exponent if isinstance(exponent, int) else 0, 8)
    return abs(typed - percent) <= Decimal(5).scaleb(-places - 1)

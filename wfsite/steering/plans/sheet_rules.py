"""From the cells of a council's plan to actions: themes, bullets, ditto marks, several leads, loose months."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from wfsite.core.parsing import Unreadable, plain_text
from wfsite.core.periods import Timescale
from wfsite.core.rag import RAG_BY_WORD, Rag
from wfsite.imports.rules import CellError, SheetRow
from wfsite.steering.plans.cell_rules import (
    ALL_DITTO,
    BULLET,
    NO_TIMESCALE,
    NOBODY,
    NUMBER,
    names_read,
    said_to_be_text,
)
from wfsite.steering.plans.rules import LONGEST_NOTE, LONGEST_ROUTE, REFERENCE
from wfsite.steering.plans.timescale_rules import UNSET, timescale_cell

LONGEST_TITLE, LONGEST_CRITERIA = 500, 4_000

# As many as a reference has room for.
MOST_THEMES = MOST_ACTIONS = 999


@dataclass(slots=True)
class PlanEntry:
    """A row of the file: a theme, or an action with its cells read; `errors` say what could not be."""

    number: int
    theme: str
    is_theme: bool = False
    is_sub_action: bool = False
    reference: str = ""
    title: str = ""
    timescale: Timescale = UNSET
    leads: tuple[str, ...] = ()
    criteria: str = ""
    monitors: tuple[str, ...] = ()
    rag: Rag | None = None
    note: str = ""
    route: str = ""
    parent: "PlanEntry | None" = None
    remarks: list[str] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)


def read_entries(
    rows: Sequence[SheetRow], *, heading: Callable[[str], str], known_names: frozenset[str], year: int | None = None
) -> list[PlanEntry]:
    """Every row of a plan's file; `known_names` (casefolded) are leads, `year` is the plan's first."""
    entries: list[PlanEntry] = []
    theme = ""
    above = action = None
    for row in rows:
        entry = PlanEntry(number=row.number, theme=theme)
        if _is_theme_row(row):
            entry.is_theme = True
            entry.theme = theme = _text(entry, row, "action", "the theme", 200, heading, cut=NUMBER)
        else:
            if row["theme"] and not ALL_DITTO.fullmatch(row["theme"]):
                entry.theme = theme = _text(entry, row, "theme", "the theme", 200, heading, cut=NUMBER)
            _read_action(entry, row, above, action, heading, known_names, year)
            above = entry
            action = action if entry.is_sub_action else entry
        entries.append(entry)
    return entries


def _is_theme_row(row: SheetRow) -> bool:
    """Whether only the action cell says something: a heading between the actions."""
    others = (text for key, text in row.values.items() if key != "action")
    return bool(row["action"]) and not any(others) and not BULLET.match(row["action"])


def _read_action(
    entry: PlanEntry,
    row: SheetRow,
    above: PlanEntry | None,
    action: PlanEntry | None,
    heading: Callable[[str], str],
    known: frozenset[str],
    year: int | None,
) -> None:
    def attempt(key: str, read: Callable[[str], None]) -> None:
        try:
            read(row[key])
        except Unreadable as error:
            entry.errors.append(CellError(row.number, heading(key), str(error)))

    attempt("reference", lambda raw: _reference(entry, raw, action))
    bullet = BULLET.match(row["action"])
    entry.is_sub_action = entry.is_sub_action or bullet is not None
    entry.title = _text(entry, row, "action", "the action", LONGEST_TITLE, heading, cut=BULLET)
    if not entry.theme:
        entry.errors.append(CellError(row.number, heading("action"), "There is no theme above this action"))
    if entry.is_sub_action:
        entry.parent = action
        if action is None:
            entry.errors.append(CellError(row.number, heading("action"), "There is no action above this sub-action"))
    attempt("timescale", lambda raw: _timescale(entry, raw, above, year))
    attempt("leads", lambda raw: _leads(entry, raw, above, known))
    attempt("criteria", lambda raw: _criteria(entry, raw, above))
    attempt("monitors", lambda raw: _monitors(entry, raw, above, known))
    _read_progress(entry, row, attempt)


def _text(
    entry: PlanEntry,
    row: SheetRow,
    key: str,
    noun: str,
    most: int,
    heading: Callable[[str], str],
    *,
    cut: re.Pattern[str],
) -> str:
    """A cell as one line, without its bullet or number."""
    raw = row[key].strip()
    text = said_to_be_text("action", raw)
    if text is None:
        mark = cut.match(raw)
        text = raw[mark.end() :] if mark else raw
        if mark and cut is BULLET and BULLET.match(text):
            entry.remarks.append(
                "There is one level of sub-actions: this one belongs to the action above, "
                f"and “{text[0]}” stays in its words"
            )
    try:
        return plain_text(text, noun, most=most, required=True)
    except Unreadable as error:
        entry.errors.append(CellError(row.number, heading(key), str(error)))
        return ""


def _reference(entry: PlanEntry, raw: str, action: PlanEntry | None) -> None:
    if not raw:
        return
    found = REFERENCE.fullmatch(raw.strip().casefold())
    if not found:
        raise Unreadable(f"“{raw}” is not a reference. Use one like 2.3, or 2.3a for a sub-action")
    # A spreadsheet that holds 1.10 as a number writes 1.1: behind 1.9 nothing else is likely.
    if action and len(found[2]) == 1 and not found[3] and action.reference == f"{found[1]}.{int(found[2]) * 10 - 1}":
        raise Unreadable(
            f"“{raw}” follows {action.reference}: it may be {raw}0 without its last 0. Format the column as text "
            f"and enter {raw}0, or move the row up to where {raw} belongs"
        )
    entry.reference = found[0]
    entry.is_sub_action = bool(found[3])


def _timescale(entry: PlanEntry, raw: str, above: PlanEntry | None, year: int | None) -> None:
    if ALL_DITTO.fullmatch(raw):
        entry.timescale = _above(above).timescale
    elif not raw and entry.parent:
        entry.timescale = entry.parent.timescale
    elif raw.strip().casefold() == NO_TIMESCALE.casefold():
        entry.timescale = UNSET
    elif not raw:
        entry.remarks.append("No timescale is given")
    else:
        entry.timescale = timescale_cell(raw, entry.remarks, year=year)


def _leads(entry: PlanEntry, raw: str, above: PlanEntry | None, known: frozenset[str]) -> None:
    if not raw and entry.parent:
        entry.leads = entry.parent.leads
    else:
        entry.leads = names_read(raw, above.leads if above else None, known, remarks=entry.remarks)
    if not entry.leads:
        raise Unreadable("Enter who leads this action")


def _monitors(entry: PlanEntry, raw: str, above: PlanEntry | None, known: frozenset[str]) -> None:
    if not raw and entry.parent:
        entry.monitors = entry.parent.monitors
    elif raw.strip().casefold() != NOBODY.casefold():
        entry.monitors = names_read(raw, above.monitors if above else None, known, remarks=entry.remarks)


def _criteria(entry: PlanEntry, raw: str, above: PlanEntry | None) -> None:
    text = said_to_be_text("criteria", raw)
    if text is None and ALL_DITTO.fullmatch(raw):
        entry.criteria = _above(above).criteria
    else:
        text = raw if text is None else text
        entry.criteria = plain_text(text, "the success criteria", most=LONGEST_CRITERIA, lines=True)


def _above(above: PlanEntry | None) -> PlanEntry:
    if above is None:
        raise Unreadable("A ditto mark needs a row above to repeat")
    return above


_WORDS = {
    **RAG_BY_WORD,
    "r": Rag.RED,
    "a": Rag.AMBER,
    "g": Rag.GREEN,
    "completed": Rag.COMPLETE,
    "not yet started": Rag.NOT_STARTED,
    "not required": Rag.NO_LONGER_REQUIRED,
}
_STATUS_FIRST = re.compile(
    rf"({'|'.join(sorted(RAG_BY_WORD, key=len, reverse=True))})(?:\s*[:.,;–—-]\s*|\s*\n\s*|\s*$)(.*)",
    re.IGNORECASE | re.DOTALL,
)


def _read_progress(entry: PlanEntry, row: SheetRow, attempt: Callable[[str, Callable[[str], None]], None]) -> None:
    def both(raw: str) -> None:
        found = _STATUS_FIRST.fullmatch(raw.strip())
        if found:
            entry.rag = RAG_BY_WORD[found[1].casefold()]
        entry.note = plain_text(found[2] if found else raw, "the progress note", most=LONGEST_NOTE, lines=True)

    def status(raw: str) -> None:
        if raw:
            entry.rag = _WORDS.get(" ".join(raw.casefold().split()))
            if entry.rag is None:
                words = ", ".join(rag.word for rag in Rag)
                raise Unreadable(f"“{raw}” is not a RAG status. Use one of {words}")

    def note(raw: str) -> None:
        if raw:
            text = said_to_be_text("progress", raw) or raw
            entry.note = plain_text(text, "the progress note", most=LONGEST_NOTE, lines=True)

    def route(raw: str) -> None:
        text = said_to_be_text("route", raw) or raw
        entry.route = plain_text(text, "the route back to Green", most=LONGEST_ROUTE, lines=True)

    for key, read in (("progress_rag", both), ("rag", status), ("progress", note), ("route", route)):
        attempt(key, read)

"""What is written comes back as it was, in both formats: any text, and any plan with any text in any column."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeAlias

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from wfsite.core.parsing import plain_text
from wfsite.core.periods import Timescale, TimescaleKind, month_end
from wfsite.core.rag import Rag
from wfsite.imports.rules import SheetRow, spreadsheet_errors
from wfsite.sheets.columns import match_columns
from wfsite.sheets.reading import read_table
from wfsite.sheets.writing import csv_bytes
from wfsite.sheets.writing_xlsx import xlsx_bytes
from wfsite.steering.plans import sheets
from wfsite.steering.plans.queries import PlanPage, ThemeRows
from wfsite.steering.plans.row_rules import ActionRow, Rights
from wfsite.steering.plans.rules import Attention
from wfsite.steering.plans.sheet_rules import PlanEntry, read_entries
from wfsite.steering.plans.timescale_rules import UNSET

KINDS = ("csv", "xlsx")
EXAMPLES = 60
# Everything that a spreadsheet, a CSV file, a workbook's XML or a plan gives a meaning of its own.
PIECES = (
    *(
        "'",
        "''",
        '"',
        '""',
        "“",
        "”",
        "`",
        "=",
        "+",
        "-",
        "–",
        "—",
        "@",
        "•",
        "*",
        "|",
        "\\",
        "\\-",
        "/",
        ";",
        ",",
        ":",
        ".",
    ),
    *("&", "%", "#", "(", ")", "[", "]", "<", ">", "&amp;", "#REF!", "#N/A", "1.", "2)", "1.1", "1.1a", "0", "1e5"),
    *(" ", "  ", "\n", "\n\n", "\t", "\u00a0", "\u2028", "\u200b", "\u0301", "e", "é", "e\u200b\u0301", "ﬁ", "İ", "ß"),
    *("陳", "👩‍👧", "and", " and ", " & ", "ditto", "Do.", "do", "Ongoing", "Nobody", "Not set", "Green", "TRUE", "x"),
    *("March 2026", "sep=;", "_x000D_", "_x0041_", "_x005F_", "＝", "＠", "Reference", "Leads", "-led", "Think family"),
)
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), min_size=1, max_size=7).map("".join)


def _kept(most: int, *, lines: bool = False, letter: bool = False) -> SearchStrategy[str]:
    """Text as the site keeps it; `letter` gives it one, which names between quotation marks need."""

    def kept(text: str) -> str:
        try:
            text = plain_text(text, "x", most=most - 1, lines=lines)
        except ValueError:
            return "a"
        return text if any(map(str.isalnum, text)) or (text and not letter) else f"{text}a"

    return HOSTILE.map(kept)


def _written(kind: str, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    return csv_bytes(header, rows) if kind == "csv" else xlsx_bytes("Sheet", header, rows)


# What a file cannot hold is no text: half of a surrogate pair, and NUL in a CSV file.
CELL = (
    st.lists(st.sampled_from(PIECES) | st.text(st.characters(exclude_categories=["Cs"]), max_size=6), max_size=7)
    .map(lambda pieces: "".join(pieces).replace("\x00", "").strip())
    .map(lambda text: text[:10_000])
)


@pytest.mark.parametrize("kind", KINDS)
@given(rows=st.lists(st.tuples(CELL, CELL, CELL).filter(any), min_size=1, max_size=5))
@example(rows=[("'Think family'-led", "'=1", "''-")])
@example(rows=[("x;y;z;v;w", "a;b;c;d;e", "|\t\t\t\t\t|")])
@example(rows=[("_x000D_", "a\r\nb", "_x005F_x0041_")])
@settings(max_examples=EXAMPLES, deadline=None, database=None)
def test_any_text_comes_back(kind: str, rows: list[tuple[str, str, str]]) -> None:
    table = read_table(f"x.{kind}", _written(kind, ("One", "Two", "Three"), rows))
    assert [row.cells for row in table.rows] == rows
    again = _written(kind, table.header, [row.cells for row in table.rows])
    assert kind == "xlsx" or again == _written(kind, ("One", "Two", "Three"), rows)


@given(text=st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=7).map("".join), lines=st.booleans())
@settings(max_examples=EXAMPLES, deadline=None, database=None)
def test_text_that_was_cleaned_is_clean(text: str, lines: bool) -> None:
    try:
        once = plain_text(text, "x", most=1_000, lines=lines)
    except ValueError:
        return
    assert plain_text(once, "x", most=1_000, lines=lines) == once


MONTHS = st.dates(date(1990, 1, 1), date(2100, 11, 30))
TIMESCALES = st.one_of(
    st.just(UNSET),
    st.just(Timescale(TimescaleKind.ONGOING, None, None)),
    MONTHS.map(lambda day: Timescale(TimescaleKind.ONGOING, None, month_end(day))),
    MONTHS.map(lambda day: Timescale(TimescaleKind.MONTH, None, month_end(day))),
    st.tuples(MONTHS, MONTHS).map(
        lambda days: Timescale(TimescaleKind.RANGE, min(days).replace(day=1), month_end(max(days)))
    ),
)
NAMES = st.lists(_kept(120, letter=True), unique_by=str.casefold, max_size=3)


# An action, and its timescale.
Drawn: TypeAlias = tuple[ActionRow, Timescale]


@st.composite
def actions(draw: DrawFn, reference: str, is_sub_action: bool) -> Drawn:
    """An action with anything in every column, and its timescale."""
    when = draw(TIMESCALES)
    row = ActionRow(
        id=1,
        theme_id=1,
        theme_position=1,
        theme_title="Theme",
        group_id=1,
        parent_id=1 if is_sub_action else None,
        reference=reference,
        version=1,
        title=draw(_kept(500)),
        plan_kind=when.kind,
        plan_starts_on=when.starts_on,
        plan_due_on=when.due_on,
        leads="\n".join(draw(NAMES.filter(bool))),
        criteria=draw(st.just("") | _kept(4_000, lines=True)),
        monitors="\n".join(draw(NAMES)),
        rag=draw(st.sampled_from(Rag)),
        note=draw(st.just("") | _kept(2_000, lines=True)),
        route_to_green=draw(st.just("") | _kept(1_000, lines=True)),
        updated_at=None,
        updated_by_id=None,
        updated_by="",
        previous_rag=None,
        previous_at=None,
        agreed_kind=None,
        agreed_starts_on=None,
        agreed_due_on=None,
        date_step_id=0,
        date_step=None,
        step_kind=None,
        step_starts_on=None,
        step_due_on=None,
        is_mine=False,
        met_before_on=None,
        on=date(2026, 3, 10),
        rights=Rights(),
    )
    return row, when


def plan_of(*themes: tuple[str, tuple[ActionRow, ...]]) -> PlanPage:
    """A plan of (title, actions)."""
    shown = tuple(
        ThemeRows(id=n, position=n, title=title, rows=rows, counts=()) for n, (title, rows) in enumerate(themes, 1)
    )
    return PlanPage(
        id=1,
        year=2025,
        title="Plan",
        importing_id=1,
        years=(2025,),
        met_before_on=None,
        themes=shown,
        theme_titles=(),
        lead_names=(),
        counts=(),
        attention=Attention(0, 0, 0),
        shown=(0, 0),
        total=(0, 0),
    )


def read_back(kind: str, plan: PlanPage) -> list[PlanEntry]:
    """The entries of a plan's own export, read where none of its names are known."""
    table = read_table(f"x.{kind}", _written(kind, sheets.HEADER, list(sheets.rows(plan))))
    places = match_columns(table.header, sheets.COLUMNS).positions
    found = [SheetRow(row.number, {key: row.cells[at] for key, at in places.items()}) for row in table.rows]
    assert not [error for row in found for error in spreadsheet_errors(row, sheets.COLUMNS, str)]
    return read_entries(found, heading=str, known_names=frozenset())


@pytest.mark.parametrize("kind", KINDS)
@given(theme=_kept(200), action=actions("1.1", False), sub=actions("1.1a", True), other=actions("1.100", False))
@settings(max_examples=EXAMPLES, deadline=None, database=None)
def test_any_plan_comes_back(kind: str, theme: str, action: Drawn, sub: Drawn, other: Drawn) -> None:
    plan = plan_of((theme, tuple(row for row, _ in (action, sub, other))))
    heading, *entries = read_back(kind, plan)
    assert (heading.is_theme, heading.theme) == (True, theme)
    for entry, (row, when) in zip(entries, (action, sub, other), strict=True):
        assert entry.errors == [] and entry.theme == theme
        assert (entry.reference, entry.is_sub_action) == (row.reference, row.is_sub_action)
        assert (entry.title, entry.timescale, entry.criteria) == (row.title, when, row.criteria)
        assert ("\n".join(entry.leads), "\n".join(entry.monitors)) == (row.leads, row.monitors)
        assert (entry.rag, entry.note, entry.route) == (row.rag, row.note, row.route_to_green)

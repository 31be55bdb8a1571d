"""What the export of workforce figures says, its import reads: any footnotes at any figures, in both formats."""

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wfsite.core.parsing import plain_text
from wfsite.sheets.reading import read_table
from wfsite.sheets.writing import csv_bytes
from wfsite.sheets.writing_xlsx import xlsx_bytes
from wfsite.steering.workforce.column_rules import COLUMNS
from wfsite.steering.workforce.note_sheets import notes_read
from wfsite.steering.workforce.row_sheets import row_read
from wfsite.steering.workforce.rules import NOTE_LABELS, Counts, Month
from wfsite.steering.workforce.sheets import EXPORT_HEADER, export_rows, month_of, prepare

PIECES = (
    *NOTE_LABELS.values(),
    *(
        "; ",
        ";",
        ": ",
        ":",
        '"',
        '""',
        "\u201c",
        "*",
        "'",
        "=",
        "-",
        " ",
        "a",
        "12 start",
        "agency",
        "D\u0131fference:",
        "\u017f",
    ),
)
NOTE = (
    st.lists(
        st.sampled_from(PIECES) | st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=4), max_size=9
    )
    .map(lambda parts: plain_text("".join(parts), "the note", most=500))
    .filter(bool)
)
NOTES = st.dictionaries(st.sampled_from(tuple(NOTE_LABELS)), NOTE, min_size=1, max_size=5)
COUNTS = Counts(permanent=141, starters=1, agency=52)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@given(notes=NOTES)
@example(notes={"agency": "a; difference: b"})
@example(notes={"vacancies": "12 start; Agency: none of these", "difference": '"x"'})
@example(notes={"agency": 'he said "one"; Vacancies: "two"', "vacancies": ";"})
@settings(max_examples=60, deadline=None)
def test_footnotes_there_and_back(kind: str, notes: dict[str, str]) -> None:
    rows = list(export_rows([Month(date(2020, 12, 1), COUNTS, notes)], "Assessment"))
    content = csv_bytes(EXPORT_HEADER, rows) if kind == "csv" else xlsx_bytes("Figures", EXPORT_HEADER, rows)
    prepared = prepare(read_table(f"export.{kind}", content), on=date(2021, 3, 1))
    assert prepared.problems == ()
    (row,) = prepared.table.rows
    cells = dict(zip((column.key for column in COLUMNS), row.cells, strict=True))
    read = row_read(cells.__getitem__, cells.__contains__)
    assert read.errors == {}
    assert read.notes == notes
    assert month_of(cells["month"]) == date(2020, 12, 1)
    assert read.merged(Counts(), {})[0] == COUNTS


def test_a_person_types_quotation_marks_around_a_note() -> None:
    assert notes_read('Agency: "one; Vacancies: two"; Vacancies: three') == (
        {"agency": "one; Vacancies: two", "vacancies": "three"},
        "",
    )
    assert notes_read('Agency: "one" and two') == ({"agency": '"one" and two'}, "")
    assert notes_read("D\u0131fference: x") == ({}, "D\u0131fference: x")

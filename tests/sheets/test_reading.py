"""Every bad file of HARDENING §3 is refused in words, and every way a council saves a good one is read."""

import io
import re
import zipfile
from datetime import date, datetime
from time import perf_counter, process_time

import pytest
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from tests.support.workbooks import sheet_of
from wfsite.core.parsing import Unreadable
from wfsite.sheets.columns import Column
from wfsite.sheets.reading import read_table
from wfsite.sheets.tables import Table
from wfsite.sheets.writing import csv_bytes
from wfsite.sheets.writing_xlsx import xlsx_bytes

TEXT = "Name,When\nSiân O'Brien,March 2015\n陳,2016-04-01\n"


def _cells(table: Table) -> list[tuple[str, ...]]:
    return [row.cells for row in table.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(encoding: str) -> None:
    table = read_table("x.csv", TEXT.encode(encoding))
    assert table.header == ("Name", "When")
    assert _cells(table) == [("Siân O'Brien", "March 2015"), ("陳", "2016-04-01")]
    assert any("UTF-16" in note for note in table.notes) == encoding.startswith("utf-16")


def test_windows_1252_is_read_and_said() -> None:
    table = read_table("x.csv", "Name,When\nSiân – O’Brien,“\n".encode("windows-1252"))
    assert _cells(table) == [("Siân – O’Brien", "“")]
    assert "Windows-1252" in table.notes[0]


@pytest.mark.parametrize(("separator", "said"), [(";", "semicolons"), ("\t", "tabs")])
def test_separators_are_told_and_said(separator: str, said: str) -> None:
    table = read_table("x.csv", f'a{separator}b\n"1,5"{separator}"x,y"\n'.encode())
    assert _cells(table) == [("1,5", "x,y")]
    assert said in table.notes[0]


def test_excels_own_declaration_of_a_separator() -> None:
    table = read_table("x.csv", b"sep=;\r\na;b\r\n1;2\r\n")
    assert (table.header, table.rows[0].number) == (("a", "b"), 3)


def test_mixed_line_ends_blank_rows_and_cells_of_several_lines_keep_the_row_numbers() -> None:
    table = read_table("x.csv", b'a,b\r\n\n1,"x\ny"\r2,z\n')
    assert [(row.number, row.cells) for row in table.rows] == [(3, ("1", "x\ny")), (4, ("2", "z"))]


def test_titles_above_and_repeated_headings_are_left_out_and_said() -> None:
    table = read_table("x.csv", b"The plan\n\na,b\n1,2\nA,B\n3,4\n")
    assert _cells(table) == [("1", "2"), ("3", "4")]
    assert "row 1" in table.notes[0] and "repeated" in table.notes[1]


COLUMNS = (Column("action", "Action"), Column("when", "Timescale", ("When",)), Column("who", "Lead"))


@pytest.mark.parametrize(
    ("separator", "title"), [(";", "The plan, version 3"), ("\t", "The plan, version 3"), (",", "Plan; version 3")]
)
def test_a_title_with_another_separator_does_not_decide(separator: str, title: str) -> None:
    lines = [
        title,
        "",
        *(separator.join(row) for row in (("Action", "When", "Lead"), ("Do it", "“", "A"), ("x", "", ""))),
    ]
    table = read_table("x.csv", "\n".join(lines).encode(), COLUMNS)
    assert (table.header, len(table.rows)) == (("Action", "When", "Lead"), 2)


def test_commas_in_a_file_of_semicolons_do_not_decide() -> None:
    lines = ["The plan, version 3", "Action;When;Lead", *(f"Do {n};March, 2026;A" for n in range(12))]
    assert len(read_table("x.csv", "\n".join(lines).encode()).rows) == 12


def test_the_headings_are_the_row_that_names_most_columns() -> None:
    table = read_table(
        "x.csv", b"The plan,Version 3,Lead\n2025,26\n\nAction,When,Lead,\nDo it,March 2026,A,\n", COLUMNS
    )
    assert table.header == ("Action", "When", "Lead")
    assert [(row.number, row.cells) for row in table.rows] == [(5, ("Do it", "March 2026", "A"))]
    assert table.notes[0] == (
        "Row 4 was read as the headings, and what stands above it (rows 1 to 2) was not read. "
        "If the headings stand in another row, delete the rows above it and upload again."
    )


def test_headings_are_looked_for_in_the_first_fifty_rows() -> None:
    def read(above: int) -> Table:
        return read_table("x.csv", b"The plan,Version 3,\n" * above + b"Action,When,Lead\nDo it,,A\n", COLUMNS)

    assert read(49).header == ("Action", "When", "Lead")
    with pytest.raises(
        Unreadable, match=r"Row 51 .* in row 1\..* If the headings stand in another row, delete the rows"
    ):
        read(50)


def test_without_known_headings_the_first_row_of_two_cells_is_taken() -> None:
    assert read_table("x.csv", b"The plan\nOne,Lead\n1,2\n", COLUMNS).header == ("One", "Lead")


def test_our_own_exports_come_back_as_they_were() -> None:
    rows = [("=1+1", "-x", "+y", "@z"), ("'quoted", 'a "b", c', "two\nlines", "")]
    for name, content in (("x.csv", csv_bytes("abcd", rows)), ("x.xlsx", xlsx_bytes("t", "abcd", rows))):
        assert _cells(read_table(name, content)) == rows


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.csv", b"", "empty"),
        ("x.csv", b" \r\n ", "empty"),
        ("x.csv", b"only one heading\n1\n", "no row of headings"),
        ("x.csv", b"a,b\n", "no rows"),
        ("x.csv", b"a,b\nx\x00,y\n", "NUL"),
        ("x.csv", b'a,b\n1,"open\n2,3\n', "row 2 and is never closed"),
        ("x.csv", b'a,b\n1,"x"y\n', "Row 2 has a quotation mark"),
        ("x.csv", b"a,b\n1," + b"x" * 10_001 + b"\n", "Row 2, column B has more than 10,000"),
        ("x.csv", b"a,b\n1," + b"x" * 131_073 + b"\n", "131,072"),
        ("x.csv", b"a,b\n1,2,3\n", "Row 2 has more cells than there are headings"),
        ("x.csv", b"a,b\n" + b"1,2\n" * 5_001, "more than 5,000 rows"),
        ("x.csv", b"a,b\n" + b"\n" * 100_001 + b"1,2\n", "100,000 rows. Delete the empty ones"),
        ("x.csv", b",".join(b"h%d" % n for n in range(31)) + b"\n", "more than 30 columns"),
        ("x.csv", b"<!DOCTYPE html><table><tr><td>a", "web page"),
        ("x.csv", b"\n <html><body>", "web page"),
        ("x.csv", b"a,b\n\x81\x8d,\xff\n", "not text"),
        ("x.csv", b"\xff\xfea,b\n1", "not text"),
        ("x.pdf", b"%PDF-1.7", "PDF"),
        ("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", r"\.xls or \.doc"),
        ("x.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "password"),
        ("x.xlsx", b"a,b\n1,2\n", "not a workbook"),
        ("x.xlsx", b"PK\x03\x04 and then nothing", "damaged"),
    ],
)
def test_bad_files_in_words(name: str, content: bytes, message: str) -> None:
    with pytest.raises(Unreadable, match=message):
        read_table(name, content)


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _changed(content: bytes, **parts: bytes | None) -> bytes:
    """A workbook with parts added, replaced or (None) removed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, data in parts.items():
            if data is not None:
                new.writestr(name, data)
    return out.getvalue()


@pytest.fixture
def book() -> Workbook:
    book = Workbook()
    sheet = sheet_of(book)
    sheet.append(["What", "When", "How many"])
    sheet.append(["x", datetime(2015, 3, 1), 2.5])
    return book


def test_dates_numbers_and_truth_become_text(book: Workbook) -> None:
    sheet = sheet_of(book)
    sheet["B2"].number_format = "mmm-yy"
    sheet.append([True, date(2015, 3, 31), 12])
    sheet.append(["y", "as text", 0.2694])
    sheet["C4"].number_format = "0.00%"
    assert _cells(read_table("x.xlsx", _saved(book))) == [
        ("x", "March 2015", "2.5"),
        ("TRUE", "2015-03-31", "12"),
        ("y", "as text", "26.94%"),
    ]


@pytest.mark.parametrize(
    ("number_format", "number", "shown"),
    [
        ("0.00", 1.1, "1.10"),
        ("#,##0.00", 1.1, "1.10"),
        ("0.00_)", 1.1, "1.10"),
        ("0.00;[Red]-0.00", 1.1, "1.10"),
        ("0.0", 1.25, "1.25"),
        ("0.00", 12, "12"),
        ("General", 1.1, "1.1"),
        ("0.00%", 0.251, "25.1%"),
    ],
)
def test_a_number_has_the_zeros_that_its_cell_shows(
    book: Workbook, number_format: str, number: float | int, shown: str
) -> None:
    sheet_of(book)["C2"] = number
    sheet_of(book)["C2"].number_format = number_format
    assert _cells(read_table("x.xlsx", _saved(book)))[0][2] == shown


def test_dates_counted_from_1904(book: Workbook) -> None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book.epoch = CALENDAR_MAC_1904
    assert _cells(read_table("x.xlsx", _saved(book)))[0][1] == "2015-03-01"


def test_hidden_sheets_are_passed_over_and_said(book: Workbook) -> None:
    other = book.create_sheet("Old", 0)
    other.append(["not", "this"])
    other.sheet_state = "hidden"
    table = read_table("x.xlsx", _saved(book))
    assert table.header[0] == "What"
    assert "“Old”" in table.notes[0]


def _hidden_notes(book: Workbook) -> list[str]:
    return [note for note in read_table("x.xlsx", _saved(book)).notes if "hidden" in note]


def test_hidden_rows_and_columns_are_read_and_said(book: Workbook) -> None:
    sheet = sheet_of(book)
    for number in range(3, 20):
        sheet.append([f"y{number}", "z", number])
    assert _hidden_notes(book) == []
    sheet.row_dimensions[3].hidden = True
    sheet.row_dimensions[40].hidden = True  # holds nothing
    assert _hidden_notes(book) == ["Row 3 is hidden in the workbook and was read."]
    assert _cells(read_table("x.xlsx", _saved(book)))[1][0] == "y3"
    sheet.row_dimensions[5].hidden = True
    sheet.column_dimensions["B"].hidden = True
    assert _hidden_notes(book) == [
        "Rows 3 and 5 are hidden in the workbook and were read.",
        "Column B is hidden in the workbook and was read.",
    ]
    for number in range(3, 20):
        sheet.row_dimensions[number].hidden = True
    sheet.column_dimensions["B"].hidden = False
    assert _hidden_notes(book) == [
        "Rows 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 7 more are hidden in the workbook and were read."
    ]


def test_a_hidden_row_without_a_number_is_found(book: Workbook) -> None:
    sheet_of(book).append(["y", "z", 1])
    sheet_of(book).row_dimensions[3].hidden = True
    name = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(_saved(book))) as archive:
        xml = archive.read(name)
    xml = re.sub(rb'(<row) r="[0-9]+"', rb"\1", xml)
    table = read_table("x.xlsx", _changed(_saved(book), **{name: xml}))
    assert "Row 3 is hidden in the workbook and was read." in table.notes


def test_tall_merged_cells_count_for_each_of_their_rows(book: Workbook) -> None:
    sheet = sheet_of(book)
    sheet.append(["y", "", 1])
    sheet["A2"] = "both"
    sheet["A3"] = None
    sheet.merge_cells("A2:A3")
    table = read_table("x.xlsx", _saved(book))
    assert [row.cells[0] for row in table.rows] == ["both", "both"]
    assert any("merged" in note for note in table.notes)


def test_a_formula_without_a_value_is_an_error_with_its_cell(book: Workbook) -> None:
    sheet_of(book)["C2"] = "=1+1"
    with pytest.raises(Unreadable, match="Row 2, column C holds a formula without a value"):
        read_table("x.xlsx", _saved(book))


def test_a_formula_with_its_value_is_read_and_said(book: Workbook) -> None:
    sheet_of(book)["C2"] = "=1+1"
    content = _saved(book)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
    valued = xml.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>").replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
    assert valued != xml
    table = read_table("x.xlsx", _changed(content, **{"xl/worksheets/sheet1.xml": valued}))
    assert table.rows[0].cells[2] == "2"
    assert "1 cell holds a formula" in table.notes[0]


def test_a_spreadsheet_error_comes_as_its_text(book: Workbook) -> None:
    sheet_of(book)["A2"] = "#REF!"
    assert _cells(read_table("x.xlsx", _saved(book)))[0][0] == "#REF!"


def test_a_million_blank_rows_end_early(book: Workbook) -> None:
    sheet = sheet_of(book)
    sheet.cell(1_048_576, 1).number_format = "0.0"
    sheet.cell(900_000, 1, "far below")
    table = read_table("x.xlsx", _saved(book))
    assert len(table.rows) == 1
    assert any("Nothing below row" in note for note in table.notes)


def test_too_many_rows_and_columns_in_a_workbook() -> None:
    wide = Workbook()
    sheet_of(wide).append([f"h{n}" for n in range(31)])
    with pytest.raises(Unreadable, match="more than 30 columns"):
        read_table("x.xlsx", _saved(wide))
    long = Workbook(write_only=True)
    sheet = long.create_sheet()
    for _ in range(5_002):
        sheet.append([WriteOnlyCell(sheet, "a"), "b"])
        sheet.append(["c", "d"])
    with pytest.raises(Unreadable, match="more than 5,000 rows"):
        read_table("x.xlsx", _saved(long))


def test_a_bomb_is_not_unpacked(book: Workbook) -> None:
    bomb = _changed(_saved(book), **{"xl/media/big.bin": b"\0" * (51 * 1024 * 1024)})
    assert len(bomb) < 200_000
    with pytest.raises(Unreadable, match="unpacks to more than 50 MB"):
        read_table("x.xlsx", bomb)


def test_too_many_parts_are_said_as_what_they_are(book: Workbook) -> None:
    parts = {f"xl/media/{number}.png": b"x" for number in range(1_001)}
    with pytest.raises(Unreadable, match="holds more than 1,000 parts"):
        read_table("x.xlsx", _changed(_saved(book), **parts))


@pytest.mark.parametrize("tag", [b"<mergeCell ", b'<mergeCell ref="', b'<mergeCell ref="A1:', b"<f", b"<a:"])
def test_tags_that_never_end_do_not_hold_the_site_up(book: Workbook, tag: bytes) -> None:
    content = _saved(book)
    sheet = b"<worksheet><sheetData><row><c>" + tag * 90_000
    began = perf_counter()
    with pytest.raises(Unreadable, match="damaged"):
        read_table("x.xlsx", _changed(content, **{"xl/worksheets/sheet1.xml": sheet}))
    assert perf_counter() - began < 20  # searching each tag to the end of the file takes minutes


@pytest.mark.parametrize(
    ("part", "xml", "why"),
    [
        (
            "xl/worksheets/sheet1.xml",
            b"<worksheet><sheetData><row>" + b"<c/>" * 2_000_000,
            "more than 100,000 pieces of formatting in one row",
        ),
        (
            "xl/worksheets/sheet1.xml",
            b"<worksheet><sheetData>" + b"<row><c/></row>" * 1_100_000,
            "more than 3,000,000 cells",
        ),
        ("xl/styles.xml", b"<styleSheet><cellXfs>" + b"<xf/>" * 400_000, "more than 200,000 pieces of formatting"),
        ("xl/workbook.xml", b"<a>" * 200_001 + b"</a>" * 200_001, "more than 200,000 pieces of formatting"),
    ],
    ids=["one row", "many rows", "styles", "nested"],
)
def test_a_bomb_of_empty_tags_is_refused_before_it_is_opened(book: Workbook, part: str, xml: bytes, why: str) -> None:
    began = process_time()
    with pytest.raises(Unreadable, match=why) as refused:
        read_table("x.xlsx", _changed(_saved(book), **{part: xml}))
    assert "50 MB" not in str(refused.value) and "Copy the table to a new workbook" in str(refused.value)
    assert process_time() - began < 2.5


def test_entities_are_refused(book: Workbook) -> None:
    xml = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>'
    with pytest.raises(Unreadable, match="damaged"):
        read_table("x.xlsx", _changed(_saved(book), **{"xl/sharedStrings.xml": xml}))


@pytest.mark.parametrize(
    ("name", "parts", "message"),
    [
        ("x.xlsm", {}, "Remove macros"),
        ("x.xlsx", {"xl/vbaProject.bin": b"x"}, "Remove macros"),
        ("x.xlsx", {"xl/workbook.xml": None}, "not an Excel workbook"),
        ("x.xlsx", {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"}, "damaged"),
        ("x.xlsx", {"[Content_Types].xml": b"nonsense"}, "damaged"),
    ],
)
def test_bad_workbooks_in_words(
    book: Workbook, name: str, parts: dict[str, None] | dict[str, bytes], message: str
) -> None:
    with pytest.raises(Unreadable, match=message):
        read_table(name, _changed(_saved(book), **parts))


def test_truncated_and_without_sheets(book: Workbook) -> None:
    content = _saved(book)
    with pytest.raises(Unreadable, match="damaged"):
        read_table("x.xlsx", content[: len(content) // 2])
    chart_only = Workbook()
    chart_only.create_chartsheet("c")
    chart_only.remove(chart_only.worksheets[0])
    with pytest.raises(Unreadable):
        read_table("x.xlsx", _saved(chart_only))

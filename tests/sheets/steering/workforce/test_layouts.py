"""Files of workforce figures as councils hold them: both layouts, footnotes, and what is refused."""

from datetime import date
from pathlib import Path

import pytest

from wfsite.demo.workforce import DATA
from wfsite.imports.importer import Prepared
from wfsite.sheets.reading import read_table
from wfsite.steering.workforce.column_rules import COLUMNS
from wfsite.steering.workforce.note_sheets import notes_read, notes_text, split_mark
from wfsite.steering.workforce.sheets import EXPORT_HEADER, month_of, prepare

ON = date(2021, 3, 1)


def _prepared(text: str, on: date = ON) -> Prepared:
    return prepare(read_table("figures.csv", text.encode()), on=on)


def _cells(prepared: Prepared) -> list[dict[str, str]]:
    header = prepared.table.header
    return [dict(zip(header, row.cells, strict=True)) for row in prepared.table.rows]


@pytest.mark.parametrize("name", ["workforce-data-2020-21.csv", "workforce-data-2020-21.xlsx"])
def test_the_source_s_table_is_turned_round(name: str) -> None:
    found = prepare(read_table(name, Path(DATA / name).read_bytes()), on=ON)
    months = _cells(found)
    assert found.problems == ()
    assert [month_of(month["Month"]) for month in months] == [date(2020, 12, 1), date(2021, 1, 1), date(2021, 2, 1)]
    assert [month["Permanent"] for month in months] == ["141", "144", "146"]
    assert [month["Agency"] for month in months] == ["52", "36", "39"]
    assert [month["Vacancies"] for month in months] == ["16", "17", "24*"]
    assert months[2]["Notes"].startswith("Vacancies: Only 12")
    assert months[0]["Notes"] == months[1]["Notes"] == ""


def test_the_source_s_mislabelled_line_belongs_to_the_count_above_it() -> None:
    table = read_table("f.csv", (DATA / "workforce-data-2020-21.csv").read_bytes())
    labels = [row.cells[1] for row in table.rows]
    assert labels[3] == labels[5] == "% of permanent workers leaving in the period"
    months = _cells(prepare(table, on=ON))
    assert [month["Starters %"] for month in months] == ["0.71%", "6.94%", "0.00%"]
    assert [month["Leavers %"] for month in months] == ["0.71%", "0.69%", "0.68%"]


def test_errors_lead_to_where_the_cell_stands_in_the_file() -> None:
    found = _prepared("What,Dec-20,Jan-21\nPermanent,141,144\nAgency,52,36\n")
    assert found.places[2, "Permanent"] == (2, "Dec-20")
    assert found.places[3, "Agency"] == (3, "Jan-21")


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("Social workers in post (FTE)", "FTE"),
        ("Social workers in post, WTE", "WTE"),
        ("Permanent (£)", "£"),
        ("Agency spend", "spend"),
        ("Vacancy rate", "rate"),
        ("Vacancies %", "%"),
        ("Leavers, year to date", "year to date"),
        ("Leavers in the quarter", "quarter"),
        ("Average cases", "Average"),
        ("Permanent full-time equivalents, average", "average"),
        ("Agency target", "target"),
        ("Starters 2020/21", "2020/21"),
    ],
)
@pytest.mark.parametrize("text", ["Month,{}\nDec-20,141\n", "What,Dec-20\n{},141\n"], ids=["rows", "columns"])
def test_a_unit_a_measure_or_a_period_that_a_figure_does_not_take_is_refused(
    text: str, heading: str, said: str
) -> None:
    (problem,) = _prepared(text.format(f'"{heading}"')).problems
    assert problem.startswith(f"“{heading}” (")
    assert f"says “{said}”" in problem
    assert "otherwise delete it" in problem


@pytest.mark.parametrize("text", ["Month,{}\nDec-20,5\n", "What,Dec-20\n{},5\n"], ids=["rows", "columns"])
@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Permanent FTE", "Permanent FTE"),
        ("Case holders FTE", "Case holders FTE"),
        ("Vacancies covered by agency", "Vacancies covered"),
        ("Agency workers replaced by permanent workers", "Replacements"),
        ("Temp to perm conversions", "Conversions"),
        ("Unfilled vacancies", "Vacancies"),
    ],
)
def test_headings_that_say_what_their_figure_is(text: str, heading: str, name: str) -> None:
    found = _prepared(text.format(heading))
    assert found.problems == ()
    assert name in {next((c.name for c in COLUMNS if h in (c.name, *c.aliases)), h) for h in found.table.header}


def test_what_is_wrong_with_a_heading_says_what_to_do() -> None:
    (problem,) = _prepared("Month,Social workers in post (FTE)\nDec-20,141\n").problems
    assert problem == (
        "“Social workers in post (FTE)” (column B) says “FTE”, which “Permanent” does not take: it is a count for "
        "the month. Name it “Permanent FTE” if that is what it holds, otherwise delete it"
    )
    (problem,) = _prepared("What,Dec-20\nCase holders,100\n").problems
    assert problem.startswith("“Case holders” (row 2) does not say “FTE”, and “Case holders FTE” is full-time")
    (problem,) = _prepared("Month,Leavers rate\nDec-20,1\n").problems
    assert "Name it “Leavers %” if" in problem


def test_a_unit_over_the_lines_counts_for_each_of_them() -> None:
    paper = "Group,What,Dec-20,Jan-21\n{},,,\n,Permanent workers,130,131\n"
    (problem,) = _prepared(paper.format("Full-time equivalents")).problems
    assert problem.startswith("“Permanent workers” (row 3) says “Full-time equivalents”")
    assert _prepared(paper.format("Data for the year 2020/21")).problems == ()
    beside = _prepared("Group,What,Dec-20\nFTE,Permanent,130\n,Vacancies,16\nCounts,Agency,3\n").problems
    assert [problem.partition(" says")[0] for problem in beside] == ["“Permanent” (row 2)", "“Vacancies” (row 3)"]


def test_a_heading_over_lines_is_no_figure_and_no_blank() -> None:
    found = _prepared("What,Dec-20,Jan-21\nAgency,,\nAgency workers at the end,52,36\n%,26.94%,20%\n")
    assert found.problems == ()
    assert found.table.header == ("Month", "Agency", "Agency %")
    assert "The line “Agency” (row 2) has no figures and was not read." in found.table.notes


def test_what_stands_behind_the_months_is_not_read() -> None:
    found = _prepared("What,Dec-20,Jan-21,Year to date,Comments\nAgency,52,36,44,fell\n")
    assert [month["Agency"] for month in _cells(found)] == ["52", "36"]
    assert "The column “Year to date” was not read." in found.table.notes
    assert "The column “Comments” was not read." in found.table.notes


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Permanent and agency workers together", "Total"),
        ("Permanent workers who left", "Leavers"),
        ("Permanent workers who joined", "Starters"),
        ("Posts covered by agency workers now", "Vacancies covered"),
    ],
)
def test_lines_of_two_words_name_the_figure_that_they_mean(line: str, name: str) -> None:
    assert _prepared(f"What,Dec-20\n{line},5\n").table.header == ("Month", name)


@pytest.mark.parametrize(
    "line",
    [
        "Agency workers converted or replaced",
        "Agency leavers",
        "Agency starters",
        "Starters less leavers",
        "Permanent workers at the start of the month",
    ],
)
def test_a_line_that_nobody_collects_is_not_read_as_another(line: str) -> None:
    found = _prepared(f"What,Dec-20\n{line},5\n")
    assert found.problems == ()
    assert f"The line “{line}” (row 2) was not read." in found.table.notes


def test_the_published_rates_of_our_own_export_are_not_read() -> None:
    header = ",".join(f'"{name}"' for name in EXPORT_HEADER)
    cells = ",".join("21.1%" if name.startswith("Published") else "" for name in EXPORT_HEADER[2:])
    found = _prepared(f"{header}\nDec-20,Here,{cells}\n")
    assert found.problems == ()
    assert found.table.header == tuple(column.name for column in COLUMNS)
    assert "The published rates in the file were not read: the site works them out." in found.table.notes


def test_a_line_twice_and_a_line_unknown() -> None:
    found = _prepared("What,Dec-20,Jan-21\nAgency workers,1,2\nAgency staff,1,2\nShoe sizes,9,9\n")
    assert found.problems == ("Rows 2 and 3 both hold “Agency”. Delete one",)
    assert "The line “Shoe sizes” (row 4) was not read." in found.table.notes


def test_one_row_a_month_stays_as_it_is() -> None:
    found = _prepared("Month,Permanent,Vacancies\nDec-20,141,16\n")
    assert found.table.header == ("Month", "Permanent", "Vacancies")
    assert found.places == {}


def test_a_footnote_under_the_rows_goes_to_the_row_it_explains() -> None:
    found = _prepared("Month,Permanent,Vacancies\nJan-21,144,17\nFeb-21,146,24*\n* Twelve are appointed,,\n")
    assert [month["Notes"] for month in _cells(found)] == ["", "Vacancies: Twelve are appointed"]


def test_footnotes_join_notes_that_are_there() -> None:
    found = _prepared("Month,Agency,Vacancies,Notes\nFeb-21,39**,24*,Agency: x\n* Twelve,,,\n** Two,,,\n")
    assert _cells(found)[0]["Notes"] == "Agency: x; Agency: Two; Vacancies: Twelve"


@pytest.mark.parametrize(
    "text", ["Month,Permanent\nFeb-21,1\nMar-21,1\n", "What,Feb-21,Mar-21\nPermanent,1,1\n"], ids=["rows", "columns"]
)
def test_a_month_that_is_not_over_is_refused(text: str) -> None:
    (problem,) = _prepared(text).problems
    assert problem.startswith("These months are not over yet: March 2021 (")
    assert _prepared(text, on=date(2021, 3, 31)).problems == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Feb-21", date(2021, 2, 1)),
        ("February 2021", date(2021, 2, 1)),
        ("2021-02", date(2021, 2, 1)),
        ("2021-02-28", date(2021, 2, 1)),
        ("02/2021", date(2021, 2, 1)),
        ("2021-13", None),
        ("٢٠٢١-02", None),
        ("", None),
        ("Total", None),
    ],
)
def test_months(text: str, found: date | None) -> None:
    assert month_of(text) == found


@pytest.mark.parametrize(
    ("text", "parts"),
    [("24*", ("24", "*")), ("24 **", ("24", "**")), ("24†", ("24", "†")), ("24", ("24", "")), ("*", ("*", ""))],
)
def test_marks(text: str, parts: tuple[str, str]) -> None:
    assert split_mark(text) == parts


def test_notes_there_and_back() -> None:
    notes = {"vacancies": "12 start in March: soon; or not", "difference": "Three converted."}
    assert notes_read(notes_text(notes)) == (notes, "")
    assert notes_read("Just words") == ({}, "Just words")
    assert notes_read("Words first; Agency: two") == ({"agency": "two"}, "Words first")
    assert notes_read("") == ({}, "")

"""Lines and headings that name another quantity than ours are refused or left unread in words, never guessed."""

from datetime import date

import pytest

from wfsite.imports.importer import Prepared
from wfsite.imports.rules import SheetRow
from wfsite.sheets.reading import read_table
from wfsite.sheets.tables import Row, Table
from wfsite.sheets.writing_xlsx import xlsx_bytes
from wfsite.steering.workforce.column_rules import COLUMNS
from wfsite.steering.workforce.importing import workforce_check
from wfsite.steering.workforce.sheets import month_of, prepare

from .test_layouts import ON, _cells, _prepared


def _line(*cells: str, header: str = "What,Dec-20") -> Prepared:
    return _prepared(f"{header}\n{','.join(cells)}\n")


@pytest.mark.parametrize("group", ["Group,What,Dec-20\nAgency,{},3\n", "What,Dec-20\nAgency,\n{},3\n"])
@pytest.mark.parametrize(
    "label", ["Number starting in the period", "Number leaving in the period", "Starters", "Leavers", "In post"]
)
def test_who_comes_to_or_leaves_an_agency_is_no_starter_or_leaver(group: str, label: str) -> None:
    found = _prepared(group.format(label) + ("Vacancies,Vacancies,4\n" if "Group" in group else "Vacancies,4\n"))
    assert found.problems == ()
    assert found.table.header == ("Month", "Vacancies")
    assert f"The line “{label}” (row {3 - ('Group' in group)}) was not read." in found.table.notes


def test_a_group_of_permanent_workers_names_starters_and_leavers() -> None:
    found = _prepared(
        "Group,What,Dec-20\nPermanent,At period end,9\n,Number starting in the period,3\n,Number leaving,2\n"
    )
    assert found.table.header == ("Month", "Permanent", "Starters", "Leavers")


@pytest.mark.parametrize("group", ["Newly qualified", "Family support"])
def test_a_group_that_nobody_knows_refuses_its_lines(group: str) -> None:
    (problem,) = _line(group, "Number starting in the period", "3", header="Group,What,Dec-20").problems
    assert problem.startswith("“Number starting in the period” (row 2) says “")
    assert group.split()[-1].casefold() in problem.casefold()


def test_two_lines_of_different_groups_are_not_told_to_be_deleted() -> None:
    (problem,) = _prepared("Group,What,Dec-20\nPermanent,Starters,3\nAll,Starters,9\n").problems
    assert problem.startswith("Rows 2 and 3 both hold “Starters”, under different headings. Keep the line")


@pytest.mark.parametrize("text", ["{}\nMonth,Permanent\nDec-20,141\n", "{}\nWhat,Dec-20\nPermanent,141\n"])
def test_a_unit_in_the_title_counts_for_every_figure(text: str) -> None:
    (problem,) = _prepared(text.format("Social workers: all figures are FTE")).problems
    assert "stands under “FTE”, which “Permanent” does not take" in problem
    assert "Name it “Permanent FTE”" in problem
    for harmless in ("Workforce in headcount and FTE", "Social workers, 2020/21", "Recruitment, pay and retention"):
        assert _prepared(text.format(f'"{harmless}"')).problems == ()
    assert _prepared(text.format("All are FTE").replace("Permanent", "Permanent FTE")).problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "What,Dec-20,Unit\nPermanent,141,FTE\n",
        "What,Unit,Dec-20\nPermanent,FTE,141\n",
        "Month,Permanent,Unit\nDec-20,141,FTE\n",
    ],
)
def test_a_unit_in_a_column_of_its_own_counts(text: str) -> None:
    (problem,) = _prepared(text).problems
    assert "“FTE”, which “Permanent” does not take" in problem
    assert _prepared(text.replace("FTE", "Headcount")).problems == ()


@pytest.mark.parametrize(
    ("line", "unknown"),
    [
        ("Leavers (FYTD)", "FYTD"),
        ("Leavers since April", "since"),
        ("Leavers 12m", "12m"),
        ("Vacancies filled", "filled"),
        ("Vacancies offered", "offered"),
        ("Vacancies advertised", "advertised"),
        ("Vacancies frozen", "frozen"),
        ("Vacancy factor", "factor"),
        ("New cases", "New"),
        ("Unallocated cases", "Unallocated"),
        ("Closed cases", "Closed"),
        ("New agency workers", "New"),
        ("Agency assignments ended", "assignments"),
        ("Agency notice given", "notice"),
        ("Total posts", "posts"),
        ("Vacancies covered by overtime", "overtime"),
        ("Starters awaiting start date", "awaiting"),
        ("Agency workers who became permanent", "became"),
        ("Permanent managers", "managers"),
    ],
)
def test_words_that_make_it_another_quantity_refuse_the_line(line: str, unknown: str) -> None:
    (problem,) = _line(line, "5").problems
    assert problem.startswith(f"“{line}” (row 2) says “{unknown}")
    assert "otherwise delete it" in problem


@pytest.mark.parametrize(
    "line",
    [
        "Number of permanent social workers at period start",
        "Social workers on maternity leave",
        "Social workers on sick leave",
    ],
)
def test_a_quantity_that_names_none_of_ours_is_not_read(line: str) -> None:
    found = _prepared(f"What,Dec-20\n{line},5\nVacancies,1\n")
    assert found.problems == ()
    assert found.table.header == ("Month", "Vacancies")
    assert f"The line “{line}” (row 2) was not read." in found.table.notes


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("1. Number of permanent social workers in post at the end of the month", "Permanent"),
        ("Qualified agency social workers (headcount)", "Agency"),
        ("Total permanent workers", "Permanent"),
        ("Social workers who leave in the month", "Leavers"),
        ("Transfers in from other teams", "Transfers in"),
        ("Number of children's cases held", "Cases"),
        ("Case holders, whole-time equivalents", "Case holders FTE"),
    ],
)
def test_harmless_words_pass(line: str, name: str) -> None:
    found = _prepared(f'What,Dec-20\n"{line}",5\n')
    assert found.problems == ()
    assert found.table.header == ("Month", name)


def test_a_column_between_a_line_s_words_and_its_months_does_not_replace_them() -> None:
    found = _line("Vacancies", "Permanent recruitment team", "16", header="Measure,Owner,Dec-20")
    assert found.problems == ()
    assert _cells(found) == [{"Month": "Dec-20", "Vacancies": "16"}]
    assert "The column “Owner” was not read." in found.table.notes
    (problem,) = _line("Vacancies", "Permanent recruitment team", "16", header="Measure,Detail,Dec-20").problems
    assert problem == ("“Vacancies” and “Permanent recruitment team” (row 2) name two figures. Keep the words of one")
    (problem,) = _line("Vacancies", "Night duty", "16", header="Measure,Detail,Dec-20").problems
    assert "says “Night duty”" in problem


def test_a_file_without_any_figure_is_refused() -> None:
    rows = [SheetRow(2, {"month": "Dec-20", "notes": ""})]
    (problem,) = workforce_check(rows, target_id=1, heading=str).problems
    assert problem.startswith("No figure was read from the file. Name its columns or lines as the template does")


def test_the_service_area_of_a_board_paper_is_read() -> None:
    found = _prepared("Service area,What,Dec-20\nAssessment,Permanent,141\n,Agency,52\n")
    assert found.problems == ()
    assert _cells(found) == [{"Month": "Dec-20", "Service area": "Assessment", "Permanent": "141", "Agency": "52"}]
    assert found.places[3, "Service area"] == (2, "Dec-20")
    (problem,) = _prepared("Team,What,Dec-20\nAssessment,Permanent,141\nFostering,Agency,52\n").problems
    assert problem == "The file holds the service areas “Assessment” and “Fostering”. Upload one file for each"


@pytest.mark.parametrize(
    "text", ["31/12/2020", "01/12/2020", "31 December 2020", "31st December 2020", "31-Dec-20", "2020-12-31"]
)
def test_a_date_stands_for_its_month(text: str) -> None:
    assert str(month_of(text)) == "2020-12-01"
    assert _prepared(f"What,{text}\nPermanent,141\n").problems == ()


@pytest.mark.parametrize("text", ["32/12/2020", "31/02/2021", "12/31/2020", "31 Brumaire 2020", "1/1/1"])
def test_what_is_no_date_stands_for_no_month(text: str) -> None:
    assert month_of(text) is None


@pytest.mark.parametrize(
    "text", ["What,2010-11\nPermanent,1\n", "What,2010-10,2010-11\nPermanent,1,2\n", "What,2020/21\nPermanent,1\n"]
)
def test_a_financial_year_is_no_month(text: str) -> None:
    (problem,) = _prepared(text).problems
    assert "may be a financial year. Write it as the months it holds" in problem
    assert month_of("2010-11") is None
    assert str(month_of("2010-10")) == "2010-10-01"


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Month,Permanent,,Agency,\n,Headcount,FTE,Headcount,FTE\nDec-20,1,1,1,1\n", 2),
        ("What,Dec-20,,Jan-21,\n,Headcount,FTE,Headcount,FTE\nPermanent,1,1,1,1\n", 2),
        (",Headcount,,FTE\nMonth,Permanent,Agency,Permanent\nDec-20,1,1,1\n", 2),
    ],
)
def test_two_rows_of_headings_are_refused(text: str, row: int) -> None:
    # The last heading may be empty in a file; the reader cuts it, so it is built here as the workbook has it.
    lines = [tuple(line.split(",")) for line in text.strip().split("\n")]
    table = Table(lines[0], tuple(Row(n, line) for n, line in enumerate(lines[1:], 2)))
    (problem,) = prepare(table, on=ON).problems
    assert problem.startswith(f"Row {row} holds a second row of headings. Keep one row of headings")


def test_every_column_s_own_name_and_aliases_are_still_read() -> None:
    for column in COLUMNS:
        if column.key in ("month", "area", "notes"):
            continue
        for name in (column.name, *column.aliases):
            found = _prepared(f"What,Dec-20\n{name},5\n")
            assert found.problems == ()
            assert found.table.header == ("Month", column.name)


def test_a_date_in_a_workbook_stands_for_its_month() -> None:
    content = xlsx_bytes("Figures", ("Month", "Permanent"), [(date(2020, 12, 31), 141)])
    found = prepare(read_table("figures.xlsx", content), on=ON)
    assert found.problems == ()
    assert month_of(_cells(found)[0]["Month"]) == date(2020, 12, 1)

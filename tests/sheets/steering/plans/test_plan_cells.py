"""The cells of a council's plan: months, ranges, ongoing, ditto marks, several leads, bullets, statuses."""

from collections.abc import Sequence

import pytest

from wfsite.core.parsing import Unreadable
from wfsite.core.periods import TimescaleKind
from wfsite.core.rag import Rag
from wfsite.imports.rules import SheetRow
from wfsite.steering.plans.cell_rules import names_cell, names_read
from wfsite.steering.plans.sheet_rules import PlanEntry, read_entries
from wfsite.steering.plans.timescale_rules import timescale_cell

KNOWN = frozenset({"performance and data", "smith, jones and co", "hr", "legal", "smt"})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("March 2015", "March 2015"),
        ("Mar-15", "March 2015"),
        ("2015-03-31", "March 2015"),
        ("31/03/2015", "March 2015"),
        ("31st March 2015", "March 2015"),
        ("April 2014 - March 2015", "April 2014 to March 2015"),
        ("April to September 2014", "April 2014 to September 2014"),
        ("On-going", "Ongoing"),
        ("Ongoing, review March 2026", "Ongoing, review March 2026"),
        ("Ongoing (review September 2025)", "Ongoing, review September 2025"),
        ("Ongoing, review 31/03/2026", "Ongoing, review March 2026"),
        ("ongoing – to be reviewed in Mar-26.", "Ongoing, review March 2026"),
    ],
)
def test_timescales(text: str, shown: str) -> None:
    remarks: list[str] = []
    read = timescale_cell(text, remarks)
    assert (read.text, remarks) == (shown, [])
    assert timescale_cell(read.text, []) == read


@pytest.mark.parametrize("words", ["until March 2026", "- complete by Dec 2025", "review 2026", "to March", "3 years"])
def test_a_date_behind_ongoing_that_is_no_review_is_refused(words: str) -> None:
    with pytest.raises(Unreadable, match=r"is not a month of review\. Enter it like Ongoing, review March 2026"):
        timescale_cell(f"Ongoing {words}", [])


@pytest.mark.parametrize("words", ["learning", "review annually"])
def test_other_words_behind_ongoing_are_remarked(words: str) -> None:
    remarks: list[str] = []
    assert timescale_cell(f"On-going {words}", remarks).text == "Ongoing"
    assert remarks == [f"“{words}” behind “ongoing” is not kept"]


def test_the_day_of_a_review_is_remarked() -> None:
    remarks: list[str] = []
    assert timescale_cell("Ongoing, review 15/03/2026", remarks).text == "Ongoing, review March 2026"
    assert "15/03/2026" in remarks[0]


@pytest.mark.parametrize("text", ["Mar 31", "Mar. 05", "April 2025 to Mar 31", "Ongoing, review March 31"])
def test_two_digits_that_may_be_a_day_or_a_year_are_refused(text: str) -> None:
    for year in (None, 2025):
        with pytest.raises(Unreadable, match=r"may be a day or a year\. Enter the year with four digits, like Mar"):
            timescale_cell(text, [], year=year)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("Mar 26", "March 2026"), ("Apr 25 to Mar 26", "April 2025 to March 2026"), ("Mar-31", "March 2031")],
)
def test_two_digits_of_the_plan_s_own_years_are_a_year(text: str, shown: str) -> None:
    assert timescale_cell(text, [], year=2025).text == shown


def test_a_day_within_a_month_is_remarked() -> None:
    remarks: list[str] = []
    assert timescale_cell("15 March 2015", remarks).text == "March 2015"
    assert "15 March 2015" in remarks[0]


@pytest.mark.parametrize(("text", "month"), [("46477", "March 2027"), ("36526", "January 2000"), ("73050.5", "Decem")])
def test_the_number_of_a_day_is_said_to_be_a_date_without_its_format(text: str, month: str) -> None:
    with pytest.raises(Unreadable, match=f"“{text}” looks like a date without its format .a day in {month}"):
        timescale_cell(text, [])


@pytest.mark.parametrize(
    "text",
    [
        "36525",
        "73051",
        "146477",
        "31/02/2026",
        "Sometime",
        "2026",
        "March",
        "٣/2026",
        "2025-W01-1",
        "13/2026",
        "x" * 999,
    ],
)
def test_what_is_no_timescale_is_said(text: str) -> None:
    with pytest.raises(Unreadable, match="is not a month"):
        timescale_cell(text, [])


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("A/B/C", "A|B|C"),
        ("A, B and C", "A|B and C"),
        ("HR & Legal", "HR|Legal"),
        ("HR and Legal & SMT", "HR|Legal|SMT"),
        ("HR and Nobody knows", "HR and Nobody knows"),
        ("HR and Performance and data and Legal", "HR|Performance and data|Legal"),
        ("HR and " * 1000 + "Performance and data", "HR|Performance and data"),
        ("Smith, Jane; Head of service", "Smith, Jane|Head of service"),
        ("Smith, Jane/HR", "Smith, Jane|HR"),
        ("Smith, Jane\nHR", "Smith, Jane|HR"),
        ("Head of Policy and Strategy", "Head of Policy and Strategy"),
        ("Learning & Development", "Learning & Development"),
        ("Performance and data/HR", "Performance and data|HR"),
        ("Smith, Jones and Co", "Smith, Jones and Co"),
        ("SMT/smt/ SMT ", "SMT"),
        ("“ “", "Above|Two"),
        ('"', "Above|Two"),
        ("Ditto", "Above|Two"),
        ("“ “ Service lead 8", "Above|Two|Service lead 8"),
        ("Manager “", "Manager"),
        ("", ""),
        ("///", ""),
        ("Doris Do", "Doris Do"),
        ("O'Brien/Ó Súilleabháin/陳", "O'Brien|Ó Súilleabháin|陳"),
        ('"Bello, Amara"', "Bello, Amara"),
        ('HR/"Bello, Amara"/"Learning and development"', "HR|Bello, Amara|Learning and development"),
        ('HR, "Bello, Amara" and "Health/social care" & Legal', "HR|Bello, Amara|Health/social care|Legal"),
        ('"A, B"  and  "C, D"', "A, B|C, D"),
        ("“Bello, Amara”; HR", "Bello, Amara|HR"),
        ('"Amara ""Mo"" Bello"', 'Amara "Mo" Bello'),
        ('" /HR', "Above|Two|HR"),
        ('"/HR', "Above|Two|HR"),
        ('HR/"', "HR|Above|Two"),
    ],
)
def test_leads(raw: str, found: str) -> None:
    assert "|".join(names_read(raw, ("Above", "Two"), KNOWN)) == found


@pytest.mark.parametrize(
    ("raw", "remark"),
    [
        ("Smith, Jane", "“Smith, Jane” was read as 2 names: Smith/Jane. If it is one, put it in quotation marks"),
        (
            "Learning & Development",
            "“Learning & Development” was read as one name. If it is several, put / between them",
        ),
        ("HR, Legal", None),
        ("HR and Legal", None),
        ("Performance and data", None),
        ('"Smith, Jane"/"A and B"/C', None),
    ],
)
def test_how_names_that_nobody_knows_were_read_is_remarked(raw: str, remark: str | None) -> None:
    remarks: list[str] = []
    names_read(raw, None, KNOWN, remarks=remarks)
    assert remarks == ([remark] if remark else [])


def test_names_are_written_so_that_they_read_the_same_wherever_their_parts_are_known() -> None:
    known = frozenset({"hr", "legal"})
    for names in (("HR and Legal",), ("HR & Legal", "SMT"), ("HR, Legal",), ("HR, Legal", "SMT")):
        assert names_read(names_cell(names), None, known) == names


def test_names_as_a_person_would_write_them() -> None:
    assert names_cell(["HR", "O'Brien", "Bello, Amara", "Health/social care", "Ditto", 'The "A" team', "Nobody"]) == (
        'HR/O\'Brien/"Bello, Amara"/"Health/social care"/"Ditto"/"The ""A"" team"/"Nobody"'
    )


def test_a_ditto_mark_with_nothing_above() -> None:
    with pytest.raises(Unreadable, match="above"):
        names_read("“", None, KNOWN)


def _entries(*rows: Sequence[str]) -> list[PlanEntry]:
    keys = ("action", "timescale", "leads", "criteria", "rag", "progress", "reference", "theme", "progress_rag")
    sheet = [SheetRow(n, dict(zip(keys, row, strict=False))) for n, row in enumerate(rows, 2)]
    return read_entries(sheet, heading=str, known_names=KNOWN)


def test_themes_bullets_and_what_sub_actions_take_from_their_action() -> None:
    theme, action, sub, other = _entries(
        ("1. Safety",), ("Do it", "March 2026", "A/B", "Seen"), ("- Part of it", "", "", ""), ("More", "“", "“", "“")
    )
    assert theme.is_theme and theme.theme == "Safety"
    assert (sub.title, sub.is_sub_action, sub.parent) == ("Part of it", True, action)
    assert (sub.leads, sub.timescale, sub.criteria) == (action.leads, action.timescale, "")
    assert (other.leads, other.timescale.kind, other.criteria) == (("A", "B"), TimescaleKind.MONTH, "")
    assert not any(entry.errors for entry in (theme, action, sub, other))


def test_a_second_dash_is_said() -> None:
    *_, sub = _entries(("T",), ("Do it", "March 2026", "A"), ("-- Deeper", "", ""))
    assert (sub.title, sub.is_sub_action) == ("- Deeper", True)
    assert "one level of sub-actions" in sub.remarks[0]


def _referenced(*references: str) -> list[str]:
    found = _entries(*((f"Do {r}", "March 2026", "A", "", "", "", r, "T") for r in references))
    return [error.message for entry in found for error in entry.errors]


def test_a_reference_that_lost_its_zero_is_refused() -> None:
    (message,) = _referenced("1.8", "1.9", "1.9a", "1.1", "1.11")
    assert message.startswith("“1.1” follows 1.9: it may be 1.10 without its last 0. Format the column as text")
    (message,) = _referenced("2.19", "2.2")
    assert "2.20" in message
    assert _referenced("1.9", "1.10", "1.11", "2.1") == _referenced("1.3", "1.2", "1.1") == []


def test_a_theme_column_serves_as_well() -> None:
    first, second = _entries(
        ("A", "March 2026", "X", "", "", "", "", "Safety"), ("B", "March 2026", "X", "", "", "", "", "")
    )
    assert (first.theme, second.theme) == ("Safety", "Safety")


def test_a_backslash_says_that_it_is_only_text() -> None:
    theme, action, other = _entries(
        ("\\1. Safety",),
        ("\\- Do it", "March 2026", "A", "\\ditto"),
        ("\\\\- 'Tis", "Not set", "A", "''", "Green", "\\#N/A", "1.2"),
    )
    assert (theme.is_theme, theme.theme) == (True, "1. Safety")
    assert (action.title, action.is_sub_action, action.criteria) == ("- Do it", False, "ditto")
    assert (other.title, other.timescale.text, other.criteria, other.note) == ("\\- 'Tis", "Not set", "ditto", "#N/A")
    assert _entries(("\\server", "March 2026", "A", "", "", "", "", "T"))[0].title == "\\server"


def test_a_sub_action_may_have_nobody_to_monitor_it_where_its_action_has() -> None:
    sheet = [
        SheetRow(n, {"action": action, "leads": "A", "monitors": monitors, "theme": "T"})
        for n, (action, monitors) in enumerate([("Do it", "SMT"), ("- Part", ""), ("- More", "nobody")], 2)
    ]
    found = read_entries(sheet, heading=str, known_names=KNOWN)
    assert [entry.monitors for entry in found] == [("SMT",), ("SMT",), ()]


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        (("Do it", "March 2026", "X"), "action", "no theme above"),
        (("- Part", "March 2026", "X", "", "", "", "", "T"), "action", "no action above"),
        (("Do it", "31/02/2026", "X", "", "", "", "", "T"), "timescale", "“31/02/2026” is not a month"),
        (("Do it", "March 2026", "", "", "", "", "", "T"), "leads", "Enter who leads"),
        (("Do it", "March 2026", "X", "", "Purple", "", "", "T"), "rag", "“Purple” is not a RAG status"),
        (("Do it", "March 2026", "X", "", "", "", "2.3.4", "T"), "reference", "is not a reference"),
        (("x" * 501, "March 2026", "X", "", "", "", "", "T"), "action", "500 characters or fewer"),
        (("Do\x00it", "March 2026", "X", "", "", "", "", "T"), "action", "can't be saved"),
    ],
)
def test_errors_name_their_cell(cells: tuple[str, ...] | tuple[str, str, str], column: str, message: str) -> None:
    (entry,) = _entries(cells)
    assert [(e.column, message in e.message) for e in entry.errors] == [(column, True)]


@pytest.mark.parametrize(
    ("text", "rag", "note"),
    [
        ("Green: first course held", Rag.GREEN, "first course held"),
        ("No longer required", Rag.NO_LONGER_REQUIRED, ""),
        ("Amber – two late", Rag.AMBER, "two late"),
        ("Greenhouse visit booked", None, "Greenhouse visit booked"),
        ("", None, ""),
    ],
)
def test_progress_and_rag_in_one_column(text: str, rag: Rag | None, note: str) -> None:
    (entry,) = _entries(("Do it", "March 2026", "X", "", "", "", "", "T", text))
    assert (entry.rag, entry.note) == (rag, note)


def test_a_cell_of_a_thousand_ands_is_too_long_a_name() -> None:
    with pytest.raises(Unreadable, match=r"lead[’']s name"):
        names_read("a and " * 1000, None, KNOWN | {"a"})

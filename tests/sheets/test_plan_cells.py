"""The cells of a council's plan: months, ranges, ongoing, ditto marks, several leads, bullets, statuses."""

import pytest

from wfsite.core.parsing import Unreadable
from wfsite.core.periods import TimescaleKind
from wfsite.core.rag import Rag
from wfsite.imports.rules import SheetRow
from wfsite.steering.plans.cell_rules import names_cell, names_read
from wfsite.steering.plans.sheet_rules import read_entries, timescale_cell

KNOWN = frozenset({"performance and data", "smith, jones and co"})


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
        ("On-going learning", "Ongoing"),
        ("Ongoing, review March 2026", "Ongoing, review March 2026"),
    ],
)
def test_timescales(text, shown):
    remarks = []
    read = timescale_cell(text, remarks)
    assert (read.text, remarks) == (shown, [])
    assert timescale_cell(read.text, []) == read


def test_a_day_within_a_month_is_remarked():
    remarks = []
    assert timescale_cell("15 March 2015", remarks).text == "March 2015"
    assert "15 March 2015" in remarks[0]


@pytest.mark.parametrize(
    "text", ["31/02/2026", "Sometime", "2026", "March", "٣/2026", "2025-W01-1", "13/2026", "x" * 999]
)
def test_what_is_no_timescale_is_said(text):
    with pytest.raises(Unreadable, match="is not a month"):
        timescale_cell(text, [])


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("A/B/C", "A|B|C"),
        ("A, B and C", "A|B|C"),
        ("HR & Legal", "HR|Legal"),
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
def test_leads(raw, found):
    assert "|".join(names_read(raw, ("Above", "Two"), KNOWN)) == found


def test_names_as_a_person_would_write_them():
    assert names_cell(["HR", "O'Brien", "Bello, Amara", "Health/social care", "Ditto", 'The "A" team', "Nobody"]) == (
        'HR/O\'Brien/"Bello, Amara"/"Health/social care"/"Ditto"/"The ""A"" team"/"Nobody"'
    )


def test_a_ditto_mark_with_nothing_above():
    with pytest.raises(Unreadable, match="above"):
        names_read("“", None, KNOWN)


def _entries(*rows):
    keys = ("action", "timescale", "leads", "criteria", "rag", "progress", "reference", "theme", "progress_rag")
    sheet = [SheetRow(n, dict(zip(keys, row, strict=False))) for n, row in enumerate(rows, 2)]
    return read_entries(sheet, heading=str, known_names=KNOWN)


def test_themes_bullets_and_what_sub_actions_take_from_their_action():
    theme, action, sub, other = _entries(
        ("1. Safety",), ("Do it", "March 2026", "A/B", "Seen"), ("- Part of it", "", "", ""), ("More", "“", "“", "“")
    )
    assert theme.is_theme and theme.theme == "Safety"
    assert (sub.title, sub.is_sub_action, sub.parent) == ("Part of it", True, action)
    assert (sub.leads, sub.timescale, sub.criteria) == (action.leads, action.timescale, "")
    assert (other.leads, other.timescale.kind, other.criteria) == (("A", "B"), TimescaleKind.MONTH, "")
    assert not any(entry.errors for entry in (theme, action, sub, other))


def test_a_theme_column_serves_as_well():
    first, second = _entries(
        ("A", "March 2026", "X", "", "", "", "", "Safety"), ("B", "March 2026", "X", "", "", "", "", "")
    )
    assert (first.theme, second.theme) == ("Safety", "Safety")


def test_a_backslash_says_that_it_is_only_text():
    theme, action, other = _entries(
        ("\\1. Safety",),
        ("\\- Do it", "March 2026", "A", "\\ditto"),
        ("\\\\- 'Tis", "Not set", "A", "''", "Green", "\\#N/A", "1.2"),
    )
    assert (theme.is_theme, theme.theme) == (True, "1. Safety")
    assert (action.title, action.is_sub_action, action.criteria) == ("- Do it", False, "ditto")
    assert (other.title, other.timescale.text, other.criteria, other.note) == ("\\- 'Tis", "Not set", "ditto", "#N/A")
    assert _entries(("\\server", "March 2026", "A", "", "", "", "", "T"))[0].title == "\\server"


def test_a_sub_action_may_have_nobody_to_monitor_it_where_its_action_has():
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
def test_errors_name_their_cell(cells, column, message):
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
def test_progress_and_rag_in_one_column(text, rag, note):
    (entry,) = _entries(("Do it", "March 2026", "X", "", "", "", "", "T", text))
    assert (entry.rag, entry.note) == (rag, note)

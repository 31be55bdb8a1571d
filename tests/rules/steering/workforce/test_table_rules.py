"""Tables, footnotes and pictures of months: finished text, nothing left blank."""

from datetime import UTC, date, datetime
from decimal import Decimal

from tests.rules.steering.workforce.test_rules import FEBRUARY, JANUARY, SOURCE
from wfsite.steering.workforce import pictures, table_rules
from wfsite.steering.workforce.line_rules import IN_POST, LINES
from wfsite.steering.workforce.rules import Counts, Month, Version
from wfsite.steering.workforce.target_rules import Target


def test_lines_by_month_have_the_source_s_figures() -> None:
    rows = {row.line.key: [cell.text for cell in row.cells] for row in table_rules.line_rows(SOURCE)}
    assert rows["total"] == ["193", "180", "185"]
    assert rows["starters_rate"] == ["0.71%", "6.94%", "0.00%"]
    assert rows["establishment"] == ["209", "197", "209"]


def test_no_two_lines_share_a_name() -> None:
    labels = [line.label for line in LINES.values()]
    assert len(set(labels)) == len(labels)


def test_not_supplied_is_said() -> None:
    (row,) = table_rules.month_rows([Month(date(2021, 1, 1), Counts())], IN_POST)
    assert {cell.text for cell in row.cells} == {"[x]"}


def test_a_footnote_s_mark_leads_to_it() -> None:
    month = Month(FEBRUARY.month, FEBRUARY.counts, {"vacancies": "Twelve are appointed."})
    (note,) = table_rules.footnotes([month])
    rows = {row.line.key: row.cells[0] for row in table_rules.line_rows([month])}
    assert (rows["vacancies"].text, rows["vacancies"].note_id) == ("24", note.id)
    assert rows["permanent"].note_id == ""


def _version(number: int, counts: Counts, **notes: str) -> Version:
    return Version(number, datetime(2021, 3, number, tzinfo=UTC), "Owen", counts, notes)


def test_a_correction_says_what_changed() -> None:
    old, new = _version(1, JANUARY.counts), _version(2, FEBRUARY.counts, vacancies="Twelve.")
    month = Month(FEBRUARY.month, FEBRUARY.counts, new.notes, new, (old,))
    (revision,) = table_rules.revisions([month])
    assert month.is_revised
    assert "Permanent: 144, now 146" in revision.changes
    assert "Vacancies, footnote: none, now “Twelve.”" in revision.changes
    assert revision.said == "Changed on 2 March 2021 by Owen; first said on 1 March 2021."


def test_a_footnote_alone_revises_no_figure() -> None:
    old, new = _version(1, FEBRUARY.counts), _version(2, FEBRUARY.counts, agency="x")
    assert not Month(FEBRUARY.month, FEBRUARY.counts, new.notes, new, (old,)).is_revised


def test_a_missing_figure_given_for_the_first_time_revises_none() -> None:
    old, new = _version(1, Counts(permanent=146)), _version(2, Counts(permanent=146, agency=39))
    assert not Month(FEBRUARY.month, new.counts, {}, new, (old,)).is_revised
    third = _version(3, Counts(permanent=146, agency=38))
    assert Month(FEBRUARY.month, third.counts, {}, third, (new, old)).is_revised
    gone = _version(3, Counts(permanent=146))
    assert Month(FEBRUARY.month, gone.counts, {}, gone, (new, old)).is_revised


def test_a_sentence_over_a_gap_names_the_gap() -> None:
    september = date(2020, 9, 1), date(2023, 9, 1)
    counts = Counts(permanent=100, agency=10, leavers=7), Counts(permanent=90, agency=20, leavers=5)
    months = [Month(month, given) for month, given in zip(september, counts, strict=True)]
    missing = "October 2020 to August 2023"
    assert pictures.leavers_sentence(months) == "5 left in September 2023. No figure for September 2022 to August 2023."
    assert f"than in September 2020 (no figure for {missing})" in pictures.agency_sentence(months)
    spring = [Month(date(2021, 1, 1), counts[0]), Month(date(2021, 4, 1), counts[1])]
    assert pictures.leavers_sentence(spring) == (
        "12 left in the 2 months of January 2021 to April 2021 that have a figure, 5 of them in April 2021. "
        "No figure for February and March 2021."
    )
    assert pictures.in_post_sentence(spring) == (
        "January 2021: 100 permanent and 10 agency workers; April 2021: 90 permanent and 20 agency workers. "
        "No figure for February and March 2021."
    )
    assert pictures.leavers_picture(spring).values == (7.0, None, None, 5.0)


def test_local_and_published_side_by_side() -> None:
    found = {one.name: one for one in table_rules.compared(SOURCE)}
    assert (found["Agency workers"].local.text, found["Agency workers"].published.text) == ("21.08%", "21.1%")
    assert (found["Vacancies"].local.text, found["Vacancies"].published.text) == ("11.48%", "[x]")
    assert found["Leavers and turnover"].published.text == "[x]"
    assert table_rules.compared([]) == []


def test_the_picture_runs_on_to_the_next_target() -> None:
    dues = [(date(2021, 2, 28), 15), (date(2022, 2, 28), 9), (date(2030, 1, 31), 1)]
    targets = [Target(due_on, Decimal(value), "a", date(2020, 3, 2)) for due_on, value in dues]
    spec = pictures.agency_picture(SOURCE, targets)
    assert spec.labels[0] == "Dec 20"
    assert spec.labels[-1] == "Feb 22"
    assert spec.values[:4] == (26.94, 20.0, 21.08, None)
    assert [target[:2] for target in spec.targets] == [("Feb 21", 15.0), ("Feb 22", 9.0)]


def test_pictures_of_nothing_are_empty_not_wrong() -> None:
    assert pictures.agency_picture([], []).labels == ()
    assert pictures.in_post_picture([]).labels == ()
    assert "Nobody" in pictures.agency_sentence([])
    assert "Nobody" in pictures.in_post_sentence([])
    assert "Nobody" in pictures.leavers_sentence([])


def test_the_sentence_of_the_agency_ratio() -> None:
    assert pictures.agency_sentence(SOURCE) == (
        "The agency ratio was 21.08% (39 of 185) in February 2021, 1.08 percentage points higher than in January 2021. "
        "There are too few months to say whether the changes are more than month-to-month variation."
    )

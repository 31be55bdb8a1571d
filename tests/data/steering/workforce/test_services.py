"""Recording and importing figures, on both engines: nothing overwritten, nothing twice, nothing by surprise."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.engines import NOW
from tests.support.present import the
from wfsite.core.clock import london_date
from wfsite.core.errors import Conflict, RuleBroken, Stale
from wfsite.demo.workforce import DATA
from wfsite.extensions import db
from wfsite.imports import queries as import_queries
from wfsite.imports import services as import_services
from wfsite.imports.rules import Checked, Effect
from wfsite.people.models import Person, Team
from wfsite.sheets.reading import read_table
from wfsite.sheets.writing import csv_bytes
from wfsite.sheets.writing_xlsx import xlsx_bytes
from wfsite.steering.workforce import queries, services
from wfsite.steering.workforce.models import WorkforceReturn
from wfsite.steering.workforce.rules import Counts
from wfsite.steering.workforce.sheets import EXPORT_HEADER, export_rows

pytestmark = pytest.mark.usefixtures("context")

FEBRUARY = date(2021, 2, 1)


@pytest.fixture
def team_id() -> int:
    return int(db.session.query(Team.id).filter_by(name="Children and family social work").scalar())


@pytest.fixture
def steward() -> int:
    return int(db.session.query(Person.id).filter_by(email="data@demo.example").scalar())


def _rows() -> int:
    return db.session.query(WorkforceReturn).count()


def _record(
    team_id: int,
    steward: int,
    month: date,
    counts: Counts,
    notes: dict[str, str] | None = None,
    *,
    version: int = 0,
    at: datetime = NOW,
) -> bool:
    return services.month_record(
        team_id, month, counts, notes or {}, version=version, by=steward, at=at, on=london_date(at)
    )


def _checked(
    content: bytes, name: str, *, team_id: int | None = None, steward: int, at: datetime = NOW
) -> tuple[int, Checked]:
    table = read_table(name, content)
    upload_id = import_services.upload_add(
        table, kind="workforce", target_id=team_id, file_name=name, by=steward, at=at
    )
    kept = import_queries.upload_file(upload_id).content
    return upload_id, import_queries.upload_checked("workforce", kept, target_id=team_id)


def _imported(content: bytes, name: str, *, team_id: int | None = None, steward: int, at: datetime = NOW) -> Checked:
    upload_id, checked = _checked(content, name, team_id=team_id, steward=steward, at=at)
    assert checked.is_good, (checked.problems, checked.errors)
    import_services.upload_confirm(upload_id, kind="workforce", fingerprint=checked.fingerprint, by=steward, at=at)
    return checked


def test_a_month_is_added_and_a_replay_does_nothing(team_id: int, steward: int) -> None:
    counts = Counts(permanent=147, starters=2, leavers=1, agency=38, permanent_fte=Decimal("140.5"))
    month = date(2021, 3, 1)
    assert _record(team_id, steward, month, counts)
    before = _rows()
    assert not _record(team_id, steward, month, counts)
    assert _rows() == before
    assert the(queries.workforce_month(team_id, month, as_at=NOW)).counts == counts


def test_a_correction_is_a_newer_version(team_id: int, steward: int) -> None:
    now = the(queries.workforce_month(team_id, FEBRUARY, as_at=NOW))
    counts = Counts(permanent=146, starters=3, leavers=1, agency=39, vacancies=24)
    assert _record(team_id, steward, FEBRUARY, counts, {"difference": "x"}, version=the(now.version).id)
    after = the(queries.workforce_month(team_id, FEBRUARY, as_at=NOW))
    assert after.counts.starters == 3
    assert [version.id for version in after.earlier] == [the(now.version).id]
    assert the(queries.workforce_month(team_id, FEBRUARY, as_at=NOW - timedelta(seconds=1))).counts.starters == 0


def test_an_old_form_is_a_conflict_that_shows_what_is_there(team_id: int, steward: int) -> None:
    now = the(queries.workforce_month(team_id, FEBRUARY, as_at=NOW))
    assert _record(team_id, steward, FEBRUARY, Counts(permanent=150), version=the(now.version).id)
    with pytest.raises(Stale) as found:
        _record(team_id, steward, FEBRUARY, Counts(permanent=151), version=the(now.version).id)
    assert found.value.theirs.counts.permanent == 150
    with pytest.raises(Conflict):
        _record(team_id, steward, FEBRUARY, Counts(permanent=152), version=0)


@pytest.mark.parametrize(
    ("month", "counts", "field"),
    [
        (date(2026, 3, 1), Counts(permanent=1), "permanent"),
        (date(2021, 3, 1), Counts(), "permanent"),
        (date(2021, 3, 1), Counts(permanent=1, leavers=200), "leavers"),
        (date(2021, 3, 1), Counts(permanent=1, leavers=1, starters=20), "starters"),
    ],
    ids=["not over", "nothing", "leavers", "starters"],
)
def test_refused_in_words(team_id: int, steward: int, month: date, counts: Counts, field: str) -> None:
    before = _rows()
    with pytest.raises(RuleBroken) as found:
        _record(team_id, steward, month, counts)
    assert list(found.value.messages) == [field]
    assert _rows() == before


@pytest.mark.parametrize("name", ["workforce-data-2020-21.csv", "workforce-data-2020-21.xlsx"])
def test_the_source_s_file_again_changes_nothing(team_id: int, steward: int, name: str) -> None:
    before = _rows()
    checked = _imported(Path(DATA / name).read_bytes(), name, team_id=team_id, steward=steward)
    assert {row.effect for row in checked.rows} == {Effect.SAME}
    assert _rows() == before


def test_the_file_can_be_given_to_another_area(steward: int) -> None:
    team_id = db.session.query(Team.id).filter_by(name="Assessment").scalar()
    name = "workforce-data-2020-21.csv"
    _imported((DATA / name).read_bytes(), name, team_id=team_id, steward=steward)
    months = queries.workforce_months(team_id, as_at=NOW)
    assert [month.counts.agency_ratio.text for month in months] == ["26.94%", "20.00%", "21.08%"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_was_imported_exports_and_imports_again(team_id: int, steward: int, kind: str) -> None:
    for name in ("Children and family social work", "Early help"):
        found = db.session.query(Team.id).filter_by(name=name).scalar()
        rows = list(export_rows(queries.workforce_months(found, as_at=NOW), name))
        content = csv_bytes(EXPORT_HEADER, rows) if kind == "csv" else xlsx_bytes("Data", EXPORT_HEADER, rows)
        before = _rows()
        checked = _imported(content, f"x.{kind}", steward=steward)
        assert {row.effect for row in checked.rows} == {Effect.SAME}
        assert len(checked.rows) == len(rows)
        assert _rows() == before


def test_a_changed_figure_is_one_new_version(team_id: int, steward: int) -> None:
    before = _rows()
    checked = _imported(
        b"Month,Agency,Vacancies\nJan-21,36,17\nFeb-21,40,24\n", "x.csv", team_id=team_id, steward=steward
    )
    assert [row.effect for row in checked.rows] == [Effect.SAME, Effect.CHANGE]
    assert "Agency: 39 → 40" in checked.rows[1].details
    assert _rows() == before + 1
    after = the(queries.workforce_month(team_id, FEBRUARY, as_at=NOW))
    assert (after.counts.agency, after.counts.permanent, after.is_revised) == (40, 146, True)
    assert after.notes["vacancies"].startswith("Only 12")


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("Feb-21,,146,0,1,39,190", "Permanent (146) and agency (39) add up to 185, but the total says 190"),
        ("Soon,,1,0,0,0,", "“Soon” is not a month. Write it like February 2021 or Feb-21"),
        (",,1,0,0,0,", "Enter the month, like February 2021 or Feb-21"),
        ("Mar-21,Narnia,1,0,0,0,", "The site knows no service area “Narnia”"),
        ("Mar-21,Early help,1,0,0,0,", "The row says “Early help”, but you chose “Children and family social work”"),
        ("Jan-21,,144,0,1,36,", "January 2021 stands in the file twice, first in row 2"),
        ("Mar-21,,1,0,500,36,", "Leavers (500) are more than the permanent workers who could leave (146)"),
        ("Mar-21,,1_000,0,1,36,", "Permanent must be a whole number between 0 and 100,000"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_saved(team_id: int, steward: int, row: str, sentence: str) -> None:
    before = _rows()
    content = f"Month,Service area,Permanent,Starters,Leavers,Agency,Total\nJan-21,,144,10,1,36,180\n{row}\n"
    upload_id, checked = _checked(content.encode(), "x.csv", team_id=team_id, steward=steward)
    (error,) = checked.errors
    assert error.row == 3
    assert error.message.startswith(sentence)
    with pytest.raises(RuleBroken):
        import_services.upload_confirm(upload_id, kind="workforce", fingerprint=checked.fingerprint, by=steward, at=NOW)
    assert _rows() == before


def test_an_error_in_a_turned_table_leads_to_its_own_place(team_id: int, steward: int) -> None:
    content = b"What,Jan-21,Feb-21\nPermanent,144,146\nAgency,36,39\nTotal,180,190\n"
    _, checked = _checked(content, "x.csv", team_id=team_id, steward=steward)
    (error,) = checked.errors
    assert error.sentence.startswith("Row 4, column “Feb-21”: Permanent (146) and agency (39) add up to 185")


def test_without_an_area_the_row_must_name_it(steward: int) -> None:
    _, checked = _checked(b"Month,Permanent\nJan-21,1\n", "x.csv", steward=steward)
    assert "Name the service area" in checked.errors[0].message


def test_a_month_not_over_on_the_day_of_the_upload_stops_the_file(team_id: int, steward: int) -> None:
    _, checked = _checked(b"Month,Permanent\nMar-26,1\n", "x.csv", team_id=team_id, steward=steward)
    assert "not over yet: March 2026 (row 2)" in checked.problems[0]


def test_leavers_are_judged_by_the_month_before_in_the_same_file(team_id: int, steward: int) -> None:
    good = b"Month,Permanent,Leavers,Starters\nMay-21,0,300,0\nApr-21,300,0,155\nMar-21,145,1,0\n"
    _, checked = _checked(good, "x.csv", team_id=team_id, steward=steward)
    assert checked.is_good
    assert [row.number for row in checked.rows] == [2, 3, 4]


def test_what_was_shown_and_what_would_happen_must_agree(team_id: int, steward: int) -> None:
    upload_id, checked = _checked(b"Month,Agency\nFeb-21,40\n", "x.csv", team_id=team_id, steward=steward)
    now = the(queries.workforce_month(team_id, FEBRUARY, as_at=NOW))
    _record(team_id, steward, FEBRUARY, Counts(permanent=150, agency=41), version=the(now.version).id)
    with pytest.raises(Conflict):
        import_services.upload_confirm(upload_id, kind="workforce", fingerprint=checked.fingerprint, by=steward, at=NOW)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            b"Month,Permanent,Starters,Replacements\nMar-21,147,1,40\n",
            "Replacements (40) are more than the starters",
        ),
        (b"Month,Agency,Vacancies covered\nMar-21,3,4\n", "Vacancies covered (4) are more than the agency workers"),
    ],
)
def test_a_file_with_a_part_that_is_more_than_its_whole_is_refused(
    team_id: int, steward: int, row: bytes, sentence: str
) -> None:
    _, checked = _checked(row, "x.csv", team_id=team_id, steward=steward)
    assert [sentence in error.message for error in checked.errors] == [True]

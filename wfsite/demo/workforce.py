"""Workforce figures of the demo council: the source's months to the digit, the year before them, other areas today."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from wfsite.core.clock import at_london, london_date
from wfsite.core.periods import add_months, month_end
from wfsite.demo.people import CHILDREN_S_SOCIAL_WORK, People
from wfsite.demo.rows import add_plain_rows, add_rows
from wfsite.extensions import db
from wfsite.imports import queries as import_queries
from wfsite.imports import services as import_services
from wfsite.sheets.reading_csv import read
from wfsite.sheets.tables import Row, Table
from wfsite.steering.workforce.models import MeasureTarget, WorkforceReturn
from wfsite.steering.workforce.rules import FIGURES
from wfsite.steering.workforce.target_rules import Measure
from wfsite.works.running import work_run
from wfsite.works.services import work_ask

DATA = Path(__file__).parent / "data"
FILE = "workforce-data-2020-21.csv"
_NEXT_FILE = "workforce-data-march-2021.csv"
_NEXT_MONTH = (
    "Month,Permanent,Starters,Leavers,Agency,Vacancies,Conversions",
    "March 2021,149,3,1,36,19,1",
)
_IMPORTED = (date(2020, 12, 1), date(2021, 1, 1), date(2021, 2, 1))

# permanent, starters, leavers, agency, vacancies, conversions from January 2020: agency workers go from 66 up to
# 72 in May, then down to where the source's own table begins.
_YEAR_BEFORE = (
    (118, 2, 3, 66, 24, 1),
    (119, 3, 3, 67, 23, 1),
    (119, 2, 2, 69, 22, 0),
    (118, 1, 2, 71, 22, 0),
    (118, 2, 2, 72, 21, 0),
    (121, 3, 1, 69, 20, 1),
    (127, 5, 2, 64, 19, 3),
    (130, 3, 2, 61, 18, 2),
    (136, 6, 3, 57, 17, 3),
    (139, 4, 2, 55, 17, 1),
    (141, 3, 2, 53, 16, 1),
)
_COLUMNS = ("permanent", "starters", "leavers", "agency", "vacancies", "conversions")
_TERMS, _REPORT = "board’s terms of reference, 2020", "highlight report to the board, 2021"
# set on, due on, ratio, the other half of the pair as a number and in words, source
_TARGETS = (
    (date(2020, 3, 2), date(2020, 9, 30), 22, 24, "convert or replace 24 agency workers", _TERMS),
    (date(2020, 3, 2), date(2021, 2, 28), 15, 13, "convert or replace a further 13 agency workers", _TERMS),
    (date(2020, 3, 2), date(2022, 2, 28), 9, 10, "convert or replace a further 10 agency workers", _TERMS),
    (date(2021, 2, 15), date(2022, 2, 28), 10, None, "", _REPORT),
)
_SMALL_AREAS = {"Early help": 64, "Education": 48}


def build(people: People, *, scale: int, at: datetime) -> None:
    """Add targets and returns; the source's three months come through the importer, a month at a time."""
    steward, team_id = people.accounts["data"], people.teams[CHILDREN_S_SOCIAL_WORK]
    _targets(team_id)
    _year_before(team_id, steward)
    for count in range(1, len(_IMPORTED) + 1):
        _import(team_id, steward, months=count)
    chance = Random(2020)  # noqa: S311  (a demo is to be the same every time)
    last = add_months(london_date(at), -1)
    sizes = _SMALL_AREAS if scale == 1 else {name: 30 + 3 * n for n, name in enumerate(people.teams)}
    for name, size in sizes.items():
        if name == CHILDREN_S_SOCIAL_WORK:
            _generated(chance, team_id, steward, size=118, last=date(2019, 12, 1), months=46, at=at)
        else:
            months = 14 if scale == 1 else 60
            _generated(chance, people.teams[name], steward, size=size, last=last, months=months, at=at)


def _targets(team_id: int) -> None:
    add_rows(
        MeasureTarget,
        [
            {
                "team_id": team_id,
                "measure": Measure.AGENCY_RATIO,
                "set_on": set_on,
                "due_on": due_on,
                "value": Decimal(value),
                "convert_or_replace": number,
                "paired_with": pair,
                "source": source,
            }
            for set_on, due_on, value, number, pair, source in _TARGETS
        ],
    )


def given_at(month: date) -> datetime:
    """When a month's figures are given: the first Monday after it, at 10:00."""
    first = add_months(month, 1)
    return at_london(first + timedelta(days=-first.weekday() % 7), time(10))


def _row(team_id: int, month: date, by: int, recorded_at: datetime, **counts: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {figure.name: None for figure in FIGURES}
    said = {"team_id": team_id, "month": month, "recorded_at": recorded_at, "recorded_by": by, "notes": {}}
    return nothing | said | counts


def _year_before(team_id: int, by: int) -> None:
    rows = []
    for number, values in enumerate(_YEAR_BEFORE):
        month = add_months(date(2020, 1, 1), number)
        counts = dict(zip(_COLUMNS, values, strict=True), transfers_in=0, transfers_out=0)
        if month == date(2020, 11, 1):
            # A starter was forgotten at first: the correction is a newer version, and the page says so.
            first_said = counts | {"permanent": counts["permanent"] - 1, "starters": counts["starters"] - 1}
            rows.append(_row(team_id, month, by, given_at(month), **first_said))
            rows.append(_row(team_id, month, by, given_at(month) + timedelta(days=9), **counts))
        else:
            rows.append(_row(team_id, month, by, given_at(month), **counts))
    add_plain_rows(WorkforceReturn, rows)


def _import(team_id: int, by: int, *, months: int) -> None:
    """Upload and confirm the file as it stood when it had its first `months` months."""
    table = _cut(read((DATA / FILE).read_bytes(), ()), months)
    at = given_at(_IMPORTED[months - 1])
    upload_id = import_services.upload_add(table, kind="workforce", target_id=team_id, file_name=FILE, by=by, at=at)
    content = import_queries.upload_file(upload_id).content
    checked = import_queries.upload_checked("workforce", content, target_id=team_id)
    import_services.upload_confirm(upload_id, kind="workforce", fingerprint=checked.fingerprint, by=by, at=at)


def file_waits(people: People, *, at: datetime) -> None:
    """The steward had the next month's file checked the day before `at`, and has not said yes to it."""
    by, sent_at = people.accounts["data"], at - timedelta(days=1)
    table = read("\n".join(_NEXT_MONTH).encode(), ())
    team_id = people.teams[CHILDREN_S_SOCIAL_WORK]
    upload_id = import_services.upload_add(
        table, kind="workforce", target_id=team_id, file_name=_NEXT_FILE, by=by, at=sent_at
    )
    work_id = work_ask(import_queries.CHECK_WORK, upload_id, by=by, at=sent_at).id
    db.session.commit()
    work_run(work_id, lambda: sent_at)


def _cut(table: Table, months: int) -> Table:
    width = len(table.header) - len(_IMPORTED) + months
    return Table(table.header[:width], tuple(Row(row.number, row.cells[:width]) for row in table.rows))


def _generated(chance: Random, team_id: int, by: int, *, size: int, last: date, months: int, at: datetime) -> None:
    """Months that add up, but for one in about eight; none is recorded after `at`."""
    rows = []
    permanent, agency = size, size // 6
    for back in range(months - 1, -1, -1):
        month = add_months(last, -back)
        starters, leavers = chance.randint(0, 2), chance.randint(0, 2)
        converted = 1 if agency and chance.random() < 0.15 else 0
        slip = chance.choice((-1, 1)) if chance.random() < 0.12 else 0
        permanent = max(permanent + starters - leavers + converted + slip, 5)
        change = chance.randint(-1, 1)
        agency = max(agency - converted + change, 0)
        holders = Decimal(permanent * 6 + agency * 9) / 10
        recorded_at = given_at(month)
        if recorded_at > at or month_end(month) >= london_date(at):
            continue
        counts = {
            "permanent": permanent,
            "starters": starters,
            "leavers": leavers,
            "agency": agency,
            "vacancies": chance.randint(0, size // 10),
            # The source gives neither of these, so the source's own months leave them blank.
            "vacancies_covered": agency * 2 // 3,
            "conversions": converted,
            "replacements": 1 if change < 0 and starters else 0,
            "transfers_in": 0,
            "transfers_out": 0,
            "permanent_fte": Decimal(permanent * 92) / 100,
            "agency_fte": Decimal(agency * 98) / 100,
            "cases": int(holders * chance.randint(140, 175) / 10),
            "case_holders_fte": holders,
        }
        rows.append(_row(team_id, month, by, recorded_at, **counts))
    add_plain_rows(WorkforceReturn, rows)

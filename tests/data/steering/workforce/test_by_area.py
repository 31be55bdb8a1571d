"""What the data steward owes and has to explain, of every area at once: the same as each area's own page says."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from tests.support.engines import NOW, Site
from tests.support.statements import Statements
from wfsite.core.clock import london_date
from wfsite.core.periods import add_months
from wfsite.db.base import table_of
from wfsite.extensions import db
from wfsite.people.models import Team
from wfsite.steering.workforce.gap_rules import owed
from wfsite.steering.workforce.models import MeasureTarget, WorkforceReturn
from wfsite.steering.workforce.queries import figures_given_at, months_by_area, targets_due, workforce_months
from wfsite.steering.workforce.sentence_rules import unexplained
from wfsite.steering.workforce.target_rules import Measure

pytestmark = pytest.mark.usefixtures("context")
TODAY = london_date(NOW)


def _copied(area_id: int | None, **changes: object) -> None:
    """Another record of an area, as its newest one but for the changes."""
    newest = db.session.scalars(
        select(WorkforceReturn)
        .where(WorkforceReturn.team_id == area_id)
        .order_by(WorkforceReturn.month.desc(), WorkforceReturn.id.desc())
    ).first()
    values = {c.name: getattr(newest, c.name) for c in WorkforceReturn.__table__.c if c.name != "id"}
    db.session.execute(insert(table_of(WorkforceReturn)), values | changes)


def test_each_area_says_what_its_own_page_says() -> None:
    first = db.session.scalar(select(WorkforceReturn.team_id).order_by(WorkforceReturn.team_id).limit(1))
    for number in range(30):
        _copied(first, month=add_months(date(2015, 1, 1), number))
    found = months_by_area()
    assert [area.id for area in found] == list(
        db.session.scalars(select(WorkforceReturn.team_id).distinct().order_by(WorkforceReturn.team_id))
    )
    for area in found:
        whole = workforce_months(area.id, as_at=NOW)
        assert [(m.month, m.counts, m.notes) for m in area.months] == [
            (m.month, m.counts, m.notes) for m in whole[-14:]
        ]
        assert owed(area.months, on=TODAY) == owed(whole, on=TODAY)
        assert unexplained(area.months) == unexplained(whole)
    assert any(len(workforce_months(area.id, as_at=NOW)) > 14 for area in found)
    assert any(unexplained(area.months) for area in found) and any(owed(area.months, on=TODAY) for area in found)


def test_a_correction_counts_and_a_closed_area_owes_nothing() -> None:
    first, second = months_by_area()[:2]
    _copied(first.id, recorded_at=NOW - timedelta(hours=1), permanent=7)
    db.session.get_one(Team, second.id).active = False
    db.session.flush()
    again = {area.id: area for area in months_by_area()}
    assert again[first.id].months[-1].counts.permanent == 7
    assert len(again[first.id].months) == len(first.months)
    assert second.id not in again


def test_a_few_months_and_none_at_all() -> None:
    area = months_by_area()[0]
    keep = area.months[-2].month
    db.session.execute(delete(WorkforceReturn).where(WorkforceReturn.team_id == area.id, WorkforceReturn.month < keep))
    assert [m.month for m in months_by_area()[0].months] == [keep, add_months(keep, 1)]
    db.session.execute(delete(WorkforceReturn))
    assert months_by_area() == () and figures_given_at() is None


def test_one_statement_whatever_the_number_of_areas(site: Site) -> None:
    with Statements(site) as statements:
        months_by_area()
    assert len(statements) == 1


def _target(due_on: date, *, set_on: date = date(2026, 1, 1), source: str = "Board") -> None:
    area = months_by_area()[0].id
    row = {"team_id": area, "measure": Measure.AGENCY_RATIO, "set_on": set_on, "due_on": due_on, "value": 12}
    db.session.execute(insert(table_of(MeasureTarget)), row | {"source": source, "paired_with": ""})


def test_targets_of_this_month_only() -> None:
    for due_on in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)):
        _target(due_on)
    _target(date(2026, 3, 15), set_on=date(2026, 3, 11), source="Tomorrow")
    assert [due.due_on for due in targets_due(on=TODAY)] == [date(2026, 3, 1), date(2026, 3, 31)]


def test_given_at_is_the_newest_record() -> None:
    db.session.execute(update(WorkforceReturn).values(recorded_at=NOW - timedelta(days=3)))
    assert figures_given_at() == NOW - timedelta(days=3)

"""Workforce figures as they stood at an instant, on both engines."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.support.engines import NOW
from tests.support.present import the
from wfsite.core.errors import Missing
from wfsite.extensions import db
from wfsite.people.models import Team
from wfsite.steering.workforce import queries
from wfsite.steering.workforce.headline_queries import workforce_headlines
from wfsite.steering.workforce.rules import Month

pytestmark = pytest.mark.usefixtures("context")

BOARD = datetime(2021, 4, 19, 22, tzinfo=UTC)


def _team(name: str = "Children and family social work") -> int:
    return int(db.session.query(Team.id).filter_by(name=name).scalar())


def _agency(months: Iterable[Month]) -> dict[str, int | None]:
    return {f"{month.month:%Y-%m}": month.counts.agency for month in months}


def test_the_demo_council_s_months_end_with_the_source_s() -> None:
    months = queries.workforce_months(_team(), as_at=NOW)
    assert len(months) == 14
    found = _agency(months)
    assert (found["2020-01"], found["2020-05"], max(map(the, found.values()))) == (66, 72, 72)
    assert list(found.values())[-3:] == [52, 36, 39]
    assert [m.counts.agency_ratio.text for m in months[-3:]] == ["26.94%", "20.00%", "21.08%"]
    assert [m.counts.starters_rate.text for m in months[-3:]] == ["0.71%", "6.94%", "0.00%"]
    assert [m.counts.leavers_rate.text for m in months[-3:]] == ["0.71%", "0.69%", "0.68%"]
    assert [m.counts.establishment for m in months[-3:]] == [209, 197, 209]
    assert months[-1].notes["vacancies"].startswith("Only 12")


def test_a_month_is_known_from_the_day_it_was_given() -> None:
    team_id = _team()
    given = datetime(2021, 2, 1, 10, tzinfo=UTC)
    assert "2021-01" in _agency(queries.workforce_months(team_id, as_at=given))
    assert "2021-01" not in _agency(queries.workforce_months(team_id, as_at=given - timedelta(seconds=1)))


def test_a_correction_counts_from_its_instant_and_the_old_figure_is_kept() -> None:
    team_id, november = _team(), date(2020, 11, 1)
    first = the(queries.workforce_month(team_id, november, as_at=datetime(2020, 12, 10, tzinfo=UTC)))
    assert (first.counts.starters, first.is_revised) == (2, False)
    now = the(queries.workforce_month(team_id, november, as_at=NOW))
    assert (now.counts.starters, now.is_revised) == (3, True)
    assert [version.counts.starters for version in now.earlier] == [2]
    assert the(now.version).recorded_by == "Owen Pritchard"


def test_targets_count_from_the_day_they_were_set() -> None:
    team_id = _team()
    assert [str(t.value_text) for t in queries.workforce_targets(team_id, as_at=BOARD)] == ["22%", "15%", "10%", "9%"]
    before = datetime(2021, 1, 1, tzinfo=UTC)
    assert [str(t.value_text) for t in queries.workforce_targets(team_id, as_at=before)] == ["22%", "15%", "9%"]


def test_the_other_half_of_a_pair_is_a_number_and_the_source_s_words() -> None:
    found = queries.workforce_targets(_team(), as_at=BOARD)
    assert [target.convert_or_replace for target in found] == [24, 13, None, 10]
    assert found[1].pair_text == "convert or replace a further 13 agency workers"
    assert found[2].pair_text == ""


def test_what_the_source_does_not_give_stays_blank() -> None:
    counts = [month.counts for month in queries.workforce_months(_team(), as_at=NOW)]
    assert {one.vacancies_covered for one in counts} == {one.replacements for one in counts} == {None}
    others = [month.counts for month in queries.workforce_months(_team("Early help"), as_at=NOW)]
    assert None not in {one.vacancies_covered for one in others} | {one.replacements for one in others}
    assert others[-1].published_vacancy_rate.text != "[x]"


def test_the_boards_watch_the_area_with_targets() -> None:
    assert the(queries.watched_area()).name == "Children and family social work"


def test_one_s_own_area_comes_first() -> None:
    areas = queries.workforce_areas()
    by_name = {area.name: area for area in areas}
    # Assessment has no figures of its own, so what it belongs to stands in.
    assert (
        the(queries.first_area(areas, chosen=None, own=by_name["Assessment"].id)).name
        == "Children and family social work"
    )
    assert the(queries.first_area(areas, chosen=None, own=by_name["Youth work"].id)).name == "Early help"
    assert the(queries.first_area(areas, chosen=None, own=None)).has_figures
    assert the(queries.first_area(areas, chosen=by_name["Assessment"].id, own=None)).name == "Assessment"
    assert queries.first_area([], chosen=None, own=5) is None
    with pytest.raises(Missing):
        queries.first_area(areas, chosen=2**31 - 1, own=None)


def test_unknown_area() -> None:
    with pytest.raises(Missing):
        queries.workforce_area(2**31 - 1)


def test_headlines_of_the_front_doors() -> None:
    agency, permanent, vacancies, turnover = workforce_headlines(as_at=BOARD, url="/x?area={}".format)
    assert (agency.label, agency.value) == ("Agency ratio, February 2021", "21.08%")
    assert agency.url.startswith("/x?area=")
    change = "39 of 185, 1.08 percentage points higher than in January 2021. Children and family social work"
    assert agency.detail == f"{change}. March 2021 is missing."
    before = workforce_headlines(as_at=BOARD - timedelta(days=6), url="/x?area={}".format)
    assert before[0].detail == change
    assert (permanent.value, permanent.detail) == ("146", "2 more than in January 2021")
    assert (vacancies.value, vacancies.detail) == ("24", "of 209 posts, 7 more than in January 2021")
    assert turnover.value == "14.4%"
    assert workforce_headlines(as_at=datetime(2019, 1, 1, tzinfo=UTC), url=str) == []


def test_other_areas_have_figures_of_this_year() -> None:
    months = queries.workforce_months(_team("Early help"), as_at=NOW)
    assert months[-1].month == date(2026, 2, 1)
    assert months[-1].counts.caseload.text != "[x]"

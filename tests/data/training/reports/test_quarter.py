"""The quarter's attendance on both engines: the sum of its parts, only what a reader reaches, as it stood on a day."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from tests.support.engines import NOW, Site
from tests.support.present import the
from tests.support.registers import actor, closed_session, places
from tests.support.statements import Statements
from wfsite.core.clock import end_of_day, london_date
from wfsite.core.paging import First, Stretch
from wfsite.core.periods import Quarter
from wfsite.extensions import db
from wfsite.people.models import Person, Profession, Team
from wfsite.training.bookings.models import Place
from wfsite.training.bookings.rules import Mark
from wfsite.training.programme.models import TrainingSession
from wfsite.training.registers import closing_services as services_closing
from wfsite.training.registers import services
from wfsite.training.registers.count_rules import Counts
from wfsite.training.registers.models import AttendanceMark
from wfsite.training.registers.session_queries import (
    SessionFilter,
    SessionRow,
    When,
    registers_waiting,
    session_list,
    sessions_booked_by,
)
from wfsite.training.reports.queries import latest_quarter, quarter_headlines, quarter_report
from wfsite.training.reports.rules import QuarterReport

pytestmark = pytest.mark.usefixtures("context")

QUARTER = Quarter(2025, 3)


def report(
    account: str = "training", *, quarter: Quarter = QUARTER, at: datetime = NOW, past: bool = False
) -> QuarterReport:
    return quarter_report(quarter, seen_by=actor(account), at=at, past=past)


def places_of(quarter: Quarter, *, closed: bool = True) -> list[Place]:
    """Every place of the quarter's sessions that have begun, read one by one."""
    rows = db.session.execute(select(Place, TrainingSession).join(TrainingSession)).all()
    return [
        place
        for place, session in rows
        if Quarter.containing(london_date(session.ends_at)) == quarter
        and session.starts_at <= NOW
        and (session.register_closed_at is not None or not closed)
    ]


def counts_of(rows: Iterable[Place]) -> Counts:
    return Counts.of((place.origin, place.state, place.mark, 1) for place in rows)


def test_groups_and_total_equal_a_count_by_hand() -> None:
    found, rows = report(), places_of(QUARTER)
    assert len(rows) > 100
    assert found.total.counts == counts_of(rows)
    assert found.total.people == len({place.person_id for place in rows})
    names = {p.id: p.name for p in db.session.query(Profession)}
    for group in found.by_profession:
        mine = [place for place in rows if names.get(place.profession_id or 0, "Not recorded") == group.label]
        assert (group.counts, group.people) == (counts_of(mine), len({place.person_id for place in mine}))
    assert {group.label for group in found.by_profession} == {
        names.get(place.profession_id or 0, "Not recorded") for place in rows
    }
    for groups in (found.by_profession, found.by_agency, found.by_both):
        assert sum((group.counts for group in groups), Counts()) == found.total.counts


def test_what_is_not_recorded_stays_visible_and_comes_last() -> None:
    assert report().by_profession[-1].label == "Not recorded"


def test_a_session_stands_in_the_quarter_of_its_last_day_and_open_registers_are_told() -> None:
    present = report(quarter=Quarter(2025, 4))
    open_ones = [session for session in present.sessions if not session.is_closed]
    assert present.open_registers == len(open_ones) == 2
    assert open_ones[-1].counts.unrecorded == 25
    assert sum((s.counts for s in present.sessions if s.is_closed), Counts()) == present.total.counts
    everything = [report(quarter=q).sessions for q in (Quarter(2025, n) for n in (1, 2, 3, 4))]
    assert len({s.id for sessions in everything for s in sessions}) == sum(map(len, everything))


@pytest.mark.parametrize(("account", "column"), [("partner", "agency_id"), ("manager", "team_id")])
def test_a_reader_sees_only_their_own(account: str, column: str) -> None:
    reader = actor(account)
    team = {p.id: p.team_id for p in db.session.query(Person)}
    mine = [
        place
        for place in places_of(QUARTER)
        if (place.agency_id if column == "agency_id" else team[place.person_id]) == getattr(reader, column)
    ]
    found = report(account)
    assert mine and found.total.counts == counts_of(mine)
    assert 0 < len(found.by_agency) == len({place.agency_id for place in mine})
    everybody = report()
    assert found.total.counts.registrations < everybody.total.counts.registrations
    assert len(found.sessions) < len(everybody.sessions) or account == "partner"


def _add_team(name: str, inside: int | None) -> int:
    agency = db.session.get_one(Team, inside).agency_id
    values = {"agency_id": agency, "parent_id": inside, "name": name, "active": True, "version": 1}
    return int(the(db.session.scalar(insert(Team).values(values).returning(Team.id))))


def test_a_manager_sees_every_team_below_their_own_however_deep(site: Site) -> None:
    before, top = report("manager"), actor("manager").team_id
    with Statements(site) as flat:
        report("manager")
    levels = [top]
    for level in range(2, 6):
        levels.append(_add_team(f"Level {level}", levels[-1]))
    beside = _add_team("Beside", db.session.get_one(Team, top).parent_id)
    seen = {p.id for p in db.session.query(Person) if p.team_id == top}
    others = list(dict.fromkeys(place.person_id for place in places_of(QUARTER) if place.person_id not in seen))[:5]
    for person_id, team_id in zip(others, [*levels[1:], beside], strict=True):
        db.session.execute(update(Person).where(Person.id == person_id).values(team_id=team_id))
    mine = [place for place in places_of(QUARTER) if place.person_id in seen | set(others[:4])]
    with Statements(site) as deep:
        found = report("manager")
    assert found.total.counts == counts_of(mine) != before.total.counts
    assert len(deep) == len(flat)
    assert report("manager", past=True) == found
    latest = quarter_headlines(seen_by=actor("manager"), at=NOW)
    assert latest == report("manager", quarter=latest.quarter).headlines


def test_teams_that_close_a_circle_end_the_reading() -> None:
    top = actor("manager").team_id
    db.session.execute(update(Team).where(Team.id == top).values(parent_id=_add_team("Below", top)))
    assert report("manager").total.counts.registrations


def test_the_past_is_what_the_dated_rows_say() -> None:
    """Each day's report equals a replay of every mark and closure up to the end of that day."""
    lead, session_id = actor("training"), closed_session()
    session = db.session.get_one(TrainingSession, session_id)
    quarter = Quarter.containing(london_date(session.ends_at))
    before = report(quarter=quarter)
    closed_at = session.register_closed_at
    # Two days after closing it is opened, three marks change, and it is closed again on the day after.
    later = the(closed_at) + timedelta(days=2)
    services_closing.register_reopen(session_id, version=session.version, by=lead, at=later)
    for place_id, mark, version in places(session_id)[:3]:
        wanted = Mark.IN_PART if mark is not Mark.IN_PART else Mark.ATTENDED
        services.place_mark(place_id, wanted, version=version, by=lead, at=later)
    services_closing.register_close(
        session_id, version=session.version, answers={}, rest=Mark.DID_NOT_ATTEND, by=lead, at=later + timedelta(days=1)
    )
    now = report(quarter=quarter)
    assert now.total.counts != before.total.counts

    def as_at(instant: datetime) -> Any:
        found = report(quarter=quarter, at=end_of_day(london_date(instant)), past=True)
        return next(s for s in found.sessions if s.id == session_id)

    assert not as_at(session.starts_at).is_closed
    first = as_at(the(closed_at))
    assert (first.is_closed, first.counts) == (True, next(s for s in before.sessions if s.id == session_id).counts)
    assert not as_at(later).is_closed
    assert as_at(later + timedelta(days=1)).counts == next(s for s in now.sessions if s.id == session_id).counts


def test_today_read_from_the_dated_rows_equals_the_present() -> None:
    for quarter in (Quarter(2025, 2), QUARTER, Quarter(2025, 4)):
        assert report(quarter=quarter, past=True) == report(quarter=quarter)


def test_every_place_carries_its_newest_mark() -> None:
    newest = {}
    made: Counter[int] = Counter()
    for row in db.session.query(AttendanceMark).order_by(AttendanceMark.id):
        newest[row.place_id] = row.mark
        made[row.place_id] += 1
    for place in db.session.query(Place):
        assert place.mark is newest.get(place.id, Mark.UNRECORDED)
        assert place.version == 1 + made[place.id]


def test_the_latest_quarter_has_a_closed_register() -> None:
    assert latest_quarter(at=NOW) == Quarter(2025, 4)
    year_ago = NOW - timedelta(days=300)
    assert latest_quarter(at=year_ago, past=True) == Quarter(2025, 1)
    assert latest_quarter(at=NOW - timedelta(days=4000), past=True) == Quarter.containing(
        london_date(NOW - timedelta(days=4000))
    )


def test_headlines_equal_the_report() -> None:
    found = {}
    for account in ("training", "partner", "manager", "secretary"):
        found[account] = quarter_headlines(seen_by=actor(account), at=NOW)
        assert found[account] == report(account, quarter=Quarter(2025, 4)).headlines
    assert found["training"] == found["secretary"]
    assert len({one.counts for one in found.values()}) == 3
    assert quarter_headlines(seen_by=actor("staff"), at=NOW) == found["training"], "figures that name nobody"


def test_what_waits_for_whom() -> None:
    waiting = registers_waiting(actor("training"), at=NOW, most=20)
    assert [w.unrecorded for w in waiting.shown][-1] == 25
    assert len(waiting.shown) == waiting.total == 2
    assert registers_waiting(actor("staff"), at=NOW, most=20) == First()
    (booked,) = sessions_booked_by(actor("staff"), at=NOW)
    assert booked.starts_at > NOW
    assert sessions_booked_by(actor("viewer"), at=NOW) == ()


def test_lists_show_what_a_reader_may_see() -> None:
    def listed(account: str, when: When = When.ALL, open_only: bool = False) -> Stretch[SessionRow]:
        return session_list(
            SessionFilter(
                when=when,
                open_only=open_only,
                sort="todo" if when is When.UPCOMING else "-when",
                seen_by=actor(account),
                at=NOW,
                since=NOW - timedelta(hours=10),
            )
        )

    assert listed("training").total == db.session.query(TrainingSession).count()
    assert listed("training", open_only=True).total == 2
    upcoming, past = listed("training", when=When.UPCOMING), listed("training", when=When.PAST)
    left_open = [row for row in upcoming.rows if row.ends_at < NOW]
    assert len(left_open) == 1 and left_open[0] in past.rows and upcoming.rows[0] == left_open[0]
    assert upcoming.total + past.total == listed("training").total + len(left_open)
    assert listed("staff").total == listed("staff", when=When.UPCOMING).total == 1
    assert listed("staff").rows[0].own_mark is Mark.UNRECORDED

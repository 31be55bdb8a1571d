"""The last meeting, in its two meanings, on the day of one and on the days around it."""

from datetime import date, time, timedelta

import pytest

from tests.support.engines import NOW
from tests.support.groups import STEERING
from tests.support.plans import TODAY, action_id, actor, rag_update
from wfsite.core.clock import at_london
from wfsite.core.groups import GroupKind
from wfsite.core.rag import Rag
from wfsite.extensions import db
from wfsite.groups.models import Meeting
from wfsite.groups.queries import group_page, last_met_on, met_before_on
from wfsite.steering.plans.action_queries import action_page

pytestmark = pytest.mark.usefixtures("context")

FIRST, SECOND = TODAY, TODAY + timedelta(days=7)


@pytest.fixture(autouse=True)
def _two_meetings(context):
    """Meetings of the steering group today and a week from now, and none besides."""
    for meeting in db.session.query(Meeting).filter_by(group_id=STEERING):
        db.session.delete(meeting)
    db.session.flush()
    db.session.add_all(Meeting(group_id=STEERING, held_on=day) for day in (FIRST, SECOND))
    db.session.flush()


@pytest.mark.parametrize(
    ("on", "last", "following", "before"),
    [
        (FIRST - timedelta(days=1), None, FIRST, None),
        (FIRST, FIRST, SECOND, None),
        (FIRST + timedelta(days=1), FIRST, SECOND, FIRST),
        (SECOND - timedelta(days=1), FIRST, SECOND, FIRST),
        (SECOND, SECOND, None, FIRST),
        (SECOND + timedelta(days=1), SECOND, None, SECOND),
    ],
)
def test_around_the_day_itself(on: date, last, following, before):
    home = group_page(STEERING, on=on)
    assert (home.last_met_on, home.meets_next_on) == (last, following)
    assert last_met_on(GroupKind.STEERING, on=on) == last
    assert met_before_on(STEERING, before=on) == before
    assert last_met_on(GroupKind.IMPROVEMENT, on=on) != last, "each group has meetings of its own"


def test_what_is_said_for_a_meeting_may_come_on_its_day_and_what_is_said_on_it_is_new():
    action = action_id("2.1")
    rag_update(action, Rag.AMBER, "Said on the day before", at=NOW)

    def row(on):
        return action_page(action, seen_by=actor("secretary"), on=on).row

    assert [row(on).is_stale for on in (SECOND - timedelta(days=1), SECOND)] == [False, False]
    assert row(SECOND + timedelta(days=1)).is_stale
    rag_update(action, Rag.AMBER, "Said on the morning of it", at=at_london(SECOND, time(8)))
    assert not row(SECOND + timedelta(days=1)).is_stale

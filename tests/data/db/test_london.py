"""Both databases know when a day begins in London, summer and winter, as the clock does."""

from datetime import date, time

import pytest
from sqlalchemy import Date, bindparam, select

from wfsite.core.clock import at_london
from wfsite.db.london import london_midnight
from wfsite.extensions import db

pytestmark = pytest.mark.usefixtures("context")
_MIDNIGHT = select(london_midnight(bindparam("day", type_=Date())))


# Midnight of the days on which the clocks change is before the change.
@pytest.mark.parametrize(
    "day",
    [date(2026, 1, 1), date(2026, 3, 29), date(2026, 3, 30), date(2026, 7, 1), date(2026, 10, 25), date(2026, 10, 26)],
)
def test_the_database_begins_a_day_when_the_clock_does(day: date) -> None:
    assert db.session.scalar(_MIDNIGHT, {"day": day}) == at_london(day, time.min)


def test_no_day_begins_never() -> None:
    assert db.session.scalar(_MIDNIGHT, {"day": None}) is None

"""The list of sessions as rows of a file."""

from datetime import datetime

from wfsite.core.clock import london_date
from wfsite.core.words import clock_time, moment
from wfsite.sheets.writing import Cell
from wfsite.training.registers.session_queries import SessionRow

_SESSION = ("Course", "Level", "Date", "Starts", "Ends", "Where")
SESSIONS_HEADER = (*_SESSION, "Booked", "Places", "Register", "Not recorded")
OWN_SESSIONS_HEADER = (*_SESSION, "Your place")


def session_cells(row: SessionRow, *, at: datetime) -> tuple[Cell, ...]:
    """A session with how its register stands `at` an instant."""
    return (*_cells(row), row.booked, row.capacity, row.register(at=at), row.unrecorded)


def own_session_cells(row: SessionRow, *, at: datetime) -> tuple[Cell, ...]:
    """A session with how the reader's own place stands `at` an instant."""
    return (*_cells(row), row.own_place(at=at))


def _cells(row: SessionRow) -> tuple[Cell, ...]:
    first, last = london_date(row.starts_at), london_date(row.ends_at)
    ends = clock_time(row.ends_at) if first == last else moment(row.ends_at)
    return row.course, row.level, first, clock_time(row.starts_at), ends, row.venue

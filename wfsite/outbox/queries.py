"""Reads of one person's notices. Whether they may still open what a notice is about, its room says."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from wfsite.core.actor import Actor
from wfsite.core.paging import page_of
from wfsite.db.base import table_of
from wfsite.db.reading import Read
from wfsite.extensions import db
from wfsite.outbox.models import Notice

_notice = table_of(Notice)
MOST_WAITING = 40
PER_PAGE = 25
_LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Kept:
    """A notice as it is kept."""

    id: int
    subject_kind: str
    subject_id: int
    title: str
    words: str
    made_at: datetime
    seen_at: datetime | None
    ended_at: datetime | None


_KEPT = select(
    _notice.c.id,
    _notice.c.subject_kind,
    _notice.c.subject_id,
    _notice.c.title,
    _notice.c.words,
    _notice.c.made_at,
    _notice.c.seen_at,
    _notice.c.ended_at,
).where(_notice.c.person_id == bindparam("person_id"))
_NEWEST_FIRST = _notice.c.id.desc()
_READ_WAITING = Read(
    Kept,
    _KEPT.where(_notice.c.seen_at.is_(None), _notice.c.ended_at.is_(None), _notice.c.id < bindparam("before"))
    .order_by(_NEWEST_FIRST)
    .limit(MOST_WAITING),
)
_READ_PAGE = Read(
    Kept, _KEPT.order_by(_notice.c.made_at.desc(), _NEWEST_FIRST).limit(PER_PAGE).offset(bindparam("skip"))
)
_COUNT = select(func.count()).where(_notice.c.person_id == bindparam("person_id"))


def notices_waiting(seen_by: Actor, *, before: int = _LARGEST_ID) -> tuple[Kept, ...]:
    """What `seen_by` has not seen and still stands, newest first; the next forty at most before the id `before`."""
    return _READ_WAITING.all({"person_id": seen_by.person_id, "before": before})


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page of a person's notices, seen or not."""

    rows: tuple[Kept, ...]
    number: int
    pages: int


def notice_page(seen_by: Actor, *, page: int) -> KeptPage:
    """A page of everything that `seen_by` was told, newest first; a page past the end is the last."""
    values = {"person_id": seen_by.person_id}
    cut = page_of(db.session.scalar(_COUNT, values) or 0, asked=page, size=PER_PAGE)
    return KeptPage(_READ_PAGE.all({**values, "skip": cut.skip}), cut.number, cut.pages)

"""Writes of notices: told within the transaction of what is told, seen once, ended once, forgotten after a year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, bindparam, delete, exists, insert, or_, select, update

from wfsite.core.actor import Actor
from wfsite.core.errors import Missing
from wfsite.db.base import table_of
from wfsite.extensions import db
from wfsite.outbox.models import Notice

_notice = table_of(Notice)


@dataclass(frozen=True, slots=True)
class Told:
    """What people must know: of which thing, and in which words of today."""

    subject_kind: str
    subject_id: int
    title: str
    words: str


_WAIT = (_notice.c.seen_at.is_(None), _notice.c.ended_at.is_(None))
_OF_SUBJECT = (_notice.c.subject_kind == bindparam("kind"), _notice.c.subject_id == bindparam("subject"))
_STANDING = (
    select(_notice.c.id, _notice.c.person_id, _notice.c.title, _notice.c.words)
    .where(*_OF_SUBJECT, _notice.c.person_id.in_(bindparam("people", expanding=True)), *_WAIT)
    .with_for_update()
)
_END = update(_notice).where(_notice.c.id.in_(bindparam("ids", expanding=True))).values(ended_at=bindparam("at"))
_END_ALL = update(_notice).where(*_OF_SUBJECT, *_WAIT).values(ended_at=bindparam("at"))
_SEE = (
    update(_notice)
    .where(
        _notice.c.id == bindparam("notice_id"),
        _notice.c.person_id == bindparam("whose"),
        _notice.c.seen_at.is_(None),
    )
    .values(seen_at=bindparam("at"))
)
_IS_THEIRS = select(exists().where(_notice.c.id == bindparam("notice_id"), _notice.c.person_id == bindparam("whose")))


def notice_add(people: Iterable[int], told: Told, *, at: datetime) -> None:
    """Tell each of `people` (ids) within the caller's transaction, which holds the thing that is told of.

    What somebody has not seen of the same thing ends: the new notice takes its place. The same words again tell
    nobody twice.
    """
    wanted = set(people)
    if not wanted:
        return
    values = {"kind": told.subject_kind, "subject": told.subject_id, "people": sorted(wanted)}
    standing = {row.person_id: row for row in db.session.execute(_STANDING, values)}
    knowing = {who for who, row in standing.items() if (row.title, row.words) == (told.title, told.words)}
    replaced = {who: row.id for who, row in standing.items() if who not in knowing}
    if replaced:
        db.session.execute(_END, {"ids": sorted(replaced.values()), "at": at})
    if new := sorted(wanted - knowing):
        db.session.execute(insert(_notice), [_row(who, told, replaced.get(who), at) for who in new])


def _row(person_id: int, told: Told, replaces_id: int | None, at: datetime) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "subject_kind": told.subject_kind,
        "subject_id": told.subject_id,
        "title": told.title,
        "words": told.words,
        "made_at": at,
        "replaces_id": replaces_id,
    }


def notices_end(subject_kind: str, subject_id: int, *, at: datetime) -> None:
    """There is nothing more to know of a thing: whoever has not seen their notice of it needs to no longer."""
    db.session.execute(_END_ALL, {"kind": subject_kind, "subject": subject_id, "at": at})


def notice_seen(notice_id: int, *, by: Actor, at: datetime) -> None:
    """`by` has seen a notice; seen twice, the first time stands. Raises `Missing` for one that is not theirs."""
    values = {"notice_id": notice_id, "whose": by.person_id}
    done = cast("CursorResult[Any]", db.session.execute(_SEE, {**values, "at": at})).rowcount
    if not done and not db.session.scalar(_IS_THEIRS, values):
        raise Missing


def notices_forget(*, before: datetime) -> int:
    """Delete what was seen, or ended unseen, before an instant; returns how many. What waits is never forgotten."""
    gone = delete(_notice).where(or_(_notice.c.seen_at < before, _notice.c.ended_at < before))
    return int(cast("CursorResult[Any]", db.session.execute(gone)).rowcount)

"""Notices as a page shows them: each with its way there, and none about what the reader may no longer open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from wfsite.core.actor import Actor
from wfsite.core.contributions import NOTICE_SUBJECTS
from wfsite.outbox.queries import MOST_WAITING, Kept, notices_waiting
from wfsite.web.gathering import contributions

# So often home reads on for somebody who may not open what they were told of.
_MOST_READS = 25


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice in words, and where it leads."""

    id: int
    title: str
    words: str
    url: str
    made_at: datetime
    seen_at: datetime | None
    ended_at: datetime | None


def notices_to_see(seen_by: Actor, *, on: date) -> list[NoticeLine]:
    """What `seen_by` has not seen and may open, newest first, forty at most; what they may not open hides nothing."""
    kept = notices_waiting(seen_by)
    found = notice_lines(kept, seen_by=seen_by, on=on)
    for _ in range(_MOST_READS):
        if len(kept) < MOST_WAITING or len(found) >= MOST_WAITING:
            break
        kept = notices_waiting(seen_by, before=kept[-1].id)
        found += notice_lines(kept, seen_by=seen_by, on=on)
    return found[:MOST_WAITING]


def notice_lines(kept: Iterable[Kept], *, seen_by: Actor, on: date) -> list[NoticeLine]:
    """The notices whose things `seen_by` may open on a day, in the order given."""
    rows = list(kept)
    open_now = _open_now(rows, seen_by, on)
    return [
        NoticeLine(row.id, row.title, row.words, url, row.made_at, row.seen_at, row.ended_at)
        for row in rows
        if (url := open_now.get((row.subject_kind, row.subject_id)))
    ]


def _open_now(rows: Iterable[Kept], seen_by: Actor, on: date) -> dict[tuple[str, int], str]:
    """(kind, id) of a thing → its address; asks each kind once."""
    wanted: dict[str, set[int]] = {}
    for row in rows:
        wanted.setdefault(row.subject_kind, set()).add(row.subject_id)
    return {
        (one.part, subject_id): url
        for one in contributions().of(NOTICE_SUBJECTS)
        if one.part in wanted
        for subject_id, url in one.offer(frozenset(wanted[one.part]), seen_by=seen_by, on=on).items()
    }

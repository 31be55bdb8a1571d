"""Reads of pieces of work."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, case, func, or_, select

from wfsite.db.base import table_of
from wfsite.db.reading import Read
from wfsite.works.models import Work
from wfsite.works.rules import SILENT, HowFar, WorkState, is_left, is_over

_work = table_of(Work)


@dataclass(frozen=True, slots=True)
class WorkPage:
    """A piece of work with how far it is, and how many runners are alive."""

    id: int
    kind: str
    subject_id: int
    asked_at: datetime
    state: WorkState
    alive_at: datetime | None
    words: str
    done: int
    total: int
    problem: str
    runners: int

    @property
    def how_far(self) -> HowFar:
        """How far it is."""
        return HowFar(self.state, self.words, self.done, self.total)

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to wait for."""
        return is_over(self.state)

    def is_left(self, *, at: datetime) -> bool:
        """Whether nobody does it, or will."""
        return is_left(self.state, asked_at=self.asked_at, alive_at=self.alive_at, runners=self.runners, at=at)


def heard_within(at: datetime) -> dict[str, datetime]:
    """When a runner that is alive has spoken; what is later was said before the clock was set back."""
    return {"since": at - SILENT, "until": at + SILENT}


_runner = _work.alias()
_PAGE = select(
    _work.c.id,
    _work.c.kind,
    _work.c.subject_id,
    _work.c.asked_at,
    _work.c.state,
    _work.c.alive_at,
    _work.c.words,
    _work.c.done,
    _work.c.total,
    _work.c.problem,
    select(func.count())
    .where(_runner.c.slot.is_not(None), _runner.c.alive_at.between(bindparam("since"), bindparam("until")))
    .scalar_subquery()
    .label("runners"),
)
_READ_PAGE = Read(WorkPage, _PAGE.where(_work.c.id == bindparam("work_id")))
_READ_OF = Read(WorkPage, _PAGE.where(_work.c.kind == bindparam("kind"), _work.c.subject_id == bindparam("subject_id")))


def work_page(work_id: int, *, at: datetime) -> WorkPage:
    """A piece of work; raises `Missing`."""
    return _READ_PAGE.one({"work_id": work_id, **heard_within(at)})


def work_of(kind: str, subject_id: int, *, at: datetime) -> WorkPage | None:
    """The work of a kind on a thing, or None where nobody asked for it."""
    return _READ_OF.one_or_none({"kind": kind, "subject_id": subject_id, **heard_within(at)})


@dataclass(frozen=True, slots=True)
class Left:
    """A piece of work that nobody does, as whoever takes it up finds it."""

    id: int
    kind: str
    subject_id: int
    tries: int
    slot: int | None


NOBODY_DOES = or_(
    _work.c.state == WorkState.WAITING,
    and_(
        _work.c.state == WorkState.RUNNING,
        or_(_work.c.alive_at < bindparam("since"), _work.c.alive_at > bindparam("until")),
    ),
)
_LEFT = select(_work.c.id, _work.c.kind, _work.c.subject_id, _work.c.tries, _work.c.slot).where(NOBODY_DOES)
# What lost its runner comes first: it may hold the place of a runner.
_READ_LEFT = Read(
    Left, _LEFT.order_by(case((_work.c.state == WorkState.RUNNING, 0), else_=1), _work.c.asked_at, _work.c.id).limit(1)
)
_READ_LEFT_ONE = Read(Left, _LEFT.where(_work.c.id == bindparam("work_id")))


def work_left(*, at: datetime) -> Left | None:
    """What is to be taken up next, or None."""
    return _READ_LEFT.one_or_none(heard_within(at))


def work_left_one(work_id: int, *, at: datetime) -> Left | None:
    """This piece of work if nobody does it, or None."""
    return _READ_LEFT_ONE.one_or_none({"work_id": work_id, **heard_within(at)})

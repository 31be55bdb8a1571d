"""Reads of the surveys that are counted: their list, and the latest that have results."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, bindparam, func, select

from wfsite.core.actor import Actor
from wfsite.core.paging import Key, Stretch
from wfsite.core.permissions import Permission
from wfsite.core.searching import ESCAPE, like_pattern
from wfsite.db.listing import Listing
from wfsite.db.reading import Read
from wfsite.surveys.models import Survey, Tally
from wfsite.surveys.rules import Outcome


@dataclass(frozen=True, slots=True)
class CountedSurvey:
    """A survey whose count has ended, whatever came of it."""

    id: int
    title: str
    ended_at: datetime
    threshold: int
    outcome: Outcome

    @property
    def result(self) -> str:
        """What came of it, as a list says it."""
        if self.outcome is Outcome.TOO_FEW:
            return f"Fewer than {self.threshold} people answered"
        return self.outcome.label


_ENDED_AT = func.coalesce(Survey.closed_at, Survey.closes_at)
_TITLE = func.lower(Survey.title)
_ROWS = select(Survey.id, Survey.title, _ENDED_AT.label("ended_at"), Survey.threshold, Tally.outcome).join(
    Tally, Tally.survey_id == Survey.id
)
_COUNTED = Listing(
    CountedSurvey,
    _ROWS,
    row_id=Survey.id,
    orders={"closed": (_ENDED_AT, Survey.id), "title": (_TITLE, Survey.id)},
    conditions={
        "words": _TITLE.like(bindparam("words", type_=String), escape=ESCAPE),
        "outcome": Tally.outcome == bindparam("outcome", type_=Tally.outcome.type),
    },
    size=25,
)
COUNTED_SORTS = ("closed", "title")


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedFilter:
    """Which counted surveys are wanted: part of a title, and what came of them."""

    words: str = ""
    outcome: Outcome | None = None
    sort: str = "-closed"  # one of `COUNTED_SORTS`, or that with "-" before it

    @property
    def conditions(self) -> list[str]:
        """Those that are set."""
        return [name for name in ("words", "outcome") if getattr(self, name)]

    @property
    def values(self) -> dict[str, object]:
        """The parameters of all conditions."""
        return {"words": like_pattern(self.words.lower()), "outcome": self.outcome}


def counted_surveys(wanted: CountedFilter, *, key: Key | None = None) -> Stretch[CountedSurvey]:
    """A page of the surveys that are counted, whoever asks: results are for everybody who may answer."""
    return _COUNTED.page(wanted.sort, key=key, only=wanted.conditions, values=wanted.values)


def counted_to_export(wanted: CountedFilter, *, most: int) -> tuple[CountedSurvey, ...]:
    """All of them, in the list's order; at most `most` and one, which says that there are more."""
    return _COUNTED.every(wanted.sort, only=wanted.conditions, values=wanted.values, most=most)


_RESULTS_NAMED = 5
_READ_LATEST = Read(
    CountedSurvey,
    _ROWS.where(Tally.outcome == Outcome.RELEASED)
    .order_by(Survey.closes_at.desc(), Survey.id.desc())
    .limit(_RESULTS_NAMED),
)


def latest_results(*, seen_by: Actor) -> tuple[CountedSurvey, ...]:
    """The latest surveys whose results were released, five at most; none for who may not read results."""
    return _READ_LATEST.all() if seen_by.can(Permission.RESULTS_READ) else ()

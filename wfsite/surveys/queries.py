"""Reads across the room: the list of surveys as each person sees it, and what waits for the survey lead."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from sqlalchemy import String, bindparam, func, or_, select

from wfsite.core.actor import Actor
from wfsite.core.errors import Missing
from wfsite.core.paging import Key, Stretch
from wfsite.core.permissions import Permission, Reach
from wfsite.core.searching import ESCAPE, like_pattern
from wfsite.core.words import moment
from wfsite.db.listing import Listing
from wfsite.extensions import db
from wfsite.surveys.answering.queries import OPEN_TO, Standing, standing
from wfsite.surveys.box import folder, store
from wfsite.surveys.box.envelopes import Halves, public_key
from wfsite.surveys.box.rules import Held, Look, Manifest, Marks
from wfsite.surveys.models import Survey, Tally
from wfsite.surveys.results.queries import WAITING, comments_waiting
from wfsite.surveys.rules import Outcome, SurveyState, coarse_rate


class Phase(Enum):
    """Where a survey stands, as its lead sees it."""

    # Its box waits to be put into its place.
    OPENING = "Being opened"
    OPEN = "Open"
    TO_COUNT = "Waiting to be counted"
    HELD = "Held"
    COUNTED = "Counted"
    # The database says that it is open, and its box is not here.
    LOST = "Without a ballot box"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSurvey:
    """A survey in the list; `standing` is None for somebody who was not invited."""

    id: int
    title: str
    closes_at: datetime
    ended_at: datetime
    phase: Phase
    threshold: int
    standing: Standing | None = None
    outcome: Outcome | None = None
    # Only the survey lead sees the rest.
    held: Held | None = None
    response: str = ""
    may_close_early: bool = False
    needs_code: bool = False
    comments_to_read: int = 0

    @property
    def where_it_stands(self) -> str:
        """Where it stands and what that means, in sentences; "" once it is counted."""
        match self.phase:
            case Phase.OPENING:
                return "Its ballot box is being put into its place. It asks people and takes answers within minutes."
            case Phase.OPEN:
                return f"It closes by itself on {moment(self.closes_at)}."
            case Phase.LOST:
                return "The sealed box of this survey is not here, so it takes no answers and cannot be counted."
            case Phase.COUNTED:
                return ""
        why = self.held.words if self.held else _NEEDS_CODE if self.needs_code else ""
        waits = "is not counted" if self.held else "has not been counted yet"
        return f"It closed on {moment(self.ended_at)} and {waits}. {why}".rstrip()


_NEEDS_CODE = "It waits for the code that was given out when it was opened."


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


@dataclass(frozen=True, slots=True)
class SurveyList:
    """The surveys in the groups in which a person looks for them; those that are counted have a list of their own."""

    to_answer: tuple[ListedSurvey, ...]
    answered: tuple[ListedSurvey, ...]
    # All that is not counted yet, and some of what has comments to read: for the survey lead only.
    to_look_after: tuple[ListedSurvey, ...]
    more_to_read: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.to_answer or self.answered or self.to_look_after)


_INDEX = (
    select(
        Survey.id,
        Survey.title,
        Survey.threshold,
        Survey.closes_at,
        Survey.closed_at,
        Survey.box_half,
        Tally.outcome,
    )
    .outerjoin(Tally, Tally.survey_id == Survey.id)
    .where((Survey.state == SurveyState.OPEN) | Tally.outcome.is_not(None))
    .order_by(Survey.closes_at.desc(), Survey.id.desc())
)
_UNCOUNTED = _INDEX.where(Tally.outcome.is_(None))
# So many surveys with comments to read are enough to begin with.
_MOST_TO_READ = 20
_COMMENTS = WAITING.limit(_MOST_TO_READ + 1).subquery()
_TO_LOOK_AFTER = (
    _INDEX.add_columns(func.coalesce(_COMMENTS.c.number, 0).label("comments"))
    .outerjoin(_COMMENTS, _COMMENTS.c.id == Survey.id)
    .where(or_(Tally.outcome.is_(None), _COMMENTS.c.number.is_not(None)))
)


def survey_list(*, seen_by: Actor, at: datetime, boxes: Path | None) -> SurveyList:
    """Every uncounted survey that concerns a person: to answer, answered, and for its lead to look after.

    A machine without boxes lists open surveys without a standing: only the boxes know who was invited.
    """
    leads = seen_by.can(Permission.SURVEY_MANAGE, Reach.ALL)
    boxed = _boxed(seen_by, at=at, boxes=boxes, leads=leads)
    unboxed, to_read = [], []
    # Whoever only answers learns from the boxes what is open to them.
    for row in db.session.execute(_TO_LOOK_AFTER if leads else _UNCOUNTED) if leads or boxes is None else ():
        if row.outcome is not None:
            to_read.append(_from_index(row, Phase.COUNTED, comments=row.comments))
        elif row.id not in boxed:
            unboxed.append(_from_index(row, _phase_without_a_box(row, boxes)))
    waiting = [s for s in (*boxed.values(), *(() if boxes else unboxed)) if _is_to_answer(s, boxes)]
    return SurveyList(
        tuple(sorted(waiting, key=lambda survey: survey.closes_at)),
        tuple(survey for survey in boxed.values() if survey.standing is Standing.ANSWERED),
        (*boxed.values(), *unboxed, *to_read[:_MOST_TO_READ]) if leads else (),
        len(to_read) > _MOST_TO_READ,
    )


_ENDED_AT = func.coalesce(Survey.closed_at, Survey.closes_at)
_TITLE = func.lower(Survey.title)
_COUNTED = Listing(
    CountedSurvey,
    select(Survey.id, Survey.title, _ENDED_AT.label("ended_at"), Survey.threshold, Tally.outcome).join(
        Tally, Tally.survey_id == Survey.id
    ),
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


def _is_to_answer(survey: ListedSurvey, boxes: Path | None) -> bool:
    return survey.standing in OPEN_TO or (boxes is None and survey.phase is Phase.OPEN)


def _phase_without_a_box(row: Any, boxes: Path | None) -> Phase:
    """Where a survey stands that has no result and no box in its place."""
    if boxes is None:
        return Phase.OPEN
    return Phase.OPENING if folder.box_waits(boxes, row.id, row.box_half) else Phase.LOST


def _boxed(seen_by: Actor, *, at: datetime, boxes: Path | None, leads: bool) -> dict[int, ListedSurvey]:
    """The surveys that have a box, by number."""
    if boxes is None:
        return {}
    found = store.looks(boxes, person_id=seen_by.person_id)
    return {seen.manifest.survey_id: _from_box(seen, seen_by, at=at, boxes=boxes, leads=leads) for seen in found}


def _from_box(seen: Look, seen_by: Actor, *, at: datetime, boxes: Path, leads: bool) -> ListedSurvey:
    frozen = seen.manifest
    marks = store.marks(boxes, frozen.survey_id) if leads else Marks(0, 0)
    return ListedSurvey(
        id=frozen.survey_id,
        title=frozen.title,
        closes_at=frozen.closes_at,
        ended_at=seen.ended_at,
        phase=Phase.HELD if seen.held else Phase.TO_COUNT if seen.has_ended(at=at) else Phase.OPEN,
        threshold=frozen.fewest,
        standing=None if seen.done is None else standing(seen, seen_by=seen_by, at=at),
        held=seen.held,
        response=coarse_rate(marks.answered, frozen.invited, frozen.fewest) if leads else "",
        may_close_early=leads and marks.may_close_early(frozen),
        needs_code=frozen.needs_code,
    )


def _from_index(row: Any, phase: Phase, *, comments: int = 0) -> ListedSurvey:
    return ListedSurvey(
        id=row.id,
        title=row.title,
        closes_at=row.closes_at,
        ended_at=row.closed_at or row.closes_at,
        phase=phase,
        threshold=row.threshold,
        outcome=row.outcome,
        comments_to_read=comments,
    )


_RESULTS_NAMED = 5
_LATEST_COUNTED = _INDEX.where(Tally.outcome == Outcome.RELEASED).limit(_RESULTS_NAMED)


def latest_results(*, seen_by: Actor) -> tuple[ListedSurvey, ...]:
    """The latest surveys whose results were released, five at most; none for who may not read results."""
    if not seen_by.can(Permission.RESULTS_READ):
        return ()
    return tuple(_from_index(row, Phase.COUNTED) for row in db.session.execute(_LATEST_COUNTED))


_ONE = _INDEX.where(Survey.id == bindparam("survey_id"))


def survey_to_close(survey_id: int, *, seen_by: Actor, at: datetime, boxes: Path | None) -> ListedSurvey:
    """A survey as its lead sees it before and after closing it; raises `Missing` for a draft or an unknown one."""
    if boxes is not None:
        try:
            seen = store.look(boxes, survey_id, person_id=seen_by.person_id)
        except store.Unfit:
            seen = None
        if seen is not None:
            return _from_box(seen, seen_by, at=at, boxes=boxes, leads=True)
    row = db.session.execute(_ONE, {"survey_id": survey_id}).one_or_none()
    if row is None:
        raise Missing
    comments = {found.survey_id: found.count for found in comments_waiting(seen_by=seen_by)}
    phase = Phase.COUNTED if row.outcome else _phase_without_a_box(row, boxes)
    return _from_index(row, phase, comments=comments.get(survey_id, 0))


_NEED_THEIR_LEAD = (Phase.HELD, Phase.LOST, Phase.TO_COUNT)


def surveys_to_look_after(*, seen_by: Actor, at: datetime, boxes: Path | None) -> tuple[ListedSurvey, ...]:
    """For survey leads: what is held, has no box or waits to be counted, in this order; nothing for anybody else."""
    if boxes is None or not seen_by.can(Permission.SURVEY_MANAGE, Reach.ALL):
        return ()
    boxed = _boxed(seen_by, at=at, boxes=boxes, leads=False)
    rows = db.session.execute(_UNCOUNTED)
    unboxed = [_from_index(row, _phase_without_a_box(row, boxes)) for row in rows if row.id not in boxed]
    found = [survey for survey in (*boxed.values(), *unboxed) if survey.phase in _NEED_THEIR_LEAD]
    return tuple(sorted(found, key=lambda survey: _NEED_THEIR_LEAD.index(survey.phase)))


@dataclass(frozen=True, slots=True)
class BoxProblem:
    """Something about ballot boxes that an operator must know, in a sentence."""

    survey_id: int
    words: str


_OPEN = select(Survey.id, Survey.box_half).where(Survey.state == SurveyState.OPEN).order_by(Survey.id)
# So long a count may take, or wait for the timer, before that is worth a word.
_COUNT_TAKES = timedelta(hours=1)


def box_problems(boxes: Path, *, at: datetime) -> list[BoxProblem]:
    """What does not fit between the database and the boxes, for `flask wfsite check` and after a restore."""
    known = {row.id: row.box_half for row in db.session.execute(_OPEN)}
    numbers = folder.box_numbers(boxes)
    problems = [
        BoxProblem(number, _lost(number, boxes, half)) for number, half in known.items() if number not in numbers
    ]
    for number in numbers:
        if words := _box_problem(boxes, number, known, at):
            problems.append(BoxProblem(number, words))
    return problems


def _box_problem(boxes: Path, number: int, halves: dict[int, bytes | None], at: datetime) -> str:
    """What is wrong with a box, "" when nothing is."""
    try:
        seen = store.look(boxes, number)
    except store.Unfit:
        seen = None
    if seen is None:
        return f"What lies in the place of survey {number} is no ballot box"
    if seen.held:
        return f"Survey {number} is held and not counted. {seen.held.words[:-1]}"
    if number not in halves:
        return f"There is a ballot box {number}, and the database has no open survey {number}"
    if not seen.manifest.needs_code and not _fits(boxes, seen.manifest, halves[number]):
        return f"Survey {number} cannot be counted. {Held.HALF.words[:-1]}"
    if seen.has_ended(at=at - _COUNT_TAKES):
        return f"Survey {number} has ended and is not counted. Run: flask wfsite run-due"
    return ""


def _fits(boxes: Path, manifest: Manifest, database_half: bytes | None) -> bool:
    """Whether both halves make the key that the box was sealed to."""
    halves = Halves(folder.half_of(boxes, manifest.survey_id), database_half or b"")
    return bool(halves.file) and public_key(halves, survey_id=manifest.survey_id) == manifest.public_key


def _lost(number: int, boxes: Path, half: bytes | None) -> str:
    if folder.box_waits(boxes, number, half):
        return f"Survey {number} is open and its ballot box waits to be put into its place. Run: flask wfsite run-due"
    if folder.has_ended(boxes, number):
        return f"Survey {number} has ended, and this database is from before: its result is not in it"
    return f"Survey {number} takes no answers: its ballot box is not in {boxes}"

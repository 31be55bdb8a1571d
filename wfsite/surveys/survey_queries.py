"""Reads across the room: the surveys as each person sees them, and what waits for the survey lead."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import bindparam, func, or_, select

from wfsite.core.actor import Actor
from wfsite.core.permissions import Permission, Reach
from wfsite.core.words import moment
from wfsite.db.reading import Read
from wfsite.surveys.answering.queries import standing
from wfsite.surveys.box import folder, store
from wfsite.surveys.box.rules import Held, Look, Marks
from wfsite.surveys.comments.queries import WAITING, comments_waiting
from wfsite.surveys.models import Survey, Tally
from wfsite.surveys.rules import OPEN_TO, Outcome, Phase, Standing, SurveyState, coarse_rate


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


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True)
class _Indexed:
    """What the database says of a survey; where there is a box, the box decides."""

    id: int
    title: str
    threshold: int
    closes_at: datetime
    closed_at: datetime | None
    box_half: bytes | None
    outcome: Outcome | None
    comments: int = 0


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
_READ_UNCOUNTED = Read(_Indexed, _INDEX.where(Tally.outcome.is_(None)))
# So many surveys with comments to read are enough to begin with.
_MOST_TO_READ = 20
_COMMENTS = WAITING.limit(_MOST_TO_READ + 1).subquery()
_READ_TO_LOOK_AFTER = Read(
    _Indexed,
    _INDEX.add_columns(func.coalesce(_COMMENTS.c["count"], 0).label("comments"))
    .outerjoin(_COMMENTS, _COMMENTS.c.survey_id == Survey.id)
    .where(or_(Tally.outcome.is_(None), _COMMENTS.c["count"].is_not(None))),
)


def survey_list(*, seen_by: Actor, at: datetime, boxes: Path | None) -> SurveyList:
    """Every uncounted survey that concerns a person: to answer, answered, and for its lead to look after.

    A machine without boxes lists open surveys without a standing: only the boxes know who was invited.
    """
    leads = seen_by.can(Permission.SURVEY_MANAGE, Reach.ALL)
    boxed = _boxed(seen_by, at=at, boxes=boxes, leads=leads)
    unboxed, to_read = [], []
    # Whoever only answers learns from the boxes what is open to them.
    read = _READ_TO_LOOK_AFTER if leads else _READ_UNCOUNTED
    for row in read.all() if leads or boxes is None else ():
        if row.outcome is not None:
            to_read.append(_from_index(row, Phase.COUNTED, comments=row.comments))
        elif row.id not in boxed:
            unboxed.append(_from_index(row, _phase_without_a_box(row, boxes)))
    waiting = [s for s in (*boxed.values(), *(() if boxes else unboxed)) if _is_to_answer(s, boxes)]
    return SurveyList(
        to_answer=tuple(sorted(waiting, key=lambda survey: survey.closes_at)),
        answered=tuple(survey for survey in boxed.values() if survey.standing is Standing.ANSWERED),
        to_look_after=(*boxed.values(), *unboxed, *to_read[:_MOST_TO_READ]) if leads else (),
        more_to_read=len(to_read) > _MOST_TO_READ,
    )


def _is_to_answer(survey: ListedSurvey, boxes: Path | None) -> bool:
    return survey.standing in OPEN_TO or (boxes is None and survey.phase is Phase.OPEN)


def _phase_without_a_box(row: _Indexed, boxes: Path | None) -> Phase:
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


def _from_index(row: _Indexed, phase: Phase, *, comments: int = 0) -> ListedSurvey:
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


_READ_ONE = Read(_Indexed, _INDEX.where(Survey.id == bindparam("survey_id")))


def survey_to_close(survey_id: int, *, seen_by: Actor, at: datetime, boxes: Path | None) -> ListedSurvey:
    """A survey as its lead sees it before and after closing it; raises `Missing` for a draft or an unknown one."""
    if boxes is not None:
        try:
            seen = store.look(boxes, survey_id, person_id=seen_by.person_id)
        except store.Unfit:
            seen = None
        if seen is not None:
            return _from_box(seen, seen_by, at=at, boxes=boxes, leads=True)
    row = _READ_ONE.one({"survey_id": survey_id})
    comments = {found.survey_id: found.count for found in comments_waiting(seen_by=seen_by)}
    phase = Phase.COUNTED if row.outcome else _phase_without_a_box(row, boxes)
    return _from_index(row, phase, comments=comments.get(survey_id, 0))


_NEED_THEIR_LEAD = (Phase.HELD, Phase.LOST, Phase.TO_COUNT)


def surveys_to_look_after(*, seen_by: Actor, at: datetime, boxes: Path | None) -> tuple[ListedSurvey, ...]:
    """For survey leads: what is held, has no box or waits to be counted, in this order; nothing for anybody else."""
    if boxes is None or not seen_by.can(Permission.SURVEY_MANAGE, Reach.ALL):
        return ()
    boxed = _boxed(seen_by, at=at, boxes=boxes, leads=False)
    rows = [row for row in _READ_UNCOUNTED.all() if row.id not in boxed]
    unboxed = [_from_index(row, _phase_without_a_box(row, boxes)) for row in rows]
    found = [survey for survey in (*boxed.values(), *unboxed) if survey.phase in _NEED_THEIR_LEAD]
    return tuple(sorted(found, key=lambda survey: _NEED_THEIR_LEAD.index(survey.phase)))

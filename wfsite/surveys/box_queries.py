"""What does not fit between the database and the ballot boxes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from wfsite.extensions import db
from wfsite.surveys.box import folder, store
from wfsite.surveys.box.envelopes import Halves, public_key
from wfsite.surveys.box.rules import Held, Manifest
from wfsite.surveys.models import Survey
from wfsite.surveys.rules import SurveyState


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

"""Closing a survey before its time, or calling it off."""

from datetime import datetime
from pathlib import Path

from wfsite.core.errors import Missing, NotNow
from wfsite.extensions import db
from wfsite.surveys.box import store
from wfsite.surveys.box.folder import box_waits
from wfsite.surveys.models import Survey
from wfsite.surveys.rules import SurveyState


def survey_close(survey_id: int, *, at: datetime, boxes: Path | None, cancel: bool = False) -> None:
    """Shut a survey's box for good; `tally.tally` counts it once this is committed, or destroys it unread.

    The box decides, and the index follows where it has the row. Closing twice is closing once. Raises `Missing` for
    a draft, `NotNow` where it is too early, is being opened or counted, or has no box to close; one that has none
    can be called off.
    """
    if boxes is None:
        raise NotNow("Surveys are closed on the machine that holds the ballot boxes.")
    has_box = _shut(survey_id, at=at, boxes=boxes, cancel=cancel)
    survey = db.session.get(Survey, survey_id, with_for_update=True)
    if not has_box:
        if survey is None or survey.state is SurveyState.DRAFT:
            raise Missing
        if box_waits(boxes, survey_id, survey.box_half):
            raise NotNow("This survey is being opened. Try again in a few minutes.")
        # It may have been put into its place between the two.
        has_box = _shut(survey_id, at=at, boxes=boxes, cancel=cancel)
        if not has_box and survey.state is SurveyState.OPEN and not cancel:
            raise NotNow("This survey has no ballot box here, so it cannot be closed. It can be called off.")
    if survey is not None and survey.state is SurveyState.OPEN and (survey.closed_at is None or not has_box):
        survey.closed_at, survey.version = min(at, survey.closes_at), survey.version + 1
        survey.state = SurveyState.OPEN if has_box else SurveyState.CLOSED
    db.session.flush()


def _shut(survey_id: int, *, at: datetime, boxes: Path, cancel: bool) -> bool:
    """Shut the box; False where there is none."""
    try:
        store.shut(boxes, survey_id, at=at, early=True, cancel=cancel)
    except store.Unfit:
        return False
    return True

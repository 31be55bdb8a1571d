"""Surveys on home: to answer, for their lead to look after, and to read once they are counted."""

from datetime import datetime

from flask import url_for

from wfsite.core.actor import Actor
from wfsite.core.clock import london_date
from wfsite.core.tasks import Reading, Task, Urgency, in_short
from wfsite.core.words import count_of, long_date, moment
from wfsite.surveys.answering.queries import WaitingSurvey, surveys_waiting
from wfsite.surveys.blueprint import boxes
from wfsite.surveys.comments.queries import WaitingComments, comments_waiting
from wfsite.surveys.counted_queries import latest_results
from wfsite.surveys.rules import Phase
from wfsite.surveys.survey_queries import ListedSurvey, surveys_to_look_after


def home_tasks(actor: Actor, *, at: datetime) -> list[Task]:
    """The surveys that wait for `actor`'s answers; for their lead, those to look after and comments to read."""
    to_answer = surveys_waiting(actor, at=at, boxes=boxes())
    to_look_after = surveys_to_look_after(seen_by=actor, at=at, boxes=boxes())
    to_read = comments_waiting(seen_by=actor)
    return [
        *in_short(to_answer, lambda survey: _to_answer(survey, at=at), lambda n: _rest(n, "to answer", Urgency.OPEN)),
        *in_short(to_look_after, _to_look_after, lambda n: _rest(n, "to look after", Urgency.TODAY)),
        *in_short(to_read, _to_read, lambda n: _rest(n, "with comments to read", Urgency.WAITING)),
    ]


def home_reading(actor: Actor, *, at: datetime) -> list[Reading]:
    """The latest results."""
    return [
        Reading(
            title=f"Results: {survey.title}",
            url=url_for("surveys.survey_results", survey_id=survey.id),
            detail=f"Closed on {long_date(london_date(survey.ended_at))}.",
            since=london_date(survey.ended_at),
        )
        for survey in latest_results(seen_by=actor)
    ]


def _rest(left: int, words: str, urgency: Urgency) -> Task:
    url = url_for("surveys.survey_list")
    tag = words[:1].upper() + words[1:] if words.startswith("to ") else "To read"
    return Task(title=f"{count_of(left, 'more survey')} {words}", url=url, tag=tag, urgency=urgency)


_NOT_TOLD = " Your sign-in has changed since it opened, so it is listed whether or not you have answered."


def _to_answer(survey: WaitingSurvey, *, at: datetime) -> Task:
    closes_today = london_date(survey.closes_at) == london_date(at)
    return Task(
        title=f"Answer the survey: {survey.title}",
        url=url_for("surveys.survey_answer", survey_id=survey.id),
        detail=f"Anonymous. Closes on {moment(survey.closes_at)}.{'' if survey.is_told else _NOT_TOLD}",
        tag="Closes today" if closes_today else "To answer" if survey.is_told else "Open",
        urgency=Urgency.TODAY if closes_today else Urgency.OPEN,
    )


def _to_read(waiting: WaitingComments) -> Task:
    return Task(
        title=f"Read the comments: {waiting.title}",
        url=url_for("surveys.comment_list", survey_id=waiting.survey_id),
        detail=f"{count_of(waiting.count, 'comment')} to release or withhold.",
        tag="To read",
        urgency=Urgency.WAITING,
    )


def _to_look_after(survey: ListedSurvey) -> Task:
    """What a survey needs of its lead, in the words of the page to which it leads."""
    match survey.phase:
        case Phase.HELD:
            title, tag, colour = f"See what is wrong with the survey: {survey.title}", "Held", "red"
        case Phase.LOST:
            title, tag, colour = f"This survey has no ballot box: {survey.title}", "No ballot box", "red"
        case _:
            title, tag, colour = f"Count the survey: {survey.title}", "To count", "blue"
    return Task(
        title=title,
        url=url_for("surveys.survey_close", survey_id=survey.id),
        detail=survey.where_it_stands,
        tag="Needs code" if survey.needs_code and tag == "To count" else tag,
        tag_colour=colour,
        urgency=Urgency.LATE if colour == "red" else Urgency.TODAY,
    )

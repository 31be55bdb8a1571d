"""What waits for a person, gathered from the rooms; each asks only for what the person may open."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from flask import current_app, url_for

from wfsite.core.actor import Actor
from wfsite.core.clock import london_date
from wfsite.core.permissions import Permission
from wfsite.core.tasks import Task
from wfsite.core.words import count_of, listed, moment
from wfsite.home.queries import first_steps
from wfsite.steering.plans.front_door import plan_tasks
from wfsite.surveys.answering.queries import surveys_waiting
from wfsite.surveys.queries import ListedSurvey, Phase, surveys_to_look_after
from wfsite.surveys.results.queries import comments_waiting
from wfsite.training.attendance.front_door import register_tasks
from wfsite.training.attendance.queries_sessions import registers_waiting
from wfsite.web.access import may, stamp_of

_MOST_OF_A_KIND = 8


def tasks_of(actor: Actor, *, at: datetime) -> list[Task]:
    """Everything that waits for `actor`, worst first."""
    found = [
        *_surveys(actor, at=at),
        *_registers(actor, at=at),
        *plan_tasks(actor, on=london_date(at)),
        *_survey_lead(actor, at=at),
        *_administrator(actor),
    ]
    return sorted(found, key=lambda task: task.rank)


def _surveys(actor: Actor, *, at: datetime) -> list[Task]:
    if not actor.can(Permission.SURVEY_ANSWER):
        return []
    return [
        Task(
            f"Answer the survey: {survey.title}",
            url_for("surveys.survey_answer", survey_id=survey.id),
            f"Anonymous. Closes on {moment(survey.closes_at)}.{'' if survey.is_told else _NOT_TOLD}",
            "Closes today"
            if london_date(survey.closes_at) == london_date(at)
            else "To answer"
            if survey.is_told
            else "Open",
            rank=1 if london_date(survey.closes_at) == london_date(at) else 3,
        )
        for survey in surveys_waiting(actor, at=at, boxes=_boxes())
    ]


_NOT_TOLD = " Your sign-in has changed since it opened, so it is listed whether or not you have answered."


def _boxes() -> Path | None:
    found: Path | None = current_app.extensions["settings"].boxes
    return found


def _registers(actor: Actor, *, at: datetime) -> list[Task]:
    if not actor.can(Permission.REGISTER_COMPLETE):
        return []
    return register_tasks(registers_waiting(actor, at=at), on=london_date(at), most=_MOST_OF_A_KIND)


def _survey_lead(actor: Actor, *, at: datetime) -> list[Task]:
    if not actor.can(Permission.SURVEY_MANAGE):
        return []
    to_read = [
        Task(
            f"Read the comments: {waiting.title}",
            url_for("surveys.comment_list", survey_id=waiting.survey_id),
            f"{count_of(waiting.count, 'comment')} to release or withhold.",
            "To read",
            rank=2,
        )
        for waiting in comments_waiting(seen_by=actor)
    ]
    return _to_look_after(surveys_to_look_after(seen_by=actor, at=at, boxes=_boxes())) + to_read


def _to_look_after(surveys: Sequence[ListedSurvey]) -> list[Task]:
    tasks = [_survey_task(survey) for survey in surveys[:_MOST_OF_A_KIND]]
    if left := len(surveys) - len(tasks):
        words = f"{count_of(left, 'more survey')} to look after"
        tasks.append(Task(words, url_for("surveys.survey_list"), "", "To look after", rank=1))
    return tasks


def _survey_task(survey: ListedSurvey) -> Task:
    """What a survey needs of its lead, in the words of the page to which it leads."""
    url = url_for("surveys.survey_close", survey_id=survey.id)
    match survey.phase:
        case Phase.HELD:
            title, tag, colour, rank = f"See what is wrong with the survey: {survey.title}", "Held", "red", 0
        case Phase.LOST:
            title, tag, colour, rank = f"This survey has no ballot box: {survey.title}", "No ballot box", "red", 0
        case _:
            tag = "Needs code" if survey.needs_code else "To count"
            title, colour, rank = f"Count the survey: {survey.title}", "blue", 1
    return Task(title, url, survey.where_it_stands, tag, colour, rank=rank)


def _administrator(actor: Actor) -> list[Task]:
    if not actor.can(Permission.PEOPLE_MANAGE):
        return []
    return [_first_step(words, endpoint) for words, done, endpoint in first_steps() if not done]


def _first_step(words: str, endpoint: str) -> Task:
    """A first step where they may take it themselves; else to the people, of whom one needs the role that may."""
    if may(endpoint):
        return Task(words, url_for(endpoint), "", "To do", rank=4)
    stamp = stamp_of(endpoint)
    roles = listed((f"“{role.label}”" for role in (stamp.roles if stamp else ())), last="or")
    return Task(
        f"Find somebody to {words[0].lower()}{words[1:]}",
        url_for("people.person_list"),
        f"It takes the role {roles}. Give somebody the role, or ask whoever has it.",
        "To do",
        rank=4,
    )

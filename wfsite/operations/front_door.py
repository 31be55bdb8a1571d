"""The installation on its administrator's home: what is wrong with it, and the way to what was changed."""

from collections.abc import Iterator
from datetime import datetime

from flask import current_app, url_for

from wfsite.core.actor import Actor
from wfsite.core.permissions import Permission
from wfsite.core.tasks import Line, Section, Task, Urgency, in_short
from wfsite.operations.fitness import site_problems

_COMMAND = "For whoever runs the server: flask wfsite check says the same."


def home_tasks(actor: Actor, *, at: datetime) -> list[Task]:
    """For an administrator: each problem of the installation. It leads nowhere, for no page mends it."""
    if not actor.can(Permission.PEOPLE_MANAGE):
        return []
    return in_short(site_problems(current_app.extensions["settings"], at=at), _problem_task, _rest)


def _problem_task(problem: str) -> Task:
    return Task(title=f"{problem}.", url="", detail=_COMMAND, tag="Problem", tag_colour="red", urgency=Urgency.LATE)


def _rest(left: int) -> Task:
    return _problem_task(f"{left:,} more problems of the installation")


def home_sections(actor: Actor, *, at: datetime) -> Iterator[Section]:
    """For an administrator: the way to the newest changes, and to who may do what."""
    lines = []
    if actor.can(Permission.AUDIT_READ):
        lines.append(
            Line(title="Newest changes", url=url_for("audit.event_list"), detail="Who changed what, the newest first.")
        )
    if actor.can(Permission.PEOPLE_MANAGE):
        lines.append(
            Line(title="People", url=url_for("people.person_list"), detail="Add people, give roles, close accounts.")
        )
    if lines:
        yield Section(title="Looking after the site", lines=lines)

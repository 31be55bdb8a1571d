"""What home itself adds to home: the first steps of a new site, for whoever sets it up."""

from datetime import datetime

from flask import url_for

from wfsite.core.actor import Actor
from wfsite.core.permissions import Permission
from wfsite.core.tasks import Task, Urgency
from wfsite.core.words import listed
from wfsite.home.queries import first_steps
from wfsite.web.access import may, stamp_of


def home_tasks(actor: Actor, *, at: datetime) -> list[Task]:
    """What a new site still lacks, in the order in which it is set up."""
    if not actor.can(Permission.PEOPLE_MANAGE):
        return []
    return [_first_step(words, endpoint) for words, done, endpoint in first_steps() if not done]


def _first_step(words: str, endpoint: str) -> Task:
    """A first step where they may take it themselves; else to the people, of whom one needs the role that may."""
    if may(endpoint):
        return Task(title=words, url=url_for(endpoint), tag="To do", urgency=Urgency.SETTING_UP)
    stamp = stamp_of(endpoint)
    roles = listed((f"“{role.label}”" for role in (stamp.roles if stamp else ())), last="or")
    return Task(
        title=f"Find somebody to {words[0].lower()}{words[1:]}",
        url=url_for("people.person_list"),
        detail=f"It takes the role {roles}. Give somebody the role, or ask whoever has it.",
        tag="To do",
        urgency=Urgency.SETTING_UP,
    )

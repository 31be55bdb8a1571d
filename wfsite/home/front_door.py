"""What home itself adds to home: the first steps of a new site, for whoever sets it up."""

from datetime import datetime

from flask import url_for

from wfsite.core.actor import Actor
from wfsite.core.permissions import Permission
from wfsite.core.tasks import Task, Urgency
from wfsite.home.queries import first_steps


def home_tasks(actor: Actor, *, at: datetime) -> list[Task]:
    """What a new site still lacks, in the order in which it is set up."""
    if not actor.can(Permission.PEOPLE_MANAGE):
        return []
    return [
        Task(title=words, url=url_for(endpoint), tag="To do", urgency=Urgency.SETTING_UP)
        for words, done, endpoint in first_steps()
        if not done
    ]

"""What home itself adds to home: the first steps of a new site, for whoever sets it up."""

from datetime import date, datetime

from flask import url_for

from wfsite.core.actor import Actor
from wfsite.core.clock import london_date
from wfsite.core.groups import seats_of
from wfsite.core.permissions import Permission, hats_with
from wfsite.core.tasks import Task, Urgency
from wfsite.core.words import listed
from wfsite.home.queries import first_steps
from wfsite.steering.plans.front_door import may_import
from wfsite.web.access import may, stamp_of


def home_tasks(actor: Actor, *, at: datetime) -> list[Task]:
    """What a new site still lacks, in the order in which it is set up."""
    if not actor.can(Permission.PEOPLE_MANAGE):
        return []
    on = london_date(at)
    return [_first_step(words, endpoint, actor, on=on) for words, done, endpoint in first_steps() if not done]


def _first_step(words: str, endpoint: str, actor: Actor, *, on: date) -> Task:
    """A first step where they may take it themselves; else to where somebody gets the role or seat that may."""
    if may(endpoint) and (endpoint != "steering.plan_import" or may_import(actor, on=on)):
        return Task(title=words, url=url_for(endpoint), tag="To do", urgency=Urgency.SETTING_UP)
    stamp = stamp_of(endpoint)
    seats = seats_of(hats_with(stamp.permission)) if stamp and stamp.permission else ()
    if seats:
        where = url_for("groups.group_list")
        role = listed((seat.label.lower() for seat in seats), last="or")
        what = f"It takes the group’s {role}. Add one on its members page."
    else:
        where = url_for("people.person_list")
        role = listed((f"“{role.label}”" for role in (stamp.roles if stamp else ())), last="or")
        what = f"It takes the role {role}. Give somebody the role, or ask whoever has it."
    title = f"Find somebody to {words[0].lower()}{words[1:]}"
    return Task(title=title, url=where, detail=what, tag="To do", urgency=Urgency.SETTING_UP)

"""The service navigation: at most six entries, and only those that the person may open."""

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for

from wfsite.core.actor import Actor
from wfsite.core.permissions import Role
from wfsite.web.access import actor_or_none, may
from wfsite.web.params import address_of_today, day_asked, shows_day


@dataclass(frozen=True, slots=True)
class Entry:
    """One link: its words, where it goes, and whether the page is in its area."""

    label: str
    url: str
    current: bool


# label, endpoint, blueprints that belong to the area
_AREAS = (
    ("Home", "home.home", ("home",)),
    ("Surveys", "surveys.survey_list", ("surveys",)),
    ("Training", "training.group_home", ("training", "issued")),
    ("Steering group", "steering.group_home", ("steering",)),
    ("Improvement board", "improvement.group_home", ("improvement",)),
    ("Admin", "people.person_list", ("people", "audit", "groups")),
)

# The pages of an area, in its second row.
_PAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "training": (
        ("The group", "training.group_home"),
        ("Sessions and registers", "training.session_list"),
        ("Attendance", "training.attendance_page"),
        ("Reports", "issued.document_list"),
    ),
    "steering": (
        ("The group", "steering.group_home"),
        ("Action plan", "steering.plan_page"),
        ("Workforce data", "steering.workforce_page"),
    ),
    "improvement": (
        ("The board", "improvement.group_home"),
        ("Workforce pillar", "improvement.pillar_page"),
    ),
    "people": (
        ("People", "people.person_list"),
        ("Agencies", "people.agency_list"),
        ("Teams", "people.team_list"),
        ("Professions", "people.profession_list"),
        ("Groups", "groups.group_list"),
        ("Who may do what", "people.access_page"),
        ("History", "audit.event_list"),
    ),
}


# Whose second row a room without one of its own stands in.
_HOSTS = {"audit": "people", "groups": "people", "issued": "training"}


# Role set → what its people may open: (label, address, endpoint, blueprints); the same for every request.
_Openable = tuple[tuple[str, str, str, tuple[str, ...]], ...]


def _openable(actor: Actor, key: str) -> _Openable:
    """The entries of a row that the person may open, worked out once for each set of roles, given and by seats."""
    known: dict[tuple[frozenset[Role], frozenset[Role], str], _Openable]
    known = current_app.extensions.setdefault("nav", {})
    asked = (actor.roles, actor.hats, key)
    if asked not in known:
        rows = _AREAS if key == "" else [(label, endpoint, ()) for label, endpoint in _PAGES.get(key, ())]
        known[asked] = tuple(
            (label, url_for(endpoint), endpoint, blueprints) for label, endpoint, blueprints in rows if may(endpoint)
        )
    return known[asked]


def areas() -> list[Entry]:
    """The first row."""
    actor = actor_or_none()
    if actor is None:
        return []
    blueprint = request.blueprint
    return [Entry(label, url, blueprint in areas) for label, url, _, areas in _openable(actor, "")]


def pages() -> list[Entry]:
    """The second row: the pages of the present area, when there are several; each at the day that is looked at."""
    actor, blueprint = actor_or_none(), request.blueprint
    if actor is None or blueprint is None:
        return []
    key = _HOSTS.get(blueprint, blueprint)
    here, suffix = request.endpoint, day_asked().suffix
    entries = [Entry(label, url + suffix, endpoint == here) for label, url, endpoint, _ in _openable(actor, key)]
    return entries if len(entries) > 1 else []


def init_app(app: Flask) -> None:
    """Give the layout both rows, and what it needs to name the day that a page shows."""
    app.jinja_env.globals.update(
        nav_areas=areas, nav_pages=pages, day_asked=day_asked, shows_day=shows_day, address_of_today=address_of_today
    )

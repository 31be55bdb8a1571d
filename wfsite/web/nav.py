"""The service navigation: at most six entries, and only those that the person may open."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for

from wfsite.web.access import actor_or_none, may


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
    ("Training", "training.group_home", ("training",)),
    ("Steering group", "steering.group_home", ("steering",)),
    ("Improvement board", "improvement.group_home", ("improvement",)),
    ("Admin", "people.person_list", ("people", "audit")),
)

# The pages of an area, in its second row.
_PAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "training": (
        ("The group", "training.group_home"),
        ("Sessions and registers", "training.session_list"),
        ("Attendance", "training.attendance_page"),
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
        ("History", "audit.event_list"),
    ),
}


def areas() -> list[Entry]:
    """The first row."""
    if actor_or_none() is None:
        return []
    return [
        Entry(label, url_for(endpoint), request.blueprint in blueprints)
        for label, endpoint, blueprints in _AREAS
        if may(endpoint)
    ]


def pages() -> list[Entry]:
    """The second row: the pages of the present area, when there are several."""
    if actor_or_none() is None or request.blueprint is None:
        return []
    key = "people" if request.blueprint == "audit" else request.blueprint
    entries = [
        Entry(label, url_for(endpoint), request.endpoint == endpoint)
        for label, endpoint in _PAGES.get(key, ())
        if may(endpoint)
    ]
    return entries if len(entries) > 1 else []


def init_app(app: Flask) -> None:
    """Give both rows to the layout."""
    helpers: dict[str, Any] = {"nav_areas": areas, "nav_pages": pages}
    app.jinja_env.globals.update(helpers)

"""The group's front door, and all pages behind it: importing this module adds the routes to the blueprint."""

from dataclasses import replace

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.core.permissions import Permission
from wfsite.core.tasks import Headline
from wfsite.groups.front_door import group_page
from wfsite.groups.models import GroupKind
from wfsite.training.attendance import views as attendance_views
from wfsite.training.attendance.front_door import attendance_figures, home_tasks
from wfsite.training.attendance.report.queries import quarter_headlines
from wfsite.training.blueprint import blueprint
from wfsite.web.access import acting, may, requires
from wfsite.web.params import now

__all__ = ["attendance_views", "blueprint"]


@blueprint.get("/training")
@requires(Permission.GROUP_READ)
def group_home() -> Response:
    """The group's front door: the registers that wait for the reader, and the latest quarter in a few figures."""
    return group_page(GroupKind.TRAINING, waiting=home_tasks(acting(), at=now()), figures=_figures())


def _figures() -> list[Headline]:
    found = quarter_headlines(seen_by=acting(), at=now())
    url = url_for("training.attendance_page", quarter=found.quarter) if may("training.attendance_page") else ""
    figures = attendance_figures(found, url=url)
    # The page behind the figures is headed by its quarter; here the first of them names it.
    return [replace(one, detail=f"{one.detail}. {found.quarter.label}") for one in figures[:1]] + figures[1:]

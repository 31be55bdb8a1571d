"""The group's front door, and all pages behind it: importing this module adds the routes to the blueprint."""

from werkzeug.wrappers import Response

from wfsite.core.groups import GroupKind
from wfsite.core.permissions import Permission
from wfsite.groups.front_door import group_page
from wfsite.training.attendance import views as attendance_views
from wfsite.training.attendance.front_door import home_tasks, latest_figures
from wfsite.training.blueprint import blueprint
from wfsite.web.access import acting, requires
from wfsite.web.params import now

__all__ = ["attendance_views", "blueprint"]


@blueprint.get("/training")
@requires(Permission.GROUP_READ)
def group_home() -> Response:
    """The group's front door: the registers that wait for the reader, and the latest quarter in a few figures."""
    actor, at = acting(), now()
    return group_page(GroupKind.TRAINING, waiting=home_tasks(actor, at=at), figures=latest_figures(actor, at=at))

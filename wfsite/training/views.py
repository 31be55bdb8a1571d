"""The group's front door, and all pages behind it: importing this module adds the routes to the blueprint."""

from werkzeug.wrappers import Response

from wfsite.core.groups import GroupKind
from wfsite.core.permissions import Permission
from wfsite.groups.front_door import front_page
from wfsite.training.blueprint import blueprint
from wfsite.training.front_door import home_tasks, latest_figures
from wfsite.training.registers import closing_views, session_views
from wfsite.training.registers import views as register_views
from wfsite.training.registers.walk_ins import views as walk_in_views
from wfsite.training.reports import views as report_views
from wfsite.web.access import acting, requires
from wfsite.web.params import now

__all__ = ["blueprint", "closing_views", "register_views", "report_views", "session_views", "walk_in_views"]


@blueprint.get("/training")
@requires(Permission.GROUP_READ)
def group_home() -> Response:
    """The group's front door: the registers that wait for the reader, and the latest quarter in a few figures."""
    actor, at = acting(), now()
    return front_page(GroupKind.TRAINING, waiting=home_tasks(actor, at=at), figures=latest_figures(actor, at=at))

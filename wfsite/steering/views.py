"""The group's front door, and all pages behind it: importing this module adds the routes to the blueprint."""

from werkzeug.wrappers import Response

from wfsite.core.permissions import Permission
from wfsite.groups.front_door import group_page
from wfsite.groups.models import GroupKind
from wfsite.steering.blueprint import blueprint
from wfsite.steering.plans import action_views, views as plan_views
from wfsite.steering.workforce import views as workforce_views
from wfsite.web.access import requires

__all__ = ["action_views", "blueprint", "plan_views", "workforce_views"]


@blueprint.get("/steering")
@requires(Permission.GROUP_READ)
def group_home() -> Response:
    """The group's front door."""
    return group_page(GroupKind.STEERING, waiting=[], figures=[])

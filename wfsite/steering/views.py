"""The group's front door, and all pages behind it: importing this module adds the routes to the blueprint."""

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.core.groups import GroupKind
from wfsite.core.permissions import Permission
from wfsite.groups.front_door import front_page
from wfsite.steering.blueprint import blueprint
from wfsite.steering.plans import action_views, date_views
from wfsite.steering.plans import front_door as plans_door
from wfsite.steering.plans import views as plan_views
from wfsite.steering.plans.headline_queries import plan_headlines
from wfsite.steering.workforce import front_door as workforce_door
from wfsite.steering.workforce import month_views
from wfsite.steering.workforce import views as workforce_views
from wfsite.steering.workforce.headline_queries import workforce_headlines
from wfsite.web.access import acting, requires
from wfsite.web.params import now, today

__all__ = ["action_views", "blueprint", "date_views", "month_views", "plan_views", "workforce_views"]


@blueprint.get("/steering")
@requires(Permission.GROUP_READ)
def group_home() -> Response:
    """The group's front door: what waits for the reader, and the plan and workforce in a few figures."""
    actor, at = acting(), now()
    figures = plans_door.plan_figures(plan_headlines(on=today())) if actor.can(Permission.PLAN_READ) else []
    if actor.can(Permission.WORKFORCE_READ):
        figures += workforce_headlines(as_at=at, url=lambda area_id: url_for("steering.workforce_page", area=area_id))
    waiting = [*plans_door.home_tasks(actor, at=at), *workforce_door.home_tasks(actor, at=at)]
    return front_page(GroupKind.STEERING, waiting=waiting, figures=figures)

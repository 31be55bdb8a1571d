"""The first page of each person, and the two addresses that tell a monitor how the site is."""

from sqlalchemy import text
from werkzeug.wrappers import Response

from wfsite.core.permissions import Permission
from wfsite.extensions import db
from wfsite.home.blueprint import blueprint
from wfsite.home.tasks import tasks_of
from wfsite.steering.plans.front_door import date_news_tasks, plan_figures
from wfsite.steering.plans.headline_queries import plan_headlines
from wfsite.training.attendance.queries_sessions import sessions_booked_by
from wfsite.web.access import acting, public, requires
from wfsite.web.params import now, today
from wfsite.web.respond import page

__all__ = ["blueprint"]


@blueprint.get("/")
@requires(Permission.HOME_READ)
def home() -> Response:
    """What needs me today."""
    actor, at = acting(), now()
    return page(
        "home/home.html",
        tasks=tasks_of(actor, at=at),
        dates=date_news_tasks(actor, on=today()),
        figures=plan_figures(plan_headlines(on=today())) if actor.can(Permission.PLAN_READ) else [],
        booked=sessions_booked_by(actor, at=at)[:3],
    )


@blueprint.get("/healthz")
@public("a monitor asks whether the process answers")
def healthz() -> tuple[str, int, dict[str, str]]:
    """Whether the process answers."""
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/readyz")
@public("a monitor asks whether the database answers")
def readyz() -> tuple[str, int, dict[str, str]]:
    """Whether the database answers; 503 from the error handlers when it does not."""
    db.session.execute(text("SELECT 1"))
    return "ready\n", 200, {"Content-Type": "text/plain; charset=utf-8"}

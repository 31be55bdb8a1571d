"""The first page of each person, and the two addresses that tell a monitor how the site is."""

from sqlalchemy import text
from werkzeug.wrappers import Response

from wfsite.core.contributions import HOME_READING, HOME_SECTIONS, HOME_TASKS
from wfsite.core.permissions import Permission
from wfsite.core.tasks import MOST_OF_A_KIND, newest_first, ranked
from wfsite.extensions import db
from wfsite.home.blueprint import blueprint
from wfsite.web.access import acting, public, requires
from wfsite.web.gathering import gathered
from wfsite.web.params import now
from wfsite.web.respond import page

__all__ = ["blueprint"]


@blueprint.get("/")
@requires(Permission.HOME_READ)
def home() -> Response:
    """What needs me today, then what my role looks at; who has neither is told what there is to read."""
    actor, at = acting(), now()
    tasks = gathered(HOME_TASKS, actor, at=at)
    sections = gathered(HOME_SECTIONS, actor, at=at)
    unread = [*tasks.unread, *sections.unread]
    reading = []
    if not tasks.items:
        found = gathered(HOME_READING, actor, at=at)
        reading = newest_first(found.items)[:MOST_OF_A_KIND]
        unread += found.unread
    return page(
        "home/home.html",
        tasks=ranked(tasks.items),
        sections=sections.items,
        reading=reading,
        unread=list(dict.fromkeys(unread)),
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

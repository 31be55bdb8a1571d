"""The first page of each person, and the two addresses that tell a monitor how the site is."""

from collections.abc import Iterable

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.core.actor import Actor
from wfsite.core.contributions import HOME_READING, HOME_SECTIONS, HOME_TASKS
from wfsite.core.permissions import Permission
from wfsite.core.tasks import MOST_OF_A_KIND, Task, newest_first, ranked
from wfsite.home import queries
from wfsite.home.blueprint import blueprint
from wfsite.outbox import services
from wfsite.outbox.front_door import NoticeLine, notice_lines, notices_to_see
from wfsite.outbox.queries import notice_page
from wfsite.web.access import acting, public, requires
from wfsite.web.gathering import gathered
from wfsite.web.params import now, query_page, today
from wfsite.web.respond import hx_event, is_htmx, page, see

__all__ = ["blueprint"]


@blueprint.get("/")
@requires(Permission.HOME_READ)
def home() -> Response:
    """What needs me today, then what my role looks at; who has nothing to do is told what there is to read."""
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
        notices=_news(actor, tasks.items),
        tasks=ranked(tasks.items),
        sections=sections.items,
        reading=reading,
        unread=list(dict.fromkeys(unread)),
    )


def _news(actor: Actor, tasks: Iterable[Task]) -> list[NoticeLine]:
    """The notices that wait for somebody; what a task leads to stands there, and not here too."""
    said = {task.url for task in tasks}
    return [line for line in notices_to_see(actor, on=today()) if line.url not in said]


@blueprint.post("/notices/<id:notice_id>/seen")
@requires(Permission.HOME_READ)
def notice_seen(notice_id: int) -> Response:
    """I know of it: it leaves my home page, and the next one has the focus."""
    actor, at = acting(), now()
    services.notice_seen(notice_id, by=actor, at=at)
    if not is_htmx():
        return see(url_for("home.home"))
    left = _news(actor, gathered(HOME_TASKS, actor, at=at).items)
    older = [line.id for line in left[:MOST_OF_A_KIND] if line.id < notice_id]
    newer = [line.id for line in left[:MOST_OF_A_KIND] if line.id > notice_id]
    following = f"seen-{older[0] if older else newer[-1]}" if left else "notices"
    return hx_event(page("home/_notices.html", notices=left), said="Seen", **{"focus-on": following})


@blueprint.get("/notices")
@requires(Permission.HOME_READ)
def notice_list() -> Response:
    """Everything that I was told within a year or have not seen, and when I saw it."""
    actor = acting()
    kept = notice_page(actor, page=query_page())
    lines = notice_lines(kept.rows, seen_by=actor, on=today())
    return page("home/notice_list.html", notices=lines, number=kept.number, pages=kept.pages)


@blueprint.get("/healthz")
@public("a monitor asks whether the process answers")
def healthz() -> tuple[str, int, dict[str, str]]:
    """Whether the process answers."""
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/readyz")
@public("a monitor asks whether the database answers")
def readyz() -> tuple[str, int, dict[str, str]]:
    """Whether the database answers; 503 from the error handlers when it does not."""
    queries.database_answers()
    return "ready\n", 200, {"Content-Type": "text/plain; charset=utf-8"}

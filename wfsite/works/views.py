"""How far a piece of work is, for whoever may do the same; when it is over, what became of it."""

from functools import partial

from flask import current_app, url_for
from werkzeug.wrappers import Response

from wfsite.core.errors import Missing
from wfsite.core.permissions import Permission
from wfsite.web.access import acting, requires
from wfsite.web.params import now, query_text, today
from wfsite.web.respond import hx_event, is_htmx, nothing_new, page_or_part, see
from wfsite.web.transaction import after_commit
from wfsite.works.blueprint import blueprint
from wfsite.works.kinds import WORK_SHOWN, Show, offered
from wfsite.works.queries import work_page as read_work
from wfsite.works.runner import Runners
from wfsite.works.running import work_run
from wfsite.works.services import work_ask

__all__ = ["begin", "blueprint"]


def begin(kind: str, subject_id: int, *, is_small: bool) -> str:
    """Ask for work on what this request has written, to begin once that is kept; the address of its page.

    What is small is done before the answer leaves; only for what takes a tenth of a second, in no view that waits.
    """
    work = work_ask(kind, subject_id, by=acting().person_id, at=now())
    if is_small:
        after_commit(partial(work_run, work.id, current_app.extensions["clock"]))
    elif work.is_new:  # asked for again and again while it is under way, it has its runner
        after_commit(_runners().start)
    return url_for("works.work_page", work_id=work.id)


def _runners() -> Runners:
    found: Runners = current_app.extensions["runners"]
    return found


def _show(kind: str) -> Show:
    """What shows a kind of work; raises `Missing` for a kind that this release does not know."""
    try:
        return offered(WORK_SHOWN, kind)
    except LookupError:
        raise Missing from None


@blueprint.get("/works/<id:work_id>")
@requires(Permission.HOME_READ)
def work_page(work_id: int) -> Response:
    """How far it is; asks again by itself where it can. When it is over it leads to what became of it."""
    at = now()
    work = read_work(work_id, at=at)
    shown = _show(work.kind)(work.subject_id, seen_by=acting(), on=today())
    if work.is_over:
        return see(shown.url)
    if work.is_left(at=at):
        _runners().start_again()
    how_far = work.how_far
    if is_htmx() and query_text("seen", most=400) == how_far.mark:
        return nothing_new()
    response = page_or_part("works/work_page.html", "works/_how_far.html", work=work, how_far=how_far, shown=shown)
    if is_htmx() and query_text("step", most=400) != how_far.step:
        hx_event(response, said=how_far.sentence)
    return response

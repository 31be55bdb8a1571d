"""The list of sessions."""

from datetime import datetime, time

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.core.clock import at_london
from wfsite.core.permissions import Permission, Reach
from wfsite.training.attendance.queries_sessions import When
from wfsite.training.attendance.queries_sessions import session_list as sessions_shown
from wfsite.training.blueprint import blueprint
from wfsite.web.access import acting, requires
from wfsite.web.params import now, query_choice, query_flag, query_page, today
from wfsite.web.respond import page_or_part

_LABEL_WITH_OPEN = "Open, and from today on"


@blueprint.get("/training/sessions")
@requires(Permission.TRAINING_READ)
def session_list() -> Response:
    """Sessions, filtered; people who read only their own see those where they have a place."""
    actor = acting()
    when = query_choice("when", When) or When.UPCOMING
    sees_all = actor.can(Permission.TRAINING_READ, Reach.TEAM)
    open_only = query_flag("open") and sees_all
    found = sessions_shown(
        when=when, open_only=open_only, page=query_page(), seen_by=actor, at=now(), since=_start_of_today()
    )
    return page_or_part(
        "training/session_list.html",
        "training/_session_list.html",
        found=found,
        heading="Sessions and registers" if sees_all else "Your training sessions",
        sessions_url=url_for("training.session_list"),
        query=f"?when={when}{'&open=1' if open_only else ''}",
        when=when,
        choices=[
            (choice, _LABEL_WITH_OPEN if sees_all and choice is When.UPCOMING else choice.label) for choice in When
        ],
        open_only=open_only,
        sees_all=sees_all,
        completes=actor.can(Permission.REGISTER_COMPLETE, Reach.ALL),
        at=now(),
    )


def _start_of_today() -> datetime:
    return at_london(today(), time.min)

"""The list of sessions, and the file of it."""

from datetime import time

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.core.clock import at_london
from wfsite.core.permissions import Permission, Reach
from wfsite.training.blueprint import blueprint
from wfsite.training.registers import session_queries as queries
from wfsite.training.registers.session_queries import SESSION_SORTS, SessionFilter, When
from wfsite.training.registers.session_sheets import (
    OWN_SESSIONS_HEADER,
    SESSIONS_HEADER,
    own_session_cells,
    session_cells,
)
from wfsite.web.access import acting, requires
from wfsite.web.lists import Asked, list_file, list_page
from wfsite.web.params import now, today
from wfsite.web.waiting import waits

_LABEL_WITH_OPEN = "Open, and from today on"


@blueprint.get("/training/sessions")
@requires(Permission.TRAINING_READ)
def session_list() -> Response:
    """Sessions, filtered; people who read only their own see those where they have a place."""
    asked, wanted = _asked()
    found = queries.session_list(wanted, key=asked.key)
    return list_page(
        "training/registers/session_list.html",
        "training/registers/_session_list.html",
        asked=asked,
        found=found,
        counted=found.words("session"),
        heading=_heading(),
        sessions_url=url_for("training.session_list"),
        sees_all=_sees_all(),
        completes=acting().can(Permission.REGISTER_COMPLETE, Reach.ALL),
        at=wanted.at,
    )


@blueprint.get("/training/sessions/export")
@waits
@requires(Permission.TRAINING_READ)
def session_export() -> Response:
    """The sessions of the same filters as a file, to whoever sees only their own with their own place."""
    asked, wanted = _asked()
    header, cells = (SESSIONS_HEADER, session_cells) if _sees_all() else (OWN_SESSIONS_HEADER, own_session_cells)
    return list_file(
        asked,
        "sessions",
        header,
        lambda most: [cells(row, at=wanted.at) for row in queries.sessions_to_export(wanted, most=most)],
        title=_heading(),
    )


def _asked() -> tuple[Asked, SessionFilter]:
    """What the address asks for: for the page, and for the query."""
    asked, sees_all = Asked("training.session_list", part="sessions"), _sees_all()
    when = asked.member(
        "when",
        "When",
        When,
        words=lambda one: _LABEL_WITH_OPEN if sees_all and one is When.UPCOMING else one.label,
        usual=When.UPCOMING,
    )
    open_only = asked.tick("open", "Register still open") if sees_all else False
    by = asked.order(*SESSION_SORTS, usual="todo" if when is When.UPCOMING else "-when")
    since = at_london(today(), time.min)
    wanted = SessionFilter(when=when, open_only=open_only, sort=by, seen_by=acting(), at=now(), since=since)
    return asked, wanted


def _sees_all() -> bool:
    return acting().can(Permission.TRAINING_READ, Reach.TEAM)


def _heading() -> str:
    return "Sessions and registers" if _sees_all() else "Your training sessions"

"""The stamp that every view carries, and the one guard that reads it. No stamp, no entry."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app, request
from flask_login import current_user
from werkzeug.wrappers import Response

from wfsite.core.actor import Actor
from wfsite.core.permissions import Permission, Reach, Role, roles_with
from wfsite.db.engine import SAFE_METHODS
from wfsite.web.form_tokens import drawn_for

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a view asks of whoever calls it; `permission` None means public, for `reason`."""

    permission: Permission | None
    reach: Reach = Reach.OWN
    reason: str = ""

    def admits(self, actor: Actor | None) -> bool:
        """Whether `actor` may call the view at all; which rows they reach is the query's affair."""
        return self.permission is None or (actor is not None and actor.can(self.permission, self.reach))

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles of which each one by itself lets somebody call the view, some of them for their groups only."""
        if self.permission is None:
            return tuple(Role)
        able = roles_with(self.permission, self.reach)
        return tuple(role for role in Role if role in able)


def requires(permission: Permission, reach: Reach = Reach.OWN) -> Callable[[View], View]:
    """Stamp a view as open to people whose reach for `permission` covers `reach`."""

    def stamped(view: View) -> View:
        view.stamp = Stamp(permission, reach)  # type: ignore[attr-defined]
        return view

    return stamped


def public(reason: str) -> Callable[[View], View]:
    """Stamp a view as open to anybody, saying why."""

    def stamped(view: View) -> View:
        view.stamp = Stamp(None, reason=reason)  # type: ignore[attr-defined]
        return view

    return stamped


def stamp_of(endpoint: str) -> Stamp | None:
    """The stamp of an endpoint's view, or None."""
    return cast("Stamp | None", getattr(current_app.view_functions.get(endpoint), "stamp", None))


def actor_or_none() -> Actor | None:
    """Whoever is signed in, or None."""
    actor = current_user._get_current_object()
    return actor if isinstance(actor, Actor) else None


def acting() -> Actor:
    """Whoever is signed in; only for views whose stamp asks for a permission."""
    actor = actor_or_none()
    if actor is None:
        abort(403)
    return actor


def may(endpoint: str) -> bool:
    """Whether the person signed in may call `endpoint`: what a template asks before it shows a button."""
    stamp = stamp_of(endpoint)
    return stamp is not None and stamp.admits(actor_or_none())


def may_for(endpoint: str, group_id: int) -> bool:
    """Whether the person signed in may call `endpoint` for a group."""
    stamp, actor = stamp_of(endpoint), actor_or_none()
    if actor is None or stamp is None or stamp.permission is None:
        return False
    return stamp.admits(actor) and actor.can_for(stamp.permission, group_id)


def guard() -> Response | None:
    """Before each request: sign-in for the anonymous, 403 for the rest, nothing for the entitled."""
    if request.endpoint is None:
        return None  # 404 or 405: the error handlers answer
    stamp = stamp_of(request.endpoint)
    if stamp is None:
        abort(403)
    if stamp.permission is None:
        return None  # nobody needs to be known, and /healthz not even the database
    actor = actor_or_none()
    if stamp.admits(actor):
        return None
    if actor is not None and not _is_somebody_elses(actor):
        abort(403)
    return cast(Response, current_app.extensions["sign_in_first"]())


def _is_somebody_elses(actor: Actor) -> bool:
    """Whether the form that was sent stood on another person's page, who was signed in here before."""
    return request.method not in SAFE_METHODS and drawn_for() not in (None, actor.person_id)


def init_app(app: Flask) -> None:
    """Put the guard before every view and `may` into templates."""
    app.before_request(guard)
    app.jinja_env.globals.update(may=may, may_for=may_for)
    static = app.view_functions.get("static")
    if static is not None:
        # A bound method takes no stamp.
        served = cast(Callable[..., Any], static)
        app.view_functions["static"] = public("style, script and pictures hold nothing private")(
            lambda **values: served(**values)
        )

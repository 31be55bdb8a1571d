"""From the cookie to the person who acts: one statement, whatever the page."""

import hashlib

from sqlalchemy import and_, bindparam, select

from wfsite.core.actor import Actor
from wfsite.extensions import db, login_manager
from wfsite.people.models import Person, RoleGrant, SignIn
from wfsite.web.params import now

_ACTOR = (
    select(Person.id, Person.name, Person.email, Person.agency_id, Person.team_id, RoleGrant.role)
    .select_from(SignIn)
    .join(
        Person,
        and_(Person.id == SignIn.person_id, Person.active),
    )
    .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
    .where(
        SignIn.token_hash == bindparam("token_hash"),
        SignIn.ended_at.is_(None),
        SignIn.expires_at > bindparam("now"),
    )
)


def token_hash(token: str) -> bytes:
    """What the database keeps of a cookie's token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def load_actor(token: str) -> Actor | None:
    """The person behind an open sign-in, or None."""
    rows = db.session.execute(_ACTOR, {"token_hash": token_hash(token), "now": now()}).all()
    if not rows:
        return None
    first = rows[0]
    roles = frozenset(row.role for row in rows if row.role is not None)
    return Actor(first.id, first.name, first.email, first.agency_id, first.team_id, roles, token)


def init_app() -> None:
    """Tell flask-login how people are found."""
    login_manager.user_loader(load_actor)
    # The server-side record decides; an address or browser that changes on the way home signs nobody out.
    login_manager.session_protection = None

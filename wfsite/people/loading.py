"""From the cookie to the person who acts, with their roles and seats: one statement, whatever the page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from sqlalchemy import ColumnElement, Select, and_, bindparam, select

from wfsite.core.actor import Actor, Seat
from wfsite.core.clock import london_date
from wfsite.extensions import db, login_manager
from wfsite.people.credentials import credential_of, token_hash
from wfsite.people.models import Person, RoleGrant, SignIn
from wfsite.web.params import now

# The room above that keeps the seats says how a statement finds those of a person on the day `on`: with columns
# `seat_group_id` (None for no seat), `seat_kind` and `seat_role`.
Seated = Callable[[Select[*tuple[Any, ...]], ColumnElement[int]], Select[*tuple[Any, ...]]]

# Plain table columns: an ORM select costs half as much again, and this one runs on every page.
_person, _grant, _sign_in = Person.__table__.c, RoleGrant.__table__.c, SignIn.__table__.c
_ACTOR = (
    select(
        _person.id,
        _person.name,
        _person.email,
        _person.agency_id,
        _person.team_id,
        _person.password_hash,
        _grant.role,
    )
    .select_from(
        SignIn.__table__.join(Person.__table__, and_(_person.id == _sign_in.person_id, _person.active)).outerjoin(
            RoleGrant.__table__, _grant.person_id == _person.id
        )
    )
    .where(
        _sign_in.token_hash == bindparam("token_hash"),
        _sign_in.ended_at.is_(None),
        _sign_in.expires_at > bindparam("now"),
    )
)


@dataclass(frozen=True, slots=True)
class SignInCookie:
    """What the signed cookie says: who signed in, by what credential, and the token of the sign-in."""

    person_id: int
    credential: str
    token: str


def sign_in_cookie(text: str) -> SignInCookie | None:
    """The parts of what `Actor.get_id` made; None for anything else, as the first release's cookies."""
    person_id, _, rest = text.partition(".")
    credential, dot, token = rest.partition(".")
    if not (dot and person_id.isascii() and person_id.isdigit()):
        return None
    return SignInCookie(int(person_id), credential, token)


def load_actor(text: str) -> Actor | None:
    """The person behind an open sign-in, or None.

    The cookie is signed and says who signed in and by what: a record that was made to point at somebody else lets
    nobody in, and a password that was planted lets nobody stay in once the old one is put back.
    """
    cookie = sign_in_cookie(text)
    if cookie is None:
        return None
    at = now()
    values = {"token_hash": token_hash(cookie.token), "now": at, "on": london_date(at)}
    rows = db.session.execute(current_app.extensions["who acts"], values).all()
    if not rows or rows[0].id != cookie.person_id:
        return None
    first = rows[0]
    key = current_app.extensions["settings"].secret_key
    if cookie.credential != credential_of(first.id, first.password_hash, key=key):
        return None
    seats = {Seat(row.seat_group_id, row.seat_kind, row.seat_role) for row in rows if row.seat_group_id is not None}
    return Actor(
        person_id=first.id,
        name=first.name,
        email=first.email,
        agency_id=first.agency_id,
        team_id=first.team_id,
        roles=frozenset(row.role for row in rows if row.role is not None),
        sign_in_token=cookie.token,
        credential=cookie.credential,
        seats=tuple(sorted(seats, key=lambda seat: seat.group_id)),
    )


def init_app(app: Flask, *, seated: Seated) -> None:
    """Tell flask-login how people are found, and with them the seats that they hold."""
    app.extensions["who acts"] = seated(_ACTOR, _person.id)
    login_manager.user_loader(load_actor)
    # The server-side record decides; an address or browser that changes on the way home signs nobody out.
    login_manager.session_protection = None

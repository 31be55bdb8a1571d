"""Signed-in people for the load client: cookies and CSRF tokens made without a request."""

import secrets
from dataclasses import dataclass

from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from wfsite.core.clock import system_clock
from wfsite.extensions import db
from wfsite.people.credentials import credentials_of
from wfsite.people.signing_in import sign_in_start


@dataclass(frozen=True)
class SignedIn:
    """A cookie header and a token that fits it."""

    cookie: str
    token: str


def sign_in(app: Flask, person_id: int) -> SignedIn:
    """Start a sign-in for somebody, as the sign-in page would, and commit it."""
    raw = secrets.token_hex(20)
    token = sign_in_start(person_id, now=system_clock())
    credential = credentials_of([person_id], key=str(app.secret_key))[person_id] or ""
    session = {"_user_id": f"{person_id}.{credential}.{token}", "csrf_token": raw, "_fresh": True}
    db.session.commit()
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    token = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps(raw)
    return SignedIn(f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps(session)}", str(token))

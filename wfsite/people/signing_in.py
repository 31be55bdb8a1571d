"""Signing in and out, and setting a password: acts on sign-in records, slowed down when somebody guesses."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from wfsite.core.errors import RuleBroken, TooMany
from wfsite.extensions import db
from wfsite.people.loading import token_hash
from wfsite.people.models import Person, SignIn, SignInThrottle

LASTS = timedelta(hours=12)
_FREE_TRIES = 5
_LONGEST_WAIT = 60
_FORGOTTEN_AFTER = timedelta(hours=1)

WRONG = "Email or password is wrong"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is needed to check a password, read before the slow hash so that no lock is held during it."""

    person_id: int | None
    stored_hash: str | None
    failures: int
    bucket: bytes


def credentials_for(email: str, *, device: str, key: str, now: datetime) -> Credentials:
    """The stored hash for an address, or a stand-in that no password fits. Raises `TooMany` while waiting.

    Tries are counted per address and per known device, so that a stranger's guessing slows the stranger,
    not the person who signs in every day from the same browser.
    """
    bucket = hmac.digest(key.encode(), f"{email}\n{device}".encode("utf-8", "replace"), hashlib.sha256)
    throttle = db.session.get(SignInThrottle, bucket)
    failures = 0
    if throttle and now - throttle.next_try_at < _FORGOTTEN_AFTER:
        failures = throttle.failures
        wait = int((throttle.next_try_at - now).total_seconds()) + 1
        if throttle.next_try_at > now:
            raise TooMany(f"Wait {wait} seconds, then try again.", seconds=wait)
    person = db.session.execute(
        select(Person.id, Person.password_hash).where(Person.email == email, Person.active)
    ).one_or_none()
    return Credentials(person.id if person else None, person.password_hash if person else None, failures, bucket)


def sign_in_refused(found: Credentials, *, now: datetime) -> None:
    """Count a wrong password; from the sixth on, the next try must wait 1, 2, 4 … 60 seconds."""
    failures = found.failures + 1
    wait = 0 if failures < _FREE_TRIES else min(2 ** (failures - _FREE_TRIES), _LONGEST_WAIT)
    db.session.merge(
        SignInThrottle(address_hash=found.bucket, failures=failures, next_try_at=now + timedelta(seconds=wait))
    )
    db.session.flush()


def sign_in_start(person_id: int, *, bucket: bytes | None = None, now: datetime) -> str:
    """Open a sign-in record; returns the token for the cookie."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        SignIn(token_hash=token_hash(token), person_id=person_id, started_at=now, expires_at=now + LASTS)
    )
    if bucket:
        db.session.execute(delete(SignInThrottle).where(SignInThrottle.address_hash == bucket))
    db.session.flush()
    return token


def sign_in_end(token: str, *, now: datetime) -> None:
    """Close one sign-in; the cookie is worthless from here on."""
    db.session.execute(update(SignIn).where(SignIn.token_hash == token_hash(token)).values(ended_at=now))


def sign_ins_end(person_id: int, *, but: str = "", now: datetime) -> None:
    """Close all of a person's sign-ins, except the one whose token is `but`."""
    db.session.execute(
        update(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.token_hash != token_hash(but))
        .values(ended_at=now)
    )


def password_set(person_id: int, hashed: str, *, but: str = "", now: datetime) -> None:
    """Store a new password's hash and end the person's other sign-ins."""
    person = db.session.get(Person, person_id)
    if person is None or not person.active:
        raise RuleBroken("password", "This account is closed. Ask an administrator of this site")
    person.password_hash = hashed
    person.version += 1
    sign_ins_end(person_id, but=but, now=now)
    db.session.flush()


def stored_hash(person_id: int) -> str | None:
    """The stored hash of somebody's password, or None."""
    return db.session.scalar(select(Person.password_hash).where(Person.id == person_id))

"""Signing in and out, and setting a password: acts on sign-in records, slowed down when somebody guesses."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from wfsite.core.errors import RuleBroken, TooMany
from wfsite.core.words import count_of
from wfsite.extensions import db
from wfsite.people.credentials import token_hash
from wfsite.people.models import Person, SignIn, SignInThrottle

LASTS = timedelta(hours=12)
_FREE_TRIES = 5
_LONGEST_WAIT = 60
_FORGOTTEN_AFTER = timedelta(hours=1)

WRONG = "Email or password is wrong"


@dataclass(frozen=True, slots=True)
class Device:
    """A browser in which somebody signed in before."""

    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is needed to check a password, read before the slow hash so that no lock is held during it."""

    person_id: int | None
    stored_hash: str | None
    bucket: bytes


@dataclass(frozen=True, slots=True)
class AccountState:
    """Whether an account is open, and the stored hash of its password."""

    stored_hash: str | None
    active: bool


_ACCOUNT = select(Person.id, Person.password_hash).where(Person.email == bindparam("email"), Person.active)
_THROTTLE = select(SignInThrottle.next_try_at).where(SignInThrottle.address_hash == bindparam("bucket"))


def credentials_for(email: str, *, device: Device | None, key: str, now: datetime) -> Credentials:
    """The stored hash for an address, or a stand-in that no password fits. Raises `TooMany` while waiting.

    Tries are counted per address and per browser in which this very person signed in before, so that a stranger's
    guessing slows the stranger, not the person who signs in every day. A browser known for somebody else is unknown.
    """
    person = db.session.execute(_ACCOUNT, {"email": email}).one_or_none()
    known = device.name if device and person and device.person_id == person.id else ""
    bucket = hmac.digest(key.encode(), f"{email}\n{known}".encode("utf-8", "replace"), hashlib.sha256)
    next_try_at = db.session.scalar(_THROTTLE, {"bucket": bucket})
    if next_try_at and next_try_at > now:
        wait = int((next_try_at - now).total_seconds()) + 1
        raise TooMany(f"Too many tries. Wait {count_of(wait, 'second')}, then try again", seconds=wait)
    return Credentials(person.id if person else None, person.password_hash if person else None, bucket)


def sign_in_refused(found: Credentials, *, now: datetime) -> None:
    """Count a wrong password; from the fifth on, the next try must wait 1, 2, 4 … 60 seconds.

    The database adds the one, so guesses that run side by side are all counted.
    """
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    table = SignInThrottle.__table__.c
    # Waits never last an hour, so a row whose wait ended an hour ago speaks of another day.
    counted = case((table.next_try_at < now - _FORGOTTEN_AFTER, 1), else_=table.failures + 1)
    statement = (
        dialect.insert(SignInThrottle)
        .values(address_hash=found.bucket, failures=1, next_try_at=now)
        .on_conflict_do_update(index_elements=["address_hash"], set_={"failures": counted, "next_try_at": now})
        .returning(SignInThrottle.failures)
    )
    failures = db.session.scalar(statement) or 1
    wait = 0 if failures < _FREE_TRIES else min(2 ** min(failures - _FREE_TRIES, 10), _LONGEST_WAIT)
    if wait:
        db.session.execute(
            update(SignInThrottle)
            .where(SignInThrottle.address_hash == found.bucket)
            .values(next_try_at=now + timedelta(seconds=wait))
        )


def sign_in_start(person_id: int, *, bucket: bytes | None = None, now: datetime) -> str:
    """Open a sign-in record; returns its token."""
    token = secrets.token_urlsafe(32)
    db.session.add(SignIn(token_hash=token_hash(token), person_id=person_id, started_at=now, expires_at=now + LASTS))
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


def account_state(person_id: int) -> AccountState | None:
    """What decides whether somebody can sign in; None when there is no such person."""
    row = db.session.execute(select(Person.password_hash, Person.active).where(Person.id == person_id)).one_or_none()
    return AccountState(row.password_hash, row.active) if row else None


def account_hold(person_id: int) -> None:
    """Let nobody else change the account until this request is done."""
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update())


def forget_sign_ins(*, before: datetime) -> int:
    """Delete sign-ins that ended or ran out before an instant, and guesses as old; returns how many sign-ins."""
    gone = db.session.execute(
        delete(SignIn).where(or_(SignIn.ended_at < before, SignIn.expires_at < before)).returning(SignIn.person_id)
    ).all()
    db.session.execute(delete(SignInThrottle).where(SignInThrottle.next_try_at < before))
    return len(gone)

"""The slowing of guesses on both engines, side by side too; and what a sign-in record is good for."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.support.engines import Site
from tests.support.present import the
from wfsite.core.errors import TooMany
from wfsite.extensions import db
from wfsite.people import signing_in
from wfsite.people.credentials import credential_of
from wfsite.people.models import Person, SignIn, SignInThrottle
from wfsite.people.signing_in import Device

pytestmark = pytest.mark.usefixtures("context")

EMAIL, KEY = "staff@demo.example", "k" * 40


def _guess(now: datetime, device: Device | None = None) -> None:
    signing_in.sign_in_refused(signing_in.credentials_for(EMAIL, device=device, key=KEY, now=now), now=now)


def test_waits_grow_and_are_forgotten(now: datetime) -> None:
    waits = []
    at = now
    for _ in range(14):
        try:
            _guess(at)
            waits.append(0)
        except TooMany as error:
            waits.append(error.seconds)
            at += timedelta(seconds=error.seconds)
            _guess(at)
    assert waits == [0, 0, 0, 0, 0, 2, 3, 5, 9, 17, 33, 61, 61, 61]
    at += timedelta(hours=2)
    _guess(at)
    assert db.session.scalar(select(SignInThrottle.failures)) == 1


def test_guesses_side_by_side_are_all_counted(site: Site, now: datetime) -> None:
    db.session.rollback()
    found = signing_in.credentials_for(EMAIL, device=None, key=KEY, now=now)
    db.session.rollback()
    start = threading.Barrier(8)

    def one() -> None:
        with site.app.app_context():
            start.wait()
            signing_in.sign_in_refused(found, now=now)
            db.session.commit()
            db.session.remove()

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert db.session.scalar(select(SignInThrottle.failures)) == 8


def test_a_known_browser_counts_for_its_own_person_only(now: datetime) -> None:
    person_id = the(signing_in.credentials_for(EMAIL, device=None, key=KEY, now=now).person_id)
    buckets = {
        signing_in.credentials_for(EMAIL, device=device, key=KEY, now=now).bucket
        for device in (None, Device(person_id, "a"), Device(person_id, "b"), Device(person_id + 1, "a"))
    }
    assert len(buckets) == 3


def test_ended_and_expired_sign_ins_open_nothing(site: Site, now: datetime) -> None:
    from wfsite.people.loading import load_actor

    person_id = the(signing_in.credentials_for(EMAIL, device=None, key=KEY, now=now).person_id)
    token = signing_in.sign_in_start(person_id, now=now)
    stored = db.session.get_one(Person, person_id).password_hash
    credential = credential_of(person_id, stored, key=site.app.extensions["settings"].secret_key)
    cookie = f"{person_id}.{credential}.{token}"
    with site.app.test_request_context(method="POST"):
        # The cookie says who signed in; a record that points at somebody else, or a bare token, opens nothing.
        assert load_actor(f"{person_id + 1}.{credential}.{token}") is None
        # So does what rests on another password than the stored one.
        assert load_actor(f"{person_id}.a-credential.{token}") is None and load_actor(f"{person_id}..{token}") is None
        assert load_actor(token) is None
        assert the(load_actor(cookie)).credential == credential
        assert the(load_actor(cookie)).email == EMAIL
        site.clock.at = now + signing_in.LASTS
        assert load_actor(cookie) is None
        site.clock.at = now
        signing_in.sign_in_end(token, now=now)
        assert load_actor(cookie) is None
    hashes = db.session.scalars(select(SignIn.token_hash).where(SignIn.person_id == person_id)).all()
    assert all(token.encode() not in hashed for hashed in hashes)

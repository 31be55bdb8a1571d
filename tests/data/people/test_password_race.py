"""A link sets a password once, even for two who press the button at the same moment."""

import threading

from sqlalchemy import select, text

from tests.support.client import Browser
from tests.support.engines import FrozenClock, Site, postgres_url
from tests.support.present import the
from wfsite.extensions import db
from wfsite.people.models import Person
from wfsite.people.password_links import password_link_token
from wfsite.people.signing_in import password_set


def _somebody_waits_for_a_lock(site: Site, answers: list[int]) -> bool:
    """Whether the other request is held up by this one; SQLite holds it up before it reads anything."""
    if site.is_sqlite:
        return True
    import psycopg

    with psycopg.connect(postgres_url("postgres"), autocommit=True) as connection:
        while not answers:
            if the(connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone())[0]:
                return True
    return False


def test_the_second_of_two_finds_the_link_used(site: Site, clock: FrozenClock) -> None:
    other = Browser(site, None)
    token = other.token()
    with site.app.app_context():
        person_id = the(db.session.scalar(select(Person.id).where(Person.email == "staff@demo.example")))
        link = password_link_token(person_id, key=site.app.extensions["settings"].secret_key, at=clock())
        form = {"csrf_token": token, "password": "marble thunder violin"}
        answers: list[int] = []

        def press() -> None:
            answers.append(other.client.post(f"/set-password/{link}", data=form).status_code)

        db.session.rollback()
        db.session.execute(text("SELECT 1"))
        password_set(person_id, "what the first one chose", now=clock())
        second = threading.Thread(target=press)
        second.start()
        assert _somebody_waits_for_a_lock(site, answers)
        db.session.commit()
        second.join()
        assert answers == [404]
        kept = db.session.scalar(select(Person.password_hash).where(Person.id == person_id))
        assert kept == "what the first one chose"
        db.session.remove()

"""Two at once, in the order that hurts: the second begins while the first has written and not yet committed."""

import threading
from collections.abc import Callable

import psycopg

from tests.support.engines import Site, postgres_url
from wfsite.core.errors import Conflict, RuleBroken
from wfsite.extensions import db


def second_of_two(site: Site, first: Callable[[], object], second: Callable[[], object]) -> str:
    """How `second` ends ("done", or its error's name) when `first` is committed only once `second` waits or has ended.

    Nothing is left to chance: where a lock is missing, `second` ends before `first` is committed, whatever it finds.
    """
    ends: list[str] = []

    def other() -> None:
        with site.app.app_context():
            try:
                second()
                db.session.commit()
                ends.append("done")
            except (RuleBroken, Conflict) as error:
                db.session.rollback()
                ends.append(type(error).__name__)
            finally:
                db.session.remove()

    db.session.rollback()
    first()
    db.session.flush()
    thread = threading.Thread(target=other)
    thread.start()
    if not site.is_sqlite:  # which holds the second up before it reads anything
        with psycopg.connect(postgres_url("postgres"), autocommit=True) as connection:
            while thread.is_alive():
                if connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone() != (0,):
                    break
    db.session.commit()
    thread.join()
    return ends[0]

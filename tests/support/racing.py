"""Many people at one action at once: every acknowledged edit must be in its history, every other refused."""

import threading

from sqlalchemy import select

from tests.support.engines import NOW, Site
from tests.support.plans import actor, version_of
from wfsite.core.actor import Actor
from wfsite.core.clock import london_date
from wfsite.core.errors import Conflict
from wfsite.core.rag import Rag
from wfsite.extensions import db
from wfsite.steering.plans import services
from wfsite.steering.plans.models import Action, RagUpdate


def race_updates(site: Site, action: int, *, edits: int, threads: int) -> None:
    """Let `threads` people make `edits` edits in all of one action, each with the version they last saw."""
    start = threading.Barrier(threads)
    saved: list[str] = []
    refused: list[str] = []
    faults: list[BaseException] = []

    def person(number: int) -> None:
        with site.app.app_context():
            try:
                by, seen = actor("secretary" if number % 2 else "manager"), version_of(action)
                db.session.rollback()
                start.wait()
                for turn in range(edits // threads):
                    seen = _edit(action, f"{number}-{turn}", seen, by, saved, refused)
            except BaseException as fault:  # a thread must not swallow what broke it
                faults.append(fault)
            finally:
                db.session.remove()

    people = [threading.Thread(target=person, args=(number,)) for number in range(threads)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert faults == []
    assert len(saved) + len(refused) == edits // threads * threads
    rows = db.session.execute(
        select(RagUpdate.note, RagUpdate.previous_rag, RagUpdate.rag)
        .where(RagUpdate.action_id == action)
        .order_by(RagUpdate.id)
    ).all()
    kept = [row.note for row in rows if row.note in set(saved) | set(refused)]
    assert sorted(kept) == sorted(saved), "an acknowledged edit is lost, or a refused one was kept"
    assert saved, "nobody got through"
    assert refused, "nobody was in anybody's way: the race did not happen"
    newest = db.session.execute(select(Action.rag_update_id, Action.version).where(Action.id == action)).one()
    assert newest.rag_update_id == db.session.scalar(
        select(RagUpdate.id).where(RagUpdate.action_id == action).order_by(RagUpdate.id.desc()).limit(1)
    )


def _edit(action: int, note: str, seen: int, by: Actor, saved: list[str], refused: list[str]) -> int:
    """One edit with the version last seen; returns the version to carry next."""
    try:
        found = services.rag_update_add(
            action, rag=Rag.GREEN, note=note, route_to_green="", version=seen, by=by, at=NOW, on=london_date(NOW)
        )
        db.session.commit()
        saved.append(note)
        return found.row.version
    except Conflict:
        db.session.rollback()
        refused.append(note)
        version = version_of(action)
        db.session.rollback()
        return version

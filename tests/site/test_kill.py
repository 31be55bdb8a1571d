"""SIGKILL while people save: every save that was acknowledged is there after the restart, none is there twice."""

import threading
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

import pytest
from sqlalchemy import Row, select

from bench.people import SignedIn, sign_in
from bench.server import served
from tests.support.cluster import cluster_with_demo
from tests.support.engines import Site
from tests.support.present import the
from wfsite.extensions import db
from wfsite.people.models import Person
from wfsite.steering.plans.models import Action, RagUpdate

_WRITERS = 4
_ACKNOWLEDGED_BEFORE_THE_KILL = 40


def test_no_acknowledged_save_is_lost(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WFSITE_SECRET_KEY", str(site.app.secret_key))
    site.dirty = True
    with site.app.app_context():
        person_id = the(db.session.scalar(select(Person.id).where(Person.email == "secretary@demo.example")))
        who = sign_in(site.app, person_id)
        actions = list(db.session.execute(select(Action.id, Action.version).order_by(Action.id).limit(_WRITERS)))
        before = {a.id: _notes(a.id) for a in actions}
        db.session.remove()
        db.engine.dispose()
    acknowledged: dict[int, list[str]] = {a.id: [] for a in actions}
    enough = threading.Event()

    def write(port: int, action: Row[int, int]) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        headers = {"Cookie": who.cookie, "HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded"}
        with suppress(OSError, HTTPException):
            for turn in range(10_000):
                note = f"Save {turn} of action {action.id}"
                form = {"csrf_token": who.token, "version": action.version + turn, "rag": "green", "note": note}
                connection.request("POST", f"/steering/actions/{action.id}/update", urlencode(form), headers)
                answer = connection.getresponse()
                body = answer.read()
                assert answer.status == 200, (answer.status, body[:300])
                acknowledged[action.id].append(note)
                if sum(map(len, acknowledged.values())) >= _ACKNOWLEDGED_BEFORE_THE_KILL:
                    enough.set()

    with served(site.url, site.instance, target="rsgi:site") as server:
        writers = [threading.Thread(target=write, args=(server.port, action)) for action in actions]
        for writer in writers:
            writer.start()
        assert enough.wait(60)
        server.kill()
        for writer in writers:
            writer.join()
    with site.app.app_context():
        for action_id, notes in acknowledged.items():
            kept = _notes(action_id)[len(before[action_id]) :]
            assert kept[: len(notes)] == notes
            # At most the one save that was on its way when the power went.
            assert len(kept) <= len(notes) + 1
            assert len(set(kept)) == len(kept)
            newest = db.session.get_one(Action, action_id).rag_update_id
            assert newest == db.session.scalar(
                select(RagUpdate.id).where(RagUpdate.action_id == action_id).order_by(RagUpdate.id.desc()).limit(1)
            )
        db.session.remove()
    assert sum(map(len, acknowledged.values())) >= _ACKNOWLEDGED_BEFORE_THE_KILL


def _notes(action_id: int) -> list[str]:
    statement = select(RagUpdate.note).where(RagUpdate.action_id == action_id).order_by(RagUpdate.id)
    return list(db.session.scalars(statement))


_BEFORE, _AFTER = 5, 3


class Writer(threading.Thread):
    """Somebody who saves again and again, whatever the site answers, and counts only what it acknowledged."""

    def __init__(self, port: int, who: SignedIn, action: Row[int, int], ended: threading.Event) -> None:
        super().__init__()
        self.port, self.who, self.action, self.ended = port, who, action, ended
        self.acknowledged: list[str] = []
        self.answers: list[int] = []

    def run(self) -> None:
        while not self.ended.is_set():
            turn = len(self.acknowledged)
            note = f"Save {turn} of action {self.action.id}"
            form = {"version": self.action.version + turn, "rag": "green", "note": note}
            status = self._post(f"/steering/actions/{self.action.id}/update", form)
            self.answers.append(status)
            if status == 200:
                self.acknowledged.append(note)
            elif status != 503:
                return
            else:
                self.ended.wait(0.05)

    def _post(self, path: str, form: dict[str, object]) -> int:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {
            "Cookie": self.who.cookie,
            "HX-Request": "true",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection.request("POST", path, urlencode({"csrf_token": self.who.token, **form}), headers)
        status = connection.getresponse().status
        connection.close()
        return status


def _until(writers: list[Writer], saves: list[int]) -> None:
    """Wait until each writer has so many saves acknowledged."""
    patience = threading.Event()
    for _ in range(600):
        if all(len(writer.acknowledged) >= number for writer, number in zip(writers, saves, strict=True)):
            return
        assert all(writer.is_alive() for writer in writers), [writer.answers[-5:] for writer in writers]
        patience.wait(0.05)
    raise AssertionError([writer.answers[-5:] for writer in writers])


def test_no_acknowledged_save_is_lost_when_the_database_server_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    with cluster_with_demo() as (cluster, app, instance):
        monkeypatch.setenv("WFSITE_SECRET_KEY", str(app.secret_key))
        with app.app_context():
            person_id = the(db.session.scalar(select(Person.id).where(Person.email == "secretary@demo.example")))
            who = sign_in(app, person_id)
            actions = list(db.session.execute(select(Action.id, Action.version).order_by(Action.id).limit(_WRITERS)))
            before = {a.id: _notes(a.id) for a in actions}
            db.session.remove()
            db.engine.dispose()
        ended = threading.Event()
        with served(cluster.url, instance, target="rsgi:site") as server:
            writers = [Writer(server.port, who, action, ended) for action in actions]
            for writer in writers:
                writer.start()
            try:
                _until(writers, [_BEFORE] * _WRITERS)
                cluster.kill()
                cluster.start()
                # The same processes of the site find their way back, and everybody goes on where they were.
                _until(writers, [len(writer.acknowledged) + _AFTER for writer in writers])
            finally:
                ended.set()
                for writer in writers:
                    writer.join()
        assert any(503 in writer.answers for writer in writers), "nobody noticed: the server was not killed"
        with app.app_context():
            for writer in writers:
                kept = _notes(writer.action.id)[len(before[writer.action.id]) :]
                assert kept == writer.acknowledged

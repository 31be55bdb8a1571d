"""Long work in processes of its own: killed at many points it is done once, bounded it ends, and the site answers."""

import io
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.support.client import Browser
from tests.support.engines import NOW, Site
from tests.support.present import the
from tests.support.works import asked, check_asked, plan_file, work_row
from wfsite.extensions import db
from wfsite.imports.models import Upload
from wfsite.imports.rules import KeptCheck
from wfsite.works.queries import work_left
from wfsite.works.rules import SILENT, SLOTS, TOO_HEAVY, WorkState
from wfsite.works.runner import Runners
from wfsite.works.running import Bounds, works_run
from wfsite.works.services import work_take

_KILLS = 8


class _Killer:
    """The process that does long work and dies."""

    def __init__(self, site: Site, checkout: Path) -> None:
        command = [sys.executable, "-m", "tests.support.kill_work", site.url, str(site.instance), NOW.isoformat()]
        self.process = subprocess.Popen(command, cwd=checkout, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def act(self, step: int = 0) -> list[int]:
        the(self.process.stdin).write(f"{step}\n")
        the(self.process.stdin).flush()
        return [int(word) for word in the(self.process.stdout).readline().split()]

    def __enter__(self) -> "_Killer":
        return self

    def __exit__(self, *error: object) -> None:
        self.process.communicate(timeout=20)


def _check_of(upload_id: int) -> KeptCheck | None:
    found = db.session.scalar(select(Upload.checked).where(Upload.id == upload_id))
    db.session.rollback()
    return found


def _asked_afresh(site: Site) -> tuple[int, int]:
    with site.app.app_context():
        found = check_asked()
        db.session.remove()
    return found


def _state(site: Site, upload_id: int, work_id: int) -> tuple[WorkState, KeptCheck | None]:
    with site.app.app_context():
        found = work_row(work_id).state, _check_of(upload_id)
        db.session.remove()
    return found


def _next_runner(site: Site) -> int:
    """What the next runner does, once the last is taken for dead; how many pieces."""
    site.clock.at = NOW + SILENT + timedelta(seconds=1)
    with site.app.app_context():
        done = works_run(site.clock, Bounds())
        db.session.remove()
    site.clock.at = NOW
    return done


def test_killed_at_many_points_it_is_done_once_and_the_site_answers(site: Site, checkout: Path) -> None:
    site.dirty = True
    browser = Browser(site, "secretary")
    left = set()
    with _Killer(site, checkout) as killer:
        upload_id, work_id = _asked_afresh(site)
        status, steps = killer.act()
        state, expected = _state(site, upload_id, work_id)
        assert (status, state) == (0, WorkState.DONE) and the(expected)["rows"] and steps > 50
        for step in range(1, steps, max(1, steps // _KILLS)):
            upload_id, work_id = _asked_afresh(site)
            assert killer.act(step)[0] == -signal.SIGKILL, step
            state, found = _state(site, upload_id, work_id)
            left.add(state)
            assert (found == expected) == (state is WorkState.DONE), step
            over = state is WorkState.DONE
            browser.get(f"/works/{work_id}", expect=303 if over else 200)
            assert _next_runner(site) == (0 if over else 1), step
            assert _next_runner(site) == 0, step
            assert _state(site, upload_id, work_id) == (WorkState.DONE, expected), step
    assert {WorkState.WAITING, WorkState.RUNNING} <= left


def test_a_large_file_is_checked_beside_the_workers(site: Site) -> None:
    site.dirty = True
    browser, patience = Browser(site, "secretary"), threading.Event()
    browser.post("/steering/plan/import", {"target": "2025", "file": (io.BytesIO(plan_file(700)), "large.csv")})
    place = browser.response.headers["Location"]
    assert place.startswith("/works/")
    for _ in range(300):
        answer = browser.client.get(place)
        if answer.status_code == 303:
            break
        assert answer.status_code == 200
        patience.wait(0.1)
    site.app.extensions["runners"].wait()
    browser.get(answer.headers["Location"])
    assert "700 rows will be added" in browser.page.words
    browser.submit("Confirm and import")
    assert "700 actions added" in browser.follow().words


def test_what_is_found_left_gets_one_runner_by_whoever_looks(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.dirty = True
    runners = Runners(site.app.extensions["settings"])
    monkeypatch.setitem(site.app.extensions, "runners", runners)
    upload_id, work_id = _asked_afresh(site)
    site.clock.at = NOW + timedelta(minutes=1)
    browser = Browser(site, "secretary")
    for _ in range(3):
        assert browser.client.get(f"/works/{work_id}").status_code in (200, 303)
    assert len(runners) == 1
    runners.wait()
    assert _state(site, upload_id, work_id)[0] is WorkState.DONE


def _check_again(browser: Browser, upload_id: int) -> str:
    browser.post(f"/steering/plan/import/{upload_id}/check")
    return browser.response.headers["Location"]


def test_asking_again_and_again_starts_no_more_than_may_work_at_once(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.dirty = True
    runners = Runners(site.app.extensions["settings"])
    monkeypatch.setitem(site.app.extensions, "runners", runners)
    with site.app.app_context():
        large, under_way = check_asked(700)
        assert work_take(the(work_left(at=NOW)), slot=1, runner="another", at=NOW)
        db.session.commit()
        db.session.remove()
    browser = Browser(site, "secretary")
    for _ in range(5):
        assert _check_again(browser, large) == f"/works/{under_way}"
    assert len(runners) == 0
    for _ in range(SLOTS + 3):
        runners.start()
    assert len(runners) == SLOTS
    runners.wait()


def test_run_due_goes_on_with_what_is_left(site: Site) -> None:
    site.dirty = True
    upload_id, work_id = _asked_afresh(site)
    said = site.app.test_cli_runner().invoke(args=["wfsite", "run-due"])
    assert said.exit_code == 0 and "go on with long work: done\n" in said.output, said.output
    assert _state(site, upload_id, work_id)[0] is WorkState.DONE
    said = site.app.test_cli_runner().invoke(args=["wfsite", "run-due"])
    assert "ok\tgo on with long work\n" in said.output


def test_work_without_measure_ends_in_a_sentence(site: Site, checkout: Path) -> None:
    site.dirty = True
    with site.app.app_context():
        pieces = [asked(kind, n) for n, kind in enumerate(("forever", "huge", "silent"))]
        db.session.remove()
    command = [sys.executable, "-m", "tests.support.bounded_work", site.url, str(site.instance)]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    with site.app.app_context():
        assert [(work_row(one).state, work_row(one).problem) for one in pieces] == [(WorkState.FAILED, TOO_HEAVY)] * 3
        db.session.remove()

"""Files and rows that lost each other: after a kill, in what is due, in check, in backup and restore."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest
from sqlalchemy import select

from bench.people import sign_in
from bench.server import served
from tests.support.client import Browser
from tests.support.engines import NOW, Site
from tests.support.papers import PDF, group_id, paper_form, paper_id, version_ids
from tests.support.present import the
from wfsite import jobs
from wfsite.extensions import db
from wfsite.papers.models import PaperVersion
from wfsite.papers.queries import kept_files
from wfsite.papers.store import Store, place_of
from wfsite.people.models import Person


@pytest.fixture
def store(site: Site) -> Iterator[Store]:
    """The site's folder; what a test put there and took away is put back."""
    found = Store(site.app.extensions["settings"].papers_folder)
    before = {content_hash: found.read(content_hash) for content_hash in found.hashes()}
    yield found
    for content in before.values():
        found.keep(the(content), at=NOW)


@pytest.fixture
def run(site: Site) -> Callable[..., str]:
    def invoke(*words: object, code: int = 0) -> str:
        done = site.app.test_cli_runner().invoke(args=["wfsite", *map(str, words)])
        assert done.exit_code == code, done.output
        return done.output

    return invoke


def _add(site: Site, content: bytes) -> int:
    Browser(site, "secretary").post(f"/papers/of/group/{group_id(site)}/add", paper_form(content=content))
    return paper_id(site, "Forward plan")


def _hash_of(site: Site, version_id: int) -> str:
    with site.app.app_context():
        found = db.session.get_one(PaperVersion, version_id).content_hash
        db.session.remove()
    return found


def test_a_file_whose_row_never_came_is_swept_after_a_day(site: Site, store: Store) -> None:
    orphan = store.keep(b"between file and row", at=NOW)
    known = set(store.hashes()) - {orphan}
    with site.app.app_context():
        named = {content_hash for content_hash, _ in kept_files()}
        assert jobs.sweep_papers(NOW + timedelta(hours=23)) == ""
        assert store.read(orphan)
        jobs.sweep_papers(NOW + timedelta(hours=25))
    assert orphan not in store.hashes()
    assert named <= known and named <= set(store.hashes())


def test_a_row_without_its_file_is_told_by_check(site: Site, store: Store, run: Callable[..., str]) -> None:
    assert "tables, papers, ballot boxes" in run("check")
    content_hash = _hash_of(site, version_ids(site, paper_id(site))[0])
    (store.folder / place_of(content_hash)).unlink()
    said = run("check", code=1)
    assert "1 file of a paper is missing or damaged" in said and str(place_of(content_hash)) in said
    assert "Terms of reference" not in said


def test_an_acknowledged_paper_outlives_a_kill(site: Site, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WFSITE_SECRET_KEY", str(site.app.secret_key))
    site.dirty = True
    group = group_id(site)
    with site.app.app_context():
        who = sign_in(
            site.app, the(db.session.scalar(select(Person.id).where(Person.email == "secretary@demo.example")))
        )
        db.session.remove()
        db.engine.dispose()
    fields = {"csrf_token": who.token, "title": "Kept", "standing": "open", "label": "Draft", "stage": "draft"}
    parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    parts.append(b'name="file"; filename="kept.pdf"\r\n\r\n' + PDF)
    body = b"".join(b"--x\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts) + b"--x--\r\n"
    headers = {"Cookie": who.cookie, "Content-Type": "multipart/form-data; boundary=x"}
    with served(site.url, site.instance, target="rsgi:site") as server:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
        connection.request("POST", f"/papers/of/group/{group}/add", body, headers)
        answer = connection.getresponse()
        assert answer.status == 303, answer.read()[:300]
        server.kill()
        connection.close()
    (version,) = version_ids(site, paper_id(site, "Kept"))
    assert store.read(_hash_of(site, version)) == PDF


@pytest.mark.only("sqlite")
def test_papers_come_back_with_the_database_they_belong_to(
    site: Site, store: Store, run: Callable[..., str], tmp_path: Path
) -> None:
    first = _add(site, PDF + b"%first %%EOF")
    (version,) = version_ids(site, first)
    assert "files of papers, checked" in run("backup", tmp_path / "copy.db")
    site.clock.at += timedelta(minutes=1)
    later = PDF + b"%later %%EOF"
    Browser(site, "secretary").post(
        f"/papers/{first}/versions/add", paper_form(content=later, label="Later", stage="draft")
    )
    later_hash = _hash_of(site, version_ids(site, first)[-1])
    for content_hash in store.hashes():
        if content_hash != later_hash:
            (store.folder / place_of(content_hash)).unlink()
    assert "Restored" in run("restore", tmp_path / "copy.db")
    site.dirty = True
    assert version_ids(site, first) == [version]
    assert store.read(_hash_of(site, version)) == PDF + b"%first %%EOF"
    assert "All is well" in run("check")
    # What was there before can be put back too, after what has no row any more was swept.
    with site.app.app_context():
        jobs.sweep_papers(NOW + timedelta(days=9))
    assert later_hash not in store.hashes()
    (aside,) = site.instance.glob("site.db.before-*")
    site.clock.at += timedelta(minutes=1)
    run("restore", aside)
    assert store.read(later_hash) == later
    for file in site.instance.glob("site.db.before-*"):
        file.unlink()


@pytest.mark.only("sqlite")
def test_a_backup_whose_papers_are_not_whole_says_so(
    site: Site, store: Store, run: Callable[..., str], tmp_path: Path
) -> None:
    content_hash = _hash_of(site, version_ids(site, paper_id(site))[0])
    (store.folder / place_of(content_hash)).write_bytes(b"torn")
    said = run("backup", tmp_path / "copy.db", code=1)
    assert "missing or damaged" in said and (tmp_path / "copy.db").exists()
    with sqlite3.connect(tmp_path / "copy.db") as opened:
        assert opened.execute("SELECT count(*) FROM paper").fetchone()[0] == 2
    opened.close()


@pytest.mark.only("sqlite")
def test_a_second_backup_copies_only_what_is_new(
    site: Site, store: Store, run: Callable[..., str], tmp_path: Path
) -> None:
    run("backup", tmp_path / "one.db")
    files = {file: file.stat().st_mtime_ns for file in (tmp_path / "papers").rglob("*") if file.is_file()}
    _add(site, PDF + b"%new %%EOF")
    run("backup", tmp_path / "two.db")
    now = {file: file.stat().st_mtime_ns for file in (tmp_path / "papers").rglob("*") if file.is_file()}
    assert len(now) == len(files) + 1 and all(now[file] == stamp for file, stamp in files.items())

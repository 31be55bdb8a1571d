"""The operator's commands, on both engines: what they do, and what they refuse in words."""

import os
import sqlite3
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from tests.support.client import Browser
from tests.support.engines import NOW, make_empty_app, run_on_server
from wfsite import jobs
from wfsite.db import backups
from wfsite.extensions import db
from wfsite.imports.models import Upload
from wfsite.imports.rules import UploadState
from wfsite.people.models import Person, SignIn


@pytest.fixture
def run(site):
    """Runs `flask wfsite …`; expects exit code 0 unless told otherwise; gives what was printed."""

    def invoke(*words, code=0, **kwargs):
        done = site.app.test_cli_runner().invoke(args=["wfsite", *map(str, words)], **kwargs)
        assert done.exit_code == code, done.output
        assert "Traceback" not in done.output
        return done.output

    return invoke


def test_the_first_administrator(run, site):
    said = run("user", "add", "First@Example.gov.uk", "Ó Súilleabháin", "--role", "administrator", "--role", "staff")
    assert "Ó Súilleabháin is added as Frontline staff and Administrator." in said
    link = said.split("http://127.0.0.1:8000")[1].strip()
    b = Browser(site)
    b.get(link)
    b.submit("Set password and sign in", {"password": "violet tram marmalade"})
    b.get("/admin/people")
    assert "first@example.gov.uk\tÓ Súilleabháin" in run("user", "list")


def test_a_password_from_standard_input(run, site):
    said = run("user", "add", "a@example.org", "A", "--password-stdin", input="violet tram marmalade\n")
    assert "without a role" in said and "http" not in said
    Browser(site).post("/sign-in", {"email": "a@example.org", "password": "violet tram marmalade"})


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nope", "A"), "Enter an email address in the correct format"),
        (("staff@DEMO.example", "A"), "That email already has an account"),
        (("a@example.org", " "), "Enter the person’s name"),
        (("a@example.org", "x" * 121), "120 characters or fewer"),
        (("a@example.org", "a\u202eb"), "contains characters that can't be saved"),
        (("a@example.org", "A", "--password-stdin"), "Password must be 12 characters or more"),
    ],
)
def test_bad_input_is_refused_and_saves_nothing(run, site, words, says):
    assert says in run("user", "add", *words, code=1, input="short\n")
    with site.app.app_context():
        assert db.session.scalar(select(Person.id).where(Person.email == "a@example.org")) is None


def test_disable_enable_link(run, site):
    b = Browser(site, "staff")
    b.get("/")
    run("user", "disable", "Staff@demo.example")
    b.get("/", expect=303)
    assert "This account is closed" in run("user", "link", "staff@demo.example", code=1)
    run("user", "enable", "staff@demo.example")
    assert "/set-password/" in run("user", "link", "staff@demo.example")
    assert "Nobody has the address" in run("user", "link", "x@example.org", code=1)


def test_the_last_administrator_stays(run):
    assert "This is the last administrator" in run("user", "disable", "admin@demo.example", code=1)


@pytest.mark.only("sqlite")
def test_a_backup_can_be_restored(run, site, tmp_path):
    copy = tmp_path / "copy.db"
    assert "Saved and checked" in run("backup", copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with sqlite3.connect(copy) as opened:
        people = opened.execute("SELECT count(*) FROM person").fetchone()[0]
    opened.close()
    run("user", "add", "later@example.org", "Later")
    site.dirty = True
    assert f"Restored: {people:,} people" in run("restore", copy)
    with site.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Person)) == people
        db.session.remove()
    kept = list(Path(site.instance).glob("site.db.before-*"))
    with sqlite3.connect(kept[0]) as opened:
        assert opened.execute("SELECT count(*) FROM person WHERE email = 'later@example.org'").fetchone()[0] == 1
    opened.close()
    kept[0].unlink()


@pytest.mark.only("sqlite")
def test_only_a_whole_database_of_this_site_is_restored(run, site, tmp_path):
    run("backup", tmp_path / "good.db")
    content = bytearray((tmp_path / "good.db").read_bytes())
    # Torn in the middle, as by a disk that was full.
    (tmp_path / "torn.db").write_bytes(content[: len(content) // 2])
    (tmp_path / "text.db").write_text("not a database")
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE cake (id INTEGER)")
    other.close()
    for name, says in (
        ("torn.db", "Nothing was changed"),
        ("text.db", "is not a database of this site"),
        ("other.db", "is not a database of this site"),
        ("absent.db", "There is no file"),
    ):
        assert says in run("restore", tmp_path / name, code=1)
    assert not list(Path(site.instance).glob("site.db.before-*"))


@pytest.mark.only("sqlite")
def test_dated_backups_are_pruned(run, site):
    folder = site.instance / "backups"
    for hours in range(4):
        site.clock.at = NOW + timedelta(hours=hours)
        run("backup", "--keep", 2)
    assert sorted(file.name for file in folder.glob("*.db")) == [
        "wfsite-2026-03-10-120000.db",
        "wfsite-2026-03-10-130000.db",
    ]
    for file in folder.glob("*.db"):
        file.unlink()
    assert "There is no folder" in run("backup", "/no/such/folder/x.db", code=1)


@pytest.mark.only("sqlite")
def test_ballot_boxes_are_not_in_a_backup(run, site, tmp_path):
    run("backup", tmp_path / "copy.db")
    content = (tmp_path / "copy.db").read_bytes()
    (half,) = site.boxes.glob("open/*/half.key")
    assert half.read_bytes() not in content
    box = sqlite3.connect(half.with_name("box.db"))
    sealed = [row[0] for row in box.execute("SELECT sealed FROM ballot")]
    box.close()
    assert len(sealed) > 50 and not any(envelope[40:72] in content for envelope in sealed)


@pytest.mark.only("postgresql")
def test_postgres_is_dumped_and_its_restore_is_explained(run, site, tmp_path, monkeypatch):
    said = run("restore", tmp_path / "x.dump", code=1)
    assert "pg_restore --clean --if-exists" in said
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    said = run("backup", tmp_path / "x.dump", code=1)
    assert "pg_dump --format=custom" in said


def test_check(run, site, tmp_path):
    app = make_empty_app(site, tmp_path)
    done = app.test_cli_runner().invoke(args=["wfsite", "check"])
    assert done.exit_code == 1, done.output
    assert "The tables are not there yet" in done.output and "flask db upgrade" in done.output
    with app.app_context():
        db.engine.dispose()
    assert "All is well" in run("check")


def test_network_shares_are_told_apart(tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/sda1 / ext4 rw 0 0\nserver:/x /srv nfs4 rw 0 0\n/dev/sdb /srv/fast xfs rw 0 0\n")
    assert backups.network_file_system(Path("/srv/wfsite/wfsite.db"), mounts) == "nfs4"
    assert backups.network_file_system(Path("/srv/fast/wfsite.db"), mounts) == ""
    assert backups.network_file_system(Path("/var/wfsite.db"), mounts) == ""
    assert backups.network_file_system(Path("/var/wfsite.db"), tmp_path / "none") == ""


def test_access(run):
    said = run("access")
    assert "Read the history of changes\n    Administrator: all" in said


def test_run_due_tidies(run, site):
    old = NOW - timedelta(days=40)
    drawing = site.app.extensions["settings"].chart_cache / "old.svg"
    drawing.parent.mkdir(exist_ok=True)
    drawing.write_text("x")
    os.utime(drawing, (old.timestamp(), old.timestamp()))
    with site.app.app_context():
        person_id = db.session.scalar(select(Person.id).limit(1))
        db.session.add_all(
            SignIn(token_hash=bytes([n]) * 32, person_id=person_id, started_at=old, expires_at=at, ended_at=None)
            for n, at in ((1, old), (2, NOW + timedelta(hours=1)))
        )
        db.session.add_all(
            Upload(kind="plan", file_name="waits.csv", uploaded_by=person_id, uploaded_at=at, content={"rows": [1]})
            for at in (NOW - timedelta(days=8), NOW - timedelta(days=6))
        )
        db.session.commit()
        db.session.remove()
    said = run("run-due")
    assert "forget old sign-ins: 1 sign-in\n" in said
    assert "discard uploads that nobody confirmed: 1 upload\n" in said
    assert not drawing.exists()
    with site.app.app_context():
        assert db.session.scalar(select(func.count()).where(SignIn.token_hash == bytes([2]) * 32)) == 1
        ours = select(Upload.state).where(Upload.file_name == "waits.csv").order_by(Upload.uploaded_at)
        states = db.session.scalars(ours).all()
        assert states == [UploadState.DISCARDED, UploadState.CHECKED]
        db.session.remove()
    assert "1 upload" not in run("run-due")


def _breaks(at):
    db.session.add(Person(name="Half done", email="half@example.org"))
    db.session.flush()
    raise RuntimeError


def _works(at):
    return "done"


def test_one_job_that_fails_stops_no_other_and_leaves_nothing(site):
    with site.app.app_context():
        here = __name__
        done = jobs.run_all(NOW, [("a", f"{here}:_breaks"), ("b", f"{here}:_gone"), ("c", f"{here}:_works")])
        assert done == [("a", "RuntimeError", False), ("b", "AttributeError", False), ("c", "done", True)]
        assert db.session.scalar(select(Person.id).where(Person.email == "half@example.org")) is None


def test_run_due_says_that_a_job_failed(run, monkeypatch):
    monkeypatch.setattr(jobs, "run_all", lambda at: [("a", "RuntimeError", False), ("b", "", True)])
    assert run("run-due", code=1) == "FAILED\ta: RuntimeError\nok\tb\n"


_WRITES = {
    "log_statement": "all",
    "log_min_duration_statement": "0",
    "log_min_duration_sample": "100",
    "log_transaction_sample_rate": "0.1",
}


def _set_on_server(site, **settings):
    """Set what the site's database has each connection start with; None puts it back."""
    with site.app.app_context():
        name = db.engine.url.database
        for setting, value in settings.items():
            change = f"SET {setting} = '{value}'" if value is not None else f"RESET {setting}"
            run_on_server(f"ALTER DATABASE {name} {change}")
        db.engine.dispose()


@pytest.mark.only("postgresql")
@pytest.mark.parametrize("setting", _WRITES)
def test_a_server_whose_log_holds_what_people_send_is_said(run, site, setting):
    assert "into its log" not in run("check")
    _set_on_server(site, **{setting: _WRITES[setting]})
    try:
        said = run("check")
        assert (
            f"Notice: PostgreSQL writes what people send, and who was on the site when, into its log ({setting}" in said
        )
        assert "SET log_parameter_max_length = 0" in said
        _set_on_server(site, log_parameter_max_length=0)
        assert "into its log" not in run("check")
    finally:
        _set_on_server(site, **{setting: None}, log_parameter_max_length=None)


@pytest.mark.only("postgresql")
def test_what_such_a_log_holds(site):
    """Whatever the site asks for, `log_statement = all` writes values; only the length that is named keeps them out."""
    for settings, holds in (({}, False), ({"log_statement": "all"}, True), ({"log_parameter_max_length": 0}, False)):
        _set_on_server(site, **settings)
        with site.app.app_context(), db.engine.connect() as connection:
            heard: list[str] = []
            connection.execute(text("SET client_min_messages = log"))
            connection.connection.driver_connection.add_notice_handler(
                lambda said, heard=heard: heard.append(f"{said.message_primary} {said.message_detail}")
            )
            connection.execute(text("SELECT CAST(:secret AS text)"), {"secret": "Zebrafinch"})
            assert any("Zebrafinch" in words for words in heard) is holds, heard
    _set_on_server(site, log_statement=None, log_parameter_max_length=None)

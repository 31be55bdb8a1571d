"""Copies of the embedded database: taken while the site runs, checked before they count, put back whole."""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

PATTERN = "wfsite-*.db"


class Unusable(Exception):
    """The file is no database of this site; the message says why."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a database file holds."""

    people: int
    tables: int
    rows: int


def take(database: Path, target: Path) -> Checked:
    """Copy a database that is in use to `target`, readable by its owner only; raises `Unusable`, leaving nothing."""
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        _copy(database, part, as_one_file=True)
        found = check(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return found


def put_back(source: Path, database: Path, *, aside: Path) -> Checked:
    """Replace `database` by `source` in one transaction; the present content is kept in `aside`.

    Raises `Unusable` when `source` is damaged or something else uses the database; nothing has changed then.
    """
    found = check(source)
    if database.exists():
        take(database, aside)
    try:
        _copy(source, database)
    except sqlite3.OperationalError as error:
        raise Unusable(f"The database is in use ({error}). Stop the service first") from None
    return found


def check(file: Path) -> Checked:
    """Open a file, check every page and reference, and count; raises `Unusable`."""
    if not file.is_file():
        raise Unusable(f"There is no file {file}")
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
            problem = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if problem != "ok":
                raise Unusable(f"{file} is damaged: {problem}")
            if orphan := db.execute("PRAGMA foreign_key_check").fetchone():
                raise Unusable(f"{file} is damaged: a row of {orphan[0]} points at nothing")
            names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            if "person" not in names:
                raise Unusable(f"{file} is not a database of this site")
            counts = {name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608
    except sqlite3.DatabaseError as error:
        raise Unusable(f"{file} is not a database of this site ({error})") from None
    return Checked(counts["person"], len(names), sum(counts.values()))


def prune(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest `keep` dated copies in `folder`; returns what went."""
    gone = sorted(folder.glob(PATTERN))[:-keep]
    for file in gone:
        file.unlink()
    return gone


def _copy(source: Path, target: Path, *, as_one_file: bool = False) -> None:
    with closing(sqlite3.connect(source)) as a, closing(sqlite3.connect(target, timeout=10)) as b:
        a.backup(b)
        if as_one_file:
            b.execute("PRAGMA journal_mode=DELETE")  # a copy that lies in a drawer has no log beside it


_NETWORK_FILE_SYSTEMS = frozenset(("nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "ceph", "glusterfs"))


def network_file_system(path: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """The kind of network share that `path` lies on; "" for a disk of this machine, or when nobody can tell."""
    try:
        lines = [line.split() for line in mounts.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return ""
    held = [(Path(point), kind) for _, point, kind, *_ in lines if path.resolve().is_relative_to(point)]
    kind = max(held, key=lambda pair: len(pair[0].parts), default=(Path("/"), ""))[1]
    return kind if kind in _NETWORK_FILE_SYSTEMS else ""

"""A box's own database: who was invited, who has answered, and the sealed ballots. A vote is one transaction here.

Each process keeps one connection a box, and one thread at a time uses it: what happens here takes a millisecond.
Nothing here opens a ballot.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

from wfsite.core.errors import Busy, NotNow
from wfsite.questions.answer_rules import Answers
from wfsite.surveys.box.envelopes import Halves, random_key, seal
from wfsite.surveys.box.folder import BOX, box_file, box_numbers, has_ended, new_box, waiting_files
from wfsite.surveys.box.rules import BoxState, Done, Held, Look, Manifest, Marks, manifest_read


class Unfit(Exception):
    """What lies in the box's place is no box of this survey: nobody can answer, and nothing can be counted."""


_SCHEMA = """
CREATE TABLE box (
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
    manifest TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'shut', 'counting', 'kept')),
    closed_at TEXT,
    cancelled INTEGER NOT NULL DEFAULT 0 CHECK (cancelled IN (0, 1)),
    held TEXT,
    count_id TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE voter (
    person INTEGER PRIMARY KEY,
    credential TEXT,
    done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1, 2))
) STRICT;
CREATE TABLE ballot (key BLOB PRIMARY KEY, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID;
"""
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "trusted_schema=OFF", "busy_timeout=1000")


def box_make(boxes: Path, manifest: Manifest, voters: Mapping[int, str | None], halves: Halves) -> None:
    """Freeze a survey into a box: `voters` are the invited people with their credentials.

    It waits, and `folder.box_start` puts it in its place once the database holds its half. Raises `folder.Taken`.
    """
    with new_box(boxes, manifest.survey_id, half=halves.file, waits_for=halves.database) as place:
        made = _connect(place / BOX, mode="rwc")
        try:
            made.executescript(_SCHEMA)
            made.execute("BEGIN IMMEDIATE")
            made.execute("INSERT INTO box (only_one, manifest, state) VALUES (1, ?, 'open')", (manifest.text,))
            made.executemany("INSERT INTO voter (person, credential) VALUES (?, ?)", sorted(voters.items()))
            made.execute("COMMIT")
        finally:
            made.close()


_LOOK = """
SELECT manifest, state, closed_at, cancelled, held, count_id, done, credential
FROM box LEFT JOIN voter ON person = ?
"""


def look(boxes: Path, survey_id: int, *, person_id: int = 0) -> Look | None:
    """A box as it stands and one person's place in it; None where there is no box. Raises `Unfit`, `Busy`."""
    with _open(boxes, survey_id) as box:
        return None if box is None else _look(box, survey_id, person_id)


def _look(box: sqlite3.Connection, survey_id: int, person_id: int) -> Look:
    row = box.execute(_LOOK, (person_id,)).fetchone()
    if row is None:
        raise Unfit
    text, state, closed_at, cancelled, held, count_id, done, credential = row
    manifest = manifest_read(text)
    if manifest.survey_id != survey_id:
        raise Unfit
    return Look(
        manifest=manifest,
        state=BoxState(state),
        closed_at=datetime.fromisoformat(closed_at) if closed_at else None,
        cancelled=bool(cancelled),
        held=Held(held) if held else None,
        count_id=count_id,
        done=None if done is None else Done(done),
        credential=credential,
    )


def looks(boxes: Path, *, person_id: int = 0) -> list[Look]:
    """Every box that can be read now, by number."""
    found = []
    _let_go_of_the_gone()
    for survey_id in box_numbers(boxes):
        with suppress(Unfit, Busy):
            if (seen := look(boxes, survey_id, person_id=person_id)) is not None:
                found.append(seen)
    return found


def marks(boxes: Path, survey_id: int) -> Marks:
    """How many have answered; none where there is no box."""
    with _open(boxes, survey_id) as box:
        if box is None:
            return Marks(0, 0)
        (answered, unchanged) = box.execute("SELECT count(*), total(done = 2) FROM voter WHERE done > 0").fetchone()
        return Marks(answered, int(unchanged))


class Vote(Enum):
    """What became of somebody's answers."""

    STORED = "stored"
    ALREADY = "already"
    ENDED = "ended"


# Both in one transaction: whoever is marked has a ballot in the box, and every ballot has somebody's mark.
_MARK = """
UPDATE voter SET done = ?, credential = coalesce(credential, ?)
WHERE person = ? AND done = 0 AND credential IS ?
AND EXISTS (SELECT 1 FROM box WHERE state = 'open')
"""


def vote(boxes: Path, seen: Look, answers: Answers, *, person_id: int, credential: str, at: datetime) -> Vote:
    """Seal and drop in the answers of somebody whose look was `seen`, once. Raises `Unfit`, `Busy`."""
    survey_id = seen.manifest.survey_id
    while True:
        if seen.done:
            return Vote.ALREADY
        if seen.done is None or seen.has_ended(at=at):
            return Vote.ENDED
        # Whoever had no password is known from here on, to be told that they have answered; it decides nothing.
        unchanged = seen.knows(credential)
        envelope = seal(answers, unchanged=unchanged, manifest=seen.manifest)
        with _change(boxes, survey_id) as box:
            done = Done.UNCHANGED if unchanged else Done.CHANGED
            if box.execute(_MARK, (done, credential or None, person_id, seen.credential)).rowcount == 1:
                box.execute("INSERT INTO ballot (key, sealed) VALUES (?, ?)", (random_key(), envelope))
                return Vote.STORED
            # Something moved since the look: answered in another tab, shut, or a new password.
            seen = _look(box, survey_id, person_id)


def shut(boxes: Path, survey_id: int, *, at: datetime, early: bool = False, cancel: bool = False) -> None:
    """Take no more answers, for good; twice is once. A cancelled box is never read, whenever it was cancelled.

    Before the closing time somebody must ask for it (`early`), and unchanged answers must have come from half of the
    invited; cancelling is always possible. Raises `NotNow` where it is too early, `Unfit` without a box.
    """
    with _change(boxes, survey_id) as box:
        seen = _look(box, survey_id, 0)
        if seen.state is not BoxState.OPEN:
            if cancel and seen.state is not BoxState.SHUT:
                raise NotNow("This survey is being counted, so it cannot be called off any more.")
            box.execute("UPDATE box SET cancelled = 1 WHERE ?", (cancel,))
            return
        (unchanged,) = box.execute("SELECT count(*) FROM voter WHERE done = 2").fetchone()
        is_due = at >= seen.manifest.closes_at
        may_be_early = early and Marks(unchanged, unchanged).may_close_early(seen.manifest)
        if not (is_due or cancel or may_be_early):
            raise NotNow("This survey is still open: fewer than half of the people invited have answered.")
        closed_at = seen.manifest.closes_at if is_due else at
        box.execute(
            "UPDATE box SET state = 'shut', closed_at = ?, cancelled = ?, count_id = ?",
            (closed_at.isoformat(), int(cancel), random_key().hex()),
        )


def begin_count(boxes: Path, survey_id: int) -> list[bytes] | None:
    """The sealed ballots of a shut box, in the order of their random keys; None where it is open or was called off."""
    with _change(boxes, survey_id) as box:
        begun = "UPDATE box SET state = 'counting' WHERE state IN ('shut', 'counting') AND cancelled = 0"
        if box.execute(begun).rowcount != 1:
            return None
        return [row[0] for row in box.execute("SELECT sealed FROM ballot ORDER BY key")]


def hold(boxes: Path, survey_id: int, why: Held | None, *, may_be_kept: bool = False) -> None:
    """Note why a shut box is not counted, None where only its code is missing; until it is, it can be called off.

    Not where its result may be kept already: that box counts as being counted until the database can say.
    """
    with _change(boxes, survey_id) as box:
        state = BoxState.COUNTING if may_be_kept else BoxState.SHUT
        box.execute("UPDATE box SET held = ?, state = ? WHERE state IN ('shut', 'counting')", (why, state))


@contextmanager
def keeping(boxes: Path, survey_id: int) -> Iterator[bool]:
    """While the database keeps what a box told: whether it was called off before. Nobody can call it off meanwhile.

    Noted as kept when the block ends well.
    """
    with _change(boxes, survey_id) as box:
        (cancelled,) = box.execute("SELECT cancelled FROM box").fetchone()
        yield bool(cancelled)
        box.execute(_KEPT)


_KEPT = "UPDATE box SET state = 'kept' WHERE state <> 'open'"


def keep(boxes: Path, survey_id: int) -> None:
    """Note that only clearing away is left."""
    with _change(boxes, survey_id) as box:
        box.execute(_KEPT)


_REBIND = "UPDATE voter SET credential = ? WHERE person = ? AND credential = ?"


def rebind(boxes: Path, person_id: int, *, before: str, after: str) -> None:
    """Somebody gave themselves another password: every box knows them by the new one where it knew the one before.

    Those that wait come first, for one may be put into its place meanwhile. Whoever had no password when a survey
    opened stays unknown to it, for whoever makes password links could use one. A box that cannot be changed now counts
    the answer as one whose sign-in changed.
    """
    change = (after, person_id, before)
    for file in waiting_files(boxes):
        with suppress(sqlite3.Error), closing(_connect(file, mode="rw")) as waiting:
            waiting.execute(_REBIND, change)
    for survey_id in box_numbers(boxes):
        with suppress(Unfit, Busy), _change(boxes, survey_id) as box:
            box.execute(_REBIND, change)


# One connection a box and process, with the file that it is open to.
@dataclass(slots=True)
class _Connections:
    pid: int
    by_file: dict[Path, tuple[tuple[int, int], sqlite3.Connection]]


_lock = threading.RLock()
_known = _Connections(os.getpid(), {})


@contextmanager
def _open(boxes: Path, survey_id: int) -> Iterator[sqlite3.Connection | None]:
    """The connection to a box, for this thread alone until the block ends; None where there is none."""
    with _lock:
        try:
            # Beside an end note there are leftovers at most.
            yield None if has_ended(boxes, survey_id) else _connection(box_file(boxes, survey_id))
        except (sqlite3.DatabaseError, ValueError) as error:
            if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
                raise Busy("The survey’s ballot box does not answer just now. Try again in a moment") from error
            raise Unfit from error


@contextmanager
def _change(boxes: Path, survey_id: int) -> Iterator[sqlite3.Connection]:
    """A transaction in a box, kept when the block ends well. Raises `Unfit` where there is no box."""
    with _open(boxes, survey_id) as box:
        if box is None:
            raise Unfit
        box.execute("BEGIN IMMEDIATE")
        try:
            yield box
            box.execute("COMMIT")
        finally:
            if box.in_transaction:
                box.execute("ROLLBACK")


def _connection(file: Path) -> sqlite3.Connection | None:
    if _known.pid != os.getpid():  # a fork: the parent's connections are not ours to use or to close
        _known.pid, _known.by_file = os.getpid(), {}
    try:
        stat = file.stat()
    except OSError:
        _let_go(file)
        return None
    known = _known.by_file.get(file)
    if known and known[0] == (stat.st_dev, stat.st_ino):
        return known[1]
    _let_go(file)
    connection = _connect(file, mode="rw")
    _known.by_file[file] = ((stat.st_dev, stat.st_ino), connection)
    return connection


def _connect(file: Path, *, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{file.as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
    )
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def let_go_of_all() -> None:
    """Close every box: before its folder is moved, or put back by a test."""
    with _lock:
        for file in list(_known.by_file):
            _let_go(file)


def _let_go_of_the_gone() -> None:
    """Close boxes that another process has ended, so that nothing keeps their ballots on the disk."""
    with _lock:
        for file in [file for file in _known.by_file if not file.exists()]:
            _let_go(file)


def _let_go(file: Path) -> None:
    known = _known.by_file.pop(file, None)
    if known and _known.pid == os.getpid():
        known[1].close()

"""Where boxes lie: `open/<survey>/` with the box and its half of the key, `ended/<survey>.json` once it is over.

A box is written to a hidden folder, and waits there until the database has committed the other half of its key: it is
named by a print of that half. Only then is it renamed into place, so that it is there whole or not at all, and nobody
is asked, or can answer, before. What waits has no ballot and may go; what lies in its place goes by its own end only.
The rename fails where a box lies already, and the note of one that has ended stays for good: a survey's number is
opened once, ever.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from wfsite.core.durable import sync_folder, write_synced

BOX, HALF = "box.db", "half.key"


class Taken(Exception):
    """There is, or was, a box of this number."""


def box_file(boxes: Path, survey_id: int) -> Path:
    """The box's database."""
    return boxes / "open" / str(survey_id) / BOX


def box_numbers(boxes: Path) -> list[int]:
    """The surveys that have a box, ended ones left out."""
    try:
        with os.scandir(boxes / "open") as entries:
            return sorted(int(entry.name) for entry in entries if entry.name.isascii() and entry.name.isdigit())
    except FileNotFoundError:
        return []


def has_ended(boxes: Path, survey_id: int) -> bool:
    """Whether a box of this number was counted or destroyed."""
    return _note(boxes, survey_id).exists()


@contextmanager
def new_box(boxes: Path, survey_id: int, *, half: bytes, waits_for: bytes) -> Iterator[Path]:
    """A hidden folder to fill, on the disk for certain when the block ends; it waits for the database's half.

    Raises `Taken`.
    """
    for folder in (boxes, boxes / "open", boxes / "ended"):
        folder.mkdir(mode=0o700, exist_ok=True)
    if _is_taken(boxes, survey_id):
        raise Taken
    hidden = _waiting(boxes, survey_id, waits_for)
    hidden.mkdir(mode=0o700)
    try:
        write_synced(hidden / HALF, half)
        yield hidden
        for file in (hidden / HALF, hidden / BOX):
            file.chmod(0o600)
            sync_folder(file)
        sync_folder(hidden)
        sync_folder(hidden.parent)
    except BaseException:
        shutil.rmtree(hidden, ignore_errors=True)
        raise


def _is_taken(boxes: Path, survey_id: int) -> bool:
    """Whether there is, or was, a box of this number."""
    return has_ended(boxes, survey_id) or box_file(boxes, survey_id).parent.exists()


def _waiting(boxes: Path, survey_id: int, database_half: bytes) -> Path:
    """Where a box waits for the database to hold this half."""
    return boxes / "open" / f".{survey_id}.{hashlib.sha256(database_half).hexdigest()}"


def waiting_numbers(boxes: Path) -> list[int]:
    """The surveys of which a box waits."""
    numbers = {hidden.name.split(".")[1] for hidden in (boxes / "open").glob(".[0-9]*")}
    return sorted(int(number) for number in numbers if number.isascii() and number.isdigit())


def waiting_files(boxes: Path) -> list[Path]:
    """The databases of the boxes that wait."""
    return list((boxes / "open").glob(f".[0-9]*/{BOX}"))


def box_waits(boxes: Path, survey_id: int, database_half: bytes | None) -> bool:
    """Whether a box waits for this half, and its place is free."""
    if not isinstance(database_half, bytes) or _is_taken(boxes, survey_id):
        return False
    return _waiting(boxes, survey_id, database_half).exists()


def box_start(boxes: Path, survey_id: int, database_half: bytes | None) -> bool:
    """Put the box that waits for this half into its place; False where none does, or where its number is taken."""
    if not isinstance(database_half, bytes) or not box_waits(boxes, survey_id, database_half):
        return False
    place = box_file(boxes, survey_id).parent
    try:
        _waiting(boxes, survey_id, database_half).rename(place)
    except OSError:  # another pass was quicker
        return False
    sync_folder(place.parent)
    return True


def half_of(boxes: Path, survey_id: int) -> bytes:
    """The file half of a box's key; b"" when it is not there."""
    with suppress(OSError):
        return box_file(boxes, survey_id).with_name(HALF).read_bytes()
    return b""


def box_end(boxes: Path, survey_id: int, *, outcome: str, at: datetime) -> None:
    """Destroy the half, leave the note, remove the box. Repeatable at every step."""
    half = box_file(boxes, survey_id).with_name(HALF)
    with suppress(FileNotFoundError), half.open("r+b", buffering=0) as out:
        out.write(bytes(half.stat().st_size))
        os.fsync(out.fileno())
        out.truncate(0)
        os.fsync(out.fileno())
    if not has_ended(boxes, survey_id):
        _leave_note(boxes, survey_id, {"survey": survey_id, "outcome": outcome, "ended_at": at.isoformat()})
    box_sweep(boxes, survey_id)


def box_sweep(boxes: Path, survey_id: int) -> None:
    """Remove what is left of a box that has ended."""
    place = box_file(boxes, survey_id).parent
    with suppress(FileNotFoundError):  # another pass is at it too
        for file in place.iterdir():
            file.unlink(missing_ok=True)
        place.rmdir()
        sync_folder(place.parent)


def unfinished_sweep(boxes: Path, *, before: datetime) -> None:
    """Remove what openings before an instant left behind: boxes that nobody was ever asked to answer in."""
    for hidden in (boxes / "open").glob(".[0-9]*"):
        with suppress(FileNotFoundError):
            if hidden.stat().st_mtime < before.timestamp():
                shutil.rmtree(hidden, ignore_errors=True)


def _leave_note(boxes: Path, survey_id: int, values: dict[str, object]) -> None:
    note = _note(boxes, survey_id)
    note.parent.mkdir(mode=0o700, exist_ok=True)
    part = note.with_name(f".{survey_id}.{os.getpid()}")
    write_synced(part, json.dumps(values).encode())
    part.rename(note)
    sync_folder(note.parent)


def _note(boxes: Path, survey_id: int) -> Path:
    return boxes / "ended" / f"{survey_id}.json"

"""The folder of files, each under its content's SHA-256: written once, whole or not at all, never changed.

A file is on the disk before the row that names it is kept. What a kill leaves between the two has no row, and goes
after a day; a row without its file is damage, and `flask wfsite check` says so.
"""

import os
import secrets
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from wfsite.core.durable import sync_folder, write_synced


def place_of(content_hash: str) -> Path:
    """Where a file lies within a folder: `ab/cdef…`."""
    return Path(content_hash[:2]) / content_hash[2:]


class Store:
    """The files of one folder, which is made when the first is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, content: bytes, *, at: datetime) -> str:
        """Put content on the disk and return its hash; the same content twice is one file. Raises `OSError`."""
        content_hash = sha256(content).hexdigest()
        file = self.folder / place_of(content_hash)
        _make_room(file)
        with self._held():
            if not _is_whole(file, content_hash):
                _write(file, content)
            for folder in (file.parent, self.folder, self.folder.parent):
                with suppress(OSError):  # Windows opens no folders
                    sync_folder(folder)
            # From now on it has a day to get its row.
            os.utime(file, (at.timestamp(), at.timestamp()))
        return content_hash

    def read(self, content_hash: str) -> bytes | None:
        """The content with this hash; None where the file is missing or is no longer what it was."""
        with suppress(OSError):
            content = (self.folder / place_of(content_hash)).read_bytes()
            if sha256(content).hexdigest() == content_hash:
                return content
        return None

    def missing(self, files: Iterable[tuple[str, int]]) -> list[str]:
        """Of (hash, size) those of which no file of that size is there."""
        return [content_hash for content_hash, size in files if self._size(content_hash) != size]

    def sweep(self, known: Collection[str], *, before: datetime) -> int:
        """Delete the files that no row names and nobody kept since an instant; returns how many."""
        gone = 0
        for file in self._all():
            if f"{file.parent.name}{file.name}" in known:
                continue
            with self._held():
                if file.stat().st_mtime < before.timestamp():
                    file.unlink()
                    gone += 1
        return gone

    def copy_to(self, other: "Store", hashes: Iterable[str]) -> list[str]:
        """Put files into another folder that are not whole there; returns those that are not whole here."""
        lost = []
        for content_hash in hashes:
            target = other.folder / place_of(content_hash)
            if _is_whole(target, content_hash):
                continue
            content = self.read(content_hash)
            if content is None:
                lost.append(content_hash)
                continue
            _make_room(target)
            _write(target, content)
        return lost

    def hashes(self) -> list[str]:
        """The hashes of all files that are there."""
        return [f"{file.parent.name}{file.name}" for file in self._all() if not file.name.startswith(".")]

    def _all(self) -> Iterator[Path]:
        """Every file, those that were never finished too."""
        return (file for file in self.folder.glob("[0-9a-f][0-9a-f]/*") if file.is_file())

    def _size(self, content_hash: str) -> int:
        try:
            return (self.folder / place_of(content_hash)).stat().st_size
        except OSError:
            return -1

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Nobody keeps a file while another decides that it may go. Windows has no such lock; there a day must do."""
        try:
            import fcntl
        except ImportError:
            yield
            return
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _make_room(file: Path) -> None:
    """Make the folders that a file lies in, for their owner only."""
    for folder in (file.parent.parent, file.parent):
        folder.mkdir(mode=0o700, exist_ok=True)


def _is_whole(file: Path, content_hash: str) -> bool:
    try:
        return sha256(file.read_bytes()).hexdigest() == content_hash
    except OSError:
        return False


def _write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    part = file.with_name(f".{secrets.token_hex(8)}")
    try:
        write_synced(part, content)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)

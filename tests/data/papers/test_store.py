"""The folder of files: whole or not at all, once each, swept after a day, and a kill at any moment."""

import subprocess
import sys
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from tests.support.engines import NOW
from tests.support.present import the
from wfsite.papers.store import Store, place_of

_KEEPS = """
import sys, os
from datetime import datetime, UTC
from pathlib import Path
from wfsite.papers.store import Store
store = Store(Path(sys.argv[1]))
print("begun", flush=True)
for number in range(100_000):
    store.keep(os.urandom(400_000), at=datetime(2026, 3, 10, 10, tzinfo=UTC))
"""
HASH = sha256(b"agreed").hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "papers")


def test_the_same_content_twice_is_one_file_that_only_its_owner_reads(store: Store) -> None:
    assert store.keep(b"agreed", at=NOW) == store.keep(b"agreed", at=NOW) == HASH
    file = store.folder / place_of(HASH)
    assert [*store.hashes()] == [HASH] and file.read_bytes() == b"agreed"
    assert (file.stat().st_mode & 0o777, store.folder.stat().st_mode & 0o777) == (0o600, 0o700)


def test_what_is_no_longer_what_it_was_is_not_read_and_is_mended_by_keeping_it_again(store: Store) -> None:
    store.keep(b"agreed", at=NOW)
    (store.folder / place_of(HASH)).write_bytes(b"deceit")
    assert store.read(HASH) is None
    store.keep(b"agreed", at=NOW)
    assert store.read(HASH) == b"agreed"
    assert store.read("0" * 64) is None


def test_missing_files_are_told_by_their_size_too(store: Store) -> None:
    store.keep(b"agreed", at=NOW)
    assert store.missing([(HASH, 6), (HASH, 7), ("0" * 64, 1)]) == [HASH, "0" * 64]


def test_a_file_without_a_row_goes_after_a_day_and_never_sooner(store: Store) -> None:
    store.keep(b"agreed", at=NOW)
    known = store.keep(b"known", at=NOW)
    assert store.sweep({known}, before=NOW) == 0
    store.keep(b"agreed", at=NOW + timedelta(hours=1))  # sent again: its day begins again
    assert store.sweep({known}, before=NOW + timedelta(minutes=30)) == 0
    assert store.sweep({known}, before=NOW + timedelta(hours=2)) == 1
    assert store.hashes() == [known]


def test_a_folder_that_is_not_there_holds_nothing(store: Store) -> None:
    assert (store.hashes(), store.sweep(set(), before=NOW), store.read(HASH)) == ([], 0, None)


def test_copies_are_checked_and_bring_only_what_is_not_there(store: Store, tmp_path: Path) -> None:
    other = Store(tmp_path / "copy")
    store.keep(b"agreed", at=NOW)
    assert store.copy_to(other, [HASH, "0" * 64]) == ["0" * 64]
    assert other.read(HASH) == b"agreed"
    (other.folder / place_of(HASH)).write_bytes(b"torn")
    assert store.copy_to(other, [HASH]) == []
    assert other.read(HASH) == b"agreed"


def test_a_kill_at_any_moment_leaves_whole_files_only(store: Store) -> None:
    """What it interrupts lies under a hidden name, and goes after a day."""
    for rest in (0.05, 0.11, 0.2):
        with subprocess.Popen(
            [sys.executable, "-c", _KEEPS, str(store.folder)], stdout=subprocess.PIPE, text=True
        ) as process:
            the(process.stdout).readline()
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(rest)
            process.kill()
    assert store.hashes()
    assert all(store.read(content_hash) for content_hash in store.hashes())
    whole = set(store.hashes())
    store.sweep(whole, before=NOW + timedelta(days=20_000))
    assert set(store.hashes()) == whole
    assert not list(store.folder.glob("*/.*"))

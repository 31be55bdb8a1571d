"""Work in a process apart: answers come back, limits hold, and nothing is left behind, however the work ends."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from wfsite.core.apart import Broken, Desk, Limits, TooHeavy
from wfsite.core.errors import Busy
from wfsite.core.parsing import Unreadable
from wfsite.web.waiting import DRAWING, PACKING, READING

BRIEF = Limits(cpu_seconds=1, memory=256 * 1024 * 1024, seconds=20, patience_seconds=0)


def children() -> set[int]:
    """The processes that this one has started to work apart and not yet fetched; those that have ended count too."""
    return {
        int(child)
        for task in Path("/proc/self/task").iterdir()
        for child in _read(task / "children").split()
        if "wfsite.core.apart" in _read(Path("/proc") / child / "cmdline") or not lives(int(child))
    }


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""  # gone since it was listed


def lives(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has fetched does not."""
    return _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()[:1] not in ([], ["Z"])


@pytest.fixture
def before() -> set[int]:
    return children()


def told(desk: Desk, *arguments: Any, **named: Any) -> Any:
    return json.loads(desk.run("tests.support.heavy:told", *arguments, **named))


def test_it_is_given_arguments_and_neither_the_site_nor_its_secrets(
    monkeypatch: pytest.MonkeyPatch, before: set[int]
) -> None:
    monkeypatch.setenv("WFSITE_SECRET_KEY", "secret")
    monkeypatch.setenv("DATABASE_URL", "secret")
    monkeypatch.setenv("PGPASSWORD", "secret")
    found = told(Desk(busy="", without=["decimal"]), 1, "ä", [None], word="x" * 300_000)
    assert (found["arguments"], found["named"]) == ([1, "ä", [None]], {"word": "x" * 300_000})
    assert found["without"] == ["decimal"] and found["site"] == [] and found["pid"] != os.getpid()
    assert not [name for name in found["environment"] if name.startswith(("WFSITE_SECRET", "DATABASE", "PG"))]
    assert children() <= before  # one of an earlier test's may have ended meanwhile


def test_what_a_library_prints_is_no_answer() -> None:
    desk = Desk(busy="", warm_seconds=60)
    assert [desk.run("tests.support.heavy:chatty", word) for word in ("one", "two")] == [b"one", b"two"]
    desk.close()


def test_it_stays_warm_and_ends_by_itself(before: set[int]) -> None:
    desk = Desk(busy="", warm_seconds=60)
    first = told(desk)["pid"]
    assert told(desk)["pid"] == first
    assert children() - before == {first}
    desk.close()
    assert children() <= before  # one of an earlier test's may have ended meanwhile
    brief = Desk(busy="", warm_seconds=0.01)
    told(brief)
    while children() != before:
        pass
    assert told(brief)
    brief.close()


@pytest.mark.parametrize(
    ("work", "error"),
    [
        ("endless", TooHeavy),
        ("greedy", TooHeavy),
        ("crash", Broken),
        ("wrong", Broken),
        ("refused", Unreadable),
        ("no_such_work", Broken),
    ],
)
@pytest.mark.parametrize("warm_seconds", [0, 60])
def test_however_work_ends_the_next_is_done_and_nothing_is_left(
    before: set[int], work: str, error: type[Exception], warm_seconds: int
) -> None:
    desk = Desk(busy="", limits=BRIEF, warm_seconds=warm_seconds)
    with pytest.raises(error) as raised:
        desk.run(f"tests.support.heavy:{work}")
    assert "secret" not in str(raised.value)
    assert error is not Unreadable or str(raised.value) == "Enter “ä”"
    assert told(desk)
    desk.close()
    assert children() <= before  # one of an earlier test's may have ended meanwhile


def test_the_clock_on_the_wall_ends_what_uses_no_processor(before: set[int]) -> None:
    desk = Desk(busy="", limits=Limits(seconds=1.5))
    with pytest.raises(TooHeavy):
        desk.run("tests.support.heavy:asleep")
    assert children() <= before  # one of an earlier test's may have ended meanwhile


def test_a_warm_child_that_died_is_replaced() -> None:
    desk = Desk(busy="", warm_seconds=60)
    first = told(desk)["pid"]
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert told(desk)
    desk.close()


def test_it_writes_no_file(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="OSError"):
        Desk(busy="").run("tests.support.heavy:writer", str(tmp_path / "file"))
    assert (tmp_path / "file").read_bytes() == b""


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Path]]:
    """Lists the folders of temporary files that this test's children have."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return lambda: list(tmp_path.glob("wfsite-apart-*"))


def test_its_temporary_files_go_with_it(before: set[int], folders: Callable[[], list[Path]]) -> None:
    desk = Desk(busy="", limits=Limits(file=1_000))
    folder = Path(desk.run("tests.support.heavy:temporary").decode())
    assert folder.name.startswith("wfsite-apart-") and not folder.exists()
    desk = Desk(busy="", limits=Limits(file=1_000, seconds=1))
    with pytest.raises(TooHeavy):
        desk.run("tests.support.heavy:temporary", True)
    assert folders() == [] and children() == before


def test_one_at_a_time_and_who_comes_too_soon_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    desk = Desk(busy="Later", again_seconds=7, limits=BRIEF)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(desk.run, "tests.support.heavy:held", str(tmp_path / "pipe"))
        (tmp_path / "pipe").read_text()  # it has begun
        with pytest.raises(Busy, match="Later") as busy:
            told(desk)
        assert busy.value.seconds == 7
        (tmp_path / "pipe").write_text("done")
        assert first.result() == b"done"
    assert told(desk)


def test_whoever_asks_for_a_picture_waits_while_the_first_is_drawn() -> None:
    assert DRAWING.limits.seconds <= DRAWING.limits.patience_seconds <= 30
    assert all(desk.limits.patience_seconds <= 3 for desk in (READING, PACKING))


def test_a_child_ends_with_whoever_started_it(tmp_path: Path, folders: Callable[[], list[Path]]) -> None:
    os.mkfifo(tmp_path / "pipe")
    program = (
        f"from wfsite.core.apart import Desk; Desk(busy='').run('tests.support.heavy:held', {str(tmp_path / 'pipe')!r})"
    )
    with subprocess.Popen([sys.executable, "-c", program], env=os.environ | {"TMPDIR": str(tmp_path)}) as parent:
        child = int((tmp_path / "pipe").read_text())
        assert len(folders()) == 1
        parent.kill()
    threading.Thread(target=lambda: (tmp_path / "pipe").write_text("done")).start()
    while lives(child):
        pass
    assert folders() == []

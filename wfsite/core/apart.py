"""Heavy work in a process of its own, under limits of time and memory.

Who answers requests neither parses what people upload nor draws nor packs workbooks: they name a pure function
("wfsite.charts.drawing:draw") and wait. The child opens no database, is told no secret, and writes nothing but
temporary files in a folder that goes with it. It ends after its work, or stays warm for a few seconds where work comes
in handfuls; its input ends with whoever started it, and it with that.
"""

import atexit
import os
import pickle
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Timer
from time import process_time
from typing import Any, BinaryIO

from wfsite.core.errors import Busy
from wfsite.core.parsing import Unreadable

_CHECKOUT = Path(__file__).resolve().parents[2]
_SECRETS = ("WFSITE_", "DATABASE_URL", "PG")
_DONE, _UNREADABLE, _TOO_HEAVY, _BROKEN = b"+", b"?", b"!", b"-"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one piece of work is given; the largest file that is read takes 5 seconds and 200 MB, a picture 70 MB."""

    cpu_seconds: int = 10
    memory: int = 512 * 1024 * 1024  # bytes of addresses, more than are ever filled
    file: int = 0  # bytes in a temporary file
    seconds: float = 25  # by the clock on the wall
    patience_seconds: float = 3  # behind somebody else's work, before that is said


class TooHeavy(Exception):
    """The work took more time or memory than any piece of work is given."""


class Broken(Exception):
    """The work ended without an answer, and the fault is ours."""


class Desk:
    """Does one piece of work at a time, in a child that stays for `warm_seconds` after the last.

    Who finds it `busy` longer than its patience is told so, and to come again after `again_seconds`. `without` names
    packages that the child is not to load. Safe in any thread.
    """

    def __init__(
        self,
        *,
        busy: str,
        again_seconds: int = 60,
        warm_seconds: float = 0,
        without: Iterable[str] = (),
        limits: Limits | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self._again_seconds = again_seconds
        self._busy = busy
        self._warm_seconds = warm_seconds
        self._without = tuple(without)
        self._one_at_a_time = Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._folder: TemporaryDirectory[str] | None = None
        self._idle: Timer | None = None
        atexit.register(self.close)

    def run(self, function: str, *arguments: Any, **named: Any) -> bytes:
        """The bytes that a function ("package.module:name") makes of picklable arguments.

        Raises `Busy`, `TooHeavy` or `Broken`, and `Unreadable` where the function does.
        """
        if not self._one_at_a_time.acquire(timeout=self.limits.patience_seconds):
            raise Busy(self._busy, seconds=self._again_seconds)
        try:
            return self._answer(pickle.dumps((function, arguments, named, self.limits)))
        finally:
            self._one_at_a_time.release()

    def close(self) -> None:
        """End the child, whatever it does."""
        if self._child:
            self._child.kill()
            self._end()

    def _answer(self, request: bytes) -> bytes:
        try:
            child = self._started()
        except OSError as error:  # the machine gives no more processes
            raise Broken(type(error).__name__) from None
        deadline = _timer(self.limits.seconds, child.kill)
        kind, content = _exchange(child, request)
        deadline.cancel()
        if self._warm_seconds and kind in (_DONE, _UNREADABLE):
            self._idle = _timer(self._warm_seconds, self._end_if_idle)
        elif (code := self._end()) and not kind:
            kind, content = _kind_of_end(code), str(code).encode()
        if kind == _DONE:
            return content
        if kind == _UNREADABLE:
            raise Unreadable(content.decode())
        raise TooHeavy if kind == _TOO_HEAVY else Broken(content.decode() or "no answer")

    def _started(self) -> "subprocess.Popen[bytes]":
        """The child, warm or new."""
        if self._idle:
            self._idle.cancel()
        if self._child and self._child.poll() is not None:
            self._end()
        if self._child is None:
            self._folder = TemporaryDirectory(prefix="wfsite-apart-")
            self._child = subprocess.Popen(  # noqa: S603  (nothing in it comes from a person)
                [sys.executable, "-m", __name__, self._folder.name, *self._without],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=_CHECKOUT,
                env=_environment(self._folder.name),
            )
        return self._child

    def _end_if_idle(self) -> None:
        if self._one_at_a_time.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._one_at_a_time.release()

    def _end(self) -> int:
        """Let the child end, and leave nothing of it behind; returns its exit code, negative for a signal."""
        child, self._child = self._child, None
        if child is None:
            return 0
        with suppress(OSError), _pipe(child.stdin):
            pass
        try:
            child.wait(timeout=2)
        except subprocess.TimeoutExpired:
            child.kill()
        _pipe(child.stdout).close()
        code = child.wait()
        if self._folder:
            self._folder.cleanup()
        return code


def _environment(folder: str) -> dict[str, str]:
    """What the child is told."""
    told = {name: value for name, value in os.environ.items() if not name.startswith(_SECRETS)}
    # Each thread of a numeric library reserves memory that nothing here would use.
    return told | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder) | {"OPENBLAS_NUM_THREADS": "1"}


def _timer(seconds: float, act: Any) -> Timer:
    """A started timer that does not hold up the end of the process."""
    timer = Timer(seconds, act)
    timer.daemon = True
    timer.start()
    return timer


def _pipe(end: Any) -> BinaryIO:
    found: BinaryIO = end  # None only where no pipe was asked for
    return found


def _exchange(child: "subprocess.Popen[bytes]", request: bytes) -> tuple[bytes, bytes]:
    """What kind of answer the child gives, and the answer; (b"", b"") when it ends instead."""
    try:
        _send(_pipe(child.stdin), request)
        kind = _pipe(child.stdout).read(1)
        content = _received(_pipe(child.stdout))
    except OSError:
        return b"", b""
    return (kind, content) if content is not None else (b"", b"")


def _send(pipe: BinaryIO, content: bytes) -> None:
    pipe.write(len(content).to_bytes(8, "big"))
    pipe.write(content)
    pipe.flush()


def _received(pipe: BinaryIO) -> bytes | None:
    """The next message, or None where the other side has gone."""
    size = pipe.read(8)
    content = pipe.read(int.from_bytes(size, "big"))
    return content if len(size) == 8 and len(content) == int.from_bytes(size, "big") else None


def _kind_of_end(code: int) -> bytes:
    """Whether an exit code says that a limit was reached: of time, or of the machine's memory."""
    limits = [-getattr(signal, name) for name in ("SIGXCPU", "SIGKILL") if hasattr(signal, name)]
    return _TOO_HEAVY if code in limits else _BROKEN


def serve(folder: str, without: Iterable[str]) -> None:
    """The child: do one piece of work after the other, until the input ends or nobody takes the answer.

    It takes its `folder` of temporary files away, in case nobody is left to do so.
    """
    sys.modules.update(dict.fromkeys(without))  # type: ignore[arg-type]  # None: as if it were not installed
    work, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    with suppress(BrokenPipeError):
        while (request := _received(work)) is not None:
            kind, content = _done(request)
            answers.write(kind)
            _send(answers, content)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _done(request: bytes) -> tuple[bytes, bytes]:
    """Do what is asked; what goes wrong is named by its kind only, for its words may hold what was in a file."""
    try:
        function, arguments, named, limits = pickle.loads(request)  # noqa: S301  (from the process that started this one)
        module, _, name = function.partition(":")
        act = getattr(import_module(module), name)
        limit_process(limits)
        return _DONE, act(*arguments, **named)
    except Unreadable as error:
        return _UNREADABLE, str(error).encode()
    except MemoryError:
        return _TOO_HEAVY, b""
    except Exception as error:
        return _BROKEN, type(error).__name__.encode()


def limit_process(limits: Limits) -> None:
    """Set this process's limits for its next piece of work; Windows knows none, and there only the deadline holds."""
    if sys.platform != "win32":
        import resource

        with suppress(OSError):  # should the machine run out of memory, this is what can be spared
            Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")

        for limit, most in (
            (resource.RLIMIT_CPU, int(process_time()) + 1 + limits.cpu_seconds),
            (resource.RLIMIT_AS, limits.memory),
            (resource.RLIMIT_FSIZE, limits.file),
            (resource.RLIMIT_CORE, 0),
        ):
            _, hard = resource.getrlimit(limit)
            resource.setrlimit(limit, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2:])

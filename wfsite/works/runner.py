"""The process that does long work: how it is started beside the workers, and what holds it back."""

import logging
import os
import signal
import subprocess
import sys
from threading import Lock
from time import monotonic
from types import FrameType

from wfsite.config import CHECKOUT, COMMAND, Settings
from wfsite.core.apart import Limits, TooHeavy, limit_process
from wfsite.works.rules import QUIET_SECONDS, SLOTS
from wfsite.works.running import Bounds

log = logging.getLogger("wfsite.works")

_MEMORY = 512 * 1024 * 1024  # bytes of addresses: the site itself takes a fifth
# A page that asks again and again starts no more than one in so many seconds.
_AGAIN_SECONDS = 10
# By then every piece that waited has ended, or its runner has.
_LONGEST_SECONDS = 600


class Runners:
    """The runners that this process started. Safe in any thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._started: list[subprocess.Popen[bytes]] = []
        self._last = -float(_AGAIN_SECONDS)

    def start(self) -> None:
        """Start one for what has just been asked for, unless as many as may work at once are there to take it up."""
        with self._lock:
            self._started = [process for process in self._started if process.poll() is None]
            if len(self._started) >= SLOTS:
                return
            self._last = monotonic()
            try:
                self._started.append(_started(self._settings))
            except OSError as error:  # the machine gives no more processes: whoever looks next starts one
                log.error("no runner", extra={"problem": type(error).__name__})

    def start_again(self) -> None:
        """Start one for what was found left, unless one was started just now."""
        if monotonic() >= self._last + _AGAIN_SECONDS:
            self.start()

    def __len__(self) -> int:
        """How many of them have not been seen to end."""
        return len(self._started)

    def wait(self) -> None:
        """Wait until all of them have ended."""
        with self._lock:
            while self._started:
                self._started.pop().wait(_LONGEST_SECONDS)


def _started(settings: Settings) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603  (nothing in it comes from a person)
        (*COMMAND, "work"),
        cwd=CHECKOUT,
        env=settings.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def run_apart(settings: Settings) -> None:
    """Have a runner do what is left, and wait for it: who calls may take its children along when it ends.

    Raises `RuntimeError` where it failed.
    """
    with _started(settings) as process:
        try:
            code = process.wait(_LONGEST_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    if code:
        raise RuntimeError(f"the runner ended with {code}")


class ProcessBounds(Bounds):
    """A runner's own: processor time and memory for each piece, an end when it is silent, and workers go first.

    Windows knows none of them; there only the silence is noticed, by whoever takes the work up.
    """

    def __init__(self, *, cpu_seconds: int = 60, memory: int = _MEMORY, quiet_seconds: float = QUIET_SECONDS) -> None:
        self._cpu_seconds, self._memory, self._quiet_seconds = cpu_seconds, memory, quiet_seconds
        if sys.platform != "win32":
            os.nice(5)
            signal.signal(signal.SIGALRM, _too_heavy)

    def begin(self) -> None:
        """Count processor time from here."""
        if sys.platform != "win32":
            import resource

            # The database's own file may be as large as it is.
            largest = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
            signal.signal(signal.SIGXCPU, _too_heavy)
            limit_process(Limits(cpu_seconds=self._cpu_seconds, memory=self._memory, file=largest))
        self.alive()

    def alive(self) -> None:
        """Give it its time to say something again."""
        _ring_in(self._quiet_seconds)

    def over(self) -> None:
        """Nothing is timed any more: saying how it ended is no part of it."""
        _ring_in(0)
        if sys.platform != "win32":
            signal.signal(signal.SIGXCPU, signal.SIG_IGN)


def _ring_in(seconds: float) -> None:
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _too_heavy(_number: int, _frame: FrameType | None) -> None:
    raise TooHeavy

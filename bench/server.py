"""Starts the site as it is served for real, on one engine and one world, and tells what its processes use."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
# How the first release was served: each worker reads bodies in its only thread.
FIRST_RELEASE = (
    *("--interface", "wsgi", "--blocking-threads", "1", "--http", "auto", "--http1-header-read-timeout", "30000"),
    *("--backlog", "1024", "--backpressure", "512", "--no-respawn-failed-workers"),
)
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running site."""

    port: int
    pid: int
    database_pid: int | None

    def cpu_seconds(self) -> float:
        """CPU seconds used so far by the server's and the database's processes, ended children included."""
        return sum(_cpu(pid) for pid in self._pids())

    def memory_mb(self) -> float:
        """Proportional set size of the server's processes, in MB."""
        return sum(_pss(pid) for pid in tree(self.pid)) / 1024

    def kill(self) -> None:
        """SIGKILL to every process of the server, as a power cut would."""
        for pid in tree(self.pid):
            os.kill(pid, signal.SIGKILL)

    def _pids(self) -> list[int]:
        pids = tree(self.pid)
        return pids + (tree(self.database_pid) if self.database_pid else [])


@contextmanager
def served(
    url: str,
    instance: Path,
    *,
    database_pid: int | None = None,
    target: str = "bench.rsgi:site",
    more: Sequence[str] = (),
) -> Iterator[Server]:
    """The site on a free port of this machine, started as `serve.py` starts it, with `more` of granian's options."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "DATABASE_URL": url, "WFSITE_INSTANCE": str(instance), "PORT": str(port)}
    command = [*_start(target), "--port", str(port), "--log-level", "error", *more]
    with (instance / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=log, stderr=log)
    try:
        _wait(port, process)
        yield Server(port, process.pid, database_pid)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def target_of(checkout: Path = CHECKOUT) -> str:
    """What granian loads of the site itself; a commit of the first release knows WSGI only."""
    return "rsgi:site" if (checkout / "rsgi.py").exists() else "wsgi:app"


def _start(target: str) -> list[str]:
    if (CHECKOUT / "serve.py").exists():
        return [sys.executable, "serve.py", "--target", target]
    return [sys.executable, "-m", "granian", "--no-ws", "--workers", "2", *FIRST_RELEASE, target]


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise SystemExit("the server ended at its start; see server.log in the instance folder")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not start")


def tree(root: int) -> list[int]:
    """`root` and every process below it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def _cpu(pid: int) -> float:
    """User and system seconds of a process and of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return sum(int(f) for f in fields[11:15]) / _TICKS


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))

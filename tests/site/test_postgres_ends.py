"""The PostgreSQL server of a test run ends with the process that started it, even one that is killed."""

import subprocess
import sys
from pathlib import Path
from threading import Event

import psutil

from tests.support.present import the

_START = "from tests.support.engines import _own_postgres as own; print(own().pid, own().folder, flush=True); input()"


def test_nothing_of_it_is_left(checkout: Path) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", _START],
        cwd=checkout,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    pid, folder = the(starter.stdout).readline().split()
    server = psutil.Process(int(pid))
    processes = [server, *server.children(recursive=True)]
    assert len(processes) > 3
    starter.kill()
    starter.communicate(timeout=20)
    _, left = psutil.wait_procs(processes, timeout=20)
    assert left == []
    patience = Event()
    for _ in range(200):
        if not Path(folder).exists():
            return
        patience.wait(0.05)
    raise AssertionError(f"{folder} is left")

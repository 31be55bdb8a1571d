"""A process that does long work and kills itself at a step of its choosing; run as `python -m`.

It reads one number a line: the child it forks does what waits, and sends itself SIGKILL when it reaches that many
different lines of the code that does it. For 0 it runs to the end. It answers with the child's exit status, and with
how many lines there were.
"""

import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

from tests.support.engines import FrozenClock, settings_for
from wfsite.app import create_app
from wfsite.imports import checking
from wfsite.imports import services as import_services
from wfsite.works import queries, running, services
from wfsite.works.running import Bounds, works_run

_FILES = {module.__file__ for module in (checking, import_services, queries, running, services)}


def _run(step: int, url: str, instance: Path, at: datetime, out: int) -> None:
    seen: set[tuple[str, int]] = set()

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code.co_filename not in _FILES:
            return None
        if event == "line":
            seen.add((frame.f_code.co_filename, frame.f_lineno))
            if len(seen) == step:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    clock = FrozenClock(at)
    app = create_app(settings_for(url, instance), clock=clock)
    with app.app_context():
        sys.settrace(trace)
        works_run(clock, Bounds())
        sys.settrace(None)
    os.write(out, str(len(seen)).encode())


def main() -> None:
    """Serve steps until the input ends."""
    url, instance, at = sys.argv[1], Path(sys.argv[2]), datetime.fromisoformat(sys.argv[3])
    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            _run(int(line), url, instance, at, writing)
            os._exit(0)
        os.close(writing)
        _, status = os.waitpid(child, 0)
        lines = os.read(reading, 20).decode() or "0"
        os.close(reading)
        print(os.waitstatus_to_exitcode(status), lines, flush=True)


if __name__ == "__main__":
    main()

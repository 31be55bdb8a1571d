"""A process that counts or opens a survey and kills itself at a step of its choosing; run as `python -m`.

It reads one number a line: the child it forks counts what is due, or opens the draft that is named, and sends itself
SIGKILL when it reaches that many different lines of the code that does it. For 0 it runs to the end. It answers with
the child's exit status, and with how many lines there were.
"""

import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

from tests.support.engines import FrozenClock, settings_for
from tests.support.surveys import boxes, secret, workers
from wfsite.app import create_app
from wfsite.disclosure import option_rules
from wfsite.extensions import db
from wfsite.questions import count_rules
from wfsite.surveys.answering import services
from wfsite.surveys.box import folder, opening, store
from wfsite.surveys.closing import keeping, tally

_FILES = {module.__file__ for module in (count_rules, folder, keeping, opening, option_rules, services, store, tally)}


def _act(draft: int, at: datetime) -> None:
    """Open a draft as a page would, or count what is due."""
    if not draft:
        tally.close_due(at=at, boxes=boxes())
        return
    services.survey_open(draft, invited=workers(20), boxes=boxes(), key=secret(), at=at)
    db.session.commit()
    services.survey_start(draft, boxes=boxes())


def _run(step: int, url: str, instance: Path, at: datetime, draft: int, out: int) -> None:
    seen: set[tuple[str, int]] = set()

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code.co_filename not in _FILES:
            return None
        if event == "line":
            seen.add((frame.f_code.co_filename, frame.f_lineno))
            if len(seen) == step:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    app = create_app(settings_for(url, instance), clock=FrozenClock(at))
    with app.app_context():
        sys.settrace(trace)
        _act(draft, at)
        sys.settrace(None)
    os.write(out, str(len(seen)).encode())


def main() -> None:
    """Serve steps until the input ends."""
    url, instance, at, draft = sys.argv[1], Path(sys.argv[2]), datetime.fromisoformat(sys.argv[3]), int(sys.argv[4])
    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            _run(int(line), url, instance, at, draft, writing)
            os._exit(0)
        os.close(writing)
        _, status = os.waitpid(child, 0)
        lines = os.read(reading, 20).decode() or "0"
        os.close(reading)
        print(os.waitstatus_to_exitcode(status), lines, flush=True)


if __name__ == "__main__":
    main()

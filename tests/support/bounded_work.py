"""A runner with narrow bounds that meets work without measure; run as `python -m`."""

import sys
import time
from pathlib import Path

from tests.support.engines import FrozenClock, settings_for
from tests.support.works import kinds
from wfsite.app import create_app
from wfsite.works.kinds import Do, Keep
from wfsite.works.rules import Tell
from wfsite.works.runner import ProcessBounds
from wfsite.works.running import works_run


def _forever(subject_id: int, /, *, tell: Tell) -> Keep:
    turns = 0
    while True:
        turns += 1
        if turns % 1_000_000 == 0:
            tell(f"Turning {turns}")


def _huge(subject_id: int, /, *, tell: Tell) -> Keep:
    held = []
    while True:
        held.append(bytearray(20_000_000))


def _silent(subject_id: int, /, *, tell: Tell) -> Keep:
    while True:
        time.sleep(0.05)  # what a lock that never comes looks like


_WORK: dict[str, Do] = {"forever": _forever, "huge": _huge, "silent": _silent}


def main() -> None:
    """Do what waits, of these kinds."""
    app = create_app(settings_for(sys.argv[1], Path(sys.argv[2])), clock=FrozenClock())
    app.extensions["contributions"] = kinds(**_WORK)
    with app.app_context():
        works_run(FrozenClock(), ProcessBounds(cpu_seconds=1, memory=400_000_000, quiet_seconds=2))


if __name__ == "__main__":
    main()

"""Processes that vote and kill themselves at a step of their choosing; run as `python -m`, never imported.

`python -m tests.support.kill_vote BOXES SURVEY PERSON STEP` votes for PERSON, and sends itself SIGKILL when it reaches
the STEPth different line of the box's code; for 0 it votes to the end and prints how many lines there were.
"""

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from tests.support.engines import NOW
from wfsite.questions import answer_rules
from wfsite.surveys.box import envelopes, store


def main() -> None:
    """Vote, and perhaps die."""
    boxes, survey_id, person, step = Path(sys.argv[1]), *map(int, sys.argv[2:5])
    seen: set[tuple[str, int]] = set()

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code.co_filename not in (store.__file__, envelopes.__file__, answer_rules.__file__):
            return None
        if event == "line":
            seen.add((frame.f_code.co_filename, frame.f_lineno))
            if len(seen) == step:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    looked = store.look(boxes, survey_id, person_id=person)
    assert looked
    answers: dict[int, int | list[int] | str] = {looked.manifest.questions[0].id: 1}
    store.vote(boxes, looked, answers, person_id=person, credential=looked.credential or "", at=NOW)
    sys.settrace(None)
    print(len(seen), flush=True)


if __name__ == "__main__":
    main()

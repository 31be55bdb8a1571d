"""Starts a count in a process of its own: a process that answers requests never opens a ballot."""

import logging
import subprocess
from datetime import datetime

from wfsite.config import CHECKOUT, COMMAND, Settings

log = logging.getLogger("wfsite.surveys")

_LONGEST_SECONDS = 120


def count_apart(survey_id: int, settings: Settings, *, at: datetime, code: str = "") -> None:
    """Count a survey that has been closed, and wait for it; what is cut short, `flask wfsite run-due` finishes.

    A third holder's code goes by standard input, where no list of processes shows it.
    """
    done = subprocess.run(  # noqa: S603  (nothing in it comes from a person)
        (*COMMAND, "count-survey", str(survey_id), "--at", at.isoformat()),
        cwd=CHECKOUT,
        env=settings.environment(),
        input=code.encode(),
        capture_output=True,
        timeout=_LONGEST_SECONDS,
        check=False,
    )
    if done.returncode:
        log.error("count", extra={"survey": survey_id, "exit": done.returncode})

"""SIGKILL at the steps of a tally, and the next run: nothing lost, nothing doubled, nothing left behind."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from tests.support.engines import NOW, Site
from tests.support.snapshots import Snapshot
from tests.support.surveys import answer_all, keys_of, opened_survey, standing_of, workers
from wfsite.surveys.results.tally import close_due

LATER = NOW + timedelta(days=7)


class Killer:
    """The process that counts and dies."""

    def __init__(self, site: Site, at: datetime) -> None:
        command = [sys.executable, "-m", "tests.support.kill_tally", site.url, str(site.instance), at.isoformat()]
        checkout = Path(__file__).resolve().parents[2]
        self.process = subprocess.Popen(command, cwd=checkout, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def count(self, step: int = 0) -> tuple[int, int]:
        """Count and die at `step`, never for 0; returns the exit status and the number of steps seen."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"{step}\n")
        self.process.stdin.flush()
        status, lines = self.process.stdout.readline().split()
        return int(status), int(lines)

    def __enter__(self) -> "Killer":
        return self

    def __exit__(self, *error: object) -> None:
        self.process.communicate(timeout=20)


def killed_tallies(site: Site, *, voters: int, choose: Callable[[int], Iterable[int]]) -> int:
    """Kill a tally at each step that `choose` picks of all there are; returns how many kills there were."""
    survey_id = opened_survey(site, workers(voters + 5))
    answer_all(survey_id, workers(voters), text="said once")
    snapshot = Snapshot(site)
    kills = 0
    with Killer(site, LATER) as killer:
        status, steps = killer.count()
        assert status == 0 and steps > 60
        expected = standing_of(survey_id)
        assert expected["tally"][1] == voters and len(expected["comments"]) == voters
        assert list(keys_of(site).glob(f"{survey_id}-*")) == []
        for step in choose(steps):
            snapshot.restore()
            assert killer.count(step)[0] == -signal.SIGKILL, step
            kills += 1
            halfway = standing_of(survey_id)
            assert halfway["ballots"] in (0, voters), step
            assert (halfway["ballots"] == 0) == (halfway["tally"] is not None), step
            close_due(at=LATER, keys=keys_of(site))
            assert standing_of(survey_id) == expected, step
            assert list(keys_of(site).glob(f"{survey_id}-*")) == [], step
    snapshot.forget()
    return kills

"""SIGKILL at the steps of an opening, a vote, a tally, and the next run: nothing lost, doubled or left behind."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from tests.support.engines import NOW, Site
from tests.support.snapshots import Snapshot
from tests.support.surveys import (
    answer_all,
    ballots_of,
    give_passwords,
    open_draft,
    opened_survey,
    standing_of,
    survey_draft,
    workers,
)
from wfsite.extensions import db
from wfsite.surveys.answering.services import surveys_start
from wfsite.surveys.box.folder import box_file, waiting_numbers
from wfsite.surveys.box.store import marks
from wfsite.surveys.box_queries import box_problems
from wfsite.surveys.closing.tally import Step, close_due
from wfsite.surveys.models import Survey

LATER = NOW + timedelta(days=7)


class Killer:
    """The process that counts, or opens a draft, and dies."""

    def __init__(self, site: Site, at: datetime, *, draft: int = 0) -> None:
        command = [sys.executable, "-m", "tests.support.kill_survey", site.url, str(site.instance), at.isoformat()]
        command.append(str(draft))
        checkout = Path(__file__).resolve().parents[2]
        self.process = subprocess.Popen(command, cwd=checkout, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def act(self, step: int = 0) -> tuple[int, int]:
        """Do it and die at `step`, never for 0; returns the exit status and the number of steps seen."""
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
        status, steps = killer.act()
        assert status == 0 and steps > 60
        expected = standing_of(survey_id)
        assert expected["tally"][2] == voters and len(expected["comments"]) == voters
        assert expected["ended"] and not box_file(site.boxes, survey_id).parent.exists()
        for step in choose(steps):
            snapshot.restore()
            assert killer.act(step)[0] == -signal.SIGKILL, step
            kills += 1
            halfway = standing_of(survey_id)
            assert halfway["ballots"] in (0, voters), step
            assert halfway["ballots"] == voters or halfway["tally"] is not None, step
            close_due(at=LATER, boxes=site.boxes)
            assert standing_of(survey_id) == expected, step
            assert not box_file(site.boxes, survey_id).parent.exists(), step
    snapshot.forget()
    return kills


def killed_openings(site: Site, *, choose: Callable[[int], Iterable[int]]) -> set[str]:
    """Kill an opening at each step that `choose` picks of all there are; what the kills left, as it was then found.

    After each, what is in its place has its half in the database, the job brings both to one state, a draft opens
    again, and the votes count.
    """
    give_passwords(workers(20))
    survey_id = survey_draft()
    db.session.commit()
    snapshot, left = Snapshot(site), set()
    with Killer(site, NOW, draft=survey_id) as killer:
        status, steps = killer.act()
        assert status == 0 and steps > 40
        assert _opened(site, survey_id) == "open, in its place"
        for step in choose(steps):
            snapshot.restore()
            assert killer.act(step)[0] == -signal.SIGKILL, step
            found = _opened(site, survey_id)
            left.add(found)
            surveys_start(at=NOW, boxes=site.boxes)
            found = _opened(site, survey_id)
            assert found in ("draft", "draft, waits", "open, in its place"), step
            if found.startswith("draft"):
                open_draft(site, survey_id, workers(20))
            assert box_problems(site.boxes, at=NOW) == [], step
            answer_all(survey_id, workers(12))
            surveys_start(at=NOW.replace(year=2100), boxes=site.boxes)
            assert [done.step for done in close_due(at=LATER, boxes=site.boxes)] == [Step.COUNTED], step
            assert not list((site.boxes / "open").glob(f".{survey_id}.*")), step
    snapshot.forget()
    return left


def _opened(site: Site, survey_id: int) -> str:
    """Where an opening stands, in database and folder."""
    survey = db.session.get_one(Survey, survey_id, populate_existing=True)
    state = survey.state.value
    if box_file(site.boxes, survey_id).exists():
        state += ", in its place"
        assert not [problem for problem in box_problems(site.boxes, at=NOW) if problem.survey_id == survey_id]
    elif survey_id in waiting_numbers(site.boxes):
        state += ", waits"
    db.session.rollback()
    return state


def killed_votes(site: Site, *, every: int, processes: int = 6) -> int:
    """Kill votes at every so manyth step, six processes at a time; returns how many were killed.

    After each round marks and ballots agree, and whoever was killed can vote or has voted.
    """
    survey_id = opened_survey(site, workers(60))
    steps = int(_vote(site, survey_id, workers(1)[0], 0).communicate(timeout=60)[0])
    assert steps > 50
    kills, voters = 0, iter(workers(60)[1:])
    chosen = list(range(1, steps + 1, every))
    for start in range(0, len(chosen), processes):
        batch = zip(chosen[start:][:processes], voters, strict=False)
        running = [_vote(site, survey_id, person, step) for step, person in batch]
        for process in running:
            process.communicate(timeout=60)
            kills += process.returncode == -signal.SIGKILL
        assert ballots_of(survey_id) == marks(site.boxes, survey_id).answered
    return kills


def _vote(site: Site, survey_id: int, person: int, step: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.support.kill_vote", site.boxes, survey_id, person, step]
    checkout = Path(__file__).resolve().parents[2]
    return subprocess.Popen(list(map(str, command)), cwd=checkout, stdout=subprocess.PIPE, text=True)

"""Writes of workforce data. Nothing is overwritten: a correction is a newer version of the month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select

from wfsite.core.errors import RuleBroken, Stale
from wfsite.core.periods import add_months, month_end
from wfsite.core.words import month_name
from wfsite.extensions import db
from wfsite.people.models import Team
from wfsite.steering.workforce import queries
from wfsite.steering.workforce.models import RETURNS
from wfsite.steering.workforce.rules import FIGURES, Counts, part_problems
from wfsite.steering.workforce.sum_rules import flow_problem


@dataclass(frozen=True, slots=True)
class Planned:
    """A version to be recorded: `based_on` is the id of the newest one that was looked at, 0 for none."""

    team_id: int
    month: date
    counts: Counts
    notes: dict[str, str]
    based_on: int


_given = RETURNS.table
_NEWEST = select(_given.c.team_id, _given.c.month, _given.c.id).where(
    _given.c.team_id.in_(bindparam("team_ids", expanding=True)),
    _given.c.id == RETURNS.newest(_given.c.team_id, _given.c.month),
)
_CHANGED = "These figures were given again in the meantime. Look at what they say now, then try again."


def versions_add(planned: Sequence[Planned], *, by: int | None, at: datetime) -> None:
    """Record versions; raises `Stale` when a month has a newer one than the one looked at.

    Raises `RuleBroken` naming the first month whose part of something is more than the whole.
    """
    if not planned:
        return
    team_ids = sorted({version.team_id for version in planned})
    # Two people at once: the second waits here, then sees what the first recorded.
    teams = select(Team.id, Team.name).where(Team.id.in_(team_ids)).order_by(Team.id).with_for_update()
    names = {team.id: team.name for team in db.session.execute(teams)}
    for version in planned:
        for field, sentence in part_problems(version.counts).items():
            raise RuleBroken(field, f"{month_name(version.month)}, {names[version.team_id]}: {sentence}")
    newest = {(team, month): version for team, month, version in db.session.execute(_NEWEST, {"team_ids": team_ids})}
    if any(newest.get((version.team_id, version.month), 0) != version.based_on for version in planned):
        raise Stale(_CHANGED, theirs=newest)
    rows = [
        {
            "team_id": version.team_id,
            "month": version.month,
            "recorded_by": by,
            "notes": version.notes,
            **{figure.name: getattr(version.counts, figure.name) for figure in FIGURES},
        }
        for version in planned
    ]
    RETURNS.add_many(rows, at=at)


def month_record(
    team_id: int, month: date, counts: Counts, notes: dict[str, str], *, version: int, by: int, at: datetime, on: date
) -> bool:
    """Record a month's figures; False when they are what is recorded already, so a replayed form does nothing.

    `version` is the id of the version that the form showed. Raises `RuleBroken`, or `Stale` of the present
    month when another version was recorded since.
    """
    if month_end(month) > on:
        raise RuleBroken("permanent", f"{month_name(month)} is not over yet. Give its figures after it has ended")
    now = queries.workforce_month(team_id, month, as_at=at)
    if now is not None and now.counts == counts and dict(now.notes) == notes:
        return False
    if (now.version.id if now and now.version else 0) != version:
        raise Stale("This month was changed first.", theirs=now)
    before = queries.workforce_month(team_id, add_months(month, -1), as_at=at)
    problems = part_problems(counts)
    if problem := flow_problem(counts, before.counts.permanent if before else None):
        problems.setdefault(*problem)
    if problems:
        raise RuleBroken(**problems)
    if not notes and all(getattr(counts, figure.name) is None for figure in FIGURES) and now is None:
        raise RuleBroken("permanent", "Enter at least one figure")
    try:
        versions_add(
            [Planned(team_id=team_id, month=month, counts=counts, notes=notes, based_on=version)], by=by, at=at
        )
    except Stale as error:
        raise Stale(error.message, theirs=queries.workforce_month(team_id, month, as_at=at)) from None
    return True

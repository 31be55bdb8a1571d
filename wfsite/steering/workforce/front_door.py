"""Workforce data on home: what the data steward owes and has to explain, the targets of the month, and what to read."""

from collections.abc import Iterator
from datetime import date, datetime

from flask import url_for

from wfsite.core.actor import Actor
from wfsite.core.clock import london_date
from wfsite.core.permissions import Permission
from wfsite.core.tasks import Line, NotSetUp, Reading, Section, Task, Urgency, in_short
from wfsite.core.words import long_date
from wfsite.steering.workforce.gap_rules import Owed, owed
from wfsite.steering.workforce.queries import AreaMonths, DueTarget, figures_given_at, months_by_area, targets_due
from wfsite.steering.workforce.sentence_rules import months_unexplained, unexplained
from wfsite.steering.workforce.target_rules import Target
from wfsite.web.access import may


def home_tasks(actor: Actor, *, at: datetime) -> list[Task]:
    """For a data steward: the months that each area owes, then what does not add up and nobody has explained."""
    if not actor.can(Permission.WORKFORCE_IMPORT):
        return []
    areas, on = months_by_area(), london_date(at)
    owing = [(area, missing) for area in areas if (missing := owed(area.months, on=on))]
    doubtful = [area for area in areas if months_unexplained(area.months)]
    return [
        *in_short(sorted(owing, key=_longest_first), lambda one: _owed_task(*one), _rest_owed),
        *in_short(doubtful, _doubtful_task, _rest_doubtful),
    ]


def _longest_first(one: tuple[AreaMonths, Owed]) -> tuple[date, str]:
    area, missing = one
    return (missing.months[0], area.name)


def _owed_task(area: AreaMonths, missing: Owed) -> Task:
    """It leads to the first month that is missing."""
    return Task(
        title=f"Give the figures: {area.name}",
        url=_month_url(area, missing.months[0]),
        detail=missing.sentence,
        tag="Owed",
        tag_colour="red",
        urgency=Urgency.LATE,
    )


def _doubtful_task(area: AreaMonths) -> Task:
    """It leads to the latest month that does not add up, where the difference can be explained or mended."""
    return Task(
        title=f"Explain what does not add up: {area.name}",
        url=_month_url(area, months_unexplained(area.months)[-1].month),
        detail=" ".join(unexplained(area.months)),
        tag="To explain",
        tag_colour="yellow",
        urgency=Urgency.WAITING,
    )


def _rest_owed(left: int) -> Task:
    return _rest(f"{left:,} more service areas and teams owe figures", "Owed", "red", Urgency.LATE)


def _rest_doubtful(left: int) -> Task:
    return _rest(f"{left:,} more service areas and teams do not add up", "To explain", "yellow", Urgency.WAITING)


def _rest(title: str, tag: str, colour: str, urgency: Urgency) -> Task:
    url = url_for("steering.workforce_page")
    return Task(
        title=title, url=url, detail="Choose the area on the page.", tag=tag, tag_colour=colour, urgency=urgency
    )


def _month_url(area: AreaMonths, month: date) -> str:
    return url_for("steering.month_edit", team_id=area.id, month=f"{month:%Y-%m}")


def home_sections(actor: Actor, *, at: datetime) -> Iterator[Section]:
    """For a data steward: the targets whose day is in this month."""
    if not actor.can(Permission.WORKFORCE_IMPORT):
        return
    if due := targets_due(on=london_date(at)):
        yield Section(title="Targets due this month", lines=in_short(due, _target_line, _rest_targets))
    elif figures_given_at() is None:
        yield Section(title="Workforce data", not_set_up=no_figures())


def _target_line(due: DueTarget) -> Line:
    target = Target(due.due_on, due.value, due.source, due.due_on, due.convert_or_replace, due.paired_with)
    pair = f" Also: {target.pair_text}." if target.pair_text else ""
    return Line(
        title=f"{due.area}: agency workers at {target.value_text} or less",
        url=url_for("steering.workforce_page", area=due.area_id),
        detail=f"By {long_date(due.due_on)}.{pair} Source: {due.source}.",
        tag="Due",
    )


def _rest_targets(left: int) -> Line:
    return Line(title=f"{left:,} more targets are due", url=url_for("steering.workforce_page"))


def home_reading(actor: Actor, *, at: datetime) -> Iterator[Reading]:
    """The figures, since somebody gave some last."""
    given_at = figures_given_at() if actor.can(Permission.WORKFORCE_READ) else None
    if given_at:
        since = london_date(given_at)
        yield Reading(
            title="Workforce data",
            url=url_for("steering.workforce_page"),
            detail=f"Figures were last given on {long_date(since)}.",
            since=since,
        )


def no_figures() -> NotSetUp:
    """That nobody gave figures yet, for whoever may give them and for whoever may not."""
    what = "Nobody has given any workforce figures yet."
    if not may("steering.workforce_import"):
        return NotSetUp(
            what, "The data steward imports them each month. They appear here as soon as the first month is in."
        )
    advice = (
        "Begin with last month’s counts of permanent and agency workers, starters, leavers and unfilled posts. "
        "A spreadsheet that you have already will often do as it is."
    )
    return NotSetUp(what, advice, url_for("steering.workforce_import"), "Import workforce figures")

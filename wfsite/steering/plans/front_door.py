"""The plan on home and on the group's front door: what waits for whom, and the few figures that matter."""

from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime

from flask import url_for

from wfsite.core.actor import Actor
from wfsite.core.clock import london_date
from wfsite.core.groups import GroupKind
from wfsite.core.paging import First
from wfsite.core.permissions import Permission, Role
from wfsite.core.rag import Rag
from wfsite.core.tasks import MOST_OF_A_KIND, Found, Headline, Line, NotSetUp, Reading, Section, Task, Urgency, in_short
from wfsite.core.words import brief, count_of, long_date
from wfsite.groups.queries import front_id
from wfsite.steering.plans.exception_queries import ExceptionRow, LeadGone, PlanExceptions, leads_gone, plan_exceptions
from wfsite.steering.plans.headline_queries import PlanHeadlines, newest_plan, plan_headlines
from wfsite.steering.plans.own_queries import (
    DatedAction,
    dates_decidable,
    dates_to_decide,
    dates_waiting,
    own_actions,
)
from wfsite.steering.plans.row_rules import ActionRow
from wfsite.steering.plans.rules import NOT_UPDATED, OVERDUE, year_label


def home_tasks(actor: Actor, *, at: datetime) -> list[Task]:
    """What the plan asks of `actor`: updates, revised dates of what is overdue, decisions, leads in place of others."""
    on = london_date(at)
    own = own_actions(actor, on=on, most=MOST_OF_A_KIND)
    decisions = dates_to_decide(actor, on=on, most=MOST_OF_A_KIND)
    gone = leads_gone(actor, on=on, most=MOST_OF_A_KIND)
    return [
        *_shortened(own.to_update, _update_task, "to update", "Not updated", "yellow", "mine=1&stale=1"),
        *_shortened(own.to_date, _date_task, "to give a revised date", OVERDUE, "red", "mine=1&overdue=1"),
        *_shortened(decisions, _decision_task, "to decide on", "To decide", "blue", "to_decide=1"),
        *in_short(gone, _gone_task, _more_gone),
    ]


def home_sections(actor: Actor, *, at: datetime) -> Iterator[Section]:
    """The dates of `actor`'s actions that wait; for a chair what is red and what moved; the plan in its few figures."""
    if not actor.can(Permission.PLAN_READ):
        return
    on, is_chair = london_date(at), Role.CHAIR in actor.roles
    if waiting := dates_waiting(actor, on=on):
        yield Section(title="Your revised dates that wait for a decision", lines=[_waiting(one) for one in waiting])
    headlines = plan_headlines(on=on)
    if is_chair and headlines:
        yield from _exceptions(plan_exceptions(on=on, most=MOST_OF_A_KIND), headlines.met_before_on)
    if headlines:
        yield Section(title="The action plan now", figures=plan_figures(headlines))
    elif is_chair or actor.can(Permission.PLAN_IMPORT):
        yield Section(title="The action plan now", not_set_up=no_plan(actor, on=on))


def _exceptions(found: PlanExceptions, met_on: date | None) -> Iterator[Section]:
    """What is red, with its movement; then what else moved, which only a meeting makes a question."""
    if found.red.total:
        yield Section(
            title="Red, and why",
            lines=in_short(found.red, lambda row: _red_line(row, met_on), _more_red),
        )
    if found.moved.total and met_on:
        title = f"{'Also moved' if found.red.total else 'Moved'} since the last meeting, on {long_date(met_on)}"
        yield Section(title=title, lines=in_short(found.moved, _moved_line, _more_moved))


def _red_line(row: ExceptionRow, met_on: date | None) -> Line:
    why = brief(row.note) if row.note else "Nobody has said why."
    if met_on and row.before is not row.rag:
        return _exception_line(row, f"{_moved(row)}. {why}")
    return _exception_line(row, f"{long_date(london_date(row.updated_at))}. {why}" if row.updated_at else why)


def _moved_line(row: ExceptionRow) -> Line:
    return _exception_line(row, f"{_moved(row)}. {brief(row.note)}".rstrip())


def _moved(row: ExceptionRow) -> str:
    """ "Amber → Red on 3 March 2026"."""
    day = f" on {long_date(london_date(row.updated_at))}" if row.updated_at else ""
    return f"{row.before.word} → {row.rag.word}{day}"


def _exception_line(row: ExceptionRow, detail: str) -> Line:
    url = url_for("steering.action_page", action_id=row.id)
    title = f"{row.reference} {row.title}"
    return Line(title=title, url=url, detail=detail, tag=f"{row.rag.shape} {row.rag.word}", tag_colour=row.rag.tag)


def _more_red(left: int) -> Line:
    url = url_for("steering.plan_page", rag=Rag.RED.value)
    return Line(
        title=f"{left:,} more that are red", url=url, tag=f"{Rag.RED.shape} {Rag.RED.word}", tag_colour=Rag.RED.tag
    )


def _more_moved(left: int) -> Line:
    return Line(title=f"{left:,} more that moved", url=url_for("steering.plan_page"))


def home_reading(actor: Actor, *, at: datetime) -> list[Reading]:
    """The plan, since it was updated last."""
    newest = newest_plan() if actor.can(Permission.PLAN_READ) else None
    if newest is None:
        return []
    since = london_date(newest.updated_at) if newest.updated_at else None
    detail = f"Last updated on {long_date(since)}." if since else "Nobody has updated it yet."
    title = f"Action plan {year_label(newest.year)}"
    return [Reading(title=title, url=url_for("steering.plan_page"), detail=detail, since=since)]


def _shortened(
    waiting: First[Found], task: Callable[[Found], Task], words: str, tag: str, colour: str, query: str
) -> list[Task]:
    """A task for each of the first that wait; of many, one more that leads to all of them on the plan."""

    def rest(left: int) -> Task:
        url = f"{url_for('steering.plan_page')}?{query}"
        return Task(title=f"{left:,} more {words}", url=url, tag=tag, tag_colour=colour, urgency=Urgency.WAITING)

    return in_short(waiting, task, rest)


def _update_task(row: ActionRow) -> Task:
    """An action that nobody looked at since the last meeting; it leads straight to its update."""
    url = url_for("steering.action_update", action_id=row.id)
    detail = f"{NOT_UPDATED}. Now {row.rag.word}."
    return Task(
        title=f"Update {row.reference} {row.title}",
        url=url,
        detail=detail,
        tag="Not updated",
        tag_colour="yellow",
        urgency=Urgency.WAITING,
    )


def _date_task(row: ActionRow) -> Task:
    """An overdue action for which no revised date is proposed; it leads straight to the proposal."""
    url = url_for("steering.date_propose", action_id=row.id)
    declined = f" {row.date_step_text} was declined." if row.was_declined else ""
    detail = f"{row.overdue_words}.{declined} Now {row.rag.word}."
    return Task(
        title=f"Propose a revised date for {row.reference} {row.title}",
        url=url,
        detail=detail,
        tag=OVERDUE,
        tag_colour="red",
        urgency=Urgency.WAITING,
    )


def _gone_task(gone: LeadGone) -> Task:
    """An action of whose leads somebody has left; its page says what it needs, an import gives it another."""
    return Task(
        title=f"Find another lead for {gone.reference} {gone.title}",
        url=url_for("steering.action_page", action_id=gone.id),
        detail=f"{gone.lead} has left: the account is closed.",
        tag="Lead has left",
        tag_colour="yellow",
        urgency=Urgency.WAITING,
    )


def _more_gone(left: int) -> Task:
    words = f"{count_of(left, 'more action')} whose lead has left"
    return Task(title=words, url=url_for("steering.plan_page"), tag="Lead has left", urgency=Urgency.WAITING)


def _decision_task(dated: DatedAction) -> Task:
    """A revised date that waits for the reader's decision."""
    row, newest = dated.row, dated.newest
    url = url_for("steering.date_decide", action_id=row.id)
    detail = f"{newest.by} proposed {newest.timescale.text} on {_day(dated)}. Timescale now: {row.in_force}."
    return Task(
        title=f"Decide on a revised date for {row.reference} {row.title}",
        url=url,
        detail=detail,
        tag="To decide",
        urgency=Urgency.WAITING,
    )


def _waiting(dated: DatedAction) -> Line:
    row, newest = dated.row, dated.newest
    return Line(
        title=f"{row.reference} {row.title}",
        url=url_for("steering.action_page", action_id=row.id),
        detail=f"{newest.timescale.text}, {newest.step.value} by {newest.by} on {_day(dated)}",
        tag="Waiting",
        tag_colour="yellow",
    )


def dates_to_decide_open(ids: Collection[int], *, seen_by: Actor, on: date) -> dict[int, str]:
    """Where to decide on the dates of some actions, for who may; to the action itself where none waits any longer."""
    return {
        action_id: url_for(f"steering.{'date_decide' if waits else 'action_page'}", action_id=action_id)
        for action_id, waits in dates_decidable(seen_by, ids).items()
    }


def dates_decided_open(ids: Collection[int], *, seen_by: Actor, on: date) -> dict[int, str]:
    """Where to read of the dates of some actions, for who may read the plan."""
    if not seen_by.can(Permission.PLAN_READ):
        return {}
    return {action_id: url_for("steering.action_page", action_id=action_id) for action_id in ids}


def _day(dated: DatedAction) -> str:
    return long_date(london_date(dated.newest.at))


def may_import(actor: Actor, *, on: date) -> bool:
    """Whether somebody may bring in the plan of a year that has none."""
    return actor.can_for(Permission.PLAN_IMPORT, front_id(GroupKind.STEERING, on=on))


def no_plan(actor: Actor, *, on: date) -> NotSetUp:
    """That there is no plan, for whoever may import one and for whoever may not."""
    what = "There is no action plan for this year yet."
    if not may_import(actor, on=on):
        return NotSetUp(what, "The group’s secretary can import one.")
    advice = "Bring in the plan as a spreadsheet: its themes, actions, timescales and leads."
    return NotSetUp(what, advice, url_for("steering.plan_import"), "Import an action plan")


def plan_figures(headlines: PlanHeadlines | None) -> list[Headline]:
    """The plan's red and finished actions and what the group watches, each with what it is counted from."""
    if headlines is None:
        return []
    counts = dict(headlines.counts)
    of_all = f"of {count_of(headlines.total, 'action')} and sub-actions in the plan of {year_label(headlines.year)}"
    address = url_for("steering.plan_page", year=headlines.year)

    def status(rag: Rag) -> Headline:
        return Headline(label=rag.word, value=str(counts.get(rag, 0)), detail=of_all, url=f"{address}&rag={rag.value}")

    watched = [
        Headline(label=words, value=str(count), detail=of_all, url=f"{address}&{query}=1")
        for words, count, query in headlines.attention.lines
    ]
    return [status(Rag.RED), status(Rag.AMBER), *watched, status(Rag.COMPLETE)]

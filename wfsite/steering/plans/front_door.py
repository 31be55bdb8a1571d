"""The plan on the group's front door: what waits, and the few figures that matter."""

from flask import url_for

from wfsite.core.rag import Rag
from wfsite.core.tasks import Headline, Task
from wfsite.core.words import count_of, long_date
from wfsite.steering.plans.headline_queries import PlanHeadlines
from wfsite.steering.plans.queries import WaitingAction
from wfsite.steering.plans.rules import year_label


def action_task(action: WaitingAction) -> Task:
    """An action that waits, as a line of the task list; it leads straight to its update."""
    due = f"Due {long_date(action.due_on)}. " if action.due_on else ""
    return Task(
        f"Update {action.reference} {action.title}",
        url_for("steering.action_update", action_id=action.id),
        f"{due}Now {action.rag.word}.",
        "Overdue" if action.overdue else "Not updated",
        "red" if action.overdue else "yellow",
        rank=1 if action.overdue else 3,
    )


def plan_figures(headlines: PlanHeadlines | None) -> list[Headline]:
    """The present plan's red, overdue and finished actions, each with what it is counted from."""
    if headlines is None:
        return []
    counts = dict(headlines.counts)
    of_all = f"of {count_of(headlines.total, 'action')} and sub-actions in the plan of {year_label(headlines.year)}"
    address = url_for("steering.plan_page", year=headlines.year)
    return [
        Headline("Red", str(counts.get(Rag.RED, 0)), of_all, f"{address}&rag=red"),
        Headline("Amber", str(counts.get(Rag.AMBER, 0)), of_all, f"{address}&rag=amber"),
        Headline("Overdue", str(headlines.overdue), of_all, f"{address}&overdue=1"),
        Headline("Complete", str(counts.get(Rag.COMPLETE, 0)), of_all, f"{address}&rag=complete"),
    ]

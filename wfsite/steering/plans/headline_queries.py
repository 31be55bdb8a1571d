"""The present plan in a few numbers, for the group's front door."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select

from wfsite.core.periods import Timescale
from wfsite.core.rag import Rag
from wfsite.extensions import db
from wfsite.steering.plans.models import Action, ActionWording, Plan, RagUpdate, Theme
from wfsite.steering.plans.rules import plan_year_of, status_counts


@dataclass(frozen=True, slots=True)
class PlanHeadlines:
    """The plan of the present year in a few numbers."""

    year: int
    counts: tuple[tuple[Rag, int], ...]
    total: int
    overdue: int


_STATUSES = (
    select(RagUpdate.rag, ActionWording.timescale_kind, ActionWording.due_on)
    .select_from(Action)
    .join(Theme, Theme.id == Action.theme_id)
    .join(Plan, Plan.id == Theme.plan_id)
    .join(ActionWording, ActionWording.id == Action.wording_id)
    .outerjoin(RagUpdate, RagUpdate.id == Action.rag_update_id)
    .where(Plan.year == bindparam("year"))
)


def plan_headlines(*, on: date) -> PlanHeadlines | None:
    """How the plan of the present year stands; None when there is none."""
    year = plan_year_of(on)
    records = db.session.execute(_STATUSES, {"year": year}).all()
    if not records:
        return None
    statuses = [record.rag or Rag.NOT_STARTED for record in records]
    overdue = sum(
        not rag.is_finished and Timescale(record.timescale_kind, None, record.due_on).is_overdue(on=on)
        for rag, record in zip(statuses, records, strict=True)
    )
    return PlanHeadlines(year, status_counts(statuses), len(statuses), overdue)

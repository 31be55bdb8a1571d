"""Who had a hand in what an edition says: the one rule by which nobody approves their own words or figures."""

from sqlalchemy import FromClause, Select, and_, or_, select

from wfsite.db.base import table_of
from wfsite.issued.models import Edition, EditionStep
from wfsite.issued.rules import HANDS, Step


def hands_in(edition: FromClause) -> Select[int | None]:
    """Ids of whoever started `edition`, changed its words or took its figures, or wrote words of an edition before it.

    A correction begins with the words of the edition that it replaces, so these are still theirs.
    """
    step, source = table_of(EditionStep).alias("hand"), table_of(Edition).alias("source")
    own = and_(source.c.id == edition.c.id, step.c.step.in_(HANDS))
    copied = and_(source.c.issued_at.is_not(None), source.c.number < edition.c.number, step.c.step == Step.WORDS)
    return (
        select(step.c.recorded_by)
        .join(source, source.c.id == step.c.edition_id)
        .where(
            source.c.kind == edition.c.kind,
            source.c.subject == edition.c.subject,
            step.c.recorded_by.is_not(None),
            or_(own, copied),
        )
    )

"""Tables of workforce data. A figure is never overwritten: a correction is a newer row for the same month."""

from datetime import date
from decimal import Decimal

from sqlalchemy import JSON, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wfsite.db.base import Base, choice
from wfsite.db.dated import Dated, DatedRow
from wfsite.steering.workforce.target_rules import Measure


class WorkforceReturn(DatedRow):
    """One service area's counts for one month, as recorded at an instant. None is not supplied, 0 is zero."""

    __tablename__ = "workforce_return"
    __table_args__ = (Index("ix_workforce_return_team_id_month_recorded_at", "team_id", "month", "recorded_at"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    # The first day of the month; counts stand at its last.
    month: Mapped[date]
    permanent: Mapped[int | None]
    starters: Mapped[int | None]
    leavers: Mapped[int | None]
    agency: Mapped[int | None]
    vacancies: Mapped[int | None]
    vacancies_covered: Mapped[int | None]
    conversions: Mapped[int | None]
    replacements: Mapped[int | None]
    transfers_in: Mapped[int | None]
    transfers_out: Mapped[int | None]
    permanent_fte: Mapped[Decimal | None] = mapped_column(Numeric(9, 2))
    agency_fte: Mapped[Decimal | None] = mapped_column(Numeric(9, 2))
    cases: Mapped[int | None]
    case_holders_fte: Mapped[Decimal | None] = mapped_column(Numeric(9, 2))
    # Footnotes by column name: {"vacancies": "12 of these start in March"}.
    notes: Mapped[dict[str, str]] = mapped_column(JSON)


class MeasureTarget(Base):
    """A dated target with its source: a ratio not to exceed. Targets may come in pairs, and may conflict."""

    __tablename__ = "measure_target"
    __noun__ = "target"
    __table_args__ = (UniqueConstraint("team_id", "measure", "due_on", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    measure: Mapped[Measure] = mapped_column(choice(Measure))
    # From when it counts: a page as at an earlier day does not know it.
    set_on: Mapped[date]
    due_on: Mapped[date]
    value: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    # The other half of a pair: how many agency workers to convert or replace since the target before, and the
    # source's words for it ("convert or replace a further 13 agency workers").
    convert_or_replace: Mapped[int | None]
    paired_with: Mapped[str] = mapped_column(String(200), default="")
    source: Mapped[str] = mapped_column(String(200))


RETURNS = Dated(WorkforceReturn, "team_id", "month")

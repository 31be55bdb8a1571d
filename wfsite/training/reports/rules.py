"""The quarter's attendance as pure values: what was counted, added up by profession and agency."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from wfsite.core.clock import london_date
from wfsite.core.periods import Quarter
from wfsite.core.permissions import Reach
from wfsite.core.words import moment
from wfsite.training.bookings.rules import NOT_RECORDED
from wfsite.training.registers.count_rules import Alike, Counts, Kind

EVENT, BOTH, AGENCY, PROFESSION, TOTAL = "event", "both", "agency", "profession", "total"


@dataclass(frozen=True, slots=True)
class Counted(Alike):
    """Places of closed registers that are alike, or how many different people stand behind them at a `level`."""

    level: str
    agency: str
    profession: str

    def named(self, level: str) -> tuple[str, str]:
        """(agency, profession), "" for what `level` adds up over."""
        return (
            "" if level in (PROFESSION, TOTAL) else self.agency,
            "" if level in (AGENCY, TOTAL) else self.profession,
        )


@dataclass(frozen=True, slots=True)
class SessionKind(Alike):
    """Places of one session that are alike; a session without places has one row, of none."""

    id: int
    is_closed: bool


@dataclass(frozen=True, slots=True)
class ProvidedKind(SessionKind):
    """The same with what the report says of the session."""

    course: str
    level: str
    starts_at: datetime
    ends_at: datetime
    venue: str
    capacity: int


@dataclass(frozen=True, slots=True)
class Group:
    """One profession, one agency, or one profession of one agency: its events and its different people."""

    label: str
    counts: Counts
    people: int
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Provided:
    """A session of the quarter; `counts` are those of the people whom the reader may see."""

    id: int
    course: str
    level: str
    starts_at: datetime
    ends_at: datetime
    venue: str
    capacity: int
    is_closed: bool
    counts: Counts

    @property
    def when(self) -> str:
        """ "3 March 2026 at 9:30am", and to when where it ends on another day: that day decides the quarter."""
        is_one_day = london_date(self.starts_at) == london_date(self.ends_at)
        return moment(self.starts_at) if is_one_day else f"{moment(self.starts_at)} to {moment(self.ends_at)}"


@dataclass(frozen=True, slots=True)
class QuarterHeadlines:
    """A quarter in its few figures, as far as `reach` goes: the total of closed registers, and how many are open."""

    quarter: Quarter
    reach: Reach
    counts: Counts
    people: int
    sessions: int
    open_registers: int


@dataclass(frozen=True, slots=True)
class QuarterReport:
    """The quarter's attendance. Groups and total count closed registers only; `sessions` are all that began."""

    quarter: Quarter
    reach: Reach
    total: Group
    by_profession: tuple[Group, ...]
    by_agency: tuple[Group, ...]
    by_both: tuple[Group, ...]
    sessions: tuple[Provided, ...] = field(repr=False)

    @property
    def open_registers(self) -> int:
        """How many of the sessions have no closed register."""
        return sum(1 for session in self.sessions if not session.is_closed)

    @property
    def headlines(self) -> QuarterHeadlines:
        """The same in a few figures."""
        return QuarterHeadlines(
            quarter=self.quarter,
            reach=self.reach,
            counts=self.total.counts,
            people=self.total.people,
            sessions=len(self.sessions),
            open_registers=self.open_registers,
        )


def report_of(
    quarter: Quarter, reach: Reach, *, counted: Iterable[Counted], held: Iterable[ProvidedKind]
) -> QuarterReport:
    """The report that these rows add up to."""
    events: list[Counted] = []
    people: dict[tuple[str, str, str], int] = {}
    for row in counted:
        if row.level == EVENT:
            events.append(row)
        else:
            people[row.level, *row.named(row.level)] = row.number
    return QuarterReport(
        quarter=quarter,
        reach=reach,
        total=Group(label="Total", counts=Counts.of(row.kind for row in events), people=people.get((TOTAL, "", ""), 0)),
        by_profession=_groups(PROFESSION, events, people),
        by_agency=_groups(AGENCY, events, people),
        by_both=_groups(BOTH, events, people),
        sessions=_provided(held),
    )


def _groups(level: str, events: Iterable[Counted], people: Mapping[tuple[str, str, str], int]) -> tuple[Group, ...]:
    found: dict[tuple[str, str], list[Kind]] = {}
    for row in events:
        found.setdefault(row.named(level), []).append(row.kind)
    return tuple(
        Group(
            label=profession or agency,
            counts=Counts.of(found[agency, profession]),
            people=people[level, agency, profession],
            agency=agency if level == BOTH else "",
        )
        for agency, profession in sorted(found, key=lambda names: [(name == NOT_RECORDED, name) for name in names])
    )


def _provided(held: Iterable[ProvidedKind]) -> tuple[Provided, ...]:
    heads: dict[int, ProvidedKind] = {}
    kinds: dict[int, list[Kind]] = {}
    for row in held:
        heads.setdefault(row.id, row)
        kinds.setdefault(row.id, []).append(row.kind)
    return tuple(
        Provided(
            id=head.id,
            course=head.course,
            level=head.level,
            starts_at=head.starts_at,
            ends_at=head.ends_at,
            venue=head.venue,
            capacity=head.capacity,
            is_closed=head.is_closed,
            counts=Counts.of(kinds[head.id]),
        )
        for head in heads.values()
    )

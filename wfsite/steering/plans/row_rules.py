"""An action as a row of the plan: what was read of it, and all that follows from that for a reader on a day."""

from dataclasses import dataclass
from datetime import date, datetime

from wfsite.core.actor import Actor
from wfsite.core.periods import Timescale, TimescaleKind
from wfsite.core.permissions import Permission
from wfsite.core.rag import Rag
from wfsite.steering.plans.date_rules import DateStep, waits
from wfsite.steering.plans.rules import NOT_UPDATED, is_stale, overdue_words, start_of, travel


@dataclass(frozen=True, slots=True)
class Right:
    """How far a reader reaches among the actions: all of some groups' plans (None: of every group's), or their own."""

    groups: frozenset[int] | None = frozenset()
    own: bool = False

    def reaches(self, group_id: int, *, is_mine: bool) -> bool:
        """Whether it reaches an action of the plan of a group."""
        return self.groups is None or group_id in self.groups or (self.own and is_mine)


@dataclass(frozen=True, slots=True)
class Rights:
    """What a reader may do to which actions: update them, propose a date, decide on one."""

    update: Right = Right()
    propose: Right = Right()
    decide: Right = Right()


def rights_of(actor: Actor, *, as_at: datetime | None = None) -> Rights:
    """What `actor` may do; nothing to a plan of the past."""
    if as_at:
        return Rights()
    wanted = (Permission.PLAN_UPDATE, Permission.DATE_PROPOSE, Permission.DATE_AGREE)
    return Rights(*(Right(actor.groups_for(one), actor.reach(one) is not None) for one in wanted))


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action as it is read for a reader on a day, and as the plan prints it.

    The plan itself says the first date; the one of `agreed_kind` was agreed in its place; the newest step of its
    revised dates speaks of a third.
    """

    id: int
    group_id: int
    theme_id: int
    theme_position: int
    theme_title: str
    parent_id: int | None
    reference: str
    version: int
    title: str
    plan_kind: TimescaleKind
    plan_starts_on: date | None
    plan_due_on: date | None
    leads: str
    criteria: str
    monitors: str
    rag: Rag
    note: str
    route_to_green: str
    updated_at: datetime | None
    updated_by_id: int | None
    updated_by: str
    previous_rag: Rag | None
    previous_at: datetime | None
    agreed_kind: TimescaleKind | None
    agreed_starts_on: date | None
    agreed_due_on: date | None
    date_step_id: int
    date_step: DateStep | None
    step_kind: TimescaleKind | None
    step_starts_on: date | None
    step_due_on: date | None
    is_mine: bool
    met_before_on: date | None
    on: date
    rights: Rights

    @property
    def theme(self) -> str:
        """The theme that it stands under, with its number."""
        return f"{self.theme_position} {self.theme_title}"

    @property
    def is_sub_action(self) -> bool:
        """Whether it belongs to another action."""
        return self.parent_id is not None

    @property
    def baseline(self) -> Timescale:
        """When the plan itself says that it is to be done."""
        return Timescale(self.plan_kind, self.plan_starts_on, self.plan_due_on)

    @property
    def agreed(self) -> Timescale | None:
        """What was agreed in its place, or None."""
        kind = self.agreed_kind
        return Timescale(kind, self.agreed_starts_on, self.agreed_due_on) if kind else None

    @property
    def timescale_in_force(self) -> Timescale:
        """The date that counts: the agreed one, else what the plan says."""
        return self.agreed or self.baseline

    @property
    def due_on(self) -> date | None:
        """The last day of the date that counts."""
        return self.timescale_in_force.due_on

    @property
    def step_timescale(self) -> Timescale | None:
        """The date that the newest step speaks of, or None."""
        kind = self.step_kind
        return Timescale(kind, self.step_starts_on, self.step_due_on) if kind else None

    @property
    def timescale(self) -> str:
        """What the plan says."""
        return self.baseline.text

    @property
    def revised(self) -> str:
        """What was agreed instead, or ""."""
        return self.agreed.text if self.agreed else ""

    @property
    def in_force(self) -> str:
        """The date that counts, in words."""
        return self.timescale_in_force.text

    @property
    def timescale_words(self) -> str:
        """ "was March 2026, revised to June 2026", or what the plan says."""
        return f"was {self.timescale}, revised to {self.revised}" if self.agreed else self.timescale

    @property
    def date_step_text(self) -> str:
        """The date that the newest step speaks of, or ""."""
        found = self.step_timescale
        return found.text if found else ""

    @property
    def is_overdue(self) -> bool:
        """Whether the last day of the date in force has passed with work still to do."""
        return self.timescale_in_force.is_overdue(on=self.on) and not self.rag.is_finished

    @property
    def overdue_words(self) -> str:
        """ "Overdue since 31 March 2026", or ""."""
        return overdue_words(self.due_on) if self.is_overdue else ""

    @property
    def is_stale(self) -> bool:
        """Whether nobody has said how it goes since the last meeting."""
        met_on = self.met_before_on
        return is_stale(self.rag, self.updated_at, since=start_of(met_on) if met_on else None)

    @property
    def stale_words(self) -> str:
        """ "Not updated since the last meeting", or ""."""
        return NOT_UPDATED if self.is_stale else ""

    @property
    def movement(self) -> str:
        """The direction of travel since the update before, or ""."""
        return travel(self.previous_rag, self.rag, self.previous_at)

    @property
    def waits_for_decision(self) -> bool:
        """Whether a revised date is proposed and not yet decided."""
        return waits(self.date_step, self.rag)

    @property
    def was_declined(self) -> bool:
        """Whether the newest revised date was declined, of work that goes on."""
        return self.date_step is DateStep.DECLINED and not self.rag.is_finished

    @property
    def needs_date(self) -> bool:
        """Whether it is overdue with nothing proposed: its lead is asked for a revised date."""
        return self.is_overdue and not self.waits_for_decision

    @property
    def may_update(self) -> bool:
        """Whether the reader may say how it goes."""
        return self._is_reached(self.rights.update)

    @property
    def reach_to_propose(self) -> bool:
        """Whether the reader may propose dates for it, once there is work to do."""
        return self._is_reached(self.rights.propose)

    @property
    def reach_to_decide(self) -> bool:
        """Whether the reader may decide on its dates, once one waits."""
        return self._is_reached(self.rights.decide)

    @property
    def may_propose(self) -> bool:
        """Whether the reader may propose a revised date now."""
        return self.reach_to_propose and not self.rag.is_finished

    @property
    def may_decide(self) -> bool:
        """Whether the reader may decide on the revised date that waits."""
        return self.reach_to_decide and self.waits_for_decision

    @property
    def leads_text(self) -> str:
        """The leads on one line."""
        return self.leads.replace("\n", ", ")

    @property
    def monitors_text(self) -> str:
        """The monitoring leads on one line."""
        return self.monitors.replace("\n", ", ")

    @property
    def lead_names(self) -> list[str]:
        """The action's leads, the accountable one first."""
        return self.leads.split("\n") if self.leads else []

    def _is_reached(self, right: Right) -> bool:
        return right.reaches(self.group_id, is_mine=self.is_mine)

"""What holds for people, teams and roles, whoever asks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from wfsite.core.permissions import Permission
from wfsite.core.searching import fold

# What each permission lets somebody do, as the access page says it.
PERMISSION_WORDS = {
    Permission.HOME_READ: "See what needs them today",
    Permission.ACCOUNT_CHANGE: "See their account and change their password",
    Permission.PEOPLE_MANAGE: "Add, change and close people, agencies, teams and professions, and give roles",
    Permission.AUDIT_READ: "Read the history of changes",
    Permission.GROUP_READ: "Read the groups’ pages",
    Permission.GROUP_MANAGE: "Set up the groups: purpose, members and meetings",
    Permission.PAPER_READ: "Read the papers of what they may read; those that are not open only where they are members",
    Permission.PAPER_KEEP: "Add papers and say who may read them",
    Permission.SURVEY_ANSWER: "Answer the surveys they are invited to",
    Permission.SURVEY_MANAGE: "Close surveys and release comments",
    Permission.RESULTS_READ: "Read survey results",
    Permission.TRAINING_READ: "See training sessions",
    Permission.REGISTER_COMPLETE: "Complete registers",
    Permission.ATTENDANCE_READ: "Read attendance",
    Permission.PLAN_READ: "Read the action plan",
    Permission.PLAN_UPDATE: "Update the RAG status of actions",
    Permission.DATE_PROPOSE: "Propose revised dates for actions",
    Permission.DATE_AGREE: "Agree or decline revised dates",
    Permission.PLAN_IMPORT: "Import the action plan",
    Permission.WORKFORCE_READ: "Read workforce data",
    Permission.WORKFORCE_IMPORT: "Import workforce data",
    Permission.BOARD_READ: "Read the improvement board’s pages",
    Permission.REPORT_READ: "Read issued reports",
    Permission.REPORT_DRAFT: "Write and issue reports",
    Permission.REPORT_APPROVE: "Approve reports in which they had no hand",
}


class AgencyKind(StrEnum):
    """The types of organisation that make up a children's workforce (S1, Appendix A, in fewer words)."""

    COUNCIL = "council"
    HEALTH = "health"
    POLICE = "police"
    FIRE = "fire"
    AMBULANCE = "ambulance"
    PROBATION = "probation"
    SCHOOL = "school"
    COLLEGE = "college"
    EARLY_YEARS = "early-years"
    VOLUNTARY = "voluntary"
    PRIVATE = "private"
    DISTRICT = "district"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The kind as the site prints it."""
        return _AGENCY_KINDS[self]


_AGENCY_KINDS = {
    AgencyKind.COUNCIL: "Council with children's services",
    AgencyKind.HEALTH: "Health",
    AgencyKind.POLICE: "Police",
    AgencyKind.FIRE: "Fire and rescue",
    AgencyKind.AMBULANCE: "Ambulance",
    AgencyKind.PROBATION: "Probation and prisons",
    AgencyKind.SCHOOL: "Schools",
    AgencyKind.COLLEGE: "Colleges and work-based learning",
    AgencyKind.EARLY_YEARS: "Nurseries and childminders",
    AgencyKind.VOLUNTARY: "Voluntary and community",
    AgencyKind.PRIVATE: "Private companies",
    AgencyKind.DISTRICT: "District and borough councils",
    AgencyKind.OTHER: "Other",
}


@dataclass(frozen=True, slots=True)
class TeamNode:
    """A team with its place in the tree: 0 for a service area."""

    id: int
    agency_id: int
    parent_id: int | None
    name: str
    active: bool
    people: int
    version: int
    depth: int = 0
    # From the service area down: "Children and family social work: Assessment".
    path: str = ""


def in_tree_order(teams: Iterable[TeamNode]) -> list[TeamNode]:
    """Each parent before its children, siblings by name, with depth and path filled in."""
    by_parent: dict[int | None, list[TeamNode]] = {}
    for team in sorted(teams, key=lambda team: (fold(team.name), team.id)):
        by_parent.setdefault(team.parent_id, []).append(team)
    ordered: list[TeamNode] = []

    def visit(parent_id: int | None, depth: int, path: str) -> None:
        for team in by_parent.pop(parent_id, ()):
            own = f"{path}: {team.name}" if path else team.name
            ordered.append(replace(team, depth=depth, path=own))
            visit(team.id, depth + 1, own)

    visit(None, 0, "")
    return ordered


def would_be_inside_itself(team_id: int, parent_id: int | None, parents: Mapping[int, int | None]) -> bool:
    """Whether `team_id` under `parent_id` closes a circle; `parents` gives each team's present parent."""
    seen: set[int] = set()
    while parent_id is not None and parent_id not in seen:
        if parent_id == team_id:
            return True
        seen.add(parent_id)
        parent_id = parents.get(parent_id)
    return False

"""Who may do what, and how far: the one table that guard, navigation, buttons and tests read."""

from enum import Enum, IntEnum, StrEnum


class Role(StrEnum):
    """A hat that a person wears; one person may wear several."""

    STAFF = "staff"
    MANAGER = "manager"
    TRAINING_LEAD = "training-lead"
    AGENCY_TRAINING_LEAD = "agency-training-lead"
    DATA_STEWARD = "data-steward"
    SURVEY_LEAD = "survey-lead"
    SECRETARY = "secretary"
    CHAIR = "chair"
    VIEWER = "viewer"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """The role as the site prints it."""
        return _ROLE_LABELS[self]


_ROLE_LABELS = {
    Role.STAFF: "Frontline staff",
    Role.MANAGER: "Manager or action lead",
    Role.TRAINING_LEAD: "Training lead",
    Role.AGENCY_TRAINING_LEAD: "Partner agency's training lead",
    Role.DATA_STEWARD: "Data steward",
    Role.SURVEY_LEAD: "Survey lead",
    Role.SECRETARY: "Group secretary",
    Role.CHAIR: "Group chair",
    Role.VIEWER: "Viewer (councillor or auditor)",
    Role.ADMINISTRATOR: "Administrator",
}


class Reach(IntEnum):
    """How far a grant goes; a wider reach includes the narrower ones."""

    OWN = 1
    TEAM = 2
    AGENCY = 3
    ALL = 4

    @property
    def label(self) -> str:
        """The reach as the printed matrix words it."""
        return ("their own", "their team's", "their agency's", "all")[self - 1]


class Permission(Enum):
    """Something that can be allowed: area:thing:verb."""

    HOME_READ = "home:page:read"
    ACCOUNT_CHANGE = "people:account:change"
    PEOPLE_MANAGE = "people:person:manage"
    AUDIT_READ = "audit:event:read"
    GROUP_READ = "groups:group:read"
    GROUP_MANAGE = "groups:group:manage"

    SURVEY_ANSWER = "surveys:survey:answer"
    SURVEY_MANAGE = "surveys:survey:manage"
    RESULTS_READ = "surveys:results:read"

    TRAINING_READ = "training:session:read"
    REGISTER_COMPLETE = "training:register:complete"
    ATTENDANCE_READ = "training:attendance:read"

    PLAN_READ = "steering:plan:read"
    PLAN_UPDATE = "steering:plan:update"
    PLAN_IMPORT = "steering:plan:import"
    DATE_PROPOSE = "steering:date:propose"
    DATE_AGREE = "steering:date:agree"

    WORKFORCE_READ = "steering:workforce:read"
    WORKFORCE_IMPORT = "steering:workforce:import"

    BOARD_READ = "improvement:board:read"

    REPORT_READ = "issued:report:read"
    REPORT_DRAFT = "issued:report:draft"
    REPORT_APPROVE = "issued:report:approve"


P, R = Permission, Reach

# Whoever is signed in, with or without a role: their first page and their account, from which they can sign out.
SIGNED_IN: dict[Permission, Reach] = {P.HOME_READ: R.OWN, P.ACCOUNT_CHANGE: R.OWN}
_EVERYONE = {**SIGNED_IN, P.GROUP_READ: R.ALL, P.REPORT_READ: R.ALL}
_WORKER = {**_EVERYONE, P.SURVEY_ANSWER: R.OWN, P.RESULTS_READ: R.ALL, P.TRAINING_READ: R.OWN}
_GROUP_OFFICER = {
    **_WORKER,
    P.TRAINING_READ: R.ALL,
    P.ATTENDANCE_READ: R.ALL,
    P.PLAN_READ: R.ALL,
    P.WORKFORCE_READ: R.ALL,
    P.BOARD_READ: R.ALL,
}

GRANTS: dict[Role, dict[Permission, Reach]] = {
    Role.STAFF: _WORKER,
    Role.MANAGER: {
        **_WORKER,
        P.ATTENDANCE_READ: R.TEAM,
        P.PLAN_READ: R.ALL,
        P.PLAN_UPDATE: R.OWN,
        P.DATE_PROPOSE: R.OWN,
        P.WORKFORCE_READ: R.ALL,
        P.BOARD_READ: R.ALL,
    },
    Role.TRAINING_LEAD: {
        **_WORKER,
        P.TRAINING_READ: R.ALL,
        P.REGISTER_COMPLETE: R.ALL,
        P.ATTENDANCE_READ: R.ALL,
        P.REPORT_DRAFT: R.ALL,
        # Of another person's draft only: no role approves what its holder had a hand in (issued/services.py).
        P.REPORT_APPROVE: R.ALL,
    },
    Role.AGENCY_TRAINING_LEAD: {**_WORKER, P.ATTENDANCE_READ: R.AGENCY},
    Role.DATA_STEWARD: {
        **_WORKER,
        P.WORKFORCE_READ: R.ALL,
        P.WORKFORCE_IMPORT: R.ALL,
        P.BOARD_READ: R.ALL,
    },
    Role.SURVEY_LEAD: {**_WORKER, P.SURVEY_MANAGE: R.ALL},
    Role.SECRETARY: {
        **_GROUP_OFFICER,
        P.GROUP_MANAGE: R.ALL,
        P.PLAN_UPDATE: R.ALL,
        P.PLAN_IMPORT: R.ALL,
        P.DATE_PROPOSE: R.ALL,
        P.DATE_AGREE: R.ALL,
    },
    Role.CHAIR: _GROUP_OFFICER,
    Role.VIEWER: _EVERYONE,
    Role.ADMINISTRATOR: {**_EVERYONE, P.GROUP_MANAGE: R.ALL, P.PEOPLE_MANAGE: R.ALL, P.AUDIT_READ: R.ALL},
}


def reach_of(roles: frozenset[Role], permission: Permission) -> Reach | None:
    """The widest reach that being signed in or any of `roles` gives for `permission`, or None."""
    given = (SIGNED_IN, *(GRANTS[role] for role in roles))
    found = [grants[permission] for grants in given if permission in grants]
    return max(found) if found else None


def roles_with(permission: Permission, reach: Reach = Reach.OWN) -> frozenset[Role]:
    """The roles whose reach for `permission` is at least `reach`."""
    return frozenset(role for role, grants in GRANTS.items() if grants.get(permission, 0) >= reach)

"""Who may do what, and how far: the one table that guard, navigation, buttons and tests read."""

from enum import Enum, StrEnum


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


class Reach(Enum):
    """How far a grant goes. Not in one order, so nothing compares reaches but `covers`.

    Own, team, agency and all widen step by step. GROUP stands beside them: it reaches what belongs to the groups on
    which somebody sits in the role that has it, and only while they do.
    """

    OWN = "their own"
    TEAM = "their team’s"
    AGENCY = "their agency’s"
    ALL = "all"
    GROUP = "their groups’"

    @property
    def label(self) -> str:
        """The reach as the printed matrix words it."""
        return self.value

    def covers(self, asked: "Reach") -> bool:
        """Whether who has this reach may do what asks for `asked`; OWN is the least that can be asked."""
        if Reach.GROUP in (self, asked):
            return self is asked or self is Reach.ALL or asked is Reach.OWN
        return WIDENING.index(self) >= WIDENING.index(asked)


# The reaches that have an order, from the narrowest to the widest.
WIDENING = (Reach.OWN, Reach.TEAM, Reach.AGENCY, Reach.ALL)


class Permission(Enum):
    """Something that can be allowed: area:thing:verb."""

    HOME_READ = "home:page:read"
    ACCOUNT_CHANGE = "people:account:change"
    PEOPLE_MANAGE = "people:person:manage"
    AUDIT_READ = "audit:event:read"
    GROUP_READ = "groups:group:read"
    GROUP_MANAGE = "groups:group:manage"
    PAPER_READ = "papers:paper:read"
    PAPER_KEEP = "papers:paper:keep"

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
_EVERYONE = {**SIGNED_IN, P.GROUP_READ: R.ALL, P.PAPER_READ: R.ALL, P.REPORT_READ: R.ALL}
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
        P.GROUP_MANAGE: R.GROUP,
        P.PAPER_KEEP: R.GROUP,
        P.PLAN_UPDATE: R.GROUP,
        P.PLAN_IMPORT: R.GROUP,
        P.DATE_PROPOSE: R.GROUP,
        P.DATE_AGREE: R.GROUP,
    },
    Role.CHAIR: _GROUP_OFFICER,
    Role.VIEWER: _EVERYONE,
    Role.ADMINISTRATOR: {**_EVERYONE, P.GROUP_MANAGE: R.ALL, P.PEOPLE_MANAGE: R.ALL, P.AUDIT_READ: R.ALL},
}


def reach_of(roles: frozenset[Role], permission: Permission) -> Reach | None:
    """The widest reach that being signed in or any of `roles` gives for `permission`, or None.

    Never GROUP: how far that goes is said by somebody's seats, not by their roles (`Actor.groups_for`).
    """
    given = {grants.get(permission) for grants in (SIGNED_IN, *(GRANTS[role] for role in roles))}
    return next((reach for reach in reversed(WIDENING) if reach in given), None)


def roles_with(permission: Permission, reach: Reach = Reach.OWN) -> frozenset[Role]:
    """The roles whose grant of `permission` covers `reach`; one of GROUP needs a seat on the group besides."""
    return frozenset(role for role in Role if (given := GRANTS[role].get(permission)) and given.covers(reach))


def hats_with(permission: Permission) -> frozenset[Role]:
    """The roles that give `permission` to who sits in them on a group, for that group."""
    return frozenset(role for role in Role if GRANTS[role].get(permission) is Reach.GROUP)

"""The three groups of the demo council: purposes, members, meetings."""

from datetime import date, datetime, timedelta

from wfsite.core.clock import london_date
from wfsite.core.groups import GroupKind, GroupRole
from wfsite.core.periods import add_months
from wfsite.demo.people import People
from wfsite.demo.rows import add_rows
from wfsite.groups.models import Group, GroupMember, GroupParent, GroupTerms, Meeting

_GROUPS = (
    (
        GroupKind.IMPROVEMENT,
        "Children's improvement board",
        "every two months",
        None,
        "Holds the council to its promise that services for children get better, and hears early where they do not.",
        (
            "Whether each pillar of the improvement plan is on time",
            "The share of social workers who are agency workers: 22% by September 2020, 15% by February 2021, "
            "9% by February 2022",
            "Risks that a pillar cannot manage on its own",
        ),
    ),
    (
        GroupKind.STEERING,
        "Workforce steering group",
        "monthly",
        GroupKind.IMPROVEMENT,
        "Builds a stable, skilled workforce for children and families: enough people, rightly qualified, who stay.",
        (
            "The annual action plan, theme by theme",
            "Permanent staff, starters, leavers, agency workers and vacancies each month",
            "Social workers' caseloads, and how often a child's social worker changes",
            "Opening and running a social work academy",
            "Fewer leavers and a lower turnover",
        ),
    ),
    (
        GroupKind.TRAINING,
        "Training providers group",
        "quarterly",
        GroupKind.STEERING,
        "Designs and delivers the training that the steering group commissions, and checks that it works.",
        (
            "Training provided in the quarter",
            "Attendance and non-attendance by profession and agency",
            "Courses with too many or too few people booked",
            "The quality of providers and the pool of trainers",
        ),
    ),
)
_MEMBERS = {
    GroupKind.STEERING: (
        ("chair", GroupRole.CHAIR),
        ("secretary", GroupRole.SECRETARY),
        ("manager", GroupRole.MEMBER),
        ("data", GroupRole.MEMBER),
        ("survey", GroupRole.MEMBER),
    ),
    GroupKind.TRAINING: (
        ("chair", GroupRole.CHAIR),
        ("secretary", GroupRole.SECRETARY),
        ("training", GroupRole.MEMBER),
        ("partner", GroupRole.MEMBER),
    ),
    GroupKind.IMPROVEMENT: (
        ("chair", GroupRole.CHAIR),
        ("secretary", GroupRole.SECRETARY),
        ("manager", GroupRole.MEMBER),
        ("viewer", GroupRole.ADVISER),
    ),
}
_MONTHS_BETWEEN = {GroupKind.STEERING: 1, GroupKind.TRAINING: 3, GroupKind.IMPROVEMENT: 2}


def build(people: People, *, at: datetime) -> None:
    """Add the groups, their terms, members and a year of meetings around `at`."""
    today = london_date(at)
    joined_on = date(today.year - 1, 4, 1)
    ids: dict[GroupKind, int] = {}
    for kind, name, cadence, reports_to, purpose, watches in _GROUPS:
        (ids[kind],) = add_rows(Group, [{"kind": kind, "name": name, "cadence": cadence}])
        if reports_to:
            add_rows(GroupParent, [{"group_id": ids[kind], "parent_id": ids[reports_to]}])
        terms = {"group_id": ids[kind], "agreed_on": date(2020, 9, 1), "purpose": purpose, "watches": list(watches)}
        add_rows(GroupTerms, [terms])
        add_rows(
            GroupMember,
            [
                {"group_id": ids[kind], "person_id": people.accounts[key], "role": role, "from_on": joined_on}
                for key, role in _MEMBERS[kind]
            ],
        )
        add_rows(Meeting, [{"group_id": ids[kind], "held_on": day} for day in _meeting_days(kind, today)])


def _meeting_days(kind: GroupKind, today: date) -> list[date]:
    """The third Monday of every first, second or third month, for a year back and a quarter ahead."""
    step = _MONTHS_BETWEEN[kind]
    days = []
    for months in range(-12, 4, step):
        first = add_months(today, months)
        days.append(first + timedelta(days=(7 - first.weekday()) % 7 + 14))
    if kind is GroupKind.IMPROVEMENT:
        days.append(date(2021, 4, 19))  # the board date of the source's highlight report
    return sorted(set(days))

"""What this year's demo plan says, and how each of its actions has gone."""

from dataclasses import dataclass, field

from wfsite.core.rag import Rag

R, A, G = Rag.RED, Rag.AMBER, Rag.GREEN

# How an action went, oldest status first; and whether anybody said so since the last meeting.
PROFILES: dict[str, tuple[tuple[Rag, ...], bool]] = {
    "steady": ((G, G, G), True),
    "slipping": ((G, G, A), True),
    "failing": ((G, A, R), True),
    "recovering": ((G, A, G), True),
    "quiet": ((G, G), False),
    "quietly-amber": ((G, A), False),
    "done": ((G, G, Rag.COMPLETE), False),
    "dropped": ((A, Rag.NO_LONGER_REQUIRED), False),
    "waiting": ((), False),
}

# (note, route back to Green), where the action has no words of its own.
NOTES: dict[Rag, tuple[tuple[str, str], ...]] = {
    R: (("The date cannot be met with the people we have.", "Two people join from another service next month."),),
    A: (
        ("Half of the work is done; the rest waits for a decision on money.", "Decision due at the next meeting."),
        ("Fewer people came forward than we planned for.", "Ask team managers to name one person each by month end."),
        ("The partner's part is late.", "Their head of service has promised it within six weeks."),
    ),
    G: (
        ("On time.", ""),
        ("First part done, second begun.", ""),
        ("Three of five teams have finished.", ""),
        ("Going to plan; feedback is good.", ""),
    ),
    Rag.COMPLETE: (("Done, and the success criteria are met.", ""),),
    Rag.NO_LONGER_REQUIRED: (("The group agreed to stop this: another action covers it.", ""),),
    Rag.NOT_STARTED: (("Not begun.", ""),),
}


@dataclass(frozen=True, slots=True)
class Planned:
    """An action of the demo: `due` counts months from April; `begins` is "", "range" or "ongoing"."""

    title: str
    due: int | None
    leads: str = ""
    criteria: str = ""
    monitors: str = ""
    profile: str = "steady"
    begins: str = ""
    updater: str = "secretary"
    late: bool = False  # due before the present month, whatever the month is
    words: dict[Rag, tuple[str, str]] = field(default_factory=dict)


P = Planned


@dataclass(frozen=True, slots=True)
class Redated:
    """A revised date of the demo: due `months` after the present month; `answer` "" while it waits."""

    months: int
    reason: str
    agreed: bool = False
    answer: str = ""


# By reference: one that waits, one agreed, one declined. The manager leads all three.
REDATED: dict[str, Redated] = {
    "2.1c": Redated(4, "Two teams move to the new form in spring; the rest follow when it works for them."),
    "2.2": Redated(
        6,
        "A second group of newly qualified workers starts in autumn; the two years count from then.",
        agreed=True,
        answer="Agreed at the meeting. Bring the numbers each quarter.",
    ),
    "2.4": Redated(
        8,
        "Night staff need more dates than we have.",
        answer="Eight months is too long for this course. Propose a date before the summer.",
    ),
}

_GROUP, _TEAM = "Workforce steering group", "Senior management team"

THEMES: tuple[tuple[str, tuple[Planned, ...]], ...] = (
    (
        "Workforce governance and planning",
        (
            P(
                "Agree the workforce strategy and this year's action plan",
                0,
                "Workforce development/Heads of service",
                "Strategy and plan agreed by the board",
                _GROUP,
                "done",
            ),
            P(
                "Set up a quality assurance group for learning and development",
                8,
                "Priya Nair/Human resources",
                "The group meets each quarter and reports here",
                _TEAM,
                "recovering",
                late=True,
            ),
            P(
                "Introduce a leadership development framework",
                11,
                "Workforce development/Heads of service",
                "Half of managers on a programme",
                _GROUP,
                "slipping",
                words={
                    A: (
                        "18 of 50 managers are booked; we need 25 by March.",
                        "A second cohort starts next month with 10 places.",
                    )
                },
            ),
            P(
                "Learn from inspections across the workforce",
                11,
                "Senior management team",
                "Each team has discussed the findings",
                _TEAM,
                "quiet",
                begins="ongoing",
            ),
        ),
    ),
    (
        "Keeping children and young people safe",
        (
            P(
                "Put the integrated practice model into use",
                11,
                "Martin Hale/Early help/Youth work",
                "Thresholds are used the same way in each team",
                "Douglas Reid",
                "slipping",
                words={
                    A: (
                        "Two of six teams have not finished the briefing.",
                        "Catch-up briefings on two dates before the end of the month.",
                    )
                },
            ),
            P("- Clear thresholds", 5, "Martin Hale", "Guide in use", "“", "done"),
            P("- One front door", 8, "Multi-agency safeguarding hub", "One number, one form", "“"),
            P("- Single assessment", 9, "Assessment", "All teams use it", "“", "quietly-amber", late=True),
            P("- Think family", 10, "Family support", "In each induction", "“"),
            P("- Better analysis", 11, "Martin Hale", "Audit grades rise", "“", "recovering"),
            P("- Risk assessment", 11, "Assessment", "Audit grades rise", "“", "quiet"),
            P("- Practice with families", 11, "Family support", "Family feedback", "“"),
            P("- Practice based on evidence", 11, "Social work academy", "A digest each month", "“", "waiting"),
            P(
                "Grow our own social workers",
                11,
                "Martin Hale/Social work academy",
                "12 newly qualified workers stay a second year",
                "Douglas Reid",
                "failing",
                words={
                    R: (
                        "4 of 12 newly qualified workers have left since autumn.",
                        "Protected caseloads from next month; exit interviews read by the group.",
                    )
                },
            ),
            P("- Supported first year in practice", 8, "Social work academy", "All assessed in time", "“", "slipping"),
            P(
                "- Progression scheme",
                10,
                "Human resources",
                "Scheme agreed with unions",
                "“",
                "quietly-amber",
                late=True,
            ),
            P("- Reflective supervision", 11, "Martin Hale", "Monthly for all", "“"),
            P("- Systemic practice training", 11, "Workforce development", "60 people trained", "“", begins="range"),
            P(
                "Make the safeguarding partnership's training one programme",
                9,
                "Priya Nair",
                "One calendar for all agencies",
                "Douglas Reid",
                "recovering",
                updater="training",
            ),
            P(
                "Child exploitation: awareness for the whole workforce",
                7,
                "Assessment/Multi-agency safeguarding hub",
                "90% of staff have done the course",
                _TEAM,
                "slipping",
                words={A: ("81% have done the course; night staff are missing.", "Two evening sessions this month.")},
                late=True,
            ),
            P(
                "Extremism and radicalisation: awareness and referral",
                10,
                "Multi-agency safeguarding hub",
                "Referral route known in each team",
                _TEAM,
                "quiet",
            ),
        ),
    ),
    (
        "Ready to learn",
        (
            P(
                "Raise the quality of early education with support based on evidence",
                11,
                "Children's centres",
                "More children reach the expected development",
                "Assistant director schools",
            ),
            P(
                "Improve young people's health and wellbeing",
                11,
                "Youth work",
                "40 workers trained in nutrition and substance misuse",
                _TEAM,
                "quiet",
            ),
            P(
                "Develop school leaders",
                11,
                "School improvement",
                "Every school has a leadership plan",
                "Assistant director schools",
            ),
            P(
                "Support one behaviour pathway across agencies",
                9,
                "Special educational needs",
                "Fewer exclusions",
                "Assistant director schools",
                "failing",
                words={
                    R: (
                        "The shared form was withdrawn after schools found it too long.",
                        "A one-page form goes to head teachers on the 20th.",
                    )
                },
                late=True,
            ),
            P(
                "Brief everybody on the special educational needs reforms",
                6,
                "Special educational needs",
                "All teams briefed",
                "Assistant director schools",
                "done",
            ),
            P(
                "Run courses and conferences for schools",
                5,
                "School improvement",
                "Four events, 200 places",
                "Assistant director schools",
                "done",
            ),
            P(
                "Introduce a competency framework for the virtual school",
                7,
                "Virtual school/Workforce development",
                "Framework used in appraisals",
                "Assistant director schools",
                "quietly-amber",
                late=True,
            ),
        ),
    ),
    (
        "Ready to work",
        (
            P(
                "Develop arrangements for multi-agency teams",
                11,
                "Martin Hale",
                "Programmes in place in three areas",
                _TEAM,
                "quiet",
            ),
            P(
                "Better family learning in priority areas",
                6,
                "Children's centres",
                "Courses in five areas",
                "Assistant director schools",
                "done",
            ),
            P(
                "More apprenticeships that lead to permanent jobs",
                8,
                "Human resources/Heads of service",
                "20 apprentices, 15 permanent jobs",
                _TEAM,
                "slipping",
                words={A: ("14 of 20 apprentices have started.", "Six offers are out for next month.")},
            ),
        ),
    ),
    (
        "Voluntary, community and independent sector",
        (
            P(
                "Increase capacity to support young people",
                11,
                "Youth work/Voluntary sector manager",
                "Fewer young people out of work or learning",
                _GROUP,
                "steady",
                begins="ongoing",
            ),
        ),
    ),
    (
        "Children and young people's engagement",
        (
            P(
                "Involve children, young people and families in workforce development",
                11,
                "Grace Okafor/Workforce development",
                "Young people sit on each interview panel",
                _GROUP,
                "recovering",
                updater="survey",
            ),
        ),
    ),
    (
        "Workforce data",
        (
            P(
                "Develop workforce measures for planning",
                11,
                "Owen Pritchard/Performance and data",
                "One dashboard, updated each month",
                _GROUP,
                "steady",
                begins="ongoing",
                updater="data",
            ),
        ),
    ),
    (
        "Evaluation and impact",
        (
            P(
                "Carry out an evaluation strategy for workforce development",
                9,
                "Workforce development/Heads of service",
                "Every course evaluated after three months",
                _TEAM,
                "dropped",
            ),
        ),
    ),
)

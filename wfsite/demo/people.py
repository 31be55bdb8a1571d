"""The people of the demo council: agencies, teams, professions, one account for each kind of user, a workforce."""

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from wfsite.core.permissions import Role
from wfsite.demo.rows import add_plain_rows, add_rows
from wfsite.people.models import Agency, Person, Profession, RoleGrant, Team
from wfsite.people.passwords import password_hash
from wfsite.people.rules import AgencyKind

COUNCIL_NAME = "Alderbrook Council"
# A number of the range that is kept for fiction.
HELP = "the workforce team, on 01632 960123"
PASSWORD = "copper lantern rain"  # noqa: S105  (public on purpose: only a demo on this machine has it)
DOMAIN = "demo.example"

# name before the @, name, job title, role, what the sign-in page says of it
ACCOUNTS = (
    ("staff", "Amara Bello", "Social worker", Role.STAFF, "frontline worker with a survey to answer"),
    ("manager", "Martin Hale", "Head of social work practice", Role.MANAGER, "leads actions of the plan"),
    ("training", "Priya Nair", "Workforce development officer", Role.TRAINING_LEAD, "completes registers"),
    ("data", "Owen Pritchard", "Workforce data officer", Role.DATA_STEWARD, "keeps the workforce figures"),
    ("survey", "Grace Okafor", "Engagement officer", Role.SURVEY_LEAD, "closes surveys and releases comments"),
    ("secretary", "Helen Marsh", "Programme officer", Role.SECRETARY, "keeps the plan and imports it"),
    ("chair", "Douglas Reid", "Service director", Role.CHAIR, "chairs the groups"),
    ("viewer", "Councillor Jean Abbott", "Councillor", Role.VIEWER, "reads what is issued"),
    ("admin", "Sam Whitlock", "Systems administrator", Role.ADMINISTRATOR, "adds people and gives roles"),
    ("partner", "Nadia Rahman", "Safeguarding trainer", Role.AGENCY_TRAINING_LEAD, "sees one agency's attendance"),
)

_AGENCIES = (
    (COUNCIL_NAME, AgencyKind.COUNCIL, 50),
    ("Alderbrook NHS Foundation Trust", AgencyKind.HEALTH, 14),
    ("Alder Valley Police", AgencyKind.POLICE, 7),
    ("Alder Valley Fire and Rescue", AgencyKind.FIRE, 2),
    ("Alder Valley Ambulance Service", AgencyKind.AMBULANCE, 2),
    ("Alder Valley Probation", AgencyKind.PROBATION, 3),
    ("Alderbrook Schools Partnership", AgencyKind.SCHOOL, 10),
    ("Alder College", AgencyKind.COLLEGE, 3),
    ("Little Acorns Nurseries", AgencyKind.EARLY_YEARS, 3),
    ("Brook Youth Trust", AgencyKind.VOLUNTARY, 3),
    ("Harbour Fostering", AgencyKind.PRIVATE, 2),
    ("Nether Alder District Council", AgencyKind.DISTRICT, 1),
)
CHILDREN_S_SOCIAL_WORK = "Children and family social work"
_SERVICE_AREAS = {
    CHILDREN_S_SOCIAL_WORK: (
        "Multi-agency safeguarding hub",
        "Assessment",
        "Family safeguarding",
        "Children looked after",
        "Adoption and fostering",
        "Social work academy",
    ),
    "Early help": ("Children's centres", "Youth work", "Family support"),
    "Education": ("Special educational needs", "Virtual school", "School improvement"),
    "Business support": ("Workforce development", "Human resources", "Performance and data"),
}
_PROFESSIONS = (
    "Social worker",
    "Newly qualified social worker",
    "Senior practitioner",
    "Team manager",
    "Family support worker",
    "Early years practitioner",
    "Youth worker",
    "Health visitor",
    "School nurse",
    "Police officer",
    "Teacher",
    "Designated safeguarding lead",
    "Probation officer",
    "Foster carer",
    "Business support officer",
)
_BY_AGENCY = {
    AgencyKind.COUNCIL: (0, 0, 0, 1, 2, 3, 4, 4, 6, 14),
    AgencyKind.HEALTH: (7, 7, 8),
    AgencyKind.POLICE: (9,),
    AgencyKind.PROBATION: (12,),
    AgencyKind.SCHOOL: (10, 11, 11),
    AgencyKind.COLLEGE: (10, 11),
    AgencyKind.EARLY_YEARS: (5,),
    AgencyKind.VOLUNTARY: (4, 6),
    AgencyKind.PRIVATE: (13,),
}
_FIRST = (
    "Aaliyah",
    "Abigail",
    "Adam",
    "Adaeze",
    "Alan",
    "Aisha",
    "Beth",
    "Brian",
    "Callum",
    "Carol",
    "Chidi",
    "Chloe",
    "Ciarán",
    "Dafydd",
    "Daniel",
    "Deborah",
    "Ebony",
    "Eleri",
    "Emeka",
    "Fatima",
    "Fiona",
    "Gareth",
    "George",
    "Hannah",
    "Harpreet",
    "Hassan",
    "Imogen",
    "Isaac",
    "Ivy",
    "Jade",
    "James",
    "Jasmine",
    "Kamal",
    "Karen",
    "Kwame",
    "Leah",
    "Liam",
    "Lucy",
    "Maeve",
    "Mehmet",
    "Mina",
    "Nathan",
    "Ngozi",
    "Niamh",
    "Olu",
    "Oscar",
    "Paige",
    "Pavel",
    "Rachel",
    "Rhys",
    "Ruth",
    "Saira",
    "Sean",
    "Siân",
    "Tariq",
    "Teresa",
    "Thomas",
    "Uma",
    "Victor",
    "Wendy",
    "Yusuf",
    "Zara",
    "Zoë",
)
_LAST = (
    "Adeyemi",
    "Ahmed",
    "Bailey",
    "Banerjee",
    "Barker",
    "Begum",
    "Bennett",
    "Carter",
    "Chowdhury",
    "Clarke",
    "Cooper",
    "Davies",
    "Dhillon",
    "Edwards",
    "Evans",
    "Fisher",
    "Foster",
    "Gallagher",
    "Ghosh",
    "Green",
    "Griffiths",
    "Hall",
    "Harris",
    "Hughes",
    "Hussain",
    "Iqbal",
    "Jackson",
    "Jenkins",
    "Johnson",
    "Kaur",
    "Kelly",
    "Khan",
    "King",
    "Lewis",
    "Lowe",
    "MacDonald",
    "Mensah",
    "Miller",
    "Moore",
    "Morgan",
    "Murphy",
    "Nguyễn",
    "Nowak",
    "O'Brien",
    "Okoro",
    "Owen",
    "Parker",
    "Patel",
    "Phillips",
    "Price",
    "Quinn",
    "Reid",
    "Roberts",
    "Robinson",
    "Shah",
    "Singh",
    "Smith",
    "Stevens",
    "Taylor",
    "Thompson",
    "Turner",
    "Walker",
    "Ward",
    "Watson",
    "White",
    "Williams",
    "Wilson",
    "Wood",
    "Wright",
    "Young",
)


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody in the demo workforce, with where they belong."""

    id: int
    name: str
    agency_id: int
    team_id: int | None
    profession_id: int | None


@dataclass(frozen=True, slots=True)
class People:
    """Who the rest of the demo may speak of. `accounts` by the name before the @."""

    accounts: dict[str, int]
    agencies: dict[str, int]
    teams: dict[str, int]
    professions: dict[str, int]
    workers: tuple[Worker, ...]

    @property
    def council_id(self) -> int:
        """The council itself."""
        return self.agencies[COUNCIL_NAME]

    @property
    def council_workers(self) -> list[Worker]:
        """The council's own workforce."""
        return [worker for worker in self.workers if worker.agency_id == self.council_id]


def build(*, scale: int, at: datetime) -> People:
    """Add agencies, teams, professions, accounts and `scale` × 400 workers."""
    chance = Random(2014)  # noqa: S311  (a demo is to be the same every time)
    agencies = dict(
        zip(
            [name for name, _, _ in _AGENCIES],
            add_rows(Agency, [{"name": name, "kind": kind} for name, kind, _ in _AGENCIES]),
            strict=True,
        )
    )
    teams = _teams(agencies[COUNCIL_NAME])
    professions = dict(zip(_PROFESSIONS, add_rows(Profession, [{"name": n} for n in _PROFESSIONS]), strict=True))
    accounts = _accounts(agencies, teams, professions)
    workers = _workers(chance, 400 * scale, agencies, teams, professions)
    return People(accounts, agencies, teams, professions, workers)


def _teams(council_id: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for area, names in _SERVICE_AREAS.items():
        (found[area],) = add_rows(Team, [{"agency_id": council_id, "parent_id": None, "name": area}])
        rows = [{"agency_id": council_id, "parent_id": found[area], "name": name} for name in names]
        found |= dict(zip(names, add_rows(Team, rows), strict=True))
    return found


def _accounts(agencies: dict[str, int], teams: dict[str, int], professions: dict[str, int]) -> dict[str, int]:
    hashed = password_hash(PASSWORD)
    homes = {
        "staff": ("Family safeguarding", "Social worker"),
        "manager": ("Assessment", "Team manager"),
        "training": ("Workforce development", None),
        "data": ("Performance and data", None),
    }
    rows = []
    for key, name, job_title, role, _ in ACCOUNTS:
        team, profession = homes.get(key, ("Human resources", None))
        outside = role in (Role.AGENCY_TRAINING_LEAD, Role.VIEWER)
        rows.append(
            {
                "email": f"{key}@{DOMAIN}",
                "name": name,
                "job_title": job_title,
                "agency_id": agencies["Alderbrook NHS Foundation Trust" if key == "partner" else COUNCIL_NAME],
                "team_id": None if outside else teams[team],
                "profession_id": professions[profession] if profession else None,
                "password_hash": hashed,
            }
        )
    ids = add_rows(Person, rows)
    add_plain_rows(RoleGrant, [{"person_id": i, "role": account[3]} for i, account in zip(ids, ACCOUNTS, strict=True)])
    return {account[0]: i for i, account in zip(ids, ACCOUNTS, strict=True)}


def _workers(
    chance: Random, count: int, agencies: dict[str, int], teams: dict[str, int], professions: dict[str, int]
) -> tuple[Worker, ...]:
    leaf_teams = [name for names in _SERVICE_AREAS.values() for name in names]
    weights = [weight for _, _, weight in _AGENCIES]
    rows: list[dict[str, Any]] = []
    hashed = password_hash(PASSWORD)  # the council's own people can sign in
    for number in range(count):
        agency, kind, _ = chance.choices(_AGENCIES, weights)[0]
        name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
        # One in twelve has no profession on record: reports must show them too.
        known = _BY_AGENCY.get(kind) if chance.random() > 1 / 12 else None
        profession = _PROFESSIONS[chance.choice(known)] if known else None
        team = chance.choice(leaf_teams) if kind is AgencyKind.COUNCIL else None
        rows.append(
            {
                "email": f"worker{number + 1:05}@{DOMAIN}",
                "name": name,
                "job_title": profession or "",
                "agency_id": agencies[agency],
                "team_id": teams[team] if team else None,
                "profession_id": professions[profession] if profession else None,
                "password_hash": hashed if kind is AgencyKind.COUNCIL else None,
            }
        )
    ids = add_rows(Person, rows)
    add_plain_rows(RoleGrant, [{"person_id": i, "role": Role.STAFF} for i in ids])
    return tuple(
        Worker(i, row["name"], row["agency_id"], row["team_id"], row["profession_id"])
        for i, row in zip(ids, rows, strict=True)
    )

"""A document with every kind of part, a kind whose figures a test may change, and the acts of its life."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select

from tests.support.engines import NOW
from tests.support.plans import actor
from tests.support.present import the
from wfsite.charts.specs import Bars, Line, StackedBars
from wfsite.core.actor import Actor
from wfsite.core.permissions import Role
from wfsite.extensions import db
from wfsite.issued import services
from wfsite.issued.content_rules import (
    Built,
    Chart,
    Column,
    Content,
    Definitions,
    Figure,
    Figures,
    Paragraph,
    Place,
    Section,
    Table,
    Words,
)
from wfsite.issued.kinds import DocumentKind, Kinds
from wfsite.issued.models import Edition
from wfsite.issued.queries import EditionPage, edition_page
from wfsite.people.models import Person, RoleGrant

ROWS = (("North", "12", "60%"), ("South", "8", "40%"), ("Total", "20", "50%"))
CHARTS = (
    Chart(StackedBars("Came", ("North", "South"), ("Came", "Stayed"), ((7, 5), (3.5, 4))), "Most came in the North."),
    Chart(Bars("Rates", ("North", "South"), (60.0, None), ("60%", "[z]")), "The North leads."),
    Chart(Line("Months", ("May", "June"), (1.5, None), "%", (("June", 2.0, "2%"),), mean=1.5), "It stood still."),
)
BUILT = Built(
    "A report of tests",
    "Quarter 1, April to June 2025",
    (
        Section(
            "figures",
            "In figures",
            (Figures((Figure("Rate", "50%", "20 of 40", "up 2"), Figure("People", "20"))), Paragraph("They “add” up.")),
        ),
        Section(
            "places",
            "By place",
            (*CHARTS, Table("By place", (Column("Place"), Column("Came", "events"), Column("Rate", "%")), ROWS, True)),
        ),
        Section("meanings", "What it means", (Definitions((("[z]", "nothing to divide by"), ("R", "Élan <b>"))),)),
    ),
)
WORDS = Words("It went well.\n\nÉlan & more:\nline two <script>.", {"places": "North first."})
CONTENT = Content(Place("a-kind", "2025-q1", 2, "A sum was wrong.", "0" * 64, "v1"), BUILT, WORDS)


@dataclass(frozen=True)
class Reports:
    """Addresses of the demo's reports, and the address of the second training lead, who wrote what waits."""

    issued: str
    newest: str
    waiting: str
    draft: str
    other: str


@dataclass
class Room:
    """A room whose figures a test may change."""

    built: Built = BUILT
    asked: list[str] = field(default_factory=list)

    def build(self, subject: str, *, seen_by: Actor, at: datetime) -> Built:
        self.asked.append(subject)
        return self.built

    @property
    def kind(self) -> DocumentKind:
        return DocumentKind(key="a-kind", name="Tests", build=self.build, subjects=lambda *, at: [("2025-q1", "Q1")])


def another_lead(account: str = "worker00003") -> Actor:
    """Somebody else who gets the role of a training lead beside their own."""
    person_id = db.session.scalar(select(Person.id).where(Person.email == f"{account}@demo.example"))
    if not db.session.get(RoleGrant, (person_id, Role.TRAINING_LEAD)):
        db.session.execute(insert(RoleGrant).values(person_id=person_id, role=Role.TRAINING_LEAD))
    return actor(account)


def page_of(edition_id: int, kind: DocumentKind, by: Actor) -> EditionPage:
    """An edition as somebody reads it."""
    db.session.expire_all()
    return edition_page(edition_id, seen_by=by, kinds=Kinds({kind.key: kind}))


def version(edition_id: int) -> int:
    return the(db.session.scalar(select(Edition.version).where(Edition.id == edition_id)))


def drafted(kind: DocumentKind, by: Actor, *, words: Words = WORDS) -> int:
    """A draft with its words."""
    made = services.document_start(kind, "2025-q1", by=by, at=NOW)
    services.document_words_save(made, kind, words, version=version(made), by=by, at=NOW)
    return made


def waiting(kind: DocumentKind, by: Actor) -> int:
    made = drafted(kind, by)
    services.document_ask(made, kind, version=version(made), by=by, at=NOW)
    return made


def approved(kind: DocumentKind, by: Actor, other: Actor) -> int:
    made = waiting(kind, by)
    services.document_approve(made, kind, version=version(made), by=other, at=NOW)
    return made


def issued(kind: DocumentKind, by: Actor, other: Actor) -> int:
    made = approved(kind, by, other)
    services.document_issue(made, kind, version=version(made), by=by, at=NOW)
    return made

"""Every list of the site as the tests walk it: its filters, its orders, and a way to make it longer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from tests.support.engines import NOW
from tests.support.registers import actor
from wfsite.audit import queries as history
from wfsite.audit.models import AuditEvent
from wfsite.core.paging import Stretch
from wfsite.core.permissions import Role
from wfsite.extensions import db
from wfsite.issued import list_queries as documents
from wfsite.issued.list_queries import EditionFilter, Standing
from wfsite.issued.models import Edition
from wfsite.issued.rules import DocumentState
from wfsite.people import queries as people
from wfsite.people.models import Agency, Person
from wfsite.people.queries import PersonFilter, PersonState
from wfsite.surveys import counted_queries as surveys
from wfsite.surveys.counted_queries import CountedFilter
from wfsite.surveys.models import Survey, Tally
from wfsite.surveys.rules import Outcome, SurveyMode, SurveyState
from wfsite.training.bookings.models import Place
from wfsite.training.bookings.rules import Mark, PlaceOrigin, PlaceState
from wfsite.training.programme.models import Course, TrainingSession
from wfsite.training.programme.rules import SessionState
from wfsite.training.registers import session_queries as sessions
from wfsite.training.registers.session_queries import SessionFilter, When

# Past every id of the demo world.
FIRST_ID = 100_000


@dataclass(frozen=True)
class ListCase:
    """One list: `read` a page by key, read it `whole`, and `grow` it by rows that stand anywhere in its order."""

    name: str
    sorts: tuple[str, ...]
    filters: dict[str, tuple[Any, ...]]
    read: Callable[..., Stretch[Any]]
    whole: Callable[..., tuple[Any, ...]]
    grow: Callable[[int, int], None]


def walk(case: ListCase, wanted: dict[str, Any], *, between: Callable[[], None] = lambda: None) -> Iterator[Stretch]:  # type: ignore[type-arg]
    """Every page of a list from the first to the last; `between` happens after each."""
    key = None
    while True:
        page = case.read(wanted, key)
        yield page
        between()
        if page.older is None:
            return
        key = page.older


def _grow_people(start: int, count: int) -> None:
    agencies = list(db.session.scalars(select(Agency.id).order_by(Agency.id)))
    names = ("Ánna", "anna", "Bo", "Łukasz", "O'Neil", "Zoë", "zz", "李")
    rows = [
        {
            "name": f"{names[n * 7 % len(names)]} {n % 5}",
            "email": f"{n * 37 % 101:03}.{n}@walk.example",
            "agency_id": agencies[n % len(agencies)] if n % 3 else None,
            "active": n % 4 > 0,
        }
        for n in range(start, start + count)
    ]
    db.session.execute(insert(Person), rows)


def _grow_sessions(start: int, count: int) -> None:
    courses = list(db.session.scalars(select(Course.id).order_by(Course.id)))
    person_id = db.session.scalar(select(Person.id).where(Person.email == "staff@demo.example"))
    made, places = [], []
    for n in range(start, start + count):
        starts_at = NOW + timedelta(days=n * 17 % 61 - 40)
        made.append(
            {
                "id": FIRST_ID + n,
                "course_id": courses[n % len(courses)],
                "starts_at": starts_at,
                "ends_at": starts_at + timedelta(days=n % 3, hours=2),
                "venue": "Hall",
                "capacity": 20,
                "state": list(SessionState)[n % 5 == 0],
                "register_closed_at": NOW if n % 3 else None,
            }
        )
        if n % 4:
            origin, state, mark = list(PlaceOrigin)[n % 2], list(PlaceState)[n % 3], list(Mark)[n % 2]
            place = {"session_id": FIRST_ID + n, "person_id": person_id}
            places.append({**place, "origin": origin, "state": state, "mark": mark})
    db.session.execute(insert(TrainingSession), made)
    db.session.execute(insert(Place), places)


def _sessions(account: str, wanted: dict[str, Any]) -> SessionFilter:
    given = {"when": When.ALL, "open_only": False, **wanted, "at": NOW, "since": NOW - timedelta(hours=10)}
    return SessionFilter(**given, seen_by=actor(account))


def _session_case(account: str) -> "ListCase":
    return ListCase(
        f"sessions of {account}",
        ("when", "course", "todo"),
        {"when": tuple(When), "open_only": (False, False, True)},
        lambda wanted, key: sessions.session_list(_sessions(account, wanted), key=key),
        lambda wanted: sessions.sessions_to_export(_sessions(account, wanted), most=10_000),
        _grow_sessions,
    )


def _grow_surveys(start: int, count: int) -> None:
    outcomes = list(Outcome)
    made: list[dict[str, Any]] = [
        {
            "id": FIRST_ID + n,
            "title": f"{('Élan', 'elan', 'Pulse', '100% pulse')[n % 4]} {n * 7 % 11}",
            "purpose": "To see.",
            "audience": "some workers",
            "mode": SurveyMode.ANONYMOUS,
            "state": SurveyState.CLOSED,
            "closes_at": NOW - timedelta(days=n * 13 % 29),
            "closed_at": NOW - timedelta(days=n * 5 % 31) if n % 3 else None,
        }
        for n in range(start, start + count)
    ]
    told = {"count_id": "", "manifest": "", "invited": 20, "some_changed": False, "spoiled": 0}
    counts = [{**told, "survey_id": row["id"], "outcome": outcomes[row["id"] // 4 % len(outcomes)]} for row in made]
    db.session.execute(insert(Survey), made)
    db.session.execute(insert(Tally), counts)


def _grow_history(start: int, count: int) -> None:
    subjects = ("person", "role_grant", "profession", "no_such_table")
    rows = [
        {
            "at": NOW + timedelta(hours=n % 50),
            "actor_id": n % 3 or None,
            "actor_name": f"Somebody {n}",
            "verb": ("added", "changed", "removed")[n % 3],
            "subject": subjects[n % 4],
            "subject_id": f"{n % 7}-staff" if n % 4 == 1 else str(n % 7),
            "changes": {"name": [None, f"Name {n}"]},
        }
        for n in range(start, start + count)
    ]
    db.session.execute(insert(AuditEvent), rows)


def _grow_reports(start: int, count: int) -> None:
    author = db.session.scalar(select(Person.id).where(Person.email == "training@demo.example"))
    rows = [
        {
            "id": FIRST_ID + n,
            "kind": ("quarter-attendance", "of-a-room-that-is-gone")[n % 4 == 0],
            "subject": f"walk-{n}",
            "number": n % 3 + 1,
            "title": f"{('Élan', 'elan', 'Attendance', '100% here')[n % 4]} {n * 7 % 11}",
            "state": (DocumentState.ISSUED, DocumentState.WITHDRAWN, DocumentState.DRAFT)[n % 3],
            "state_since": NOW + timedelta(hours=n * 13 % 29),
            "author_id": author,
            "template": "v1",
            "figures": b"{}",
            "figures_at": NOW,
            "words": b"{}",
            "issued_at": None if n % 3 == 2 else NOW,
            "replaced_by_id": None,
        }
        for n in range(start, start + count)
    ]
    db.session.execute(insert(Edition), rows)


LISTS = (
    ListCase(
        "reports",
        ("since", "title"),
        {
            "words": ("", "ELAN", "%"),
            "kind": ("", "", "quarter-attendance"),
            "standing": tuple(Standing),
            "prepares": (frozenset(), frozenset({"quarter-attendance"})),
        },
        lambda wanted, key: documents.document_list(EditionFilter(**wanted), key=key),
        lambda wanted: documents.documents_to_export(EditionFilter(**wanted), most=10_000),
        _grow_reports,
    ),
    ListCase(
        "people",
        ("name", "email", "agency"),
        {"words": ("", "an", "walk", "%"), "role": (None, None, Role.STAFF), "state": tuple(PersonState)},
        lambda wanted, key: people.person_list(PersonFilter(**wanted), key=key),
        lambda wanted: people.people_to_export(PersonFilter(**wanted)),
        _grow_people,
    ),
    ListCase(
        "surveys",
        ("closed", "title"),
        {"words": ("", "ELAN", "%"), "outcome": (None, None, Outcome.RELEASED)},
        lambda wanted, key: surveys.counted_surveys(CountedFilter(**wanted), key=key),
        lambda wanted: surveys.counted_to_export(CountedFilter(**wanted), most=10_000),
        _grow_surveys,
    ),
    ListCase(
        "history",
        ("at",),
        {
            "subject": ("", "", "person"),
            "people": (None, (1, 2), ()),
            "since": (None, NOW + timedelta(hours=20)),
            "until": (None, NOW + timedelta(hours=40)),
        },
        lambda wanted, key: history.event_page(history.Wanted(**wanted), key=key),
        lambda wanted: tuple(history.events_to_export(history.Wanted(**wanted), most=10_000)),
        _grow_history,
    ),
    _session_case("training"),
    _session_case("staff"),
)

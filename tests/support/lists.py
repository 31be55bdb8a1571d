"""Every list of the site as the tests walk it: its filters, its orders, and a way to make it longer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from tests.support.engines import NOW
from wfsite.core.paging import Stretch
from wfsite.core.permissions import Role
from wfsite.extensions import db
from wfsite.people import queries as people
from wfsite.people.models import Agency, Person
from wfsite.people.queries import PersonFilter, PersonState
from wfsite.surveys import queries as surveys
from wfsite.surveys.models import Survey, Tally
from wfsite.surveys.queries import CountedFilter
from wfsite.surveys.rules import Outcome, SurveyMode, SurveyState


@dataclass(frozen=True)
class ListCase:
    """One list: `read` a page by key, read it `whole`, and `grow` it by rows that stand anywhere in its order."""

    name: str
    sorts: tuple[str, ...]
    filters: dict[str, tuple[Any, ...]]
    read: Callable[..., Stretch[Any]]
    whole: Callable[..., tuple[Any, ...]]
    grow: Callable[[int, int], None]
    # Named apart from the rest: their rows are the same for whoever asks.
    about: dict[str, Any] = field(default_factory=dict)


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


def _grow_surveys(start: int, count: int) -> None:
    outcomes = list(Outcome)
    for n in range(start, start + count):
        survey = Survey(
            title=f"{('Élan', 'elan', 'Pulse', '100% pulse')[n % 4]} {n * 7 % 11}",
            purpose="To see.",
            audience="some workers",
            mode=SurveyMode.ANONYMOUS,
            state=SurveyState.CLOSED,
            closes_at=NOW - timedelta(days=n * 13 % 29),
            closed_at=NOW - timedelta(days=n * 5 % 31) if n % 3 else None,
        )
        db.session.add(survey)
        db.session.flush()
        db.session.add(
            Tally(
                survey_id=survey.id,
                outcome=outcomes[n % len(outcomes)],
                count_id="",
                manifest="",
                invited=20,
                answered=None,
                counted=None,
                some_changed=False,
                spoiled=0,
            )
        )
    db.session.flush()


LISTS = (
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
)

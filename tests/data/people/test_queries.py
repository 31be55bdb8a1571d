"""Reads of people on both engines: search, filter and order alike."""

from typing import Any

import pytest
from sqlalchemy import insert, select

from wfsite.core.permissions import Role
from wfsite.extensions import db
from wfsite.people import queries
from wfsite.people.models import Agency, Person
from wfsite.people.queries import PERSON_SORTS, PersonFilter, PersonState

pytestmark = pytest.mark.usefixtures("context")

NAMES = (
    "O'Brien, Pat",
    "Ó Súilleabháin",
    "Nguyễn Thị",
    "陳",
    "É",
    "100% Sure",
    "under_score",
    "Øster Ærø",
    "Straße",
    "DUBLIN",
)


@pytest.fixture
def people() -> None:
    rows = [{"name": name, "email": f"p{number}@search.example"} for number, name in enumerate(NAMES)]
    db.session.execute(insert(Person), rows)


def found(words: str, **more: Any) -> list[str]:
    page = queries.person_list(PersonFilter(words=words, **more))
    assert page.total == len(page.rows) or page.total > 50
    return [person.name for person in page.rows]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("OBRIEN", "O'Brien, Pat"),
        ("o’brien pat", "O'Brien, Pat"),
        ("pat o'brien", "O'Brien, Pat"),
        ("suilleabhain", "Ó Súilleabháin"),
        ("Ó SÚILLEABHÁIN", "Ó Súilleabháin"),
        ("nguyen", "Nguyễn Thị"),
        ("陳", "陳"),
        ("100%", "100% Sure"),
        ("under_", "under_score"),
        ("oster aero", "Øster Ærø"),
        ("STRASSE", "Straße"),
        ("dublin", "DUBLIN"),
    ],
)
def test_search_reads_alike(people: None, words: str, name: str) -> None:
    assert found(words + " search.example") == [name]


def test_wildcards_mean_themselves(people: None) -> None:
    assert found("% search.example") == ["100% Sure"]
    assert found("_ search.example") == ["under_score"]
    assert found("!") == found("\\") == []


def test_order_is_the_same_on_both_engines(people: None) -> None:
    assert found("search.example") == [
        "100% Sure", "DUBLIN", "É", "Nguyễn Thị", "Ó Súilleabháin",
        "O'Brien, Pat", "Øster Ærø", "Straße", "under_score", "陳",
    ]  # fmt: skip
    assert found("search.example", sort="-name")[0] == "陳"
    assert found("search.example", sort="email")[0] == "O'Brien, Pat"


def test_nobodys_agency_comes_last(people: None) -> None:
    wanted = PersonFilter(state=PersonState.ALL, sort="agency")
    agencies = [row.agency for row in queries.people_to_export(wanted, most=1_000)]
    assert agencies[-len(NAMES) :] == [""] * len(NAMES) and "" not in agencies[: -len(NAMES)]
    assert set(PERSON_SORTS) == {"name", "email", "agency"}


def test_filters_add_up() -> None:
    agency = db.session.scalar(select(Agency.id).where(Agency.name == "Alderbrook Council"))
    page = queries.person_list(PersonFilter(agency_id=agency, role=Role.CHAIR))
    assert [(p.name, p.roles, p.can_sign_in) for p in page.rows] == [("Douglas Reid", "Group chair", True)]
    assert queries.person_list(PersonFilter(state=PersonState.CLOSED)).rows == ()


def test_the_search_key_follows_name_and_email() -> None:
    person = db.session.scalars(select(Person).where(Person.email == "staff@demo.example")).one()
    person.name = "Zoë Ünal"
    db.session.flush()
    assert found("zoe unal staff@") == ["Zoë Ünal"]
    assert found("amara bello") == []

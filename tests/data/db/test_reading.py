"""A read gives a dataclass a row, and a statement that does not fit it never gets as far as a request."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Select, bindparam, func, select

from tests.support.engines import Site
from wfsite.core.errors import Missing
from wfsite.core.paging import First
from wfsite.db.reading import Read, ReadFirst, ReadPair
from wfsite.people.models import Agency


@dataclass(frozen=True, slots=True)
class Named:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Seen:
    id: int
    name: str
    on: str
    rest: tuple[str, ...] = ()


_BY_NAME = select(Agency.id, Agency.name).where(Agency.name == bindparam("name"))


@pytest.mark.parametrize(
    "statement",
    [
        select(Agency.name, Agency.id),
        select(Agency.id),
        select(Agency.id, Agency.name, Agency.kind),
        select(Agency.id, func.max(Agency.name)),
        select(Agency.id, Agency.name.label("title")),
    ],
)
def test_a_statement_that_does_not_fit_its_class_is_refused(statement: Select[Any]) -> None:
    with pytest.raises(TypeError, match="Named has the fields"):
        Read(Named, statement)


def test_what_is_given_follows_the_columns_and_what_is_not_has_a_default() -> None:
    Read(Seen, select(Agency.id, Agency.name), given=("on",))
    with pytest.raises(TypeError):
        Read(Seen, select(Agency.id, Agency.name))
    with pytest.raises(TypeError):
        Read(Seen, select(Agency.id, Agency.name), given=("rest", "on"))


@pytest.mark.usefixtures("context")
def test_rows_come_as_the_class(site: Site) -> None:
    agency = Read(Named, select(Agency.id, Agency.name).order_by(Agency.id)).all()[0]
    assert isinstance(agency, Named)
    assert Read(Named, _BY_NAME).one({"name": agency.name}) == agency
    assert Read(Seen, _BY_NAME, given=("on",)).all({"name": agency.name}, on="today")[0].on == "today"
    assert Read(Named, _BY_NAME).one_or_none({"name": "none such"}) is None
    with pytest.raises(Missing):
        Read(Named, _BY_NAME).one({"name": "none such"})


_PAIRS = select(Agency.id, Agency.name, Agency.id, Agency.name)


def test_a_pair_is_refused_unless_both_fit() -> None:
    ReadPair(Seen, Named, _PAIRS, given=("on",))
    for statement in (
        _BY_NAME,
        select(Agency.id, Agency.name, Agency.name, Agency.id),
        _PAIRS.add_columns(Agency.kind),
    ):
        with pytest.raises(TypeError):
            ReadPair(Named, Named, statement)
    with pytest.raises(TypeError):
        ReadPair(Seen, Named, _PAIRS)


@pytest.mark.usefixtures("context")
def test_a_row_comes_as_a_pair(site: Site) -> None:
    read = ReadPair(
        Seen, Named, select(Agency.id, Agency.name, func.length(Agency.name).label("id"), Agency.name), given=("on",)
    )
    for first, second in read.all(on="today"):
        assert (first.on, first.name, second) == ("today", second.name, Named(len(first.name), first.name))
    with pytest.raises(Missing):
        ReadPair(Named, Named, _PAIRS.where(Agency.id == 0)).one()


@pytest.mark.usefixtures("context")
def test_the_first_few_come_with_how_many_there_are(site: Site) -> None:
    every = Read(Named, select(Agency.id, Agency.name).order_by(Agency.id)).all()
    read = ReadFirst(Named, select(Agency.id, Agency.name).order_by(Agency.id))
    assert len(every) > 2 and read.few(most=2) == First(every[:2], len(every))
    assert read.few(most=99) == First(every, len(every))
    nobody = ReadFirst(Named, select(Agency.id, Agency.name).where(Agency.id < 0))
    assert nobody.few(most=2) == First()
    with pytest.raises(TypeError):
        ReadFirst(Named, select(Agency.name, Agency.id))

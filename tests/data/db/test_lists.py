"""Every list on both engines: walked page by page it gives each row once and in order, whatever is added meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, SearchStrategy

from tests.support.lists import LISTS, ListCase, walk
from wfsite.core.paging import MOST_COUNTED, Key
from wfsite.extensions import db

pytestmark = pytest.mark.usefixtures("context")

each = pytest.mark.parametrize("case", LISTS, ids=lambda case: case.name)
some = settings(
    max_examples=8, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def asked_of(case: ListCase) -> SearchStrategy[dict[str, Any]]:
    """Filters and an order, at random."""
    filters = {name: st.sampled_from(values) for name, values in case.filters.items()}
    return st.fixed_dictionaries(
        {**filters, "sort": st.sampled_from([f"{way}{s}" for s in case.sorts for way in ("", "-")])}
    )


@contextmanager
def grown(case: ListCase, count: int = 90) -> Iterator[None]:
    """The list made longer, and as it was afterwards."""
    with db.session.begin_nested() as before:
        case.grow(0, count)
        yield
        before.rollback()


@each
@some
@given(data=st.data())
def test_a_walk_gives_each_row_once_in_order_and_equals_the_file(case: ListCase, data: DataObject) -> None:
    wanted = data.draw(asked_of(case))
    with grown(case):
        pages = list(walk(case, wanted))
        rows = [row.id for page in pages for row in page.rows]
        assert rows == [row.id for row in case.whole(wanted)]
        assert len(rows) == len(set(rows)) == pages[0].total
        assert all(page.first == 1 + sum(len(p.rows) for p in pages[:at]) for at, page in enumerate(pages) if page.rows)
        # And back again, the same pages.
        for earlier, later in zip(reversed(pages[:-1]), reversed(pages[1:]), strict=True):
            again = case.read(wanted, later.newer)
            assert (again.rows, again.first, again.older) == (earlier.rows, earlier.first, earlier.older)
        assert pages[0].newer is None


@each
@some
@given(data=st.data())
def test_rows_that_are_added_meanwhile_move_nobody(case: ListCase, data: DataObject) -> None:
    wanted, more = data.draw(asked_of(case)), iter(range(5_000, 9_000, 20))
    with grown(case):
        there = [row.id for row in case.whole(wanted)]
        pages = walk(case, wanted, between=lambda: case.grow(next(more), 20))
        seen = [row.id for page in pages for row in page.rows]
        assert len(seen) == len(set(seen))
        assert [row_id for row_id in seen if row_id in set(there)] == there
        order = {row.id: at for at, row in enumerate(case.whole(wanted))}
        assert [order[row_id] for row_id in seen] == sorted(order[row_id] for row_id in seen)


@each
def test_a_key_that_leads_nowhere_is_the_first_page(case: ListCase) -> None:
    everything = {"sort": case.sorts[0], **{name: values[0] for name, values in case.filters.items()}}
    narrower = [{**everything, name: value} for name, values in case.filters.items() for value in values]
    with grown(case):
        keys = [page.newer for page in walk(case, everything) if page.newer]
        assert keys
        for wanted in narrower:
            first = case.read(wanted, None)
            assert all(case.read(wanted, key) == first for key in (Key(()), Key(("x",) * 9)))
            for key in keys:  # where less than a page of these comes before it, the first page is whole
                before = case.read(wanted, key)
                assert before.rows == first.rows or (before.first > 1 and len(before.rows) == len(first.rows))


@each
def test_beyond_a_thousand_nobody_counts(case: ListCase) -> None:
    with grown(case, MOST_COUNTED + 30):
        page = case.read({"sort": case.sorts[0], **{name: values[0] for name, values in case.filters.items()}}, None)
        if page.total > MOST_COUNTED:
            assert page.words("row") == "More than 1,000 rows" and page.total == MOST_COUNTED + 1
        else:
            assert page.words("row").endswith(f"of {page.total:,} rows")

"""Lists that grow for years, read a page at a time by key, and whole for a file: the one way that every list is read.

A page is one statement, however deep it lies: rows, how many fit, and how many come before. Rows that are added or
taken away meanwhile shift nobody's place, for a key is a place between two rows and not a number of rows to skip.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, bindparam, func, literal, select, tuple_

from wfsite.core.paging import MOST_COUNTED, Key, Stretch
from wfsite.db.reading import Read
from wfsite.db.session import db

T = TypeVar("T")

# More rows than a list ever has.
ALL = 2**31 - 2
_FIRST, _AFTER, _BEFORE = "first", "after", "before"


class Listing(Generic[T]):
    """`statement` (what a row shows, with its joins) read as `cls`, in any of its orders, for any of its conditions.

    `orders` says for each order which columns sort it, upwards; the last tells every two rows apart, and none of them
    is ever NULL. An order with "-" before its name is the same from its end. `conditions` are what a list may be
    narrowed by, each with the parameters that it needs; whoever reads names those that hold.
    """

    def __init__(
        self,
        cls: type[T],
        statement: Select[*tuple[Any, ...]],
        *,
        row_id: SQLColumnExpression[int],
        orders: Mapping[str, Sequence[SQLColumnExpression[Any]]],
        conditions: Mapping[str, SQLColumnExpression[bool]] | None = None,
        size: int = 50,
        given: tuple[str, ...] = (),
    ) -> None:
        Read(cls, statement, given=given)  # proves it, at import
        self._cls, self._row_id = cls, row_id
        self._shown = list(statement.selected_columns)
        (self._source,) = statement.get_final_froms()
        self._orders, self._conditions = orders, conditions or {}
        self._size = size
        self._kept: dict[tuple[object, ...], Select[*tuple[Any, ...]]] = {}

    def page(
        self, by: str, *, key: Key | None = None, only: Collection[str] = (), values: Mapping[str, Any], **given: Any
    ) -> Stretch[T]:
        """A page of what fits the conditions called `only`; the first one where the key leads nowhere."""
        if key is not None and len(key.values) == len(self._columns(by)):
            found = self._rows(by, only, key, values)
            # Fewer than a page before the key means that rows have gone: the first page is whole again.
            if len(found) > self._size or (found and not key.back):
                return self._stretch(found, key, given)
        return self._stretch(self._rows(by, only, None, values), None, given)

    def every(
        self, by: str, *, only: Collection[str] = (), values: Mapping[str, Any], most: int, **given: Any
    ) -> tuple[T, ...]:
        """All that fits, in the same order, for a file; no more than `most` and one, which says that there are more."""
        statement = self._statement("every", by, only)
        rows = db.session.execute(statement, {**values, "list_most": most + 1})
        return tuple([self._cls(*row[: len(self._shown)], **given) for row in rows])

    def _columns(self, by: str) -> Sequence[ColumnElement[Any]]:
        # A model's attribute is no `ColumnElement` to the type checker, and does all that one does.
        return cast("Sequence[ColumnElement[Any]]", self._orders[by.removeprefix("-")])

    def _rows(self, by: str, only: Collection[str], key: Key | None, values: Mapping[str, Any]) -> Sequence[Any]:
        """One row more than a page has, where there are so many: in the list's order, or backwards from the key."""
        way = _FIRST if key is None else _BEFORE if key.back else _AFTER
        keyed = {f"list_key_{number}": value for number, value in enumerate(key.values)} if key else {}
        statement = self._statement(way, by, only)
        return db.session.execute(statement, {**values, **keyed, "list_most": self._size + 1}).all()

    def _stretch(self, found: Sequence[Any], key: Key | None, given: Mapping[str, Any]) -> Stretch[T]:
        back = key is not None and key.back
        has_more = len(found) > self._size
        rows = list(found[: self._size])
        if back:
            rows.reverse()
        total, preceding = (rows[0][-2], rows[0][-1]) if rows else (0, 0)
        first, last = (self._key(rows[0]), self._key(rows[-1])) if rows else ((), ())
        return Stretch(
            rows=tuple([self._cls(*row[: len(self._shown)], **given) for row in rows]),
            total=total,
            first=preceding - len(rows) + 1 if back else preceding + 1,
            newer=Key(first, back=True) if key and (has_more or not back) else None,
            older=Key(last) if has_more or back else None,
        )

    def _key(self, row: Any) -> tuple[Any, ...]:
        return tuple(row[len(self._shown) : -2])

    def _statement(self, way: str, by: str, only: Collection[str]) -> Select[*tuple[Any, ...]]:
        """Put together once for each order, direction and set of conditions."""
        asked = (way, by, *sorted(only))
        if asked not in self._kept:
            self._kept[asked] = self._made(way, by, sorted(only))
        return self._kept[asked]

    def _made(self, way: str, by: str, only: Sequence[str]) -> Select[*tuple[Any, ...]]:
        columns = [column.label(f"list_by_{number}") for number, column in enumerate(self._columns(by))]
        conditions = [self._conditions[name] for name in only]
        fits = select(self._row_id.label("list_id"), *columns).select_from(self._source).where(*conditions)
        falls = by.startswith("-") != (way == _BEFORE)
        place, key = _place_and_key(self._columns(by))
        beyond = place < key if falls else place > key
        # Ids first: what a row counts in other tables is counted for the rows of the page and for no other.
        cut = fits.where(beyond) if way in (_AFTER, _BEFORE) else fits
        shown = cut.order_by(*_sorted(columns, falls)).limit(bindparam("list_most")).subquery("list_shown")
        sorts = [shown.c[column.name] for column in columns]
        counts = [] if way == "every" else _counts(fits, way, rising=not by.startswith("-"))
        return (
            select(*self._shown, *sorts, *counts)
            .select_from(shown.join(self._source, shown.c.list_id == self._row_id))
            .order_by(*_sorted(sorts, falls))
        )


def _sorted(columns: Sequence[ColumnElement[Any]], falls: bool) -> list[ColumnElement[Any]]:
    return [column.desc() if falls else column.asc() for column in columns]


def _counts(fits: Select[*tuple[Any, ...]], way: str, *, rising: bool) -> list[ColumnElement[int]]:
    """How many rows fit, and how many of them stand before the page (or, backwards, before the key)."""
    counted = fits.limit(MOST_COUNTED + 1).cte("list_counted")
    total = select(func.count()).select_from(counted).scalar_subquery().label("list_total")
    if way == _FIRST:
        return [total, literal(0).label("list_preceding")]
    place, key = _place_and_key([column for column in counted.c if column.name != "list_id"])
    stands_before = (
        (place <= key if rising else place >= key) if way == _AFTER else (place < key if rising else place > key)
    )
    preceding = select(func.count()).where(stands_before).scalar_subquery()
    return [total, preceding.label("list_preceding")]


def _place_and_key(columns: Sequence[ColumnElement[Any]]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The columns as one value to compare, and the parameters that a key fills."""
    key = [bindparam(f"list_key_{number}", type_=column.type) for number, column in enumerate(columns)]
    return tuple_(*columns), tuple_(*key)

"""Reads: a statement whose columns are proved, when the module is imported, to be a dataclass's fields in their order.

A column that was added, left out or swapped with its neighbour stops the site before it answers anybody.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, bindparam, func

from wfsite.core.errors import Missing
from wfsite.core.paging import First
from wfsite.db.session import db

T = TypeVar("T")
U = TypeVar("U")

_NOTHING: Mapping[str, Any] = {}


class Read(Generic[T]):
    """`statement` read as `cls`, a column a field. Fields after the last column are `given` by whoever reads."""

    __slots__ = ("_cls", "statement")

    def __init__(self, cls: type[T], statement: Select[*tuple[Any, ...]], *, given: tuple[str, ...] = ()) -> None:
        _prove(cls, [str(column.key) for column in statement.selected_columns], given)
        self._cls = cls
        self.statement = statement

    def all(self, values: Mapping[str, Any] = _NOTHING, **given: Any) -> tuple[T, ...]:
        """Every row, in the statement's order; `values` are the statement's parameters."""
        cls = self._cls
        return tuple([cls(*row, **given) for row in db.session.execute(self.statement, values)])

    def one(self, values: Mapping[str, Any] = _NOTHING, **given: Any) -> T:
        """The only row; raises `Missing` when there is none."""
        found = self.one_or_none(values, **given)
        if found is None:
            raise Missing
        return found

    def one_or_none(self, values: Mapping[str, Any] = _NOTHING, **given: Any) -> T | None:
        """The only row, or None."""
        row = db.session.execute(self.statement, values).one_or_none()
        return None if row is None else self._cls(*row, **given)


class ReadFirst(Generic[T]):
    """The first rows of `statement` read as `cls`, and how many there are, at once."""

    __slots__ = ("_cls", "statement")

    def __init__(self, cls: type[T], statement: Select[*tuple[Any, ...]]) -> None:
        _prove(cls, [str(column.key) for column in statement.selected_columns], ())
        self._cls = cls
        self.statement = statement.add_columns(func.count().over()).limit(bindparam("most"))

    def few(self, values: Mapping[str, Any] = _NOTHING, *, most: int) -> First[T]:
        """At most `most` rows, in the statement's order."""
        cls = self._cls
        rows = db.session.execute(self.statement, {**values, "most": most}).all()
        return First(tuple([cls(*row[:-1]) for row in rows]), rows[0][-1] if rows else 0)


class ReadPair(Generic[T, U]):
    """`statement` read as two things a row: its last columns are `second`, those before and the `given`, `first`."""

    __slots__ = ("_cut", "_first", "_second", "statement")

    def __init__(
        self, first: type[T], second: type[U], statement: Select[*tuple[Any, ...]], *, given: tuple[str, ...] = ()
    ) -> None:
        labels = [str(column.key) for column in statement.selected_columns]
        self._cut = len(labels) - len(_own(second))
        _prove(first, labels[: self._cut], given)
        _prove(second, labels[self._cut :], ())
        self._first, self._second = first, second
        self.statement = statement

    def all(self, values: Mapping[str, Any] = _NOTHING, **given: Any) -> tuple[tuple[T, U], ...]:
        """Every row, in the statement's order; `values` are the statement's parameters."""
        first, second, cut = self._first, self._second, self._cut
        rows = db.session.execute(self.statement, values)
        return tuple([(first(*row[:cut], **given), second(*row[cut:])) for row in rows])

    def one(self, values: Mapping[str, Any] = _NOTHING, **given: Any) -> tuple[T, U]:
        """The only row; raises `Missing` when there is none."""
        found = self.all(values, **given)
        if not found:
            raise Missing
        (row,) = found
        return row


def _own(cls: type[Any]) -> list[Field[Any]]:
    """The fields that are handed to a class when it is made."""
    return [field for field in fields(cls) if field.init]


def _prove(cls: type[Any], labels: list[str], given: tuple[str, ...]) -> None:
    """Raises `TypeError` unless `labels` and then `given` are the fields of `cls`; the rest have defaults."""
    own = _own(cls)
    wanted = [*labels, *given]
    names = [field.name for field in own]
    left = [field.name for field in own[len(wanted) :] if field.default is MISSING and field.default_factory is MISSING]
    if names[: len(wanted)] != wanted or left:
        raise TypeError(f"{cls.__module__}.{cls.__name__} has the fields {names}, its statement gives {wanted}")

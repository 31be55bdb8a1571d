"""Reads: a statement whose columns are proved, when the module is imported, to be a dataclass's fields in their order.

A column that was added, left out or swapped with its neighbour stops the site before it answers anybody.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, Generic, TypeVar

from sqlalchemy import Select

from wfsite.core.errors import Missing
from wfsite.db.session import db

T = TypeVar("T")

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


def _prove(cls: type[Any], labels: list[str], given: tuple[str, ...]) -> None:
    """Raises `TypeError` unless `labels` and then `given` are the fields of `cls`; the rest have defaults."""
    own = [field for field in fields(cls) if field.init]
    wanted = [*labels, *given]
    names = [field.name for field in own]
    left = [field.name for field in own[len(wanted) :] if field.default is MISSING and field.default_factory is MISSING]
    if names[: len(wanted)] != wanted or left:
        raise TypeError(f"{cls.__module__}.{cls.__name__} has the fields {names}, its statement gives {wanted}")

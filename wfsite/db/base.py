"""The declarative base and the column types that behave alike on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, cast

from sqlalchemy import DateTime, Dialect, Enum, MetaData, String, Table, TypeDecorator
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """Every table's parent. Changes to ORM rows are audited unless a table says `__audited__ = False`.

    `__noun__` is what the history calls a row; "" is the table's name with spaces.
    """

    __audited__ = True
    __noun__ = ""

    # Batch migrations on SQLite can only drop constraints that have names.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


@cache
def noun_of(table: str) -> str:
    """What a person calls a row of `table`; an old event may speak of one that is gone."""
    named = {mapper.class_.__tablename__: mapper.class_.__noun__ for mapper in Base.registry.mappers}
    return named.get(table) or table.replace("_", " ")


def table_of(model: type[Base]) -> Table:
    """The table behind a model: a statement on it costs half of one on the class, so hot pages read by it."""
    return cast(Table, model.__table__)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored in UTC; SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive instants: they mean a second clock somewhere."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The instant in UTC, aware on both engines."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def sorted_text(length: int) -> String:
    """A text column that sorts and compares by code point on both engines, whatever the server's language."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def choice(kind: type[StrEnum], *, name: str = "") -> Enum:
    """A column that holds one of `kind`'s values, checked by the database."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=40,
        name=name or kind.__name__.lower(),
        values_callable=_values,
    )


def _values(kind: type[Any]) -> list[str]:
    return [member.value for member in kind]

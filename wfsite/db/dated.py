"""Dated facts: rows that are only ever added. What stood at an instant is an owner's newest row up to it.

There is one order: `recorded_at`, then `id`. What is shown today lies on the owner as well, as the fact itself or as
a pointer to it, so that today's pages read by key; `moved` writes it there unless somebody else was first.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    ForeignKey,
    FromClause,
    ScalarSelect,
    SQLColumnExpression,
    Update,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from wfsite.db.base import Base, UtcDateTime, table_of
from wfsite.db.session import db


class DatedRow(Base):
    """A table of facts: from when each counts, and who said it. They are their own history."""

    __abstract__ = True
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Fact(NamedTuple):
    """A row that was added, the instant from which it counts, and what it is a fact of."""

    id: int
    at: datetime
    owner_id: int


def in_order(facts: FromClause) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The order of facts, the oldest first."""
    return facts.c.recorded_at, facts.c.id


class Dated:
    """How a table of facts is written and read; `owner` are the columns that say of what each is one."""

    def __init__(self, model: type[DatedRow], *owner: str) -> None:
        self.table, self._owner = table_of(model), owner
        before, at = self.table.alias(), bindparam("at", type_=self.table.c.recorded_at.type)
        same = [before.c[name] == bindparam(f"of_{name}", type_=before.c[name].type) for name in owner]
        # A clock that was set back must not put the newest behind an older one.
        later = select(func.max(before.c.recorded_at)).where(*same, before.c.recorded_at > at).scalar_subquery()
        self._add = (
            insert(self.table)
            .values(recorded_at=func.coalesce(later, at))
            .returning(self.table.c.id, self.table.c.recorded_at, self.table.c[owner[0]])
        )

    def add(self, *, at: datetime, **values: Any) -> Fact:
        """Append a fact as of `at`, or as of the owner's newest one where that is later."""
        (fact,) = self.add_many([values], at=at)
        return fact

    def add_many(self, rows: Sequence[Mapping[str, Any]], *, at: datetime) -> list[Fact]:
        """Append a fact of each of different owners as `add` does, in one statement; they come back in no order."""
        if not rows:
            return []
        given = [{**row, "at": at, **{f"of_{name}": row[name] for name in self._owner}} for row in rows]
        return [Fact(*row) for row in db.session.execute(self._add, given)]

    def newest(
        self,
        *owner: SQLColumnExpression[Any],
        up_to: SQLColumnExpression[datetime] | None = None,
        before: SQLColumnExpression[datetime] | None = None,
        **only: Any,
    ) -> ScalarSelect[int]:
        """The id of an owner's newest fact, of those recorded up to or before an instant, with the values of `only`."""
        fact = self.table.alias()
        where = [fact.c[name] == value for name, value in zip(self._owner, owner, strict=True)]
        where += [fact.c[name] == value for name, value in only.items()]
        if up_to is not None:
            where.append(fact.c.recorded_at <= up_to)
        if before is not None:
            where.append(fact.c.recorded_at < before)
        newest_first = [column.desc() for column in in_order(fact)]
        found = select(fact.c.id).where(*where).order_by(*newest_first).limit(1)
        return found.correlate_except(fact).scalar_subquery()


def moved(owner: type[Base], owner_id: int, *, seen: Mapping[str, Any], to: Mapping[str, Any]) -> bool:
    """Write `to` on an owner that still says what was `seen`; answers whether it did."""
    values = {f"seen_{name}": value for name, value in seen.items()} | {f"to_{name}": to[name] for name in to}
    done = db.session.execute(_moving(owner, tuple(seen), tuple(to)), {"owner_id": owner_id, **values})
    return bool(cast("CursorResult[Any]", done).rowcount)


@cache
def _moving(owner: type[Base], seen: tuple[str, ...], to: tuple[str, ...]) -> Update:
    table = table_of(owner)
    still = [table.c[name].is_not_distinct_from(bindparam(f"seen_{name}", type_=table.c[name].type)) for name in seen]
    values = {name: bindparam(f"to_{name}", type_=table.c[name].type) for name in to}
    return update(table).where(table.c.id == bindparam("owner_id"), *still).values(values)

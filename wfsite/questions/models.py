"""The columns of a table of questions; whoever asks adds whose question it is."""

from typing import Any

from sqlalchemy import JSON, Dialect, Select, String, TypeDecorator, select
from sqlalchemy.orm import Mapped, mapped_column

from wfsite.db.base import Base, choice, table_of
from wfsite.questions.question_rules import QuestionKind


class JsonTuple(TypeDecorator[tuple[Any, ...]]):
    """A tuple, kept as a JSON list."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> list[Any]:
        """As JSON knows it."""
        return list(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Any, ...]:
        """As it was given."""
        return tuple(value)


class QuestionRow(Base):
    """A question; frozen once somebody may answer it."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    kind: Mapped[QuestionKind] = mapped_column(choice(QuestionKind))
    text: Mapped[str] = mapped_column(String(300))
    hint: Mapped[str] = mapped_column(String(300), default="")
    required: Mapped[bool]
    # Choices in order; for a scale, the words at its two ends.
    options: Mapped[tuple[str, ...]] = mapped_column(JsonTuple)
    # The places of choices that go together with no other.
    exclusive: Mapped[tuple[int, ...]] = mapped_column(JsonTuple, default=())


def select_asked(model: type[QuestionRow]) -> Select[*tuple[Any, ...]]:
    """The questions of a table as the columns of `Asked`, in the order in which they are asked."""
    columns = table_of(model).c
    return select(
        columns.id,
        columns.position.label("number"),
        columns.kind,
        columns.text,
        columns.hint,
        columns.required,
        columns.options,
        columns.exclusive,
    ).order_by(columns.position)

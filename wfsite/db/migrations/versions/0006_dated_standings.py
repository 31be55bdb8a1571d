"""What became of places and sessions, as dated rows.

Of what was there before, the first row says how it stands. It is dated when the thing came to be; where nobody knows
when that was, from the beginning, so that every day shows what it showed before.

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-24
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from wfsite.db.base import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_BEGINNING = sa.literal(datetime(1970, 1, 1, tzinfo=UTC), UtcDateTime())
_PLACE = sa.table("place", *map(sa.column, ("id", "state", "origin")))
_SESSION = sa.table("training_session", *map(sa.column, ("id", "state")))
_MARK = sa.table("attendance_mark", *map(sa.column, ("place_id", "recorded_at", "recorded_by", "id")))


def upgrade() -> None:
    """Add the tables, and to each a first row of everything that is there."""
    _make(
        "session_standing",
        "training_session",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("state", _one_of("sessionstate", "planned", "cancelled"), nullable=False),
    )
    _make(
        "place_standing",
        "place",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column(
            "state", _one_of("placestate", "confirmed", "cancelled-in-time", "cancelled-late"), nullable=False
        ),
    )
    _fill("session_standing", ("session_id", "state"), sa.select(_SESSION.c.id, _SESSION.c.state, _BEGINNING, sa.null()))
    # Whoever walked in got their place with their first mark.
    first = (
        sa.select(_MARK.c.place_id, sa.func.min(_MARK.c.id).label("id"), sa.func.min(_MARK.c.recorded_at).label("at"))
        .group_by(_MARK.c.place_id)
        .subquery()
    )
    walked_in = sa.and_(first.c.place_id == _PLACE.c.id, _PLACE.c.origin == "walk-in")
    _fill(
        "place_standing",
        ("place_id", "state"),
        sa.select(_PLACE.c.id, _PLACE.c.state, sa.func.coalesce(first.c.at, _BEGINNING), _MARK.c.recorded_by)
        .outerjoin(first, walked_in)
        .outerjoin(_MARK, _MARK.c.id == first.c.id)
        .order_by(_PLACE.c.id),
    )


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _make(name: str, owner: str, *columns: sa.Column) -> None:
    """A table of dated rows about `owner`, which its first column names."""
    key = columns[0].name
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        *columns,
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint([key], [f"{owner}.id"], name=op.f(f"fk_{name}_{key}")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f(f"fk_{name}_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    with op.batch_alter_table(name, schema=None) as batch:
        batch.create_index(f"ix_{name}_{key}_recorded_at", [key, "recorded_at"], unique=False)


def _fill(name: str, columns: tuple[str, ...], rows: sa.Select) -> None:
    """Add `rows`, which say `columns`, when that was recorded and by whom."""
    names = (*columns, "recorded_at", "recorded_by")
    op.get_bind().execute(sa.insert(sa.table(name, *map(sa.column, names))).from_select(names, rows))


def downgrade() -> None:
    """Drop the tables: what stands today lies on the places and sessions too."""
    op.drop_table("place_standing")
    op.drop_table("session_standing")

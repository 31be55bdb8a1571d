"""What became of places and sessions, and where themes and actions stand, as dated rows.

Of what was there before, the first row says how it stands. It is dated when the thing came to be; where nobody knows
when that was, from the beginning, so that every day shows what it showed before. A mark or closing that a clock set
back put behind an older one is dated as that one: it stood last, and so it is the newest.

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
_THEME = sa.table("theme", *map(sa.column, ("id", "position", "title")))
_ACTION = sa.table("action", *map(sa.column, ("id", "theme_id", "parent_id", "reference", "position", "added_at")))
_WORDING = sa.table("action_wording", *map(sa.column, ("id", "action_id", "recorded_by")))
_MARK = sa.table("attendance_mark", *map(sa.column, ("place_id", "recorded_at", "recorded_by", "id")))


def upgrade() -> None:
    """Add the tables, and to each a first row of everything that is there."""
    _put_in_order("attendance_mark", "place_id")
    _put_in_order("register_closure", "session_id")
    _add_standings()
    _add_words_and_places()


def _put_in_order(name: str, key: str) -> None:
    fact = sa.table(name, *map(sa.column, ("id", key, "recorded_at")))
    before = fact.alias()
    latest = sa.select(sa.func.max(before.c.recorded_at)).where(before.c[key] == fact.c[key], before.c.id < fact.c.id)
    latest = latest.correlate(fact).scalar_subquery()
    op.get_bind().execute(sa.update(fact).where(fact.c.recorded_at < latest).values(recorded_at=latest))


def _add_standings() -> None:
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


def _add_words_and_places() -> None:
    _make(
        "theme_wording",
        "theme",
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
    )
    _make(
        "action_placing",
        "action",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_action_placing_theme_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["action.id"], name=op.f("fk_action_placing_parent_id")),
    )
    # A theme came with its first action.
    came_at = sa.select(sa.func.min(_ACTION.c.added_at)).where(_ACTION.c.theme_id == _THEME.c.id).scalar_subquery()
    _fill(
        "theme_wording",
        ("theme_id", "position", "title"),
        sa.select(
            _THEME.c.id, _THEME.c.position, _THEME.c.title, sa.func.coalesce(came_at, _BEGINNING), sa.null()
        ).order_by(_THEME.c.id),
    )
    said_by = sa.select(_WORDING.c.recorded_by).where(_WORDING.c.action_id == _ACTION.c.id).order_by(_WORDING.c.id)
    placed = [_ACTION.c[name] for name in ("id", "theme_id", "parent_id", "reference", "position", "added_at")]
    _fill(
        "action_placing",
        ("action_id", "theme_id", "parent_id", "reference", "position"),
        sa.select(*placed, said_by.limit(1).scalar_subquery()).order_by(_ACTION.c.id),
    )


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _make(name: str, owner: str, *columns: sa.schema.SchemaItem) -> None:
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
    """Drop the tables: what stands today lies on what it is about, too."""
    op.drop_table("action_placing")
    op.drop_table("theme_wording")
    op.drop_table("place_standing")
    op.drop_table("session_standing")

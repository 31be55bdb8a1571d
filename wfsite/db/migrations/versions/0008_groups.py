"""Groups several of a kind, with several parents and an end; plans of a group; seats by person.

The plans become those of the steering group. Where there is a plan but no such group, it is set up by name, so that
every plan has one: an administrator adds its members.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_KINDS = ("steering", "training", "improvement")
_GROUP = sa.table(
    "working_group", *map(sa.column, ("id", "kind", "name", "cadence", "reports_to_id", "version", "ended_on"))
)
_PARENT = sa.table("group_parent", *map(sa.column, ("id", "group_id", "parent_id")))
_PLAN = sa.table("plan", *map(sa.column, ("id", "year", "title", "group_id")))


def upgrade() -> None:
    """Carry each group's parent into a table of its own, and each plan to the steering group."""
    op.create_index("ix_group_member_person_id", "group_member", ["person_id"], unique=False)
    parents = _rows(_GROUP, "id", "reports_to_id")
    if _on_sqlite():
        _remake("working_group", ("id", "kind", "name", "cadence", "version"), *_group_columns(ended=True))
    else:
        op.drop_constraint("fk_working_group_reports_to_id", "working_group", type_="foreignkey")
        op.drop_constraint("uq_working_group_kind", "working_group", type_="unique")
        op.drop_column("working_group", "reports_to_id")
        op.add_column("working_group", sa.Column("ended_on", sa.Date(), nullable=True))
    op.create_table(
        "group_parent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("group_id <> parent_id", name=op.f("ck_group_parent_another")),
        sa.ForeignKeyConstraint(["group_id"], ["working_group.id"], name=op.f("fk_group_parent_group_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["working_group.id"], name=op.f("fk_group_parent_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_parent")),
        sa.UniqueConstraint("group_id", "parent_id", name=op.f("uq_group_parent_group_id_parent_id")),
    )
    carried = [
        {"group_id": row.id, "parent_id": row.reports_to_id} for row in parents if row.reports_to_id not in (None, row.id)
    ]
    if carried:
        op.bulk_insert(_PARENT, carried)
    _give_plans_their_group()


def _give_plans_their_group() -> None:
    plans = _rows(_PLAN, "id")
    group_id = _steering_group() if plans else None
    if _on_sqlite():
        extra = {"group_id": sa.literal(group_id, sa.Integer())}
        _remake("plan", ("id", "year", "title"), *_plan_columns(grouped=True), extra=extra)
        return
    op.add_column("plan", sa.Column("group_id", sa.Integer(), nullable=True))
    op.get_bind().execute(sa.update(_PLAN).values(group_id=group_id))
    op.alter_column("plan", "group_id", nullable=False)
    op.create_foreign_key("fk_plan_group_id", "plan", "working_group", ["group_id"], ["id"])


def _steering_group() -> int:
    """The steering group, which is set up where there is none."""
    found = sa.select(_GROUP.c.id).where(_GROUP.c.kind == "steering").order_by(_GROUP.c.id)
    if group_id := op.get_bind().scalar(found):
        return int(group_id)
    taken, name = {row.name for row in _rows(_GROUP, "name")}, "Workforce steering group"
    while name in taken:
        name = f"{name[:108]} (the plan’s)"
    op.bulk_insert(_GROUP, [{"kind": "steering", "name": name, "cadence": "monthly", "version": 1}])
    return int(op.get_bind().scalar(found))


def downgrade() -> None:
    """Keep of several parents the first, and refuse where a kind has several groups: there is room for one."""
    kinds = [row.kind for row in _rows(_GROUP, "kind")]
    if len(kinds) != len(set(kinds)):
        raise RuntimeError("There are several groups of a kind. Keep one of each kind before going back")
    parents = {row.group_id: row.parent_id for row in reversed(_rows(_PARENT, "id", "group_id", "parent_id"))}
    op.drop_table("group_parent")
    if _on_sqlite():
        _remake("plan", ("id", "year", "title"), *_plan_columns(grouped=False))
        _remake("working_group", ("id", "kind", "name", "cadence", "version"), *_group_columns(ended=False))
    else:
        op.drop_constraint("fk_plan_group_id", "plan", type_="foreignkey")
        op.drop_column("plan", "group_id")
        op.drop_column("working_group", "ended_on")
        op.add_column("working_group", sa.Column("reports_to_id", sa.Integer(), nullable=True))
        op.create_unique_constraint("uq_working_group_kind", "working_group", ["kind"])
        op.create_foreign_key(
            "fk_working_group_reports_to_id", "working_group", "working_group", ["reports_to_id"], ["id"]
        )
    for group_id, parent_id in parents.items():
        op.get_bind().execute(sa.update(_GROUP).where(_GROUP.c.id == group_id).values(reports_to_id=parent_id))
    op.drop_index("ix_group_member_person_id", "group_member")


def _rows(table: sa.TableClause, *columns: str) -> list[sa.Row]:
    return list(op.get_bind().execute(sa.select(*(table.c[name] for name in columns)).order_by(table.c[columns[0]])))


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _group_columns(*, ended: bool) -> tuple[sa.schema.SchemaItem, ...]:
    """What the table of groups says, with their end or, as it was, with one parent and one group of a kind."""
    kind = sa.Enum(*_KINDS, name="groupkind", native_enum=False, create_constraint=True, length=40)
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("cadence", sa.String(length=60), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True)
        if ended
        else sa.Column("reports_to_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_group")),
        sa.UniqueConstraint("name", name=op.f("uq_working_group_name")),
        *(
            ()
            if ended
            else (
                sa.ForeignKeyConstraint(
                    ["reports_to_id"], ["working_group.id"], name=op.f("fk_working_group_reports_to_id")
                ),
                sa.UniqueConstraint("kind", name=op.f("uq_working_group_kind")),
            )
        ),
    )


def _plan_columns(*, grouped: bool) -> tuple[sa.schema.SchemaItem, ...]:
    """What the table of plans says, with the group whose plan it is or, as it was, without."""
    of_group = (
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["working_group.id"], name=op.f("fk_plan_group_id")),
    )
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        *(of_group if grouped else ()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("year", name=op.f("uq_plan_year")),
    )


def _remake(
    name: str,
    kept: tuple[str, ...],
    *columns: sa.schema.SchemaItem,
    extra: dict[str, sa.ColumnElement] | None = None,
) -> None:
    """Make a table again on SQLite, which changes none in place, with the rows that others refer to.

    Foreign keys are checked when the migration is committed: until the rows are back, nothing to refer to is there.
    """
    bind = op.get_bind()
    bind.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
    table = sa.table(name, *map(sa.column, kept))
    rows = [row._asdict() for row in bind.execute(sa.select(*table.c).order_by(table.c.id))]
    bind.execute(sa.delete(table))
    op.drop_table(name)
    op.create_table(name, *columns)
    more = extra or {}
    target = sa.table(name, *map(sa.column, (*kept, *more)))
    for row in rows:
        bind.execute(sa.insert(target).values(**row, **more))

"""Vacancies covered by agency workers, agency workers replaced, and the numeric half of a pair of targets.

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-24
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TARGET = sa.table(
    "measure_target",
    sa.column("id", sa.Integer),
    sa.column("paired_with", sa.String),
    sa.column("convert_or_replace", sa.Integer),
)
_NUMBER = re.compile(r"convert or replace (?:a further )?([0-9]{1,5}) ", re.IGNORECASE)


def upgrade() -> None:
    """Add the columns; a pair that was kept as words alone gets its number."""
    with op.batch_alter_table("workforce_return") as batch:
        batch.add_column(sa.Column("vacancies_covered", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("replacements", sa.Integer(), nullable=True))
    with op.batch_alter_table("measure_target") as batch:
        batch.add_column(sa.Column("convert_or_replace", sa.Integer(), nullable=True))
    connection = op.get_bind()
    for target in connection.execute(sa.select(_TARGET.c.id, _TARGET.c.paired_with)).all():
        if found := _NUMBER.search(f"{target.paired_with} "):
            number = _TARGET.update().where(_TARGET.c.id == target.id).values(convert_or_replace=int(found[1]))
            connection.execute(number)


def downgrade() -> None:
    """Drop the columns and what they hold."""
    with op.batch_alter_table("measure_target") as batch:
        batch.drop_column("convert_or_replace")
    with op.batch_alter_table("workforce_return") as batch:
        batch.drop_column("replacements")
        batch.drop_column("vacancies_covered")

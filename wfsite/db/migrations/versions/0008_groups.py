"""Seats by person, for who acts is read with them."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_index("ix_group_member_person_id", "group_member", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_group_member_person_id", "group_member")

"""long work, and the check of an upload kept beside it"""

import sqlalchemy as sa
from alembic import op

import wfsite.db.base


revision = '0010'
down_revision = "0009"


def upgrade() -> None:
    op.create_table('work',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'running', 'done', 'failed', name='workstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('slot', sa.Integer(), nullable=True),
    sa.Column('runner', sa.String(length=32), nullable=False),
    sa.Column('alive_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('words', sa.String(length=200), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('ended_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('problem', sa.String(length=400), nullable=False),
    sa.ForeignKeyConstraint(['asked_by'], ['person.id'], name=op.f('fk_work_asked_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work')),
    sa.UniqueConstraint('kind', 'subject_id', name='uq_work_kind_subject_id'),
    sa.UniqueConstraint('slot', name='uq_work_slot')
    )
    op.create_index('ix_work_asked_by', 'work', ['asked_by'], unique=False)
    with op.batch_alter_table('upload') as batch:
        batch.add_column(sa.Column('checked', sa.JSON(none_as_null=True), nullable=True))
        batch.add_column(sa.Column('check_is_good', sa.Boolean(), nullable=True))
        batch.add_column(sa.Column('checked_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('upload') as batch:
        batch.drop_column('checked_at')
        batch.drop_column('check_is_good')
        batch.drop_column('checked')
    op.drop_table('work')

"""revised dates of actions"""

import sqlalchemy as sa
from alembic import op

import wfsite.db.base


revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    op.create_table('revised_date',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=True),
    sa.Column('step', sa.Enum('proposed', 'agreed', 'declined', name='datestep', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('timescale_kind', sa.Enum('month', 'range', 'ongoing', name='timescalekind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('was_kind', sa.Enum('month', 'range', 'ongoing', name='was_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('was_starts_on', sa.Date(), nullable=True),
    sa.Column('was_due_on', sa.Date(), nullable=True),
    sa.Column('proposal_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_revised_date_action_id')),
    sa.ForeignKeyConstraint(['proposal_id'], ['revised_date.id'], name=op.f('fk_revised_date_proposal_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_revised_date_recorded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revised_date')),
    sa.UniqueConstraint('proposal_id', name=op.f('uq_revised_date_proposal_id'))
    )
    with op.batch_alter_table('revised_date', schema=None) as batch_op:
        batch_op.create_index('ix_revised_date_action_id_recorded_at', ['action_id', 'recorded_at'], unique=False)

    # Both engines add a nullable column in place, without making the table again.
    op.add_column('action', sa.Column('date_step_id', sa.Integer(), nullable=True))
    op.add_column('action', sa.Column('date_agreed_id', sa.Integer(), nullable=True))


def downgrade() -> None:
    # Batch mode would make the table again on SQLite, which rows that refer to it do not allow.
    op.drop_column('action', 'date_agreed_id')
    op.drop_column('action', 'date_step_id')
    op.drop_table('revised_date')

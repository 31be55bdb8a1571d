"""notices"""

import sqlalchemy as sa
from alembic import op

import wfsite.db.base


revision = '0007'
down_revision = '0006'

_WAITS = sa.text('seen_at IS NULL AND ended_at IS NULL')


def upgrade() -> None:
    op.create_table('notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('subject_kind', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=600), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('made_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('seen_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('ended_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('replaces_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice'))
    )
    op.create_index('uq_notice_subject_kind_subject_id_person_id', 'notice', ['subject_kind', 'subject_id', 'person_id'], unique=True, sqlite_where=_WAITS, postgresql_where=_WAITS)
    op.create_index('ix_notice_person_id_id_waits', 'notice', ['person_id', 'id'], unique=False, sqlite_where=_WAITS, postgresql_where=_WAITS)
    op.create_index('ix_notice_person_id_made_at', 'notice', ['person_id', 'made_at'], unique=False)


def downgrade() -> None:
    op.drop_table('notice')

"""issued documents"""

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

import wfsite.db.base


revision = '0011'
down_revision = "0010"

_BEING_MADE = sa.text("state IN ('draft', 'waiting', 'approved')")
_WAS_ISSUED = sa.text('issued_at IS NOT NULL')
_STATES = ('draft', 'waiting', 'approved', 'issued', 'withdrawn')
_STEPS = ('started', 'words', 'figures', 'asked', 'taken-back', 'sent-back', 'approved', 'issued', 'withdrawn')


def upgrade() -> None:
    op.create_table('issued_edition',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.String(length=40), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200).with_variant(sa.String(length=200, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.Enum(*_STATES, name='documentstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state_since', wfsite.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('approved_by', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('template', sa.String(length=20), nullable=False),
    sa.Column('figures', sa.LargeBinary(), nullable=False),
    sa.Column('figures_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=False),
    sa.Column('frozen', sa.LargeBinary(), nullable=True),
    sa.Column('content_hash', sa.String(length=64), nullable=True),
    sa.Column('issued_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('replaced_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('approved_by <> author_id', name=op.f('ck_issued_edition_approved_by_another')),
    sa.ForeignKeyConstraint(['approved_by'], ['person.id'], name=op.f('fk_issued_edition_approved_by')),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_issued_edition_author_id')),
    sa.ForeignKeyConstraint(['replaced_by_id'], ['issued_edition.id'], name=op.f('fk_issued_edition_replaced_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issued_edition'))
    )
    op.create_index('ix_issued_edition_kind_subject_number', 'issued_edition', ['kind', 'subject', 'number'], unique=False)
    op.create_index('ix_issued_edition_state_state_since_id', 'issued_edition', ['state', 'state_since', 'id'], unique=False)
    op.create_index('ix_issued_edition_state_since_id', 'issued_edition', ['state_since', 'id'], unique=False)
    op.create_index('ix_issued_edition_title_id', 'issued_edition', ['title', 'id'], unique=False)
    op.create_index('uq_issued_edition_kind_subject_being_made', 'issued_edition', ['kind', 'subject'], unique=True, sqlite_where=_BEING_MADE, postgresql_where=_BEING_MADE)
    op.create_index('uq_issued_edition_kind_subject_number_issued', 'issued_edition', ['kind', 'subject', 'number'], unique=True, sqlite_where=_WAS_ISSUED, postgresql_where=_WAS_ISSUED)
    op.create_table('issued_link',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('edition_id', sa.Integer(), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('chain_hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['issued_edition.id'], name=op.f('fk_issued_link_edition_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_issued_link')),
    sa.UniqueConstraint('edition_id', name=op.f('uq_issued_link_edition_id'))
    )
    op.create_table('issued_step',
    sa.Column('edition_id', sa.Integer(), nullable=False),
    sa.Column('step', sa.Enum(*_STEPS, name='step', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['edition_id'], ['issued_edition.id'], name=op.f('fk_issued_step_edition_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_issued_step_recorded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issued_step'))
    )
    op.create_index('ix_issued_step_edition_id_recorded_at', 'issued_step', ['edition_id', 'recorded_at'], unique=False)


def downgrade() -> None:
    """Refuse while a report is issued: it is the record of what was told, and there is nowhere else for it."""
    if issued := op.get_bind().scalar(sa.text("SELECT count(*) FROM issued_edition WHERE issued_at IS NOT NULL")):
        raise CommandError(
            f"Nothing was changed. Going back would destroy what was issued ({issued} in all), and its chain. Restore a "
            "backup from before the upgrade instead."
        )
    op.drop_table('issued_step')
    op.drop_table('issued_link')
    op.drop_table('issued_edition')

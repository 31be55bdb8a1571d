"""papers"""

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

import wfsite.db.base


revision = '0009'
down_revision = "0008"

_SHOWN = sa.text('NOT withdrawn')
_STANDING = ('open', 'confidential', 'exempt')


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _dated(table: str) -> tuple[sa.Column | sa.Constraint, ...]:
    return (
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('recorded_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column('recorded_by', sa.Integer(), nullable=True),
        sa.Column('paper_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['paper_id'], ['paper.id'], name=op.f(f'fk_{table}_paper_id')),
        sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f(f'fk_{table}_recorded_by')),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{table}')),
    )


def upgrade() -> None:
    op.create_table('paper',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject_kind', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('standing', _one_of('standing', *_STANDING), nullable=False),
    sa.Column('withdrawn', sa.Boolean(), nullable=False),
    sa.Column('standing_id', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper'))
    )
    op.create_index('uq_paper_subject_kind_subject_id_title', 'paper', ['subject_kind', 'subject_id', 'title'], unique=True, sqlite_where=_SHOWN, postgresql_where=_SHOWN)
    op.create_index('ix_paper_subject_kind_subject_id', 'paper', ['subject_kind', 'subject_id'], unique=False)
    op.create_table('paper_standing',
    *_dated('paper_standing'),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('standing', _one_of('standing', *_STANDING), nullable=False),
    sa.Column('paragraph', _one_of('paragraph', *'1234567'), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('withdrawn', sa.Boolean(), nullable=False),
    )
    op.create_index('ix_paper_standing_paper_id_recorded_at', 'paper_standing', ['paper_id', 'recorded_at'], unique=False)
    op.create_table('paper_version',
    *_dated('paper_version'),
    sa.Column('label', sa.String(length=40), nullable=False),
    sa.Column('stage', _one_of('stage', 'draft', 'final'), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('kind', _one_of('filekind', 'pdf', 'docx', 'xlsx', 'pptx', 'odt', 'ods', 'csv', 'txt', 'png', 'jpg'), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    )
    op.create_index('ix_paper_version_paper_id_recorded_at', 'paper_version', ['paper_id', 'recorded_at'], unique=False)


def downgrade() -> None:
    """Refuse while there are papers: their files would lie there with nothing that says whose they are, and who reads them."""
    if papers := op.get_bind().scalar(sa.text("SELECT count(*) FROM paper")):
        raise CommandError(
            f"Nothing was changed. Going back would destroy what is known of papers ({papers} in all). Restore a backup "
            "from before the upgrade instead."
        )
    op.drop_table('paper_version')
    op.drop_table('paper_standing')
    op.drop_table('paper')

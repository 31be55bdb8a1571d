"""ballot boxes outside the database

Ballots and who has answered leave the database; a counted survey keeps its frozen questions beside its result. A
survey that is still open in the old box cannot be carried over, for nobody may open its ballots: it is refused.
"""

import json

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

import wfsite.db.base


revision = '0003'
down_revision = '0002'

_OUTCOMES = ('released', 'too-few', 'cancelled', 'not-counted')


def _outcomes_become(values: tuple[str, ...], *before: str) -> None:
    """SQLite rebuilds the table, and forgets its checks by it; PostgreSQL changes the check in place."""
    with op.batch_alter_table('tally', schema=None, recreate='auto' if _is_postgres() else 'always') as batch_op:
        if _is_postgres():
            batch_op.drop_constraint(op.f('ck_tally_outcome'), type_='check')
        for column in before:
            batch_op.drop_column(column)
        batch_op.create_check_constraint(op.f('ck_tally_outcome'), sa.column('outcome').in_(values))


def _is_postgres() -> bool:
    return op.get_bind().dialect.name == 'postgresql'


def upgrade() -> None:
    connection = op.get_bind()
    _refuse_while_open(connection)
    op.drop_table('ballot')
    op.add_column('question', sa.Column('exclusive', sa.JSON(), nullable=False, server_default='[]'))
    op.add_column('tally', sa.Column('count_id', sa.String(length=32), nullable=False, server_default=''))
    op.add_column('tally', sa.Column('manifest', sa.Text(), nullable=False, server_default=''))
    op.add_column('tally', sa.Column('invited', sa.Integer(), nullable=False, server_default='0'))
    op.add_column('tally', sa.Column('answered', sa.Integer(), nullable=True))
    op.add_column('tally', sa.Column('some_changed', sa.Boolean(), nullable=False, server_default=sa.false()))
    _carry_results_over(connection)
    _outcomes_become(_OUTCOMES)
    op.drop_column('survey', 'public_key')
    op.add_column('survey', sa.Column('box_half', sa.LargeBinary(length=32), nullable=True))
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_index('ix_invitation_person_id')
    op.drop_table('invitation')
    op.drop_table('turnout')


def _refuse_while_open(connection: sa.Connection) -> None:
    titles = connection.scalars(sa.text("SELECT title FROM survey WHERE state = 'open' ORDER BY id")).all()
    if titles:
        raise CommandError(
            f"Nothing was changed. This survey is still open: {'; '.join(titles)}. Its answers lie in the old kind of "
            "ballot box and cannot be moved. Run the release that you have until it has closed and is counted, then "
            "upgrade."
        )


_CLOSED = sa.text(
    "SELECT s.id, s.title, s.purpose, s.audience, s.threshold, s.opened_at, s.closes_at, t.invited, t.responded "
    "FROM survey s JOIN turnout t ON t.survey_id = s.id JOIN tally y ON y.survey_id = s.id ORDER BY s.id"
).columns(opened_at=wfsite.db.base.UtcDateTime(), closes_at=wfsite.db.base.UtcDateTime())
_QUESTIONS = sa.text(
    "SELECT id, position, kind, text, hint, required, options FROM question WHERE survey_id = :survey ORDER BY position"
).columns(options=sa.JSON(), required=sa.Boolean())


def _carry_results_over(connection: sa.Connection) -> None:
    """Each counted survey's frozen words and its response, from the tables that go."""
    for row in connection.execute(_CLOSED).all():
        questions = [
            {
                'id': q.id, 'number': q.position, 'kind': q.kind, 'text': q.text, 'hint': q.hint,
                'required': q.required, 'options': q.options, 'exclusive': [],
            }
            for q in connection.execute(_QUESTIONS, {'survey': row.id})
        ]
        manifest = {
            'survey_id': row.id, 'title': row.title, 'purpose': row.purpose, 'audience': row.audience,
            'invited': row.invited, 'threshold': row.threshold, 'opened_at': row.opened_at.isoformat(),
            'closes_at': row.closes_at.isoformat(), 'public_key': '', 'questions': questions, 'needs_code': False,
        }
        connection.execute(
            sa.text("UPDATE tally SET manifest = :manifest, invited = :invited, answered = :answered WHERE survey_id = :id"),
            {
                'manifest': json.dumps(manifest, sort_keys=True, ensure_ascii=False, separators=(',', ':')),
                'invited': row.invited,
                'answered': row.responded if row.responded >= row.threshold else None,
                'id': row.id,
            },
        )


def downgrade() -> None:
    op.create_table('turnout',
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('invited', sa.Integer(), nullable=False),
    sa.Column('responded', sa.Integer(), nullable=False),
    sa.Column('bits', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_turnout_survey_id')),
    sa.PrimaryKeyConstraint('survey_id', name=op.f('pk_turnout'))
    )
    op.create_table('invitation',
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('seat', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_invitation_person_id')),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_invitation_survey_id')),
    sa.PrimaryKeyConstraint('survey_id', 'person_id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('survey_id', 'seat', name=op.f('uq_invitation_survey_id_seat'))
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index('ix_invitation_person_id', ['person_id'], unique=False)
    op.drop_column('survey', 'box_half')
    op.add_column('survey', sa.Column('public_key', sa.LargeBinary(), nullable=True))
    _outcomes_become(('released', 'too-few'), 'count_id', 'manifest', 'invited', 'answered', 'some_changed')
    op.drop_column('question', 'exclusive')
    op.create_table('ballot',
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.LargeBinary(length=16), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_ballot_survey_id')),
    sa.PrimaryKeyConstraint('survey_id', 'key', name=op.f('pk_ballot')),
    sqlite_with_rowid=False
    )

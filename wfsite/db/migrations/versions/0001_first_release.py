"""first release"""

import sqlalchemy as sa
from alembic import op

import wfsite.db.base


revision = '0001'
down_revision = None


def upgrade() -> None:
    op.create_table('agency',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120).with_variant(sa.String(length=120, collation='C'), 'postgresql'), nullable=False),
    sa.Column('kind', sa.Enum('council', 'health', 'police', 'fire', 'ambulance', 'probation', 'school', 'college', 'early-years', 'voluntary', 'private', 'district', 'other', name='agencykind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency')),
    sa.UniqueConstraint('name', name=op.f('uq_agency_name'))
    )
    op.create_table('audit_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', wfsite.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('actor_name', sa.String(length=120), nullable=False),
    sa.Column('verb', sa.String(length=20), nullable=False),
    sa.Column('subject', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.String(length=80), nullable=False),
    sa.Column('changes', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_event'))
    )
    with op.batch_alter_table('audit_event', schema=None) as batch_op:
        batch_op.create_index('ix_audit_event_actor_id', ['actor_id'], unique=False)
        batch_op.create_index('ix_audit_event_at', ['at'], unique=False)
        batch_op.create_index('ix_audit_event_subject_subject_id', ['subject', 'subject_id'], unique=False)

    op.create_table('course',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('level', sa.String(length=60), nullable=False),
    sa.Column('aims', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course')),
    sa.UniqueConstraint('title', name=op.f('uq_course_title'))
    )
    op.create_table('plan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan')),
    sa.UniqueConstraint('year', name=op.f('uq_plan_year'))
    )
    op.create_table('profession',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120).with_variant(sa.String(length=120, collation='C'), 'postgresql'), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_profession')),
    sa.UniqueConstraint('name', name=op.f('uq_profession_name'))
    )
    op.create_table('sign_in_throttle',
    sa.Column('address_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('next_try_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('address_hash', name=op.f('pk_sign_in_throttle'))
    )
    op.create_table('survey',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('audience', sa.String(length=200), nullable=False),
    sa.Column('mode', sa.Enum('anonymous', name='surveymode', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state', sa.Enum('draft', 'open', 'closed', name='surveystate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('threshold', sa.Integer(), nullable=False),
    sa.Column('opened_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('closes_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('closed_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_key', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey'))
    )
    op.create_table('working_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('steering', 'training', 'improvement', name='groupkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('cadence', sa.String(length=60), nullable=False),
    sa.Column('reports_to_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['reports_to_id'], ['working_group.id'], name=op.f('fk_working_group_reports_to_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_working_group')),
    sa.UniqueConstraint('kind', name=op.f('uq_working_group_kind')),
    sa.UniqueConstraint('name', name=op.f('uq_working_group_name'))
    )
    op.create_table('ballot',
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.LargeBinary(length=16), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_ballot_survey_id')),
    sa.PrimaryKeyConstraint('survey_id', 'key', name=op.f('pk_ballot')),
    sqlite_with_rowid=False
    )
    op.create_table('group_terms',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('agreed_on', sa.Date(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('watches', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['working_group.id'], name=op.f('fk_group_terms_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_terms')),
    sa.UniqueConstraint('group_id', 'agreed_on', name=op.f('uq_group_terms_group_id_agreed_on'))
    )
    op.create_table('meeting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['working_group.id'], name=op.f('fk_meeting_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting')),
    sa.UniqueConstraint('group_id', 'held_on', name=op.f('uq_meeting_group_id_held_on'))
    )
    op.create_table('question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('agreement', 'scale', 'one-choice', 'several-choices', 'free-text', name='questionkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('text', sa.String(length=300), nullable=False),
    sa.Column('hint', sa.String(length=300), nullable=False),
    sa.Column('required', sa.Boolean(), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_question_survey_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question')),
    sa.UniqueConstraint('survey_id', 'position', name=op.f('uq_question_survey_id_position'))
    )
    op.create_table('tally',
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.Enum('released', 'too-few', name='outcome', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('counted', sa.Integer(), nullable=True),
    sa.Column('spoiled', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_tally_survey_id')),
    sa.PrimaryKeyConstraint('survey_id', name=op.f('pk_tally'))
    )
    op.create_table('team',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=120).with_variant(sa.String(length=120, collation='C'), 'postgresql'), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_team_agency_id')),
    sa.ForeignKeyConstraint(['parent_id'], ['team.id'], name=op.f('fk_team_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team')),
    sa.UniqueConstraint('agency_id', 'name', name=op.f('uq_team_agency_id_name'))
    )
    op.create_table('theme',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_theme_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme')),
    sa.UniqueConstraint('plan_id', 'title', name=op.f('uq_theme_plan_id_title'))
    )
    op.create_table('turnout',
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('invited', sa.Integer(), nullable=False),
    sa.Column('responded', sa.Integer(), nullable=False),
    sa.Column('bits', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_turnout_survey_id')),
    sa.PrimaryKeyConstraint('survey_id', name=op.f('pk_turnout'))
    )
    op.create_table('action',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('theme_id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('added_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('wording_id', sa.Integer(), nullable=True),
    sa.Column('rag_update_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['action.id'], name=op.f('fk_action_parent_id')),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_action_theme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action')),
    sa.UniqueConstraint('theme_id', 'reference', name=op.f('uq_action_theme_id_reference'))
    )
    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.create_index('ix_action_parent_id', ['parent_id'], unique=False)

    op.create_table('measure_target',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=False),
    sa.Column('measure', sa.Enum('agency-ratio', name='measure', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('set_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('value', sa.Numeric(precision=6, scale=2), nullable=False),
    sa.Column('paired_with', sa.String(length=200), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_measure_target_team_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure_target')),
    sa.UniqueConstraint('team_id', 'measure', 'due_on', 'source', name=op.f('uq_measure_target_team_id_measure_due_on_source'))
    )
    op.create_table('person',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('job_title', sa.String(length=120), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=True),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.Column('profession_id', sa.Integer(), nullable=True),
    sa.Column('password_hash', sa.String(length=255), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('search_key', sa.String(length=1000).with_variant(sa.String(length=1000, collation='C'), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_person_agency_id')),
    sa.ForeignKeyConstraint(['profession_id'], ['profession.id'], name=op.f('fk_person_profession_id')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_person_team_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('email', name=op.f('uq_person_email'))
    )
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index('ix_person_agency_id_team_id', ['agency_id', 'team_id'], unique=False)
        batch_op.create_index('ix_person_search_key', ['search_key'], unique=False)

    op.create_table('question_result',
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('table', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_question_result_question_id')),
    sa.PrimaryKeyConstraint('question_id', name=op.f('pk_question_result'))
    )
    op.create_table('action_wording',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=500), nullable=False),
    sa.Column('timescale_kind', sa.Enum('month', 'range', 'ongoing', name='timescalekind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('criteria', sa.Text(), nullable=False),
    sa.Column('leads', sa.Text(), nullable=False),
    sa.Column('monitors', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_action_wording_action_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_action_wording_recorded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action_wording'))
    )
    with op.batch_alter_table('action_wording', schema=None) as batch_op:
        batch_op.create_index('ix_action_wording_action_id_recorded_at', ['action_id', 'recorded_at'], unique=False)

    op.create_table('comment',
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.LargeBinary(length=16), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'released', 'withheld', name='commentstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_comment_decided_by')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_comment_question_id')),
    sa.PrimaryKeyConstraint('question_id', 'key', name=op.f('pk_comment')),
    sqlite_with_rowid=False
    )
    op.create_table('group_member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('chair', 'deputy-chair', 'secretary', 'sponsor', 'member', 'alternate', 'adviser', name='grouprole', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('represents', sa.String(length=120), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('to_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['group_id'], ['working_group.id'], name=op.f('fk_group_member_group_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_group_member_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_member')),
    sa.UniqueConstraint('group_id', 'person_id', 'from_on', name=op.f('uq_group_member_group_id_person_id_from_on'))
    )
    with op.batch_alter_table('group_member', schema=None) as batch_op:
        batch_op.create_index('ix_group_member_group_id', ['group_id'], unique=False)

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

    op.create_table('lead',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_lead_person_id')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_lead_team_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lead')),
    sa.UniqueConstraint('name', name=op.f('uq_lead_name'))
    )
    op.create_table('rag_update',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=True),
    sa.Column('rag', sa.Enum('red', 'amber', 'green', 'complete', 'not-started', 'no-longer-required', name='rag', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('route_to_green', sa.Text(), nullable=False),
    sa.Column('previous_rag', sa.Enum('red', 'amber', 'green', 'complete', 'not-started', 'no-longer-required', name='previous_rag', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('previous_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_rag_update_action_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_rag_update_recorded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rag_update'))
    )
    with op.batch_alter_table('rag_update', schema=None) as batch_op:
        batch_op.create_index('ix_rag_update_action_id_recorded_at', ['action_id', 'recorded_at'], unique=False)

    op.create_table('role_grant',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('staff', 'manager', 'training-lead', 'agency-training-lead', 'data-steward', 'survey-lead', 'secretary', 'chair', 'viewer', 'administrator', name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_role_grant_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'role', name=op.f('pk_role_grant'))
    )
    op.create_table('sign_in',
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('started_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sign_in_person_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_sign_in'))
    )
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.create_index('ix_sign_in_person_id', ['person_id'], unique=False)

    op.create_table('training_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ends_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('venue', sa.String(length=200), nullable=False),
    sa.Column('trainer', sa.String(length=120), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('planned', 'cancelled', name='sessionstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('register_closed_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('register_closed_by', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_training_session_course_id')),
    sa.ForeignKeyConstraint(['register_closed_by'], ['person.id'], name=op.f('fk_training_session_register_closed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_session'))
    )
    with op.batch_alter_table('training_session', schema=None) as batch_op:
        batch_op.create_index('ix_training_session_course_id', ['course_id'], unique=False)
        batch_op.create_index('ix_training_session_ends_at', ['ends_at'], unique=False)

    op.create_table('upload',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('target_id', sa.Integer(), nullable=True),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('state', sa.Enum('checked', 'confirmed', 'discarded', name='uploadstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('uploaded_by', sa.Integer(), nullable=False),
    sa.Column('uploaded_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('outcome', sa.JSON(), nullable=True),
    sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_upload_decided_by')),
    sa.ForeignKeyConstraint(['uploaded_by'], ['person.id'], name=op.f('fk_upload_uploaded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upload'))
    )
    op.create_table('workforce_return',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('recorded_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=True),
    sa.Column('permanent', sa.Integer(), nullable=True),
    sa.Column('starters', sa.Integer(), nullable=True),
    sa.Column('leavers', sa.Integer(), nullable=True),
    sa.Column('agency', sa.Integer(), nullable=True),
    sa.Column('vacancies', sa.Integer(), nullable=True),
    sa.Column('conversions', sa.Integer(), nullable=True),
    sa.Column('transfers_in', sa.Integer(), nullable=True),
    sa.Column('transfers_out', sa.Integer(), nullable=True),
    sa.Column('permanent_fte', sa.Numeric(precision=9, scale=2), nullable=True),
    sa.Column('agency_fte', sa.Numeric(precision=9, scale=2), nullable=True),
    sa.Column('cases', sa.Integer(), nullable=True),
    sa.Column('case_holders_fte', sa.Numeric(precision=9, scale=2), nullable=True),
    sa.Column('notes', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_workforce_return_recorded_by')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_workforce_return_team_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_workforce_return'))
    )
    with op.batch_alter_table('workforce_return', schema=None) as batch_op:
        batch_op.create_index('ix_workforce_return_team_id_month_recorded_at', ['team_id', 'month', 'recorded_at'], unique=False)

    op.create_table('action_lead',
    sa.Column('wording_id', sa.Integer(), nullable=False),
    sa.Column('monitors', sa.Boolean(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('lead_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['lead_id'], ['lead.id'], name=op.f('fk_action_lead_lead_id')),
    sa.ForeignKeyConstraint(['wording_id'], ['action_wording.id'], name=op.f('fk_action_lead_wording_id')),
    sa.PrimaryKeyConstraint('wording_id', 'monitors', 'position', name=op.f('pk_action_lead'))
    )
    with op.batch_alter_table('action_lead', schema=None) as batch_op:
        batch_op.create_index('ix_action_lead_lead_id', ['lead_id'], unique=False)

    op.create_table('place',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=True),
    sa.Column('profession_id', sa.Integer(), nullable=True),
    sa.Column('origin', sa.Enum('booked', 'walk-in', name='placeorigin', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state', sa.Enum('confirmed', 'cancelled-in-time', 'cancelled-late', name='placestate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('mark', sa.Enum('unrecorded', 'attended', 'in-part', 'did-not-attend', 'apology', name='mark', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_place_agency_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_place_person_id')),
    sa.ForeignKeyConstraint(['profession_id'], ['profession.id'], name=op.f('fk_place_profession_id')),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], name=op.f('fk_place_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_place')),
    sa.UniqueConstraint('session_id', 'person_id', name=op.f('uq_place_session_id_person_id'))
    )
    with op.batch_alter_table('place', schema=None) as batch_op:
        batch_op.create_index('ix_place_person_id', ['person_id'], unique=False)

    op.create_table('register_closure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('is_closed', sa.Boolean(), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=True),
    sa.Column('recorded_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_register_closure_recorded_by')),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], name=op.f('fk_register_closure_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_register_closure'))
    )
    with op.batch_alter_table('register_closure', schema=None) as batch_op:
        batch_op.create_index('ix_register_closure_session_id', ['session_id'], unique=False)

    op.create_table('attendance_mark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('mark', sa.Enum('unrecorded', 'attended', 'in-part', 'did-not-attend', 'apology', name='mark', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=True),
    sa.Column('recorded_at', wfsite.db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('act', sa.String(length=22), nullable=False),
    sa.Column('is_undo', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_attendance_mark_place_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_attendance_mark_recorded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_mark'))
    )
    with op.batch_alter_table('attendance_mark', schema=None) as batch_op:
        batch_op.create_index('ix_attendance_mark_place_id', ['place_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('attendance_mark', schema=None) as batch_op:
        batch_op.drop_index('ix_attendance_mark_place_id')

    op.drop_table('attendance_mark')
    with op.batch_alter_table('register_closure', schema=None) as batch_op:
        batch_op.drop_index('ix_register_closure_session_id')

    op.drop_table('register_closure')
    with op.batch_alter_table('place', schema=None) as batch_op:
        batch_op.drop_index('ix_place_person_id')

    op.drop_table('place')
    with op.batch_alter_table('action_lead', schema=None) as batch_op:
        batch_op.drop_index('ix_action_lead_lead_id')

    op.drop_table('action_lead')
    with op.batch_alter_table('workforce_return', schema=None) as batch_op:
        batch_op.drop_index('ix_workforce_return_team_id_month_recorded_at')

    op.drop_table('workforce_return')
    op.drop_table('upload')
    with op.batch_alter_table('training_session', schema=None) as batch_op:
        batch_op.drop_index('ix_training_session_ends_at')
        batch_op.drop_index('ix_training_session_course_id')

    op.drop_table('training_session')
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.drop_index('ix_sign_in_person_id')

    op.drop_table('sign_in')
    op.drop_table('role_grant')
    with op.batch_alter_table('rag_update', schema=None) as batch_op:
        batch_op.drop_index('ix_rag_update_action_id_recorded_at')

    op.drop_table('rag_update')
    op.drop_table('lead')
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_index('ix_invitation_person_id')

    op.drop_table('invitation')
    with op.batch_alter_table('group_member', schema=None) as batch_op:
        batch_op.drop_index('ix_group_member_group_id')

    op.drop_table('group_member')
    op.drop_table('comment')
    with op.batch_alter_table('action_wording', schema=None) as batch_op:
        batch_op.drop_index('ix_action_wording_action_id_recorded_at')

    op.drop_table('action_wording')
    op.drop_table('question_result')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_index('ix_person_search_key')
        batch_op.drop_index('ix_person_agency_id_team_id')

    op.drop_table('person')
    op.drop_table('measure_target')
    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.drop_index('ix_action_parent_id')

    op.drop_table('action')
    op.drop_table('turnout')
    op.drop_table('theme')
    op.drop_table('team')
    op.drop_table('tally')
    op.drop_table('question')
    op.drop_table('meeting')
    op.drop_table('group_terms')
    op.drop_table('ballot')
    op.drop_table('working_group')
    op.drop_table('survey')
    op.drop_table('sign_in_throttle')
    op.drop_table('profession')
    op.drop_table('plan')
    op.drop_table('course')
    with op.batch_alter_table('audit_event', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_event_subject_subject_id')
        batch_op.drop_index('ix_audit_event_at')
        batch_op.drop_index('ix_audit_event_actor_id')

    op.drop_table('audit_event')
    op.drop_table('agency')

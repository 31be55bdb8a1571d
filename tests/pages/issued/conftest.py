"""The demo's reports: two issued, one that waits, the draft of a correction; and the second training lead."""

import pytest
from sqlalchemy import select

from tests.support.documents import Reports
from tests.support.engines import Site
from tests.support.present import the
from wfsite.core.permissions import Role
from wfsite.extensions import db
from wfsite.issued.models import Edition
from wfsite.issued.rules import DocumentState
from wfsite.people.models import Person, RoleGrant


@pytest.fixture
def reports(site: Site) -> Reports:
    with site.app.app_context():
        rows = db.session.execute(select(Edition.state, Edition.id).order_by(Edition.id)).all()
        other = the(
            db.session.scalar(
                select(Person.email)
                .join(RoleGrant, RoleGrant.person_id == Person.id)
                .where(RoleGrant.role == Role.TRAINING_LEAD, Person.email.like("worker%"))
            )
        )
        db.session.remove()
    first, newest = (f"/reports/{row.id}" for row in rows if row.state is DocumentState.ISSUED)
    (waiting,) = (f"/reports/{row.id}" for row in rows if row.state is DocumentState.WAITING)
    (draft,) = (f"/reports/{row.id}" for row in rows if row.state is DocumentState.DRAFT)
    return Reports(first, newest, waiting, draft, other)

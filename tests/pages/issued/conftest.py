"""The demo's reports: two issued, one that waits, the draft of a correction; and the second training lead."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from wfsite.core.permissions import Role
from wfsite.extensions import db
from wfsite.issued.models import Edition
from wfsite.issued.rules import DocumentState
from wfsite.people.models import Person, RoleGrant


@dataclass(frozen=True)
class Reports:
    """Addresses, and the address of the second training lead, who wrote what waits."""

    issued: str
    newest: str
    waiting: str
    draft: str
    other: str


@pytest.fixture
def reports(site) -> Reports:
    with site.app.app_context():
        rows = db.session.execute(select(Edition.state, Edition.id).order_by(Edition.id)).all()
        other = db.session.scalar(
            select(Person.email)
            .join(RoleGrant, RoleGrant.person_id == Person.id)
            .where(RoleGrant.role == Role.TRAINING_LEAD, Person.email.like("worker%"))
        )
        db.session.remove()
    first, newest = (f"/reports/{row.id}" for row in rows if row.state is DocumentState.ISSUED)
    (waiting,) = (f"/reports/{row.id}" for row in rows if row.state is DocumentState.WAITING)
    (draft,) = (f"/reports/{row.id}" for row in rows if row.state is DocumentState.DRAFT)
    return Reports(first, newest, waiting, draft, other)

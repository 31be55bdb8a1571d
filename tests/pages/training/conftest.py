"""The registers that these tests open, by their addresses."""

import pytest

from tests.support import registers
from tests.support.client import Browser, Browsers
from tests.support.engines import Site
from tests.support.registers import Registers, Standings
from wfsite.core.permissions import Role
from wfsite.extensions import db
from wfsite.people.models import RoleGrant


@pytest.fixture
def known(site: Site) -> Registers:
    """The demo's registers."""
    with site.app.app_context():
        ids = registers.todays_session(), registers.closed_session(), registers.coming_session()
        places = [[row[0] for row in registers.places(i)] for i in ids]
    urls = [f"/training/sessions/{i}/register" for i in ids]
    return Registers(urls[0], ids[0], urls[1], ids[1], urls[2], places[0], places[1][0], places[2][0])


@pytest.fixture
def colleague(site: Site, browser: Browsers) -> Browser:
    """The browser of another training lead, Nadia Rahman."""
    with site.app.app_context():
        db.session.add(RoleGrant(person_id=registers.actor("partner").person_id, role=Role.TRAINING_LEAD))
        db.session.commit()
        db.session.remove()
    return browser("partner")


@pytest.fixture
def standing(site: Site) -> Standings:
    """`standing(place_id)` is the mark and version that the database holds."""

    def read(place_id: int) -> tuple[str, int]:
        with site.app.app_context():
            from wfsite.extensions import db
            from wfsite.training.bookings.models import Place

            place = db.session.get_one(Place, place_id)
            found = str(place.mark), place.version
            db.session.remove()
            return found

    return read

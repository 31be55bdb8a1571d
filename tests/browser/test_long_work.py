"""How far a check is, seen in real Chromium: it asks again by itself, says so aloud, and leads on when it is over."""

import pytest
from playwright.sync_api import expect

from tests.support.works import check_asked
from wfsite.extensions import db
from wfsite.works.queries import work_left
from wfsite.works.running import Bounds, works_run
from wfsite.works.services import work_take, work_tell


@pytest.fixture
def check(site):
    """An upload of the secretary's whose check waits: its id and its work's."""
    with site.app.app_context():
        found = check_asked()
        db.session.remove()
    return found


def _take(site, work_id):
    with site.app.app_context():
        assert work_take(work_left(at=site.clock()), slot=1, runner="r", at=site.clock())
        db.session.commit()
        assert work_tell(work_id, "Looking through the rows", done=1, total=4, runner="r", at=site.clock())
        db.session.remove()


def _run(site):
    with site.app.app_context():
        works_run(site.clock, Bounds())
        db.session.remove()


@pytest.mark.parametrize("width", [320, 1280])
def test_it_asks_again_by_itself_and_leads_on(site, visit, check, width):
    upload_id, work_id = check
    v = visit("secretary", width=width)
    page = v.open(f"/works/{work_id}")
    expect(page.locator("#how-far-words")).to_have_text("Waiting for its turn")
    v.check("waiting")
    _take(site, work_id)
    expect(page.locator("#how-far-words")).to_have_text("Looking through the rows: 1 of 4")
    expect(page.locator("#status")).to_have_text("Looking through the rows: 1 of 4")
    v.check("working")
    with site.app.app_context():
        db.session.execute(db.text("UPDATE work SET state = 'waiting', slot = NULL"))
        db.session.commit()
        db.session.remove()
    _run(site)
    expect(page.locator("h1")).to_have_text("Check what will happen")
    assert page.url.endswith(f"/steering/plan/import/{upload_id}")
    v.check("ready")


def test_without_javascript(site, visit, check):
    _, work_id = check
    v = visit("secretary", js=False)
    page = v.open(f"/works/{work_id}")
    _run(site)
    page.get_by_role("link", name="See how far it is now").click()
    expect(page.locator("h1")).to_have_text("Check what will happen")

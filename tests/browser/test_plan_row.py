"""The plan's row in real Chromium: opened, refused, set beside a colleague's, saved, its history, Escape."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.engines import Site
from tests.support.plans import action_id, rag_update
from tests.support.visitor import Visit
from wfsite.core.rag import Rag
from wfsite.extensions import db


@pytest.mark.parametrize("width", [320, 1280])
def test_a_row_is_updated_in_place(site: Site, visit: Visit, width: int) -> None:
    with site.app.app_context():
        action = action_id("2.1")
        db.session.rollback()
    v = visit("manager", width=width)
    page = v.open("/steering/plan")
    row, update = page.locator(f"#a{action}"), page.locator(f"#u{action}")
    update.click()
    expect(page.locator(f"#rag-{action}-amber")).to_be_focused()
    v.check("open")
    page.keyboard.press("Escape")
    expect(update).to_be_focused()

    update.click()
    page.check(f"#rag-{action}-red")
    page.fill(f"#note-{action}", "")
    row.get_by_role("button", name="Save").click()
    expect(row.locator(".govuk-error-summary")).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: Action plan"))
    v.check("refused")

    with site.app.app_context():
        rag_update(action, Rag.GREEN, "Theirs: back on time")
        db.session.commit()
        db.session.remove()
    page.fill(f"#note-{action}", "Mine: two teams dropped out")
    row.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("Helen Marsh changed 2.1 at ")
    expect(row).to_contain_text("Theirs: back on time")
    expect(page.locator(f"#note-{action}")).to_have_value("Mine: two teams dropped out")
    v.check("conflict")

    row.get_by_role("button", name="Save mine anyway").click()
    expect(update).to_be_focused()
    expect(page.locator("#status")).to_have_text("2.1 is now Red")
    expect(page.locator("#plan-counts")).to_contain_text("Red 3")
    expect(page).to_have_title(re.compile("^Action plan"))
    v.check("saved")

    page.locator(f"#h{action}").click()
    expect(row.locator("li").first).to_contain_text("Green → Red")
    expect(page.locator(f"#h{action}")).to_be_focused()
    v.check("history")
    page.keyboard.press("Escape")
    expect(row.locator("li")).to_have_count(0)


def test_filters_apply_as_they_change(visit: Visit) -> None:
    page = visit("manager").open("/steering/plan")
    page.select_option("#rag", "red")
    expect(page.locator("#plan-shown")).to_contain_text("2 of 23 actions")
    assert "rag=red" in page.url
    page.reload()
    expect(page.locator("#plan-shown")).to_contain_text("2 of 23 actions")

"""A revised date in real Chromium: proposed in the row and decided in the row, by keyboard and on a phone."""

import pytest
from playwright.sync_api import expect

from tests.support.engines import Site
from tests.support.plans import action_id
from tests.support.visitor import Visit
from wfsite.extensions import db


@pytest.mark.parametrize("width", [320, 1280])
def test_a_date_is_proposed_and_decided_in_the_row(site: Site, visit: Visit, width: int) -> None:
    with site.app.app_context():
        action = action_id("2.4")
        db.session.rollback()
    v = visit("manager", width=width)
    page = v.open("/steering/plan")
    row, opener = page.locator(f"#a{action}"), page.locator(f"#p{action}")
    opener.click()
    expect(page.locator(f"#kind-{action}")).to_be_focused()
    v.check("open")
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()

    opener.click()
    first = row.get_by_role("group", name="From which month?")
    expect(first).to_be_hidden()
    page.check(f"#kind-range-{action}")
    expect(first).to_be_visible()
    row.get_by_role("button", name="Propose the date").click()
    expect(row.locator(".govuk-error-summary")).to_be_focused()
    v.check("refused")
    page.check(f"#kind-{action}")
    page.fill(f"#last-{action}", "6")
    page.fill(f"#last-year-{action}", "2026")
    page.fill(f"#reason-{action}", "Night staff first")
    row.get_by_role("button", name="Propose the date").click()
    expect(page.locator(f"#h{action}")).to_be_focused()
    expect(page.locator("#status")).to_have_text("2.4: June 2026 proposed")
    expect(row).to_contain_text("June 2026 is proposed and waits for a decision")
    expect(page.locator("#plan-attention")).to_contain_text("Revised date waits for a decision: 2")
    v.check("proposed")

    v = visit("secretary", width=width)
    page = v.open("/steering/plan")
    row, opener = page.locator(f"#a{action}"), page.locator(f"#d{action}")
    opener.click()
    expect(page.locator(f"#step-{action}")).to_be_focused()
    v.check("decision")
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    opener.click()
    page.check(f"#step-{action}")
    row.get_by_role("button", name="Save the decision").click()
    expect(page.locator("#status")).to_have_text("2.4: June 2026 agreed")
    expect(row).to_contain_text("was November 2025, revised to June 2026")
    v.check("decided")

"""Seen in real Chromium: by keyboard, on a phone, and without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.support.visitor import Visit


@pytest.mark.parametrize("width", [320, 1280])
def test_seen_takes_the_row_away_and_keeps_the_focus(visit: Visit, width: int) -> None:
    v = visit("manager", width=width)
    page = v.open("/")
    v.check("before")
    seen = page.locator(".app-notice button")
    expect(seen).to_have_count(2)
    seen.first.focus()
    page.keyboard.press("Enter")
    expect(seen).to_have_count(1)
    expect(seen.first).to_be_focused()
    expect(page.locator("#status")).to_have_text("Seen")
    v.check("one left")
    page.keyboard.press("Space")
    expect(page.locator("#notices")).to_contain_text("You have seen everything.")
    expect(page.locator("#notices")).to_be_focused()
    v.check("none left")
    page.reload()
    expect(page.locator("#notices")).to_have_count(0)


def test_seen_without_javascript(visit: Visit) -> None:
    v = visit("manager", js=False)
    page = v.open("/")
    seen = page.locator(".app-notice button")
    expect(seen).to_have_count(2)
    seen.first.click()
    expect(page.locator("h1")).to_have_text("What needs you today")
    expect(seen).to_have_count(1)

"""Administration in a real browser: filtering in place, and the states of forms that links do not lead to."""

import re

import pytest
from playwright.sync_api import expect

from tests.pages.people.test_person_edit import person_id
from tests.support.engines import FrozenClock, Site
from tests.support.visitor import Visit


@pytest.mark.parametrize("js", [True, False])
def test_people_are_found(visit: Visit, js: bool) -> None:
    visitor = visit("admin", js=js)
    page = visitor.open("/admin/people")
    page.get_by_label("Name or email").fill("amára bello")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#people")).to_contain_text("1 person")
    expect(page).to_have_url(re.compile("q=am"))
    if js:
        expect(page.locator("#status")).to_have_text("1 person")
        page.get_by_label("Name or email").fill("")
        page.get_by_label("Role").focus()
        page.get_by_label("Role").select_option("administrator")
        expect(page.locator("#people")).to_contain_text("Sam Whitlock")
        expect(page.get_by_label("Role")).to_be_focused()
        visitor.check()  # axe is a script itself


@pytest.mark.parametrize("width", [320, 1280])
def test_states_of_the_person_page(visit: Visit, site: Site, width: int) -> None:
    visitor = visit("admin", width=width)
    address = f"/admin/people/{person_id(site)}"
    page = visitor.open(address)
    page.get_by_label("Full name").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    visitor.check("422")
    other = visit("admin")
    for who, words in ((page, "Mine"), (other.page, "Theirs")):
        who.goto(visitor.base + address)
        who.get_by_label("Job title").fill(words)
    other.page.get_by_role("button", name="Save").click()
    expect(other.page.locator(".govuk-notification-banner")).to_be_focused()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".app-beside")).to_contain_text("Theirs")
    visitor.check("409")
    page.goto(visitor.base + address)
    page.get_by_role("button", name="Make a password link").click()
    expect(page.get_by_label("Link")).to_have_value(re.compile("/set-password/"))
    visitor.check("password link")


def test_a_sign_in_that_ends_while_typing_loses_nothing(visit: Visit, site: Site, clock: FrozenClock) -> None:
    from datetime import timedelta

    from wfsite.demo.people import PASSWORD

    visitor = visit("admin", width=320)
    page = visitor.open(f"/admin/people/{person_id(site)}")
    page.get_by_label("Job title").fill("Typed over lunch")
    clock.at += timedelta(hours=13)
    page.get_by_role("button", name="Save").click()
    visitor.check("signed out with a form")
    page.get_by_label("Email address").fill("admin@demo.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Check and send again")).to_be_visible()
    visitor.check("send again")
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_label("Job title")).to_have_value("Typed over lunch")

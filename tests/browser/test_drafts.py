"""What somebody is writing stays in the open tab: offered again, never sent by itself, gone when it should be."""

import json
import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select, update

from tests.support.groups import STEERING
from tests.support.plans import action_id, rag_update
from wfsite.core.rag import Rag
from wfsite.demo.people import PASSWORD
from wfsite.extensions import db
from wfsite.people.models import SignIn
from wfsite.steering.plans.models import RagUpdate

OFFER = "You had started to write this."
NOTE = "Two teams dropped out"


@pytest.fixture
def action(site) -> int:
    with site.app.app_context():
        found = action_id("2.1")
        db.session.rollback()
    return found


def _stored(page: Page) -> dict[str, object]:
    """All that the tab holds; its other storage is always empty."""
    assert page.evaluate("localStorage.length") == 0
    found = page.evaluate("Object.entries(sessionStorage)")
    assert [name for name, _ in found] in ([], ["drafts"])
    return json.loads(found[0][1])["forms"] if found else {}


def _start(visit, action, note=NOTE, **how) -> Page:
    page = visit("manager", **how).open("/steering/plan")
    page.locator(f"#u{action}").click()
    page.get_by_label("Amber", exact=True).check()
    page.fill(f"#note-{action}", note)
    return page


def _sign_in(page: Page, account: str) -> None:
    page.get_by_label("Email address").fill(f"{account}@demo.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()


def _end_sign_ins(site) -> None:
    with site.app.app_context():
        db.session.execute(update(SignIn).values(ended_at=site.clock()))
        db.session.commit()
        db.session.remove()


def _sent(site, note=NOTE) -> int:
    with site.app.app_context():
        found = db.session.scalar(select(func.count()).select_from(RagUpdate).where(RagUpdate.note == note))
        db.session.remove()
    return found


def _leave(page: Page, how: str) -> None:
    if how == "Escape":
        page.keyboard.press("Escape")
    elif how == "filter":
        page.select_option("#rag", "green")
        page.wait_for_url("**rag=green*")
        page.select_option("#rag", "")
    elif how == "link":
        page.get_by_role("link", name="The group").click()
        page.go_back()
    else:
        page.reload()


@pytest.mark.parametrize("how", ["Escape", "filter", "link", "reload"])
def test_a_half_written_update_is_offered_when_its_row_opens_again(visit, action, how):
    page = _start(visit, action)
    _leave(page, how)
    page.locator(f"#u{action}").click()
    row = page.locator(f"#a{action}")
    expect(row).to_contain_text(OFFER)
    expect(row.locator(".app-draft")).to_contain_text(NOTE)
    expect(page.locator(f"#note-{action}")).to_have_value("")
    expect(page.locator("#status")).to_contain_text(OFFER)
    row.get_by_role("button", name="Use it").click()
    expect(page.locator(f"#note-{action}")).to_have_value(NOTE)
    expect(page.locator(f"#note-{action}")).to_be_focused()
    expect(page.get_by_label("Amber", exact=True)).to_be_checked()
    expect(page.locator("#status")).to_contain_text("not saved yet")
    page.fill(f"#route_to_green-{action}", "A second trainer from May")
    row.get_by_role("button", name="Save").click()
    expect(page.locator("#status")).to_have_text("2.1 is now Amber")
    assert _stored(page) == {}
    page.locator(f"#u{action}").click()
    expect(page.locator(f"#note-{action}")).to_be_visible()
    expect(page.locator(".app-draft")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 1280])
def test_the_offer_is_reached_by_keyboard_and_thrown_away(visit, action, width):
    visitor = visit("manager", width=width)
    page = visitor.open("/steering/plan")
    page.locator(f"#u{action}").click()
    page.fill(f"#note-{action}", NOTE)
    page.keyboard.press("Escape")
    expect(page.locator("#status")).to_contain_text("kept in this tab")
    page.locator(f"#u{action}").press("Enter")
    expect(page.locator(".app-draft")).to_be_visible()
    visitor.check("offered")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Throw it away")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".app-draft")).to_have_count(0)
    expect(page.locator(f"#a{action} input:focus")).to_have_count(1)
    assert _stored(page) == {}


def test_what_is_taken_back_to_where_it_began_is_no_draft(visit, action):
    page = visit("manager").open("/steering/plan")
    page.locator(f"#u{action}").click()
    page.fill(f"#note-{action}", "x")
    assert list(_stored(page)) == [f"/steering/actions/{action}/update"]
    page.fill(f"#note-{action}", "")
    assert _stored(page) == {}


def test_a_colleagues_newer_change_is_told_apart(site, visit, action):
    page = _start(visit, action)
    page.get_by_label("Red", exact=True).check()
    page.keyboard.press("Escape")
    with site.app.app_context():
        rag_update(action, Rag.GREEN, "Theirs: back on time")
        db.session.commit()
        db.session.remove()
    page.locator(f"#u{action}").click()
    row = page.locator(f"#a{action}")
    expect(row).to_contain_text("You had started to write this before the latest change was saved")
    expect(row).to_contain_text("Theirs: back on time")
    row.get_by_role("button", name="Use it").click()
    page.fill(f"#route_to_green-{action}", "A second trainer from May")
    row.get_by_role("button", name="Save").click()
    expect(page.locator("#status")).to_have_text("2.1 is now Red")
    assert (_sent(site), _stored(page)) == (1, {})


def test_what_its_writer_never_touched_is_not_put_back(site, visit, action):
    """The row: only a note was written; a colleague's newer status stays chosen."""
    page = visit("manager").open("/steering/plan")
    page.locator(f"#u{action}").click()
    page.fill(f"#note-{action}", NOTE)
    for rag in (Rag.RED, Rag.AMBER):  # twice: what was drawn the first time is not taken for typed the second time
        page.keyboard.press("Escape")
        with site.app.app_context():
            rag_update(action, rag, "Theirs: moved")
            db.session.commit()
            db.session.remove()
        page.locator(f"#u{action}").click()
        row = page.locator(f"#a{action}")
        expect(row.locator(".app-draft dt")).to_have_text(["What has happened?"])
        row.get_by_role("button", name="Use it").click()
        expect(page.locator(f"#note-{action}")).to_have_value(NOTE)
        expect(page.get_by_label(rag.word, exact=True)).to_be_checked()
        page.locator(f"#route_to_green-{action}").press_sequentially("x")
        page.locator(f"#route_to_green-{action}").press("Backspace")


def _theirs(site, action, note, route) -> None:
    with site.app.app_context():
        rag_update(action, Rag.RED, note, route)
        db.session.commit()
        db.session.remove()


def test_a_draft_is_weighed_against_the_form_that_it_was_taken_into(site, visit, action):
    """Not against the form in which it was begun: what stood in the newer one was nobody's typing."""
    page = visit("manager").open("/steering/plan")
    page.locator(f"#u{action}").click()
    page.fill(f"#note-{action}", NOTE)
    page.keyboard.press("Escape")
    _theirs(site, action, "Theirs: once", "Theirs: in May")
    page.locator(f"#u{action}").click()
    row = page.locator(f"#a{action}")
    row.get_by_role("button", name="Use it").click()
    expect(page.locator(f"#route_to_green-{action}")).to_have_value("Theirs: in May")
    _theirs(site, action, "Theirs: twice", "Theirs: in June")
    row.get_by_role("button", name="Save").click()
    expect(row.locator(".app-beside").first).to_contain_text("Theirs: Theirs: twice")
    expect(row.locator(".app-beside").last).to_contain_text("Theirs: in June")
    expect(page.locator(f"#note-{action}")).to_have_value(NOTE)
    expect(page.locator(f"#route_to_green-{action}")).to_have_value("Theirs: in June")
    expect(row.locator(".app-draft")).to_have_count(0)
    # The draft of the form as it came back: mine alone, on top of theirs.
    page.keyboard.press("Escape")
    page.locator(f"#u{action}").click()
    expect(row.locator(".app-draft dt")).to_have_text(["What has happened?"])
    row.get_by_role("button", name="Use it").click()
    row.get_by_role("button", name="Save").click()
    expect(page.locator("#status")).to_have_text("2.1 is now Red")
    expect(row).to_contain_text("Theirs: in June")
    assert (_sent(site), _stored(page)) == (1, {})


def test_a_half_written_proposal_is_offered_again(site, visit):
    with site.app.app_context():
        action = action_id("2.4")
        db.session.rollback()
    page = visit("manager").open("/steering/plan")
    page.locator(f"#p{action}").click()
    page.fill(f"#last-{action}", "6")
    page.fill(f"#last-year-{action}", "2026")
    page.fill(f"#reason-{action}", "Night staff first")
    page.keyboard.press("Escape")
    page.locator(f"#p{action}").click()
    row = page.locator(f"#a{action}")
    expect(row.locator(".app-draft")).to_contain_text("Night staff first")
    row.get_by_role("button", name="Use it").click()
    row.get_by_role("button", name="Propose the date").click()
    expect(page.locator("#status")).to_have_text("2.4: June 2026 proposed")
    assert _stored(page) == {}


def test_the_words_of_a_decision_are_offered_again_and_the_decision_is_not(site, visit):
    """By then it may be another date that waits."""
    with site.app.app_context():
        action = action_id("2.1c")
        db.session.rollback()
    page = visit("secretary").open("/steering/plan")
    page.locator(f"#d{action}").click()
    page.check(f"#step-{action}")
    page.fill(f"#reason-{action}", "The board asked for it")
    page.keyboard.press("Escape")
    page.locator(f"#d{action}").click()
    row = page.locator(f"#a{action}")
    expect(row.locator(".app-draft dt")).to_have_text(["Reason"])
    row.get_by_role("button", name="Use it").click()
    expect(page.locator(f"#reason-{action}")).to_have_value("The board asked for it")
    expect(row.locator("[name=step]:checked")).to_have_count(0)


def test_a_months_figures_that_its_writer_never_touched_are_not_put_back(visit):
    def figures(page: Page) -> tuple[str, str]:
        return page.locator("#permanent").input_value(), page.locator("#leavers").input_value()

    owen, dee = visit("data"), visit("data")
    page = owen.open("/steering/workforce")
    page.locator("a[href$='/months/2021-02']").first.click()
    address = page.url.removeprefix(owen.base)
    permanent, _ = figures(page)
    page.fill("#leavers", "7")
    page.get_by_role("link", name="Cancel").click()
    for theirs in ("150", "151"):
        assert theirs != permanent
        other = dee.open(address)
        other.fill("#permanent", theirs)
        other.get_by_role("button", name="Save the month").click()
        expect(other.get_by_role("heading", level=1)).not_to_contain_text("Correct")
        page = owen.open(address)
        expect(page.locator(".app-draft")).to_contain_text("before the latest change was saved")
        expect(page.locator(".app-draft dd")).to_have_text(["7"])
        page.get_by_role("button", name="Use it").click()
        assert figures(page) == (theirs, "7")
    page.get_by_role("button", name="Save the month").click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Correct")
    assert figures(dee.open(address)) == ("151", "7")
    assert page.evaluate("sessionStorage.getItem('drafts')") is None


@pytest.mark.parametrize("by", ["Escape", "Keep theirs"])
def test_keeping_theirs_is_a_choice_and_escape_is_none(site, visit, action, by):
    page = _start(visit, action)
    page.fill(f"#route_to_green-{action}", "A second trainer from May")
    with site.app.app_context():
        rag_update(action, Rag.GREEN, "Theirs: back on time")
        db.session.commit()
        db.session.remove()
    page.locator(f"#a{action}").get_by_role("button", name="Save").click()
    expect(page.locator(f"#a{action}")).to_contain_text("changed 2.1 at 10am")
    assert len(_stored(page)) == 1
    page.keyboard.press("Escape") if by == "Escape" else page.get_by_role("link", name="Keep theirs").click()
    expect(page.locator(f"#u{action}")).to_be_visible()
    assert len(_stored(page)) == (1 if by == "Escape" else 0)


@pytest.mark.parametrize("how", ["ended on the server", "cookie gone"])
@pytest.mark.parametrize("js", [True, False])
def test_a_sign_in_that_is_gone_loses_nothing(site, visit, action, how, js):
    visitor = visit("manager", js=js, width=390)
    page = visitor.open("/steering/plan" if js else f"/steering/actions/{action}/update")
    if js:
        page.locator(f"#u{action}").click()
    page.get_by_label("Amber", exact=True).check()
    page.fill(f"#note-{action}", NOTE)
    page.fill(f"#route_to_green-{action}", "A second trainer from May")
    page.context.clear_cookies() if how == "cookie gone" else _end_sign_ins(site)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()
    if js:
        expect(page.locator("#main")).to_be_focused()
        visitor.check("signed out in the row")
    assert _sent(site) == 0
    _sign_in(page, "manager")
    expect(page.get_by_role("heading", name="Check and send again")).to_be_visible()
    expect(page.locator("main")).to_contain_text(NOTE)
    if js:
        visitor.check("check and send again")
        assert len(_stored(page)) == 1
    page.get_by_role("button", name="Send it now").click()
    expect(page.locator("main")).to_contain_text("2.1 is now Amber")
    assert _sent(site) == 1
    if js:
        assert _stored(page) == {}


def test_a_draft_outlives_a_sign_in_whose_owner_nobody_can_tell(site, visit, action):
    """A page from before its token named anybody: the server cannot keep it, the tab does."""
    page = _start(visit, action)
    page.context.clear_cookies()
    page.evaluate("for (const field of document.querySelectorAll('[name=csrf_token]')) field.value = 'x'")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()
    expect(page.locator("main")).to_contain_text("What you entered was not sent")
    _sign_in(page, "manager")
    page.wait_for_url("**/steering/plan")
    page.locator(f"#u{action}").click()
    expect(page.locator(f"#a{action}")).to_contain_text(OFFER)


def test_a_mark_sent_when_the_sign_in_is_gone_comes_back_to_its_register(visit):
    page = visit("training", width=390).open("/training/sessions/1/register")
    page.context.clear_cookies()
    page.get_by_role("button", name="Apologies").first.click()
    expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()
    _sign_in(page, "training")
    expect(page.locator("main")).to_contain_text("Adam Ahmed Apologies")
    expect(page.get_by_role("link", name="Go back without sending")).to_have_attribute(
        "href", "/training/sessions/1/register"
    )
    page.get_by_role("button", name="Send it now").click()
    page.wait_for_url(re.compile("/training/sessions/1/register"))


@pytest.mark.parametrize("where", ["this tab", "another tab"])
def test_signing_out_leaves_nothing(visit, action, where):
    page = _start(visit, action)
    assert len(_stored(page)) == 1
    other = page if where == "this tab" else page.context.new_page()
    if other is not page:
        other.goto(page.url)
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    page.wait_for_function("sessionStorage.length === 0")
    if other is not page:
        page.fill(f"#note-{action}", "Typed after signing out elsewhere")
        assert _stored(page) == {}


def test_another_person_finds_nothing(site, visit, action):
    page = _start(visit, action)
    _end_sign_ins(site)
    page.reload()
    expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()
    assert len(_stored(page)) == 1
    _sign_in(page, "secretary")
    page.locator(f"#u{action}").click()
    expect(page.locator(f"#note-{action}")).to_be_visible()
    expect(page.locator(".app-draft")).to_have_count(0)
    assert _stored(page) == {}


def test_a_form_that_the_browser_sends_itself_is_dropped_when_saved_and_kept_when_not(visit):
    page = visit("admin").open(f"/admin/groups/{STEERING}")
    page.get_by_label("Purpose").fill("")
    assert len(_stored(page)) == 1
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    assert len(_stored(page)) == 1
    page.get_by_label("Purpose").fill("To see that the workforce is there")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".govuk-error-summary")).to_have_count(0)
    page.wait_for_function("sessionStorage.length === 0")


def test_back_to_a_form_that_was_corrected_asks_for_it_afresh(visit):
    page = visit("admin").open(f"/admin/groups/{STEERING}")
    page.get_by_label("Purpose").fill("")
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()
    page.get_by_label("Purpose").fill("To see that the workforce is there")
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()
    methods: list[str] = []
    page.on("request", lambda request: methods.append(request.method) if request.is_navigation_request() else None)
    page.go_back()
    expect(page.get_by_label("Purpose")).to_have_value("To see that the workforce is there")
    assert "POST" not in methods


def test_back_to_a_form_with_an_error_that_was_left_by_a_link_asks_for_it_afresh(visit):
    page = visit("admin").open(f"/admin/groups/{STEERING}")
    page.get_by_label("Purpose").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    page.locator(".govuk-error-summary a").click()
    page.reload()
    expect(page.locator(".govuk-error-summary")).to_be_visible()  # what was typed is not lost by a reload
    page.locator("header a").first.click()
    page.wait_for_url(re.compile("/$"))
    methods: list[str] = []
    page.on("request", lambda request: methods.append(request.method) if request.is_navigation_request() else None)
    page.go_back()
    expect(page.get_by_label("Purpose")).to_be_visible()
    assert "POST" not in methods

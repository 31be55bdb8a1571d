"""Jobs 2 and 3 in real Chromium: with htmx, with JavaScript off, and by keyboard alone.

Job 1 is in test_surveys.py; job 3 with htmx, its errors and its conflicts in test_plan_row.py.
"""

import re

from playwright.sync_api import Page, expect
from sqlalchemy import Select, func, select

from tests.support.engines import Site
from tests.support.present import the
from tests.support.visitor import Visit
from wfsite.extensions import db
from wfsite.steering.plans.models import Action, RagUpdate
from wfsite.training.bookings.models import Place
from wfsite.training.bookings.rules import Mark
from wfsite.training.programme.models import TrainingSession

# A phone between visits, as the people of jobs 1 and 2 have it; and a desk.
PHONE, DESK = 390, 1280


def _scalar(site: Site, statement: Select[int]) -> int | None:
    with site.app.app_context():
        found = db.session.scalar(statement)
        db.session.remove()
    return found


def _todays_session(site: Site) -> int:
    with site.app.app_context():
        row = the(
            db.session.execute(
                select(TrainingSession.id)
                .join(Place, Place.session_id == TrainingSession.id)
                .where(TrainingSession.starts_at < site.clock(), Place.mark == Mark.UNRECORDED)
                .group_by(TrainingSession.id)
                .order_by(func.count().desc())
            ).first()
        )
        db.session.remove()
    return int(row.id)


def _marks(site: Site, session_id: int) -> dict[Mark, int]:
    with site.app.app_context():
        rows = db.session.execute(
            select(Place.mark, func.count().label("number")).where(Place.session_id == session_id).group_by(Place.mark)
        )
        found = {row.mark: row.number for row in rows}
        db.session.remove()
    return found


# Job 2: a training lead completes a register


def test_a_lead_completes_a_register_with_htmx(site: Site, visit: Visit) -> None:
    session_id = _todays_session(site)
    visitor = visit("training", width=PHONE)
    page = visitor.open("/")
    page.get_by_role("link", name=re.compile("Complete the register: Safeguarding children: working")).click()
    page.wait_for_url("**/register")  # with its scripts: a button pressed before them works as a plain form
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url) if request.method == "POST" else None)
    page.get_by_role("button", name="Everyone attended").click()
    expect(page.locator("#register-counts")).to_contain_text("25 attended")
    expect(page.locator("#status")).to_contain_text("25 people marked attended")
    visitor.check("register, everyone")
    for row, label in ((0, "In part"), (3, "Did not attend"), (7, "Apologies")):
        button = page.locator("table.app-register tbody tr").nth(row).get_by_role("button", name=label)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#register-counts")).to_contain_text("22 attended")
    expect(page.locator("#status")).to_contain_text("Saved")
    expect(page.locator("button[aria-pressed=true]:focus")).to_have_count(1)
    visitor.check("register, exceptions")
    page.get_by_role("button", name="Close the register").click()
    expect(page.locator("main")).to_contain_text("Closed")
    assert len(requests) == 5
    assert _marks(site, session_id) == {
        Mark.ATTENDED: 22,
        Mark.IN_PART: 1,
        Mark.DID_NOT_ATTEND: 1,
        Mark.APOLOGY: 1,
    } | {m: n for m, n in _marks(site, session_id).items() if m is Mark.UNRECORDED}
    visitor.check("register, closed")


def test_a_lead_undoes_and_adds_a_walk_in(site: Site, visit: Visit) -> None:
    session_id = _todays_session(site)
    visitor = visit("training", width=PHONE)
    page = visitor.open(f"/training/sessions/{session_id}/register")
    page.get_by_role("button", name="Everyone attended").click()
    expect(page.locator("#register-counts")).to_contain_text("25 attended")
    page.get_by_role("button", name=re.compile("Undo")).click()
    expect(page.locator("#register-counts")).to_contain_text("25 not recorded")
    page.get_by_label("Name or email address").fill("Owen Pritchard")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="They came").first.click()
    expect(page.locator("#register-counts")).to_contain_text("1 walk-in")
    visitor.check("register with a walk-in")


def test_a_lead_completes_a_register_without_javascript(site: Site, visit: Visit) -> None:
    session_id = _todays_session(site)
    visitor = visit("training", width=PHONE, js=False)
    page = visitor.open(f"/training/sessions/{session_id}/register")
    page.get_by_role("button", name="Everyone attended").click()
    expect(page.locator("main")).to_contain_text("25 attended")
    page.locator("table.app-register tbody tr").nth(2).get_by_role("button", name="Did not attend").click()
    expect(page.locator("main")).to_contain_text("24 attended")
    page.get_by_role("button", name="Close the register").click()
    expect(page.locator("main")).to_contain_text("Closed")
    assert _marks(site, session_id)[Mark.DID_NOT_ATTEND] == 1


def test_a_lead_completes_a_register_by_keyboard(site: Site, visit: Visit) -> None:
    visitor = visit("training")
    page = visitor.open(f"/training/sessions/{_todays_session(site)}/register")
    _press(page, "Everyone attended")
    expect(page.locator("#register-counts")).to_contain_text("25 attended")
    expect(page.locator("#undo")).to_be_focused()
    row = page.locator("table.app-register tbody tr").first
    row.get_by_role("button", name="Attended", exact=True).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#register-counts")).to_contain_text("24 attended")
    # Focus stays in the row, on the mark that was set.
    expect(page.locator("button:focus")).to_have_text("In part")
    _press(page, "Close the register")
    expect(page.locator("main")).to_contain_text("Closed")


def _press(page: Page, name: str) -> None:
    """Tab to the button of this name and press it."""
    wanted = page.get_by_role("button", name=name)
    for _ in range(250):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"the keyboard never reached {name!r}")


# Job 3: a manager updates a RAG status


def test_a_manager_updates_without_javascript(site: Site, visit: Visit) -> None:
    visitor = visit("manager", width=PHONE, js=False)
    page = visitor.open("/")
    page.get_by_role("link", name=re.compile("^Update")).first.click()
    page.get_by_label("Amber", exact=True).check()
    page.get_by_label("What has happened?").fill("Behind by a month.")
    page.get_by_label("How does it get back to Green?").fill("A second trainer from May.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Behind by a month.")
    assert _scalar(site, select(func.count()).select_from(RagUpdate).where(RagUpdate.note == "Behind by a month.")) == 1


def test_a_manager_updates_by_keyboard(site: Site, visit: Visit) -> None:
    visitor = visit("manager")
    page = visitor.open("/steering/plan?mine=1")
    page.locator("table").get_by_role("link", name=re.compile("^Update")).first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("What has happened?")).to_be_visible()
    expect(page.locator("input[name=rag]:focus")).to_have_count(1)
    for _ in range(6):
        if page.evaluate("document.activeElement.value") == "green":
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("By keyboard alone.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_contain_text("is now Green")
    assert _scalar(site, select(func.count()).select_from(RagUpdate).where(RagUpdate.note == "By keyboard alone.")) == 1


def test_a_failed_save_says_so_and_offers_to_try_again(site: Site, visit: Visit) -> None:
    visitor = visit("manager")
    page = visitor.open("/steering/plan")
    page.locator("table").get_by_role("link", name=re.compile("^Update")).first.click()
    page.get_by_label("Green", exact=True).check()
    page.get_by_label("What has happened?").fill("Tried while the site was away.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#alert")).to_contain_text("could not be reached")
    assert page.get_by_label("What has happened?").input_value() == "Tried while the site was away."
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#status")).to_contain_text("is now Green")
    expected = ("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
    visitor.problems[:] = [p for p in visitor.problems if not any(words in p for words in expected)]
    assert the(_scalar(site, select(func.count()).select_from(Action))) > 0

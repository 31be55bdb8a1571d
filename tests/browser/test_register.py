"""The register in real Chromium: large targets that stay where they are, one tab stop a person, focus never lost."""

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from sqlalchemy import select, update

from tests.support.engines import Site
from tests.support.present import the
from tests.support.registers import actor, places, todays_session
from tests.support.visitor import Visit
from wfsite.extensions import db
from wfsite.people.models import Person
from wfsite.training.bookings.models import Place
from wfsite.training.bookings.rules import Mark, PlaceOrigin, PlaceState
from wfsite.training.registers import closing_services as services_closing
from wfsite.training.registers import services
from wfsite.training.registers.walk_ins import services as services_walk_ins

_BOXES = """() => Object.fromEntries([...document.querySelectorAll(".app-register tr")].flatMap((row) =>
  [row, ...row.querySelectorAll("button")].map((one) => {
    const box = one.getBoundingClientRect();
    const place = [box.x + scrollX, box.y + scrollY, box.width, box.height];
    return [`${row.id} ${one.value || ""}`, place.map(Math.round)];
  })))"""
_SMALL = """(root) => [...document.querySelectorAll(root)].flatMap((part) =>
  [...part.querySelectorAll("a, button, input:not([type=hidden]), summary, label.app-choice")])
  .filter((one) => one.checkVisibility() && !(one.matches("input") && one.closest("label.app-choice")))
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([one, box]) => box.width < 44 || box.height < 44)
  .map(([one, box]) => `${one.tagName} ${(one.textContent || one.name).trim()}: ${box.width} × ${box.height}`)"""
_FOCUSED = """() => {
  const one = document.activeElement;
  const row = one.closest(".app-register tr");
  return `${row ? row.id : one.closest("#register") ? "register" : "page"} ${one.value || one.textContent.trim()}`;
}"""


@pytest.fixture
def register(site: Site) -> str:
    """The address of today's register, of 25 people and 5 more."""
    with site.app.app_context():
        session_id = todays_session()
        here = select(Place.person_id).where(Place.session_id == session_id)
        for person_id in db.session.scalars(select(Person.id).where(Person.id.not_in(here)).limit(5)).all():
            origin, state = PlaceOrigin.BOOKED, PlaceState.CONFIRMED
            db.session.add(Place(session_id=session_id, person_id=person_id, origin=origin, state=state))
        db.session.commit()
        db.session.remove()
    return f"/training/sessions/{session_id}/register"


def row_of(page: Page, number: int) -> Locator:
    return page.locator("table.app-register tbody tr").nth(number)


def press(page: Page, number: int, label: str) -> None:
    """Choose a mark and wait until it stands."""
    row_of(page, number).get_by_role("button", name=label, exact=True).click()
    expect(row_of(page, number).locator("[aria-pressed=true]")).to_have_text(label)


@pytest.mark.parametrize("width", [320, 390, 700, 1000, 1280])
def test_nothing_moves_when_a_mark_is_chosen(register: str, site: Site, visit: Visit, width: int) -> None:
    with site.app.app_context():
        session_id, lead = todays_session(), actor("training")
        here = select(Place.person_id).where(Place.session_id == session_id)
        other = the(db.session.scalar(select(Person.id).where(Person.id.not_in(here)).order_by(Person.id.desc())))
        services_walk_ins.walk_in_add(session_id, other, act="abcdefghij", by=lead, at=site.clock())
        db.session.commit()
        walk_in = db.session.scalar(select(Place.id).where(Place.person_id == other, Place.session_id == session_id))
        db.session.remove()
    page = visit("training", width=width).open(register)
    before = page.evaluate(_BOXES)
    assert len(before) == 1 + 30 * 6 + 4
    labels = ("Attended", "In part", "Did not attend", "Apologies", "Not recorded")
    for number, label in enumerate((*labels, *reversed(labels))):
        at = 12 + number // 5
        if label != "Not recorded" or number > 4:
            press(page, at, label)
        assert page.evaluate(_BOXES) == before, f"{label} moved something"
    page.locator(f"#m{walk_in}").get_by_role("button", name="In part").click()
    expect(page.locator(f"#m{walk_in} [aria-pressed=true]")).to_have_text("In part")
    assert page.evaluate(_BOXES) == before


def test_the_chosen_mark_differs_in_colour_and_in_shape(register: str, visit: Visit) -> None:
    page = visit("training").open(register)
    look = """(one) => { const style = getComputedStyle(one);
      return [style.backgroundColor, style.borderRadius, style.fontWeight]; }"""
    mark = row_of(page, 0).get_by_role("button", name="Attended", exact=True)
    before = mark.evaluate(look)
    press(page, 0, "Attended")
    page.locator("h1").click()
    after = row_of(page, 0).get_by_role("button", name="Attended", exact=True).evaluate(look)
    assert (before[0] != after[0], before[1] != after[1], before[2] == after[2]) == (True, True, True)


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_every_target_is_large_enough_for_a_thumb(register: str, visit: Visit, width: int) -> None:
    v = visit("training", width=width)
    page = v.open(register)
    press(page, 0, "Did not attend")
    row_of(page, 0).get_by_role("link", name="History").click()
    expect(row_of(page, 0).locator("summary")).to_be_focused()
    page.fill("#q", "okafor")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("button", name="They came").first).to_be_visible()
    assert page.evaluate(_SMALL, "#register") == []
    v.check("register")
    for path in ("/sheet", "/close"):
        v.open(register + path)
        assert page.evaluate(_SMALL, "main form") == []
        v.check(path)


@pytest.mark.parametrize("path", ["/sheet", "/close"])
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_moves_on_the_forms_either(register: str, visit: Visit, path: str, width: int) -> None:
    page = visit("training", width=width).open(register + path)
    boxes = """() => [...document.querySelectorAll("label.app-choice")].map((one) => {
      const box = one.getBoundingClientRect();
      return [box.x, box.y + scrollY, box.width, box.height].map(Math.round); })"""
    before = page.evaluate(boxes)
    for label in ("Attended", "Did not attend"):
        page.locator("fieldset").nth(1).get_by_label(label, exact=True).check()
        assert page.evaluate(boxes) == before


def tab_stops(page: Page) -> list[str]:
    """Where Tab leads, from the top of the page until it leaves it."""
    page.locator(".govuk-skip-link").focus()
    found = [page.evaluate(_FOCUSED)]
    for _ in range(250):
        page.keyboard.press("Tab")
        where = page.evaluate(_FOCUSED)
        if page.evaluate("document.activeElement === document.body"):
            break
        found.append(where)
    return found


def test_a_person_is_one_tab_stop(register: str, visit: Visit) -> None:
    page = visit("training").open(register)
    press(page, 3, "Apologies")
    page.reload()
    stops = tab_stops(page)
    people = [stop for stop in stops if stop.startswith("p") and stop[1].isdigit()]
    assert len(people) == len({stop.split()[0] for stop in people}) == 30, "one a person"
    assert people[3].endswith("apology") and people[4].endswith("unrecorded"), "the mark that stands"
    assert len(stops) < 30 + 25, f"{len(stops)} tab stops"


def test_arrow_keys_walk_between_a_persons_marks_and_go_on_after_a_swap(register: str, visit: Visit) -> None:
    v = visit("training")
    page = v.open(register)
    first = row_of(page, 0).get_attribute("id")
    row_of(page, 0).locator("[aria-pressed=true]").focus()

    def at(keys: str, mark: str) -> None:
        for key in keys.split():
            page.keyboard.press(key)
        assert page.evaluate(_FOCUSED) == f"{first} {mark}"

    at("ArrowLeft", "apology")
    at("ArrowLeft ArrowLeft", "in-part")
    at("Home", "attended")
    at("ArrowLeft", "unrecorded")
    at("ArrowRight", "attended")
    at("End", "unrecorded")
    assert row_of(page, 0).locator("[aria-pressed=true]").text_content() == "Not recorded", "walking chooses nothing"
    at("Home ArrowRight", "in-part")
    page.keyboard.press("Enter")
    expect(row_of(page, 0).locator("[aria-pressed=true]")).to_have_text("In part")
    expect(row_of(page, 0).locator("[aria-pressed=true]")).to_be_focused()
    expect(page.locator("#status")).to_contain_text("Attended in part. Saved.")
    at("ArrowRight", "did-not-attend")
    page.keyboard.press("Space")
    expect(row_of(page, 0).locator("[aria-pressed=true]")).to_have_text("Did not attend")
    expect(row_of(page, 0).locator("[aria-pressed=true]")).to_be_focused()
    at("End", "History")
    at("ArrowRight", "attended")
    page.keyboard.press("Tab")
    assert page.evaluate(_FOCUSED).split()[0] == row_of(page, 1).get_attribute("id")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(_FOCUSED) == f"{first} attended", "back where one was"
    marks = row_of(page, 0).get_by_role("toolbar")
    expect(marks).to_have_accessible_name(the(row_of(page, 0).locator("th span").first.text_content()))
    v.check()


def test_after_everyone_attended_the_arrow_keys_go_on(register: str, visit: Visit) -> None:
    page = visit("training").open(register)
    page.get_by_role("button", name="Everyone attended").click()
    expect(page.locator("#undo")).to_be_focused()
    row_of(page, 7).locator("[aria-pressed=true]").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(_FOCUSED).endswith(" in-part")
    people = [stop for stop in tab_stops(page) if stop[0] == "p" and stop[1].isdigit()]
    assert len(people) == 30


def test_a_late_answer_takes_no_focus_and_a_second_choice_is_not_lost(register: str, visit: Visit) -> None:
    page = visit("training").open(register)
    held: list[Route] = []
    page.route("**/mark", lambda route: route.continue_() if held else held.append(route))
    name = row_of(page, 0).locator("th span").first.text_content()
    row_of(page, 0).get_by_role("button", name="Attended", exact=True).click()
    row_of(page, 0).get_by_role("button", name="Apologies").click()  # a slip, put right before the answer came
    other = row_of(page, 2).get_by_role("button", name="Not recorded")
    other.focus()
    held[0].continue_()
    expect(row_of(page, 0).locator("[aria-pressed=true]")).to_have_text("Apologies")
    expect(page.locator("#status")).to_have_text(f"{name}: Sent apologies. Saved.")
    expect(other).to_be_focused()
    page.reload()
    expect(row_of(page, 0).locator("[aria-pressed=true]")).to_have_text("Apologies")


def test_a_choice_waiting_behind_one_that_failed_is_not_sent(register: str, visit: Visit) -> None:
    v = visit("training")
    page = v.open(register)
    held: list[Route] = []
    page.route("**/mark", lambda route: held.append(route))
    row_of(page, 0).get_by_role("button", name="Attended", exact=True).click()
    row_of(page, 0).get_by_role("button", name="Apologies").click()
    held[0].abort()
    expect(page.locator("#alert")).to_contain_text("The site could not be reached")
    assert len(held) == 1
    v.problems.clear()  # the browser itself reports the request that was cut off


def test_a_conflict_takes_the_focus_and_gives_it_back(register: str, site: Site, visit: Visit) -> None:
    page = visit("training").open(register)
    first = int(the(row_of(page, 0).get_attribute("id"))[1:])
    with site.app.app_context():
        services.place_mark(first, Mark.APOLOGY, version=1, by=actor("partner"), at=site.clock())
        db.session.commit()
        db.session.remove()
    row_of(page, 0).get_by_role("button", name="Attended", exact=True).click()
    expect(row_of(page, 0).locator(".app-stale p")).to_be_focused()
    expect(row_of(page, 0)).to_contain_text("Nadia Rahman set")
    expect(row_of(page, 0)).to_contain_text("to Sent apologies at 10am, after you opened this page.")
    expect(row_of(page, 0)).to_contain_text("You chose Attended.")
    expect(page.locator("#register-counts")).to_contain_text("1 sent apologies")
    row_of(page, 0).get_by_role("button", name="Use mine: Attended").press("Enter")
    expect(row_of(page, 0).locator("[aria-pressed=true]")).to_be_focused()
    expect(row_of(page, 0).locator("[aria-pressed=true]")).to_have_text("Attended")


@pytest.mark.parametrize("name", ["Bo Li", "Oluwaseun Featherstonehaugh-Whittington", "Maximiliana " * 9])
def test_on_a_small_phone_undo_is_read_to_its_end(register: str, site: Site, visit: Visit, name: str) -> None:
    with site.app.app_context():
        expected = select(Place.person_id).where(Place.session_id == todays_session())
        db.session.execute(update(Person).where(Person.id.in_(expected)).values(name=name.strip()))
        db.session.commit()
        db.session.remove()
    v = visit("training", width=320)
    page = v.open(register)
    before = page.evaluate(_BOXES)
    press(page, 3, "Did not attend")
    undo = page.locator("#undo")
    expect(undo).to_have_text(f"Undo: {name.strip()}, did not attend")
    cut = "one => [one.scrollWidth - one.clientWidth, one.scrollHeight - one.clientHeight]"
    assert undo.evaluate(cut) == [0, 0]
    assert undo.evaluate("one => one.closest('.app-counts').getBoundingClientRect().bottom") >= undo.evaluate(
        "one => one.getBoundingClientRect().bottom"
    )
    assert len(name) > 50 or page.evaluate(_BOXES).items() >= before.items(), "and the marks stay where they were"
    v.check()


def test_a_register_closed_meanwhile_says_so_where_the_focus_is(register: str, site: Site, visit: Visit) -> None:
    page = visit("training").open(register)
    with site.app.app_context():
        services_closing.register_close(
            todays_session(), version=1, answers={}, rest=Mark.ATTENDED, by=actor("partner"), at=site.clock()
        )
        db.session.commit()
        assert {mark for _, mark, _ in places(todays_session())} == {"attended"}
        db.session.remove()
    row_of(page, 0).get_by_role("button", name="Apologies").click()
    expect(page.locator("#register .app-stale")).to_be_focused()
    expect(page.locator("#register .app-stale")).to_contain_text("This register is closed")


def test_without_scripts_every_mark_is_a_button_in_the_order_of_the_page(register: str, visit: Visit) -> None:
    page = visit("training", js=False).open(register)
    expect(row_of(page, 0).locator("[role=group]")).to_have_count(1)
    assert page.locator("button[tabindex], [role=toolbar]").count() == 0
    row_of(page, 0).get_by_role("button", name="Did not attend").press("Enter")
    expect(row_of(page, 0).locator("[aria-pressed=true]")).to_have_text("Did not attend")


@pytest.mark.parametrize("width", [320, 1280])
def test_going_back_by_keyboard_nobody_is_hidden_under_the_counts(register: str, visit: Visit, width: int) -> None:
    page = visit("training", width=width).open(register)
    padding = float(page.evaluate("parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop)"))
    assert padding >= the(page.locator("#register-counts").bounding_box())["height"]
    row_of(page, 29).locator("[aria-pressed=true]").focus()
    for number in range(28, 4, -1):
        page.keyboard.press("Shift+Tab")
        expect(row_of(page, number).locator(":focus")).to_have_count(1)
        counts = page.evaluate("document.getElementById('register-counts').getBoundingClientRect().bottom")
        assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= counts, f"person {number}"

"""A figure on a front door and the page that it leads to say the same thing, with the same reach, to every role."""

import re

import pytest
from sqlalchemy import select

from tests.support.client import Browser, Browsers
from tests.support.engines import Site
from tests.support.html import Page, Tag
from tests.support.registers import actor
from tests.support.routes import ROLES
from wfsite.core.permissions import Role
from wfsite.extensions import db
from wfsite.people.models import Person, RoleGrant, Team
from wfsite.steering.workforce.models import WorkforceReturn

FRONT_DOORS = ("/", "/training", "/steering", "/improvement")


def text(tag: Tag) -> str:
    return " ".join(tag.text.split())


def cards(page: Page) -> list[tuple[str, str, str, str]]:
    """Label, value, detail and address of each figure of a page."""
    found = []
    for tile in page.all("li"):
        if "app-figure" not in tile["class"]:
            continue
        value = next(text(child) for child in tile.children if child.name == "span")
        label, _, detail = text(tile).partition(f" {value} ")
        found.append((label, value, detail, next((c["href"] for c in tile.children if c.name == "a"), "")))
    return found


def disagreement(page: Page, address: str, label: str, value: str, detail: str) -> str:
    """What the page behind a card says otherwise; "" when it says the same."""
    if address.startswith("/steering/plan"):
        shown = re.findall(r"(\d+) of (\d+) (?:sub-)?actions", text(page.one("p", id="plan-shown")))
        total = [str(sum(int(pair[n]) for pair in shown)) for n in (0, 1)]
        return "" if [value, detail.split()[1]] == total and "actions and sub-actions" in detail else f"{shown}"
    if address.startswith("/improvement/workforce"):
        cells = {text(cell) for cell in page.all("td")}
        basis = detail.split(",")[0]
        return "" if f"{value} {basis}" in cells else "no such cell"
    behind = {name: (its_value, its_detail) for name, its_value, its_detail, _ in cards(page)}
    its_value, its_detail = behind.get(label, ("", ""))
    return "" if its_value == value and its_detail and its_detail in detail else f"{behind.get(label)}"


def wrong_cards(b: Browser) -> tuple[list[str], int]:
    """The cards of the front doors that disagree with the page behind them, and how many were looked at."""
    wrong, seen = [], 0
    for door in FRONT_DOORS:
        for label, value, detail, address in cards(b.get(door)):
            if not address:
                continue
            seen += 1
            if said := disagreement(b.get(address), address, label, value, detail):
                wrong.append(f"{door}: {label} {value}, {detail}: {said}")
    return wrong, seen


@pytest.mark.parametrize("account", ROLES)
def test_every_card_says_what_its_page_says(browser: Browsers, account: str) -> None:
    wrong, seen = wrong_cards(browser(account))
    assert wrong == []
    assert seen or account not in ("manager", "partner", "training", "secretary", "chair", "data")


@pytest.mark.parametrize(
    ("account", "whose"), [("manager", "your team"), ("partner", "your agency"), ("training", "all agencies")]
)
def test_the_card_names_the_reach(browser: Browsers, account: str, whose: str) -> None:
    found = {label: value for label, value, _, address in cards(browser(account).get("/training")) if address}
    assert f"Attendance rate, {whose}" in found


def test_a_reach_changes_the_figure(browser: Browsers) -> None:
    """The positive control: were every reach the same figure, agreeing would prove nothing."""
    found = {
        account: {label.split(",")[0]: value for label, value, *_ in cards(browser(account).get("/training"))}
        for account in ("manager", "partner", "training")
    }
    assert len({values["Attendance rate"] for values in found.values()}) == 3
    assert len({values["Different people"] for values in found.values()}) == 3


def test_whoever_may_read_no_attendance_sees_every_agencys_figures_and_no_way_behind(browser: Browsers) -> None:
    for account in ("staff", "viewer", "admin"):
        found = cards(browser(account).get("/training"))
        assert {label for label, *_ in found} >= {"Attendance rate, all agencies"}
        assert not [address for *_, address in found if address]


def test_a_manager_without_a_team_is_shown_no_figure_of_others(site: Site, browser: Browsers) -> None:
    with site.app.app_context():
        db.session.get_one(Person, actor("manager").person_id).team_id = None
        db.session.commit()
        db.session.remove()
    b = browser("manager")
    assert cards(b.get("/training")) == []
    assert "No session of this quarter has begun with anybody you may see" in b.get("/training/attendance").words


def test_the_area_on_the_card_is_the_area_on_the_page(site: Site, browser: Browsers) -> None:
    """A reader whose own team gives figures is led to the area that the card is about, not to their own."""
    with site.app.app_context():
        watched = db.session.scalar(select(Team.id).where(Team.name == "Children and family social work"))
        row = (
            db.session.query(WorkforceReturn).filter_by(team_id=watched).order_by(WorkforceReturn.month.desc()).first()
        )
        copy = {c.name: getattr(row, c.name) for c in WorkforceReturn.__table__.columns if c.name != "id"}
        own = db.session.scalar(select(Team.id).where(Team.name == "Workforce development"))
        db.session.add(WorkforceReturn(**copy | {"team_id": own, "permanent": 1, "agency": 1}))
        person = db.session.get_one(Person, actor("training").person_id)
        person.team_id = own
        db.session.add(RoleGrant(person_id=person.id, role=Role.DATA_STEWARD))
        db.session.commit()
        db.session.remove()
    wrong, seen = wrong_cards(browser("training"))
    assert wrong == [] and seen

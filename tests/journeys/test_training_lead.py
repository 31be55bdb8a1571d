"""A training lead completes a register by links and forms, without JavaScript."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.support.client import Browser, Browsers
from tests.support.engines import Site
from tests.support.html import Page


@pytest.fixture
def twenty(site: Site) -> str:
    """Today's register, cut to 20 people: its address."""
    from sqlalchemy import delete

    from tests.support import registers
    from wfsite.extensions import db
    from wfsite.training.bookings.models import Place, PlaceStanding

    with site.app.app_context():
        session_id = registers.todays_session()
        extra = [row[0] for row in registers.places(session_id)][20:]
        db.session.execute(delete(PlaceStanding).where(PlaceStanding.place_id.in_(extra)))
        db.session.execute(delete(Place).where(Place.id.in_(extra)))
        db.session.commit()
        db.session.remove()
    return f"/training/sessions/{session_id}/register"


def _counting(b: Browser) -> list[tuple[Any, ...]]:
    """Count every request that the browser makes from here on."""
    made: list[tuple[Any, ...]] = []
    send = b.client.open

    def counted(*args: Any, **kwargs: Any) -> TestResponse:
        made.append(args)
        return send(*args, **kwargs)

    setattr(b.client, "open", counted)  # noqa: B010
    return made


def _row(page: Page, number: int) -> str:
    return [t["name"].removeprefix("base-") for t in page.all("input") if t["name"].startswith("base-")][number]


def test_a_register_of_twenty_with_three_exceptions_in_five_requests(browser: Browsers, twenty: str) -> None:
    b = browser("training")
    made = _counting(b)
    page = b.get(f"{twenty}/sheet")
    exceptions = {
        f"mark-{_row(page, 2)}": "in-part",
        f"mark-{_row(page, 5)}": "did-not-attend",
        f"mark-{_row(page, 9)}": "apology",
    }
    b.submit("Everyone else attended: save", exceptions)
    b.follow()
    b.submit("Close the register")
    words = b.follow().words
    assert "Closed by Priya Nair" in words
    for count in ("17 attended", "1 in part", "1 did not attend", "1 sent apologies", "0 not recorded"):
        assert count in words
    assert len(made) <= 5


def test_in_place_it_takes_five_requests_after_the_page(browser: Browsers, twenty: str) -> None:
    b = browser("training")
    page = b.get(twenty)
    made = _counting(b)
    act = next(
        c["value"]
        for f in page.all("form")
        if f["action"].endswith("everyone")
        for c in f.children
        if c["name"] == "act"
    )
    b.post(f"{twenty}/everyone", {"act": act}, htmx=True, expect=200)
    ids = [row["id"].removeprefix("p") for row in b.page.all("tr") if row["id"]]
    for place_id, mark in zip(ids[1:6:2], ("in-part", "did-not-attend", "apology"), strict=True):
        b.post(f"/training/places/{place_id}/mark", {"mark": mark, "version": 2}, htmx=True, expect=200)
    page = b.post(f"{twenty}/close", {"version": 1}, htmx=True, expect=200)
    assert "Closed" in b.response.text
    assert len(made) == 5


def test_from_home_to_the_figures(browser: Browsers) -> None:
    b = browser("training")
    b.get("/training")
    b.link("Complete the register: Safeguarding children: working together")
    b.submit("Everyone attended")
    b.follow()
    b.submit("Close the register")
    b.follow()
    before = b.get("/training/attendance").words
    assert "1 register is still open" in before
    b.link("Sessions and registers")
    assert "Closed" in b.page.words

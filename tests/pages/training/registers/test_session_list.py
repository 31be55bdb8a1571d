"""The list of sessions: filters, reach, pages."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.client import Browsers
from tests.support.engines import Site
from tests.support.html import Page
from tests.support.registers import Registers
from wfsite.extensions import db
from wfsite.sheets.reading import read_table
from wfsite.training.programme.models import TrainingSession


def test_works(browser: Browsers) -> None:
    b = browser("training")
    words = b.get("/training/sessions").words
    assert "6 sessions" in words
    assert "25 not recorded" in words
    b.submit("Show", {"when": "all", "open": "1"}, expect=200)
    assert "2 sessions" in b.page.words
    assert "When: All; Register still open." in b.page.words
    b.get("/training/sessions?when=all")
    b.link("Next page")
    assert "26 to 40 of 40 sessions" in b.page.words


def rows_of(page: Page) -> list[tuple[str, list[str]]]:
    return [(" ".join(tr.text.split()), [c["href"] for c in tr.children if c.name == "a"]) for tr in page.all("tr")][1:]


def test_a_register_left_open_comes_first_until_it_is_closed(browser: Browsers, site: Site) -> None:
    b = browser("training")
    first, second, *others = rows_of(b.get("/training/sessions"))
    assert "Open" in first[0] and "10 March 2026" not in first[0]
    assert "10 March 2026" in second[0] and "Open" in second[0]
    assert len(others) == 4 and all("Not started" in row for row, _ in others)
    b.post(f"{first[1][0]}/close", {"version": 1, "asked": "1", "rest": "did-not-attend"})
    assert [row for row, _ in rows_of(b.get("/training/sessions"))] == [row for row, _ in (second, *others)]


def test_a_session_of_several_days_stays_among_todays(browser: Browsers, site: Site, known: Registers) -> None:
    """Begun earlier than a register that was left open, and not over yet: it is of today, so it comes after."""
    with site.app.app_context():
        db.session.get_one(TrainingSession, known.today_id).starts_at -= timedelta(days=300)
        db.session.commit()
        db.session.remove()
    first, second, *_ = rows_of(browser("training").get("/training/sessions"))
    assert second[1] == [known.today] and first[1] != [known.today]


@pytest.mark.parametrize("left_open", [2, 12])
@pytest.mark.parametrize("door", ["/", "/training"])
def test_what_needs_you_agrees_with_the_list(browser: Browsers, site: Site, left_open: int, door: str) -> None:
    with site.app.app_context():
        closed = select(TrainingSession).where(TrainingSession.register_closed_at.is_not(None))
        for session in db.session.scalars(closed.order_by(TrainingSession.id).limit(left_open - 2)):
            session.register_closed_at = None
        db.session.commit()
        db.session.remove()
    b = browser("training")
    tasks = [a for a in b.get(door).all("a") if a.text.startswith("Complete the register")]
    assert len(tasks) == min(left_open, 8)
    every = [a for a in b.page.all("a") if a.text == "See every open register"]
    assert bool(every) == (left_open > 8)
    assert ("12 registers are open" in b.page.words) == bool(every)
    listed = rows_of(b.get("/training/sessions"))
    still_open = [links[0] for row, links in listed if "Open" in row]
    assert still_open == [links[0] for _, links in listed[:left_open]], "they come first"
    assert [a["href"] for a in tasks] == still_open[:8]
    for address in [a["href"] for a in every]:
        assert f"{left_open} sessions" in b.get(address).words


def test_fragment(browser: Browsers) -> None:
    page = browser("training").get("/training/sessions?when=past", htmx=True)
    assert page.one("div", id="sessions") and not page.all("h1")


def test_people_see_only_sessions_where_they_have_a_place(browser: Browsers) -> None:
    b = browser("staff")
    words = b.get("/training/sessions").words
    assert "1 session" in words and "You are booked" in words and "Today and coming up" in words
    assert "register" not in b.response.text.split("<main")[1].lower()
    assert "1 session" in b.get("/training/sessions?when=all&open=1").words
    assert "You have no place" in b.get("/training/sessions?when=past").words


def test_officers_see_all_but_complete_none(browser: Browsers) -> None:
    page = browser("chair").get("/training/sessions?when=all")
    assert "40 sessions" in page.words
    assert not [a for a in page.all("a") if a["href"].endswith("/register")]


@pytest.mark.parametrize("query", ["page=-1", "page=0", "page=1000000000", "page=abc", "when=x&open=maybe", "when=%00"])
def test_invalid(browser: Browsers, query: str) -> None:
    browser("training").get(f"/training/sessions?{query}")


def test_stranger(browser: Browsers) -> None:
    browser("viewer").get("/training/sessions", expect=403)
    browser(None).get("/training/sessions", expect=303)


def test_the_file_of_all_and_of_my_own(browser: Browsers) -> None:
    b = browser("training")
    b.get("/training/sessions/export?when=all&open=1&sort=course")
    table = read_table("sessions.csv", b.response.data)
    assert table.header[-4:] == ("Booked", "Places", "Register", "Not recorded")
    assert [row.cells[8] for row in table.rows] == ["Open", "Open"]
    assert [row.cells[0] for row in table.rows] == sorted(row.cells[0] for row in table.rows)
    b = browser("staff")
    b.get("/training/sessions/export?when=all&open=1")
    table = read_table("sessions.csv", b.response.data)
    assert table.header[-1] == "Your place" and [row.cells[-1] for row in table.rows] == ["You are booked"]


def test_the_order_is_kept_with_the_filters(browser: Browsers) -> None:
    b = browser("training")
    (course,) = [
        a["href"]
        for th in b.get("/training/sessions?when=past").all("th")
        for a in th.children
        if th.text.startswith("Course")
    ]
    assert "when=past" in course
    names = [row.split(" Level")[0] for row, _ in rows_of(b.get(course))]
    assert names == sorted(names) and b.page.one("th", aria_sort="ascending").text.startswith("Course")
    assert not b.get("/training/sessions").all("th", aria_sort="ascending"), "what waits first is no column's order"

"""Seen, with and without htmx; who is shown what; everything that one was told."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.support.client import Browsers
from tests.support.engines import NOW, FrozenClock, Site
from tests.support.html import Page
from tests.support.plans import action_id, actor
from tests.support.statements import Statements
from wfsite.core.permissions import Role
from wfsite.extensions import db
from wfsite.outbox.models import Notice
from wfsite.outbox.services import Told, notice_add, notices_end
from wfsite.people.models import RoleGrant
from wfsite.steering.plans.date_notices import DATE_DECIDED, DATE_TO_DECIDE


def waiting(page: Page) -> list[tuple[str, str]]:
    """The notices of a page: title, words."""
    return [
        (" ".join(item.children[1].text.split()), item.children[2].text.strip())
        for item in page.all("li", class_="app-notice")
    ]


def ids(site: Site, account: str = "manager") -> list[int]:
    with site.app.app_context():
        whose = actor(account).person_id
        return list(db.session.scalars(select(Notice.id).where(Notice.person_id == whose).order_by(Notice.id)))


def seen_at(site: Site, notice_id: int) -> datetime | None:
    with site.app.app_context():
        return db.session.scalar(select(Notice.seen_at).where(Notice.id == notice_id))


def test_seen_without_javascript_comes_back_to_home(site: Site, browser: Browsers) -> None:
    b = browser("manager")
    first, second = waiting(b.get("/"))
    b.submit(f"Seen: {first[0]}")
    assert waiting(b.follow()) == [second]
    b.submit(f"Seen: {second[0]}")
    words = b.follow().words
    assert "New for you" not in words and second[1] not in words


def test_seen_by_htmx_answers_the_rest_and_names_where_the_focus_goes(site: Site, browser: Browsers) -> None:
    older, newer = ids(site)
    b = browser("manager")
    page = b.post(f"/notices/{newer}/seen", htmx=True, expect=200)
    assert len(waiting(page)) == 1
    assert f'"focus-on": "seen-{older}"' in b.response.headers["HX-Trigger-After-Settle"]
    page = b.post(f"/notices/{older}/seen", htmx=True, expect=200)
    assert "You have seen everything." in page.words and waiting(page) == []
    assert '"focus-on": "notices"' in b.response.headers["HX-Trigger-After-Settle"]


def test_seen_last_in_the_list_gives_the_focus_to_the_one_before_it(site: Site, browser: Browsers) -> None:
    older, newer = ids(site)
    b = browser("manager")
    b.post(f"/notices/{older}/seen", htmx=True, expect=200)
    assert f'"focus-on": "seen-{newer}"' in b.response.headers["HX-Trigger-After-Settle"]


def test_seen_twice_is_seen_once(site: Site, browser: Browsers, clock: FrozenClock) -> None:
    (first, _), b = ids(site), browser("manager")
    b.post(f"/notices/{first}/seen")
    clock.at += timedelta(hours=1)
    b.post(f"/notices/{first}/seen")
    assert seen_at(site, first) == NOW


@pytest.mark.parametrize("account", ["chair", "staff", "secretary"])
def test_a_notice_of_somebody_else_is_not_found(site: Site, browser: Browsers, account: str) -> None:
    first, _ = ids(site)
    browser(account).post(f"/notices/{first}/seen", expect=404)
    browser(account).post(f"/notices/{2**31 - 1}/seen", expect=404)
    assert seen_at(site, first) is None


def test_looking_is_not_seeing(site: Site, browser: Browsers) -> None:
    first, _ = ids(site)
    for path in ("/", "/notices"):
        browser("manager").get(path)
    assert seen_at(site, first) is None


def test_what_is_a_task_is_not_said_twice(site: Site, browser: Browsers) -> None:
    page = browser("secretary").get("/")
    assert len(ids(site, "secretary")) == 1
    links = [a["href"] for a in page.one("main").children if a.name == "a"]
    assert len(links) == len(set(links))
    assert waiting(page) == []


def _take_role(site: Site, account: str, role: Role) -> None:
    with site.app.app_context():
        person_id = actor(account).person_id
        db.session.delete(db.session.get(RoleGrant, (person_id, role)))
        db.session.add(RoleGrant(person_id=person_id, role=Role.STAFF))
        db.session.commit()
        db.session.remove()


def test_who_loses_the_role_is_shown_no_title(site: Site, browser: Browsers) -> None:
    titles = [title for title, _ in waiting(browser("manager").get("/"))]
    _take_role(site, "manager", Role.MANAGER)
    for path in ("/", "/notices"):
        words = browser("manager").get(path).words
        assert not [title for title in titles if title in words]


def test_a_thing_of_no_known_kind_is_shown_to_nobody(site: Site, browser: Browsers) -> None:
    _tell(site, "chair", Told("gone-from-the-site", 1, "A title of something", "Words"))
    assert "A title of something" not in browser("chair").get("/").words


def _tell(site: Site, account: str, *told: Told, end: bool = False) -> None:
    with site.app.app_context():
        for one in told:
            notice_add([actor(account).person_id], one, at=NOW)
            if end:
                notices_end(one.subject_kind, one.subject_id, at=NOW)
        db.session.commit()
        db.session.remove()


def test_everything_that_one_was_told_says_when_it_was_seen(site: Site, browser: Browsers) -> None:
    first, _ = ids(site)
    _tell(site, "manager", Told(DATE_DECIDED, 1, "1.1 Something", "It was agreed."), end=True)
    b = browser("manager")
    b.post(f"/notices/{first}/seen")
    b.get("/")
    words = b.link("Everything that you were told").words
    assert "Seen on 10 March 2026 at 10am" in words
    assert "Over on 10 March 2026 at 10am, before you saw it" in words
    assert "Not seen yet" in words


def test_nothing_was_told(browser: Browsers) -> None:
    assert "Nothing yet." in browser("viewer").get("/notices").words


def test_a_decided_date_of_a_secretary_stays_readable(site: Site, browser: Browsers) -> None:
    with site.app.app_context():
        action = action_id("2.1c")
    b = browser("secretary")
    b.get(f"/steering/actions/{action}/decide-date")
    b.submit("Save the decision", {"step": "agreed"})
    page = b.get("/notices")
    assert "Over on" in page.words
    assert f"/steering/actions/{action}" in [a["href"] for a in page.all("a")]


def test_hundreds_of_notices_cost_what_a_few_do(site: Site, browser: Browsers) -> None:
    b = browser("manager")
    b.get("/")
    with Statements(site) as few:
        b.get("/")
    _tell(site, "manager", *(Told(DATE_DECIDED, n, f"Thing {n}", "So.") for n in range(1, 200)))
    with Statements(site) as many:
        page = b.get("/")
    assert len(many) == len(few)
    assert len(waiting(page)) == 8 and "There are more" in page.words


def test_what_may_not_be_opened_hides_nothing_that_may(site: Site, browser: Browsers) -> None:
    b = browser("manager")
    shown = waiting(b.get("/"))
    assert shown
    _tell(site, "manager", *(Told(DATE_TO_DECIDE, n, "Not theirs to decide", "So.") for n in range(85)))
    assert waiting(b.get("/")) == shown
    assert "What this page told you of may no longer be opened by you." in b.get("/notices").words
    assert "Nothing yet" not in b.get("/notices").words

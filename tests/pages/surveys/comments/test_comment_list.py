"""Reading comments before anybody else: release or withhold, in the row or on a page, and never over a colleague."""

import pytest
from sqlalchemy import select

from tests.support.statements import Statements
from wfsite.core.permissions import Role
from wfsite.extensions import db
from wfsite.people.models import Person, RoleGrant
from wfsite.surveys.models import Comment, Survey
from wfsite.surveys.rules import CommentState, SurveyState


@pytest.fixture
def health(site) -> int:
    with site.app.app_context():
        found = db.session.scalars(select(Survey.id).where(Survey.state == SurveyState.CLOSED)).one()
        db.session.remove()
        return found


def _state(site, url) -> CommentState:
    with site.app.app_context():
        found = db.session.scalars(select(Comment.state).where(Comment.key == bytes.fromhex(url[-32:]))).one()
        db.session.remove()
    return found


def _first(b, health, state="waiting") -> tuple[str, str]:
    """The first comment of a page: its form's address and its words."""
    page = b.get(f"/surveys/{health}/comments?state={state}")
    item = next(li for li in page.all("li") if li["class"] == "app-comment")
    form = next(child for child in item.children if child.name == "form")
    return form["action"], next(c for c in item.children if c.name == "p").text


def test_works_without_script(site, browser, health):
    b = browser("survey")
    with Statements(site) as statements:
        b.get(f"/surveys/{health}/comments")
    assert len(statements) == 4
    url, words = _first(b, health)
    assert words not in browser("staff").get(f"/surveys/{health}/results").words
    b.post(url, {"decision": "released", "seen": "waiting"})
    assert "6 comments to read, 12 released, 1 withheld." in b.follow().words
    question = url.split("/")[4]
    assert words in browser("staff").get(f"/surveys/{health}/results/{question}/comments").words
    # Twice is once.
    b.post(url, {"decision": "released", "seen": "waiting"})
    assert "6 comments to read, 12 released, 1 withheld." in b.follow().words


def test_fragment(site, browser, health):
    b = browser("survey")
    url, words = _first(b, health)
    page = b.post(url, {"decision": "withheld", "seen": "waiting"}, htmx=True, expect=200)
    assert page.all("li")[0]["id"] == f"comment-{url[-32:]}"
    assert words in page.all("li")[0].text
    assert "Withheld by Grace Okafor on 10 March 2026 at 10am" in page.all("li")[0].text
    assert "6 comments to read, 11 released, 2 withheld." in page.one("p", id="comment-counts").text
    assert '"focus-on": "comment-' in b.response.headers["HX-Trigger-After-Settle"]
    # What the fragment offers next is the way back.
    b.post(url, {"decision": "released", "seen": "withheld"}, htmx=True, expect=200)
    assert _state(site, url) is CommentState.RELEASED


def test_a_colleague_decided_first(site, browser, health):
    with site.app.app_context():
        admin = db.session.scalars(select(Person).where(Person.email == "admin@demo.example")).one()
        name = admin.name
        db.session.add(RoleGrant(person_id=admin.id, role=Role.SURVEY_LEAD))
        db.session.commit()
        db.session.remove()
    mine, other_tab, colleague = browser("survey"), browser("survey"), browser("admin")
    url, words = _first(mine, health)
    colleague.post(url, {"decision": "released", "seen": "waiting"})
    page = mine.post(url, {"decision": "withheld", "seen": "waiting"}, expect=409)
    assert f"{name} released this comment at 10am" in page.words and words in page.words
    other_tab.post(url, {"decision": "withheld", "seen": "released"})
    page = mine.post(url, {"decision": "released", "seen": "waiting"}, expect=409)
    assert "You withheld this comment in another tab at 10am" in page.words
    assert "Withheld by Grace Okafor" in page.words
    mine.post(url, {"decision": "released", "seen": "waiting"}, htmx=True, expect=409)
    assert _state(site, url) is CommentState.WITHHELD


@pytest.mark.parametrize("decision", ["", "waiting", "nonsense"])
def test_invalid(site, browser, health, decision):
    b = browser("survey")
    url, _ = _first(b, health)
    page = b.post(url, {"decision": decision, "seen": "waiting"}, expect=422)
    assert "Choose whether to release or withhold the comment" in page.words
    assert _state(site, url) is CommentState.WAITING


def test_the_one_that_tells_of_somebody_is_withheld(browser, health):
    assert "accident" in browser("survey").get(f"/surveys/{health}/comments?state=withheld").words


@pytest.mark.parametrize(
    "query", ["?state=nonsense", "?page=0", "?page=-1", "?page=99999", "?page=abc", "?state=&page="]
)
def test_odd_addresses(browser, health, query):
    browser("survey").get(f"/surveys/{health}/comments{query}")


@pytest.mark.parametrize("account", ["staff", "manager", "chair", "admin"])
def test_stranger(browser, health, account):
    url, _ = _first(browser("survey"), health)
    browser(account).get(f"/surveys/{health}/comments", expect=403)
    browser(account).post(url, {"decision": "released", "seen": "waiting"}, expect=403)


def test_unknown_id(browser, health):
    b = browser("survey")
    url, _ = _first(b, health)
    start, key = url[:-32], url[-32:]
    for bad in (
        f"{start}{'0' * 32}",
        f"{start}xyz",
        f"{start}{key[:-1]}",
        f"{start}{'٣' * 32}",
        url.replace("/comments/", "/comments/9"),
    ):
        b.post(bad, {"decision": "released", "seen": "waiting"}, expect=404)
    b.post(url.replace(f"/surveys/{health}/", "/surveys/2/"), {"decision": "released", "seen": "waiting"}, expect=404)
    b.get("/surveys/999999/comments", expect=404)

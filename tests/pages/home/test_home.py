"""The first page: what waits for each person, worst first, and nothing that they may not open."""

import pytest
from sqlalchemy import select, update

from tests.support.plans import action_id, rag_update
from wfsite.core.rag import Rag
from wfsite.extensions import db
from wfsite.people.models import Person
from wfsite.steering.plans.models import Lead


@pytest.mark.parametrize(
    ("account", "shown", "hidden"),
    [
        ("staff", ["Answer the survey", "Your training"], ["Update", "Complete the register", "The action plan now"]),
        (
            "manager",
            ["Update 2.1f", "Propose a revised date for 2.4", "Revised dates of your actions", "The action plan now"],
            ["Complete the register", "Read the comments", "Update 2.4", "Decide on"],
        ),
        ("secretary", ["Decide on a revised date for 2.1c", "Martin Hale proposed July 2026"], ["Revised dates of"]),
        ("training", ["25 people not recorded", "Today"], ["The action plan now"]),
        ("survey", ["Read the comments", "7 comments"], ["Complete the register"]),
        ("chair", ["The action plan now", "Red", "of 35 actions"], ["Complete the register", "Decide on"]),
        ("viewer", ["Nothing is waiting for you"], ["Answer the survey", "The action plan now"]),
    ],
)
def test_each_person_sees_their_own(browser, account, shown, hidden):
    words = browser(account).get("/").words
    assert [w for w in shown if w not in words] == []
    assert [w for w in hidden if w in words] == []


def test_worst_comes_first(browser):
    words = browser("training").get("/").words
    assert words.index("Overdue") < words.index("Today at") < words.index("Answer the survey")


def test_a_new_site_leads_its_administrator(browser, site):
    from wfsite.extensions import db
    from wfsite.groups.models import Group, GroupMember, GroupTerms, Meeting

    assert "Set up the groups" not in browser("admin").get("/").words
    with site.app.app_context():
        for table in (GroupMember, GroupTerms, Meeting):
            db.session.query(table).delete()
        db.session.query(Group).update({"reports_to_id": None})
        db.session.query(Group).delete()
        db.session.commit()
    b = browser("admin")
    assert "Set up the groups" in b.get("/").words
    b.link("Set up the groups")
    b.link("Workforce steering group")
    assert "This group has not been set up yet" in b.get("/steering").words


def test_monitors_are_answered(browser):
    b = browser(None)
    assert b.client.get("/healthz").text == "ok\n"
    assert b.client.get("/readyz").text == "ready\n"


def _updated(site, reference):
    with site.app.app_context():
        rag_update(action_id(reference), Rag.AMBER, by="manager")
        db.session.commit()
        db.session.remove()


@pytest.mark.parametrize("page", ["/", "/steering"])
def test_an_overdue_action_that_was_updated_asks_for_a_date_and_no_longer_for_an_update(site, browser, page):
    _updated(site, "2.4")
    words = browser("manager").get(page).words
    assert "Update 2.4" not in words
    assert "Propose a revised date for 2.4" in words
    assert "Overdue since 30 November 2025" in words


def _tasks(page):
    """The titles of the first task list."""
    return [link.text for link in page.all("a", class_="govuk-link govuk-task-list__link")]


@pytest.mark.parametrize("account", ["manager", "secretary"])
def test_the_groups_front_door_says_the_same_and_the_plan_shows_as_many(browser, account):
    b = browser(account)
    verbs = ("Update", "Propose", "Decide")
    home = [title for title in _tasks(b.get("/")) if title.startswith(verbs)]
    door = [title for title in _tasks(b.get("/steering")) if title.startswith(verbs)]
    assert home == door and home
    if account == "manager":
        for verb, query in (("Update", "stale=1"), ("Propose", "overdue=1")):
            page = b.get(f"/steering/plan?mine=1&{query}")
            rows = [row for row in page.all("tr") if row["id"].startswith("a")]
            undated = [row for row in rows if query == "stale=1" or "waits for a decision" not in row.text]
            assert len([title for title in home if title.startswith(verb)]) == len(undated)


def test_figures_are_the_plans_own(browser):
    b = browser("chair")
    figures = {
        figure.children[0].text: (figure.children[1].text, figure.children[0]["href"])
        for figure in b.get("/").all("li", class_="app-figure govuk-body")
    }
    watched = ["Overdue", "Not updated since the last meeting", "Revised date waits for a decision"]
    assert [words for words in figures if words in watched] == watched
    line = " ".join(b.get("/steering/plan").one("p", id="plan-attention").text.split())
    for words in watched:
        number, address = figures[words]
        assert f"{words}: {number}" in line
        rows = [row for row in b.get(address).all("tr") if row["id"].startswith("a")]
        assert len(rows) == int(number) > 0


def test_many_actions_are_a_few_and_the_way_to_the_rest(site, browser):
    with site.app.app_context():
        mine = db.session.scalar(select(Person.id).where(Person.email == "manager@demo.example"))
        db.session.execute(update(Lead).values(person_id=mine))
        db.session.commit()
        db.session.remove()
    b = browser("manager")
    titles = _tasks(b.get("/"))
    shown = [title for title in titles if title.startswith("Update ")]
    (more,) = [title for title in titles if title.endswith("to update")]
    page = b.link(more)
    assert len(shown) + int(more.split()[0]) == len([row for row in page.all("tr") if row["id"].startswith("a")])
    assert len(shown) == 8

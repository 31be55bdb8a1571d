"""The first page: what waits for each person, worst first, and nothing that they may not open."""

import pytest

from tests.support.plans import action_id, rag_update
from wfsite.core.rag import Rag
from wfsite.extensions import db


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
        ("training", ["25 people not yet recorded", "Today"], ["The action plan now"]),
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

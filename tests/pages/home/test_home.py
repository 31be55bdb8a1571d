"""The first page: what waits for each person, worst first, and nothing that they may not open."""

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from tests.support.client import Browser, Browsers
from tests.support.engines import NOW, FrozenClock, Site
from tests.support.groups import IMPROVEMENT, STEERING, TRAINING, sit
from tests.support.html import Page
from tests.support.plans import action_id, rag_update
from tests.support.present import the
from tests.support.statements import Statements
from tests.support.surveys import answer_all, give_passwords, open_draft, survey_draft, workers
from wfsite.core.clock import london_date
from wfsite.core.rag import Rag
from wfsite.extensions import db
from wfsite.groups.models import Meeting
from wfsite.people.models import Person
from wfsite.steering.plans.models import (
    Action,
    ActionLead,
    ActionPlacing,
    ActionWording,
    Lead,
    Plan,
    RagUpdate,
    RevisedDate,
    Theme,
    ThemeWording,
)
from wfsite.steering.workforce.models import MeasureTarget
from wfsite.surveys.box import folder, store
from wfsite.surveys.models import Survey
from wfsite.surveys.rules import SurveyMode, SurveyState
from wfsite.training.programme.models import TrainingSession


@pytest.mark.parametrize(
    ("account", "shown", "hidden"),
    [
        ("staff", ["Answer the survey", "Your training"], ["Update", "Complete the register", "The action plan now"]),
        (
            "manager",
            [
                "Update 2.1f",
                "Propose a revised date for 2.4",
                "New for you",
                "wait for a decision",
                "The action plan now",
            ],
            ["Complete the register", "Read the comments", "Update 2.4", "Decide on"],
        ),
        (
            "secretary",
            ["Decide on a revised date for 2.1c", "Martin Hale proposed July 2026"],
            ["New for you", "Your revised dates"],
        ),
        ("training", ["25 people not recorded", "Today"], ["The action plan now"]),
        ("survey", ["Read the comments", "7 comments"], ["Complete the register"]),
        (
            "chair",
            [
                "Red, and why",
                "Also moved since the last meeting, on",
                "The action plan now",
                "of 35 actions",
                "Meets next on",
            ],
            ["Complete the register", "Decide on", "Update "],
        ),
        (
            "data",
            [
                "Give the figures: Children and family social work",
                "more than 4 years old",
                "Explain what does not add up",
            ],
            ["The action plan now", "Complete the register"],
        ),
        ("partner", ["Attendance, your agency"], ["The action plan now"]),
        ("admin", ["Nothing needs you today", "Newest changes"], ["Answer the survey", "Set up the groups"]),
        (
            "viewer",
            ["Nothing needs you today", "What there is to read", "Workforce steering group"],
            ["Answer the survey"],
        ),
    ],
)
def test_each_person_sees_their_own(browser: Browsers, account: str, shown: list[str], hidden: list[str]) -> None:
    words = browser(account).get("/").words
    assert "This page is not complete" not in words
    assert [w for w in shown if w not in words] == []
    assert [w for w in hidden if w in words] == []


def test_worst_comes_first(browser: Browsers) -> None:
    words = browser("training").get("/").words
    assert words.index("Overdue") < words.index("Today at") < words.index("Answer the survey")


def _without_a_plan(site: Site) -> None:
    with site.app.app_context():
        db.session.execute(update(Action).values(wording_id=None, rag_update_id=None, date_step_id=None))
        for table in (RevisedDate, RagUpdate, ActionLead, ActionWording, ActionPlacing, ThemeWording):
            db.session.execute(delete(table))
        db.session.execute(delete(Action).where(Action.parent_id.is_not(None)))
        for owner in (Action, Theme, Plan):
            db.session.execute(delete(owner))
        db.session.commit()
        db.session.remove()


def test_a_new_site_leads_its_administrator(browser: Browsers, site: Site) -> None:
    from wfsite.extensions import db
    from wfsite.groups.models import Group, GroupMember, GroupParent, GroupTerms, Meeting

    assert "Set up the groups" not in browser("admin").get("/").words
    _without_a_plan(site)
    with site.app.app_context():
        db.session.execute(delete(GroupParent))
        for table in (GroupMember, GroupTerms, Meeting):
            db.session.execute(delete(table))
        db.session.execute(delete(Group))
        db.session.commit()
    b = browser("admin")
    assert "Set up the groups" in b.get("/").words
    b.link("Set up the groups")
    b.link("Workforce steering group")
    assert "This group has not been set up yet" in b.get("/steering").words


def test_who_may_not_bring_in_the_plan_is_led_to_who_may(browser: Browsers, site: Site) -> None:
    _without_a_plan(site)
    b = browser("admin")
    page = b.get("/")
    (task,) = [item for item in page.all("li") if "bring in the first action plan" in item.text]
    assert "It takes the group’s secretary." in task.text
    page = b.link("Find somebody to bring in the first action plan")
    assert page.one("h1").text == "Groups"
    with site.app.app_context():
        sit("admin", TRAINING)
        db.session.commit()
        db.session.remove()
    b = browser("admin")
    assert "Find somebody to bring in the first action plan" in b.get("/").words
    with site.app.app_context():
        sit("admin", STEERING)
        db.session.commit()
        db.session.remove()
    b = browser("admin")
    b.get("/")
    assert b.link("Bring in the first action plan").one("h1").text == "Import an action plan"


def test_monitors_are_answered(browser: Browsers) -> None:
    b = browser(None)
    assert b.client.get("/healthz").text == "ok\n"
    assert b.client.get("/readyz").text == "ready\n"


def _updated(site: Site, reference: str) -> None:
    with site.app.app_context():
        rag_update(action_id(reference), Rag.AMBER, by="manager")
        db.session.commit()
        db.session.remove()


@pytest.mark.parametrize("page", ["/", "/steering"])
def test_an_overdue_action_that_was_updated_asks_for_a_date_and_no_longer_for_an_update(
    site: Site, browser: Browsers, page: str
) -> None:
    _updated(site, "2.4")
    words = browser("manager").get(page).words
    assert "Update 2.4" not in words
    assert "Propose a revised date for 2.4" in words
    assert "Overdue since 30 November 2025" in words


def _tasks(page: Page) -> list[str]:
    """The titles of the first task list."""
    return [link.text for link in page.all("a", class_="govuk-link govuk-task-list__link")]


@pytest.mark.parametrize("account", ["manager", "secretary"])
def test_the_groups_front_door_says_the_same_and_the_plan_shows_as_many(browser: Browsers, account: str) -> None:
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


def test_figures_are_the_plans_own(browser: Browsers) -> None:
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


def test_many_actions_are_a_few_and_the_way_to_the_rest(site: Site, browser: Browsers) -> None:
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


_PULSE = "Skills and progression pulse survey"


def _lead_is_told(b: Browser, title: str, tag: str) -> Page:
    """What the lead's Home says of a survey, and the same words on the page to which it leads."""
    (task,) = [item for item in b.get("/").all("li") if title in item.text]
    assert tag in task.text and title in _tasks(b.page)
    (detail,) = [part.text for part in task.children if part["class"] == "govuk-task-list__hint"]
    page = b.link(title)
    assert detail in page.words
    return page


def test_a_lead_is_told_of_a_survey_that_is_held(site: Site, browser: Browsers, clock: FrozenClock) -> None:
    (half,) = site.boxes.glob("open/*/half.key")
    half.write_bytes(b"x" * 32)
    clock.at += timedelta(days=9)
    site.app.test_cli_runner().invoke(args=["wfsite", "run-due"])
    page = _lead_is_told(browser("survey"), f"See what is wrong with the survey: {_PULSE}", "Held")
    assert "destroyed unread" in page.words
    assert "See what is wrong" not in browser("staff").get("/").words


def test_a_lead_is_told_of_a_survey_without_its_box(site: Site, browser: Browsers) -> None:
    store.let_go_of_all()
    shutil.rmtree(site.boxes / "open")
    page = _lead_is_told(browser("survey"), f"This survey has no ballot box: {_PULSE}", "No ballot box")
    assert page.one("h1").text == "This survey has no ballot box"
    b = browser("survey")
    b.get("/surveys")
    b.link(f"See what is wrong with {_PULSE}")
    assert "ballot box" not in browser("staff").get("/").words


def test_a_lead_is_told_of_a_survey_that_waits_for_its_code(site: Site, browser: Browsers, clock: FrozenClock) -> None:
    with site.app.app_context():
        give_passwords(workers(20))
        survey_id = survey_draft()
        open_draft(site, survey_id, workers(20), with_code=True)
        answer_all(survey_id, workers(12))
        db.session.remove()
    assert "waits for the code" not in browser("survey").get("/").words
    clock.at += timedelta(days=7)
    page = _lead_is_told(browser("survey"), "Count the survey: A survey of a test", "Needs code")
    assert "It waits for the code that was given out when it was opened." in page.words
    assert "waiting for its code" in browser("survey").get("/surveys").words


def test_a_lead_is_told_of_a_survey_that_nobody_counted(browser: Browsers, clock: FrozenClock) -> None:
    clock.at += timedelta(days=9)
    page = _lead_is_told(browser("survey"), f"Count the survey: {_PULSE}", "To count")
    assert page.one("h1").text == "Count this survey"


def test_a_hundred_surveys_to_look_after_cost_what_one_does(site: Site, browser: Browsers) -> None:
    b = browser("survey")
    b.get("/")
    with Statements(site) as one:
        b.get("/")
    common = {"purpose": "", "audience": "", "mode": SurveyMode.ANONYMOUS, "state": SurveyState.OPEN, "threshold": 10}
    with site.app.app_context():
        rows = [{"title": f"Lost {n}", "closes_at": NOW + timedelta(days=n), **common} for n in range(100)]
        db.session.execute(insert(Survey), rows)
        db.session.commit()
        db.session.remove()
    with Statements(site) as many:
        page = b.get("/")
    assert len(many) == len(one)
    assert len([title for title in _tasks(page) if "no ballot box" in title]) == 8
    page = b.link("92 more surveys to look after")
    assert page.one("h1").text == "Surveys"


def test_a_survey_that_is_being_opened_is_said_and_nobodys_task(site: Site, browser: Browsers) -> None:
    with site.app.app_context():
        found = db.session.execute(select(Survey.id, Survey.box_half).where(Survey.state == SurveyState.OPEN)).one()
        db.session.remove()
    store.let_go_of_all()
    place = folder.box_file(site.boxes, found.id).parent
    place.rename(folder._waiting(site.boxes, found.id, bytes(found.box_half)))
    b = browser("survey")
    assert _PULSE not in b.get("/").words
    assert "Being opened" in b.get("/surveys").words
    page = b.get(f"/surveys/{found.id}/close")
    assert page.one("h1").text == "This survey is being opened" and not page.all("form", method="post")[1:]
    b.get(f"/surveys/{found.id}/cancel", expect=303)
    for verb in ("close", "cancel"):
        page = b.post(f"/surveys/{found.id}/{verb}", {}, expect=409)
        assert "This survey is being opened. Try again in a few minutes." in page.words
    assert folder.box_start(site.boxes, found.id, bytes(found.box_half))
    assert _PULSE in browser("staff").get("/").words


def test_a_group_without_a_next_meeting_leads_its_secretary_to_the_calendar(site: Site, browser: Browsers) -> None:
    with site.app.app_context():
        for meeting in db.session.query(Meeting).where(Meeting.held_on > london_date(NOW)):
            db.session.delete(meeting)
        db.session.commit()
        db.session.remove()
    for account, address in (("secretary", f"/admin/groups/{IMPROVEMENT}/meetings"), ("chair", "/improvement")):
        page = browser(account).get("/")
        assert page.words.count("No day is set for the next meeting.") == 3
        assert address in [a["href"] for a in page.all("a", class_="govuk-link govuk-task-list__link")]


def test_a_lead_who_has_left_is_named_to_the_secretary(site: Site, browser: Browsers) -> None:
    with site.app.app_context():
        db.session.query(Person).filter_by(email="manager@demo.example").one().active = False
        db.session.commit()
        db.session.remove()
    for page in ("/", "/steering"):
        words = browser("secretary").get(page).words
        assert "Find another lead for 2.1e" in words and "Martin Hale has left: the account is closed." in words


def test_targets_of_the_month_are_named_to_the_steward(site: Site, browser: Browsers) -> None:
    with site.app.app_context():
        target = the(db.session.query(MeasureTarget).first())
        target.due_on = london_date(NOW).replace(day=31)
        db.session.commit()
        db.session.remove()
    words = browser("data").get("/").words
    assert "Targets due this month" in words and "By 31 March 2026." in words


def test_an_installation_that_is_not_fit_is_said_to_its_administrator(site: Site, browser: Browsers) -> None:
    store.let_go_of_all()
    shutil.rmtree(site.boxes / "open")
    page = browser("admin").get("/")
    assert "Problem" in page.words and "flask wfsite check says the same" in page.words
    said = site.app.test_cli_runner().invoke(args=["wfsite", "check"]).output
    titles = [item.children[0].text.strip() for item in page.all("div", class_="govuk-task-list__name-and-hint")]
    assert [title for title in titles if f"Problem: {title.removesuffix('.')}" in said]
    assert "flask wfsite check" not in browser("survey").get("/").words


def test_the_sessions_of_the_week_are_named_to_the_training_lead_alone(site: Site, browser: Browsers) -> None:
    with site.app.app_context():
        session = the(db.session.query(TrainingSession).filter(TrainingSession.starts_at > NOW).first())
        length = session.ends_at - session.starts_at
        session.starts_at = NOW + timedelta(days=6)
        session.ends_at = session.starts_at + length
        session_id = session.id
        db.session.commit()
        db.session.remove()
    page = browser("training").get("/")
    assert "Sessions in the next seven days" in page.words and "places booked." in page.words
    assert f"/training/sessions/{session_id}/register" in [a["href"] for a in page.all("a")]
    assert "Sessions in the next seven days" not in browser("chair").get("/").words

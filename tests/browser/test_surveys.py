"""Job 1 in a real browser: on a phone, without JavaScript, by keyboard; and the survey lead's row by row reading."""

import re

import pytest
from sqlalchemy import select

from tests.support.engines import Site
from tests.support.surveys import ballots_of, questions_of
from tests.support.visitor import Visit
from wfsite.extensions import db
from wfsite.questions.question_rules import Asked
from wfsite.surveys.models import Survey
from wfsite.surveys.rules import SurveyState


@pytest.fixture
def pulse(site: Site) -> tuple[int, tuple[Asked, ...]]:
    """The open survey and its questions."""
    with site.app.app_context():
        survey_id = db.session.scalars(select(Survey.id).where(Survey.state == SurveyState.OPEN)).one()
        questions = questions_of(survey_id)
        db.session.remove()
    return survey_id, questions


def _ballots(site: Site, survey_id: int) -> int:
    with site.app.app_context():
        return ballots_of(survey_id)


@pytest.mark.parametrize(("width", "js"), [(320, True), (390, False), (1280, True)])
def test_answers_with_an_error_on_the_way(
    site: Site, visit: Visit, pulse: tuple[int, tuple[Asked, ...]], width: int, js: bool
) -> None:
    survey_id, questions = pulse
    before = _ballots(site, survey_id)
    visitor = visit("staff", width=width, js=js)
    page = visitor.open("/surveys")
    page.get_by_role("link", name="Skills and progression pulse survey").click()
    if js:
        visitor.check("the form")
    for question in questions[1:]:
        if question.choices:
            page.get_by_label(question.choices[2][1], exact=True).locator(
                f"xpath=self::*[@name='{question.name}']"
            ).check()
    page.locator(f"#{questions[8].name}").fill("Court skills")
    page.get_by_role("button", name="Send my answers").click()
    assert page.title().startswith("Error: ")
    if js:
        visitor.check("the errors")
        assert page.evaluate("document.activeElement.className").startswith("govuk-error-summary")
    page.get_by_role("link", name=f"Select how far you agree with “{questions[0].text}”").click()
    assert page.locator(f"#{questions[8].name}").input_value() == "Court skills"
    page.locator(f"#{questions[0].name}").check()
    page.get_by_role("button", name="Send my answers").dblclick()
    page.locator("h1", has_text=re.compile("Thank you|We already have your answers")).wait_for()
    page.wait_for_load_state("networkidle")
    page.goto(f"{visitor.base}/surveys/{survey_id}/thanks")
    assert page.get_by_role("heading", level=1).inner_text() == "Thank you"
    if js:
        visitor.check("thank you")
        assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    page.goto(f"{visitor.base}/surveys/{survey_id}")
    assert page.get_by_role("heading", level=1).inner_text() == "We already have your answers"
    assert _ballots(site, survey_id) == before + 1


def test_by_keyboard_alone(site: Site, visit: Visit, pulse: tuple[int, tuple[Asked, ...]]) -> None:
    survey_id, questions = pulse
    before = _ballots(site, survey_id)
    visitor = visit("staff")
    page = visitor.open(f"/surveys/{survey_id}")
    page.locator("summary").focus()
    for question in questions:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == question.name
        page.keyboard.press("Space") if question.choices else page.keyboard.type("By keyboard")
        # Each further box is a stop of its own, “Prefer not to say” too.
        for _ in question.choices if question.kind.value == "several-choices" else ():
            page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/thanks")
    assert _ballots(site, survey_id) == before + 1


def test_results_on_a_phone_and_a_screen(site: Site, visit: Visit) -> None:
    for width in (320, 1280):
        visitor = visit("staff", width=width)
        visitor.open("/surveys").get_by_role("link", name="Annual health check 2025").click()
        visitor.page.wait_for_load_state("networkidle")
        visitor.check()
        visitor.page.get_by_role("link", name="Read all released comments").click()
        visitor.check()


def test_comments_are_released_in_the_row(visit: Visit) -> None:
    visitor = visit("survey", width=390)
    page = visitor.open("/surveys")
    page.get_by_role("link", name="7 comments to read").click()
    visitor.check("to read")
    first = page.locator("li.app-comment").first
    row = first.get_attribute("id")
    first.get_by_role("button", name="Release").click()
    page.locator(f"#{row} >> text=Released by Grace Okafor").wait_for()
    assert page.locator("#comment-counts").inner_text() == "6 comments to read, 12 released, 1 withheld."
    page.locator(f"#{row}:focus").wait_for()
    page.locator("#status", has_text="Released").wait_for(state="attached")
    visitor.check("released")
    page.locator(f"#{row}").get_by_role("button", name="Withhold").click()
    page.locator(f"#{row} >> text=Withheld by Grace Okafor").wait_for()


def test_closing(site: Site, visit: Visit, pulse: tuple[int, tuple[Asked, ...]]) -> None:
    visitor = visit("survey", width=320)
    page = visitor.open(f"/surveys/{pulse[0]}/close")
    visitor.check()
    page.get_by_role("button", name="Close the survey").click()
    page.get_by_role("heading", level=1, name="The survey is closed and counted").wait_for()
    visitor.check("what has happened")
    page.get_by_role("link", name="Read the results").click()
    assert "of the people invited answered" in page.inner_text("main")

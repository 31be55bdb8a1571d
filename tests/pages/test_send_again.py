"""What was entered is shown in the words of the page that has the form, and showing it changes nothing."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from tests.pages.people.test_person_edit import person_id
from tests.support import plans, registers
from tests.support.client import Browser, Browsers
from tests.support.engines import Site
from tests.support.groups import STEERING
from tests.support.html import Page, Tag
from tests.support.leaks import files_of, files_with, flush_to_files
from tests.support.statements import Statements
from tests.support.surveys import questions_of
from wfsite.core.permissions import Permission
from wfsite.demo.people import DOMAIN, PASSWORD
from wfsite.extensions import db
from wfsite.people.models import Agency, Person, RoleGrant
from wfsite.questions.question_rules import Asked, QuestionKind
from wfsite.surveys.models import Survey
from wfsite.surveys.rules import SurveyState
from wfsite.web import inner_pages, kept_forms
from wfsite.web.access import requires

HOSTILE = "<script>alert(1)</script> {{7*7}} \" ' & </dd>\nsecond line"


@dataclass
class Lost:
    """A form that somebody sent after their sign-in was gone, and who signs in again."""

    browser: Browser
    account: str

    def signs_in(self, account: str = "", *, expect: int = 200) -> "Shown":
        fill = {"email": f"{account or self.account}@{DOMAIN}", "password": PASSWORD}
        self.browser.submit("Sign in", fill, expect=expect)
        return Shown(self.browser)


@dataclass
class Shown:
    """What stands on the page on which it is checked."""

    browser: Browser

    @property
    def rows(self) -> list[tuple[str, str]]:
        page = self.browser.page
        return list(zip(map(_words, page.all("dt")), map(_words, page.all("dd")), strict=True))

    @property
    def origin(self) -> Tag:
        (found,) = (p for p in self.browser.page.all("p") if p.text.startswith("From: "))
        return found


def _words(tag: Tag) -> str:
    return " ".join(tag.text.split())


@pytest.fixture
def lost(browser: Browsers) -> Callable[[str, str, str, dict[str, Any]], Lost]:
    """`lost("manager", page, action, data)`: a form of that page, sent without a sign-in."""

    def send(account: str, page: str, action: str, data: dict[str, Any]) -> Lost:
        b = browser(account)
        token = b.get(page).all("input", name_="csrf_token")[0]["value"]
        b.client.delete_cookie("wfsite")
        headers = {"Referer": f"http://localhost{page}"}
        answer = b.client.post(action, data=data | {"csrf_token": token}, headers=headers)
        b._seen(answer, action, 401, False)
        return Lost(b, account)

    return send


@pytest.fixture
def action(site: Site) -> tuple[int, int]:
    """An action of the plan, and the version that a form would carry."""
    with site.app.app_context():
        found = plans.action_id("1.2")
        version = plans.version_of(found)
        db.session.remove()
    return found, version


@pytest.fixture
def place(site: Site) -> tuple[int, int, str]:
    """Today's session, somebody on its register, and their name."""
    with site.app.app_context():
        session_id = registers.todays_session()
        place_id = registers.places(session_id)[0][0]
        from wfsite.training.registers.queries import place_page

        name = place_page(place_id).name
        db.session.remove()
    return session_id, place_id, name


@pytest.fixture
def pulse(site: Site) -> tuple[int, tuple[Asked, ...]]:
    """The open survey and its questions."""
    with site.app.app_context():
        survey_id = db.session.scalars(select(Survey.id).where(Survey.state == SurveyState.OPEN)).one()
        found = questions_of(survey_id)
        db.session.remove()
    return survey_id, found


def test_an_update_of_an_action(lost: Callable[[str, str, str, dict[str, Any]], Lost], action: tuple[int, int]) -> None:
    url = f"/steering/actions/{action[0]}/update"
    data = {
        "version": str(action[1]),
        "rag": "red",
        "note": "Two left\n<b>at once</b>",
        "route_to_green": "Agency cover",
    }
    shown = lost("secretary", "/steering/plan", url, data).signs_in()
    assert shown.origin.text.startswith("From: Update 1.2") and "quality assurance group" in shown.origin.text
    assert shown.origin.children[0]["href"] == url
    assert shown.rows == [
        ("How is it going?", "Red"),
        ("What has happened?", "Two left <b>at once</b>"),
        ("How does it get back to Green?", "Agency cover"),
    ]
    assert [a for a in shown.browser.page.all("a") if a["href"] == "/steering/plan" and "without" in a.text]
    shown.browser.submit("Send it now")


def test_a_mark_names_the_person_and_the_session(
    lost: Callable[[str, str, str, dict[str, Any]], Lost], place: tuple[int, int, str]
) -> None:
    session_id, place_id, name = place
    page = f"/training/sessions/{session_id}/register"
    data = {"version": "1", "mark": "in-part"}
    shown = lost("training", page, f"/training/places/{place_id}/mark", data).signs_in()
    assert shown.rows == [(name, "In part")]
    assert _words(shown.origin).startswith("From: Register: Safeguarding children")
    assert "10 March 2026, " in shown.origin.text, "a course has many sessions"
    assert shown.origin.children[0]["href"] == page


def test_the_whole_register(lost: Callable[[str, str, str, dict[str, Any]], Lost], place: tuple[int, int, str]) -> None:
    session_id, place_id, name = place
    sheet = f"/training/sessions/{session_id}/register/sheet"
    data = {f"base-{place_id}": "1:unrecorded", f"mark-{place_id}": "did-not-attend", "rest": "attended"}
    shown = lost("training", sheet, sheet, data).signs_in()
    assert [value for _, value in shown.rows] == ["Did not attend", "Everyone else attended: save"]
    assert shown.rows[0][0].startswith(f"{name} ") and shown.rows[1][0] == "You chose"


@pytest.mark.parametrize("stands", [True, False])
def test_a_button_says_what_it_would_have_done_while_that_is_so(
    lost: Callable[[str, str, str, dict[str, Any]], Lost], browser: Browsers, place: tuple[int, int, str], stands: bool
) -> None:
    session_id, place_id, name = place
    page = f"/training/sessions/{session_id}/register"
    browser("training").post(f"/training/places/{place_id}/mark", {"version": "1", "mark": "attended"})
    b = browser("training")
    undone = b.get(page).one("input", name_="undone")["value"] if stands else "another-act"
    shown = lost("training", page, f"{page}/undo", {"undone": undone}).signs_in()
    assert shown.rows == ([("You chose", f"Undo: {name}, attended")] if stands else [])
    assert "Register: Safeguarding" in shown.origin.text


def test_somebody_among_those_that_a_search_found(
    lost: Callable[[str, str, str, dict[str, Any]], Lost], site: Site, place: tuple[int, int, str]
) -> None:
    with site.app.app_context():
        second = db.session.execute(select(Person.id, Person.name).where(Person.email.like("worker00002@%"))).one()
        db.session.remove()
    page = f"/training/sessions/{place[0]}/walk-ins?q={second.name[:2]}"
    data = {"act": "abcdefghij", "person": str(second.id)}
    shown = lost("training", page, page.split("?")[0], data).signs_in()
    assert shown.rows == [(second.name, "They came")]


def test_a_survey(lost: Callable[[str, str, str, dict[str, Any]], Lost], pulse: tuple[int, tuple[Asked, ...]]) -> None:
    survey_id, questions = pulse
    kinds = {kind: next(q for q in questions if q.kind is kind) for kind in QuestionKind}
    agreement, several, scale = (kinds[k] for k in (QuestionKind.AGREEMENT, QuestionKind.SEVERAL, QuestionKind.SCALE))
    text = kinds[QuestionKind.TEXT]
    data = {
        agreement.name: agreement.choices[1][0],
        several.name: [several.choices[0][0], several.choices[2][0]],
        scale.name: scale.decline,
        text.name: HOSTILE,
    }
    url = f"/surveys/{survey_id}"
    shown = lost("staff", url, url, data).signs_in()
    rows = dict(shown.rows)
    assert shown.origin.text.strip() == "From: Skills and progression pulse survey"
    assert rows[f"{agreement.number}. {agreement.text}"] == "Agree"
    assert rows[f"{several.number}. {several.text}"] == f"{several.labels[0]} {several.labels[2]}"
    assert rows[f"{scale.number}. {scale.text}"] == "Prefer not to say"
    assert rows[f"{text.number}. {text.text} (optional)"] == " ".join(HOSTILE.split())
    assert len(rows) == 4 and f"{agreement.id}.1" not in shown.browser.page.words
    assert "<script>alert" not in shown.browser.response.text


def test_a_person(lost: Callable[[str, str, str, dict[str, Any]], Lost], site: Site) -> None:
    who = person_id(site)
    with site.app.app_context():
        person = db.session.get_one(Person, who)
        name, agency_id, agency = person.name, person.agency_id, db.session.get_one(Agency, person.agency_id).name
        db.session.remove()
    url = f"/admin/people/{who}"
    data = {"version": "1", "name": HOSTILE, "job_title": "Senior <i>", "agency": str(agency_id), "roles": ["manager"]}
    shown = lost("admin", "/admin/people", url, data).signs_in()
    assert _words(shown.origin) == f"From: {name}"
    rows = dict(shown.rows)
    assert rows["Full name"] == " ".join(HOSTILE.split()) and rows["Job title"] == "Senior <i>"
    assert rows["Agency"] == agency and "version" not in str(rows).casefold()
    assert "<script>alert" not in shown.browser.response.text


def test_a_groups_terms_with_a_date_in_boxes(lost: Callable[[str, str, str, dict[str, Any]], Lost]) -> None:
    url = f"/admin/groups/{STEERING}"
    data = {"version": "1", "terms_of": "1", "purpose": "To see", "agreed_on-day": "3", "agreed_on-month": "4"}
    shown = lost("admin", url, url, data).signs_in()
    assert shown.rows[0] == ("Purpose", "To see")
    *terms, (ticks, _) = shown.rows[1:]
    assert ticks == "Reports to"  # every tick was taken away
    assert [label.rpartition(": ")[2] for label, _ in terms] == ["Day", "Month"]
    assert all(label.startswith("Terms of reference agreed on: ") for label, _ in terms)


def test_who_was_left_as_they_stood_on_the_sheet_is_not_listed(
    lost: Callable[[str, str, str, dict[str, Any]], Lost], site: Site, place: tuple[int, int, str]
) -> None:
    session_id, place_id, name = place
    with site.app.app_context():
        others = [(found, mark) for found, mark, _ in registers.places(session_id) if found != place_id]
        db.session.remove()
    sheet = f"/training/sessions/{session_id}/register/sheet"
    data = {f"base-{place_id}": "1:unrecorded", f"mark-{place_id}": "apology"}
    for other, mark in others:
        data |= {f"base-{other}": f"1:{mark}", f"mark-{other}": mark}
    shown = lost("training", sheet, sheet, data).signs_in()
    assert len(others) > 20 and [value for _, value in shown.rows] == ["Apologies"]
    assert shown.rows[0][0].startswith(f"{name} ")
    again = {box["name"]: box["value"] for box in shown.browser.page.all("input")}
    assert data.items() <= again.items(), "all of it is sent"


def test_not_known_is_an_answer_where_the_register_closes(
    browser: Browsers, lost: Callable[[str, str, str, dict[str, Any]], Lost], place: tuple[int, int, str]
) -> None:
    session_id, place_id, name = place
    url = f"/training/sessions/{session_id}/register/close"
    page = browser("training").get(url)
    base = page.one("input", name_=f"base-{place_id}")["value"]
    data = {"version": "1", "asked": "1", f"base-{place_id}": base, f"mark-{place_id}": "unrecorded"}
    shown = lost("training", url, url, data).signs_in()
    assert [value for _, value in shown.rows] == ["Not known"] and shown.rows[0][0].startswith(f"{name} ")


@pytest.mark.parametrize(
    ("what", "heading"), [("close", "Close this survey"), ("cancel", "Call this survey off")], ids=["close", "call off"]
)
def test_what_cannot_be_undone_says_what_it_is_about(
    lost: Callable[[str, str, str, dict[str, Any]], Lost], pulse: tuple[int, tuple[Asked, ...]], what: str, heading: str
) -> None:
    url = f"/surveys/{pulse[0]}/{what}"
    shown = lost("survey", "/surveys", url, {"version": "1"}).signs_in()
    assert shown.origin.children[0].text == heading and shown.origin.children[0]["href"] == url
    assert shown.origin.text.endswith("Skills and progression pulse survey")
    assert [label for label, _ in shown.rows] == ["You chose"]


@pytest.mark.parametrize("name", ["code", "CODE", "the_code", "code-1"])
@pytest.mark.parametrize("how", ["signed out", "a bad token"])
def test_the_code_of_a_surveys_third_holder_is_never_kept(
    browser: Browsers,
    lost: Callable[[str, str, str, dict[str, Any]], Lost],
    pulse: tuple[int, tuple[Asked, ...]],
    name: str,
    how: str,
) -> None:
    url, code = f"/surveys/{pulse[0]}/close", "ABCDEF-GHJKLM-NPQRST-UVWXYZ"
    if how == "signed out":
        form = lost("survey", url, url, {name: code})
        assert 'name="kept"' not in form.browser.response.text
        assert "it never keeps passwords, codes and files" in form.browser.page.words
        form.signs_in(expect=303)
        assert form.browser.response.headers["Location"] == url
        answer = form.browser.response
    else:
        b = browser("survey")
        b.get(url)
        answer = b.client.post(url, data={"csrf_token": "stale", name: code})
        assert answer.status_code == 400
    assert code not in answer.text


def test_a_word_that_only_ends_like_a_code_is_kept(
    lost: Callable[[str, str, str, dict[str, Any]], Lost], action: tuple[int, int]
) -> None:
    url = f"/steering/actions/{action[0]}/update"
    assert ("Postcode", "N1") in lost("secretary", url, url, {"postcode": "N1"}).signs_in().rows


@pytest.mark.parametrize("page_is_there", [True, False])
def test_an_import_says_what_its_button_says_and_shows_no_fingerprint(
    browser: Browsers, lost: Callable[[str, str, str, dict[str, Any]], Lost], page_is_there: bool
) -> None:
    b = browser("secretary")
    file = b"Theme and action,Timescales,Leads,RAG,Progress,Route back to Green\nReady to work,,,,,\nNew,,,,,\n"
    b.post("/steering/plan/import", {"target": "2025", "file": (BytesIO(file), "plan.csv")})
    check = b.response.headers["Location"]
    page = b.get(check)
    print_ = page.one("input", name_="fingerprint")["value"]
    back = check if page_is_there else "/account"
    shown = lost("secretary", back, f"{check}/confirm", {"fingerprint": print_}).signs_in()
    if page_is_there:
        assert [label for label, _ in shown.rows] == ["You chose"] and shown.rows[0][1].startswith("Confirm")
        assert "Check what will happen" in shown.origin.text and print_ not in shown.browser.page.words
    else:
        assert "From: " not in shown.browser.page.words and print_ not in shown.browser.response.text
        assert "cannot be sent from here" in shown.browser.page.words
        assert [a for a in shown.browser.page.all("a") if a["href"] == back and "Go back without" in a.text]


def _drawn_pages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses whose pages are drawn from here on, to find a form's words."""
    drawn: list[str] = []
    ask = inner_pages._is_for_a_person

    def asked(address: str) -> bool:
        drawn.append(address)
        return ask(address)

    monkeypatch.setattr(inner_pages, "_is_for_a_person", asked)
    return drawn


def test_a_form_with_more_fields_than_any_of_the_site_has_no_page_drawn(
    browser: Browsers, action: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = _drawn_pages(monkeypatch)
    url = f"/steering/actions/{action[0]}/update"
    b = browser("secretary")
    b.get(url)
    data = {f"a{number}": "1" for number in range(1990)}
    answer = b.client.post(url, data=data | {"csrf_token": "stale"}, headers={"Referer": f"http://localhost{url}"})
    assert answer.status_code == 400 and drawn == []
    page = Page(answer.text)
    assert 100 < len(page.all("dt")) < 600 and f"And {1990 - len(page.all('dt')):,} more fields" in page.words
    assert len(page.all("input", type_="hidden")) > 1990, "all of it is sent"
    b.client.post(url, data={"a1": "1", "csrf_token": "stale"}, headers={"Referer": f"http://localhost{url}"})
    assert drawn == [url]


def test_the_largest_sheet_that_a_page_can_hold_has_its_words() -> None:
    """A person on it takes more than 820 bytes, and sends two fields."""
    assert inner_pages._LARGEST // 820 * 2 <= kept_forms.MOST_FIELDS + 50


def test_a_large_form_is_not_answered_with_twice_as_much(browser: Browsers, action: tuple[int, int]) -> None:
    url = f"/steering/actions/{action[0]}/update"
    b = browser("secretary")
    b.get(url)
    note = "x" * 400_000
    answer = b.client.post(url, data={"csrf_token": "stale", "note": note})
    assert answer.status_code == 400 and len(answer.text) < 1.1 * len(note)
    assert note in answer.text and "And 399,000 more characters, sent with the rest." in answer.text


def test_what_its_page_does_not_hold_is_shown_all_the_same(
    lost: Callable[[str, str, str, dict[str, Any]], Lost], action: tuple[int, int]
) -> None:
    url = f"/steering/actions/{action[0]}/update"
    shown = lost("secretary", url, url, {"rag": "no such", "of_old-name": "Typed", "note": "Why"}).signs_in()
    assert sorted(shown.rows) == [
        ("How is it going?", "no such"),
        ("Of old name", "Typed"),
        ("What has happened?", "Why"),
    ]


def _nobody_leads(site: Site) -> None:
    with site.app.app_context():
        db.session.execute(delete(RoleGrant).where(RoleGrant.person_id == registers.actor("training").person_id))
        db.session.commit()
        db.session.remove()


def test_a_page_out_of_reach_gives_no_words(
    lost: Callable[[str, str, str, dict[str, Any]], Lost], site: Site, place: tuple[int, int, str]
) -> None:
    session_id, place_id, name = place
    page = f"/training/sessions/{session_id}/register"
    form = lost("training", page, f"/training/places/{place_id}/mark", {"version": "1", "mark": "in-part"})
    _nobody_leads(site)
    shown = form.signs_in()
    assert shown.rows == [("Mark", "in-part")]
    assert name not in shown.browser.response.text and "Safeguarding" not in shown.browser.response.text
    assert "From: " not in shown.browser.page.words


def test_a_page_that_has_gone_gives_none(
    lost: Callable[[str, str, str, dict[str, Any]], Lost],
    site: Site,
    pulse: tuple[int, tuple[Asked, ...]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    survey_id, questions = pulse
    form = lost("staff", f"/surveys/{survey_id}", f"/surveys/{survey_id}", {questions[0].name: "Words"})
    with site.app.app_context():
        db.session.execute(update(Survey).values(state=SurveyState.DRAFT))
        db.session.commit()
        db.session.remove()
    (site.boxes / "open" / str(survey_id)).rename(site.boxes / "open" / ".away")
    from wfsite.surveys.box import store

    store.let_go_of_all()
    shown = form.signs_in()
    assert shown.rows == [(questions[0].name.upper(), "Words")]
    assert "From: " not in shown.browser.page.words


def test_a_page_that_is_too_large_gives_none(
    lost: Callable[[str, str, str, dict[str, Any]], Lost], action: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"/steering/actions/{action[0]}/update"
    form = lost("secretary", url, url, {"note": "Why"})
    monkeypatch.setattr(inner_pages, "_LARGEST", 1000)
    assert form.signs_in().rows == [("Note", "Why")]


def test_the_form_of_another_person_has_no_page_drawn(
    lost: Callable[[str, str, str, dict[str, Any]], Lost],
    site: Site,
    action: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = f"/steering/actions/{action[0]}/update"
    form = lost("secretary", url, url, {"note": "Why"})
    drawn = []
    monkeypatch.setattr(inner_pages, "_is_for_a_person", lambda address: drawn.append(address))
    form.signs_in("manager", expect=303)
    assert drawn == [] and "Why" not in form.browser.response.text


def test_two_pages_at_most_are_drawn(
    lost: Callable[[str, str, str, dict[str, Any]], Lost], place: tuple[int, int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place_id = place[1]
    form = lost("training", "/training/attendance", f"/training/places/{place_id}/mark", {"mark": "in-part"})
    drawn = _drawn_pages(monkeypatch)
    assert form.signs_in().rows == [("Mark", "in-part")]
    assert drawn == [f"/training/places/{place_id}/mark", "/training/attendance"]


def test_drawing_it_changes_nothing(
    lost: Callable[[str, str, str, dict[str, Any]], Lost],
    site: Site,
    browser: Browsers,
    action: tuple[int, int],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The sign-in writes what it writes anyway, sets its own cookies, and leaves its own line in the log."""
    plain = browser(None)
    plain.get("/sign-in")
    with Statements(site) as without:
        plain.submit("Sign in", {"email": f"secretary@{DOMAIN}", "password": PASSWORD})
    url = f"/steering/actions/{action[0]}/update"
    form = lost("secretary", "/steering/plan", url, {"version": str(action[1]), "rag": "green", "note": "Why"})
    with caplog.at_level(logging.DEBUG), Statements(site) as with_it:
        shown = form.signs_in()
    assert len(with_it) > len(without) and with_it.writes == without.writes
    b = shown.browser
    names = [cookie.split("=")[0] for cookie in b.response.headers.getlist("Set-Cookie")]
    assert names == [cookie.split("=")[0] for cookie in plain.response.headers.getlist("Set-Cookie")]
    assert [vars(r)["route"] for r in caplog.records if r.name == "wfsite.request"] == ["/sign-in"]
    assert b.response.headers["Cache-Control"] == "no-store" and "HX-Request" in b.response.headers["Vary"]
    assert b.page.one("body")["data-person"] and "Page not found" not in b.page.words
    tokens = {box["value"] for box in b.page.all("input", name_="csrf_token")}
    b.submit("Send it now")
    assert b.get("/account").words and len(tokens) == 1


def test_a_page_that_fails_is_no_reason_not_to_show_it(
    lost: Callable[[str, str, str, dict[str, Any]], Lost],
    site: Site,
    action: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As in production, where an error of ours is answered with a page."""
    url = f"/steering/actions/{action[0]}/update"
    form = lost("secretary", url, url, {"note": "Why"})

    @requires(Permission.PLAN_UPDATE)
    def fail(action_id: int) -> str:
        raise TimeoutError

    monkeypatch.setitem(site.app.view_functions, "steering.action_update", fail)
    monkeypatch.setitem(site.app.error_handler_spec[None][None], TimeoutError, lambda error: ("Sorry", 500))
    assert form.signs_in().rows == [("Note", "Why")]


@pytest.mark.parametrize("first", ["the page", "a wrong password"])
def test_what_was_answered_is_in_no_log_and_no_file(
    lost: Callable[[str, str, str, dict[str, Any]], Lost],
    site: Site,
    pulse: tuple[int, tuple[Asked, ...]],
    caplog: pytest.LogCaptureFixture,
    first: str,
) -> None:
    """A survey's answers wait in the envelope alone."""
    survey_id, questions = pulse
    text = next(q for q in questions if q.kind is QuestionKind.TEXT)
    canary = "nightingale-canary"
    url = f"/surveys/{survey_id}"
    with caplog.at_level(logging.DEBUG):
        chosen = {question.name: question.choices[1][0] for question in questions if question.choices}
        form = lost("staff", url, url, chosen | {text.name: canary})
        if first == "a wrong password":
            form.browser.submit("Sign in", {"email": f"staff@{DOMAIN}", "password": "wrong one"}, expect=422)
        shown = form.signs_in()
    assert canary in shown.browser.page.words
    routes = [vars(r)["route"] for r in caplog.records if r.name == "wfsite.request"]
    assert "/sign-in" in routes and not [route for route in routes if "survey" in route]
    assert not [r for r in caplog.records if canary in f"{r.getMessage()} {vars(r)}"]
    with site.app.app_context():
        flush_to_files(site)
        assert files_with([canary.encode()], files_of(site)) == []
        db.session.remove()
    shown.browser.submit("Send it now")


def test_htmx_in_a_page_left_open_gets_the_same_words(browser: Browsers, place: tuple[int, int, str]) -> None:
    session_id, place_id, name = place
    b = browser("training")
    page = f"/training/sessions/{session_id}/register"
    b.get(page)
    headers = {"Referer": f"http://localhost{page}", "HX-Request": "true"}
    data = {"csrf_token": "stale", "version": "1", "mark": "attended"}
    answer = b.client.post(f"/training/places/{place_id}/mark", data=data, headers=headers)
    b._seen(answer, page, 409, True)
    assert Shown(b).rows == [(name, "Attended")] and "Register: " in Shown(b).origin.text

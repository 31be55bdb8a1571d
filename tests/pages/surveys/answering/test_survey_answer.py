"""Answering: the promise first, every error beside its question with everything kept, once, and never too late."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.support.client import Browsers
from tests.support.engines import FrozenClock, Site
from tests.support.present import the
from tests.support.statements import Statements
from tests.support.surveys import ballots_of, questions_of
from wfsite.extensions import db
from wfsite.people.models import Person
from wfsite.questions.question_rules import LONGEST_ANSWER, Asked, QuestionKind
from wfsite.surveys.box import store
from wfsite.surveys.models import Survey
from wfsite.surveys.rules import SurveyState


@pytest.fixture
def pulse(site: Site) -> int:
    with site.app.app_context():
        found = db.session.scalars(select(Survey.id).where(Survey.state == SurveyState.OPEN)).one()
        db.session.rollback()
        return found


@pytest.fixture
def questions(site: Site, pulse: int) -> tuple[Asked, ...]:
    with site.app.app_context():
        found = questions_of(pulse)
        db.session.rollback()
        return found


@pytest.fixture
def form(questions: tuple[Asked, ...]) -> dict[str, Any]:
    return {q.name: q.choices[1][0] for q in questions if q.choices}


def _stored(site: Site, pulse: int) -> tuple[int, int]:
    with site.app.app_context():
        return ballots_of(pulse), store.marks(site.boxes, pulse).answered


def test_works(site: Site, browser: Browsers, pulse: int, form: dict[str, Any]) -> None:
    b, before = browser("staff"), _stored(site, pulse)
    b.get("/surveys")
    page = b.link("Skills and progression pulse survey")
    assert page.words.index("Your answers are kept apart from your name") < page.words.index("1. I have the skills")
    b.submit("Send my answers", form)
    assert b.response.headers["Location"] == f"/surveys/{pulse}/thanks"
    assert "Thank you" in b.follow().words
    assert _stored(site, pulse) == (before[0] + 1, before[1] + 1)
    assert "Answered by you" in b.get("/surveys").words


def test_no_store_and_no_script_needed(browser: Browsers, pulse: int) -> None:
    b = browser("staff")
    page = b.get(f"/surveys/{pulse}")
    assert b.response.headers["Cache-Control"] == "no-store"
    assert not [tag for tag in page.tags if any(name.startswith("hx-") and name != "hx-history" for name in tag.attrs)]


def test_statements(site: Site, browser: Browsers, pulse: int, form: dict[str, Any]) -> None:
    b = browser("staff")
    b.get(f"/surveys/{pulse}")
    with Statements(site) as statements:
        b.get(f"/surveys/{pulse}")
    assert len(statements) == 1, "who acts; the rest comes from the box"
    with Statements(site) as statements:
        b.submit("Send my answers", form)
    assert len(statements) == 1 and not statements.writes


def test_twice_is_once(site: Site, browser: Browsers, pulse: int, form: dict[str, Any]) -> None:
    b = browser("staff")
    b.post(f"/surveys/{pulse}", form)
    before = _stored(site, pulse)
    other = dict(form)
    other[next(iter(other))] = ""
    for again in (form, other, {}):
        assert "We already have your answers" in b.post(f"/surveys/{pulse}", again, expect=200).words
    assert "We already have your answers" in b.get(f"/surveys/{pulse}").words
    assert _stored(site, pulse) == before


def test_nothing_chosen_says_what_to_do_at_each_question(
    site: Site, browser: Browsers, pulse: int, questions: tuple[Asked, ...]
) -> None:
    b, before = browser("staff"), _stored(site, pulse)
    b.get(f"/surveys/{pulse}")
    page = b.submit("Send my answers", expect=422)
    assert page.one("title").text.startswith("Error: ")
    assert "Your answers are counted once, whatever you choose" in page.one("noscript").text
    summary = [a for a in page.all("a") if a["href"].startswith("#q")]
    assert [a["href"] for a in summary] == [f"#{q.name}" for q in questions if q.required]
    ids = {tag["id"] for tag in page.tags}
    assert all(a["href"][1:] in ids for a in summary)
    for question in questions:
        assert (f"{question.name}-error" in ids) == question.required
    asked = {question.number: question.text for question in questions}
    assert f"Select how far you agree with “{asked[1]}”" in page.words
    assert f"Select a number between 0 and 10 for “{asked[6]}”" in page.words
    assert f"Select an answer to “{asked[7]}”" in page.words
    assert f"Select at least one answer to “{asked[8]}”" in page.words
    told = " ".join(a.text for a in summary)
    assert all((question.text in told) == question.required for question in questions), "in its own words"
    assert _stored(site, pulse) == before


def test_an_error_keeps_everything(
    browser: Browsers, pulse: int, questions: tuple[Asked, ...], form: dict[str, Any]
) -> None:
    b = browser("staff")
    b.get(f"/surveys/{pulse}")
    several = next(q for q in questions if q.kind is QuestionKind.SEVERAL)
    text = next(q for q in questions if q.kind is QuestionKind.TEXT)
    form |= {several.name: [several.choices[0][0], several.choices[2][0]], text.name: "<b>Supervision</b>\n\n& more"}
    missing = questions[0].name
    del form[missing]
    page = b.submit("Send my answers", form, expect=422)
    checked = {tag["value"] for tag in page.all("input") if "checked" in tag.attrs}
    wanted = {
        v
        for name, values in form.items()
        if name != text.name
        for v in ([values] if isinstance(values, str) else values)
    }
    assert checked == wanted
    assert page.one("textarea", id=text.name).text.strip() == "<b>Supervision</b>\n\n& more"
    b.submit("Send my answers", {missing: questions[0].choices[0][0]})


@pytest.mark.parametrize(
    "value",
    [
        "",
        "nonsense",
        "0",
        "999999.0",
        "{id}.99",
        "{id}.-1",
        "{id}.٣",
        "{id}.1\x00",
        "1" * 5000,
        "' OR 1=1--",
        "{{7*7}}",
        "{other}.0",
    ],
)
def test_an_unknown_option_reads_like_a_missing_one(
    site: Site, browser: Browsers, pulse: int, questions: tuple[Asked, ...], form: dict[str, Any], value: str
) -> None:
    b, before = browser("staff"), _stored(site, pulse)
    first, other = questions[0], questions[1]
    form[first.name] = value.replace("{id}", str(first.id)).replace("{other}", str(other.id))
    page = b.post(f"/surveys/{pulse}", form, expect=422)
    assert f"Select how far you agree with “{first.text}”" in page.words
    assert _stored(site, pulse) == before


def test_two_values_where_one_is_asked(
    browser: Browsers, pulse: int, questions: tuple[Asked, ...], form: dict[str, Any]
) -> None:
    first = questions[0]
    form[first.name] = [value for value, _ in first.choices[:2]]
    page = browser("staff").post(f"/surveys/{pulse}", form, expect=422)
    assert f"Select how far you agree with “{first.text}”" in page.words


_ACCEPTED = (
    "O'Brien, Ó Súilleabháin, Nguyễn Thị, 陳",
    "👩‍👩‍👧 family",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "' OR 1=1--",
    "=cmd|' /C calc'!A0",
    "line one\r\nline two",
    "   \u00a0\u200b  ",
    "x" * LONGEST_ANSWER,
    "𝔸" * LONGEST_ANSWER,
    '"\\' * (LONGEST_ANSWER // 2),
)


@pytest.mark.parametrize("text", _ACCEPTED, ids=range(len(_ACCEPTED)))
def test_texts_that_are_taken(
    site: Site, browser: Browsers, pulse: int, questions: tuple[Asked, ...], form: dict[str, Any], text: str
) -> None:
    box = next(q for q in questions if q.kind is QuestionKind.TEXT)
    browser("staff").post(f"/surveys/{pulse}", form | {box.name: text})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x" * (LONGEST_ANSWER + 1), "must be 1,000 characters or fewer (you used 1,001)"),
        ("x" * 10_000, "must be 1,000 characters or fewer (you used 10,000)"),
        ("null \x00 byte", "contains characters that can't be saved"),
        ("right to left \u202e", "contains characters that can't be saved"),
        ("pile " + "a" + "\u0301" * 2000, "contains characters that can't be saved"),
        ("bell \x07", "contains characters that can't be saved"),
    ],
)
def test_texts_that_are_refused_are_kept(
    browser: Browsers, pulse: int, questions: tuple[Asked, ...], form: dict[str, Any], text: str, message: str
) -> None:
    box = next(q for q in questions if q.kind is QuestionKind.TEXT)
    page = browser("staff").post(f"/surveys/{pulse}", form | {box.name: text}, expect=422)
    assert f"Your answer to “{box.text}” {message}" in page.words
    assert page.one("textarea", id=box.name).text.strip()[:8] == text.strip()[:8]


def test_bytes_that_are_no_text(
    browser: Browsers, pulse: int, form: dict[str, Any], questions: tuple[Asked, ...]
) -> None:
    b = browser("staff")
    body = "&".join(f"{name}={value}" for name, value in form.items()).encode()
    box = next(q for q in questions if q.kind is QuestionKind.TEXT)
    body += f"&csrf_token={b.token()}&{box.name}=".encode() + b"%ED%A0%80%ff"
    answer = b.client.post(f"/surveys/{pulse}", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (303, 422)


def test_far_too_much(browser: Browsers, pulse: int, form: dict[str, Any], questions: tuple[Asked, ...]) -> None:
    b = browser("staff")
    box = next(q for q in questions if q.kind is QuestionKind.TEXT)
    answer = b.client.post(f"/surveys/{pulse}", data=form | {"csrf_token": b.token(), box.name: "x" * 1_200_000})
    assert answer.status_code == 413


@pytest.mark.parametrize("how", ["closing time", "closed early", "counted"])
def test_closed_between_opening_and_sending(
    site: Site,
    browser: Browsers,
    clock: FrozenClock,
    pulse: int,
    questions: tuple[Asked, ...],
    form: dict[str, Any],
    how: str,
) -> None:
    b, before = browser("staff"), _stored(site, pulse)
    b.get(f"/surveys/{pulse}")
    if how == "closing time":
        clock.at += timedelta(days=8, hours=7)
        # Twelve hours end a sign-in.
        b = browser("staff")
    else:
        store.shut(site.boxes, pulse, at=clock.at, early=True)
        if how == "counted":
            site.app.test_cli_runner().invoke(args=["wfsite", "run-due"])
            before = (0, 0)
    box = next(q for q in questions if q.kind is QuestionKind.TEXT)
    page = b.post(f"/surveys/{pulse}", form | {box.name: "What I typed <i>"}, expect=409)
    closed = "18 March 2026 at 5pm" if how == "closing time" else "10 March 2026 at 10am"
    assert f"This survey closed on {closed}. Your answers were not sent." in page.words
    assert "What I typed <i>" in page.words
    assert _stored(site, pulse) == before
    assert "This survey has closed" in b.get(f"/surveys/{pulse}").words


def test_a_form_of_an_old_sign_in_is_kept(browser: Browsers, pulse: int, form: dict[str, Any]) -> None:
    b = browser("staff")
    b.get(f"/surveys/{pulse}")
    answer = b.client.post(f"/surveys/{pulse}", data=form | {"csrf_token": "stale"})
    assert answer.status_code == 400
    assert "Check and send again" in answer.text
    assert all(value in answer.text for value in form.values())


def test_stranger(site: Site, browser: Browsers, pulse: int, form: dict[str, Any]) -> None:
    with site.app.app_context():
        everybody = db.session.execute(select(Person.id, Person.email).where(Person.email.like("worker%"))).all()
        db.session.rollback()
        outside = next(
            who.email for who in everybody if the(store.look(site.boxes, pulse, person_id=who.id)).done is None
        )
    for account, status in (("viewer", 403), ("admin", 403), ("partner", 404), (outside, 404)):
        b = browser(account)
        b.get(f"/surveys/{pulse}", expect=status)
        b.post(f"/surveys/{pulse}", form, expect=status)
    browser(None).get(f"/surveys/{pulse}", expect=303)


def test_nobody_answers_for_somebody_else(site: Site, browser: Browsers, pulse: int, form: dict[str, Any]) -> None:
    b = browser("manager")
    b.post(f"/surveys/{pulse}", form | {"person_id": "1", "seat": "0", "survey_id": "1"})
    assert "Answered by you" in b.get("/surveys").words
    assert "Waiting for your answers" in browser("staff").get("/surveys").words
    browser("staff").post(f"/surveys/{pulse}", form)


def test_a_draft_is_not_there(site: Site, browser: Browsers) -> None:
    from tests.support.surveys import survey_draft

    with site.app.app_context():
        survey_id = survey_draft()
        db.session.commit()
    browser("staff").get(f"/surveys/{survey_id}", expect=404)
    browser("staff").post(f"/surveys/{survey_id}", {}, expect=404)


@pytest.mark.parametrize("bad", ["0", "-1", "9999999", str(2**63), "٣", "1" * 5000, "abc", "%00", "1/", "..%2f"])
def test_unknown_id(browser: Browsers, bad: str) -> None:
    browser("staff").get(f"/surveys/{bad}", expect=404)


def test_thanks_are_for_those_who_answered(browser: Browsers, pulse: int) -> None:
    b = browser("staff")
    b.get(f"/surveys/{pulse}/thanks", expect=303)
    assert b.response.headers["Location"] == f"/surveys/{pulse}"
    browser("partner").get(f"/surveys/{pulse}/thanks", expect=404)


def test_prefer_not_to_say_is_no_answer(
    site: Site, browser: Browsers, pulse: int, questions: tuple[Asked, ...]
) -> None:
    b = browser("staff")
    b.get(f"/surveys/{pulse}")
    assert b.page.words.count("Prefer not to say") == len([q for q in questions if q.choices])
    b.submit("Send my answers", {q.name: q.decline for q in questions if q.choices})
    assert "Thank you" in b.follow().words


@pytest.mark.parametrize("with_others", ["exclusive", "decline"])
def test_some_choices_go_alone(
    browser: Browsers, pulse: int, questions: tuple[Asked, ...], form: dict[str, Any], with_others: str
) -> None:
    several = next(q for q in questions if q.kind is QuestionKind.SEVERAL)
    alone = f"{several.id}.{several.exclusive[0]}" if with_others == "exclusive" else several.decline
    label = "Nothing stands in my way" if with_others == "exclusive" else "Prefer not to say"
    b = browser("staff")
    page = b.post(f"/surveys/{pulse}", form | {several.name: [several.choices[0][0], alone]}, expect=422)
    assert f"For “{several.text}” choose “{label}” or the other answers, not both" in page.words
    assert {several.choices[0][0], alone} <= {tag["value"] for tag in page.all("input") if "checked" in tag.attrs}
    b.post(f"/surveys/{pulse}", form | {several.name: [alone]})


def test_without_its_box_a_survey_takes_no_answers(
    site: Site, browser: Browsers, pulse: int, form: dict[str, Any], questions: tuple[Asked, ...]
) -> None:
    store.let_go_of_all()
    (site.boxes / "open" / str(pulse)).rename(site.boxes / "open" / ".away")
    b = browser("staff")
    assert "This survey cannot be answered" in b.get(f"/surveys/{pulse}").words
    assert not [tag for tag in b.page.all("form") if "/surveys/" in tag["action"]]
    text = next(q for q in questions if q.kind is QuestionKind.TEXT)
    for written in ("Words of mine", "Supervision", "<i>11.1</i>", "11.1"):
        page = b.post(f"/surveys/{pulse}", form | {text.name: written, "no_question": "x"}, expect=409)
        assert "Your answers were not sent" in page.words
        assert [p.text for p in page.all("p") if "govuk-inset-text" in p["class"]] == [written], "no code of a choice"
    assert "What you wrote" not in b.post(f"/surveys/{pulse}", form, expect=409).words
    assert "Answer the survey" not in browser("staff").get("/").words


def test_a_box_that_is_none_takes_no_answers(site: Site, browser: Browsers, pulse: int, form: dict[str, Any]) -> None:
    store.let_go_of_all()
    (site.boxes / "open" / str(pulse) / "box.db").write_bytes(b"no box at all" * 1000)
    b = browser("staff")
    assert "This survey cannot be answered" in b.get(f"/surveys/{pulse}").words
    b.post(f"/surveys/{pulse}", form, expect=409)
    b.get("/surveys")
    b.get("/")


def test_a_box_that_is_busy_keeps_what_was_typed(
    site: Site, browser: Browsers, pulse: int, form: dict[str, Any], questions: tuple[Asked, ...]
) -> None:
    text = next(q for q in questions if q.kind is QuestionKind.TEXT)
    b = browser("staff")
    b.get(f"/surveys/{pulse}")
    with closing(sqlite3.connect(site.boxes / "open" / str(pulse) / "box.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        page = b.submit("Send my answers", form | {text.name: "Words of mine"}, expect=503)
    assert "could not be stored just now" in page.words and "Words of mine" in page.words
    b.submit("Send my answers", form)


def test_another_machine_holds_the_boxes(
    site: Site, browser: Browsers, pulse: int, form: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = replace(site.app.extensions["settings"], boxes=None)
    monkeypatch.setitem(site.app.extensions, "settings", elsewhere)
    b = browser("staff")
    assert "Answer the survey: Skills and progression pulse survey" in b.get("/").words
    assert "Skills and progression pulse survey" in b.get("/surveys").words
    assert "cannot be answered" in b.get(f"/surveys/{pulse}").words
    b.post(f"/surveys/{pulse}", form, expect=409)

"""The history: in words, newest first, filtered, paged by key."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from tests.pages.people.test_person_edit import person_id
from tests.support.client import Browser, Browsers
from tests.support.engines import Site
from wfsite.audit.models import AuditEvent
from wfsite.extensions import db
from wfsite.people.models import Agency
from wfsite.sheets.reading import read_table


def _change(browser: Browsers, site: Site, account: str = "worker00001", **fill: object) -> None:
    b = browser("admin")
    b.get(f"/admin/people/{person_id(site, account)}")
    b.submit("Save", fill)


def _said(b: Browser) -> str:
    lists = b.page.all("ul", class_="app-timeline")
    return " ".join(lists[0].text.split()) if lists else ""


def test_works(browser: Browsers, site: Site) -> None:
    _change(browser, site, "staff", job_title="Senior practitioner", roles=["staff", "manager"])
    with site.app.app_context():
        police = db.session.scalar(select(Agency.id).where(Agency.name == "Alder Valley Police"))
    _change(browser, site, "staff", agency=police, team="")
    b = browser("admin")
    b.get("/admin/history")
    said = _said(b)
    assert "Sam Whitlock changed the person Amara Bello :" in said.replace("Bello:", "Bello :")
    assert "job title from “Social worker” to “Senior practitioner”" in said
    assert "Sam Whitlock gave the role Manager or action lead to Amara Bello" in said
    assert "agency from “Alderbrook Council” to “Alder Valley Police”" in said
    assert "team from “Family safeguarding” to “nothing”" in said
    assert "version" not in said and "search" not in said
    assert said.index("Alder Valley Police") < said.index("Senior practitioner")


def test_closing_and_passwords_in_words(browser: Browsers, site: Site) -> None:
    b = browser("admin")
    who = person_id(site)
    b.post(f"/admin/people/{who}/disable", {})
    b.post(f"/admin/people/{who}/enable", {})
    b.post(f"/admin/people/{who}/password-link", {}, expect=200)
    link = b.page.one("textarea").text.strip().removeprefix("http://127.0.0.1:8000")
    browser(None).post(link, {"password": "violet tram marmalade"})
    b.get("/admin/history")
    said = _said(b)
    assert "Sam Whitlock closed the account of" in said
    assert "Sam Whitlock opened the account of" in said
    assert "Somebody who had not signed in set the password of" in said
    assert "$argon2id" not in b.response.text


def test_what_has_no_name_is_called_what_it_is(browser: Browsers, site: Site) -> None:
    with site.app.app_context():
        db.session.add(
            AuditEvent(
                at=site.clock(),
                actor_id=None,
                actor_name="the command line",
                verb="added",
                subject="group_terms",
                subject_id="1",
                changes={"purpose": [None, "A steady workforce."]},
            )
        )
        db.session.commit()
        db.session.remove()
    words = browser("admin").get("/admin/history?what=group_terms").words
    assert "What was recorded about the terms of reference of a group, 10 March 2026" in words


def test_filters(browser: Browsers, site: Site) -> None:
    _change(browser, site, "staff", job_title="One")
    browser("admin").post("/admin/professions/add", {"name": "Play therapist"})
    b = browser("admin")
    b.get("/admin/history?what=profession")
    assert "added the profession Play therapist" in _said(b) and "Amara" not in _said(b)
    b.get("/admin/history?who=AMARA")
    assert "Amara Bello" in _said(b) and "Play" not in _said(b)
    b.get("/admin/history?who=whitlock")
    assert "Amara Bello" in _said(b) and "Play" in _said(b)
    b.get(f"/admin/history?person={person_id(site, 'staff')}")
    assert "Made by or about: Amara Bello." in b.page.words
    b.get("/admin/history?from-day=11&from-month=3&from-year=2026")
    assert "No change fits" in b.page.words
    b.get("/admin/history?from-day=10&from-month=3&from-year=2026&to-day=10&to-month=3&to-year=2026")
    assert "Amara Bello" in _said(b)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("from-day=31&from-month=2&from-year=2026", "From must be a real date"),
        ("to-day=1", "To must include a month and year"),
        (
            "from-day=2&from-month=3&from-year=2026&to-day=1&to-month=3&to-year=2026",
            "To must be the same as or after From",
        ),
        ("who=a", "More than 20 people match"),
    ],
)
def test_invalid(browser: Browsers, query: str, says: str) -> None:
    b = browser("admin")
    b.get(f"/admin/history?{query}", expect=422)
    assert says in b.page.words
    assert b.page.one("title").text.strip().startswith("Error:")


@pytest.mark.parametrize("query", ["page=x", "page=-1", "person=x", "what=ballot", "what='", "who=%00", "from-day=٣"])
def test_odd_parameters_never_fail(browser: Browsers, query: str) -> None:
    b = browser("admin")
    assert b.client.get(f"/admin/history?{query}").status_code in (200, 422)


def test_pages_by_key(browser: Browsers, site: Site) -> None:
    with site.app.app_context():
        db.session.add_all(
            AuditEvent(
                at=site.clock() + timedelta(seconds=n),
                actor_id=None,
                actor_name="the command line",
                verb="added",
                subject="profession",
                subject_id=str(10_000 + n),
                changes={"name": [None, f"Profession {n:03}"]},
            )
            for n in range(120)
        )
        db.session.commit()
        db.session.remove()
    b = browser("admin")
    seen = []
    b.get("/admin/history?what=profession")
    while True:
        seen += [" ".join(s.text.split()) for s in b.page.all("strong") if "Profession" in s.text]
        if "Next page" not in b.page.words:
            break
        b.link("Next page")
    assert seen == [f"Profession {n:03}" for n in reversed(range(120))]
    b.link("First page")
    assert "Profession 119" in b.page.words and "1 to 50 of 120 changes" in b.page.words
    b.link("Show the oldest first")
    assert "Profession 000" in b.page.words and "Profession 119" not in b.page.words


def test_the_file_says_what_the_page_says_and_no_secret(browser: Browsers, site: Site) -> None:
    test_closing_and_passwords_in_words(browser, site)
    b = browser("admin")
    for kind in ("csv", "xlsx"):
        b.get(f"/admin/history/export?kind={kind}&what=person")
        rows = [row.cells for row in read_table(f"history.{kind}", b.response.data).rows]
        assert rows[0][0] == "2026-03-10 10:00" and rows[0][2] == "set the password of" and rows[0][4] == ""
        assert all("argon2" not in cell for row in rows for cell in row)
        added = [row for row in rows if row[2] == "added the person"]
        assert added == [] or all("password: " not in row[4] for row in added)


def test_an_unknown_person_and_kind_are_said(browser: Browsers) -> None:
    words = browser("admin").get("/admin/history?person=999999&what=ballot").words
    assert "“999999” is not one of the choices of “Made by or about”" in words
    assert "“ballot” is not one of the choices of “What was changed”" in words


def test_empty(browser: Browsers, site: Site) -> None:
    with site.app.app_context():
        db.session.execute(delete(AuditEvent))
        db.session.commit()
        db.session.remove()
    assert "Nothing has been changed yet" in browser("admin").get("/admin/history").words


def test_stranger(browser: Browsers) -> None:
    browser("secretary").get("/admin/history", expect=403)
    browser("secretary").get("/admin/history/export", expect=403)
    browser(None).get("/admin/history", expect=303)

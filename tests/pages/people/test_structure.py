"""Agencies, teams and professions: listed, added, changed, closed and opened, once each."""

import pytest
from sqlalchemy import select

from tests.support.client import Browsers
from tests.support.engines import Site
from tests.support.present import the
from wfsite.core.permissions import Role
from wfsite.extensions import db
from wfsite.people.models import Agency, Person, Profession, RoleGrant, Team


def _id(site: Site, table: type[Agency | Profession | Team], name: str) -> int:
    with site.app.app_context():
        return the(db.session.scalar(select(table.id).where(table.name == name)))


def test_agencies(browser: Browsers, site: Site) -> None:
    b = browser("admin")
    b.get("/admin/agencies")
    b.link("Add an agency")
    b.submit("Add this agency", {"name": " Ó  Briain’s Trust ", "kind": "voluntary"})
    b.follow()
    assert "Added." in b.page.words
    b.link("Ó Briain’s Trust")
    b.submit("Save", {"name": "Briain Trust"})
    b.follow()
    b.link("Briain Trust")
    b.link("Close this agency")
    assert "Nobody is on record with it now." in b.page.words
    b.submit("Close this agency")
    b.follow()
    assert "Closed." in b.page.words
    b.get("/admin/people/add")
    assert "Briain Trust" not in b.page.words
    b.get(f"/admin/agencies/{_id(site, Agency, 'Briain Trust')}")
    b.submit("Open it again")
    b.get("/admin/people/add")
    assert "Briain Trust" in b.page.words


def test_teams(browser: Browsers, site: Site) -> None:
    council = _id(site, Agency, "Alderbrook Council")
    area = _id(site, Team, "Early help")
    b = browser("admin")
    b.get("/admin/teams")
    b.link("Add a team")
    b.submit("Add this team", {"agency": council, "parent": area, "name": "Outreach"})
    b.follow()
    b.link("Outreach")
    b.submit("Save", {"parent": ""})
    b.follow()
    b.get(f"/admin/teams/{_id(site, Team, 'Outreach')}/close")
    b.submit("Close this team")
    b.get(f"/admin/teams/{area}/close")
    b.submit("Close this team", expect=409)
    assert "Teams inside it are still open" in b.page.words


def test_a_team_is_not_offered_what_lies_inside_it(browser: Browsers, site: Site) -> None:
    b = browser("admin")
    b.get(f"/admin/teams/{_id(site, Team, 'Early help')}")
    offered = [o.text for o in b.page.all("option")]
    assert "Education" in offered and not any("Early help" in words for words in offered)


def test_professions(browser: Browsers) -> None:
    b = browser("admin")
    b.get("/admin/professions")
    b.link("Add a profession")
    b.submit("Add this profession", {"name": "Play therapist"})
    b.follow()
    b.link("Play therapist")
    b.submit("Save", {"name": "Social  worker"}, expect=422)
    assert "A profession with this name is on the list already" in b.page.words
    assert b.page.one("input", id="name")["value"] == "Social  worker"


@pytest.mark.parametrize(
    ("url", "fill"),
    [
        ("/admin/agencies/add", {"name": "Once", "kind": "health"}),
        ("/admin/professions/add", {"name": "Once"}),
    ],
)
def test_sent_twice_is_added_once(browser: Browsers, url: str, fill: dict[str, str]) -> None:
    b = browser("admin")
    b.post(url, fill)
    b.post(url, fill)
    b.follow()
    assert b.page.words.count("Once") == 1


@pytest.mark.parametrize("name", ["", " \u200b", "x" * 121, "a\x00", "Z" + "\u0300" * 2000])
@pytest.mark.parametrize("thing", ["agencies", "teams", "professions"])
def test_invalid(browser: Browsers, thing: str, name: str) -> None:
    b = browser("admin")
    b.post(f"/admin/{thing}/add", {"name": name, "kind": "health"}, expect=422)
    assert b.page.one("title").text.strip().startswith("Error:")


def test_missing_choices_are_said(browser: Browsers) -> None:
    b = browser("admin")
    b.post("/admin/agencies/add", {"name": "A", "kind": "empire"}, expect=422)
    assert "Choose the type of agency" in b.page.words
    b.post("/admin/teams/add", {"name": "A"}, expect=422)
    assert "Choose the agency" in b.page.words


@pytest.mark.parametrize(
    ("plural", "table", "name", "more"),
    [
        ("agencies", Agency, "Alder College", {"kind": "college"}),
        ("teams", Team, "Assessment", {}),
        ("professions", Profession, "Teacher", {}),
    ],
)
def test_two_people_never_overwrite_each_other(
    browser: Browsers, site: Site, plural: str, table: type[Agency | Profession | Team], name: str, more: dict[str, str]
) -> None:
    url = f"/admin/{plural}/{_id(site, table, name)}"
    with site.app.app_context():
        helen = db.session.query(Person.id).filter_by(email="secretary@demo.example").scalar()
        db.session.add(RoleGrant(person_id=helen, role=Role.ADMINISTRATOR))
        db.session.commit()
    mine, theirs = browser("admin"), browser("secretary")
    mine.get(url)
    theirs.get(url)
    theirs.submit("Save", {"name": "Theirs"})
    mine.submit("Save", {"name": "Mine"}, expect=409)
    noun = {"agencies": "agency", "teams": "team", "professions": "profession"}[plural]
    assert f"Helen Marsh changed this {noun} at 10am" in mine.page.words
    assert "Name Theirs: Theirs Yours: Mine" in mine.page.words
    mine.submit("Save mine anyway")
    assert "Mine" in mine.follow().words
    mine.get(url)
    kept = mine.page
    mine.submit("Save", {"name": "From the other tab"})
    mine.page = kept
    mine.submit("Save", {"name": "From this tab"}, expect=409)
    assert f"You changed this {noun} in another tab at 10am" in mine.page.words
    assert "omebody changed" not in mine.page.words and "theirs" not in mine.page.words


def test_unknown_and_stranger(browser: Browsers) -> None:
    for plural in ("agencies", "teams", "professions"):
        for tail in ("", "/close"):
            browser("admin").get(f"/admin/{plural}/999999{tail}", expect=404)
            browser("secretary").get(f"/admin/{plural}/1{tail}", expect=403)
        browser("admin").post(f"/admin/{plural}/999999/open", {}, expect=404)
        browser("secretary").get(f"/admin/{plural}", expect=403)
        browser("secretary").get(f"/admin/{plural}/add", expect=403)


def test_access_page(browser: Browsers) -> None:
    page = browser("admin").get("/admin/access")
    row = next(tr for tr in page.all("tr") if "Read the history of changes" in tr.text)
    assert [c.text for c in row.children if c.name == "td"] == ["No"] * 9 + ["all"]

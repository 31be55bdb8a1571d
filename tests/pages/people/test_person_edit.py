"""One person's page: saved, refused in words, compared when somebody else saved first."""

import pytest
from sqlalchemy import select

from tests.support.client import Browsers
from tests.support.engines import Site
from tests.support.present import the
from wfsite.core.permissions import Role
from wfsite.extensions import db
from wfsite.people.models import Agency, Person, RoleGrant, Team

NAMES = ["O'Brien", "O’Brien", "Ó Súilleabháin", "Nguyễn Thị", "陳", "X", "Anne-Marie Smith-Jones", "B" * 120]


def person_id(site: Site, account: str = "worker00001") -> int:
    with site.app.app_context():
        return the(db.session.scalar(select(Person.id).where(Person.email == f"{account}@demo.example")))


def stored(site: Site, who: int) -> tuple[Person, set[Role]]:
    with site.app.app_context():
        person = db.session.get_one(Person, who)
        roles = set(db.session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == who)))
        db.session.remove()
        return person, roles


def test_works(browser: Browsers, site: Site) -> None:
    who = person_id(site)
    b = browser("admin")
    b.get(f"/admin/people/{who}")
    b.submit("Save", {"job_title": " Lead   practitioner ", "roles": ["staff", "manager"]})
    b.follow()
    assert "Saved." in b.page.words
    person, roles = stored(site, who)
    assert (person.job_title, person.version) == ("Lead practitioner", 2)
    assert roles == {Role.STAFF, Role.MANAGER}


@pytest.mark.parametrize("name", NAMES)
def test_names_are_kept_as_they_are(browser: Browsers, site: Site, name: str) -> None:
    who = person_id(site)
    b = browser("admin")
    b.get(f"/admin/people/{who}")
    b.submit("Save", {"name": name})
    assert stored(site, who)[0].name == name
    assert name in b.follow().words


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "Enter the person’s name"),
        ("name", " \u00a0\u200b ", "Enter the person’s name"),
        ("name", "x" * 121, "must be 120 characters or fewer (you used 121)"),
        ("name", "a\x00b", "contains characters that can't be saved"),
        ("name", "abc\u202edef", "contains characters that can't be saved"),
        ("name", "Z" + "\u0300" * 2000, "contains characters that can't be saved"),
        ("email", "nobody", "Enter an email address in the correct format"),
        ("email", "a@b@example.org", "Enter an email address in the correct format"),
        ("email", "a b@example.org", "Enter an email address in the correct format"),
        ("email", "a@example.org\r\nBcc: x@y.org", "Enter an email address in the correct format"),
        ("email", "a@exämple.org", "Enter an email address in the correct format"),
        ("email", "x" * 250 + "@example.org", "Enter an email address in the correct format"),
        ("email", "ADMIN@demo.example", "That email already has an account"),
        ("agency", "999999", "Choose the agency from the list"),
        ("team", "٣", "Choose the team from the list"),
        ("profession", "x", "Choose the profession from the list"),
    ],
)
def test_invalid_keeps_what_was_typed(browser: Browsers, site: Site, field: str, value: str, says: str) -> None:
    who = person_id(site)
    b = browser("admin")
    b.get(f"/admin/people/{who}")
    b.submit("Save", {field: value, "job_title": "Typed and kept"}, expect=422)
    assert says in b.page.words
    assert b.page.one("title").text.strip().startswith("Error:")
    assert b.page.one("input", id="job_title")["value"] == "Typed and kept"
    assert any(a["href"] == f"#{field}" for a in b.page.all("a"))
    assert stored(site, who)[0].version == 1


def test_the_team_must_be_of_the_agency(browser: Browsers, site: Site) -> None:
    who = person_id(site)
    with site.app.app_context():
        police = db.session.scalar(select(Agency.id).where(Agency.name == "Alder Valley Police"))
        team = db.session.scalar(select(Team.id).where(Team.name == "Assessment"))
    b = browser("admin")
    b.get(f"/admin/people/{who}")
    b.submit("Save", {"agency": police, "team": team}, expect=422)
    assert "Choose a team of the same agency, or change the agency" in b.page.words


def test_two_people_never_overwrite_each_other(browser: Browsers, site: Site) -> None:
    who = person_id(site)
    helen = person_id(site, "secretary")
    with site.app.app_context():
        db.session.add(RoleGrant(person_id=helen, role=Role.ADMINISTRATOR))
        db.session.commit()
    mine, theirs = browser("admin"), browser("secretary")
    mine.get(f"/admin/people/{who}")
    theirs.get(f"/admin/people/{who}")
    theirs.submit("Save", {"job_title": "Theirs", "roles": ["viewer"]})
    mine.submit("Save", {"job_title": "Mine"}, expect=409)
    assert "Helen Marsh changed this person at 10am" in mine.page.words
    assert "Job title Theirs: Theirs Yours: Mine" in mine.page.words
    assert "Helen Marsh also changed what you had left as it was" in mine.page.words
    assert "Roles Viewer (councillor or auditor)" in mine.page.words
    assert mine.page.one("input", id="job_title")["value"] == "Mine"
    mine.submit("Save mine anyway")
    person, roles = stored(site, who)
    assert (person.job_title, roles) == ("Mine", {Role.VIEWER})


def test_sent_twice_is_saved_once(browser: Browsers, site: Site) -> None:
    who = person_id(site)
    b = browser("admin")
    b.get(f"/admin/people/{who}")
    page = b.page
    b.submit("Save", {"job_title": "Once"})
    b.page = page
    b.submit("Save", {"job_title": "Once"})
    assert stored(site, who)[0].version == 2


def test_an_administrator_keeps_their_own_role(browser: Browsers, site: Site) -> None:
    b = browser("admin")
    b.get(f"/admin/people/{person_id(site, 'admin')}")
    b.submit("Save", {"roles": ["staff"]}, expect=422)
    assert "You cannot take your own administrator role" in b.page.words


def test_re_roling_takes_effect_at_once(browser: Browsers, site: Site) -> None:
    them = browser("staff")
    them.get("/admin/people", expect=403)
    b = browser("admin")
    b.get(f"/admin/people/{person_id(site, 'staff')}")
    b.submit("Save", {"roles": ["administrator"]})
    them.get("/admin/people")


def test_ones_own_other_tab_is_oneself(browser: Browsers, site: Site) -> None:
    who = person_id(site)
    tab, other_tab = browser("admin"), browser("admin")
    for b in (tab, other_tab):
        b.get(f"/admin/people/{who}")
    other_tab.submit("Save", {"job_title": "From the other tab"})
    page = tab.submit("Save", {"job_title": "From this tab"}, expect=409)
    assert "You changed this person in another tab at 10am" in page.words
    assert "omebody changed" not in page.words and "heirs" not in page.words
    assert "Job title In your other tab: From the other tab Yours: From this tab" in page.words


def test_malformed_version_is_a_conflict_not_an_error(browser: Browsers, site: Site) -> None:
    who = person_id(site)
    for version in ("", "x", "-1", "9" * 5000, "٣"):
        b = browser("admin")
        b.get(f"/admin/people/{who}")
        b.submit("Save", {"job_title": "Changed", "version": version}, expect=409)


@pytest.mark.parametrize("bad", ["0", "-1", str(2**31), str(2**63), "٣", "9" * 5000, "999999", "1/", "%00", "..%2f"])
def test_unknown(browser: Browsers, bad: str) -> None:
    browser("admin").get(f"/admin/people/{bad}", expect=404)


def test_stranger(browser: Browsers, site: Site) -> None:
    url = f"/admin/people/{person_id(site)}"
    browser("secretary").get(url, expect=403)
    browser("secretary").post(url, {"name": "x"}, expect=403)

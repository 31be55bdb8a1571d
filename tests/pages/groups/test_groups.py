"""Groups by id: a page of each, several of a kind, several that one reports to, and their end."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.client import Browsers
from tests.support.engines import NOW, Site
from tests.support.groups import IMPROVEMENT, STEERING, TRAINING, add_group, sit
from wfsite.core.clock import london_date
from wfsite.core.groups import GroupKind, GroupRole
from wfsite.extensions import db
from wfsite.groups.models import Group, GroupParent

TODAY = london_date(NOW)
TERMS = {"agreed_on-day": "1", "agreed_on-month": "2", "agreed_on-year": "2026"}
PARTNERS = {
    "kind": "steering",
    "name": "Partners’ steering group",
    "purpose": "To steer together.",
    "cadence": "quarterly",
    **TERMS,
}


def _made(site: Site, name: str = PARTNERS["name"]) -> int:
    with site.app.app_context():
        found = db.session.scalars(select(Group.id).where(Group.name == name)).one()
        db.session.remove()
        return found


def _parents(site: Site, group: int) -> set[int]:
    with site.app.app_context():
        found = set(db.session.scalars(select(GroupParent.parent_id).where(GroupParent.group_id == group)))
        db.session.remove()
        return found


def test_another_of_a_kind_is_set_up_once_and_linked_from_the_front_door(browser: Browsers, site: Site) -> None:
    b = browser("admin")
    b.get("/admin/groups")
    b.link("Set up another group")
    kept = b.page
    for _ in range(2):
        b.page = kept
        b.submit("Set up the group", {**PARTNERS, "reports_to": [str(IMPROVEMENT), str(STEERING)]})
    assert "The group is set up. Add its members." in b.follow().words
    group = _made(site)
    assert _parents(site, group) == {IMPROVEMENT, STEERING}
    staff = browser("staff")
    staff.get("/steering")
    page = staff.link("Partners’ steering group")
    assert staff.url == f"/groups/{group}" and page.one("h1").text == "Partners’ steering group"
    assert "Reports to the Children's improvement board and Workforce steering group" in page.words
    assert staff.link("Workforce steering group").one("h1").text == "Workforce steering group"


def test_what_cannot_be_set_up_is_explained_and_kept(browser: Browsers) -> None:
    b = browser("admin")
    b.get("/admin/groups/add?kind=training")
    assert b.page.one("input", id="name")["value"] == "Training providers group"
    page = b.submit("Set up the group", {**PARTNERS, "name": "Workforce steering group"}, expect=422)
    assert "Another group has this name" in page.words and "To steer together." in page.words
    b.get("/admin/groups/add")
    page = b.submit("Set up the group", {**PARTNERS, "kind": "", "agreed_on-year": "2031"}, expect=422)
    assert "Choose what kind of group it is" in page.words
    page = b.submit("Set up the group", {**PARTNERS, "agreed_on-year": "2031"}, expect=422)
    assert "must be today or in the past" in page.words


def test_a_group_reports_to_several_and_never_to_itself(browser: Browsers, site: Site) -> None:
    b = browser("secretary")
    b.get(f"/admin/groups/{TRAINING}")
    b.submit("Save", {"reports_to": [str(IMPROVEMENT), str(STEERING)]})
    assert _parents(site, TRAINING) == {IMPROVEMENT, STEERING}
    b.get(f"/admin/groups/{IMPROVEMENT}")
    page = b.submit("Save", {"reports_to": [str(TRAINING)]}, expect=422)
    assert "One of these groups reports to this one already. Choose another" in page.words
    b.get(f"/admin/groups/{TRAINING}")
    b.submit("Save", {"reports_to": []})
    assert _parents(site, TRAINING) == set()


def test_a_group_that_ended_tells_how_it_stood_and_changes_no_more(browser: Browsers, site: Site) -> None:
    b, secretary = browser("admin"), browser("secretary")
    secretary.get(f"/admin/groups/{TRAINING}")
    b.get(f"/admin/groups/{TRAINING}")
    b.link("End this group")
    for _ in range(2):
        b.get(f"/admin/groups/{TRAINING}/end")
        b.submit("End this group", {})
    words = b.follow().words
    assert "The group has ended." in words and "ended on 10 March 2026 Ended" in words and "To set up" in words
    # Whoever had the form open can save nothing of it, and reads on.
    secretary.submit("Save", {"purpose": "Late."}, expect=404)
    secretary.get(f"/admin/groups/{TRAINING}/members", expect=404)
    page = browser("staff").get(f"/groups/{TRAINING}")
    assert "This group ended on 10 March 2026" in page.words and "Helen Marsh" in page.words
    assert "Meets next" not in page.words
    assert "has not been set up yet" in browser("staff").get("/training").words
    for tab in ("", "/members", "/meetings"):
        page = b.get(f"/admin/groups/{TRAINING}{tab}")
        assert "It stays as it was then" in page.words
        assert {form["action"] for form in page.all("form", method="post")} <= {
            "/sign-out",
            f"/admin/groups/{TRAINING}/open",
        }
    assert "ended on 10 March 2026" in b.post(f"/admin/groups/{TRAINING}", TERMS | PARTNERS, expect=409).words
    b.post(f"/admin/groups/{TRAINING}/meetings", {f"held_on-{part}": "1" for part in ("day", "month")}, expect=422)
    for _ in range(2):
        b.post(f"/admin/groups/{TRAINING}/open")
    assert "The group is open again." in b.follow().words
    secretary.get(f"/admin/groups/{TRAINING}/members")


def test_the_next_oldest_takes_the_front_door(browser: Browsers, site: Site) -> None:
    with site.app.app_context():
        add_group("Another board", GroupKind.IMPROVEMENT)
        add_group("An older board", GroupKind.IMPROVEMENT, ended_on=TODAY - timedelta(days=9))
        db.session.commit()
        db.session.remove()
    words = browser("staff").get("/improvement").words
    assert "Another board" in words and "An older board" not in words
    browser("admin").post(f"/admin/groups/{IMPROVEMENT}/end")
    page = browser("staff").get("/improvement")
    assert page.one("h1").text == "Another board"
    meetings = browser("secretary").get("/")
    assert "Another board" in meetings.words and "Children's improvement board" not in meetings.words


def test_who_ends_their_own_seat_is_warned_and_reads_on(browser: Browsers) -> None:
    b = browser("secretary")
    b.get(f"/admin/groups/{TRAINING}/members")
    assert b.page.words.count("This is your own seat. Once it has ended, you can no longer change this group.") == 1
    b.submit("End membership of Helen Marsh today", {})
    page = b.follow()
    assert "The membership has ended." in page.words and b.url.startswith(f"/groups/{TRAINING}")
    assert "Change the group’s purpose" not in page.words
    b.get(f"/admin/groups/{TRAINING}/members", expect=404)
    b.get(f"/admin/groups/{STEERING}/members")


def test_a_secretary_sees_their_own_groups_and_sets_up_none(browser: Browsers) -> None:
    b = browser("secretary")
    assert "Set up another group" not in b.get("/admin/groups").words
    b.get("/admin/groups/add", expect=403)
    b.get(f"/admin/groups/{STEERING}/end", expect=403)
    assert "This is your own seat" not in browser("admin").get(f"/admin/groups/{STEERING}/members").words


@pytest.mark.parametrize("path", ["/groups/999999", "/admin/groups/999999", "/admin/groups/999999/end"])
def test_unknown_is_404(browser: Browsers, path: str) -> None:
    browser("admin").get(path, expect=404)


def test_who_sits_as_chair_has_the_role_and_finds_it_on_their_account(browser: Browsers, site: Site) -> None:
    assert "RolesFrontline staff" in browser("staff").get("/account").words
    with site.app.app_context():
        sit("staff", STEERING, GroupRole.DEPUTY)
        db.session.commit()
        db.session.remove()
    b = browser("staff")
    assert "RolesFrontline staff and Group chair" in b.get("/account").words
    b.get("/steering/plan")
    assert "Meetings" in b.get("/").words


def test_the_hint_beside_the_roles_says_for_which_groups_they_act(browser: Browsers) -> None:
    words = browser("admin").get("/admin/people/add").words
    assert "acts only for the groups on whose members page they sit in that role" in words


def test_names_with_line_breaks_and_many_groups_stop_no_page(site: Site, browser: Browsers) -> None:
    with site.app.app_context():
        for n in range(14):
            add_group(f"Group\u2028of\nbreaks {n}")
        db.session.commit()
        db.session.remove()
    b = browser("secretary")
    assert "of breaks 3" in " ".join(b.get("/steering").words.split())
    home = b.get("/").words
    assert "5 more groups" in home and "Training providers group" in home

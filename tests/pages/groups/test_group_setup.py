"""Setting up a group: purpose and terms, members, meetings."""

from datetime import date, timedelta

import pytest

from tests.support.client import form_data
from tests.support.groups import STEERING, TRAINING
from wfsite.core.words import long_date
from wfsite.extensions import db
from wfsite.groups.models import Group, GroupMember, GroupTerms, Meeting

TERMS = {"agreed_on-day": "1", "agreed_on-month": "2", "agreed_on-year": "2026"}


def test_front_door_shows_purpose_members_and_meetings(browser):
    words = browser("staff").get("/steering").words
    for expected in ("Workforce steering group", "Douglas Reid", "Chair", "Alderbrook Council", "Meets monthly"):
        assert expected in words


def test_whoever_keeps_the_group_is_led_there_from_its_front_door(browser):
    words = "Change the group’s purpose, members or meetings"
    b = browser("secretary")
    b.get("/training")
    assert "Training providers group: purpose and terms" in b.link(words).words
    assert words not in browser("staff").get("/training").words


def test_new_terms_keep_the_old(browser, site):
    b = browser("secretary")
    b.get("/admin/groups")
    b.link("Workforce steering group")
    b.submit("Save", {"purpose": "A steadier workforce.", "watches": "Leavers\n\nVacancies", **TERMS})
    assert "A steadier workforce." in b.get("/steering").words
    with site.app.app_context():
        assert db.session.query(GroupTerms).join(Group).filter(Group.kind == "steering").count() == 2


def _agreed(day, month, year):
    return {f"agreed_on-{part}": str(n) for part, n in (("day", day), ("month", month), ("year", year))}


def _terms(site):
    with site.app.app_context():
        found = db.session.query(GroupTerms).join(Group).filter(Group.kind == "steering").order_by(GroupTerms.agreed_on)
        return [(terms.agreed_on, terms.purpose) for terms in found]


def test_terms_are_not_agreed_in_the_future(browser, site):
    before = _terms(site)
    b = browser("secretary")
    b.get(f"/admin/groups/{STEERING}")
    page = b.submit("Save", {"purpose": "Tomorrow’s.", **_agreed(11, 3, 2026)}, expect=422)
    assert "The date the terms were agreed must be today or in the past" in page.words
    assert "Tomorrow’s." in page.words and page.all("a", href="#agreed_on-day")
    assert _terms(site) == before
    b.submit("Save", {"purpose": "Today’s.", **_agreed(10, 3, 2026)})
    assert _terms(site) == [*before, (date(2026, 3, 10), "Today’s.")]


@pytest.mark.parametrize("agreed_on", [(1, 9, 2020), (31, 1, 2026)], ids=["another version’s", "before those in force"])
def test_terms_that_would_not_be_in_force_are_refused(browser, site, agreed_on):
    b = browser("secretary")
    b.get(f"/admin/groups/{STEERING}")
    b.submit("Save", {"purpose": "The newer.", **TERMS})
    (oldest, first), _ = before = _terms(site)
    assert oldest == date(2020, 9, 1)
    b.get(f"/admin/groups/{STEERING}")
    page = b.submit("Save", {"purpose": "A third.", **_agreed(*agreed_on)}, expect=422)
    way_out = "Enter that day to correct them, or a later one for new terms"
    assert f"The terms in force were agreed on {long_date(date(2026, 2, 1))}. {way_out}" in page.words
    assert page.all("a", href="#agreed_on-day")
    assert "A third." in page.words and first not in page.one("textarea", id="purpose").text
    assert _terms(site) == before
    b.submit("Save", {"purpose": "The newer, corrected.", **TERMS})
    assert _terms(site) == [(oldest, first), (date(2026, 2, 1), "The newer, corrected.")]


def test_terms_that_came_into_force_meanwhile_are_not_overwritten_unseen(browser, site):
    with site.app.app_context():
        group = db.session.query(Group.id).filter(Group.kind == "steering").scalar()
        planned = GroupTerms(group_id=group, agreed_on=date(2026, 3, 11), purpose="Planned.", watches=[])
        db.session.add(planned)
        db.session.commit()
        db.session.remove()
    site.clock.at += timedelta(hours=13, minutes=55)
    b = browser("secretary")
    b.get(f"/admin/groups/{STEERING}")
    site.clock.at += timedelta(minutes=10)
    page = b.submit("Save", {"purpose": "Typed.", **_agreed(11, 3, 2026)}, expect=409)
    assert "Planned." in page.words and "Typed." in page.words
    assert "Planned." in [purpose for _, purpose in _terms(site)]
    b.submit("Save mine anyway")
    assert "Typed." in [purpose for _, purpose in _terms(site)]


def test_every_form_says_that_it_saved(browser, site):
    b = browser("secretary")
    b.get(f"/admin/groups/{STEERING}")
    b.submit("Save", {"purpose": "Steady."})
    assert _saved(b.follow()) == "The group’s purpose and terms are saved."
    b.submit("Add the member", {"email": "training@demo.example", "role": "adviser"})
    assert _saved(b.follow()) == "The member is added."
    with site.app.app_context():
        seats = db.session.query(GroupMember.id).join(Group).filter(Group.kind == "steering")
        last = seats.order_by(GroupMember.id.desc()).first().id
        db.session.remove()
    b.post(f"/admin/groups/{STEERING}/members/{last}/end", {})
    assert _saved(b.follow()) == "The membership has ended."
    b.get(f"/admin/groups/{STEERING}/meetings")
    b.submit("Add the meeting", _held(30, 6, 2026))
    assert _saved(b.follow()) == "The meeting is in the calendar."
    with site.app.app_context():
        meeting = db.session.query(Meeting.id).filter(Meeting.held_on == date(2026, 6, 30)).scalar()
        db.session.remove()
    b.post(f"/admin/groups/{STEERING}/meetings/{meeting}/remove", {})
    assert _saved(b.follow()) == "The meeting is removed."
    assert _saved(b.get(f"/admin/groups/{STEERING}/meetings?saved=nonsense")) is None


def _held(day, month, year):
    return {f"held_on-{part}": str(n) for part, n in (("day", day), ("month", month), ("year", year))}


def _saved(page):
    found = page.all("p", class_="govuk-notification-banner__heading")
    return found[0].text.strip() if found else None


def test_a_stale_save_shows_both_and_keeps_what_was_typed(browser):
    mine, theirs = browser("secretary"), browser("admin")
    for b in (mine, theirs):
        b.get(f"/admin/groups/{STEERING}")
    theirs.submit("Save", {"purpose": "Theirs."})
    mine.submit("Save", {"purpose": "Mine."}, expect=409)
    assert "Theirs." in mine.page.words and "Mine." in mine.page.words
    assert "Sam Whitlock changed this group at 10am" in mine.page.words and "Keep theirs" in mine.page.words
    mine.submit("Save mine anyway")
    assert "Mine." in mine.get("/steering").words


@pytest.mark.parametrize("typed", [{"purpose": "From the other tab."}, {"name": "A new name"}])
def test_ones_own_other_tab_is_oneself(browser, typed):
    tab, other_tab = browser("secretary"), browser("secretary")
    for b in (tab, other_tab):
        b.get(f"/admin/groups/{STEERING}")
    other_tab.submit("Save", typed)
    page = tab.submit("Save", {"purpose": "Mine."}, expect=409)
    assert "You changed this group in another tab at 10am" in page.words
    assert "Keep the other tab’s" in page.words and "omebody" not in page.words


def test_the_same_form_again_is_once(browser, site):
    b = browser("secretary")
    b.get(f"/admin/groups/{STEERING}")
    kept = b.page
    for _ in range(2):
        b.page = kept
        b.submit("Save", {"purpose": "Steady."})
    with site.app.app_context():
        assert db.session.query(Group).filter(Group.kind == "steering").one().version == 2


def test_bad_input_is_explained_and_kept(browser):
    b = browser("secretary")
    b.get(f"/admin/groups/{STEERING}")
    b.submit("Save", {"name": "", "purpose": "x" * 2001, "agreed_on-day": "31", "agreed_on-month": "2"}, expect=422)
    for message in ("Enter the name of the group", "2,000 characters or fewer", "must be a real date"):
        assert message in b.page.words
    assert b.page.one("title").text.startswith("Error: ")


def test_members_come_and_go_and_twice_is_once(browser, site):
    b = browser("secretary")
    b.get(f"/admin/groups/{TRAINING}/members")
    b.submit("Add the member", {"email": "nobody@demo.example"}, expect=422)
    assert "Nobody with this address" in b.page.words
    for _ in range(2):
        b.get(f"/admin/groups/{TRAINING}/members")
        b.submit("Add the member", {"email": "data@demo.example", "role": "adviser"})
    assert "Owen Pritchard" in b.follow().words
    with site.app.app_context():
        seats = db.session.query(GroupMember).join(Group).filter(Group.kind == "training").all()
        assert len(seats) == 5
        last = max(seat.id for seat in seats)
        db.session.rollback()
    for _ in range(2):
        b.post(f"/admin/groups/{TRAINING}/members/{last}/end", {})


def test_somebody_who_is_a_member_is_not_overwritten(browser):
    b = browser("secretary")
    b.get(f"/admin/groups/{STEERING}/members")
    typed = {"email": "data@demo.example", "role": "deputy-chair", "represents": "Alder College"}
    page = b.submit("Add the member", typed, expect=422)
    assert "Owen Pritchard is already on this group as Member since 1 April 2025. End that first" in page.words
    assert page.all("a", href="#email") and page.one("input", id="email")["value"] == "data@demo.example"
    assert page.one("input", id="represents")["value"] == "Alder College"
    assert form_data(next(f for f in page.all("form") if f["action"].endswith("/members")))["role"] == ["deputy-chair"]
    assert "Owen Pritchard Alderbrook Council Member 1 April 2025" in b.get(f"/admin/groups/{STEERING}/members").words


def test_a_seat_that_begins_later_is_listed_and_can_be_taken_back(browser):
    b = browser("secretary")
    b.get(f"/admin/groups/{TRAINING}/members")
    later = {"from_on-day": "1", "from_on-month": "12", "from_on-year": "2026"}
    b.submit("Add the member", {"email": "data@demo.example", "role": "adviser", **later})
    page = b.follow()
    assert _saved(page) == "Owen Pritchard is added, and joins the group on 1 December 2026."
    assert "Members who join later" in page.words and "Adviser 1 December 2026" in page.words
    assert "Owen Pritchard" not in b.get("/training").words
    b.get(f"/admin/groups/{TRAINING}/members")
    b.submit("Do not add Owen Pritchard", {})
    assert _saved(b.follow()) == "The member will not join the group." and "Owen Pritchard" not in b.page.words


def test_meetings(browser, site):
    b = browser("secretary")
    b.get(f"/admin/groups/{STEERING}/meetings")
    b.submit("Add the meeting", {"held_on-day": "30", "held_on-month": "2", "held_on-year": "2026"}, expect=422)
    b.submit("Add the meeting", {"held_on-day": "30", "held_on-month": "6", "held_on-year": "2026"})
    assert "30 June 2026" in b.follow().words
    with site.app.app_context():
        meeting = db.session.query(Meeting).filter(Meeting.held_on == date(2026, 6, 30)).one().id
        held = (
            db.session.query(Meeting.id).join(Group).filter(Group.kind == "steering").order_by(Meeting.held_on).first()
        )
        db.session.rollback()
    b.post(f"/admin/groups/{STEERING}/meetings/{meeting}/remove", {})
    b.post(f"/admin/groups/{STEERING}/meetings/{meeting}/remove", {})
    b.post(f"/admin/groups/{STEERING}/meetings/{held.id}/remove", {}, expect=409)


@pytest.mark.parametrize("path", ["/admin/groups/nonsense", f"/admin/groups/{STEERING}/members/999999/end"])
def test_unknown_is_404(browser, path):
    b = browser("admin")
    b.post(path, {}, expect=404) if path.endswith("end") else b.get(path, expect=404)


def test_strangers_are_refused(browser):
    browser("staff").get("/admin/groups", expect=403)


def test_the_history_tells_new_terms_beside_everything_else(browser):
    b = browser("admin")
    b.get(f"/admin/groups/{STEERING}")
    b.submit("Save", {"purpose": "A steadier workforce.", "watches": "Leavers\n\nVacancies", **TERMS})
    b.get(f"/admin/groups/{STEERING}")
    b.submit("Save", {"watches": "Leavers\n\nSickness", **TERMS})
    for query in ("", "?what=group_terms", "?who=whitlock"):
        words = b.get(f"/admin/history{query}").words
        assert "watches from “Leavers; Vacancies” to “Leavers; Sickness”" in words

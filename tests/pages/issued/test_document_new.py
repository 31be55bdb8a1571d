"""Starting a report, correcting one, withdrawing one."""

from sqlalchemy import update

from tests.support.client import Browsers
from tests.support.documents import Reports
from tests.support.engines import Site
from wfsite.extensions import db
from wfsite.issued.models import Edition


def test_a_new_one_begins_with_todays_figures(browser: Browsers, reports: Reports) -> None:
    b = browser("training")
    b.get("/reports")
    b.link("Start a report")
    assert "Quarter 4, January to March 2025" in b.page.words and "October to December 2025" not in b.page.words
    b.submit("Start the draft", {"subject": "quarter-attendance 2024-q4"})
    assert "Write its summary next" in b.follow().words
    address = b.url
    assert "Ask for approval" not in b.page.words
    page = b.post(f"{address}/ask", {"version": "1"}, expect=422)
    assert "Write the summary first" in page.words
    other = browser(reports.other)
    other.post("/reports/new", {"subject": "quarter-attendance 2024-q4"}, expect=303)
    assert "Somebody had started this report already" in other.follow().words and other.url == address
    assert "has been issued" in other.post("/reports/new", {"subject": "quarter-attendance 2025-q2"}, expect=409).words
    assert "2024-q4" not in [option["value"] for option in other.page.all("input", type="radio")]


def test_invalid(browser: Browsers) -> None:
    b = browser("training")
    for sent in ({}, {"subject": "x"}, {"subject": "no-such-kind 2024-q4"}, {"subject": "quarter-attendance 2099-q1"}):
        assert "Choose what the report is about" in b.post("/reports/new", sent, expect=422).words


def test_corrected(browser: Browsers, reports: Reports) -> None:
    b = browser("training")
    b.get(reports.newest)
    b.link("Start a corrected edition")
    assert "Say what was wrong" in b.submit("Start the edition", expect=422).words
    b.submit("Start the edition", {"reason": "A mark was set late."})
    words = b.follow().words
    assert "Edition 2 corrects the edition before it: A mark was set late." in words
    draft, other = b.url, browser(reports.other)
    for one, reason in ((other, "A mark was set late."), (b, "A sum was wrong.")):
        page = one.post(f"{reports.newest}/correct", {"reason": reason}, expect=409)
        assert "Edition 2 is being made already" in page.words and reason in page.one("textarea").text
        assert [a["href"] for a in page.all("a") if a.text == "Open edition 2"] == [draft.partition("?")[0]]
    b.post(f"{reports.newest}/correct", {"reason": "A mark was set late."}, expect=303)
    assert b.follow() and b.url == draft


def test_withdrawn(browser: Browsers, reports: Reports) -> None:
    b = browser("training")
    b.get(reports.newest)
    b.link("Withdraw it")
    assert "Say why it is withdrawn" in b.submit("Withdraw it", expect=422).words
    b.submit("Withdraw it", {"reason": "It counted another quarter."})
    b.follow()
    viewer = browser("viewer").get(reports.newest)
    assert "Withdrawn on 10 March 2026 at 10am: It counted another quarter." in viewer.words
    b.get(reports.draft)
    b.link("Give up this draft")
    b.submit("Give it up", {"reason": "Not needed."})
    browser("viewer").get(reports.draft, expect=404)
    b.post(f"{reports.draft}/withdraw", {"reason": "x", "version": "99"}, expect=409)


def test_of_a_kind_whose_room_is_gone_nothing_is_withdrawn(site: Site, browser: Browsers, reports: Reports) -> None:
    with site.app.app_context():
        db.session.execute(update(Edition).values(kind="of-a-room-that-is-gone"))
        db.session.commit()
        db.session.remove()
    b = browser("training")
    assert "Withdraw it" not in b.get(reports.newest).words
    b.get(f"{reports.newest}/withdraw", expect=404)
    b.post(f"{reports.newest}/withdraw", {"reason": "x", "version": "5"}, expect=404)


def test_stranger_and_unknown_id(browser: Browsers, reports: Reports) -> None:
    for account in ("viewer", "staff", "chair", "partner"):
        for address in ("/reports/new", f"{reports.issued}/correct", f"{reports.issued}/withdraw"):
            browser(account).get(address, expect=403)
    for act in ("correct", "withdraw"):
        browser("training").get(f"/reports/999999/{act}", expect=404)

"""A paper's page and its files: who may know of it, today and on a past day."""

from datetime import timedelta

import pytest

from tests.support.client import Browsers
from tests.support.engines import Site
from tests.support.papers import EXEMPT, PDF, end_seat, group_id, paper_form, paper_id, version_form, version_ids
from wfsite.extensions import db
from wfsite.papers.models import PaperVersion
from wfsite.papers.store import Store, place_of

MEMBERS = ("secretary", "chair", "manager", "data", "survey")
OTHERS = ("staff", "training", "partner", "viewer", "admin")


def test_the_groups_page_leads_to_the_newest_final_version_and_the_earlier_ones(browser: Browsers, site: Site) -> None:
    b = browser("staff")
    page = b.get("/steering")
    assert "Terms of reference, Final (Text, 1 KB)" in page.words
    page = b.link("All 2 versions of Terms of reference")
    assert "Final (Text, 1 KB)" in page.words and "V0.1 (Text, 1 KB)" in page.words
    assert "from the file" not in page.words and "Withdraw" not in page.words and not page.all("h2", id="history")
    assert "Workforce steering group" in b.link("Workforce steering group").words


def test_a_newer_draft_does_not_take_the_place_of_the_final_version(browser: Browsers, site: Site) -> None:
    browser("secretary").post(f"/papers/{paper_id(site)}/versions/add", version_form())
    page = browser("staff").get("/steering")
    assert "Terms of reference, Final (Text, 1 KB)" in page.words and "All 3 versions" in page.words


def test_a_group_without_papers_says_so(browser: Browsers) -> None:
    assert "No papers are kept here yet." in browser("staff").get("/training").words


@pytest.mark.parametrize("account", OTHERS)
def test_what_is_not_open_is_not_there_for_others(browser: Browsers, site: Site, account: str) -> None:
    """Page, file, past day, list and count alike; by its own page's words the group has one paper."""
    paper = paper_id(site, EXEMPT)
    (version,) = version_ids(site, paper)
    b = browser(account)
    for url in (f"/papers/{paper}", f"/papers/{paper}/versions/{version}"):
        for suffix in ("", "?as_at=2022-01-01"):
            assert b.get(url + suffix, expect=404).words == b.get("/papers/9999", expect=404).words
    words = b.get("/steering").words
    assert EXEMPT not in words and "Exempt" not in words


@pytest.mark.parametrize("account", MEMBERS)
def test_members_read_what_is_not_open_with_its_reason(browser: Browsers, site: Site, account: str) -> None:
    b = browser(account)
    b.get("/steering")
    page = b.get(f"/papers/{paper_id(site, EXEMPT)}")
    for words in ("Exempt", "Paragraph 3: the money or business of a person", "each names a price", "Helen Marsh"):
        assert words in page.words
    (version,) = version_ids(site, paper_id(site, EXEMPT))
    answer = b.client.get(f"/papers/{paper_id(site, EXEMPT)}/versions/{version}")
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_seat_that_ended_shows_nothing(browser: Browsers, site: Site) -> None:
    paper = paper_id(site, EXEMPT)
    end_seat(site, "data")
    assert browser("data").get(f"/papers/{paper}", expect=404)
    assert EXEMPT not in browser("data").get("/steering").words


def test_a_keeper_whose_seat_ended_keeps_nothing(browser: Browsers, site: Site) -> None:
    paper, group = paper_id(site), group_id(site)
    end_seat(site, "secretary")
    b = browser("secretary")
    b.get(f"/papers/{paper}")
    for url in (f"/papers/{paper}/edit", f"/papers/{paper}/versions/add", f"/papers/of/group/{group}"):
        b.get(url, expect=404)
    b.post(f"/papers/{paper}/withdraw", expect=404)
    b.post(f"/papers/{paper}/versions/add", version_form(), expect=404)
    b.get(f"/papers/of/group/{group_id(site, 'training')}")


def test_a_file_is_saved_and_never_opened_in_the_browser(browser: Browsers, site: Site) -> None:
    paper = paper_id(site)
    version = version_ids(site, paper)[-1]
    b = browser("staff")
    answer = b.client.get(f"/papers/{paper}/versions/{version}")
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="terms-of-reference-final.txt"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert b"Agreed by the group." in answer.data
    again = b.client.get(answer.request.path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    head = b.client.head(answer.request.path)
    assert (head.status_code, head.headers["ETag"]) == (200, answer.headers["ETag"])


def test_a_version_belongs_to_its_paper(browser: Browsers, site: Site) -> None:
    (exempt,) = version_ids(site, paper_id(site, EXEMPT))
    b = browser("staff")
    for version in (exempt, 9999):
        b.get(f"/papers/{paper_id(site)}/versions/{version}", expect=404)


def test_a_past_day_shows_the_version_that_stood_then(browser: Browsers, site: Site) -> None:
    paper = paper_id(site)
    first, final = version_ids(site, paper)
    b = browser("staff")
    page = b.get("/steering?as_at=2020-07-01")
    assert "Terms of reference, V0.1 (Text, 1 KB)" in page.words and "What waits" not in page.words
    page = b.get(f"/papers/{paper}?as_at=2020-07-01")
    assert "V0.1" in page.words and "Final" not in page.words
    b.client.get(f"/papers/{paper}/versions/{first}?as_at=2020-07-01")
    b.get(f"/papers/{paper}/versions/{final}?as_at=2020-07-01", expect=404)
    assert "This paper was not shown on that day." in b.get(f"/papers/{paper}?as_at=2019-01-01").words
    assert "No papers were shown here on that day." in b.get("/steering?as_at=2019-01-01", expect=200).words
    b.get(f"/papers/{paper}?as_at=2031-01-01", expect=422)
    b.get(f"/papers/{paper}/versions/{final}?as_at=cake", expect=422)


def test_what_becomes_confidential_is_not_read_by_way_of_a_past_day(browser: Browsers, site: Site) -> None:
    paper = paper_id(site)
    final = version_ids(site, paper)[-1]
    site.clock.at += timedelta(days=3)
    b = browser("secretary")
    b.get(f"/papers/{paper}/edit")
    b.submit("Save", {"standing": "confidential", "reason": "It names people."})
    for url in (f"/papers/{paper}", f"/papers/{paper}/versions/{final}"):
        for suffix in ("", "?as_at=2026-03-01"):
            browser("staff").get(url + suffix, expect=404)
    assert "Terms of reference," not in browser("staff").get("/steering?as_at=2026-03-01").words
    assert "Terms of reference," in browser("chair").get("/steering?as_at=2026-03-01").words


def test_what_becomes_open_shows_others_nothing_of_the_days_on_which_it_was_not(browser: Browsers, site: Site) -> None:
    paper = paper_id(site, EXEMPT)
    (version,) = version_ids(site, paper)
    site.clock.at += timedelta(days=3)
    b = browser("secretary")
    b.get(f"/papers/{paper}/edit")
    assert "can read its only version" in b.page.words
    b.submit("Save", {"title": "What was paid", "standing": "open", "paragraph": "", "reason": ""})
    staff, member = browser("staff"), browser("chair")
    staff.get(f"/papers/{paper}/versions/{version}")
    page = staff.get(f"/papers/{paper}?as_at=2026-03-10")
    assert "This paper was not shown on that day." in page.words
    for secret in (EXEMPT, "Paragraph 3", "each names a price", "Exempt"):
        assert secret not in page.words and secret not in staff.get("/steering?as_at=2026-03-10").words
    staff.get(f"/papers/{paper}/versions/{version}?as_at=2026-03-10", expect=404)
    assert EXEMPT in member.get("/steering?as_at=2026-03-10").words
    assert "each names a price" in member.get(f"/papers/{paper}?as_at=2026-03-10").words


def test_a_missing_or_changed_file_is_said_and_logged(
    browser: Browsers, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    b = browser("secretary")
    b.post(f"/papers/of/group/{group_id(site)}/add", paper_form(content=PDF + b"%3 %%EOF"))
    paper = paper_id(site, "Forward plan")
    (version,) = version_ids(site, paper)
    with site.app.app_context():
        content_hash = db.session.get_one(PaperVersion, version).content_hash
        db.session.remove()
    file = Store(site.app.extensions["settings"].papers_folder).folder / place_of(content_hash)
    for spoil in (lambda: file.write_bytes(b"other"), file.unlink):
        spoil()
        page = b.get(f"/papers/{paper}/versions/{version}", expect=503)
        assert "The file of this paper is missing" in page.words and "put back from a copy. Tell" in page.words
        assert "busy" not in page.words and "Retry-After" not in b.response.headers
        assert "Forward plan" in b.get(f"/papers/{paper}").words
    assert "file of a paper missing" in caplog.text


def test_strangers_sign_in_and_odd_addresses_are_not_found(browser: Browsers, site: Site) -> None:
    browser(None).get(f"/papers/{paper_id(site)}", expect=303)
    b = browser("staff")
    for raw in ("0", "-1", "9" * 20, "٣", "%00", "..%2f"):
        b.get(f"/papers/{raw}", expect=404)

"""Keeping a paper: newer versions, title and standing, withdrawing it; two people at it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.client import Browsers
from tests.support.engines import Site
from tests.support.papers import EXEMPT, PDF, end_seat, group_id, paper_id, version_form, version_ids
from wfsite.extensions import db
from wfsite.papers.models import PaperStanding, PaperVersion


@pytest.fixture
def paper(site: Site) -> int:
    return paper_id(site)


def _standings(site: Site, paper: int) -> list[tuple[str, str, bool]]:
    with site.app.app_context():
        rows = db.session.scalars(select(PaperStanding).where(PaperStanding.paper_id == paper)).all()
        db.session.remove()
    return [(row.title, row.standing.value, row.withdrawn) for row in rows]


def test_a_newer_version_by_links_and_forms(browser: Browsers, paper: int) -> None:
    b = browser("secretary")
    b.get(f"/papers/{paper}")
    b.link("Add a newer version")
    b.submit("Add the version", version_form(label="V2", stage="final"))
    assert "The version is added." in b.follow().words
    assert "Terms of reference, V2 (PDF, 1 KB)" in browser("viewer").get("/steering").words


def test_the_same_version_twice_is_once_and_another_file_needs_another_label(
    browser: Browsers, site: Site, paper: int
) -> None:
    b = browser("secretary")
    url = f"/papers/{paper}/versions/add"
    b.post(url, version_form())
    b.post(url, version_form())
    assert len(version_ids(site, paper)) == 3
    page = b.post(url, version_form(content=PDF + b"%4 %%EOF", label="v0.2"), expect=422)
    assert "There is a version “V0.2” already" in page.words
    with site.app.app_context():
        names = db.session.scalars(select(PaperVersion.file_name).where(PaperVersion.paper_id == paper)).all()
        db.session.remove()
    assert names.count("terms.pdf") == 1


def test_a_version_needs_a_file_a_label_and_a_stage(browser: Browsers, site: Site, paper: int) -> None:
    page = browser("secretary").post(f"/papers/{paper}/versions/add", {}, expect=422)
    for words in ("Choose a file", "Enter the version", "Choose whether it is a draft or final"):
        assert words in page.words
    assert len(version_ids(site, paper)) == 2


def test_a_standing_changes_with_its_reason_and_stays_in_the_history(browser: Browsers, site: Site, paper: int) -> None:
    b = browser("secretary")
    b.get(f"/papers/{paper}/edit")
    page = b.submit("Save", {"standing": "exempt"}, expect=422)
    assert "Choose the paragraph of Schedule 12A" in page.words and "Say in a sentence why" in page.words
    b.submit("Save", {"standing": "exempt", "paragraph": "1", "reason": "It names a child."})
    page = b.follow()
    assert "The paper is changed." in page.words and "It names a child." in page.words
    assert "“Terms of reference”, open" in page.words and "Paragraph 1: it is about a particular person" in page.words
    browser("staff").get(f"/papers/{paper}", expect=404)
    b.get(f"/papers/{paper}/edit")
    assert "can read all 2 versions of it, the earlier ones too" in b.page.words
    assert "Delete the reason" in b.submit("Save", {"standing": "open", "paragraph": ""}, expect=422).words
    b.submit("Save", {"standing": "open", "paragraph": "", "reason": ""})
    page = browser("staff").get(f"/papers/{paper}")
    assert "It names a child." not in page.words
    assert [standing for _, standing, _ in _standings(site, paper)] == ["open", "exempt", "open"]


def test_the_same_again_changes_nothing(browser: Browsers, site: Site, paper: int) -> None:
    b = browser("secretary")
    for _ in range(2):
        b.get(f"/papers/{paper}/edit")
        b.submit("Save")
    assert len(_standings(site, paper)) == 1


def test_a_title_that_is_taken_is_refused(browser: Browsers, site: Site, paper: int) -> None:
    b = browser("secretary")
    b.get(f"/papers/{paper}/edit")
    assert "There is a paper of this title already" in b.submit("Save", {"title": EXEMPT}, expect=422).words


def test_somebody_who_was_first_is_shown_beside_mine(browser: Browsers, site: Site, paper: int) -> None:
    mine, theirs = browser("secretary"), browser("secretary")
    mine.get(f"/papers/{paper}/edit")
    theirs.get(f"/papers/{paper}/edit")
    site.clock.at += timedelta(minutes=1)
    theirs.submit("Save", {"title": "Terms"})
    page = mine.submit("Save", {"standing": "confidential", "reason": "Names."}, expect=409)
    assert "You changed this paper in another tab" in page.words
    assert page.one("input", id="title")["value"] == "Terms"
    mine.submit("Save mine anyway")
    assert _standings(site, paper)[-1] == ("Terms", "confidential", False)


def test_a_withdrawn_paper_is_gone_today_and_stands_on_past_days(browser: Browsers, site: Site, paper: int) -> None:
    final = version_ids(site, paper)[-1]
    site.clock.at += timedelta(days=1)
    b = browser("secretary")
    b.get(f"/papers/{paper}")
    b.submit("Withdraw it")
    assert "The paper is withdrawn." in b.follow().words
    b.post(f"/papers/{paper}/withdraw")
    assert len(_standings(site, paper)) == 2
    staff = browser("staff")
    for url in (f"/papers/{paper}", f"/papers/{paper}/versions/{final}"):
        staff.get(url, expect=404)
        assert staff.client.get(f"{url}?as_at=2026-03-10").status_code == 200
    assert "No papers are kept here yet." in staff.get("/steering").words
    assert "Terms of reference, Final" in staff.get("/steering?as_at=2026-03-10").words
    page = b.get(f"/papers/of/group/{group_id(site)}")
    assert "Withdrawn" in page.words
    page = b.post(f"/papers/{paper}/versions/add", version_form(), expect=409)
    assert "Put it back first" in page.words


def test_a_withdrawn_paper_is_shown_again_unless_its_title_is_taken(browser: Browsers, site: Site, paper: int) -> None:
    b = browser("secretary")
    b.post(f"/papers/{paper}/withdraw")
    b.get(f"/papers/{paper}")
    b.submit("Show it again")
    assert "The paper is shown again." in b.follow().words
    b.post(f"/papers/{paper}/withdraw")
    b.get(f"/papers/{paper_id(site, EXEMPT)}/edit")
    b.submit("Save", {"title": "Terms of reference"})
    assert "There is a paper of this title already" in b.post(f"/papers/{paper}/put-back", expect=422).words


@pytest.mark.parametrize("path", ["edit", "versions/add", "withdraw", "put-back"])
def test_nobody_else_keeps_it(browser: Browsers, site: Site, paper: int, path: str) -> None:
    for account in ("admin", "chair", "staff"):
        browser(account).post(f"/papers/{paper}/{path}", version_form(), expect=403)
    browser("secretary").post(f"/papers/9999/{path}", version_form(), expect=404)
    assert (len(_standings(site, paper)), len(version_ids(site, paper))) == (1, 2)


def test_another_groups_secretary_finds_nothing(browser: Browsers, site: Site, paper: int) -> None:
    """The secretary of the training group, who has no seat on this one."""
    b = browser("secretary")
    b.get(f"/papers/of/group/{group_id(site, 'training')}")
    end_seat(site, "secretary")
    for path in ("edit", "versions/add"):
        browser("secretary").get(f"/papers/{paper}/{path}", expect=404)
    browser("secretary").get(f"/papers/{paper_id(site, EXEMPT)}", expect=404)

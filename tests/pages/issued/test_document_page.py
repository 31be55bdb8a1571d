"""An edition: read by everybody once it is issued, and moved on by buttons that fit its state and its reader."""

from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from sqlalchemy import delete, select, update

from tests.support.client import Browsers
from tests.support.documents import CONTENT, Reports
from tests.support.engines import Site
from tests.support.present import the
from wfsite.extensions import db
from wfsite.issued.content_rules import Content, content_from, content_hash, paragraphs
from wfsite.issued.models import Edition
from wfsite.people.models import Person, RoleGrant
from wfsite.training.programme.models import TrainingSession


def content_of(site: Site, address: str) -> Content:
    with site.app.app_context():
        found = db.session.scalar(select(Edition.frozen).where(Edition.id == int(address.rsplit("/", 1)[1])))
        db.session.remove()
    return content_from(the(found))


@pytest.mark.parametrize("account", ["viewer", "staff", "chair", "admin", "training"])
def test_works(browser: Browsers, reports: Reports, account: str) -> None:
    b = browser(account)
    page = b.get(reports.issued)
    assert page.one("h1").text == "Attendance at training, Quarter 1, April to June 2025"
    assert page.one("title").text.startswith("Attendance at training, Quarter 1, April to June 2025")
    assert "Issued Edition 1, issued on" in page.words and "How they add up: " in page.words
    assert "Content hash" in page.words and "Link 1 of the chain" in page.words
    (picture,) = page.all("img")
    for source in (picture["src"], f"{picture['src']}?narrow=1"):
        b.get(source)
        assert b.response.mimetype == "image/svg+xml"
    assert len(page.all("table")) == 2


def test_what_a_reader_sees_has_no_buttons_and_no_draft(browser: Browsers, reports: Reports) -> None:
    b = browser("viewer")
    b.get(reports.issued)
    assert not [f for f in b.page.all("form") if f["action"].startswith("/reports")]
    assert "asked for approval" not in b.page.words and "approved it" in b.page.words
    assert "Edition 2" not in b.page.words


def test_it_waits_for_somebody_else(browser: Browsers, reports: Reports) -> None:
    b = browser("training")
    b.get(reports.waiting)
    assert b.link("Approve it or send it back").one("h1").text == "Decide on a report"
    b = browser(reports.other)
    b.get(reports.waiting)
    assert "It can be approved by Priya Nair: nobody who had a hand in it." in b.page.words
    assert "Approve it" not in [a.text for a in b.page.all("a")]
    b.submit("Take it back to change it")
    assert "It is a draft again" in b.follow().words


def test_figures_of_a_draft_are_taken_again_and_frozen_ones_do_not_move(
    site: Site, browser: Browsers, reports: Reports
) -> None:
    b = browser("training")
    b.get(reports.draft)
    before, issued = content_of(site, reports.issued), b.get(reports.issued).words
    with site.app.app_context():
        first = db.session.scalar(select(TrainingSession).order_by(TrainingSession.ends_at).where(
            TrainingSession.register_closed_at.is_not(None)))  # fmt: skip
        for session in db.session.scalars(select(TrainingSession)):
            session.register_closed_at = None
        assert first
        db.session.commit()
        db.session.remove()
    assert b.get(reports.issued).words == issued and content_of(site, reports.issued) == before
    old = b.get(reports.draft).words
    b.submit("Take today’s figures again")
    new = b.follow().words
    assert "The draft has today’s figures now" in new
    assert "still open, not counted below" in new and "still open, not counted below" not in old
    assert "Two registers were closed after the report was issued" in new, "the words stay"


def test_a_whole_life_by_two_people(browser: Browsers, reports: Reports) -> None:
    lead, other = browser("training"), browser(reports.other)
    lead.get(reports.draft)
    lead.submit("Ask for approval")
    assert "It can be approved by" in lead.follow().words and "It waits for approval now" in lead.page.words
    lead.get(f"{reports.draft}/decide")
    assert (
        "somebody else must approve it" in lead.submit("Save the decision", {"decision": "approve"}, expect=422).words
    )
    other.get("/")
    other.link("Approve: Attendance at training, Quarter 1, April to June 2025")
    other.link("Approve it or send it back")
    other.submit("Save the decision", {"decision": "approve"})
    assert "Approved. Its author has been told" in other.follow().words
    lead.get("/")
    lead.link("Issue: Attendance at training, Quarter 1, April to June 2025")
    asked = lead.link("Issue it")
    assert asked.one("h1").text == "Issue this report?" and "takes the place of edition 1" in asked.words
    lead.submit("Issue it")
    assert "Everybody who signs in can read it now" in lead.follow().words
    viewer = browser("viewer")
    viewer.get(reports.issued)
    assert "This is an earlier edition." in viewer.page.words
    assert "Replaced Edition 1, issued on" in viewer.page.words
    assert "replaced on 10 March 2026" in browser("viewer").get("/reports").words
    file = browser("viewer")
    file.get("/reports/export?show=earlier")
    assert b"Replaced" in file.response.data.splitlines()[0] or file.response.mimetype != "text/csv"
    new = viewer.link("read edition 2")
    assert "Edition 2 corrects the edition before it: Two registers were closed late" in new.words
    lead.link("Withdraw it")
    lead.submit("Withdraw it", {"reason": "It counted another quarter."})
    assert "That edition was withdrawn on 10 March 2026" in viewer.get(reports.issued).words


def test_word_says_what_the_page_says(site: Site, browser: Browsers, reports: Reports) -> None:
    b, content = browser("viewer"), content_of(site, reports.issued)
    page = b.get(reports.issued)
    b.get(f"{reports.issued}/word")
    assert b.response.headers["Content-Disposition"].endswith('quarter-attendance-2025-q1-edition-1.docx"')
    word = Document(BytesIO(b.response.data))
    said = "\n".join(paragraph.text for paragraph in word.paragraphs)
    for words in (*paragraphs(content.words.summary), *(chart.sentence for chart in content.charts)):
        assert words in said and words in page.words
    assert "Edition 1, issued on" in said and "Content hash: " in said and "of the chain: " in said
    in_word = [[cell.text for cell in row.cells] for table in word.tables[1:] for row in table.rows[1:]]
    on_page = [[" ".join(cell.text.split()) for cell in tr.children if cell.name in ("th", "td")]
               for table in page.all("table") for tr in table.children if tr.name == "tr"][:]  # fmt: skip
    on_page = [row for row in on_page if row[0] not in ("Agency", "Profession or role")]
    assert in_word == on_page and len(in_word) > 10
    for figure in word.tables[0].rows[1:]:
        assert all(cell.text in page.words for cell in figure.cells)


def test_a_draft_in_word_says_that_it_is_one(browser: Browsers, reports: Reports) -> None:
    b = browser("training")
    b.get(f"{reports.draft}/word")
    assert "not issued" in Document(BytesIO(b.response.data)).paragraphs[1].text


@pytest.mark.parametrize(
    "damage",
    [
        {"frozen": b"no JSON"},
        {"frozen": b"no JSON", "content_hash": content_hash(b"no JSON")},
        {"frozen": b"[]", "content_hash": content_hash(b"[]")},
        {"template": "v9"},
    ],
)
def test_what_is_damaged_says_so_and_the_rest_of_the_page_stands(
    site: Site, browser: Browsers, reports: Reports, damage: dict[str, object]
) -> None:
    with site.app.app_context():
        db.session.execute(update(Edition).where(Edition.id == int(reports.issued.rsplit("/", 1)[1])).values(**damage))
        db.session.commit()
        db.session.remove()
    for account in ("viewer", "training"):
        b = browser(account)
        words = b.get(reports.issued).words
        assert "This edition cannot be shown" in words and "issued it on" in words
        b.get(f"{reports.issued}/word", expect=409)
    if "frozen" in damage:
        b.get(f"{reports.issued}/picture/1", expect=409)


def test_a_damaged_draft_is_no_fault_of_the_site(site: Site, browser: Browsers, reports: Reports) -> None:
    with site.app.app_context():
        db.session.execute(update(Edition).where(Edition.issued_at.is_(None)).values(figures=b"[", words=b"["))
        db.session.commit()
        db.session.remove()
    b = browser("training")
    assert "cannot be shown" in b.get(reports.draft).words
    b.get(f"{reports.draft}/edit", expect=409)
    b.get(f"{reports.waiting}/decide")
    assert "cannot be shown" in b.submit("Save the decision", {"decision": "approve"}, expect=409).words


def test_where_nobody_can_approve_nobody_is_said_to_have_been_told(
    site: Site, browser: Browsers, reports: Reports
) -> None:
    with site.app.app_context():
        person = db.session.scalar(select(Person.id).where(Person.email == reports.other))
        db.session.execute(delete(RoleGrant).where(RoleGrant.person_id == person))
        db.session.commit()
        db.session.remove()
    b = browser("training")
    b.get(reports.draft)
    b.submit("Ask for approval")
    words = b.follow().words
    assert "Nobody can approve it yet" in words and "told" not in words


def test_issuing_is_asked_once_and_only_of_what_is_approved(browser: Browsers, reports: Reports) -> None:
    b = browser("training")
    for address in (reports.draft, reports.waiting, reports.issued):
        b.get(f"{address}/issue", expect=409)
    browser("viewer").get(f"{reports.issued}/issue", expect=403)
    b.get("/reports/999999/issue", expect=404)


def test_stranger(browser: Browsers, reports: Reports) -> None:
    browser(None).get(reports.issued, expect=303)
    for address in (reports.waiting, reports.draft, f"{reports.draft}/word", f"{reports.draft}/picture/1"):
        for account in ("viewer", "staff", "chair", "admin", "partner"):
            browser(account).get(address, expect=404)


def test_wrong_state(browser: Browsers, reports: Reports) -> None:
    b = browser("training")
    for act in ("figures", "ask", "take-back", "issue"):
        page = b.post(f"{reports.issued}/{act}", {"version": "6"}, expect=409)
        assert "never changes" in page.words or "was changed while" in page.words
    assert "was changed while you were looking" in b.post(f"{reports.draft}/ask", {"version": "0"}, expect=409).words


def test_unknown_id(browser: Browsers, reports: Reports) -> None:
    b = browser("training")
    for address in ("/reports/999999", "/reports/999999/word", f"{reports.issued}/picture/9"):
        b.get(address, expect=404)
    for act in ("figures", "ask", "take-back", "issue"):
        b.post(f"/reports/999999/{act}", {"version": "1"}, expect=404)


def test_version_1_of_the_page_is_pinned(site: Site, checkout: Path) -> None:
    """What was issued with it is drawn by it for ever. A change of this file's snapshot is a version 2 in disguise."""
    pictures = [(f"/picture/{number}", (10, 20)) for number in (1, 2, 3)]
    with site.app.test_request_context():
        template = site.app.jinja_env.get_template("issued/v1/document.html")
        drawn = template.render(content=CONTENT, pictures=pictures, paragraphs=paragraphs)
    assert drawn == (checkout / "tests/pages/issued/v1.html").read_text(encoding="utf-8")


def test_nobody_is_named_in_the_figures(site: Site, reports: Reports) -> None:
    with site.app.app_context():
        frozen = db.session.scalar(select(Edition.figures).where(Edition.id == int(reports.issued.rsplit("/", 1)[1])))
        names = db.session.scalars(select(Person.name)).all()
        db.session.remove()
    assert [name for name in names if name.encode("ascii", "ignore") in the(frozen)] == []

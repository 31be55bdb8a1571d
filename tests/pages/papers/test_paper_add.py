"""Hanging a paper on a group: its file, its version, who may read it."""

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.support.client import Browsers, form_data
from tests.support.engines import Site
from tests.support.papers import JPEG, PDF, group_id, office, paper_form
from tests.support.present import the
from wfsite.extensions import db
from wfsite.papers.models import Paper, PaperVersion
from wfsite.papers.store import Store
from wfsite.web.uploads import LARGEST_PAPER


@pytest.fixture
def url(site: Site) -> str:
    return f"/papers/of/group/{group_id(site)}/add"


def _count(site: Site, model: type[Paper | PaperVersion] = Paper) -> int:
    with site.app.app_context():
        found = db.session.scalars(select(func.count()).select_from(model)).one()
        db.session.remove()
    return found


def test_a_secretary_adds_a_paper_by_links_and_forms(browser: Browsers, site: Site) -> None:
    b = browser("secretary")
    b.get("/steering")
    b.link("Add papers, or change those that are there")
    b.link("Add a paper")
    b.submit("Add the paper", paper_form("Über uns.docx", office()))
    page = b.follow()
    assert "The paper is added." in page.words and "Forward plan" in page.words
    assert "Draft (Word document, 1 KB)" in page.words and "from the file Über uns.docx" in page.words
    assert "Forward plan, Draft (Word document, 1 KB)" in browser("staff").get("/steering").words


def test_the_file_is_on_the_disk_before_its_row_counts(browser: Browsers, site: Site, url: str) -> None:
    browser("secretary").post(url, paper_form(content=PDF + b"%1 %%EOF"))
    with site.app.app_context():
        version = the(db.session.scalars(select(PaperVersion).order_by(PaperVersion.id.desc())).first())
        db.session.remove()
    assert Store(site.app.extensions["settings"].papers_folder).read(version.content_hash) == PDF + b"%1 %%EOF"
    assert (version.file_name, version.size) == ("terms.pdf", len(PDF) + 8)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"file": (BytesIO(b""), "")}, "Choose a file"),
        ({"file": (BytesIO(b""), "empty.pdf")}, "The file is empty"),
        ({"file": (BytesIO(JPEG), "terms.pdf")}, "The file is no PDF, whatever its name says"),
        ({"file": (BytesIO(office()), "terms.docm")}, "may hold macros"),
        ({"title": ""}, "Enter the title"),
        ({"title": "x" * 201}, "The title must be 200 characters or fewer (you used 201)"),
        ({"title": "a\u202eb"}, "The title contains characters that can't be saved"),
        ({"label": ""}, "Enter the version"),
        ({"stage": "approved"}, "Choose whether it is a draft or final"),
        ({"standing": "secret"}, "Choose who may read it"),
        ({"standing": ""}, "Choose who may read it"),
        ({"standing": "open", "reason": "Prices"}, "Delete the reason, since the paper is to be open"),
        ({"standing": "open", "paragraph": "3"}, "Choose “Not exempt”, since the paper is to be open"),
        ({"standing": "confidential", "paragraph": "3", "reason": "Prices"}, "since the paper is to be confidential"),
        ({"standing": "confidential"}, "Say in a sentence why it is confidential"),
        ({"standing": "exempt", "reason": "Prices"}, "Choose the paragraph of Schedule 12A"),
        ({"standing": "exempt", "paragraph": "9", "reason": "Prices"}, "Choose a paragraph of the list, or none"),
        ({"title": "Terms of reference"}, "There is a paper of this title already"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words_and_what_was_typed_is_kept(
    browser: Browsers, site: Site, url: str, sent: dict[str, str] | dict[str, tuple[BytesIO, str]], says: str
) -> None:
    before = _count(site)
    b = browser("secretary")
    page = b.post(url, paper_form() | sent, expect=422)
    assert says in page.words and page.one("title").text.strip().startswith("Error:")
    assert _count(site) == before
    if "title" not in sent:
        assert page.one("input", id="title")["value"] == "Forward plan"
    assert "Choose the file again" in page.words


def test_a_large_file_is_refused_with_its_limit(browser: Browsers, url: str) -> None:
    b = browser("secretary")
    fields = {"title": "Forward plan", "standing": "open", "label": "Draft", "stage": "draft"}
    page = b.post_large(url, fields, "terms.pdf", b"x" * (LARGEST_PAPER + 1), expect=422)
    assert "must be 10 MB or smaller" in page.words
    page = b.post_large(url, fields, "terms.pdf", b"x" * (LARGEST_PAPER + 100_000), expect=413)
    assert "too big" in page.words
    b.post_large(url, fields, "terms.pdf", PDF + b" " * (LARGEST_PAPER - len(PDF) - 6) + b"%%EOF\n")
    assert "10.0 MB" in b.follow().words


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.pdf", "C:\\temp\\terms.pdf", "é\u202e\0.pdf", "n" * 500 + ".pdf", ".pdf"]
)
def test_whatever_a_file_is_called_it_is_kept_under_a_name_of_ours(browser: Browsers, url: str, name: str) -> None:
    b = browser("secretary")
    b.post(url, paper_form(name))
    page = b.follow()
    assert "/" not in page.words.partition("from the file ")[2].partition(".pdf")[0]
    link = next(a["href"] for a in page.all("a") if "/versions/" in a["href"] and a["href"][-1].isdigit())
    answer = b.client.get(link)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="forward-plan-draft.pdf"'


def test_twice_is_once(browser: Browsers, site: Site, url: str) -> None:
    before = _count(site)
    b = browser("secretary")
    b.post(url, paper_form())
    first = b.response.headers["Location"]
    b.post(url, paper_form())
    assert b.response.headers["Location"] == first
    assert (_count(site), _count(site, PaperVersion)) == (before + 1, 4)
    assert (
        "There is a paper of this title already"
        in b.post(url, paper_form(content=JPEG, name="a.jpg"), expect=422).words
    )


@pytest.mark.parametrize("other", [{"standing": "confidential", "reason": "It names people."}, {"stage": "final"}])
def test_the_same_file_as_something_else_is_not_taken_for_the_same_paper(
    browser: Browsers, site: Site, url: str, other: dict[str, Any]
) -> None:
    b = browser("secretary")
    b.post(url, paper_form())
    page = b.post(url, paper_form(**other), expect=422)
    assert "There is a paper of this title already" in page.words
    (typed,) = (form_data(one) for one in page.all("form") if "enctype" in one.attrs)
    chosen = {"standing": "open", "stage": "draft"} | other
    assert {name: typed[name] for name in chosen} == {name: [value] for name, value in chosen.items()}
    assert (_count(site), _count(site, PaperVersion)) == (3, 4)


def test_nobody_has_chosen_who_may_read_it_and_an_empty_form_is_told_all_at_once(browser: Browsers, url: str) -> None:
    b = browser("secretary")
    page = b.get(url)
    assert not any("checked" in box.attrs for box in page.all("input", type="radio"))
    page = b.post(url, {}, expect=422)
    for says in ("Enter the title", "Choose who may read it", "Choose a file", "Enter the version", "Choose whether"):
        assert says in page.words


def test_only_who_keeps_this_groups_papers_may(browser: Browsers, site: Site, url: str) -> None:
    for account in ("admin", "chair", "staff", "viewer"):
        browser(account).get(url, expect=403)
        browser(account).post(url, paper_form(), expect=403)
    browser(None).get(url, expect=303)
    for wrong in ("/papers/of/group/9999/add", url.replace("group", "cake"), "/papers/of/group/0/add"):
        browser("secretary").get(wrong, expect=404)
        browser("secretary").post(wrong, paper_form(), expect=404)
    assert _count(site) == 2


def test_a_disk_that_takes_nothing_is_said_and_nothing_is_saved(
    browser: Browsers, site: Site, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("wfsite.papers.store.write_synced", full)
    page = browser("secretary").post(url, paper_form(content=PDF + b"%2 %%EOF"), expect=503)
    assert "could not be kept, and nothing was saved" in page.words
    assert _count(site) == 2

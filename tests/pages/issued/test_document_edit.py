"""The author's words: kept, checked, set beside a colleague's."""

import pytest


def test_works(browser, reports):
    b = browser("training")
    b.get(reports.draft)
    b.link("Change the words")
    b.submit("Save", {"summary": "All went well.", "comment-professions": "Nurses came most."})
    words = b.follow().words
    assert "Saved." in words and "All went well." in words and "Nurses came most." in words
    assert "Priya Nair changed the words" in words


@pytest.mark.parametrize(("field", "length"), [("summary", 8_001), ("comment-agencies", 4_001)])
def test_invalid(browser, reports, field, length):
    b = browser("training")
    b.get(f"{reports.draft}/edit")
    page = b.submit("Save", {field: "x" * length}, expect=422)
    assert "characters or fewer" in page.words and "x" * length in b.response.text


def test_mine_is_what_i_changed(browser, reports):
    mine, theirs = browser("training"), browser(reports.other)
    mine.get(f"{reports.draft}/edit")
    theirs.get(f"{reports.draft}/edit")
    theirs.submit("Save", {"summary": "Their summary.", "comment-agencies": "Their comment."})
    page = mine.submit("Save", {"summary": "My summary."}, expect=409)
    assert "Their summary." in page.words and "My summary." in b_text(mine) and "Their comment." in b_text(mine)
    mine.submit("Save mine anyway")
    words = mine.follow().words
    assert "My summary." in words and "Their comment." in words


def b_text(b):
    return b.response.text


def test_wrong_state_keeps_what_was_typed(browser, reports):
    mine, theirs = browser("training"), browser(reports.other)
    mine.get(f"{reports.draft}/edit")
    theirs.get(reports.draft)
    theirs.submit("Ask for approval")
    page = mine.submit("Save", {"summary": "My summary."}, expect=409)
    assert "What you wrote stands below" in page.words and "My summary." in mine.response.text
    for address in (reports.issued, reports.waiting):
        assert "There is a problem" in mine.get(f"{address}/edit", expect=409).words


def test_a_second_tab_of_the_author(browser, reports):
    one, two = browser("training"), browser("training")
    one.get(f"{reports.draft}/edit")
    two.get(f"{reports.draft}/edit")
    two.submit("Save", {"summary": "From the other tab."})
    assert (
        "You changed this draft in another tab" in one.submit("Save", {"summary": "From this tab."}, expect=409).words
    )


def test_stranger(browser, reports):
    for account in ("viewer", "staff", "chair", "partner", "secretary"):
        browser(account).get(f"{reports.draft}/edit", expect=403)
        browser(account).post(f"{reports.draft}/edit", {"summary": "x"}, expect=403)


def test_unknown_id(browser):
    browser("training").get("/reports/999999/edit", expect=404)

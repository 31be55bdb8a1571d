"""Approving and sending back: by somebody who had no hand in it, of what was read, with a reason."""

from tests.support.client import Browsers
from tests.support.documents import Reports


def test_sent_back_with_its_reason(browser: Browsers, reports: Reports) -> None:
    b = browser("training")
    b.get(f"{reports.waiting}/decide")
    b.submit("Save the decision", {"decision": "send-back", "reason": "The summary is too long."})
    assert "Priya Nair sent it back on" in b.follow().words
    author = browser(reports.other)
    home = author.get("/")
    assert "Finish: Attendance at training" in home.words
    assert "Sent back" in home.words and "It was sent back today: The summary is too long." in home.words
    assert "The summary is too long." in author.get(reports.waiting).words


def test_approved_can_still_be_sent_back(browser: Browsers, reports: Reports) -> None:
    b = browser("training")
    b.get(f"{reports.waiting}/decide")
    b.submit("Save the decision", {"decision": "approve"})
    b.follow()
    b.link("Send it back")
    assert "Approve it as it stands" not in b.page.words
    b.submit("Save the decision", {"reason": "One more word."})
    assert "Sent back" in b.follow().words


def test_invalid(browser: Browsers, reports: Reports) -> None:
    b = browser("training")
    b.get(f"{reports.waiting}/decide")
    assert "Choose whether to approve it" in b.submit("Save the decision", expect=422).words
    b.get(f"{reports.waiting}/decide")
    page = b.submit("Save the decision", {"decision": "send-back", "reason": " "}, expect=422)
    assert "Say what has to change" in page.words
    b.get(f"{reports.waiting}/decide")
    page = b.submit("Save the decision", {"decision": "approve", "reason": "A word is wrong."}, expect=422)
    assert "Empty this box to approve it" in page.words and "A word is wrong." in page.one("textarea").text
    assert "Waits for approval" in b.get(reports.waiting).words


def test_the_author_is_refused_in_every_tab(browser: Browsers, reports: Reports) -> None:
    one, two = browser(reports.other), browser(reports.other)
    for b in (one, two):
        b.get(f"{reports.waiting}/decide")
    for b in (one, two):
        page = b.submit("Save the decision", {"decision": "approve"}, expect=422)
        assert "somebody else must approve it" in page.words


def test_what_was_not_read_is_not_approved(browser: Browsers, reports: Reports) -> None:
    b, author = browser("training"), browser(reports.other)
    b.get(f"{reports.waiting}/decide")
    author.get(reports.waiting)
    author.submit("Take it back to change it")
    author.follow()
    author.submit("Ask for approval")
    page = b.submit("Save the decision", {"decision": "approve"}, expect=409)
    assert "was changed while you were looking at it" in page.words
    assert "Waits for approval" in page.words


def test_stranger(browser: Browsers, reports: Reports) -> None:
    for account in ("viewer", "staff", "chair", "partner"):
        browser(account).get(f"{reports.waiting}/decide", expect=403)
        browser(account).post(f"{reports.waiting}/decide", {"decision": "approve"}, expect=403)


def test_wrong_state_and_unknown_id(browser: Browsers, reports: Reports) -> None:
    b = browser("training")
    b.post(f"{reports.newest}/decide", {"decision": "send-back", "reason": "x", "version": "5"}, expect=409)
    b.get("/reports/999999/decide", expect=404)

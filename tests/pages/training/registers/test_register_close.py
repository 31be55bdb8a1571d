"""Closing asks about the unrecorded; opening again asks once."""

import json

import pytest

from tests.support.client import Browser, Browsers
from tests.support.registers import Registers, Standings


def test_works(browser: Browsers, known: Registers) -> None:
    b = browser("training")
    b.post(f"{known.today}/everyone", {"act": "abcdefghij"})
    b.get(known.today)
    b.submit("Close the register")
    assert "Closed by Priya Nair on 10 March 2026 at 10am" in b.follow().words
    b.link("Open the register again")
    assert "Closed on 10 March 2026 at 10am by Priya Nair" in b.page.words
    b.submit("Open the register again")
    assert "Close the register" in b.follow().words


def test_fragment(browser: Browsers, known: Registers) -> None:
    b = browser("training")
    b.post(f"{known.today}/close", {"version": 1}, htmx=True, expect=200)
    assert b.response.headers["HX-Redirect"] == f"{known.today}/close"
    b.post(f"{known.today}/everyone", {"act": "abcdefghij"})
    page = b.post(f"{known.today}/close", {"version": 1}, htmx=True, expect=200)
    event = json.loads(b.response.headers["HX-Trigger-After-Settle"])
    assert event["said"] == "The register is closed."
    assert page.one("p", id=event["focus-on"])


def test_everybody_unrecorded_is_asked_about(browser: Browsers, known: Registers) -> None:
    b = browser("training")
    b.get(known.today)
    b.submit("Close the register")
    page = b.follow()
    assert "Who has not been recorded yet?" in page.words
    assert len(page.all("fieldset")) == 25
    assert not [t for t in page.all("input") if "checked" in t.attrs], "nothing is assumed"


def test_invalid(browser: Browsers, known: Registers) -> None:
    b = browser("training")
    b.get(f"{known.today}/close")
    first, second = known.places[:2]
    page = b.submit("Close the register", {f"mark-{first}": "apology", f"mark-{second}": "nonsense"}, expect=422)
    assert len([a for a in page.all("a") if a["href"].startswith("#mark-")]) == 24
    assert b.response.text.find("<title>Error: ") > 0
    assert [t["value"] for t in page.all("input") if "checked" in t.attrs] == ["apology"]
    assert "25 not recorded" in b.get(known.today).words, "nothing was saved"


def test_each_answer_and_the_rest(browser: Browsers, known: Registers) -> None:
    b = browser("training")
    b.get(f"{known.today}/close")
    first, second = known.places[:2]
    b.submit(
        "Everybody left did not attend: close the register",
        {f"mark-{first}": "attended", f"mark-{second}": "unrecorded"},
    )
    words = b.follow().words
    assert "1 attended" in words and "23 did not attend" in words and "1 not recorded" in words


def test_a_colleague_in_between(browser: Browsers, colleague: Browser, known: Registers, standing: Standings) -> None:
    b = browser("training")
    b.get(f"{known.today}/close")
    colleague.post(f"/training/places/{known.places[0]}/mark", {"mark": "attended", "version": 1})
    answers = {f"mark-{i}": "did-not-attend" for i in known.places}
    page = b.submit("Close the register", answers, expect=409)
    assert "Nadia Rahman set" in page.words and "to Attended at 10am" in page.words
    assert "You chose Did not attend. Their mark stands" in page.words
    assert len([t for t in page.all("input") if "checked" in t.attrs]) == 24, "the other answers are kept"
    b.submit("Close the register")
    assert standing(known.places[0]) == ("attended", 2)
    assert standing(known.places[1]) == ("did-not-attend", 2)


def test_ones_own_other_tab_in_between(browser: Browsers, known: Registers) -> None:
    b, other_tab = browser("training"), browser("training")
    b.get(f"{known.today}/close")
    other_tab.post(f"/training/places/{known.places[0]}/mark", {"mark": "attended", "version": 1})
    page = b.submit("Close the register", {f"mark-{i}": "did-not-attend" for i in known.places}, expect=409)
    assert "You set" in page.words and "to Attended in another tab at 10am" in page.words
    assert "The mark from your other tab stands" in page.words


@pytest.mark.parametrize("who", ["colleague", "other tab"])
def test_a_register_that_was_closed_in_between_says_so_and_what_was_not_taken(
    browser: Browsers, colleague: Browser, known: Registers, standing: Standings, who: str
) -> None:
    b = browser("training")
    b.get(f"{known.today}/close")
    other = colleague if who == "colleague" else browser("training")
    other.post(f"{known.today}/everyone", {"act": "abcdefghij"})
    other.post(f"{known.today}/close", {"version": 1})
    answers = {f"mark-{i}": "attended" for i in known.places} | {f"mark-{known.places[0]}": "apology"}
    page = b.submit("Close the register", answers, expect=409)
    by = (
        "Nadia Rahman closed this register at 10am" if who == "colleague" else "You closed this register in another tab"
    )
    assert by in page.words and "Nothing was changed" in page.words
    assert "to Attended" in page.words and "You chose Sent apologies" in page.words
    assert len([tag for tag in page.all("li") if "You chose" in tag.text]) == 1, "only what differs"
    assert standing(known.places[0]) == ("attended", 2)


def test_a_replay_of_closing_is_quiet(browser: Browsers, known: Registers) -> None:
    b = browser("training")
    answers = {f"mark-{i}": "attended" for i in known.places} | {f"base-{i}": "1:unrecorded" for i in known.places}
    for _ in range(2):
        b.post(f"{known.today}/close", {"version": 1, "asked": "1", **answers})
        assert b.response.headers["Location"] == known.today


@pytest.mark.parametrize("who", ["colleague", "other tab"])
def test_who_closed_and_opened_it_again_is_told_apart(
    browser: Browsers, colleague: Browser, known: Registers, who: str
) -> None:
    b = browser("training")
    b.get(f"{known.today}/close")
    other = colleague if who == "colleague" else browser("training")
    other.post(f"{known.today}/everyone", {"act": "abcdefghij"})
    other.post(f"{known.today}/close", {"version": 1})
    other.post(f"{known.today}/reopen", {"version": 2})
    other.post(f"/training/places/{known.places[0]}/mark", {"mark": "unrecorded", "version": 2})
    page = b.submit("Close the register", {f"mark-{known.places[0]}": "apology"}, expect=409)
    assert [t["value"] for t in page.all("input") if "checked" in t.attrs] == ["apology"], "what was typed is kept"
    by = "Nadia Rahman opened this register again at 10am"
    by = by if who == "colleague" else "You opened this register again in another tab at 10am"
    assert by in page.words


def test_wrong_state(browser: Browsers, known: Registers) -> None:
    b = browser("training")
    b.get(f"{known.closed}/close", expect=303)
    b.post(f"{known.closed}/close", {"version": 1}, expect=303)
    b.get(f"{known.coming}/close", expect=303)
    b.post(f"{known.coming}/close", {"version": 1}, expect=409)
    b.get(f"{known.today}/reopen", expect=303)
    b.post(f"{known.closed}/reopen", {"version": 1}, expect=409)
    b.post(f"{known.closed}/reopen", {"version": "abc"}, expect=409)


def test_stranger(browser: Browsers, known: Registers) -> None:
    for verb in ("close", "reopen"):
        browser("secretary").get(f"{known.today}/{verb}", expect=403)
        browser("staff").post(f"{known.closed}/{verb}", {"version": 2}, expect=403)

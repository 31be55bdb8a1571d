"""The validator that every page of every test goes through (tests/support/markup) finds what it is there for."""

from pathlib import Path

import pytest

from tests.support import markup
from tests.support.html import check_page

_PAGE = (
    '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>Plan</title>'
    '<link rel="icon" href="data:image/svg+xml,%3Csvg%20/%3E"></head><body><main><h1>Plan</h1>'
    '<form method="get" action="/plan"><fieldset><legend>Which?</legend><input type="hidden" name="year" value="2025">'
    '<label><input type="checkbox" name="late" value="1"> Late</label></fieldset><button>Show</button></form>'
    '<table><tbody><tr><th scope="rowgroup">Theme</th></tr></tbody></table></main></body></html>'
)
_LEGEND, _HIDDEN = "<legend>Which?</legend>", '<input type="hidden" name="year" value="2025">'


@pytest.fixture(autouse=True)
def _installed() -> None:
    if not markup.is_installed():
        pytest.skip("html-validate is not installed (make markup): no page's markup was checked")


def test_a_sound_page_passes() -> None:
    assert check_page(_PAGE, whole=True).one("h1").text == "Plan"


@pytest.mark.parametrize(("good", "bad", "said"), [
    ("%3Csvg%20/%3E", "%3Csvg /%3E", "not an address: href"),
    ("Theme</th>", "<h2>Theme</h2></th>", "element-permitted-content: <h2>"),
    (_LEGEND + _HIDDEN, _HIDDEN + _LEGEND, "element-permitted-order: Element <legend>"),
    (_LEGEND, "", "wcag/h71: <fieldset>"),
    (' lang="en-GB"', "", "element-required-attributes"),
    ("<button>Show</button>", "<a href='/'><button>Show</button></a>", "element-permitted-content: <button>"),
    ('method="get"', 'method="fetch"', "attribute-allowed-values"),
    ("<h1>", '<h1 aria-describedby="none-such">', "no-missing-references"),
])  # fmt: skip
def test_a_fault_is_found(good: str, bad: str, said: str) -> None:
    assert good in _PAGE
    with pytest.raises(AssertionError, match=said):
        check_page(_PAGE.replace(good, bad), whole=True)


def test_a_part_is_validated_as_a_part() -> None:
    row = '<tr id="a1"><th scope="row">1</th><td>Two</td></tr>'
    assert check_page(row, whole=False).one("td").text == "Two"
    with pytest.raises(AssertionError, match="element-permitted-content"):
        check_page(row.replace("Two", "<b><p>Two</p></b>"), whole=False)


def test_pages_that_differ_only_in_what_they_say_are_one_shape() -> None:
    said, unsaid = '<p id="a7">7 of 9<a href="#a7">Up</a></p>', '<p id="a3">None yet<a href="#a3">Back</a></p>'
    assert markup.shape(said) == markup.shape(unsaid)
    for other in (said.replace("#a7", "#a8"), said.replace("7 of 9", ""), said.replace("<p ", "<div ")):
        assert markup.shape(other) != markup.shape(said)


def test_in_ci_its_absence_is_a_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(markup, "INSTALLED", tmp_path)
    monkeypatch.delenv("CI", raising=False)
    assert markup.faults("<p><p></div>", whole=False) == []
    monkeypatch.setenv("CI", "true")
    with pytest.raises(AssertionError, match="make markup"):
        markup.faults("<p></p>", whole=False)

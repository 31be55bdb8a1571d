"""A person at a real browser, and what a browser test is given to let one in."""

from dataclasses import dataclass, field
from typing import Protocol

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# A checkbox's and radio's own box is drawn over its input, and its label is pressed too; links in the flow of text may
# be as high as their line, and what shows only once it has the focus is not pressed.
_THIN = """() => [...document.querySelectorAll(
    "a[href]:not(.app-footmark), button, select, summary, input:not([type=hidden]), " +
    ".govuk-radios__label, .govuk-checkboxes__label")]
  .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.matches("label input, .govuk-skip-link"))
  .filter((one) => one.localName !== "a" || getComputedStyle(one).display !== "inline")
  .filter((one) => one.getBoundingClientRect().height < 44)
  .map((one) => `${one.outerHTML.slice(0, 90)} is ${one.getBoundingClientRect().height} px high`)"""


@dataclass
class Visitor:
    """A person at a real browser."""

    page: Page
    base: str
    problems: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a path of the site."""
        self.page.goto(self.base + path)
        return self.page

    def check(self, what: str = "") -> None:
        """Axe finds nothing, the page does not scroll sideways, and on a phone a thumb meets every control."""
        results = Axe().run(self.page)
        found = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in results.response["violations"]]
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if wide > 0:
            found.append(f"scrolls sideways by {wide} px at {self.page.viewport_size}")
        if self.page.viewport_size and self.page.viewport_size["width"] <= 640:
            found += self.page.evaluate(_THIN)
        assert found == [], f"{what or self.page.url}: {found}"


class Visit(Protocol):
    """`visit("staff", width=320, js=False)` is that account's browser, signed in; `visit(None)` is a stranger's."""

    def __call__(self, account: str | None, *, width: int = 1280, js: bool = True) -> Visitor: ...

"""What every HTML answer of the site must be, checked for free each time a test fetches one."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from tests.support import markup

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_INPUTS = frozenset(("input", "select", "textarea"))
_ADDRESSES = ("href", "src", "action", "formaction", "hx-get", "hx-post")
# The characters of an address (URL Standard, "URL code points"); html-validate does not look at them.
_ADDRESS = re.compile(r"(?:[A-Za-z0-9!$&'()*+,\-./:;=?@_~#\u00a0-\U0010fffd]|%[0-9A-Fa-f]{2})*")


@dataclass
class Tag:
    """An element with its attributes and the text inside it."""

    name: str
    attrs: dict[str, str]
    text: str = ""
    children: list["Tag"] = field(default_factory=list)

    def __getitem__(self, key: str) -> str:
        return self.attrs.get(key, "")


class Page(HTMLParser):
    """A parsed page: elements in order, forms with their fields, and what is wrong with it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self.tags: list[Tag] = []
        self._open: list[Tag] = []
        self.feed(html)
        self.close()
        if self._open:
            self.problems.append(f"not closed: {[tag.name for tag in self._open]}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.problems.append(f"an attribute twice on <{tag}>: {names}")
        element = Tag(tag, {name: value or "" for name, value in attrs})
        for parent in self._open:
            parent.children.append(element)
        self.tags.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self._open or self._open[-1].name != tag:
            # SVG-free pages of ours are written to be well-formed.
            self.problems.append(f"</{tag}> where {self._open[-1].name if self._open else 'nothing'} is open")
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for parent in self._open:
            parent.text += data

    def all(self, name: str, **attrs: str) -> list[Tag]:
        """The elements called `name` whose attributes have these values (`class_` for class)."""
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attrs.items()}
        return [t for t in self.tags if t.name == name and all(t[k] == v for k, v in wanted.items())]

    def one(self, name: str, **attrs: str) -> Tag:
        """The only such element."""
        found = self.all(name, **attrs)
        assert len(found) == 1, f"{len(found)} × <{name} {attrs}>"
        return found[0]

    @property
    def words(self) -> str:
        """All visible text, white space folded."""
        body = [t for t in self.tags if t.name in ("body", "main")] or self.tags[:1]
        return " ".join(body[-1].text.split()) if body else ""


def check_page(html: str, *, whole: bool) -> Page:
    """Parse and check an answer; `whole` is false for an htmx fragment."""
    page = Page(html)
    problems = page.problems + markup.faults(html, whole=whole)
    problems += [
        f"not an address: {name}={tag[name]!r}"
        for tag in page.tags
        for name in _ADDRESSES
        if not _ADDRESS.fullmatch(tag[name])
    ]
    ids = [tag["id"] for tag in page.tags if tag["id"]]
    problems += [f"id twice: {i}" for i in sorted({i for i in ids if ids.count(i) > 1})]
    problems += _unlabelled(page)
    problems += [f"table without header cells: {t.text[:60]!r}" for t in page.all("table") if not _has_header(t)]
    for form in page.all("form"):
        if form["method"].lower() == "post" and not any(c["name"] == "csrf_token" for c in form.children):
            problems.append(f"POST form without token: {form['action']}")
    if "None" in " ".join(t.text for t in page.all("main")).split():
        problems.append("the word None in the text")
    if any(name.startswith("on") or name == "style" for t in page.tags for name in t.attrs):
        problems.append("inline handler or style")
    if whole:
        heads = page.all("h1")
        if len(heads) != 1:
            problems.append(f"{len(heads)} × <h1>")
        else:
            title = " ".join(page.one("title").text.split()).removeprefix("Error: ")
            heading = " ".join(heads[0].text.split())
            if not title.startswith(heading):
                problems.append(f"title {title!r} does not begin with heading {heading!r}")
    assert not problems, "\n".join(problems)
    return page


def _unlabelled(page: Page) -> list[str]:
    labelled = {label["for"] for label in page.all("label")}
    wrapped = {id(c) for label in page.all("label") for c in label.children}
    return [
        f"no label: <{t.name} name={t['name']!r}>"
        for t in page.tags
        if t.name in _INPUTS
        and t["type"] not in ("hidden", "submit")
        and t["id"] not in labelled
        and id(t) not in wrapped
        and not t["aria-label"]
        and not t["aria-labelledby"]
    ]


def _has_header(table: Tag) -> bool:
    return any(child.name == "th" for child in table.children)

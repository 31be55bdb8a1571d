"""The words of a form for what it sends, read from a page on which it stands: no form is registered here. Pure."""

from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, TreeBuilder

Fields = tuple[tuple[str, str], ...]
Rows = list[tuple[str, list[str]]]

# What a form carries for the site, not for whoever filled it in.
_MACHINERY = ("csrf_token", "version", "seen", "terms_of", "drawn", "knows", "act", "asked")
_VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"))
_CHOSEN = "You chose"


@dataclass(frozen=True, slots=True)
class Told:
    """What a form would send, as (label, values); and what its page is about, "" where no page says."""

    rows: Rows
    heading: str = ""
    about: str = ""
    address: str = ""


def told_by_page(html: str, address: str, *, action: str, fields: Fields) -> Told | None:
    """`fields` in the words of the page at `address`; None when no form of it goes to `action`."""
    path = urlsplit(action).path
    if path not in html:  # to read a page takes longer than to draw it
        return None
    page = _Page(html)
    forms = page.forms_to(path)
    if not forms:
        return None
    # Of many with one address, as the people that a search found, it is the one that says the same of itself.
    form = max(forms, key=lambda form: len(_said(form) & set(fields)))
    return Told(page.rows(form, fields), *page.subject(), address)


def told_by_names(fields: Fields) -> Told:
    """`fields` by their names, where no page has words for them."""
    return Told([(_label(name), values) for name, values in _by_name(fields) if _is_typed(name)])


def _by_name(fields: Fields) -> Rows:
    """Each field that holds something, once."""
    values: dict[str, list[str]] = {}
    for name, value in fields:
        if value:
            values.setdefault(name, []).append(value)
    return list(values.items())


def _is_typed(name: str) -> bool:
    return name not in _MACHINERY and not name.startswith("base-")


def _label(name: str) -> str:
    """A field's name as words: "job_title" as "Job title"."""
    return name.replace("_", " ").replace("-", " ").capitalize()


def _words(element: Element | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())


def _is_hidden(box: Element) -> bool:
    return box.get("type") == "hidden"


def _said(form: Element) -> set[tuple[str, str]]:
    """What a form says by itself of whom or what it is about."""
    boxes = {(box.get("name", ""), box.get("value", "")) for box in form.iter("input") if _is_hidden(box)}
    return {(name, value) for name, value in boxes if _is_typed(name)}


class _Reader(HTMLParser):
    """Reads a page of this site, which closes every element that it opens."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self._tree = TreeBuilder()
        self.root = self._tree.start("page", {})
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        self._tree.start(tag, {name: value or "" for name, value in attrs})
        if tag in _VOID:
            self._tree.end(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close one."""
        with suppress(IndexError):  # one too many: what was read stays
            if tag not in _VOID:
                self._tree.end(tag)

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self._tree.data(data)


class _Page:
    """The forms of a page, and what it calls their fields."""

    def __init__(self, html: str) -> None:
        self._root = _Reader(html).root
        self._parents = {child: parent for parent in self._root.iter() for child in parent}
        self._by_id = {found: element for element in self._root.iter() if (found := element.get("id"))}
        self._label_for = {found: label for label in self._root.iter("label") if (found := label.get("for"))}

    def subject(self) -> tuple[str, str]:
        """The page's heading, and the lines that belong to it (`hgroup`)."""
        heading = next(self._root.iter("h1"), None)
        lines = [line for group in self._root.iter("hgroup") for line in group.iter("p")]
        return _words(heading), " ".join(_words(line) for line in lines)

    def forms_to(self, path: str) -> list[Element]:
        """The forms that are posted to an address with this path."""
        posts = (form for form in self._root.iter("form") if form.get("method") == "post")
        return [form for form in posts if urlsplit(form.get("action", "")).path == path]

    def rows(self, form: Element, fields: Fields) -> Rows:
        """What `fields` say in this form; of a form that asks nothing, what stands on its button."""
        rows = []
        for name, values in _by_name(fields):
            boxes = [box for box in form.iter() if box.get("name") == name]
            seen = [box for box in boxes if not _is_hidden(box)]
            if seen:
                rows.append(self._row(seen, values))
            elif not boxes and _is_typed(name):
                rows.append((_label(name), values))
        buttons = [button for button in form.iter("button") if not button.get("name")]
        if not rows and len(buttons) == 1 and _said(form) <= set(fields):
            rows.append((self._group(buttons[0]) or _CHOSEN, [_words(buttons[0])]))
        return rows

    def _row(self, boxes: list[Element], values: list[str]) -> tuple[str, list[str]]:
        """The label of a field, and the words of what was chosen or typed in it."""
        first = boxes[0]
        if first.tag == "button" or first.get("type") in ("radio", "checkbox"):
            label, options = self._group(first) or _CHOSEN, {box.get("value"): self._name(box) for box in boxes}
        else:
            label = ": ".join(filter(None, (self._group(first), self._name(first)))) or _label(first.get("name", ""))
            options = {option.get("value"): _words(option) for option in first.iter("option")}
        return label, [options.get(value) or value for value in values]

    def _name(self, element: Element) -> str:
        """What a screen reader calls an element."""
        if named := self._named(element, "aria-labelledby") or element.get("aria-label"):
            return named
        if element.tag in ("button", "fieldset"):
            return _words(element if element.tag == "button" else element.find("legend"))
        around = self._parents[element]
        return _words(self._label_for.get(element.get("id", ""), around if around.tag == "label" else None))

    def _named(self, element: Element, attribute: str) -> str:
        return " ".join(_words(self._by_id[name]) for name in element.get(attribute, "").split() if name in self._by_id)

    def _group(self, element: Element) -> str:
        """What the choices around an element are about; of a button that stands alone, what describes it."""
        outer = self._parents[element]
        while outer.tag not in ("form", "fieldset") and outer.get("role") not in ("group", "radiogroup"):
            outer = self._parents[outer]
        around = self._name(outer) if outer.tag != "form" else ""
        return around or (self._named(element, "aria-describedby") if element.tag == "button" else "")

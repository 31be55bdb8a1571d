"""The words of a form for what it sends, read from a page on which it stands: no form is registered here. Pure."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, TreeBuilder

from wfsite.core.words import count_of

Fields = tuple[tuple[str, str], ...]
Rows = list[tuple[str, list[str]]]

# What a form carries for the site, not for whoever filled it in.
_MACHINERY = ("csrf_token", "version", "seen", "terms_of", "drawn", "knows", "act", "asked", "fingerprint")
# By what the site tells whom or what a form is about, where its page tells a person in words.
_KEYS = ("undone", "person")
# What a field held when its form was drawn stands in one of its own: "mark-7" beside "base-7", after the row's version.
_BASE = "base-"
_VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"))
_CHOSEN = "You chose"
_NOTHING = "Nothing, in place of:"
# As much of a text and of a name as somebody reads, and of the whole: every mark of a sheet that a page can hold.
_LONGEST, _LONGEST_NAME = 1_000, 100
_MOST, _ROW = 100_000, 200


@dataclass(frozen=True, slots=True)
class Told:
    """What a form would send, as (label, values); and what its page is about, "" where no page says."""

    rows: Rows
    # Rows beyond those that anybody would look through.
    more: int = 0
    heading: str = ""
    about: str = ""
    address: str = ""

    @property
    def is_silent(self) -> bool:
        """Whether nobody could tell from it what would be sent, or about what."""
        return not (self.rows or self.heading)


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
    sent = frozenset(fields)
    form = max(forms, key=lambda form: len(_said(form) & sent))
    return Told(*_shown(page.rows(form, fields, stands=_said(form) <= sent)), *page.subject(), address)


def told_by_names(fields: Fields) -> Told:
    """`fields` by their names, where no page has words for them."""
    return Told(*_shown([(_label(name), values) for name, values in _by_name(fields) if _is_typed(name)]))


def _by_name(fields: Fields) -> Rows:
    """Each field that holds something, once, but for those that were left as they stood."""
    values: dict[str, list[str]] = {}
    for name, value in fields:
        if value:
            values.setdefault(name, []).append(value)
    return [(name, found) for name, found in values.items() if found != [_stood(name, values)]]


def _stood(name: str, values: dict[str, list[str]]) -> str:
    """What a field of a row held when its form was drawn; "" where nothing tells."""
    row = name.partition("-")[2]
    return values.get(_BASE + row, [""])[0].partition(":")[2] if row else ""


def _is_typed(name: str) -> bool:
    return _is_about(name) and name not in _KEYS


def _is_about(name: str) -> bool:
    return name not in _MACHINERY and not name.startswith(_BASE)


def _label(name: str) -> str:
    """A field's name as words: "job_title" as "Job title"."""
    cut = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
    return cut.replace("_", " ").replace("-", " ").capitalize()


def _shown(rows: Rows) -> tuple[Rows, int]:
    """The rows that somebody would look through, each as far as they would read it; and how many more there are."""
    left, shown = _MOST, []
    for label, values in rows:
        words = _cut(values)
        left -= _ROW + len(label) + sum(map(len, words))
        if left < 0:
            break
        shown.append((label, words))
    return shown, len(rows) - len(shown)


def _cut(values: list[str]) -> list[str]:
    words = "\n".join(values)
    if len(words) <= _LONGEST:
        return values
    return [f"{words[:_LONGEST]}…", f"And {count_of(len(words) - _LONGEST, 'more character')}, sent with the rest."]


def _words(element: Element | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())


def _is_hidden(box: Element) -> bool:
    return box.get("type") == "hidden"


def _said(form: Element) -> set[tuple[str, str]]:
    """What a form says by itself of whom or what it is about."""
    boxes = {(box.get("name", ""), box.get("value", "")) for box in form.iter("input") if _is_hidden(box)}
    return {(name, value) for name, value in boxes if _is_about(name)}


def _named_boxes(form: Element) -> dict[str, list[Element]]:
    """What of a form has a name, by it."""
    boxes: dict[str, list[Element]] = {}
    for box in form.iter():
        if name := box.get("name"):
            boxes.setdefault(name, []).append(box)
    return boxes


def _held(box: Element) -> list[str]:
    """What a field holds as its page is drawn: nothing where it is a button or cannot be filled in."""
    if box.get("disabled") is not None or box.tag not in ("input", "textarea", "select"):
        return []
    if box.tag == "select":
        held = [option.get("value", "") for option in box.iter("option") if option.get("selected") is not None]
    elif box.get("type") in ("radio", "checkbox"):
        held = [box.get("value", "on")] if box.get("checked") is not None else []
    else:
        held = ["".join(box.itertext()) if box.tag == "textarea" else box.get("value", "")]
    return [value for value in held if value.strip()]


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

    def rows(self, form: Element, fields: Fields, *, stands: bool) -> Rows:
        """What `fields` say in this form; if it `stands` as it did and asks nothing, what is on its button."""
        boxes = _named_boxes(form)
        rows = [*self._typed(boxes, fields), *self._emptied(boxes, fields)]
        buttons = [button for button in form.iter("button") if not button.get("name")]
        if not rows and len(buttons) == 1 and stands:
            rows.append((self._group(buttons[0]) or _CHOSEN, [_words(buttons[0])]))
        return rows

    def _typed(self, boxes: dict[str, list[Element]], fields: Fields) -> Iterator[tuple[str, list[str]]]:
        for name, values in _by_name(fields):
            if seen := [box for box in boxes.get(name, ()) if not _is_hidden(box)]:
                yield self._row(seen, values)
            elif name not in boxes and _is_typed(name):
                yield _label(name), values

    def _emptied(self, boxes: dict[str, list[Element]], fields: Fields) -> Iterator[tuple[str, list[str]]]:
        """Fields that hold something on the page and were sent empty; of ticks, which are not sent, none is left."""
        sent, filled = {name for name, _ in fields}, {name for name, value in fields if value}
        for name, found in boxes.items():
            seen = [box for box in found if not _is_hidden(box) and (name in sent or box.get("type") == "checkbox")]
            held = [value for box in seen for value in _held(box)]
            if held and name not in filled:
                label, words = self._row(seen, held)
                yield label, [f"{_NOTHING} {'; '.join(words)}"]

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

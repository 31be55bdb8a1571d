"""What a document says, as finished values: words, figures, tables, charts. Never a query, never an object of a room.

Kept as canonical JSON, whose SHA-256 is the document's content hash. No time of day is a part of it: the same words and
figures have the same hash on every machine, in both databases, and after every restart.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from wfsite.charts.specs import Bars, Line, Spec, StackedBars
from wfsite.core.errors import NotNow

# Goes up when the shape of what is kept changes; what was kept before is then still read.
FORM = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its words: what it is, its value, and what it rests on or how it moved."""

    label: str
    value: str
    detail: str = ""
    movement: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """The few figures that matter."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words of the site."""

    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading; `unit` is what its numbers count ("%", "people"), "" for a column of words."""

    name: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose cells are text as it is printed. The first column heads its rows; the last row may add them up."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    has_total: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with the sentence that says what it shows; its numbers stand in a table of the same section."""

    spec: Spec
    sentence: str


@dataclass(frozen=True, slots=True)
class Definitions:
    """What terms mean."""

    terms: tuple[tuple[str, str], ...]


Part = Figures | Paragraph | Table | Chart | Definitions


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document under its own heading; `key` is what a comment on it is kept under."""

    key: str
    heading: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Built:
    """What a room gives for a document: everything but the author's words."""

    title: str
    about: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What the author writes: a summary, and a comment on each section where there is something to say."""

    summary: str = ""
    comments: Mapping[str, str] | None = None

    def on(self, key: str) -> str:
        """The comment on a section, "" for none."""
        return (self.comments or {}).get(key, "")


@dataclass(frozen=True, slots=True)
class Place:
    """Which edition of what this is: part of what is frozen, so that one edition cannot pass for another.

    `replaces` is the content hash of the edition before it: whoever changes that one changes this one too.
    """

    kind: str
    subject: str
    number: int
    reason: str
    replaces: str
    template: str


@dataclass(frozen=True, slots=True)
class Content:
    """A whole document, drafted or frozen."""

    place: Place
    built: Built
    words: Words

    @property
    def charts(self) -> tuple[Chart, ...]:
        """Its charts, in order."""
        parts = (part for section in self.built.sections for part in section.parts)
        return tuple(part for part in parts if isinstance(part, Chart))


_PARTS: dict[str, type[Any]] = {
    "figures": Figures,
    "paragraph": Paragraph,
    "table": Table,
    "chart": Chart,
    "definitions": Definitions,
}
_SPECS: dict[str, type[Any]] = {"bars": Bars, "stacked-bars": StackedBars, "line": Line}
_NAMES = {cls: name for name, cls in (_PARTS | _SPECS).items()}


class Unreadable(NotNow):
    """What is kept is not what was written here once: somebody changed it, or it was damaged."""

    def __init__(self) -> None:
        super().__init__(
            "This edition cannot be shown: what is kept of it is damaged or was changed. Ask an administrator to run "
            "the site’s check and to compare it with a backup."
        )


# What reading something else than was written may raise.
_DAMAGED = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


def canonical(value: object) -> bytes:
    """The one way in which a value is written as JSON: sorted, without spaces, in ASCII. Refuses NaN and infinities."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode("ascii")


def content_hash(frozen: bytes) -> str:
    """The SHA-256 of what is kept, in hexadecimal."""
    return hashlib.sha256(frozen).hexdigest()


def built_bytes(built: Built) -> bytes:
    """A room's figures as they are kept with a draft."""
    return canonical(_built_plain(built))


def built_from(kept: bytes) -> Built:
    """The figures that `built_bytes` wrote; raises `Unreadable`."""
    try:
        return _built(json.loads(kept))
    except _DAMAGED:
        raise Unreadable from None


def words_bytes(words: Words) -> bytes:
    """An author's words as they are kept with a draft; comments that say nothing are no part of them."""
    comments = {key: text for key, text in (words.comments or {}).items() if text}
    return canonical({"summary": words.summary, "comments": comments})


def words_from(kept: bytes) -> Words:
    """The words that `words_bytes` wrote; raises `Unreadable`."""
    try:
        return _words(json.loads(kept))
    except _DAMAGED:
        raise Unreadable from None


def content_bytes(content: Content) -> bytes:
    """A whole document as it is frozen; only comments on its own sections are a part of it."""
    keys = [section.key for section in content.built.sections]
    comments = {key: content.words.on(key) for key in keys if content.words.on(key)}
    words = {"summary": content.words.summary, "comments": comments}
    place = asdict(content.place)
    return canonical({"form": FORM, "place": place, "built": _built_plain(content.built), "words": words})


def content_from(frozen: bytes) -> Content:
    """The document that `content_bytes` wrote; raises `Unreadable`."""
    try:
        plain = json.loads(frozen)
        return Content(Place(**plain["place"]), _built(plain["built"]), _words(plain["words"]))
    except _DAMAGED:
        raise Unreadable from None


def title_of(built: Built) -> str:
    """What lists and notices call it."""
    return f"{built.title}, {built.about}"[:200]


def paragraphs(text: str) -> list[str]:
    """The paragraphs of somebody's words, parted by blank lines."""
    found = ("\n".join(line.strip() for line in part.split("\n")).strip() for part in text.split("\n\n"))
    return [part for part in found if part]


def _words(plain: Mapping[str, Any]) -> Words:
    return Words(plain["summary"], dict(plain["comments"]))


def _built_plain(built: Built) -> dict[str, Any]:
    sections = [
        {"key": one.key, "heading": one.heading, "parts": [_part_plain(part) for part in one.parts]}
        for one in built.sections
    ]
    return {"title": built.title, "about": built.about, "sections": sections}


def _part_plain(part: Part) -> dict[str, Any]:
    plain = asdict(part) | {"part": _NAMES[type(part)]}
    if isinstance(part, Chart):
        plain["spec"]["drawn"] = _NAMES[type(part.spec)]
    return plain


def _built(plain: Mapping[str, Any]) -> Built:
    sections = tuple(Section(one["key"], one["heading"], tuple(map(_part, one["parts"]))) for one in plain["sections"])
    return Built(plain["title"], plain["about"], sections)


def _part(plain: Mapping[str, Any]) -> Part:
    cls = _PARTS[plain["part"]]
    values = _values(cls, plain)
    if cls is Figures:
        values["figures"] = tuple(Figure(**one) for one in plain["figures"])
    if cls is Table:
        values["columns"] = tuple(Column(**one) for one in plain["columns"])
    if cls is Chart:
        spec = _SPECS[plain["spec"]["drawn"]]
        values["spec"] = spec(**_values(spec, plain["spec"]))
    made: Part = cls(**values)
    return made


def _values(cls: type[Any], plain: Mapping[str, Any]) -> dict[str, Any]:
    """What was kept of a class's fields; a field that came later has its default."""
    return {field.name: _tuples(plain[field.name]) for field in fields(cls) if field.name in plain}


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def chained(before: str, own: str) -> str:
    """The hash of a link: of the link before it ("" for the first) and of a document's content."""
    return hashlib.sha256(f"{before}\n{own}".encode("ascii")).hexdigest()

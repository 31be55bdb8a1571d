"""What a report in Word is made of, as finished values; `writing_docx.report_bytes` writes them, in a process apart."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a part."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; its line ends are kept."""

    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of text under its caption, whose last row may add up the others."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    has_total: bool = False


Block = Heading | Text | Grid

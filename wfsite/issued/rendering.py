"""How documents are drawn, by the version of the template that each was issued with.

A version is never changed once something was issued with it: what is to look otherwise is a new version, here and as a
folder of templates. How a chart's picture is drawn is not a part of it (charts/drawing.py); what it shows is.
"""

from collections.abc import Callable
from dataclasses import dataclass

from wfsite.issued import word_v1
from wfsite.issued.content_rules import Content, Unreadable
from wfsite.sheets.writing_report import Block


@dataclass(frozen=True, slots=True)
class Rendering:
    """A version: the template of the page, and what makes the blocks of the Word file."""

    template: str
    word: Callable[[Content], list[Block]]


RENDERINGS = {"v1": Rendering("issued/v1/document.html", word_v1.blocks)}


def rendering_of(template: str) -> Rendering:
    """The version that an edition names; raises `Unreadable` for one that is not here."""
    if template not in RENDERINGS:
        raise Unreadable
    return RENDERINGS[template]

"""The kinds of documents that the rooms registered."""

from wfsite.core.errors import Missing
from wfsite.issued.kinds import DOCUMENT_KINDS, DocumentKind, Kinds
from wfsite.web.gathering import contributions


def kinds() -> Kinds:
    """All of them."""
    return Kinds({one.part: one.offer() for one in contributions().of(DOCUMENT_KINDS)})


def kind_called(key: str) -> DocumentKind:
    """A kind by its key; raises `Missing` for one that no room registers, whose documents are only read."""
    try:
        return kinds()[key]
    except KeyError:
        raise Missing from None

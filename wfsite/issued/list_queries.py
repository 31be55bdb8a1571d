"""Reads of the list of documents. Who may not draft or approve of a kind finds only what was issued."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, and_, bindparam, func, or_, select

from wfsite.core.paging import Key, Stretch
from wfsite.core.searching import ESCAPE, like_pattern
from wfsite.db.base import table_of
from wfsite.db.listing import Listing
from wfsite.issued.models import Edition
from wfsite.issued.rules import BEING_MADE, DocumentState, standing
from wfsite.people.models import Person

_edition, _person = table_of(Edition), table_of(Person)
# The edition that took the place of another.
_after = _edition.alias("after")


class Standing(StrEnum):
    """What a list shows."""

    ALL = "all"
    IN_FORCE = "in-force"
    EARLIER = "earlier"
    BEING_MADE = "being-made"

    @property
    def label(self) -> str:
        """As the form words it."""
        return {
            "all": "All",
            "in-force": "Issued and in force",
            "earlier": "Replaced or withdrawn",
            "being-made": "Being made",
        }[self.value]


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition as a list shows it."""

    id: int
    kind: str
    number: int
    title: str
    state: DocumentState
    state_since: datetime
    author: str
    issued_at: datetime | None
    replaced_at: datetime | None

    @property
    def standing(self) -> str:
        """Its state, or that another edition took its place."""
        return standing(self.state, is_replaced=self.replaced_at is not None)[0]

    @property
    def colour(self) -> str:
        """Of the standing's tag."""
        return standing(self.state, is_replaced=self.replaced_at is not None)[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionFilter:
    """Which editions are wanted; `prepares` are the kinds whose drafts the reader may see."""

    words: str = ""
    kind: str = ""
    standing: Standing = Standing.ALL
    sort: str = "-since"
    prepares: frozenset[str] = frozenset()


_ISSUED = _edition.c.issued_at.is_not(None)
_LIST = Listing(
    EditionRow,
    select(
        _edition.c.id,
        _edition.c.kind,
        _edition.c.number,
        _edition.c.title,
        _edition.c.state,
        _edition.c.state_since,
        _person.c.name.label("author"),
        _edition.c.issued_at,
        _after.c.issued_at.label("replaced_at"),
    )
    .join(_person, _person.c.id == _edition.c.author_id)
    .outerjoin(_after, _after.c.id == _edition.c.replaced_by_id),
    row_id=_edition.c.id,
    orders={
        "since": (_edition.c.state_since, _edition.c.id),
        "title": (_edition.c.title, _edition.c.number, _edition.c.id),
    },
    conditions={
        "seen": or_(_ISSUED, _edition.c.kind.in_(bindparam("prepares", expanding=True))),
        "words": func.lower(_edition.c.title).like(bindparam("words", type_=String), escape=ESCAPE),
        "kind": _edition.c.kind == bindparam("kind"),
        "in-force": and_(_edition.c.state == DocumentState.ISSUED, _edition.c.replaced_by_id.is_(None)),
        "earlier": and_(
            _ISSUED, or_(_edition.c.replaced_by_id.is_not(None), _edition.c.state == DocumentState.WITHDRAWN)
        ),
        "being-made": _edition.c.state.in_(BEING_MADE),
    },
    size=25,
)
SORTS = ("since", "title")


def document_list(wanted: EditionFilter, *, key: Key | None = None) -> Stretch[EditionRow]:
    """A page of the editions that fit."""
    return _LIST.page(wanted.sort, key=key, only=_only(wanted), values=_values(wanted))


def documents_to_export(wanted: EditionFilter, *, most: int) -> tuple[EditionRow, ...]:
    """All that fit, in the list's order; at most `most` and one, which says that there are more."""
    return _LIST.every(wanted.sort, only=_only(wanted), values=_values(wanted), most=most)


def _only(wanted: EditionFilter) -> list[str]:
    set_ones = [name for name in ("words", "kind") if getattr(wanted, name)]
    return ["seen", *set_ones, *([] if wanted.standing is Standing.ALL else [wanted.standing.value])]


def _values(wanted: EditionFilter) -> dict[str, object]:
    return {"words": like_pattern(wanted.words.lower()), "kind": wanted.kind, "prepares": sorted(wanted.prepares)}

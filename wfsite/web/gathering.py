"""Asks every room for its contribution; a room that fails is left out, logged, and named on the page."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from flask import current_app
from sqlalchemy.exc import DBAPIError, OperationalError

from wfsite.core.actor import Actor
from wfsite.core.contributions import Contributions, ForReader, Kind
from wfsite.web.params import is_reading

log = logging.getLogger("wfsite")

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Gathered(Generic[Item]):
    """What the rooms gave, and the parts of the site that could not be read."""

    items: tuple[Item, ...]
    unread: tuple[str, ...]


def contributions() -> Contributions:
    """What `create_app` registered."""
    found: Contributions = current_app.extensions["contributions"]
    return found


def gathered(kind: Kind[ForReader[Item]], actor: Actor, *, at: datetime) -> Gathered[Item]:
    """What every room has of `kind` for `actor`; a database that does not answer at all is an error as anywhere."""
    items: list[Item] = []
    unread: list[str] = []
    for one in contributions().of(kind):
        try:
            items += list(one.offer(actor, at=at))
        except Exception as error:
            if _takes_the_page_down(error):
                raise
            log.exception("part not read", extra={"part": one.part, "kind": kind.name})
            unread.append(one.part)
    return Gathered(tuple(items), tuple(unread))


def _takes_the_page_down(error: Exception) -> bool:
    """Whether no other room could be read either: the database is gone, or a write with it is lost."""
    if not isinstance(error, DBAPIError):
        return False
    return isinstance(error, OperationalError) or error.connection_invalidated or not is_reading()

"""What a sign-in rests on, as a mark that whoever writes the database cannot make: the ballot boxes go by it.

It is an HMAC under the site's secret of the person and of the password hash that was checked. A password that
somebody plants in the database, or a sign-in record that is made to point at another person, does not give it.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from wfsite.db.base import table_of
from wfsite.extensions import db
from wfsite.people.models import Person

_person = table_of(Person)
_HASHES = select(_person.c.id, _person.c.password_hash).where(_person.c.id.in_(bindparam("ids", expanding=True)))
_HASHES_HELD = _HASHES.order_by(_person.c.id).with_for_update(read=True)
_AT_ONCE = 500


def credential_of(person_id: int, stored_hash: str | None, *, key: str) -> str:
    """The credential of a person whose password has this hash; "" for somebody without a password."""
    if not stored_hash:
        return ""
    said = f"sign-in credential\n{person_id}\n{stored_hash}".encode()
    return hmac.digest(key.encode(), said, hashlib.sha256).hex()


def credentials_of(people: Iterable[int], *, key: str, held: bool = False) -> dict[int, str | None]:
    """The present credential of each person on record, None for those who have no password yet.

    `held`: nobody's password changes until this transaction has ended. SQLite's has the whole database by itself.
    """
    ids, found = sorted(set(people)), {}
    for start in range(0, len(ids), _AT_ONCE):
        for row in db.session.execute(_HASHES_HELD if held else _HASHES, {"ids": ids[start : start + _AT_ONCE]}):
            found[row.id] = credential_of(row.id, row.password_hash, key=key) or None
    return found


@dataclass(frozen=True, slots=True)
class Renewed:
    """Somebody gave themselves another password inside a sign-in of theirs."""

    person_id: int
    before: str
    after: str


# Higher rooms that keep credentials ask to be told.
renewed: list[Callable[[Renewed], None]] = []


def tell_renewed(change: Renewed) -> None:
    """Tell every room that asked, once the new password is kept."""
    for listener in renewed:
        listener(change)


def token_hash(token: str) -> bytes:
    """What the database keeps of a cookie's token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()

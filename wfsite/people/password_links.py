"""Links with which somebody sets a first or forgotten password: good once, for a week, for an open account."""

import hashlib
from datetime import datetime, timedelta

from wfsite.core.sealing import seal, unseal
from wfsite.people.signing_in import account_state

LASTS = timedelta(days=7)
_PURPOSE = "set-password"


def password_link_token(person_id: int, *, key: str, at: datetime) -> str:
    """The secret part of a link; it dies when the password changes, and after a week."""
    return seal([person_id, _mark(person_id)], key=key, purpose=_PURPOSE, at=at)


def person_of_link(token: str, *, key: str, at: datetime) -> int | None:
    """Whose password the link sets; None when it was used, is too old, or the account is closed."""
    found = unseal(token, key=key, purpose=_PURPOSE, lasts=LASTS, at=at)
    if found is None:
        return None
    person_id, mark = found
    return int(person_id) if mark == _mark(person_id) else None


def _mark(person_id: int) -> str | None:
    """A fingerprint of the present password, none of which can be told from it; None for a closed account."""
    state = account_state(person_id)
    return hashlib.sha256((state.stored_hash or "").encode()).hexdigest()[:32] if state and state.active else None

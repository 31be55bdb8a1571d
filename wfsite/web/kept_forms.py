"""A form that was posted after its sign-in ended: what was typed waits on the sign-in page, sealed, and nowhere else.

The envelope travels in a hidden field. It opens for an hour, only with this site's key and only for the person whose
sign-in had ended; it is never applied by itself, the person looks at it and sends it again.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, request, session
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError

from wfsite.core.sealing import seal, unseal
from wfsite.web.params import now

LASTS = timedelta(minutes=60)
LARGEST = 256 * 1024
FIELD = "kept"
_PURPOSE = "kept-form"


@dataclass(frozen=True, slots=True)
class KeptForm:
    """What was typed, where it was going, and the hash of the sign-in that had ended."""

    token_hash: bytes
    action: str
    fields: tuple[tuple[str, str], ...]


def fields_to_keep() -> list[tuple[str, str]]:
    """The posted fields, but for passwords and tokens. Files are never kept."""
    return [
        (name, value)
        for name in request.form
        if name not in ("csrf_token", FIELD) and "password" not in name.casefold()
        for value in request.form.getlist(name)
    ]


def envelope(token_hash: bytes) -> str:
    """The present request's form, sealed; "" when there is nothing to keep or it is not this site's form."""
    fields = fields_to_keep()
    if not fields or request.files or not _is_ours():
        return ""
    value = [base64.b64encode(token_hash).decode(), request.full_path.rstrip("?"), fields]
    sealed = seal(value, key=current_app.extensions["settings"].secret_key, purpose=_PURPOSE, at=now())
    return sealed if len(sealed) <= LARGEST else ""


def opened(sealed: str) -> KeptForm | None:
    """The form in an envelope; None when it is too old, too large or not ours."""
    if not sealed or len(sealed) > LARGEST:
        return None
    key = current_app.extensions["settings"].secret_key
    value = unseal(sealed, key=key, purpose=_PURPOSE, lasts=LASTS, at=now())
    if value is None:
        return None
    hashed, action, fields = value
    try:
        return KeptForm(base64.b64decode(hashed), action, _pairs(fields))
    except (binascii.Error, ValueError):
        return None


def _pairs(fields: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in fields)


def _is_ours() -> bool:
    """Whether the form carries the token of this browser's session, which outlives the sign-in."""
    if "csrf_token" not in session:
        return False
    try:
        validate_csrf(request.form.get("csrf_token", ""))
    except ValidationError:
        return False
    return True

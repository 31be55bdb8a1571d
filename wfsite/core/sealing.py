"""Values that leave the site and must come back unread and unchanged: links and the forms that a sign-in page keeps."""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken


def seal(value: Any, *, key: str, purpose: str, at: datetime) -> str:
    """`value` (as JSON holds it) encrypted and signed, safe in an address; good only for the same `purpose`."""
    return _fernet(key, purpose).encrypt_at_time(json.dumps(value).encode(), int(at.timestamp())).decode()


def unseal(sealed: str, *, key: str, purpose: str, lasts: timedelta, at: datetime) -> Any:
    """What `seal` was given; None when it was tampered with, made for another purpose or older than `lasts`."""
    try:
        content = _fernet(key, purpose).decrypt_at_time(
            sealed.encode("ascii"), int(lasts.total_seconds()), int(at.timestamp())
        )
    except (InvalidToken, UnicodeEncodeError):
        return None
    return json.loads(content)


def _fernet(key: str, purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hmac.digest(key.encode(), purpose.encode(), hashlib.sha256)))

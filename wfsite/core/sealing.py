"""Values that leave the site and must come back unread and unchanged: links and the forms that a sign-in page keeps."""

import base64
import hashlib
import hmac
import json
import zlib
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

# A value's JSON in bytes, packed only when it is longer than a link's; and the most that is packed or unpacked.
_LINK, _MOST = 256, 4 * 1024 * 1024
# How packed content begins, which JSON never does.
_PACKED = b"x"


class TooLarge(ValueError):
    """More than is ever sealed."""


def seal(value: Any, *, key: str, purpose: str, at: datetime) -> str:
    """`value` (as JSON holds it) encrypted and signed, safe in an address; good only for the same `purpose`.

    Raises `TooLarge` for more than 4 MB.
    """
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    if len(content) > _MOST:
        raise TooLarge
    packed = zlib.compress(content) if len(content) > _LINK else content
    return _fernet(key, purpose).encrypt_at_time(packed, int(at.timestamp())).decode()


def unseal(sealed: str, *, key: str, purpose: str, lasts: timedelta, at: datetime) -> Any:
    """What `seal` was given; None when it was tampered with, made for another purpose or older than `lasts`."""
    try:
        content = _fernet(key, purpose).decrypt_at_time(
            sealed.encode("ascii"), int(lasts.total_seconds()), int(at.timestamp())
        )
        return json.loads(_unpacked(content))
    except (InvalidToken, UnicodeEncodeError, TooLarge):
        return None


def _unpacked(content: bytes) -> bytes:
    """The JSON in a seal; raises `TooLarge` before more of it is unpacked than `seal` ever packs."""
    if not content.startswith(_PACKED):
        return content
    unpacking = zlib.decompressobj()
    found = unpacking.decompress(content, _MOST)
    if not unpacking.eof:
        raise TooLarge
    return found


def _fernet(key: str, purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hmac.digest(key.encode(), purpose.encode(), hashlib.sha256)))

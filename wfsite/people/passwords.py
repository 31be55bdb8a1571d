"""Passwords: Argon2id, a length, and a list of those that everybody tries first."""

import os
import unicodedata
from functools import cache
from importlib.resources import files

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from wfsite.core.errors import RuleBroken

SHORTEST, LONGEST = 12, 1024

# OWASP's second recommended setting: 19 MiB, two passes; about 25 ms here.
_PASSES, _LANES, _KIBIBYTES = 2, 1, 19 * 1024


def password_hash(password: str) -> str:
    """The PHC string to store for `password`."""
    kdf = Argon2id(salt=os.urandom(16), length=32, iterations=_PASSES, lanes=_LANES, memory_cost=_KIBIBYTES)
    return kdf.derive_phc_encoded(_bytes(password))


def password_fits(password: str, stored: str | None) -> bool:
    """Whether `password` is the one behind `stored`; takes as long when there is none."""
    if len(password) > LONGEST:
        return False
    try:
        Argon2id.verify_phc_encoded(_bytes(password), stored or _NOBODYS)
    except InvalidKey:
        return False
    return stored is not None


def check_password(password: str, *, council: str, field: str = "password") -> None:
    """Refuse (`RuleBroken`) a new password that is too short, too long or too well known."""
    if len(password) < SHORTEST:
        raise RuleBroken(field, f"Password must be {SHORTEST} characters or more")
    if len(password) > LONGEST or len(password.encode("utf-8", "replace")) > LONGEST:
        raise RuleBroken(field, f"Password must be {LONGEST:,} characters or fewer")
    if "\x00" in password or not password.isprintable():
        raise RuleBroken(field, "Password contains characters that can't be saved. Use letters, numbers and signs")
    plain = password.casefold().strip()
    if plain in _common() or len(set(plain)) < 4:
        raise RuleBroken(field, "This is one of the most used passwords. Choose three random words")
    if any(len(word) > 3 and word in plain for word in council.casefold().split()):
        raise RuleBroken(field, "Password must not contain the council's name. Choose three random words")


def _bytes(password: str) -> bytes:
    """What is hashed: composed, so that the same password from another kind of keyboard is the same."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace")


@cache
def _common() -> frozenset[str]:
    return frozenset(files("wfsite.people").joinpath("common_passwords.txt").read_text(encoding="utf-8").split("\n"))


_NOBODYS = password_hash(os.urandom(12).hex())

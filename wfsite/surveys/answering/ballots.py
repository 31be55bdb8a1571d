"""Sealed ballots: answers padded to one size and encrypted to a key whose private half is a file, not a row.

HPKE (RFC 9180) with X25519. The survey's id is bound in, so that a ballot opens in its own survey only.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from wfsite.surveys.answering.rules import Answers
from wfsite.surveys.rules import LONGEST_ANSWER, Asked, QuestionKind

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_KEY_BYTES = 32
# A character takes four bytes of UTF-8 at most; what JSON escapes takes fewer.
_WIDEST = 4
_STEP = 256


class KeyMissing(Exception):
    """The private key of a survey is not where it should be, so nobody can open its ballots."""


def random_key() -> bytes:
    """A row's key that says nothing about when or in which order the row was written."""
    return secrets.token_bytes(16)


def sealed_size(questions: Sequence[Asked]) -> int:
    """The bytes that every ballot's content is padded to: enough for the longest answers there can be."""
    most = 2
    for question in questions:
        most += len(str(question.id)) + 6
        if question.kind is QuestionKind.TEXT:
            most += LONGEST_ANSWER * _WIDEST
        elif question.kind is QuestionKind.SEVERAL:
            most += 2 + 4 * len(question.labels)
        else:
            most += 3
    return -(-most // _STEP) * _STEP


def seal(answers: Answers, *, survey_id: int, public_key: bytes, size: int) -> bytes:
    """A ballot's envelope; all envelopes of a survey have the same length."""
    content = json.dumps(answers, ensure_ascii=False, separators=(",", ":")).encode()
    if len(content) > size:
        raise ValueError("answers larger than the survey's ballots")
    return _SUITE.encrypt(content.ljust(size), X25519PublicKey.from_public_bytes(public_key), info=_info(survey_id))


def opener(keys: Path, *, survey_id: int, public_key: bytes) -> Callable[[bytes], Any]:
    """A function from an envelope to its content, None for one that does not open. Raises `KeyMissing`."""
    try:
        raw = _key_file(keys, survey_id, public_key).read_bytes()
        private = X25519PrivateKey.from_private_bytes(raw)
    except (OSError, ValueError):
        raise KeyMissing from None
    if private.public_key().public_bytes_raw() != public_key:
        raise KeyMissing
    info = _info(survey_id)

    def opened(envelope: bytes) -> Any:
        try:
            return json.loads(_SUITE.decrypt(envelope, private, info=info))
        except (InvalidTag, ValueError, RecursionError):
            return None

    return opened


def key_make(keys: Path, *, survey_id: int) -> bytes:
    """Make a survey's key pair, keep the private half in a file of its own, and return the public half."""
    private = X25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = _key_file(keys, survey_id, public)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(private.private_bytes_raw())
        out.flush()
        os.fsync(out.fileno())
    _sync(keys)
    return public


def key_is_there(keys: Path, *, survey_id: int, public_key: bytes) -> bool:
    """Whether the private half is where it should be; looks at the file's size, never into it."""
    try:
        return _key_file(keys, survey_id, public_key).stat().st_size == _KEY_BYTES
    except OSError:
        return False


def key_destroy(keys: Path, *, survey_id: int, public_key: bytes) -> None:
    """Overwrite and empty the private key; the empty file stays as a note that the database is to be cleaned.

    A key that another pass has destroyed and forgotten meanwhile is destroyed.
    """
    file = _key_file(keys, survey_id, public_key)
    with suppress(FileNotFoundError), file.open("r+b", buffering=0) as out:
        out.write(bytes(_KEY_BYTES))
        os.fsync(out.fileno())
        out.truncate(0)
        os.fsync(out.fileno())


def key_forget(keys: Path, *, survey_id: int, public_key: bytes) -> None:
    """Remove the emptied file: nothing of the survey's ballots is left to clean."""
    _key_file(keys, survey_id, public_key).unlink(missing_ok=True)
    _sync(keys)


def key_leaves_a_trace(keys: Path, *, survey_id: int, public_key: bytes) -> bool:
    """Whether a file of this key, whole or emptied, is still there."""
    return _key_file(keys, survey_id, public_key).exists()


def _key_file(keys: Path, survey_id: int, public_key: bytes) -> Path:
    # Named after the key too: two databases that share an instance folder never overwrite each other's.
    return keys / f"{survey_id}-{hashlib.sha256(public_key).hexdigest()[:16]}.key"


def _info(survey_id: int) -> bytes:
    return f"wfsite ballot of survey {survey_id}".encode()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

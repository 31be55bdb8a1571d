"""Envelopes: answers padded to one size and sealed to a key of which neither the box nor the database holds the whole.

HPKE (RFC 9180) with X25519. The hash of the frozen survey is bound in, so that a ballot opens in its own box only.
The private key follows from two halves, one a file in the box and one in the database, and from a code where the
survey has one. No half opens anything, and no secret is shared between surveys.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from wfsite.questions.answer_rules import Answers, most_bytes
from wfsite.questions.question_rules import Asked
from wfsite.surveys.box.rules import Manifest

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
HALF_BYTES = 32
_STEP = 256


@dataclass(frozen=True, slots=True, repr=False)
class Halves:
    """What a private key is made of."""

    file: bytes
    database: bytes
    code: str = ""


def halves_make(*, code: str = "") -> Halves:
    """Fresh halves for a new box."""
    return Halves(secrets.token_bytes(HALF_BYTES), secrets.token_bytes(HALF_BYTES), code)


def private_key(halves: Halves, *, survey_id: int) -> X25519PrivateKey:
    """The key that the halves make; wrong halves make another key."""
    info = f"wfsite box key of survey {survey_id} {plain_code(halves.code)}".encode()
    raw = HKDF(SHA256(), length=32, salt=halves.database, info=info).derive(halves.file)
    return X25519PrivateKey.from_private_bytes(raw)


def public_key(halves: Halves, *, survey_id: int) -> bytes:
    """The public half of the key that the halves make."""
    return private_key(halves, survey_id=survey_id).public_key().public_bytes_raw()


_CODE_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


def code_make() -> str:
    """A code for a third holder: 24 letters and digits (117 bits) in groups, none that look alike."""
    return "-".join("".join(secrets.choice(_CODE_LETTERS) for _ in range(6)) for _ in range(4))


def plain_code(typed: str) -> str:
    """A code as it was made, however it was typed: no spaces or dashes, capitals."""
    return "".join(letter for letter in typed.upper() if letter in _CODE_LETTERS)


def random_key() -> bytes:
    """A row's key that says nothing about when or in which order the row was written."""
    return secrets.token_bytes(16)


def sealed_size(questions: Sequence[Asked]) -> int:
    """The bytes that every ballot's content is padded to: enough for the longest answers there can be."""
    most = 1 + most_bytes(questions)  # the mark comes first
    return -(-most // _STEP) * _STEP


def seal(answers: Answers, *, unchanged: bool, manifest: Manifest) -> bytes:
    """A ballot's envelope with its mark inside; all envelopes of a survey have the same length."""
    content = b"%d" % unchanged + json.dumps(answers, ensure_ascii=False, separators=(",", ":")).encode()
    size = sealed_size(manifest.questions)
    if len(content) > size:
        raise ValueError("answers larger than the survey's ballots")
    to = X25519PublicKey.from_public_bytes(manifest.public_key)
    return SUITE.encrypt(content.ljust(size), to, info=seal_info(manifest))


def seal_info(manifest: Manifest) -> bytes:
    """What binds an envelope to its box."""
    return b"wfsite ballot " + manifest.digest

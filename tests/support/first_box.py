"""The first release's ballot box in small: everything that decides lies in the database. What attacks succeed against.

One question, "How are things?", with the answers 0 to 4. Sealed as then: HPKE to a public key in a row, a bit a seat
in one row, the threshold and the closing time in columns that the count goes by.
"""

import secrets
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from sqlalchemy import text

from wfsite.extensions import db
from wfsite.surveys.box.envelopes import SUITE

INFO = b"wfsite ballot of survey 1"


class FirstBox:
    """A survey that is open to `people`; its private key is a file elsewhere, here an attribute."""

    def __init__(self, people: list[int], closes_at: datetime) -> None:
        self.private = X25519PrivateKey.generate()
        blob = "BLOB" if db.engine.dialect.name == "sqlite" else "BYTEA"
        for statement in (
            f"CREATE TABLE first_survey (public_key {blob}, threshold INTEGER, closes_at TEXT, labels TEXT)",
            "CREATE TABLE first_invitation (person INTEGER, seat INTEGER)",
            f"CREATE TABLE first_turnout (bits {blob})",
            f"CREATE TABLE first_ballot (key {blob}, sealed {blob})",
        ):
            db.session.execute(text(statement))
        self.run(
            "INSERT INTO first_survey VALUES (:public, 10, :closes, 'good,,,,bad')",
            public=self.private.public_key().public_bytes_raw(),
            closes=closes_at.isoformat(),
        )
        for seat, person in enumerate(people):
            self.run("INSERT INTO first_invitation VALUES (:person, :seat)", person=person, seat=seat)
        self.run("INSERT INTO first_turnout VALUES (:bits)", bits=bytes((len(people) + 7) // 8))
        db.session.commit()

    @staticmethod
    def run(statement: str, **values: Any) -> Any:
        """What a writer of the database can do, and the site too."""
        return db.session.execute(text(statement), values)

    def vote(self, person: int, answer: int) -> bool:
        """As the site took a vote; whether it was stored."""
        seat = self.run("SELECT seat FROM first_invitation WHERE person = :p", p=person).scalar()
        if seat is None:
            return False
        bits = bytearray(self.run("SELECT bits FROM first_turnout").scalar())
        if bits[seat // 8] & 1 << seat % 8:
            return False
        bits[seat // 8] |= 1 << seat % 8
        self.run("UPDATE first_turnout SET bits = :bits", bits=bytes(bits))
        public = bytes(self.run("SELECT public_key FROM first_survey").scalar())
        self.put_in(self.sealed(answer, public))
        db.session.commit()
        return True

    @staticmethod
    def sealed(answer: int, public: bytes) -> bytes:
        """An envelope to a public key, which anybody who can read one can make."""
        return SUITE.encrypt(b"%d" % answer, X25519PublicKey.from_public_bytes(public), info=INFO)

    def put_in(self, envelope: bytes) -> None:
        """A row for an envelope."""
        self.run("INSERT INTO first_ballot VALUES (:key, :sealed)", key=secrets.token_bytes(16), sealed=envelope)

    def count(self, at: datetime) -> list[int] | None:
        """As the site counted: by the threshold and closing time of the row; None while it is open or too few."""
        row = self.run("SELECT threshold, closes_at FROM first_survey").one()
        sealed = [bytes(found) for found in self.run("SELECT sealed FROM first_ballot").scalars()]
        if at.isoformat() < row.closes_at or len(sealed) < row.threshold:
            return None
        counts = [0] * 5
        for envelope in sealed:
            try:
                counts[int(SUITE.decrypt(envelope, self.private, info=INFO))] += 1
            except InvalidTag:
                continue
        return counts

"""The first release's ballot box in small: everything that decides lies in the database. What attacks succeed against.

One question, "How are things?", with the answers 0 to 4, that may be left out. Sealed as then: HPKE to a public key in
a row, a bit a seat in one row, the audience, the choices' labels, the threshold and the closing time in rows that form
and count go by, and that a copy of the instance folder brings back with the key.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from sqlalchemy import text

from wfsite.extensions import db
from wfsite.surveys.box.envelopes import SUITE

INFO = b"wfsite ballot of survey 1"
_TABLES = ("first_survey", "first_invitation", "first_turnout", "first_ballot")
_LEFT_OUT = 5


@dataclass(frozen=True)
class Copied:
    """What a copy of the instance folder holds: the database's rows and the key."""

    rows: dict[str, list[dict[str, Any]]]
    private: X25519PrivateKey | None


class FirstBox:
    """A survey that is open to `people`; its private key is a file in the instance folder, here an attribute."""

    private: X25519PrivateKey | None

    def __init__(self, people: list[int], closes_at: datetime) -> None:
        blob = "BLOB" if db.engine.dialect.name == "sqlite" else "BYTEA"
        for statement in (
            f"CREATE TABLE first_survey (state TEXT, public_key {blob}, threshold INT, closes_at TEXT, labels TEXT)",
            "CREATE TABLE first_invitation (person INTEGER, seat INTEGER)",
            f"CREATE TABLE first_turnout (bits {blob})",
            f"CREATE TABLE first_ballot (key {blob}, sealed {blob})",
        ):
            db.session.execute(text(statement))
        closes = closes_at.isoformat()
        self.run(
            "INSERT INTO first_survey VALUES ('draft', NULL, 10, :closes, 'good,fair,so-so,poor,bad')", closes=closes
        )
        self.open(people)

    def open(self, people: list[int]) -> bool:
        """As the site opened what its row calls a draft: seats dealt, a fresh key; whether it did."""
        if self.run("SELECT state FROM first_survey").scalar() != "draft":
            return False
        self.private = X25519PrivateKey.generate()
        public = self.private.public_key().public_bytes_raw()
        self.run("UPDATE first_survey SET state = 'open', public_key = :public", public=public)
        for seat, person in enumerate(people):
            self.run("INSERT INTO first_invitation VALUES (:person, :seat)", person=person, seat=seat)
        self.run("DELETE FROM first_turnout")
        self.run("INSERT INTO first_turnout VALUES (:bits)", bits=bytes((len(people) + 7) // 8))
        db.session.commit()
        return True

    @staticmethod
    def run(statement: str, **values: Any) -> Any:
        """What a writer of the database can do, and the site too."""
        return db.session.execute(text(statement), values)

    def vote(self, person: int, answer: int | None) -> bool:
        """As the site took a vote, None for the question left out; whether it was stored."""
        seat = self.run("SELECT seat FROM first_invitation WHERE person = :p", p=person).scalar()
        if seat is None or self.run("SELECT state FROM first_survey").scalar() != "open":
            return False
        bits = bytearray(self.run("SELECT bits FROM first_turnout").scalar())
        if bits[seat // 8] & 1 << seat % 8:
            return False
        bits[seat // 8] |= 1 << seat % 8
        self.run("UPDATE first_turnout SET bits = :bits", bits=bytes(bits))
        public = bytes(self.run("SELECT public_key FROM first_survey").scalar())
        self.put_in(self.sealed(_LEFT_OUT if answer is None else answer, public))
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
        """As the site counted, by the row, and destroyed ballots and key; None while it is open or where too few."""
        row = self.run("SELECT threshold, closes_at FROM first_survey").one()
        sealed = [bytes(found) for found in self.run("SELECT sealed FROM first_ballot").scalars()]
        if at.isoformat() < row.closes_at or len(sealed) < row.threshold or self.private is None:
            return None
        counts = [0] * 6
        for envelope in sealed:
            try:
                counts[int(SUITE.decrypt(envelope, self.private, info=INFO))] += 1
            except InvalidTag:
                continue
        self.run("UPDATE first_survey SET state = 'closed'")
        self.run("DELETE FROM first_ballot")
        db.session.commit()
        self.private = None
        return counts[:_LEFT_OUT] if sum(counts[:_LEFT_OUT]) >= row.threshold else None

    def results(self, counts: list[int]) -> dict[str, int]:
        """As the site showed a count: under the labels of the row."""
        return dict(zip(self.run("SELECT labels FROM first_survey").scalar().split(","), counts, strict=True))

    def copied(self) -> Copied:
        """A copy of the instance folder."""
        rows = {table: [dict(row._mapping) for row in self.run(f"SELECT * FROM {table}")] for table in _TABLES}
        return Copied(rows, self.private)

    def put_back(self, copy: Copied) -> None:
        """The instance folder as it was when it was copied."""
        for table, rows in copy.rows.items():
            self.run(f"DELETE FROM {table}")
            for row in rows:
                names = ", ".join(f":{name}" for name in row)
                self.run(f"INSERT INTO {table} VALUES ({names})", **row)
        db.session.commit()
        self.private = copy.private

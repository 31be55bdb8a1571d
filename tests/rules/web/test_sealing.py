"""What is sealed comes back as it was, to its purpose alone, and unpacks to no more than was ever packed."""

import json
import zlib
from datetime import UTC, datetime, timedelta

import pytest

from wfsite.core import sealing
from wfsite.core.sealing import TooLarge, seal, unseal

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
MOST = 4 * 1024 * 1024


def _opened(sealed: str, *, purpose: str = "one", at: datetime = AT) -> object:
    return unseal(sealed, key="key", purpose=purpose, lasts=timedelta(hours=1), at=at)


def _sealed_bytes(content: bytes) -> str:
    return sealing._fernet("key", "one").encrypt_at_time(content, int(AT.timestamp())).decode()


@pytest.mark.parametrize("value", [[1, "a"], "x", "é🙂" * 9_000, ['\n"\\', "\x01", "\ud800"], {"a": None}, "y" * 300])
def test_what_is_sealed_comes_back(value: dict[str, None] | list[int | str] | list[str] | str) -> None:
    sealed = seal(value, key="key", purpose="one", at=AT)
    assert _opened(sealed) == value
    assert _opened(sealed, purpose="another") is None
    assert _opened(sealed, at=AT + timedelta(minutes=61)) is None


def test_long_text_grows_smaller_and_a_link_stays_as_short_as_it_was() -> None:
    assert len(seal("é" * 100_000, key="key", purpose="one", at=AT)) < 2_000
    assert len(seal([12, "0123456789abcdef"], key="key", purpose="one", at=AT)) <= 140


def test_a_link_from_before_still_opens() -> None:
    assert _opened(_sealed_bytes(json.dumps([12, "é" * 200]).encode())) == [12, "é" * 200]


def test_more_than_is_ever_sealed_is_neither_packed_nor_unpacked() -> None:
    with pytest.raises(TooLarge):
        seal("x" * MOST, key="key", purpose="one", at=AT)
    longest = "x" * (MOST - 2)
    assert _opened(seal(longest, key="key", purpose="one", at=AT)) == longest
    assert _opened(_sealed_bytes(zlib.compress(b'"' + b"x" * MOST + b'"'))) is None
    assert _opened(_sealed_bytes(zlib.compress(b'"' + b"x" * 10 * MOST + b'"'))) is None

"""From what people type to values: strict, ASCII digits only, and never an exception but `Unreadable`.

Python's own int(), Decimal() and fromisoformat() accept surprises (١٢, 1_000, NaN, 2025-W01-1), so every
value that a person or a file sends passes through here. Messages are whole sentences that say what to do.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal


class Unreadable(ValueError):
    """The text is not the value it should be; the message says what to enter."""


_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u2060\ufeff\u00ad"))
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_COMBINING_RUN = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]{9,}")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")


def plain_text(raw: str, name: str, *, most: int, required: bool = False, lines: bool = False) -> str:
    """`raw` cleaned and NFC-normalised, at most `most` characters; `lines` keeps line breaks.

    `name` is the field as a sentence holds it ("the action title").
    """
    if _FORBIDDEN.search(raw) or _COMBINING_RUN.search(raw):
        subject = name[:1].upper() + name[1:]
        raise Unreadable(
            f"{subject} contains characters that can't be saved. Remove any symbols that you did not type yourself"
        )
    # In this order: a mark that loses what kept it apart from its letter joins it, so that clean text stays clean.
    text = unicodedata.normalize("NFC", raw.translate(_INVISIBLE))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if lines:
        text = "\n".join(_SPACES.sub(" ", line).rstrip() for line in text.split("\n")).strip()
    else:
        text = " ".join(text.split())
    if required and not text:
        raise Unreadable(f"Enter {name}")
    if len(text) > most:
        subject = name[:1].upper() + name[1:]
        raise Unreadable(f"{subject} must be {most:,} characters or fewer (you used {len(text):,})")
    return text


_WHOLE = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12}", re.ASCII)


def whole_number(raw: str, name: str, *, least: int = 0, most: int = 1_000_000) -> int:
    """A whole number of ASCII digits, thousands commas allowed, between `least` and `most`."""
    text = raw.strip()
    value = int(text.replace(",", "")) if _WHOLE.fullmatch(text) else None
    if value is None or not least <= value <= most:
        raise Unreadable(f"{name} must be a whole number between {least:,} and {most:,}")
    return value


_DECIMAL = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,2})?|\.[0-9]{1,2}", re.ASCII)


def decimal_number(raw: str, name: str, *, most: int = 1_000_000, example: str = "0.6 or 37") -> Decimal:
    """A finite decimal of at most two places, not negative."""
    text = (
        raw.strip().replace(",", "") if re.fullmatch(r"\s*[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?\s*", raw) else raw.strip()
    )
    if not _DECIMAL.fullmatch(text) or Decimal(text) > most:
        raise Unreadable(f"{name} must be a number, like {example}")
    return Decimal(text)


_PART = re.compile(r"[0-9]{1,4}", re.ASCII)


def date_from_parts(boxes: Iterable[str], name: str) -> date | None:
    """A real date from day, month and year boxes; None when all three are empty. Years have four digits."""
    parts = [part.strip() for part in boxes]
    if not any(parts):
        return None
    missing = [word for word, part in zip(("day", "month", "year"), parts, strict=True) if not part]
    if missing:
        raise Unreadable(f"{name} must include a {' and '.join(missing)}")
    try:
        if not all(_PART.fullmatch(part) for part in parts) or len(parts[2]) != 4:
            raise ValueError
        found = date(int(parts[2]), int(parts[1]), int(parts[0]))
    except ValueError:
        raise Unreadable(f"{name} must be a real date") from None
    if not 1990 <= found.year <= 2100:
        raise Unreadable(f"{name} must be a year between 1990 and 2100")
    return found


def iso_date(raw: str) -> date | None:
    """The day that "2026-03-31" names, or None; no other ISO form is accepted."""
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", raw, re.ASCII)
    try:
        day = date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
    return day if day and 1990 <= day.year <= 2100 else None


_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}",
    re.ASCII,
)


def email_address(raw: str) -> str:
    """A lower-cased address, outer spaces removed."""
    text = raw.strip(" \t\u00a0").lower()
    if len(text) > 254 or not _EMAIL.fullmatch(text) or ".." in text:
        raise Unreadable("Enter an email address in the correct format, like name@example.gov.uk")
    return text

"""The one way in which the site searches names: alike on both databases, whatever case or accents people type."""

import re
import unicodedata

# Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"})
_APOSTROPHES = re.compile("['`´\u2018\u2019\u02bc\u2032]")
ESCAPE = "!"


def fold(text: str) -> str:
    """`text` without case, accents and apostrophes: "Ó Súilleabháin" and "o suilleabhain" fold alike."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(_APOSTROPHES.sub("", plain).casefold().translate(_LETTERS).split())


def like_patterns(text: str, count: int) -> list[str]:
    """`count` LIKE patterns that a folded column must all match; %, _ and ! in `text` mean themselves.

    Each word of `text` gives one, the last takes whatever is left, and the spare ones match everything.
    """
    words = fold(text).split(" ", count - 1)
    return [like_pattern(word) for word in words] + ["%"] * (count - len(words))


def like_pattern(text: str) -> str:
    """A LIKE pattern for what holds `text`, in which %, _ and ! mean themselves."""
    escaped = re.sub("([!%_])", r"!\1", text)
    return f"%{escaped}%"

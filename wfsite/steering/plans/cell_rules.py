"""How a plan's text and names stand in a cell, written and read: what the site writes, it reads as the same.

Reading takes bullets, numbers, ditto marks and lists of names for what they mean. Text that only looks like one of
them is written, and may be typed, with a backslash before it (not an apostrophe: Excel swallows one that is typed, and
CSV files have their own); a name that holds what separates names, in quotation marks. Nothing is changed on the way
but what `core.parsing.plain_text` cleans: outer and doubled spaces, invisible characters, letters in two pieces (NFC),
and in titles and names line breaks.
"""

import re
from collections.abc import Iterable, Iterator

from wfsite.core.parsing import Unreadable, plain_text
from wfsite.imports.rules import SPREADSHEET_ERROR

LONGEST_LEAD = 120
# A sub-action without these has none, where an empty cell would mean its action's.
NO_TIMESCALE, NOBODY = "Not set", "Nobody"

_DITTO = r"(?:[\"“”„″〃]|''|’’|\b(?:ditto|do\.)(?=\W|$))"
ALL_DITTO = re.compile(rf"\s*(?:{_DITTO}[\s\-]*)+", re.IGNORECASE)
BULLET = re.compile(r"[-–—•*·▪]\s*(?=\S)")
NUMBER = re.compile(r"[0-9]{1,2}[.)]\s+")

_ONLY_AN_ERROR = rf"(?:{SPREADSHEET_ERROR})\Z"
_NOTHING_ELSE = re.compile(rf"\\*{_ONLY_AN_ERROR}", re.IGNORECASE)
# Column → what reading would take for something else than text, backslashes before it or not.
_LOOKS_LIKE_MORE = {
    "action": re.compile(rf"\\*(?:{BULLET.pattern}|{NUMBER.pattern}|{_ONLY_AN_ERROR})", re.IGNORECASE),
    "criteria": re.compile(rf"\\*(?:(?:{_DITTO}[\s\-]*)+\Z|{_ONLY_AN_ERROR})", re.IGNORECASE),
}


def text_cell(column: str, text: str) -> str:
    """Text as a cell of the column holds it."""
    return f"\\{text}" if _LOOKS_LIKE_MORE.get(column, _NOTHING_ELSE).match(text) else text


def said_to_be_text(column: str, cell: str) -> str | None:
    """The text behind the backslash of a cell that has one to say that it is no more than text, else None."""
    is_said = cell.startswith("\\") and _LOOKS_LIKE_MORE.get(column, _NOTHING_ELSE).match(cell, 1)
    return cell[1:] if is_said else None


def names_cell(names: Iterable[str]) -> str:
    """Names as a cell holds them: HR/"Bello, Amara"."""
    return "/".join(name if _reads_as_itself(name) else f'"{name.replace(chr(34), chr(34) * 2)}"' for name in names)


def _reads_as_itself(name: str) -> bool:
    """Whether a cell of this name alone names just this."""
    if '"' in name or name.casefold() == NOBODY.casefold() or _NOTHING_ELSE.match(name):
        return False
    try:
        return names_read(name, None, frozenset()) == (name,)
    except Unreadable:
        return False


def names_read(raw: str, above: tuple[str, ...] | None, known: frozenset[str]) -> tuple[str, ...]:
    """The names in a cell, in order and each once; a ditto mark stands for those in the cell above.

    `known` (casefolded) are names that no comma or "and" splits, quotation marks or not.
    """
    unique: dict[str, str] = {}
    for name in _names(raw, above, known):
        unique.setdefault(name.casefold(), name)
    return tuple(unique.values())


# A name of its own between quotation marks, which hold a letter or digit: alone they are ditto marks.
_QUOTED = re.compile(
    r"""(?:^|[/;,\n&]|\band\s)\s*
        (?: "(?!\s)(?=(?:[^"]|"")*?[^\W_])((?:[^"]|"")+)(?<!\s)" | “(?!\s)(?=[^“”]*?[^\W_])([^“”]+)(?<!\s)” )
        \s*(?:$|(?=[/;,\n])|&\s*+(?=[^"“])|and\s++(?=[^"“])|(?=&|and\s))""",
    re.VERBOSE | re.IGNORECASE,
)


def _names(raw: str, above: tuple[str, ...] | None, known: frozenset[str]) -> Iterator[str]:
    at = 0
    for quoted in _QUOTED.finditer(raw):
        yield from _bare_names(raw[at : quoted.start()], above, known)
        name = (quoted[1] or quoted[2]).replace('""', '"')
        yield plain_text(name, "the lead's name", most=LONGEST_LEAD, required=True)
        at = quoted.end()
    yield from _bare_names(raw[at:], above, known)


def _bare_names(raw: str, above: tuple[str, ...] | None, known: frozenset[str]) -> Iterator[str]:
    for part in re.split(r"[/;\n]", raw):
        ditto = ALL_DITTO.match(part)
        if ditto:
            yield from _names_above(above)
            part = part[ditto.end() :]
        elif (tail := re.search(rf"\s(?:{_DITTO}\s*)+$", part, re.IGNORECASE)) is not None:
            part = part[: tail.start()]
        for name in _split(part, known):
            if text := plain_text(name, "the lead's name", most=LONGEST_LEAD):
                yield text


def _split(part: str, known: frozenset[str]) -> list[str]:
    """A part at its commas and "and"s, unless it is a known name as it stands."""
    cleaned = " ".join(part.split())
    if cleaned.casefold() in known:
        return [cleaned]
    return [
        name
        for piece in cleaned.split(",")
        for name in ([piece.strip()] if piece.strip().casefold() in known else re.split(r"\s+(?:and|&)\s+", piece))
    ]


def _names_above(above: tuple[str, ...] | None) -> tuple[str, ...]:
    if not above:
        raise Unreadable("A ditto mark needs a name in the cell above to repeat")
    return above

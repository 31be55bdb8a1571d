"""How a plan's text and names stand in a cell, written and read: what the site writes, it reads as the same.

Reading takes bullets, numbers, ditto marks and lists of names for what they mean. Text that only looks like one of
them is written, and may be typed, with a backslash before it (not an apostrophe: Excel swallows one that is typed, and
CSV files have their own); a name that holds what separates names, in quotation marks. Nothing is changed on the way
but what `core.parsing.plain_text` cleans: outer and doubled spaces, invisible characters, letters in two pieces (NFC),
and in titles and names line breaks.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

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


_MAY_SEPARATE = re.compile(r"[,&]|\band\b", re.IGNORECASE)


def _reads_as_itself(name: str) -> bool:
    """Whether a cell of this name alone names just this, whichever names are known."""
    if '"' in name or _MAY_SEPARATE.search(name) or name.casefold() == NOBODY.casefold() or _NOTHING_ELSE.match(name):
        return False
    try:
        return names_read(name, None, frozenset()) == (name,)
    except Unreadable:
        return False


def names_read(
    raw: str, above: tuple[str, ...] | None, known: frozenset[str], *, remarks: list[str] | None = None
) -> tuple[str, ...]:
    """The names in a cell, in order and each once; a ditto mark stands for those in the cell above.

    `known` (casefolded) are names that no comma or "and" splits; "and" splits only between two of them. How anything
    else with a comma or "and" was taken is added to `remarks`.
    """
    unique: dict[str, str] = {}
    for name in _names(raw, above, known, [] if remarks is None else remarks):
        unique.setdefault(name.casefold(), name)
    return tuple(unique.values())


# A name of its own between quotation marks, which hold a letter or digit: alone they are ditto marks.
_QUOTED = re.compile(
    r"""(?:^|[/;,\n&]|\band\s)\s*
        (?: "(?!\s)(?=(?:[^"]|"")*?[^\W_])((?:[^"]|"")+)(?<!\s)" | “(?!\s)(?=[^“”]*?[^\W_])([^“”]+)(?<!\s)” )
        \s*(?:$|(?=[/;,\n])|&\s*+(?=[^"“])|and\s++(?=[^"“])|(?=&|and\s))""",
    re.VERBOSE | re.IGNORECASE,
)


_SEPARATOR = re.compile(r"[/;\n]")
_AND = re.compile(r"\s+(?:and|&)\s+", re.IGNORECASE)


def _names(raw: str, above: tuple[str, ...] | None, known: frozenset[str], remarks: list[str]) -> Iterator[str]:
    # Where something else separates the names, a comma stands within one: "Smith, Jane; Head of service".
    by_comma = not _SEPARATOR.search(_QUOTED.sub(lambda quoted: re.sub(r"(?s)[\"“].*[\"”]", "", quoted[0]), raw))
    at = 0
    for quoted in _QUOTED.finditer(raw):
        yield from _bare_names(raw[at : quoted.start()], above, known, remarks, by_comma=by_comma)
        name = (quoted[1] or quoted[2]).replace('""', '"')
        yield plain_text(name, "the lead's name", most=LONGEST_LEAD, required=True)
        at = quoted.end()
    yield from _bare_names(raw[at:], above, known, remarks, by_comma=by_comma)


def _bare_names(
    raw: str, above: tuple[str, ...] | None, known: frozenset[str], remarks: list[str], *, by_comma: bool
) -> Iterator[str]:
    for part in _SEPARATOR.split(raw):
        ditto = ALL_DITTO.match(part)
        if ditto:
            yield from _names_above(above)
            part = part[ditto.end() :]
        elif (tail := re.search(rf"\s(?:{_DITTO}\s*)+$", part, re.IGNORECASE)) is not None:
            part = part[: tail.start()]
        for name in _split(part, known, remarks, by_comma=by_comma):
            if text := plain_text(name, "the lead's name", most=LONGEST_LEAD):
                yield text


def _split(part: str, known: frozenset[str], remarks: list[str], *, by_comma: bool) -> list[str]:
    """A part at its commas, where they separate, and at each "and" between known names; a known name stays whole."""
    cleaned = " ".join(part.split()).strip(", ")
    if cleaned.casefold() in known:
        return [cleaned]
    pieces = [piece.strip() for piece in cleaned.split(",") if piece.strip()] if by_comma else [cleaned]
    names = [name for piece in pieces for name in _split_at_and(piece, known)]
    unknown = [name for name in names if name.casefold() not in known]
    if len(pieces) > 1 and unknown:
        remarks.append(
            f"“{cleaned}” was read as {len(names)} names: {names_cell(names)}. If it is one, put it in quotation marks"
        )
    remarks.extend(
        f"“{name}” was read as one name. If it is several, put / between them" for name in unknown if _AND.search(name)
    )
    return names


def _split_at_and(piece: str, known: frozenset[str]) -> list[str]:
    """The names around each "and" where all are known, else the whole; of several ways, the first that fits."""
    ands = [found.span() for found in _AND.finditer(piece)]
    longest = max(map(len, known), default=0)  # folding never shortens a name
    # Where a name may begin → where it ends and the next begins, if all from there on are known; from the last back.
    follows: dict[int, tuple[int, int]] = {}
    for number, begin in reversed(list(enumerate([0, *(end for _, end in ands)]))):
        if len(piece) - begin <= longest and piece[begin:].casefold() in known:
            follows[begin] = len(piece), len(piece)
            continue
        for end, following in ands[number:]:
            if end - begin > longest:
                break
            if following in follows and piece[begin:end].casefold() in known:
                follows[begin] = end, following
                break
    return list(_following(piece, follows)) if 0 in follows else [piece]


def _following(piece: str, follows: Mapping[int, tuple[int, int]]) -> Iterator[str]:
    begin = 0
    while begin < len(piece):
        end, following = follows[begin]
        yield piece[begin:end]
        begin = following


def _names_above(above: tuple[str, ...] | None) -> tuple[str, ...]:
    if not above:
        raise Unreadable("A ditto mark needs a name in the cell above to repeat")
    return above

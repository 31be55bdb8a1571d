"""Footnotes of workforce figures: the marks in cells, the lines under a table, and the Notes column that holds them."""

import re

from wfsite.steering.workforce.rules import NOTE_LABELS

_MARKED = re.compile(r"(.*[^*†‡\s])\s*([*†‡]+)", re.DOTALL)
_FOOTNOTE = re.compile(r"([*†‡]+)\s*(.+)", re.DOTALL)


def split_mark(text: str) -> tuple[str, str]:
    """ "24*" as ("24", "*"); a cell without a mark comes with ""."""
    found = _MARKED.fullmatch(text)
    return (found[1], found[2]) if found else (text, "")


def footnote_of(text: str) -> tuple[str, str]:
    """A line like "* 12 of these start in March" as its mark and its words; ("", "") for any other."""
    found = _FOOTNOTE.fullmatch(text)
    return (found[1], " ".join(found[2].split())) if found else ("", "")


def notes_of(cells: dict[str, str], footnotes: dict[str, str]) -> str:
    """A Notes cell for the marked cells of a month; `footnotes` are by mark."""
    marks = {key: split_mark(cell)[1] for key, cell in cells.items()}
    return notes_text({key: footnotes[mark] for key, mark in marks.items() if mark in footnotes})


_NOTE_KEYS = {label.casefold(): key for key, label in NOTE_LABELS.items()}
_NOTE_NAMES = "|".join(map(re.escape, sorted(NOTE_LABELS.values(), key=len, reverse=True)))
# A note between quotation marks ends at its mark: what looks like the next note is words.
_NOTE_START = re.compile(rf'(?:^|;)\s*({_NOTE_NAMES})\s*:\s*(?:"((?:[^"]|"")*)"\s*(?=;|$))?', re.IGNORECASE | re.ASCII)
_MUST_BE_QUOTED = re.compile(rf'"|;\s*(?:{_NOTE_NAMES})\s*:', re.IGNORECASE | re.ASCII)


def notes_text(notes: dict[str, str]) -> str:
    """Footnotes as one cell: "Vacancies: 12 of these start in March; Agency: …".

    A note that would read as two stands between quotation marks: `Agency: "one; Vacancies: two"`.
    """
    return "; ".join(f"{NOTE_LABELS[key]}: {_quoted(notes[key])}" for key in NOTE_LABELS if key in notes)


def _quoted(note: str) -> str:
    if not _MUST_BE_QUOTED.search(note):
        return note
    doubled = note.replace('"', '""')
    return f'"{doubled}"'


def notes_read(text: str) -> tuple[dict[str, str], str]:
    """A Notes cell as footnotes by figure, and what stands before the first figure's name."""
    starts = list(_NOTE_START.finditer(text))
    if not starts:
        return {}, text.strip()
    ends = [*(start.start() for start in starts[1:]), len(text)]
    found = {
        _NOTE_KEYS[start[1].casefold()]: _unquoted(start) or text[start.end() : end].strip()
        for start, end in zip(starts, ends, strict=True)
    }
    return {key: note for key, note in found.items() if note}, text[: starts[0].start()].strip()


def _unquoted(start: re.Match[str]) -> str:
    return (start[2] or "").replace('""', '"').strip()

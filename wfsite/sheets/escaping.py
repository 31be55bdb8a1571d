"""How text stands in a file so that no program takes it for something else; each pair undoes itself for any text."""

import re

# A spreadsheet runs a CSV cell that begins with one of these, wide forms and line ends too.
_RUNS = "[=+\\-@\t\r\n＝＋－＠]"
_WOULD_RUN = re.compile(f"'*{_RUNS}")
_KEPT_FROM_RUNNING = re.compile(f"'+{_RUNS}")


def safe_text(value: str) -> str:
    """A CSV cell: an apostrophe goes before text that a spreadsheet would run, or that already has one there."""
    return f"'{value}" if _WOULD_RUN.match(value) else value


def unescaped(cell: str) -> str:
    """The text of a CSV cell, without the apostrophe that `safe_text` put before it."""
    return cell[1:] if _KEPT_FROM_RUNNING.match(cell) else cell


# XML cannot hold these characters, and changes a carriage return: workbooks write them as their number.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
# NUL stays a number: nothing further on could keep it.
_NUMBERED = re.compile("_x(005[Ff]|00(?:0[1-9A-Fa-f]|1[0-9A-Fa-f])|[Ff]{3}[EeFf])_")


def workbook_text(value: str) -> str:
    """The text of a workbook's cell: what XML cannot hold becomes `_x000D_`, and what looks like that is marked."""
    return _NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", value)


def from_workbook(text: str) -> str:
    """The text that `workbook_text`, or Excel, wrote."""
    return _NUMBERED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text

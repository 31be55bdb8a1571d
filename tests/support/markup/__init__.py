"""html-validate over every page that a test fetches: one node process a worker, and each shape of page once."""

import atexit
import json
import os
import re
import sys
from functools import cache
from pathlib import Path
from subprocess import PIPE, Popen
from threading import Lock

import playwright

_HERE = Path(__file__).parent
# Where `make markup` puts it: beside the Python that the tests run with.
INSTALLED = Path(sys.prefix) / "markup"
# The node that Playwright brings, so that the version is the one that requirements/dev.txt pins.
_NODE = Path(playwright.__file__).parent / "driver" / "node"

_TEXT = re.compile(r">[^<]*[^<\s][^<]*<")
_SPACE = re.compile(r">\s+<")
_FREE = re.compile(r'\b(value|alt|aria-label|content)="[^"]+"')
_NUMBER = re.compile(r"\d+")


def is_installed() -> bool:
    """Whether pages can be validated. CI, which must not pass without, is told so by the first page."""
    found = (INSTALLED / "node_modules" / "html-validate").is_dir()
    assert found or not os.environ.get("CI"), "CI needs html-validate, and it is not installed: run `make markup`"
    return found


def shape(html: str) -> str:
    """What of a page decides whether it is sound: its tags and attributes, with numbers told apart but not kept."""
    seen: dict[str, str] = {}
    html = _SPACE.sub("><", _TEXT.sub(">.<", html))
    return _NUMBER.sub(lambda number: seen.setdefault(number[0], str(len(seen))), _FREE.sub(r'\1="."', html))


_known: dict[tuple[str, bool], list[str]] = {}
_one_at_a_time = Lock()


def faults(html: str, *, whole: bool) -> list[str]:
    """What the validator has against a page, or a part of one; [] where it is not installed."""
    if not is_installed():
        return []
    key = (shape(html), whole)
    with _one_at_a_time:
        if key not in _known:
            _known[key] = _asked(_validator(os.getpid()), html, whole)
    return _known[key]


@cache
def _validator(process_id: int) -> "Popen[str]":
    """The worker's validator; a process that was forked off asks one of its own."""
    command = [str(_NODE), str(_HERE / "validate.mjs"), str(INSTALLED)]
    process = Popen(command, stdin=PIPE, stdout=PIPE, text=True, encoding="utf-8")
    atexit.register(_stop, process, process_id)
    return process


def _stop(process: "Popen[str]", process_id: int) -> None:
    """End what this process began, and nothing that it inherited."""
    if os.getpid() == process_id:
        process.communicate()


def _asked(process: "Popen[str]", html: str, whole: bool) -> list[str]:
    assert process.stdin and process.stdout
    process.stdin.write(json.dumps([html, whole]) + "\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    assert answer, "html-validate has stopped: what it said stands above"
    found: list[str] = json.loads(answer)
    return found

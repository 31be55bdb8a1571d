"""Files that are too much: refused with what to do, while others are served and nothing is held."""

import io
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import QueuePool

from tests.pages.steering.plans.test_plan_import import GOOD, URL, _send
from tests.sheets.test_reading import _changed, _saved
from tests.support.client import Browser, Browsers
from tests.support.engines import Site
from tests.support.html import Page
from wfsite.core.apart import Desk, Limits
from wfsite.extensions import db
from wfsite.web.waiting import PACKING, READING

_HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def _workbook(row: bytes, times: int) -> bytes:
    """A workbook whose first sheet is one row many times over."""
    rows = b"".join(b'<row r="%d">%s</row>' % (number, row) for number in range(1, times + 1))
    return _changed(_saved(Workbook()), **{"xl/worksheets/sheet1.xml": _HEAD + rows + b"</sheetData></worksheet>"})


def _sent(b: Browser, content: bytes) -> Page:
    """The answer to a workbook that cannot be read."""
    return b.post_large(URL, {"target": "2025"}, "plan.xlsx", content, expect=422)


_ONE_CELL = b"<c><v>1</v></c>"
_HEADINGS = b'<c t="str"><v>Action</v></c><c t="str"><v>Leads</v></c>'
# Each cell is a text of its own when it is read: four thousand of them are 36 MB.
_LONG = _HEADINGS + b'<c t="str"><v>' + b"x" * 9_000 + b"</v></c>"


@pytest.mark.parametrize(
    ("row", "times", "says"),
    [
        (_ONE_CELL, 400_000, "more than 100,000 rows. Copy the table to a new workbook"),
        (_ONE_CELL, 90_000, "The first 50 rows hold no headings"),
        (_HEADINGS, 250_000, "more than 100,000 rows. Copy the table to a new workbook"),
        (_HEADINGS, 90_000, "more than 5,000 rows. Split it"),
    ],
)
def test_a_workbook_of_rows_that_say_nothing_costs_little(browser: Browsers, row: bytes, times: int, says: str) -> None:
    b = browser("secretary")
    content = _workbook(row, times)
    before = getrusage(RUSAGE_CHILDREN).ru_utime
    assert says in _sent(b, content).words
    assert getrusage(RUSAGE_CHILDREN).ru_utime - before < 5  # 10 to 15 before the rows that are read were counted


@pytest.fixture
def limits() -> Iterator[Callable[..., None]]:
    """Sets limits of a desk for a test."""
    usual = [(desk, desk.limits) for desk in (READING, PACKING)]

    def tighten(desk: Desk, **changed: Any) -> None:
        desk.limits = replace(desk.limits, **changed)

    yield tighten
    for desk, before in usual:
        desk.limits = before


@pytest.mark.parametrize("tight", [{"memory": 40_000_000}, {"seconds": 0.01}])
def test_a_file_over_the_limits_is_refused_with_what_to_do(
    browser: Browsers, limits: Callable[..., None], tight: dict[str, Any]
) -> None:
    limits(READING, **tight)
    page = _sent(browser("secretary"), _workbook(_LONG, 4_000))
    assert "Copy the table alone into a new workbook" in page.words
    assert page.one("title").text.startswith("Error: ")
    limits(READING, memory=Limits().memory, seconds=Limits().seconds)
    _send(browser("secretary"), GOOD)


def _reading() -> int:
    """The child that reads a file, once it has begun."""
    while READING._child is None or not READING._one_at_a_time.locked():
        pass
    return READING._child.pid


def test_while_a_file_is_read_nothing_is_held_the_next_is_told_and_a_crash_is_survived(
    browser: Browsers, site: Site, limits: Callable[..., None]
) -> None:
    slow = Workbook(write_only=True)
    sheet = slow.create_sheet()
    for _ in range(4_000):
        sheet.append(["text"] * 30)
    content = _saved(slow)
    first, second = browser("secretary"), browser("secretary")
    limits(READING, patience_seconds=0)
    with ThreadPoolExecutor() as pool:
        sent = pool.submit(_sent, first, content)
        child = _reading()
        with site.app.app_context():
            connections = db.engine.pool
            assert isinstance(connections, QueuePool) and connections.checkedout() == 0
        page = _send(second, GOOD, expect=503)
        assert "The site is reading other files. Try again in a minute" in page.words
        assert second.response.headers["Retry-After"] == "60"
        assert [o["value"] for o in page.one("select").children if "selected" in o.attrs] == ["2025"]
        second.get("/steering/plan")
        os.kill(child, signal.SIGSEGV)
        assert "The site could not read this file" in sent.result().words
    _send(second, GOOD)


def test_other_answers_than_a_page_say_it_too(browser: Browsers, limits: Callable[..., None]) -> None:
    b = browser("secretary")
    limits(PACKING, seconds=0.01)
    page = b.get(f"{URL}/template.xlsx", expect=422)
    assert "That is too much to make at once" in page.words and "Choose CSV" in page.words
    limits(PACKING, seconds=60, patience_seconds=0)
    with PACKING._one_at_a_time:
        page = b.get("/steering/plan/export.xlsx", expect=503)
        assert "The site is making other files" in page.words
        assert b.response.headers["Retry-After"] == "60"
    assert b.client.get("/steering/plan/export.xlsx").status_code == 200


def test_a_drawing_waits_for_no_file(browser: Browsers) -> None:
    b = browser("secretary")
    with READING._one_at_a_time, PACKING._one_at_a_time:
        b.get("/steering/workforce")
        picture = next(image["src"] for image in b.page.all("img") if ".svg" in image["src"])
        assert io.BytesIO(b.client.get(picture).data).read(5) == b"<?xml"

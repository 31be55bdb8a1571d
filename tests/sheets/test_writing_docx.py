"""A Word file says what the rows say, whatever characters they hold, and python-docx opens it."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document
from docx.document import Document as Opened
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.present import the
from wfsite.sheets.writing_docx import docx_bytes

ANYTHING = st.text(max_size=20)


def opened(*args: Any, **kwargs: Any) -> Opened:
    return Document(BytesIO(docx_bytes(*args, **kwargs)))


def cells_of(document: Opened) -> list[list[str]]:
    (table,) = document.tables
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_a_reader_finds_title_notes_headings_and_rows() -> None:
    rows = [("Amara", 1234, date(2026, 3, 10)), ("one\ntwo", None, Decimal("0.5")), ("=1+1", True, "<&>")]
    document = opened("People", ("Name", "Number", "Day"), rows, notes=("Role: Chair",))
    assert [p.text for p in document.paragraphs] == ["People", "Role: Chair"]
    assert the(document.paragraphs[0].style).name == "Heading 1"
    assert cells_of(document) == [
        ["Name", "Number", "Day"],
        ["Amara", "1,234", "10 March 2026"],
        ["one\ntwo", "", "0.5"],
        ["=1+1", "True", "<&>"],
    ]


@pytest.mark.parametrize(("width", "wide"), [(4, False), (5, True)])
def test_headings_stand_on_every_page_and_wide_tables_turn_it(width: int, wide: bool) -> None:
    document = opened("T", ["Column"] * width, [["x"] * width])
    (section,), (table,) = document.sections, document.tables
    assert (section.orientation is WD_ORIENT.LANDSCAPE) is wide
    assert (the(section.page_width) > the(section.page_height)) is wide
    head, row = table.rows
    assert head._tr.trPr.find(qn("w:tblHeader")) is not None and row._tr.trPr.find(qn("w:tblHeader")) is None
    assert all(one._tr.trPr.find(qn("w:cantSplit")) is not None for one in table.rows)


def test_the_file_says_nothing_of_the_template_and_is_the_same_each_time() -> None:
    content = docx_bytes("People", ("Name",), [("x",)])
    assert content == docx_bytes("People", ("Name",), [("x",)])
    document, parts = Document(BytesIO(content)), ZipFile(BytesIO(content))
    said = document.core_properties
    assert (said.title, said.author, said.comments, said.language) == ("People", "", "", "en-GB")
    text = b"".join(parts.read(name) for name in parts.namelist())
    assert b"python-docx" not in text and b"thumbnail" not in text and b"2013" not in parts.read("docProps/core.xml")
    assert b'w:lang w:val="en-US"' not in parts.read("word/styles.xml")


@given(texts=st.lists(st.tuples(ANYTHING, ANYTHING), min_size=1, max_size=4), title=ANYTHING)
@settings(max_examples=40, deadline=None, database=None)
def test_any_characters_are_held(texts: list[tuple[str, str]], title: str) -> None:
    shown = cells_of(opened(title, ("One", "Two"), texts, notes=(title,)))[1:]
    for (one, two), cells in zip(texts, shown, strict=True):
        for given_text, cell in ((one, cells[0]), (two, cells[1])):
            assert len(cell) == len(given_text)
            assert all(a in (b, " ") for a, b in zip(cell, given_text, strict=True))


@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\x1f", "\x7f", "\ufffe", "\uffff", "\ud800", "\r"])
def test_what_xml_cannot_hold_becomes_a_space(bad: str) -> None:
    assert cells_of(opened(f"a{bad}b", (f"h{bad}",), [(f"a{bad}b",)])) == [["h "], ["a b"]]

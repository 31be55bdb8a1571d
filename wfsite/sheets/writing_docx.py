"""Rows out as a Word file: a title, what was asked for, one table; and reports. Imported where one is written."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as WordFile
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from wfsite.core.words import long_date
from wfsite.sheets.writing import Cell
from wfsite.sheets.writing_report import Block, Grid, Heading, Text

# Wider tables turn the page on its side.
_MOST_UPRIGHT = 4
_SHORT, _LONG, _MARGIN = Mm(210), Mm(297), Mm(15)
# What XML cannot hold, and what a line of a table has no use for.
_NOT_IN_A_LINE = re.compile("[\x00-\x09\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
# Zip files date their parts; the same rows always make the same file.
_STAMP = (1980, 1, 1, 0, 0, 0)


def docx_bytes(
    title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, notes: Sequence[str] = ()
) -> bytes:
    """A Word file, A4 and in British English, whose headings stand at the top of every page of the table."""
    document = Document()
    _set_up(document, title, wide=len(header) > _MOST_UPRIGHT)
    document.add_heading(_line(title), level=1)
    for note in notes:
        document.add_paragraph(_line(note))
    table = document.add_table(rows=1, cols=len(header), style="Table Grid")
    _fill(table, header, rows)
    return _saved(document)


def report_bytes(title: str, blocks: Sequence[Block], *, notes: Sequence[str] = ()) -> bytes:
    """A report as a Word file: its title, what it is (`notes`), then its parts in order."""
    document = Document()
    widest = max((len(block.header) for block in blocks if isinstance(block, Grid)), default=0)
    _set_up(document, title, wide=widest > _MOST_UPRIGHT)
    document.add_heading(_line(title), level=1)
    for text in notes:
        document.add_paragraph(_line(text))
    for block in blocks:
        _add(document, block)
    return _saved(document)


def _add(document: WordFile, block: Block) -> None:
    match block:
        case Heading(text):
            document.add_heading(_line(text), level=2)
        case Text(text):
            _write(document.add_paragraph(), text)
        case Grid():
            _add_grid(document, block)


def _add_grid(document: WordFile, grid: Grid) -> None:
    """A table, its caption kept with it."""
    if grid.caption:
        caption = document.add_paragraph()
        caption.add_run(_line(grid.caption)).bold = True
        caption.paragraph_format.keep_with_next = True
    table = document.add_table(rows=1, cols=len(grid.header), style="Table Grid")
    _fill(table, grid.header, grid.rows)
    if grid.has_total:
        for run in (run for cell in table.rows[-1].cells for run in cell.paragraphs[0].runs):
            run.bold = True
    document.add_paragraph()


def _saved(document: WordFile) -> bytes:
    out = BytesIO()
    document.save(out)
    return _settled(out.getvalue())


def _set_up(document: WordFile, title: str, *, wide: bool) -> None:
    """Paper, language, type and what the file says of itself."""
    (section,) = document.sections
    section.page_width, section.page_height = (_LONG, _SHORT) if wide else (_SHORT, _LONG)
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(10)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    _describe(document, title)


def _describe(document: WordFile, title: str) -> None:
    """What the file says of itself: its title, and nothing of the library's template (its day, its picture)."""
    said = document.core_properties
    said.title, said.author, said.comments, said.language = _line(title), "", "", "en-GB"
    for name in ("dcterms:created", "dcterms:modified"):
        for found in said._element.findall(qn(name)):
            said._element.remove(found)
    links = document.part.package.rels
    for key in [key for key, link in links.items() if link.reltype.endswith("/thumbnail")]:
        del links[key]


def _fill(table: Table, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """The headings, repeated on each page, and the rows, none of which is torn apart by the end of one."""
    (head,) = table.rows
    for cell, name in zip(head.cells, header, strict=True):
        cell.paragraphs[0].add_run(_line(name)).bold = True
    _mark(head._tr, "w:tblHeader")
    _mark(head._tr, "w:cantSplit")
    for values in rows:
        added = table.add_row()  # type: ignore[no-untyped-call]
        _mark(added._tr, "w:cantSplit")
        for place, value in zip(added._tr.tc_lst, values, strict=True):
            _write(Paragraph(place.p_lst[0], table), _text(value))


def _mark(row: object, name: str) -> None:
    row.get_or_add_trPr().append(OxmlElement(name))  # type: ignore[attr-defined]


def _write(paragraph: Paragraph, text: str) -> None:
    first, *more = text.split("\n")
    run = paragraph.add_run(_line(first))
    for line in more:
        run.add_break(WD_BREAK.LINE)
        run.add_text(_line(line))


def _text(value: Cell) -> str:
    """A cell as a person reads it; nothing is nothing."""
    if value is None:
        return ""
    if isinstance(value, date):
        return long_date(value)
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _line(text: str) -> str:
    return _NOT_IN_A_LINE.sub(" ", text)


def _settled(content: bytes) -> bytes:
    """The file without the time at which its parts were packed."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as given, ZipFile(out, "w") as made:
        for name in sorted(given.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            part = ZipInfo(name, _STAMP)
            part.compress_type = ZIP_DEFLATED
            made.writestr(part, given.read(name))
    return out.getvalue()

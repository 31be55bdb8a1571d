"""What is true of papers by the domain alone: who may read them and why not, their versions, their names."""

import re
import unicodedata
from enum import StrEnum

from wfsite.core.errors import RuleBroken


class Standing(StrEnum):
    """Who may read a paper: whoever may read the thing that it hangs on, or only who belongs to that."""

    OPEN = "open"
    CONFIDENTIAL = "confidential"
    EXEMPT = "exempt"

    @property
    def label(self) -> str:
        """As pages print it."""
        return self.value.capitalize()


# Which papers somebody is shown who belongs to the thing, and who does not.
_READS = {True: tuple(Standing), False: (Standing.OPEN,)}


def standings_read(is_member: bool) -> tuple[Standing, ...]:
    """The standings of the papers that somebody may read."""
    return _READS[is_member]


class Paragraph(StrEnum):
    """The paragraphs of Part 1 of Schedule 12A to the Local Government Act 1972: what makes a paper exempt."""

    INDIVIDUAL = "1"
    IDENTITY = "2"
    BUSINESS = "3"
    LABOUR = "4"
    LEGAL = "5"
    ENFORCEMENT = "6"
    CRIME = "7"

    @property
    def label(self) -> str:
        """The paragraph in short plain words, with its number."""
        return f"Paragraph {self.value}: {_PARAGRAPHS[self]}"


_PARAGRAPHS = {
    Paragraph.INDIVIDUAL: "it is about a particular person",
    Paragraph.IDENTITY: "it is likely to show who somebody is",
    Paragraph.BUSINESS: "the money or business of a person or organisation, the council included",
    Paragraph.LABOUR: "consultation or negotiation with staff or unions",
    Paragraph.LEGAL: "legal advice, or what is kept for court",
    Paragraph.ENFORCEMENT: "a notice, order or direction that the council means to give",
    Paragraph.CRIME: "preventing, investigating or prosecuting crime",
}


def check_reason(standing: Standing, paragraph: Paragraph | None, reason: str) -> None:
    """Raises `RuleBroken` where the paragraph and the words that a standing needs are missing, or contradict it."""
    wrong = {}
    if standing is Standing.EXEMPT and paragraph is None:
        wrong["paragraph"] = "Choose the paragraph of Schedule 12A under which it is exempt"
    elif standing is not Standing.EXEMPT and paragraph is not None:
        wrong["paragraph"] = f"Choose “Not exempt”, since the paper is to be {standing.value}, or make it exempt"
    if standing is not Standing.OPEN and not reason:
        wrong["reason"] = f"Say in a sentence why it is {standing.value}"
    elif standing is Standing.OPEN and reason:
        wrong["reason"] = "Delete the reason, since the paper is to be open, or make it confidential or exempt"
    if wrong:
        raise RuleBroken(**wrong)


class Stage(StrEnum):
    """Whether a version is still being worked on."""

    DRAFT = "draft"
    FINAL = "final"

    @property
    def label(self) -> str:
        """As pages print it."""
        return self.value.capitalize()


class FileKind(StrEnum):
    """A kind of file that is kept; its value is the ending of its name."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    ODT = "odt"
    ODS = "ods"
    CSV = "csv"
    TXT = "txt"
    PNG = "png"
    JPEG = "jpg"

    @property
    def label(self) -> str:
        """As a list of papers prints it."""
        return _KINDS[self][0]

    @property
    def media_type(self) -> str:
        """What a browser is told."""
        return _KINDS[self][1]


_OFFICE, _OPEN_DOCUMENT = "application/vnd.openxmlformats-officedocument", "application/vnd.oasis.opendocument"
_KINDS = {
    FileKind.PDF: ("PDF", "application/pdf"),
    FileKind.DOCX: ("Word document", f"{_OFFICE}.wordprocessingml.document"),
    FileKind.XLSX: ("Excel workbook", f"{_OFFICE}.spreadsheetml.sheet"),
    FileKind.PPTX: ("PowerPoint slides", f"{_OFFICE}.presentationml.presentation"),
    FileKind.ODT: ("OpenDocument text", f"{_OPEN_DOCUMENT}.text"),
    FileKind.ODS: ("OpenDocument spreadsheet", f"{_OPEN_DOCUMENT}.spreadsheet"),
    FileKind.CSV: ("CSV", "text/csv"),
    FileKind.TXT: ("Text", "text/plain"),
    FileKind.PNG: ("PNG picture", "image/png"),
    FileKind.JPEG: ("JPEG picture", "image/jpeg"),
}


def size_words(size: int) -> str:
    """How large a file is: "1 KB" up to a kilobyte, "240 KB", "1.2 MB"."""
    kilobytes = max(1, -(-size // 1024))
    return f"{kilobytes:,} KB" if kilobytes < 1000 else f"{size / 1024**2:.1f} MB"


def download_name(title: str, label: str, kind: FileKind) -> str:
    """What the file is called when it is saved: ASCII and ours, whatever the file that was sent was called."""
    words = (_slug(title)[:80].strip("-"), _slug(label))
    return f"{'-'.join(word for word in words if word) or 'paper'}.{kind.value}"


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9.]+", "-", plain).strip("-.")

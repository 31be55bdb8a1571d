"""Which kind of file somebody sent: its name and its content must both say so, and a package is looked through whole.

Runs in a process apart (`core.apart`): what is here opens what strangers made.
"""

import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import PurePosixPath

from wfsite.core.parsing import Unreadable
from wfsite.papers.rules import FileKind

_CHOOSE = (
    "Choose a PDF, a Word (.docx), Excel (.xlsx), PowerPoint (.pptx) or OpenDocument (.odt, .ods) file, a CSV or text "
    "file, or a PNG or JPEG picture"
)
_MACROS = frozenset(("docm", "dotm", "xlsm", "xltm", "xlam", "xlsb", "pptm", "potm", "ppsm", "ppam", "sldm"))
_OLDER = {"doc": "docx", "rtf": "docx", "xls": "xlsx", "ppt": "pptx"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_UNPACKED = 100 * 1024 * 1024
_MOST_PARTS = 5_000
_TYPES = "[Content_Types].xml"
# What the list of a package's types calls its main part.
_MAIN = {
    FileKind.DOCX: b"wordprocessingml.document.main+xml",
    FileKind.XLSX: b"spreadsheetml.sheet.main+xml",
    FileKind.PPTX: b"presentationml.presentation.main+xml",
}
_TEXT_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f")) + b"\x7f"
_PAGES = (b"<!doctype", b"<html", b"<script", b"<svg", b"<?xml", b"<?php")
_NO_PLAIN_TEXT = (b"#!", b"%PDF-", b"{\\rtf")


def kind_of(name: str, content: bytes) -> bytes:
    """The `FileKind` of a file, as the bytes that a process apart answers; raises `Unreadable`."""
    if not content:
        raise Unreadable("The file is empty. Choose another, or save it again")
    kind = _named(name)
    if content.startswith(_OLE):
        raise Unreadable(f"The file has a password or is of an old kind. Remove the password, save it as .{kind.value}")
    _CHECKS[kind](content, kind)
    return kind.value.encode()


def _named(name: str) -> FileKind:
    """The kind that the name ends with."""
    ending = name.strip().rpartition(".")[2].casefold() if "." in name else ""
    if ending in _MACROS:
        raise Unreadable("The file may hold macros. Save it without them, as .docx, .xlsx or .pptx, and choose that")
    if ending in _OLDER:
        raise Unreadable(f"The file is of an old kind (.{ending}). Save it as .{_OLDER[ending]} and choose that")
    try:
        return FileKind("jpg" if ending == "jpeg" else ending)
    except ValueError:
        raise Unreadable(f"The site does not keep this kind of file. {_CHOOSE}") from None


def _other(kind: FileKind) -> Unreadable:
    return Unreadable(f"The file is no {kind.label}, whatever its name says. Save it again as .{kind.value}")


def _damaged(kind: FileKind) -> Unreadable:
    return Unreadable(f"The file is damaged or not complete. Open it, save it again as .{kind.value} and choose that")


def _check_single(content: bytes, kind: FileKind) -> None:
    """Refuse what is another kind of file to whoever reads it from its end."""
    if zipfile.is_zipfile(BytesIO(content)):
        raise Unreadable(f"The file holds another one. Save it again as .{kind.value} and choose that")


def _check_pdf(content: bytes, kind: FileKind) -> None:
    if not content.startswith(b"%PDF-"):
        raise _other(kind)
    if b"%%EOF" not in content[-2048:]:
        raise _damaged(kind)
    if b"/JavaScript" in content or b"/Launch" in content:
        raise Unreadable("This PDF can run a program. Print it to a new PDF and choose that")
    _check_single(content, kind)


def _check_png(content: bytes, kind: FileKind) -> None:
    if not content.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"):
        raise _other(kind)
    if not content.endswith(b"IEND\xaeB`\x82"):
        raise _damaged(kind)
    _check_single(content, kind)


def _check_jpeg(content: bytes, kind: FileKind) -> None:
    if not content.startswith(b"\xff\xd8\xff"):
        raise _other(kind)
    if b"\xff\xd9" not in content:
        raise _damaged(kind)
    _check_single(content, kind)


def _check_text(content: bytes, kind: FileKind) -> None:
    """Text as it is saved on Windows or elsewhere, and neither a page nor a program."""
    start = content[:200].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if content.startswith(_NO_PLAIN_TEXT) or start.startswith(_PAGES):
        raise _other(kind)
    try:
        plain = _decoded(content).encode()
    except UnicodeError:
        raise _other(kind) from None
    if plain.translate(None, _TEXT_CONTROLS) != plain:
        raise _other(kind)
    if not plain.strip():
        raise Unreadable("The file is empty. Choose another, or save it again")


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def _check_package(content: bytes, kind: FileKind) -> None:
    """A package of parts: read to its end within limits, every part once, and none of them a macro."""
    if not content.startswith(b"PK\x03\x04"):
        raise _other(kind)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_list(archive, parts, len(content), kind)
            head = {part.filename: _part(archive, part, kind) for part in parts}
    except Unreadable:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise _damaged(kind) from None
    (_check_office if kind in _MAIN else _check_open_document)(head, kind)


def _check_list(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], size: int, kind: FileKind) -> None:
    """What a package says of its parts, before any is unpacked."""
    names = [part.filename for part in parts]
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("The file has a password. Remove the password, save it and choose that")
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise Unreadable("The file unpacks to more than the site opens. Save it as PDF and choose that")
    overlap = sum(part.compress_size for part in parts) > size
    first = min((part.header_offset for part in parts), default=-1)
    if overlap or first or archive.comment or len(set(names)) < len(names) or any(map(_leads_out, names)):
        raise _damaged(kind)
    if any(map(_is_macro, names)):
        raise _holds_macros(kind)


def _leads_out(name: str) -> bool:
    """Whether a part's name leads out of its package."""
    return name.startswith("/") or "\\" in name or ":" in name or ".." in PurePosixPath(name).parts


def _is_macro(name: str) -> bool:
    folded = name.casefold()
    return (
        folded.endswith(("vbaproject.bin", "vbadata.xml", *(f".{ending}" for ending in _MACROS)))
        or folded.startswith(("basic/", "scripts/"))
        or "/activex/" in folded
    )


def _holds_macros(kind: FileKind) -> Unreadable:
    return Unreadable(f"The file holds macros. Save it without them, as .{kind.value}, and choose that")


def _part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, kind: FileKind) -> bytes:
    """The beginning of a part, which is read whole: its length and check sum must be what the package says."""
    content = archive.read(part)
    if part.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in content.replace(b"\x00", b""):
        raise _damaged(kind)  # a document type is how XML is made to fetch files or to grow without end
    return content if part.filename in (_TYPES, "mimetype") else b""


def _check_office(head: dict[str, bytes], kind: FileKind) -> None:
    types = head.get(_TYPES, b"")
    if b"macroEnabled" in types or b"vbaProject" in types:
        raise _holds_macros(kind)
    if _MAIN[kind] not in types:
        raise _other(kind)


def _check_open_document(head: dict[str, bytes], kind: FileKind) -> None:
    if head.get("mimetype", b"").strip() != kind.media_type.encode() or "content.xml" not in head:
        raise _other(kind)


_CHECKS: dict[FileKind, Callable[[bytes, FileKind], None]] = {
    FileKind.PDF: _check_pdf,
    FileKind.PNG: _check_png,
    FileKind.JPEG: _check_jpeg,
    FileKind.CSV: _check_text,
    FileKind.TXT: _check_text,
    **dict.fromkeys((*_MAIN, FileKind.ODT, FileKind.ODS), _check_package),
}

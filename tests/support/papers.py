"""Files as people send them, sound and hostile, and the demo's papers."""

import struct
import zipfile
import zlib
from datetime import date
from io import BytesIO

from sqlalchemy import Select, select

from tests.support.engines import Site
from tests.support.present import the
from wfsite.extensions import db
from wfsite.groups.models import Group, GroupMember
from wfsite.papers.models import Paper, PaperVersion
from wfsite.papers.rules import FileKind
from wfsite.people.models import Person

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(40) + b"\xff\xd9"
_MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation.main+xml"),
}


def packed(parts: dict[str, bytes]) -> bytes:
    """A package of these parts."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def office(kind: str = "docx", /, **more: bytes) -> bytes:
    """A package that Office would open; `more` are further parts, "__" in a name for "/"."""
    part, main = _MAIN[kind]
    types = f'<Types><Override PartName="/{part}" ContentType="application/vnd.{main}"/></Types>'
    parts = {"[Content_Types].xml": types.encode(), part: b"<document/>"}
    return packed(parts | {name.replace("__", "/"): content for name, content in more.items()})


def open_document(kind: FileKind) -> bytes:
    return packed({"mimetype": kind.media_type.encode(), "content.xml": b"<content/>"})


def png() -> bytes:
    """One white point."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\xff")) + chunk(b"IEND", b"")


SOUND = {
    "terms.pdf": PDF,
    "Terms.DOCX": office("docx"),
    "figures.xlsx": office("xlsx"),
    "slides.pptx": office("pptx"),
    "terms.odt": open_document(FileKind.ODT),
    "figures.ods": open_document(FileKind.ODS),
    "list.csv": "name;place\r\nSiân;Café\r\n".encode("cp1252"),
    "note.txt": "Agreed.\n".encode("utf-16"),
    "map.png": png(),
    "photo.jpeg": JPEG,
}


def group_id(site: Site, kind: str = "steering") -> int:
    """The demo's group of a kind."""
    return _scalar(site, select(Group.id).where(Group.kind == kind))


def paper_id(site: Site, title: str = "Terms of reference") -> int:
    """The demo's paper of a title."""
    return _scalar(site, select(Paper.id).where(Paper.title == title))


def version_ids(site: Site, paper: int) -> list[int]:
    """The versions of a paper, the oldest first."""
    with site.app.app_context():
        found = db.session.scalars(
            select(PaperVersion.id).where(PaperVersion.paper_id == paper).order_by(PaperVersion.id)
        ).all()
        db.session.remove()
    return list(found)


def _scalar(site: Site, statement: Select[int]) -> int:
    with site.app.app_context():
        found = the(db.session.scalar(statement))
        db.session.remove()
    return found


EXEMPT = "What the universities offer for the academy"


def version_form(name: str = "terms.pdf", content: bytes = PDF, **more: object) -> dict[str, object]:
    """What the form of a version sends."""
    return {"file": (BytesIO(content), name), "label": "V0.2", "stage": "draft", **more}


def paper_form(name: str = "terms.pdf", content: bytes = PDF, **more: object) -> dict[str, object]:
    """What the form of a new paper sends."""
    return version_form(name, content) | {"title": "Forward plan", "standing": "open", "label": "Draft", **more}


def end_seat(site: Site, account: str, kind: str = "steering") -> None:
    """End a demo account's seat on a group today."""
    group = group_id(site, kind)
    with site.app.app_context():
        person = db.session.scalar(select(Person.id).where(Person.email == f"{account}@demo.example"))
        seat = db.session.scalars(
            select(GroupMember).where(GroupMember.person_id == person, GroupMember.group_id == group)
        ).one()
        seat.to_on = date(2026, 3, 10)
        db.session.commit()
        db.session.remove()

"""What kind of file is kept: its name and content must both say so, and a package is looked through whole."""

import zipfile
from io import BytesIO

import pytest

from tests.support.papers import JPEG, PDF, SOUND, office, open_document, packed, png
from wfsite.core.parsing import Unreadable
from wfsite.papers.checking import kind_of
from wfsite.papers.rules import FileKind

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize("name", SOUND)
def test_sound_files_of_every_kind_are_kept(name):
    ending = name.rpartition(".")[2].lower().replace("jpeg", "jpg")
    assert kind_of(name, SOUND[name]) == ending.encode()


def test_every_kind_is_among_the_sound_ones():
    assert {FileKind(kind_of(name, content).decode()) for name, content in SOUND.items()} == set(FileKind)


@pytest.mark.parametrize("name", SOUND)
@pytest.mark.parametrize("as_if", ["pdf", "docx", "xlsx", "pptx", "odt", "ods", "png", "jpg"])
def test_another_name_does_not_make_another_kind(name, as_if):
    if name.rpartition(".")[2].lower().replace("jpeg", "jpg") == as_if:
        return
    with pytest.raises(Unreadable, match="whatever its name says"):
        kind_of(f"file.{as_if}", SOUND[name])


@pytest.mark.parametrize("name", [name for name in SOUND if name[-3:].lower() not in ("csv", "txt")])
def test_text_is_text(name):
    with pytest.raises(Unreadable, match="is no Text"):
        kind_of("file.txt", SOUND[name])


def _zip_with(comment=b"", before=b"", **parts):
    content = office("docx", **parts)
    if comment:
        out = BytesIO(content)
        with zipfile.ZipFile(out, "a") as archive:
            archive.comment = comment
        content = out.getvalue()
    return before + content


def _doubled():
    out = BytesIO(office("docx"))
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("word/document.xml", b"<other/>")
    return out.getvalue()


def _encrypted():
    content = bytearray(office("docx"))
    content[6] |= 1
    at = content.rindex(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


HOSTILE = {
    "nothing": ("a.pdf", b"", "is empty"),
    "spaces": ("a.txt", b" \n ", "is empty"),
    "no ending": ("terms", PDF, "does not keep this kind"),
    "a page": ("a.html", b"<html>", "does not keep this kind"),
    "a drawing": ("a.svg", b"<svg>", "does not keep this kind"),
    "a program": ("terms.pdf.exe", b"MZ", "does not keep this kind"),
    "a name that reads backwards": ("gpj.\u202efdp", PDF, "does not keep this kind"),
    "a page as text": ("a.txt", b"\n <!DOCTYPE html><p>", "is no Text"),
    "a script as CSV": ("a.csv", b"<script>alert(1)</script>", "is no CSV"),
    "a program as text": ("a.txt", b"MZ\x90\0 and so on", "is no Text"),
    "a shell script": ("a.csv", b"#!/bin/sh\nrm x", "is no CSV"),
    "noughts": ("a.txt", b"a\0b", "is no Text"),
    "bytes that are no text": ("a.csv", b"a,\x81\x8d", "is no CSV"),
    "half a PDF": ("a.pdf", PDF[:-10], "damaged"),
    "a PDF after something": ("a.pdf", b"GIF89a" + PDF, "whatever its name says"),
    "a PDF with a program": ("a.pdf", PDF.replace(b"/Type", b"/JavaScript /Type"), "can run a program"),
    "a PDF and a package": ("a.pdf", PDF[:-6] + office() + b"%%EOF", "holds another one|damaged"),
    "a PDF before a package": ("a.pdf", PDF + office(), "holds another one"),
    "a picture and a package": ("a.jpg", JPEG + office(), "holds another one"),
    "half a picture": ("a.png", png()[:-4], "damaged"),
    "a picture and more": ("a.png", png() + b"<script>", "damaged"),
    "half a photo": ("a.jpg", JPEG[:20], "damaged"),
    "an old Word file": ("a.doc", OLE, r"Save it as \.docx"),
    "a password": ("a.docx", OLE, "password"),
    "a locked package": ("a.docx", _encrypted(), "password"),
    "macros by name": ("a.docm", office(), "macros"),
    "macros inside": ("a.docx", office(word__vbaProject=b"x", **{"word__vbaProject.bin": b"x"}), "macros"),
    "macros by type": (
        "a.docx",
        packed({"[Content_Types].xml": b"vnd.ms-word.document.macroEnabled.main+xml"}),
        "macros",
    ),
    "macros in a part": ("a.docx", office(**{"word__embeddings__a.xlsm": b"x"}), "macros"),
    "a control that acts": ("a.docx", office(**{"word__activeX__activeX1.xml": b"<x/>"}), "macros"),
    "macros in an OpenDocument": (
        "a.odt",
        packed({"mimetype": FileKind.ODT.media_type.encode(), "content.xml": b"", "Basic/Standard/x.xml": b""}),
        "macros",
    ),
    "another package": ("a.docx", packed({"AndroidManifest.xml": b"x"}), "whatever its name says"),
    "a workbook as Word": ("a.docx", office("xlsx"), "whatever its name says"),
    "a text as spreadsheet": ("a.ods", open_document(FileKind.ODT), "whatever its name says"),
    "half a package": ("a.docx", office()[:-30], "damaged"),
    "something before a package": ("a.docx", _zip_with(before=b"MZ"), "whatever its name says"),
    "a package before a package": ("a.docx", office("xlsx") + office(), "damaged"),
    "words after a package": ("a.docx", _zip_with(comment=b"<html>"), "damaged"),
    "a part twice": ("a.docx", _doubled(), "damaged"),
    "a part that leads out": ("a.docx", office(**{"..__..__etc__passwd": b"x"}), "damaged"),
    "a part that leads to the root": ("a.docx", office(__etc__passwd=b"x"), "damaged"),
    "a document type": ("a.docx", office(**{"word__a.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]>"}), "damaged"),
    "too many parts": ("a.docx", office(**{f"word__{n}.xml": b"" for n in range(5_001)}), "unpacks to more"),
    "a bomb": ("a.docx", office(**{"word__media__a.png": bytes(101 * 1024**2)}), "unpacks to more"),
}


@pytest.mark.parametrize(("name", "content", "says"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused_in_words(name, content, says):
    with pytest.raises(Unreadable, match=says):
        kind_of(name, content)


def test_a_part_whose_length_is_a_lie_is_refused():
    content = bytearray(office(**{"word__media__a.bin": bytes(50_000)}))
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises(Unreadable, match="damaged"):
        kind_of("a.docx", bytes(content))


def test_a_part_that_was_changed_is_refused():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:  # stored: the bytes stand there as they are
        archive.writestr("[Content_Types].xml", b"wordprocessingml.document.main+xml")
        archive.writestr("word/document.xml", b"<document>agreed</document>")
    with pytest.raises(Unreadable, match="damaged"):
        kind_of("a.docx", out.getvalue().replace(b"agreed", b"deceit"))


def test_a_long_name_counts_by_its_end():
    assert kind_of("x" * 100_000 + ".pdf", PDF) == b"pdf"
    assert kind_of("../../étude ‮.PDF", PDF) == b"pdf"

"""Names, sizes, reasons, and who reads what."""

import pytest

from wfsite.core.errors import RuleBroken
from wfsite.papers.rules import (
    FileKind,
    Paragraph,
    Standing,
    check_reason,
    download_name,
    size_words,
    standings_read,
)


@pytest.mark.parametrize(
    ("title", "label", "name"),
    [
        ("Terms of reference", "V0.1", "terms-of-reference-v0.1.pdf"),
        ("../../etc/passwd", "Final", "etc-passwd-final.pdf"),
        ('a"; filename="b.exe', "\u202egpj", "a-filename-b.exe-gpj.pdf"),
        ("Café Zürich", "Ó", "cafe-zurich-o.pdf"),
        ("陳", "陳", "paper.pdf"),
        ("x" * 200, "y" * 40, f"{'x' * 80}-{'y' * 40}.pdf"),
        ("...", "\r\n", "paper.pdf"),
    ],
)
def test_the_name_of_a_download_is_ours(title: str, label: str, name: str) -> None:
    assert download_name(title, label, FileKind.PDF) == name


@pytest.mark.parametrize(("size", "words"), [(1, "1 KB"), (1024, "1 KB"), (1025, "2 KB"), (10 * 1024**2, "10.0 MB")])
def test_sizes_in_words(size: int, words: str) -> None:
    assert size_words(size) == words


def test_what_is_not_open_needs_its_reason() -> None:
    check_reason(Standing.OPEN, None, "")
    check_reason(Standing.CONFIDENTIAL, None, "Because")
    check_reason(Standing.EXEMPT, Paragraph.CRIME, "Because")
    for standing, fields in ((Standing.CONFIDENTIAL, {"reason"}), (Standing.EXEMPT, {"paragraph", "reason"})):
        with pytest.raises(RuleBroken) as refused:
            check_reason(standing, None, "")
        assert set(refused.value.messages) == fields


def test_answers_that_contradict_each_other_are_not_dropped() -> None:
    for standing, fields in ((Standing.OPEN, {"paragraph", "reason"}), (Standing.CONFIDENTIAL, {"paragraph"})):
        with pytest.raises(RuleBroken) as refused:
            check_reason(standing, Paragraph.CRIME, "Because")
        assert set(refused.value.messages) == fields


def test_who_is_no_member_reads_open_papers_only() -> None:
    assert standings_read(False) == (Standing.OPEN,)
    assert set(standings_read(True)) == set(Standing)


def test_every_paragraph_and_kind_has_words() -> None:
    assert all(one.label.startswith(f"Paragraph {one.value}: ") for one in Paragraph)
    assert len({kind.media_type for kind in FileKind}) == len(FileKind) and all(kind.label for kind in FileKind)

"""What a document says is kept as canonical JSON: one hash everywhere, all back as it was, and no time inside."""

import json
import re
from dataclasses import replace

import pytest

from tests.support.documents import BUILT, CHARTS, CONTENT, WORDS
from wfsite.issued.content_rules import (
    Content,
    Table,
    Words,
    built_bytes,
    built_from,
    canonical,
    chained,
    content_bytes,
    content_from,
    content_hash,
    paragraphs,
)
from wfsite.issued.word_v1 import blocks
from wfsite.sheets.writing_report import Grid, Heading, Text

# Changes only with FORM, and then what was kept before must still be read.
PINNED = "0901a87982941a6b467b1b9f706360686731c77bf3e4b8dbf696856f05d9e33c"


def test_the_hash_is_this_one_on_every_machine() -> None:
    assert content_hash(content_bytes(CONTENT)) == PINNED


def test_everything_comes_back_as_it_was() -> None:
    assert built_from(built_bytes(BUILT)) == BUILT
    again = content_from(content_bytes(CONTENT))
    assert (again.place, again.built) == (CONTENT.place, BUILT)
    assert again.words.summary == WORDS.summary and again.words.on("places") == "North first."
    assert again.charts == CHARTS
    assert content_bytes(again) == content_bytes(CONTENT)


def test_no_time_of_day_is_inside() -> None:
    assert not re.search(rb"\d\d:\d\d", content_bytes(CONTENT))


@pytest.mark.parametrize(
    "other",
    [
        replace(CONTENT, words=Words("It went well", {})),
        replace(CONTENT, words=Words(WORDS.summary, {})),
        replace(CONTENT, place=replace(CONTENT.place, number=3)),
        replace(CONTENT, place=replace(CONTENT.place, replaces="1" * 64)),
        replace(CONTENT, place=replace(CONTENT.place, template="v2")),
        replace(CONTENT, built=replace(BUILT, about="Quarter 2")),
    ],
)
def test_another_word_figure_edition_or_template_is_another_hash(other: Content) -> None:
    assert content_hash(content_bytes(other)) != PINNED


def test_a_comment_on_no_section_is_no_part_of_it() -> None:
    other = replace(CONTENT, words=Words(WORDS.summary, {"places": "North first.", "gone": "x", "figures": ""}))
    assert content_hash(content_bytes(other)) == PINNED


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical({"rate": float("nan")})


def test_a_field_that_came_later_has_its_default() -> None:
    plain = json.loads(content_bytes(CONTENT))
    (table,) = [part for part in plain["built"]["sections"][1]["parts"] if part["part"] == "table"]
    del table["has_total"]
    read = content_from(canonical(plain)).built.sections[1].parts[-1]
    assert isinstance(read, Table) and read.has_total is False


def test_the_chain_rests_on_every_link_before() -> None:
    first, second = chained("", "a" * 64), chained(chained("", "b" * 64), "c" * 64)
    assert len({first, second, chained(first, "c" * 64)}) == 3


def test_paragraphs() -> None:
    assert paragraphs("\n\n a \nb\n\n\n\nc ") == ["a\nb", "c"]
    assert paragraphs("") == []


def test_version_1_in_word_is_pinned() -> None:
    assert blocks(CONTENT) == [
        Text("Edition 2 corrects the edition before it: A sum was wrong."),
        Heading("Summary"),
        Text("It went well."),
        Text("Élan & more:\nline two <script>."),
        Heading("In figures"),
        Grid(
            "",
            ("Figure", "Value", "What it rests on", "Movement"),
            [("Rate", "50%", "20 of 40", "up 2"), ("People", "20", "", "")],
        ),
        Text("They “add” up."),
        Heading("By place"),
        Text("North first."),
        *(Text(chart.sentence) for chart in CHARTS),
        Grid(
            "By place",
            ["Place", "Came (events)", "Rate (%)"],
            (("North", "12", "60%"), ("South", "8", "40%"), ("Total", "20", "50%")),
            has_total=True,
        ),
        Heading("What it means"),
        Text("[z]: nothing to divide by"),
        Text("R: Élan <b>"),
    ]

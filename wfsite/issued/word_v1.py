"""Version 1 of a document in Word: the same words and figures as its page, in the same order.

Charts are told by their sentence: their numbers stand in a table of the same section.
"""

from collections.abc import Iterator
from functools import singledispatch

from wfsite.issued.content_rules import Chart, Content, Definitions, Figures, Paragraph, Table, paragraphs
from wfsite.sheets.writing_report import Block, Grid, Heading, Text


def blocks(content: Content) -> list[Block]:
    """The document below its title."""
    return list(_blocks(content))


def _blocks(content: Content) -> Iterator[Block]:
    if content.place.reason:
        yield Text(f"Edition {content.place.number} corrects the edition before it: {content.place.reason}")
    if content.words.summary:
        yield Heading("Summary")
        yield from map(Text, paragraphs(content.words.summary))
    for section in content.built.sections:
        yield Heading(section.heading)
        yield from map(Text, paragraphs(content.words.on(section.key)))
        for part in section.parts:
            yield from _of(part)


@singledispatch
def _of(part: object) -> Iterator[Block]:
    raise TypeError(type(part).__name__)


@_of.register
def _(part: Paragraph) -> Iterator[Block]:
    yield Text(part.text)


@_of.register
def _(part: Chart) -> Iterator[Block]:
    yield Text(part.sentence)


@_of.register
def _(part: Figures) -> Iterator[Block]:
    rows = [(one.label, one.value, one.detail, one.movement) for one in part.figures]
    yield Grid("", ("Figure", "Value", "What it rests on", "Movement"), rows)


@_of.register
def _(part: Table) -> Iterator[Block]:
    header = [f"{column.name} ({column.unit})" if column.unit else column.name for column in part.columns]
    yield Grid(part.caption, header, part.rows, has_total=part.has_total)


@_of.register
def _(part: Definitions) -> Iterator[Block]:
    for term, meaning in part.terms:
        yield Text(f"{term}: {meaning}")

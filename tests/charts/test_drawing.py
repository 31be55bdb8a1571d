"""Pictures: the same bytes for the same figures, a title inside, and nothing that the spec does not hold."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from wfsite.charts.drawing import draw
from wfsite.charts.specs import Bars, Line, StackedBars, fingerprint, pixels, size

BARS = Bars("Answers", ("Agree", "Disagree"), (60.0, None), ("60% (6 of 10)", "Not shown: fewer than 10 answers"))
STACKED = StackedBars("Attendance", ("Social worker", "Not recorded"), ("Attended", "In part"), ((12, 3), (5, 0)))
LINE = Line(
    "Agency ratio",
    ("Dec 20", "Jan 21", "Feb 21", "Mar 21"),
    (26.94, 20.0, 21.08, None),
    "%",
    (("Jan 21", 22, "22% by Jan 21"), ("Mar 21", 10, "10% by Mar 21"), ("Mar 21", 9, "9% by Mar 21")),
)
SPECS = [spec for wide in (BARS, STACKED, LINE) for spec in (wide, replace(wide, narrow=True))]


def _texts(svg: bytes) -> list[str]:
    return [
        "".join(node.itertext()).strip() for node in ElementTree.fromstring(svg).iter() if node.tag.endswith("}text")
    ]


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: f"{type(s).__name__}{'-narrow' if s.narrow else ''}")
def test_the_same_bytes_each_time_with_a_title(spec: Bars | Line | StackedBars) -> None:
    svg = draw(spec)
    assert svg == draw(spec)
    title = next(node for node in ElementTree.fromstring(svg).iter() if node.tag.endswith("}title"))
    assert title.text == spec.title
    assert b"<script" not in svg and b"http://matplotlib" not in svg.split(b"<metadata>")[0]


def test_a_suppressed_value_draws_no_bar_only_its_words() -> None:
    with_bar = draw(replace(BARS, values=(60.0, 30.0)))
    svg = draw(BARS)
    assert "Not shown: fewer than 10 answers" in _texts(svg)
    assert svg != with_bar
    # A bar of zero width and no bar look alike: the drawing of None must not depend on any hidden value.
    assert svg == draw(replace(BARS, values=(60.0, 0.0)))


def test_targets_and_the_latest_figure_are_named() -> None:
    texts = _texts(draw(LINE))
    for words in ("22% by Jan 21", "10% by Mar 21", "9% by Mar 21", "21.08%"):
        assert words in texts


def test_parts_carry_their_figures_where_there_is_room() -> None:
    texts = _texts(draw(STACKED))
    for words in ("12", "3", "15", "5", "Attended", "In part"):
        assert words in texts
    assert "0" not in texts


def test_markup_in_a_label_is_text() -> None:
    svg = draw(Bars("<b>", ("<script>alert(1)</script>",), (1.0,), ("1",), 10))
    assert b"<script" not in svg


@pytest.mark.parametrize("spec", [Bars("t", (), (), ()), StackedBars("t", (), ("a",), ()), Line("t", (), (), "%")])
def test_nothing_to_draw_is_still_a_picture(spec: Bars | Line | StackedBars) -> None:
    assert draw(spec).startswith(b"<?xml")


def test_a_phone_gets_a_drawing_of_its_own() -> None:
    narrow = replace(LINE, narrow=True)
    assert fingerprint(narrow) != fingerprint(LINE)
    assert pixels(narrow)[0] < 420 < pixels(LINE)[0]


def test_long_labels_get_taller_rows() -> None:
    long = ("A label of so many words that it needs more than two lines on a telephone",)
    tall = Bars("t", long * 3, (1.0,) * 3, ("1",) * 3, narrow=True)
    short = Bars("t", ("Yes",) * 3, (1.0,) * 3, ("1",) * 3, narrow=True)
    assert size(tall)[1] > size(short)[1]


def test_a_month_without_a_figure_is_a_gap() -> None:
    from wfsite.charts.drawing import _runs

    assert _runs((1.0, None, 2.0, 3.0, None)) == [[(0, 1.0)], [(2, 2.0), (3, 3.0)]]

"""What is mine and what is theirs when two people changed one form."""

import pytest

from wfsite.web.edit_flow import Difference, Question, differences, merged

QUESTIONS = [Question("name", "Name"), Question("roles", "Roles", "; ".join), Question("date", "Date", blank="No date")]
DRAWN = {"name": ("Old",), "roles": ("staff",), "date": ("1", "2", "2026")}


def test_what_i_changed_is_mine_and_the_rest_is_theirs() -> None:
    typed = {**DRAWN, "name": ("Mine",)}
    theirs = {**DRAWN, "name": ("Theirs",), "roles": ("staff", "viewer"), "date": ("", "", "")}
    assert merged(typed, DRAWN, theirs) == {**theirs, "name": ("Mine",)}
    assert differences(QUESTIONS, typed, DRAWN, theirs) == (
        Difference("Name", "Theirs", "Mine"),
        Difference("Roles", "staff; viewer", None),
        Difference("Date", "No date", None),
    )


def test_a_date_is_one_answer() -> None:
    typed = {**DRAWN, "date": ("5", "2", "2026")}
    theirs = {**DRAWN, "date": ("1", "3", "2026")}
    assert merged(typed, DRAWN, theirs)["date"] == ("5", "2", "2026")


@pytest.mark.parametrize(
    ("drawn", "typed"), [("a\nb", "a\r\nb"), ("a\r\nb", "a\nb"), ("a", " a\r\n"), ("", "  "), ("a\rb", "a\nb")]
)
def test_line_ends_and_outer_spaces_are_no_change(drawn: str, typed: str) -> None:
    assert merged({"name": (typed,)}, {"name": (drawn,)}, {"name": ("Theirs",)}) == {"name": ("Theirs",)}


@pytest.mark.parametrize(("drawn", "typed"), [("a b", "a  b"), ("a", "A"), ("a", "")])
def test_all_else_is(drawn: str, typed: str) -> None:
    assert merged({"name": (typed,)}, {"name": (drawn,)}, {"name": ("Theirs",)}) == {"name": (typed,)}


def test_where_nobody_knows_what_was_drawn_all_is_mine() -> None:
    typed = {**DRAWN, "name": ("Mine",)}
    theirs = {**DRAWN, "roles": ()}
    assert merged(typed, {}, theirs) == typed
    assert differences(QUESTIONS, typed, {}, theirs) == (
        Difference("Name", "Old", "Mine"),
        Difference("Roles", "Nothing", "staff"),
    )


def test_what_they_were_not_asked_stays_mine() -> None:
    assert merged({"name": ("",)}, {"name": ("",)}, {}) == {"name": ("",)}
    assert differences(QUESTIONS[:1], {"name": ("Mine",)}, {"name": ("",)}, {}) == ()

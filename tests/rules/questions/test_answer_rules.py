"""Reading answers from a form and from an opened ballot."""

import json

import pytest

from wfsite.core.errors import RuleBroken
from wfsite.questions.answer_rules import answers_or_none, read_answers
from wfsite.questions.question_rules import AGREEMENT, Asked, QuestionKind

QUESTIONS = (
    Asked(11, 1, QuestionKind.AGREEMENT, "a", "", True, AGREEMENT),
    Asked(12, 2, QuestionKind.SCALE, "b", "", False, ("low", "high")),
    Asked(13, 3, QuestionKind.SEVERAL, "c", "", True, ("x", "y", "z")),
    Asked(14, 4, QuestionKind.TEXT, "d", "", False, ()),
    Asked(15, 5, QuestionKind.ONE, "e", "", False, ("x", "y")),
)
GOOD = {
    "q11": ["11.4"],
    "q12": ["12.10"],
    "q13": ["13.2", "13.0", "13.2"],
    "q14": [" hello \r\n you "],
    "q15": ["15.0"],
}


def test_good_answers():
    answers = read_answers(QUESTIONS, GOOD)
    assert answers == {11: 4, 12: 10, 13: [0, 2], 14: "hello\n you", 15: 0}
    assert answers_or_none(QUESTIONS, json.loads(json.dumps(answers))) == answers


def test_what_was_left_out_has_no_entry():
    assert read_answers(QUESTIONS, {"q11": ["11.0"], "q13": ["13.1"], "q14": ["  "]}) == {11: 0, 13: [1]}


def test_every_problem_is_told_at_once():
    with pytest.raises(RuleBroken) as error:
        read_answers(
            QUESTIONS, {"q12": ["11.1"], "q13": ["13.1", "13.9"], "q14": ["x" * 1001], "q15": ["15.0", "15.1"]}
        )
    assert list(error.value.messages) == ["q11", "q12", "q13", "q14", "q15"]


@pytest.mark.parametrize(
    "content",
    [
        None, [], "x", 3, {"11": 0, "13": []}, {"11": 5, "13": [0]}, {"11": -1, "13": [0]},
        {"11": True, "13": [0]}, {"11": "0", "13": [0]}, {"11": 0.0, "13": [0]}, {"11": 0, "13": [0, 0]},
        {"11": 0, "13": [0, 3]}, {"11": 0, "13": 0}, {"11": 0, "13": [[0]]}, {"11": 0, "13": [0], "14": ""},
        {"11": 0, "13": [0], "14": "x" * 1001}, {"11": 0, "13": [0], "99": 1}, {"11": None, "13": [0]},
    ],
)  # fmt: skip
def test_a_ballot_that_does_not_fit_is_spoiled(content):
    assert answers_or_none(QUESTIONS, content) is None


def test_prefer_not_to_say_leaves_no_entry():
    sent = {"q11": ["11.none"], "q12": ["12.none"], "q13": ["13.none"], "q15": ["15.none"]}
    assert read_answers(QUESTIONS, sent) == {}
    assert answers_or_none(QUESTIONS, {}) == {}


def test_a_choice_that_goes_alone():
    question = Asked(13, 3, QuestionKind.SEVERAL, "c", "", True, ("x", "y", "none of these"), (2,))
    assert read_answers([question], {"q13": ["13.2"]}) == {13: [2]}
    for both in (["13.2", "13.0"], ["13.none", "13.0"], ["13.none", "13.2"]):
        with pytest.raises(RuleBroken, match="not both"):
            read_answers([question], {"q13": both})
    assert answers_or_none([question], {"13": [0, 2]}) is None

"""Reading answers from a form and from an opened ballot."""

import json

import pytest

from wfsite.core.errors import RuleBroken
from wfsite.surveys.answering.ballots import (
    KeyMissing,
    key_destroy,
    key_forget,
    key_is_there,
    key_leaves_a_trace,
    key_make,
    opener,
    seal,
    sealed_size,
)
from wfsite.surveys.answering.rules import answers_or_none, read_answers
from wfsite.surveys.rules import AGREEMENT, LONGEST_ANSWER, Asked, QuestionKind, seat_is_taken, with_seat

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
        None, [], "x", 3, {}, {"11": 0}, {"11": 0, "13": []}, {"11": 5, "13": [0]}, {"11": -1, "13": [0]},
        {"11": True, "13": [0]}, {"11": "0", "13": [0]}, {"11": 0.0, "13": [0]}, {"11": 0, "13": [0, 0]},
        {"11": 0, "13": [0, 3]}, {"11": 0, "13": 0}, {"11": 0, "13": [[0]]}, {"11": 0, "13": [0], "14": ""},
        {"11": 0, "13": [0], "14": "x" * 1001}, {"11": 0, "13": [0], "99": 1}, {"11": None, "13": [0]},
    ],
)  # fmt: skip
def test_a_ballot_that_does_not_fit_is_spoiled(content):
    assert answers_or_none(QUESTIONS, content) is None


def test_a_ballot_opens_with_its_key_in_its_survey_only(tmp_path):
    public, other = key_make(tmp_path, survey_id=7), key_make(tmp_path, survey_id=8)
    answers = read_answers(QUESTIONS, GOOD)
    size = sealed_size(QUESTIONS)
    envelope = seal(answers, survey_id=7, public_key=public, size=size)
    content = opener(tmp_path, survey_id=7, public_key=public)(envelope)
    assert answers_or_none(QUESTIONS, content) == answers
    assert opener(tmp_path, survey_id=8, public_key=other)(envelope) is None
    moved = seal(answers, survey_id=8, public_key=public, size=size)
    assert opener(tmp_path, survey_id=7, public_key=public)(moved) is None
    for broken in (b"", b"x", envelope[:-1], envelope[:-1] + bytes([envelope[-1] ^ 1])):
        assert opener(tmp_path, survey_id=7, public_key=public)(broken) is None


def test_length_tells_nothing(tmp_path):
    public = key_make(tmp_path, survey_id=1)
    size = sealed_size(QUESTIONS)
    longest = {11: 4, 12: 10, 13: [0, 1, 2], 14: "𝔸" * LONGEST_ANSWER, 15: 1}
    escaped = longest | {14: '"\\\n' * (LONGEST_ANSWER // 3)}
    lengths = {len(seal(a, survey_id=1, public_key=public, size=size)) for a in ({}, {11: 0}, longest, escaped)}
    assert len(lengths) == 1


def test_the_same_answers_never_look_the_same(tmp_path):
    public = key_make(tmp_path, survey_id=1)
    assert len({seal({11: 0}, survey_id=1, public_key=public, size=256) for _ in range(50)}) == 50


def test_a_key_is_for_its_owner_only_and_goes_for_good(tmp_path):
    folder = tmp_path / "keys"
    public = key_make(folder, survey_id=3)
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    names = {"survey_id": 3, "public_key": public}
    assert key_is_there(folder, **names)
    for _ in range(2):
        key_destroy(folder, **names)
        assert file.read_bytes() == b""
    assert not key_is_there(folder, **names) and key_leaves_a_trace(folder, **names)
    with pytest.raises(KeyMissing):
        opener(folder, **names)
    key_forget(folder, **names)
    key_forget(folder, **names)
    assert not key_leaves_a_trace(folder, **names)


def test_another_key_in_the_file_is_no_key(tmp_path):
    public, other = key_make(tmp_path, survey_id=1), key_make(tmp_path, survey_id=2)
    mine, theirs = sorted(tmp_path.iterdir())
    mine.write_bytes(theirs.read_bytes())
    assert public != other
    with pytest.raises(KeyMissing):
        opener(tmp_path, survey_id=1, public_key=public)


def test_seats():
    bits = bytes(3)
    for seat in (0, 7, 8, 23):
        assert not seat_is_taken(bits, seat)
        bits = with_seat(bits, seat)
        assert seat_is_taken(bits, seat)
    assert bits == bytes([0b10000001, 1, 0b10000000])
    assert not seat_is_taken(b"", 5)

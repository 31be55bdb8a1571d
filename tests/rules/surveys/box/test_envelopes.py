"""Envelopes: one size, bound to the frozen survey, opened by both halves together and by nothing else."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import Any, TypeAlias

import pytest

from tests.support.present import the
from wfsite.questions.question_rules import AGREEMENT, LONGEST_ANSWER, Asked, QuestionKind
from wfsite.surveys.box.envelopes import (
    Halves,
    code_make,
    halves_make,
    plain_code,
    public_key,
    seal,
    sealed_size,
)
from wfsite.surveys.box.opening import WrongHalf, opener
from wfsite.surveys.box.rules import Manifest, manifest_read

QUESTIONS = (
    Asked(11, 1, QuestionKind.AGREEMENT, "a", "", True, AGREEMENT),
    Asked(13, 2, QuestionKind.SEVERAL, "c", "", True, ("x", "y", "z"), (2,)),
    Asked(14, 3, QuestionKind.TEXT, "d", "", False, ()),
)
AT = datetime(2026, 3, 10, 9, tzinfo=UTC)
Answers: TypeAlias = dict[int, int | list[int] | str]


def manifest_of(halves: Halves, *, survey_id: int = 7, **more: Any) -> Manifest:
    values = {
        "survey_id": survey_id, "title": "T", "purpose": "P “quoted”", "audience": "A", "invited": 20, "threshold": 10,
        "opened_at": AT, "closes_at": AT, "public_key": public_key(halves, survey_id=survey_id), "questions": QUESTIONS,
    }  # fmt: skip
    return Manifest(**{**values, **more})


def test_both_halves_open_it_in_its_survey_only() -> None:
    halves = halves_make()
    manifest = manifest_of(halves)
    for unchanged in (True, False):
        envelope = seal({11: 4, 13: [0, 1], 14: "é"}, unchanged=unchanged, manifest=manifest)
        found = the(opener(manifest, halves)(envelope))
        assert (found.unchanged, found.answers) == (unchanged, {11: 4, 13: [0, 1], 14: "é"})
        # The same key under other words: the envelope belongs to the words that the voter saw.
        for other in ({"title": "Another"}, {"threshold": 11}, {"questions": QUESTIONS[:2]}, {"invited": 21}):
            assert opener(replace(manifest, **other), halves)(envelope) is None
        for broken in (envelope[:-1], envelope[1:], b"", b"noise", envelope + b" "):
            assert opener(manifest, halves)(broken) is None


def test_no_half_opens_anything() -> None:
    halves, others = halves_make(), halves_make()
    manifest = manifest_of(halves)
    choices = product((halves.file, others.file, b""), (halves.database, others.database, b""))
    for file, database in choices:
        if (file, database) != (halves.file, halves.database):
            with pytest.raises(WrongHalf):
                opener(manifest, Halves(file, database))
    # The same halves in another survey make another key.
    with pytest.raises(WrongHalf):
        opener(replace(manifest, survey_id=8), halves)


def test_a_code_is_a_third_half() -> None:
    halves = halves_make(code=code_make())
    manifest = manifest_of(halves)
    assert len(plain_code(halves.code)) == 24
    opener(manifest, replace(halves, code=f" {halves.code.lower().replace('-', ' ')} "))
    for wrong in ("", code_make()):
        with pytest.raises(WrongHalf):
            opener(manifest, replace(halves, code=wrong))


def test_every_envelope_has_one_size_and_differs() -> None:
    manifest = manifest_of(halves_make())
    longest: Answers = {11: 4, 13: [0, 1], 14: "𝔸" * LONGEST_ANSWER}
    escaped: Answers = {14: '"\\' * (LONGEST_ANSWER // 2)}
    answers: tuple[Answers, ...] = ({}, {11: 0}, longest, escaped, {11: 0})
    envelopes = [seal(a, unchanged=True, manifest=manifest) for a in answers]
    assert len({len(envelope) for envelope in envelopes}) == 1 and len(set(envelopes)) == len(envelopes)
    assert sealed_size(QUESTIONS) % 256 == 0
    with pytest.raises(ValueError, match="larger"):
        seal({14: "𝔸" * 2 * LONGEST_ANSWER}, unchanged=True, manifest=manifest)


def test_a_manifest_is_its_text() -> None:
    manifest = manifest_of(halves_make(), threshold=12)
    again = manifest_read(manifest.text)
    assert again == manifest and again.text == manifest.text and again.digest == manifest.digest
    assert manifest_of(halves_make(), threshold=3).fewest == 10
    for bad in ("", "{}", "[]", "null", manifest.text.replace('"kind"', '"kin"'), manifest.text[:-1]):
        with pytest.raises(ValueError):
            manifest_read(bad)

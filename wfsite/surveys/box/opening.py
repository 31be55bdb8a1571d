"""Opens envelopes. Only the count imports this, and the count has a process of its own."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag

from wfsite.questions.answer_rules import Answers, answers_or_none
from wfsite.surveys.box.envelopes import SUITE, Halves, private_key, seal_info
from wfsite.surveys.box.rules import Manifest


class WrongHalf(Exception):
    """The halves do not make the key that the box was sealed to."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A ballot's answers, and whether its voter's sign-in was the one of the opening."""

    unchanged: bool
    answers: Answers


def opener(manifest: Manifest, halves: Halves) -> Callable[[bytes], Opened | None]:
    """A function from an envelope to what it holds, None where it does not open or fit. Raises `WrongHalf`."""
    private = private_key(halves, survey_id=manifest.survey_id)
    if private.public_key().public_bytes_raw() != manifest.public_key:
        raise WrongHalf
    info = seal_info(manifest)

    def opened(envelope: bytes) -> Opened | None:
        try:
            content = SUITE.decrypt(envelope, private, info=info)
            answers = answers_or_none(manifest.questions, json.loads(content[1:]))
        except (InvalidTag, ValueError, RecursionError):
            return None
        return None if answers is None or content[:1] not in b"01" else Opened(content[:1] == b"1", answers)

    return opened

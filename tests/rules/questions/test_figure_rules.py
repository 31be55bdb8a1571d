"""What may be shown: nothing of fewer than k, nothing that says what everybody of a small group said."""

from random import Random

import pytest

from tests.support.attack import finds, generated, naive, published_texts
from wfsite.questions.count_rules import Counts, release, texts_may_be_kept
from wfsite.questions.figure_rules import not_shown, shown
from wfsite.questions.question_rules import AGREEMENT, Asked, QuestionKind

AGREE = Asked(1, 1, QuestionKind.AGREEMENT, "It is so", "", True, AGREEMENT)
SCALE = Asked(2, 2, QuestionKind.SCALE, "How much?", "", False, ("no", "yes"))
SEVERAL = Asked(3, 3, QuestionKind.SEVERAL, "Which?", "", False, ("A", "B", "C"))
ONE = Asked(4, 4, QuestionKind.ONE, "Which one?", "", False, ("A", "B", "C"))
TEXT = Asked(5, 5, QuestionKind.TEXT, "Why?", "", False, ())


def _counted(question, *answers):
    counts = Counts([question])
    for answer in answers:
        counts.add({question.id: answer})
    return counts


def _shown(question, *answers, threshold=10):
    table = release(question, _counted(question, *answers), threshold=threshold)
    return table, shown(question, table, not_shown=not_shown(threshold))


@pytest.mark.parametrize("question", [AGREE, SCALE, ONE])
@pytest.mark.parametrize("answered", [0, 1, 9])
def test_fewer_than_ten_are_not_even_counted_in_the_table(question, answered):
    table, view = _shown(question, *[1] * answered)
    assert table == {"answered": None}
    assert view.not_shown == view.finding == "Not shown: fewer than 10 answers"
    assert (view.lines, view.favourable, view.interval, view.mean, view.answered) == ((), "", "", "", None)


def test_a_table_that_was_never_written_shows_nothing():
    assert shown(AGREE, None, not_shown=not_shown(10)).not_shown


def test_ten_are_enough():
    table, view = _shown(AGREE, *[0] * 4, *[1] * 3, *[3] * 3)
    assert table == {"answered": 10, "counts": [4, 3, 0, 3, 0]}
    assert [line.share for line in view.lines] == ["40.0%", "30.0%", "0.0%", "30.0%", "0.0%"]
    assert view.lines[0].basis == "4 of 10"
    assert view.favourable == "70.0%, 7 of 10"
    assert view.interval == "39.7% to 89.2%"
    assert view.finding == "70.0% (7 of 10) agreed or strongly agreed."


def test_the_mean_of_a_scale():
    assert _shown(SCALE, *range(11))[1].finding == "The average of 11 answers is 5.0 out of 10."
    # Halves go up, as everywhere on the site: 13 ÷ 20 is 0.65.
    assert _shown(SCALE, *[0] * 10, *[1] * 7, *[2] * 3)[1].mean == "0.7"


def test_the_most_chosen():
    view = _shown(SEVERAL, *[[0, 1]] * 15, *[[2]] * 15, *[[1]] * 5)[1]
    assert view.finding == "57.1% (20 of 35) chose “B”."
    view = _shown(ONE, *[0] * 12, *[1] * 12)[1]
    assert view.finding == "50.0% (12 of 24) answered “A” and “B” each."


@pytest.mark.parametrize("answered", range(10, 20))
@pytest.mark.parametrize("others", [0, 1])
@pytest.mark.parametrize("question", [AGREE, SCALE, ONE])
def test_everyone_said_the_same_is_not_told(question, answered, others):
    table, view = _shown(question, *[0] * (answered - others), *[1] * others)
    assert table["counts"][:2] == ["most", "few"]
    assert view.lines[0].share == "90% or more"
    assert {line.share for line in view.lines[1:]} == {"10% or less"}
    assert all(line.count is None and line.percent is None and not line.basis for line in view.lines)
    assert not view.mean and not view.interval and "%," not in view.favourable


def test_twenty_may_say_the_same():
    assert _shown(AGREE, *[0] * 20)[1].lines[0].share == "100.0%"


def test_of_several_each_choice_is_a_question_of_its_own():
    table, _ = _shown(SEVERAL, *[[0]] * 6, *[[0, 1]] * 6)
    assert table["counts"] == ["most", 6, "few"]


def test_comments_are_kept_from_ten():
    assert not texts_may_be_kept(TEXT, _counted(TEXT, *"abcdefghi"), threshold=10)
    assert texts_may_be_kept(TEXT, _counted(TEXT, *"abcdefghij"), threshold=10)
    assert not texts_may_be_kept(AGREE, _counted(AGREE, *[1] * 40), threshold=10)


def campaign(surveys: int, seed: int) -> tuple[int, int]:
    """How often the attacker finds something in a naive release, and in ours, over generated surveys."""
    chance, found_naive, found_ours = Random(seed), 0, 0
    for _ in range(surveys):
        questions, counts, threshold = generated(chance)
        for question in questions:
            if question.labels:
                found_naive += bool(finds(question, naive(question, counts), threshold=threshold))
            found_ours += bool(finds(question, release(question, counts, threshold=threshold), threshold=threshold))
            kept = texts_may_be_kept(question, counts, threshold=threshold)
            found_ours += kept and counts.answered[question.id] < threshold
        small = {str(n) for q in questions if 0 < (n := counts.answered[q.id]) < threshold}
        texts = published_texts(questions, counts, threshold)
        # "3 of 7": no basis that is printed anywhere is a group under the threshold.
        found_ours += any(
            text.removesuffix(" out of 10.").rstrip(").").endswith(f"of {n}") for text in texts for n in small
        )
        assert not any("secret" in text for text in texts)
    return found_naive, found_ours


def test_an_attacker_finds_the_naive_release_and_not_ours():
    found_naive, found_ours = campaign(300, seed=7)
    assert found_naive > 100
    assert found_ours == 0

"""The picture of a question: made from what may be shown, so that it can show no more."""

from functools import lru_cache

from wfsite.charts.specs import Bars, pixels
from wfsite.questions.figure_rules import Shown


def answer_bars(question: Shown) -> Bars:
    """A bar a choice, labelled with its share and what that rests on; words alone where only words may be shown."""
    return Bars(
        title=question.finding,
        labels=tuple(line.label for line in question.lines),
        values=tuple(None if line.percent is None else float(line.percent) for line in question.lines),
        texts=tuple(f"{line.share} ({line.basis})" if line.basis else line.share for line in question.lines),
    )


@lru_cache(maxsize=1024)
def bars_size(labels: tuple[str, ...]) -> tuple[int, int]:
    """The pixels that the picture of these choices takes, so that nothing jumps when it comes."""
    return pixels(Bars("", labels, (), ()))

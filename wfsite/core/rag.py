"""RAG statuses: a word, a shape and a colour each, and what each asks of the person who sets it."""

from enum import StrEnum


class Rag(StrEnum):
    """The status of an action. NOT_STARTED is also what a blank cell means."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    COMPLETE = "complete"
    NOT_STARTED = "not-started"
    NO_LONGER_REQUIRED = "no-longer-required"

    @property
    def word(self) -> str:
        """The status in a word or three."""
        return _LOOKS[self][0]

    @property
    def shape(self) -> str:
        """The status as a shape that survives grey print."""
        return _LOOKS[self][1]

    @property
    def tag(self) -> str:
        """The GOV.UK tag colour class suffix."""
        return _LOOKS[self][2]

    @property
    def meaning(self) -> str:
        """What the status says about the work, in one sentence."""
        return _LOOKS[self][3]

    @property
    def needs_reason(self) -> bool:
        """Whether the status must be explained, with the way back to Green."""
        return self in (Rag.RED, Rag.AMBER)

    @property
    def is_finished(self) -> bool:
        """Whether nothing more is due on the action."""
        return self in (Rag.COMPLETE, Rag.NO_LONGER_REQUIRED)

    @property
    def rank(self) -> int:
        """Worst first: 0 for Red."""
        return _ORDER.index(self)


_LOOKS = {
    Rag.RED: ("Red", "■", "red", "Off plan. It will not be delivered on time without help."),
    Rag.AMBER: ("Amber", "▲", "yellow", "At risk. The lead has a way back to plan."),
    Rag.GREEN: ("Green", "●", "green", "On plan. Nothing is needed from the group."),
    Rag.COMPLETE: ("Complete", "✓", "blue", "Done, and its success criteria are met."),
    Rag.NOT_STARTED: ("Not started", "○", "grey", "No work has begun."),
    Rag.NO_LONGER_REQUIRED: ("No longer required", "–", "grey", "The group has agreed to stop it."),
}
_ORDER = (Rag.RED, Rag.AMBER, Rag.NOT_STARTED, Rag.GREEN, Rag.COMPLETE, Rag.NO_LONGER_REQUIRED)

RAG_BY_WORD = {rag.word.casefold(): rag for rag in Rag}


def movement(before: Rag | None, after: Rag, *, since: str) -> str:
    """The direction of travel in words: "worse than in March"; "" when nothing is known before."""
    if before is None or before is after:
        return "" if before is None else f"same as in {since}"
    return f"{'better' if after.rank > before.rank else 'worse'} than in {since}"

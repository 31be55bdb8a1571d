"""The life of a document: what may follow what, and in which words."""

from enum import StrEnum

from wfsite.core.errors import NotNow, RuleBroken


class DocumentState(StrEnum):
    """Where an edition stands."""

    DRAFT = "draft"
    WAITING = "waiting"
    APPROVED = "approved"
    ISSUED = "issued"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """As pages print it."""
        return {"waiting": "Waits for approval", "approved": "Approved, not issued"}.get(self, self.capitalize())

    @property
    def colour(self) -> str:
        """Of its tag."""
        return _COLOURS[self]


_COLOURS = {
    DocumentState.DRAFT: "grey",
    DocumentState.WAITING: "yellow",
    DocumentState.APPROVED: "blue",
    DocumentState.ISSUED: "green",
    DocumentState.WITHDRAWN: "red",
}


def standing(state: DocumentState, *, is_replaced: bool) -> tuple[str, str]:
    """What the tag of an edition says, and its colour: its state, or that another edition took its place."""
    return ("Replaced", "grey") if is_replaced and state is DocumentState.ISSUED else (state.label, state.colour)


# Of one subject one edition at a time is being made.
BEING_MADE = (DocumentState.DRAFT, DocumentState.WAITING, DocumentState.APPROVED)


class Step(StrEnum):
    """Something that was done to an edition."""

    STARTED = "started"
    WORDS = "words"
    FIGURES = "figures"
    ASKED = "asked"
    TAKEN_BACK = "taken-back"
    SENT_BACK = "sent-back"
    APPROVED = "approved"
    ISSUED = "issued"
    WITHDRAWN = "withdrawn"

    @property
    def did(self) -> str:
        """What its person did, to follow their name."""
        return _DID[self]


_DID = {
    Step.STARTED: "started the draft",
    Step.WORDS: "changed the words",
    Step.FIGURES: "took the figures again",
    Step.ASKED: "asked for approval",
    Step.TAKEN_BACK: "took it back to change it",
    Step.SENT_BACK: "sent it back",
    Step.APPROVED: "approved it",
    Step.ISSUED: "issued it",
    Step.WITHDRAWN: "withdrew it",
}
# Whoever did one of these had a hand in what the draft says, and is not the one to approve it.
HANDS = frozenset({Step.STARTED, Step.WORDS, Step.FIGURES})
# The versions by which editions are drawn (rendering.py has one of each).
TEMPLATES = frozenset({"v1"})
# What readers are told of how an edition came to be; drafting is the affair of who drafts.
TOLD = frozenset({Step.STARTED, Step.APPROVED, Step.ISSUED, Step.WITHDRAWN})
# From which states a step leads to which.
MOVES: dict[Step, tuple[tuple[DocumentState, ...], DocumentState]] = {
    Step.WORDS: ((DocumentState.DRAFT,), DocumentState.DRAFT),
    Step.FIGURES: ((DocumentState.DRAFT,), DocumentState.DRAFT),
    Step.ASKED: ((DocumentState.DRAFT,), DocumentState.WAITING),
    Step.TAKEN_BACK: ((DocumentState.WAITING,), DocumentState.DRAFT),
    Step.SENT_BACK: ((DocumentState.WAITING, DocumentState.APPROVED), DocumentState.DRAFT),
    Step.APPROVED: ((DocumentState.WAITING,), DocumentState.APPROVED),
    Step.ISSUED: ((DocumentState.APPROVED,), DocumentState.ISSUED),
    Step.WITHDRAWN: ((*BEING_MADE, DocumentState.ISSUED), DocumentState.WITHDRAWN),
}
_NOW = {
    DocumentState.DRAFT: "It is a draft again.",
    DocumentState.WAITING: "It waits for approval. Take it back first to change it.",
    DocumentState.APPROVED: "It is approved. To change it, it must be sent back first.",
    DocumentState.ISSUED: "It is issued, and an issued edition never changes. A correction is a new edition.",
    DocumentState.WITHDRAWN: "It has been withdrawn.",
}
OWN_HAND = "You wrote part of this draft or took its figures, so somebody else must approve it"


def check_move(step: Step, state: DocumentState) -> DocumentState:
    """The state that `step` leads to; raises `NotNow` where it is not what comes next."""
    allowed, then = MOVES[step]
    if state not in allowed:
        raise NotNow(f"{_NOW[state]} Nothing has been changed.")
    return then


def checked_reason(reason: str, *, ask: str, field: str = "reason") -> str:
    """A reason that says something; raises `RuleBroken`."""
    if not reason.strip():
        raise RuleBroken(field, ask)
    return reason

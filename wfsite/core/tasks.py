"""What waits for somebody, and the figure that matters: the two things a front door shows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """One line of "what needs you": worst first by `rank`, 0 being the worst."""

    title: str
    url: str
    detail: str
    tag: str
    tag_colour: str = "blue"
    rank: int = 5


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure with its words: what it is, its value, what it rests on or how it moved."""

    label: str
    value: str
    detail: str
    url: str = ""

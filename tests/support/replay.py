"""Dated facts reckoned from a list of what was done, without the database: what a test compares past days with."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

_MICROSECOND = timedelta(microseconds=1)


@dataclass
class Replay:
    """What was done: (from when it counts, of what, what)."""

    done: list[tuple[datetime, Any, Any]] = field(default_factory=list)

    def note(self, at: datetime, what: Any, value: Any) -> None:
        """Something was said at `at`; where the clock was set back, it counts from what was said of it last."""
        earlier = [since for since, of, _ in self.done if of == what]
        self.done.append((max([at, *earlier]), what, value))

    def at(self, instant: datetime) -> dict[Any, Any]:
        """What stood at an instant, by what it is about."""
        stood = {}
        for since, what, value in sorted(self.done, key=lambda one: one[0]):
            if since <= instant:
                stood[what] = value
        return stood

    @property
    def instants(self) -> list[datetime]:
        """Those at which something began to count, and those just before."""
        return sorted({instant for since, _, _ in self.done for instant in (since - _MICROSECOND, since)})

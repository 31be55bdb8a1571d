"""Whether a session goes ahead."""

from enum import StrEnum


class SessionState(StrEnum):
    """Whether a session goes ahead."""

    PLANNED = "planned"
    CANCELLED = "cancelled"

"""What a service may refuse, in the words that the person will read."""

from typing import Any


class Missing(Exception):
    """There is no such row, or none that this person may see: the two look alike (404)."""


class NotAllowed(Exception):
    """The person may see the row but not do this to it (403)."""


class RuleBroken(Exception):
    """The input breaks a rule: messages by field name, each saying what to do (422)."""

    def __init__(self, field: str = "", message: str = "", /, **messages: str) -> None:
        self.messages: dict[str, str] = {field: message, **messages} if message else dict(messages)
        super().__init__("; ".join(self.messages.values()))


class Conflict(Exception):
    """Somebody else changed the row first, or its state forbids the act (409).

    `current` is whatever the page needs to set both versions side by side.
    """

    def __init__(self, message: str, *, current: Any = None) -> None:
        self.message = message
        self.current = current
        super().__init__(message)


class TooMany(Exception):
    """Too many attempts: try again after `seconds` (429)."""

    def __init__(self, message: str, *, seconds: int) -> None:
        self.message = message
        self.seconds = seconds
        super().__init__(message)


class Busy(Exception):
    """What this needs does not answer now: nothing was changed, and trying again in a moment may do (503)."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)

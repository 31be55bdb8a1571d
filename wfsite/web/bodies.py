"""Reads what people send before the site is asked: under a deadline, counted, and given to the site only when whole."""

import asyncio
from collections.abc import AsyncIterable
from dataclasses import dataclass

from wfsite.web.uploads import ENVELOPE, LARGEST_PAPER

_SECONDS, _BYTES_A_SECOND = 10, 16 * 1024  # ten seconds, and one more for each 16 KB that came
_LAST_SECONDS = 1  # of a loop that runs: where the worker itself was held up, what came meanwhile is still taken
_LARGEST = LARGEST_PAPER + ENVELOPE
_LARGEST_DISCARDED = 64 * 1024 * 1024
_LARGEST_HELD = 32 * 1024 * 1024


class Refused(Exception):
    """A request that the site is not asked, with the status that says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(eq=False, slots=True)
class _Body:
    """One that is on its way."""

    deadline: asyncio.Timeout
    started: float
    timer: asyncio.TimerHandle | None = None
    length: int = 0
    kept: int = 0
    empty_chunks: int = 0
    is_turned_away: bool = False

    def give_time(self) -> None:
        """The time that what has come so far earns; after it, the last seconds."""
        self.stop_timer()
        if not self.is_turned_away:
            loop = asyncio.get_running_loop()
            until = self.started + _SECONDS + self.length / _BYTES_A_SECOND
            self.timer = loop.call_at(until, lambda: self.deadline.reschedule(loop.time() + _LAST_SECONDS))
            self.deadline.reschedule(None)

    def stop_timer(self) -> None:
        """Let no more time run out."""
        if self.timer:
            self.timer.cancel()

    def turn_away(self) -> None:
        """No more time at all."""
        self.is_turned_away = True
        self.stop_timer()
        self.deadline.reschedule(0)


class Bodies:
    """All that are on their way to one worker."""

    def __init__(self) -> None:
        self._bodies: set[_Body] = set()
        self._held = 0

    async def read(self, chunks: AsyncIterable[bytes], declared: str | None) -> tuple[bytes, int]:
        """The body and its length; of one larger than any view takes, the length alone, which makes the site say so.

        Raises `Refused`: 408 for what comes too slowly, 400 for what ends before its declared length, 413 for what
        is too large even to throw away, 503 for what is too much on top of all that waits.
        """
        body = _Body(asyncio.timeout(None), asyncio.get_running_loop().time())
        self._bodies.add(body)
        try:
            async with body.deadline:
                body.give_time()
                kept = await self._collected(body, chunks)
        except TimeoutError:
            raise Refused(503 if body.is_turned_away else 408) from None
        finally:
            body.stop_timer()
            self._bodies.discard(body)
            self._held -= body.kept
        # The interface ends a body with an empty chunk; by another it says that the sender went away.
        if body.empty_chunks > 1 or declared not in (None, str(body.length)):
            raise Refused(400)
        return b"".join(kept), body.length

    async def _collected(self, body: _Body, chunks: AsyncIterable[bytes]) -> list[bytes]:
        kept: list[bytes] = []
        async for chunk in chunks:
            if body.is_turned_away:
                raise Refused(503)
            body.length += len(chunk)
            body.empty_chunks += not chunk
            if body.length > _LARGEST_DISCARDED:
                raise Refused(413)
            if body.length > _LARGEST:
                kept.clear()
            else:
                kept.append(chunk)
            self._keep(body, body.length if kept else 0)
            body.give_time()
        return kept

    def _keep(self, body: _Body, size: int) -> None:
        """Count what is kept. Too much turns the largest away, so that no few can shut out everybody's forms."""
        self._held += size - body.kept
        body.kept = size
        if self._held > _LARGEST_HELD:
            largest = max(self._bodies, key=lambda other: other.kept)
            self._bodies.discard(largest)
            largest.turn_away()

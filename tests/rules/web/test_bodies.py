"""Reading a body: the sender's time runs only while the worker is there to take what comes."""

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from wfsite.web import bodies
from wfsite.web.bodies import Bodies, Refused


async def _chunks(*promised: "asyncio.Future[bytes]") -> AsyncIterator[bytes]:
    for each in promised:
        yield await each
    yield b""


def _run(act: Coroutine[Any, Any, tuple[bytes, int]]) -> tuple[bytes, int]:
    """What a coroutine comes to, on a thread of its own: a browser of other tests may have left a loop on this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, act).result()


def _status(act: Coroutine[Any, Any, tuple[bytes, int]]) -> int:
    with pytest.raises(Refused) as refused:
        _run(act)
    return refused.value.status


def test_a_body_that_came_while_the_worker_was_held_up_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "_SECONDS", 0.1)

    async def held_up() -> tuple[bytes, int]:
        loop = asyncio.get_running_loop()
        first, second = loop.create_future(), loop.create_future()
        loop.call_soon(threading.Event().wait, 0.3)
        loop.call_soon(first.set_result, b"name=")
        # What came meanwhile is handed over a moment after the worker is back, not at once.
        loop.call_later(0.2, loop.call_later, 0.05, second.set_result, b"Ada")
        return await Bodies().read(_chunks(first, second), "8")

    assert _run(held_up()) == (b"name=Ada", 8)


def test_a_body_that_never_ends_is_refused_and_what_was_kept_of_it_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "_SECONDS", 0.05)
    monkeypatch.setattr(bodies, "_LAST_SECONDS", 0.05)
    all_of_them = Bodies()

    async def endless() -> tuple[bytes, int]:
        loop = asyncio.get_running_loop()
        came = loop.create_future()
        came.set_result(b"name=")
        return await all_of_them.read(_chunks(came, loop.create_future()), "8")

    assert _status(endless()) == 408
    assert (all_of_them._bodies, all_of_them._held) == (set(), 0)


@pytest.mark.parametrize("sent", [b"", b"name=Ad", b"name=Ada "])
def test_a_body_of_another_length_than_it_said_is_refused(sent: bytes) -> None:
    async def other() -> tuple[bytes, int]:
        came = asyncio.get_running_loop().create_future()
        came.set_result(sent)
        return await Bodies().read(_chunks(came), "8")

    assert _status(other()) == 400


def test_of_one_too_large_for_any_view_only_the_length_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "_LARGEST", 6)
    monkeypatch.setattr(bodies, "_LARGEST_DISCARDED", 20)

    async def large(times: int) -> tuple[bytes, int]:
        loop = asyncio.get_running_loop()
        came = [loop.create_future() for _ in range(times)]
        for each in came:
            each.set_result(b"12345")
        return await Bodies().read(_chunks(*came), None)

    assert _run(large(1)) == (b"12345", 5)
    assert _run(large(4)) == (b"", 20)
    assert _status(large(5)) == 413

"""Work for a process apart, good and bad; what is named here runs in the child."""

import json
import os
import signal
import sys
import tempfile
from pathlib import Path

from wfsite.core.parsing import Unreadable


def told(*arguments: object, **named: object) -> bytes:
    """What the child was given, and what it is."""
    return json.dumps(
        {
            "pid": os.getpid(),
            "arguments": arguments,
            "named": named,
            "environment": sorted(os.environ),
            "site": [name for name in sys.modules if name.startswith(("flask", "sqlalchemy", "wfsite.app"))],
            "without": [name for name, module in sys.modules.items() if module is None and name == "decimal"],
        }
    ).encode()


def chatty(word: str) -> bytes:
    """Work that prints."""
    print("not an answer")
    os.write(1, b"nor this")
    return word.encode()


def endless() -> bytes:
    """Work that never ends."""
    while True:
        pass


def asleep() -> bytes:
    """Work that waits for a signal that nobody sends."""
    signal.pause()
    return b""


def greedy() -> bytes:
    """Work that wants all the memory there is."""
    return b"".join(bytes(50_000_000) for _ in range(1_000))


def crash() -> bytes:
    """Work that takes its process with it."""
    os.abort()


def wrong() -> bytes:
    """Work with a fault."""
    raise KeyError("a secret of the file")


def refused() -> bytes:
    """Work that says what to do."""
    raise Unreadable("Enter “ä”")


def writer(path: str) -> bytes:
    """Work that would keep something."""
    with Path(path).open("wb", buffering=0) as file:
        file.write(b"kept")
    return b""


def temporary(stay: bool = False) -> bytes:
    """Work that leaves something in its folder of temporary files, and may never end."""
    file = Path(tempfile.gettempdir()) / "left"
    file.write_text("behind")
    if stay:
        signal.pause()
    return str(file.parent).encode()


def held(path: str) -> bytes:
    """Work that says who does it, and goes on once somebody opens the other end."""
    with Path(path).open("w", encoding="ascii") as pipe:
        pipe.write(str(os.getpid()))
    with Path(path).open("r", encoding="ascii") as pipe:
        return pipe.read().encode()

"""Files that are on the disk before anybody is told so."""

import os
from pathlib import Path


def write_synced(file: Path, content: bytes) -> None:
    """Write a file that only its owner reads; its content is on the disk when this returns."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk: what was made, renamed and removed in it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Static files: each address carries its content's hash, so a browser may keep it for a year."""

import gzip
import hashlib
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

_A_YEAR = 31_536_000
_COMPRESSED_KINDS = (".css", ".js", ".svg")


def init_app(app: Flask) -> None:
    """Version static addresses and serve the files ahead of Flask."""
    root = Path(app.static_folder or "")
    addresses = {
        (name := file.relative_to(root).as_posix()): f"/static/{name}?v={_hash(file)}"
        for file in sorted(root.rglob("*"))
        if file.is_file()
    }
    app.jinja_env.globals["asset"] = addresses.__getitem__
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=root, prefix="static/", max_age=_A_YEAR, allow_all_origins=False
    )


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10]


def compress(root: Path) -> int:
    """Write a .gz beside each text file that lacks a fresh one; returns how many were written."""
    written = 0
    for file in root.rglob("*"):
        packed = file.with_name(file.name + ".gz")
        if file.suffix not in _COMPRESSED_KINDS or not file.is_file():
            continue
        content = gzip.compress(file.read_bytes(), 9, mtime=0)
        if not packed.exists() or packed.read_bytes() != content:
            packed.write_bytes(content)
            written += 1
    return written

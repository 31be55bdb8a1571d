"""A chart as an answer of its own: drawn once, kept as a file, revalidated by its fingerprint."""

import logging
import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from flask import current_app, make_response, request
from werkzeug.wrappers import Response

from wfsite.charts.specs import Spec, fingerprint
from wfsite.web.headers import DRAWING_POLICY
from wfsite.web.waiting import DRAWING, done_apart

log = logging.getLogger("wfsite.pictures")


def picture(spec: Spec) -> Response:
    """The SVG of `spec`, narrow for a phone that asks; 304 when the browser has it; no process draws it twice.

    Drawn apart: views that answer with a picture are marked `waits`.
    """
    if request.args.get("narrow") == "1":
        spec = replace(spec, narrow=True)
    tag = fingerprint(spec)
    if tag in request.if_none_match:
        response = make_response("", 304)
    else:
        response = make_response(_kept_or_drawn(spec, tag))
        response.mimetype = "image/svg+xml"
        # The drawing carries its own styles, which the site's policy forbids; sandboxed, it may have them.
        response.headers["Content-Security-Policy"] = DRAWING_POLICY
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _kept_or_drawn(spec: Spec, tag: str) -> bytes:
    folder: Path = current_app.extensions["settings"].chart_cache
    file = folder / f"{tag}.svg"
    try:
        return file.read_bytes()
    except FileNotFoundError:
        pass
    os.environ.setdefault("MPLCONFIGDIR", str(folder / "mpl"))
    content = done_apart(DRAWING, "wfsite.charts.drawing:draw", spec)
    try:
        _keep(content, file)
    except OSError as error:  # a full disk: who asked gets the picture, and whoever asks next has it drawn again
        log.error("keeping a drawing", extra={"problem": type(error).__name__})
    return content


def _keep(content: bytes, file: Path) -> None:
    """Keep a drawing whole or not at all, for another worker may be reading."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=file.parent, delete=False) as part:
        try:
            part.write(content)
            part.flush()
        except OSError:
            Path(part.name).unlink()
            raise
    Path(part.name).replace(file)


def forget_drawings(folder: Path, *, before: datetime) -> int:
    """Delete the drawings made before an instant; returns how many."""
    gone = 0
    for file in folder.glob("*"):
        if file.is_file() and file.stat().st_mtime < before.timestamp():
            file.unlink(missing_ok=True)
            gone += 1
    return gone

"""The blueprint of this room, to which its view modules add the routes, and where its ballot boxes lie."""

from pathlib import Path

from flask import Blueprint, current_app

blueprint = Blueprint("surveys", __name__)


def boxes() -> Path | None:
    """The folder of ballot boxes on this machine; None where another machine holds them."""
    found: Path | None = current_app.extensions["settings"].boxes
    return found

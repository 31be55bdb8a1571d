"""wfsite: workforce development for a council's children's services."""

from wfsite.app import create_app

__all__ = ["create_app"]

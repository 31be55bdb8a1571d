"""The blueprint of this room: setting up groups. Their front doors belong to the rooms above."""

from flask import Blueprint

blueprint = Blueprint("groups", __name__)

"""The blueprint of this room; its view module adds the route."""

from flask import Blueprint

blueprint = Blueprint("works", __name__)

"""The blueprint of this room; its view modules add the routes."""

from flask import Blueprint

blueprint = Blueprint("training", __name__)

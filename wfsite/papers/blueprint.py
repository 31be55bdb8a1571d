"""The blueprint of this room: a paper's page, its files, and the forms of whoever keeps it."""

from flask import Blueprint

blueprint = Blueprint("papers", __name__)

"""The blueprint of issued documents."""

from flask import Blueprint

blueprint = Blueprint("issued", __name__)

"""All pages of the people room: importing this module adds the routes to the blueprint."""

from wfsite.people import account_views, person_views, structure_views
from wfsite.people.blueprint import blueprint

__all__ = ["account_views", "blueprint", "person_views", "structure_views"]

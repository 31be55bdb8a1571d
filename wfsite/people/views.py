"""All pages of the people room: importing this module adds the routes to the blueprint."""

from wfsite.people import views_account, views_admin, views_structure
from wfsite.people.blueprint import blueprint

__all__ = ["blueprint", "views_account", "views_admin", "views_structure"]

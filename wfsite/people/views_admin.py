"""Where administrators keep people, agencies, teams and professions."""

from werkzeug.wrappers import Response

from wfsite.core.permissions import Permission
from wfsite.people.blueprint import blueprint
from wfsite.web.access import requires
from wfsite.web.respond import page


@blueprint.get("/admin/people")
@requires(Permission.PEOPLE_MANAGE)
def person_list() -> Response:
    """stub"""
    return page("errors/error.html", title="stub", advice="stub")


for _name in ("agency_list", "team_list", "profession_list"):
    blueprint.add_url_rule(f"/admin/{_name}", _name, requires(Permission.PEOPLE_MANAGE)(lambda: person_list()))

"""Where administrators keep what people belong to: agencies, their service areas and teams, and professions."""

from collections.abc import Callable
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.audit.queries import last_hand
from wfsite.core.errors import Conflict, RuleBroken
from wfsite.core.permissions import Permission
from wfsite.people import queries_structure as structure
from wfsite.people import services_structure as services
from wfsite.people.blueprint import blueprint
from wfsite.people.forms_admin import (
    AgencyForm,
    ProfessionForm,
    new_team_form,
    parent_groups,
    team_form,
)
from wfsite.people.models import AgencyKind
from wfsite.web.access import acting, requires
from wfsite.web.fields import add_errors
from wfsite.web.params import form_version, id_from, is_reading, now, query_id, query_text
from wfsite.web.respond import page, see

_SAVED = {"added": "Added", "changed": "Saved", "closed": "Closed", "opened": "Open again"}


def _add(form: Any, template: str, act: Callable[[], object], then: str, **data: Any) -> Response:
    """Draw an empty form, or add what it holds and go to the list `then`."""
    if is_reading():
        return page(template, form=form, **data)
    if form.validate():
        try:
            act()
        except RuleBroken as error:
            add_errors(form, error)
        else:
            return see(url_for(then, saved="added"))
    return page(template, status=422, form=form, **data)


def _edit(
    form: Any, template: str, act: Callable[[int], None], then: str, row: Any, subject: str, **data: Any
) -> Response:
    """Draw a row's form, or save it and go to the list `then`; a stale save is shown beside what is there now."""
    if is_reading():
        return page(template, form=form, row=row, version=row.version, changed="", hand=None, **data)
    if form.validate():
        try:
            act(form_version())
        except RuleBroken as error:
            add_errors(form, error)
        except Conflict:
            hand = last_hand((subject, row.id), told_to=acting(), at=now())
            return page(
                template,
                status=409,
                form=form,
                row=row,
                version=row.version,
                changed=hand.changed(f"this {subject}"),
                hand=hand,
                **data,
            )
        else:
            return see(url_for(then, saved="changed"))
    return page(template, status=422, form=form, row=row, version=form_version(), changed="", hand=None, **data)


def _close(template: str, act: Callable[[], None], then: str, row: Any) -> Response:
    """Ask once, then close; a refusal is said on the same page."""
    if is_reading():
        return page(template, row=row, refusal="")
    try:
        act()
    except Conflict as conflict:
        return page(template, status=409, row=row, refusal=conflict.message)
    return see(url_for(then, saved="closed"))


def _saved() -> str:
    return _SAVED.get(query_text("saved"), "")


@blueprint.get("/admin/agencies")
@requires(Permission.PEOPLE_MANAGE)
def agency_list() -> Response:
    """All agencies."""
    return page("people/agency_list.html", agencies=structure.agency_list(), saved=_saved())


@blueprint.route("/admin/agencies/add", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def agency_add() -> Response:
    """Add an agency."""
    form = AgencyForm()
    return _add(
        form,
        "people/agency_add.html",
        lambda: services.agency_add(form.name.data, AgencyKind(form.kind.data)),
        "people.agency_list",
    )


@blueprint.route("/admin/agencies/<id:agency_id>", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def agency_edit(agency_id: int) -> Response:
    """Rename an agency, change its type."""
    agency = structure.agency_page(agency_id)
    form = AgencyForm(data={"name": agency.name, "kind": agency.kind.value})
    return _edit(
        form,
        "people/agency_edit.html",
        lambda version: services.agency_edit(agency_id, form.name.data, AgencyKind(form.kind.data), version=version),
        "people.agency_list",
        agency,
        "agency",
    )


@blueprint.route("/admin/agencies/<id:agency_id>/close", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def agency_close(agency_id: int) -> Response:
    """Stop offering an agency."""
    agency = structure.agency_page(agency_id)
    return _close(
        "people/agency_close.html",
        lambda: services.set_agency_open(agency_id, False),
        "people.agency_list",
        agency,
    )


@blueprint.post("/admin/agencies/<id:agency_id>/open")
@requires(Permission.PEOPLE_MANAGE)
def agency_open(agency_id: int) -> Response:
    """Offer an agency again."""
    services.set_agency_open(agency_id, True)
    return see(url_for("people.agency_list", saved="opened"))


@blueprint.get("/admin/teams")
@requires(Permission.PEOPLE_MANAGE)
def team_list() -> Response:
    """Every agency's service areas and teams, as a tree."""
    return page("people/team_list.html", agencies=structure.teams_by_agency(), saved=_saved())


@blueprint.route("/admin/teams/add", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def team_add() -> Response:
    """Add a service area or a team."""
    agencies = structure.agency_list()
    trees = structure.teams_by_agency(agencies)
    form = new_team_form(agencies, trees, query_id("agency"))
    return _add(
        form,
        "people/team_add.html",
        lambda: services.team_add(id_from(form.agency.data) or 0, id_from(form.parent.data or ""), form.name.data),
        "people.team_list",
        parents=parent_groups(trees),
    )


@blueprint.route("/admin/teams/<id:team_id>", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def team_edit(team_id: int) -> Response:
    """Rename a team, move it within its agency."""
    team, tree = structure.team_page(team_id)
    form = team_form(team, tree)
    return _edit(
        form,
        "people/team_edit.html",
        lambda version: services.team_edit(team_id, id_from(form.parent.data or ""), form.name.data, version=version),
        "people.team_list",
        team,
        "team",
        agency=tree,
        parent_now=next((t.path for t in tree.teams if t.id == team.parent_id), "nothing"),
    )


@blueprint.route("/admin/teams/<id:team_id>/close", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def team_close(team_id: int) -> Response:
    """Stop offering a team."""
    team, _ = structure.team_page(team_id)
    return _close("people/team_close.html", lambda: services.set_team_open(team_id, False), "people.team_list", team)


@blueprint.post("/admin/teams/<id:team_id>/open")
@requires(Permission.PEOPLE_MANAGE)
def team_open(team_id: int) -> Response:
    """Offer a team again."""
    services.set_team_open(team_id, True)
    return see(url_for("people.team_list", saved="opened"))


@blueprint.get("/admin/professions")
@requires(Permission.PEOPLE_MANAGE)
def profession_list() -> Response:
    """All professions."""
    return page("people/profession_list.html", professions=structure.profession_list(), saved=_saved())


@blueprint.route("/admin/professions/add", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def profession_add() -> Response:
    """Add a profession."""
    form = ProfessionForm()
    return _add(
        form,
        "people/profession_add.html",
        lambda: services.profession_add(form.name.data),
        "people.profession_list",
    )


@blueprint.route("/admin/professions/<id:profession_id>", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def profession_edit(profession_id: int) -> Response:
    """Rename a profession."""
    profession = structure.profession_page(profession_id)
    form = ProfessionForm(data={"name": profession.name})
    return _edit(
        form,
        "people/profession_edit.html",
        lambda version: services.profession_edit(profession_id, form.name.data, version=version),
        "people.profession_list",
        profession,
        "profession",
    )


@blueprint.route("/admin/professions/<id:profession_id>/close", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def profession_close(profession_id: int) -> Response:
    """Stop offering a profession."""
    profession = structure.profession_page(profession_id)
    return _close(
        "people/profession_close.html",
        lambda: services.set_profession_open(profession_id, False),
        "people.profession_list",
        profession,
    )


@blueprint.post("/admin/professions/<id:profession_id>/open")
@requires(Permission.PEOPLE_MANAGE)
def profession_open(profession_id: int) -> Response:
    """Offer a profession again."""
    services.set_profession_open(profession_id, True)
    return see(url_for("people.profession_list", saved="opened"))

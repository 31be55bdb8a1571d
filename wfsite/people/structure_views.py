"""Where administrators keep what people belong to: agencies, their service areas and teams, and professions."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.audit.queries import last_hand
from wfsite.core.errors import NotNow, RuleBroken, Stale
from wfsite.core.permissions import Permission
from wfsite.people import structure_queries as structure
from wfsite.people import structure_services as services
from wfsite.people.blueprint import blueprint
from wfsite.people.person_forms import (
    AgencyForm,
    ProfessionForm,
    new_team_form,
    parent_groups,
    recorded_team,
    team_form,
)
from wfsite.people.rules import AgencyKind
from wfsite.web.access import acting, requires
from wfsite.web.edit_flow import Beside, drawn_again, held, packed, stale_form
from wfsite.web.fields import add_errors
from wfsite.web.params import form_version, id_from, is_reading, now, query_id, query_text
from wfsite.web.respond import page, see
from wfsite.web.transaction import let_go

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


@dataclass(frozen=True, slots=True)
class Edited:
    """A row of the structure as it stands, its form and what that begins with; `more` is for its page alone."""

    row: Any
    form: Any
    recorded: dict[str, object]
    more: dict[str, Any] = field(default_factory=dict)


def _edit(noun: str, find: Callable[[], Edited], act: Callable[[Any, int], None]) -> Response:
    """Draw a row's form, or save it and go to its list; a stale save is shown beside what is there now."""
    found = find()
    form = found.form
    if is_reading():
        return _edit_page(noun, found, version=found.row.version, drawn=packed(held(form)))
    if form.validate():
        try:
            act(form, form_version())
        except RuleBroken as error:
            add_errors(form, error)
        except Stale:
            let_go()  # theirs may have been saved after the row was read
            return _edit_in_conflict(noun, find())
        else:
            return see(url_for(f"people.{noun}_list", saved="changed"))
    return _edit_page(noun, found, status=422, version=form_version(), drawn=drawn_again())


def _edit_in_conflict(noun: str, found: Edited) -> Response:
    hand = last_hand((noun, found.row.id), told_to=acting(), at=now())
    stale = stale_form(found.form, found.recorded, said=hand.changed(f"this {noun}"), hand=hand)
    return _edit_page(noun, found, status=409, version=found.row.version, drawn=stale.drawn, stale=stale)


def _edit_page(
    noun: str, found: Edited, *, version: int, drawn: str, status: int = 200, stale: Beside | None = None
) -> Response:
    return page(
        f"people/{noun}_edit.html",
        status=status,
        form=found.form,
        row=found.row,
        version=version,
        drawn=drawn,
        stale=stale,
        **found.more,
    )


def _close(template: str, act: Callable[[], None], then: str, row: Any) -> Response:
    """Ask once, then close; a refusal is said on the same page."""
    if is_reading():
        return page(template, row=row, refusal="")
    try:
        act()
    except NotNow as conflict:
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
    return _edit(
        "agency",
        lambda: _agency(agency_id),
        lambda form, version: services.agency_edit(
            agency_id, form.name.data, AgencyKind(form.kind.data), version=version
        ),
    )


def _agency(agency_id: int) -> Edited:
    agency = structure.agency_page(agency_id)
    recorded: dict[str, object] = {"name": agency.name, "kind": agency.kind.value}
    return Edited(agency, AgencyForm(data=recorded), recorded)


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
    return _edit(
        "team",
        lambda: _team(team_id),
        lambda form, version: services.team_edit(
            team_id, id_from(form.parent.data or ""), form.name.data, version=version
        ),
    )


def _team(team_id: int) -> Edited:
    team, tree = structure.team_page(team_id)
    return Edited(team, team_form(team, tree), recorded_team(team), {"agency": tree})


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
    return _edit(
        "profession",
        lambda: _profession(profession_id),
        lambda form, version: services.profession_edit(profession_id, form.name.data, version=version),
    )


def _profession(profession_id: int) -> Edited:
    profession = structure.profession_page(profession_id)
    recorded: dict[str, object] = {"name": profession.name}
    return Edited(profession, ProfessionForm(data=recorded), recorded)


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

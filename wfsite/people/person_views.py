"""Where administrators keep people: the list, one person, and whether their account is open."""

from flask import current_app, url_for
from werkzeug.wrappers import Response

from wfsite.audit.queries import last_hand
from wfsite.config import Settings
from wfsite.core.errors import NotNow, OtherHand, RuleBroken, Stale
from wfsite.core.permissions import GRANTS, Permission, Role
from wfsite.people import queries, services
from wfsite.people import structure_queries as structure
from wfsite.people.blueprint import blueprint
from wfsite.people.password_links import password_link_token
from wfsite.people.person_forms import PersonForm, person_form, recorded_person
from wfsite.people.queries import PERSON_SORTS, PersonFilter, PersonPage, PersonRow, PersonState
from wfsite.people.rules import PERMISSION_WORDS
from wfsite.sheets.writing import Cell
from wfsite.web.access import acting, requires
from wfsite.web.edit_flow import Beside, drawn_again, held, packed, stale_form
from wfsite.web.fields import add_errors
from wfsite.web.lists import Asked, list_file, list_page
from wfsite.web.params import choice_from, form_version, id_from, is_reading, now, query_text
from wfsite.web.respond import page, see
from wfsite.web.waiting import waits


@blueprint.get("/admin/people")
@requires(Permission.PEOPLE_MANAGE)
def person_list() -> Response:
    """Everybody on record, searched, filtered and sorted."""
    asked, wanted = _asked()
    found = queries.person_list(wanted, key=asked.key)
    return list_page(
        "people/person_list.html",
        "people/_person_table.html",
        asked=asked,
        found=found,
        counted=found.words("person", "people"),
        person_url=url_for("people.person_list") + "/",
    )


@blueprint.get("/admin/people/export")
@waits
@requires(Permission.PEOPLE_MANAGE)
def person_export() -> Response:
    """The people of the same filters as a file."""
    header = ("Name", "Email", "Job title", "Agency", "Team", "Profession", "Roles", "Has a password", "Account")
    asked, wanted = _asked()
    return list_file(
        asked, "people", header, lambda most: map(_cells, queries.people_to_export(wanted, most=most)), title="People"
    )


def _cells(person: PersonRow) -> tuple[Cell, ...]:
    return (
        person.name,
        person.email,
        person.job_title,
        person.agency,
        person.team,
        person.profession,
        person.roles,
        "yes" if person.can_sign_in else "no",
        "open" if person.active else "closed",
    )


def _asked() -> tuple[Asked, PersonFilter]:
    """What the address asks for: for the page, and for the query."""
    asked = Asked("people.person_list", part="people")
    words = asked.text("q", "Name or email")
    agency = asked.choice("agency", "Agency", structure.agency_names(), every="All agencies")
    role = asked.choice("role", "Role", [(role.value, role.label) for role in Role], every="All roles")
    state = asked.member(
        "account", "Accounts", PersonState, words=lambda state: state.value.capitalize(), usual=PersonState.OPEN
    )
    return asked, PersonFilter(
        words=words,
        agency_id=id_from(agency),
        role=choice_from(role, Role),
        state=state,
        sort=asked.order(*PERSON_SORTS, usual="name"),
    )


@blueprint.route("/admin/people/add", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def person_add() -> Response:
    """Put somebody on record; the next page gives the link with which they set a password."""
    choices = structure.choices()
    form = person_form(choices)
    if is_reading():
        return page("people/person_add.html", form=form, choices=choices)
    if form.validate():
        try:
            person_id = services.person_add(form.facts())
        except RuleBroken as error:
            add_errors(form, error)
        else:
            return see(url_for("people.person_edit", person_id=person_id, saved="added"))
    return page("people/person_add.html", status=422, form=form, choices=choices)


@blueprint.route("/admin/people/<id:person_id>", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def person_edit(person_id: int) -> Response:
    """One person: what is on record, their roles, their account."""
    person = queries.person_page(person_id)
    choices = _choices(person)
    form = person_form(choices, person)
    if is_reading():
        return _person_page(person, form, choices, saved=query_text("saved"), drawn=packed(held(form)))
    if form.validate():
        try:
            services.person_edit(person_id, form.facts(), version=form_version(), by=acting())
        except RuleBroken as error:
            add_errors(form, error)
        except Stale as conflict:
            return _person_in_conflict(conflict.theirs)
        else:
            return see(url_for("people.person_edit", person_id=person_id, saved="changed"))
    return _person_page(person, form, choices, status=422, version=form_version(), drawn=drawn_again())


def _choices(person: PersonPage) -> structure.Choices:
    return structure.choices(
        keep_agency=person.agency_id, keep_team=person.team_id, keep_profession=person.profession_id
    )


def _person_in_conflict(person: PersonPage) -> Response:
    """What is on record now beside what was entered; saving again means "mine, knowing theirs"."""
    choices = _choices(person)
    form, hand = person_form(choices, person), _hand(person.id)
    stale = stale_form(form, recorded_person(person), said=hand.changed("this person"), hand=hand)
    return _person_page(person, form, choices, status=409, stale=stale, drawn=stale.drawn)


def _person_page(
    person: PersonPage,
    form: PersonForm,
    choices: structure.Choices,
    *,
    drawn: str,
    status: int = 200,
    saved: str = "",
    stale: Beside | None = None,
    version: int | None = None,
) -> Response:
    return page(
        "people/person_edit.html",
        status=status,
        person=person,
        form=form,
        choices=choices,
        saved={
            "added": "Added",
            "changed": "Saved",
            "closed": "The account is closed",
            "opened": "The account is open",
        }.get(saved, ""),
        stale=stale,
        drawn=drawn,
        is_me=person.id == acting().person_id,
        version=person.version if version is None else version,
    )


def _hand(person_id: int) -> OtherHand:
    """Whose change of the person, or of their roles, stands."""
    grants = [("role_grant", f"{person_id}-{role.value}") for role in Role]
    return last_hand(("person", person_id), *grants, told_to=acting(), at=now())


@blueprint.route("/admin/people/<id:person_id>/disable", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def person_disable(person_id: int) -> Response:
    """Ask once, then close an account."""
    person = queries.person_page(person_id)
    if is_reading():
        return page("people/person_disable.html", person=person, refusal="")
    try:
        services.person_disable(person_id, by=acting(), at=now())
    except NotNow as conflict:
        return page("people/person_disable.html", status=409, person=person, refusal=conflict.message)
    return see(url_for("people.person_edit", person_id=person_id, saved="closed"))


@blueprint.post("/admin/people/<id:person_id>/enable")
@requires(Permission.PEOPLE_MANAGE)
def person_enable(person_id: int) -> Response:
    """Open a closed account again."""
    services.person_enable(person_id)
    return see(url_for("people.person_edit", person_id=person_id, saved="opened"))


@blueprint.post("/admin/people/<id:person_id>/password-link")
@requires(Permission.PEOPLE_MANAGE)
def person_password_link(person_id: int) -> Response:
    """Show a link with which this person sets a password; nothing changes until they use it."""
    person = queries.person_page(person_id)
    if not person.active:
        return page("people/person_password_link.html", status=409, person=person, link="")
    settings: Settings = current_app.extensions["settings"]
    token = password_link_token(person_id, key=settings.secret_key, at=now())
    return page("people/person_password_link.html", person=person, link=f"{settings.site_url}/set-password/{token}")


@blueprint.get("/admin/access")
@requires(Permission.PEOPLE_MANAGE)
def access_page() -> Response:
    """Who may do what, and how far: the same table that guards every page."""
    rows = [
        (PERMISSION_WORDS.get(permission, permission.value), [GRANTS[role].get(permission) for role in Role])
        for permission in Permission
    ]
    return page("people/access_page.html", roles=list(Role), rows=rows)

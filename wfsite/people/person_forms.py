"""Forms with which administrators keep people, agencies, teams and professions."""

from collections.abc import Sequence

from flask_wtf import FlaskForm

from wfsite.core.permissions import Role
from wfsite.people.queries import PersonPage
from wfsite.people.rules import AgencyKind, TeamNode
from wfsite.people.services import PersonFacts
from wfsite.people.structure_queries import AgencyRow, AgencyTeams, Choices, Pair
from wfsite.web.fields import ChoiceField, ChoicesField, EmailField, TextField
from wfsite.web.params import choice_from, id_from

_NOBODYS: Pair = ("", "Not recorded")


class PersonForm(FlaskForm):
    """Who somebody is, where they belong and what they may do."""

    name = TextField("Full name", noun="the person’s name", most=120)
    email = EmailField()
    job_title = TextField("Job title", noun="the job title", most=120, required=False)
    agency = ChoiceField("Agency", missing="Choose the agency from the list", required=False, select=True)
    team = ChoiceField("Service area or team", missing="Choose the team from the list", required=False, select=True)
    profession = ChoiceField("Profession", missing="Choose the profession from the list", required=False, select=True)
    roles = ChoicesField(
        "Roles",
        choices=[(role.value, role.label) for role in Role],
        hint="Choose all that apply. Somebody without a role is on record, but can open no page. A group secretary or "
        "group chair acts only for the groups on whose members page they sit in that role.",
    )

    def facts(self) -> PersonFacts:
        """What was entered; only for a form that is valid."""
        roles = (choice_from(raw, Role) for raw in self.roles.data or ())
        return PersonFacts(
            name=self.name.data,
            email=self.email.data,
            job_title=self.job_title.data,
            agency_id=id_from(self.agency.data or ""),
            team_id=id_from(self.team.data or ""),
            profession_id=id_from(self.profession.data or ""),
            roles=frozenset(role for role in roles if role),
        )


def person_form(choices: Choices, person: PersonPage | None = None) -> PersonForm:
    """The form with its lists, holding what was sent, or else `person`."""
    form = PersonForm(data=recorded_person(person) if person else {"roles": []})
    form.agency.choices = [_NOBODYS, *choices.agencies]
    form.team.choices = [_NOBODYS, *(pair for _, teams in choices.teams for pair in teams)]
    form.profession.choices = [_NOBODYS, *choices.professions]
    return form


def recorded_person(person: PersonPage) -> dict[str, object]:
    """What is on record, as the form holds it."""
    return {
        "name": person.name,
        "email": person.email,
        "job_title": person.job_title,
        "agency": str(person.agency_id or ""),
        "team": str(person.team_id or ""),
        "profession": str(person.profession_id or ""),
        "roles": [role.value for role in person.roles],
    }


class AgencyForm(FlaskForm):
    """An agency's name and type."""

    name = TextField("Name", noun="the agency’s name", most=120)
    kind = ChoiceField(
        "Type",
        missing="Choose the type of agency",
        choices=[("", "Choose a type"), *((kind.value, kind.label) for kind in AgencyKind)],
        select=True,
    )


class ProfessionForm(FlaskForm):
    """A profession's name."""

    name = TextField("Name", noun="the profession’s name", most=120)


class TeamForm(FlaskForm):
    """A team's name, and what it is part of; its agency is chosen once."""

    agency = ChoiceField("Agency", missing="Choose the agency", select=True)
    parent = ChoiceField(
        "Part of", missing="Choose a service area or team of the same agency", required=False, select=True
    )
    name = TextField("Name", noun="the team’s name", most=120)


_TOP: Pair = ("", "Nothing: it is a service area")


def new_team_form(agencies: Sequence[AgencyRow], trees: Sequence[AgencyTeams], agency_id: int | None) -> TeamForm:
    """The form for a team that is added, its lists filled; `agency_id` is chosen already."""
    form = TeamForm(data={"agency": str(agency_id or "")})
    form.agency.choices = [("", "Choose an agency"), *((str(a.id), a.name) for a in agencies if a.active)]
    form.parent.choices = [_TOP, *(pair for _, teams in parent_groups(trees) for pair in teams)]
    return form


def team_form(team: TeamNode, tree: AgencyTeams) -> TeamForm:
    """The form for a team that is there; it can be part of any team of its agency that is not inside it."""
    form = TeamForm(data=recorded_team(team))
    del form.agency
    inside = f"{team.path}: "
    others = [t for t in tree.teams if t.id != team.id and not t.path.startswith(inside)]
    form.parent.choices = [_TOP, *((str(t.id), t.path) for t in others if t.active or t.id == team.parent_id)]
    return form


def recorded_team(team: TeamNode) -> dict[str, object]:
    """What is on record, as the form holds it."""
    return {"parent": str(team.parent_id or ""), "name": team.name}


def parent_groups(trees: Sequence[AgencyTeams]) -> list[tuple[str, list[Pair]]]:
    """Open teams under their agency's name, as a new team's "part of" list shows them."""
    groups = [(tree.name, [(str(t.id), t.path) for t in tree.teams if t.active]) for tree in trees]
    return [(name, teams) for name, teams in groups if teams]

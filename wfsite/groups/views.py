"""Setting up the three groups: purpose and terms, members, meetings."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.core.errors import Missing, RuleBroken, Stale
from wfsite.core.parsing import iso_date
from wfsite.core.permissions import Permission
from wfsite.core.words import long_date
from wfsite.groups import queries, services
from wfsite.groups.blueprint import blueprint
from wfsite.groups.forms import GroupForm, MeetingForm, MemberForm
from wfsite.groups.front_door import NAMES
from wfsite.groups.models import GroupKind, GroupRole
from wfsite.web.access import acting, requires
from wfsite.web.edit_flow import Beside, drawn_again, held, packed, stale_form
from wfsite.web.fields import add_errors
from wfsite.web.params import choice_from, form_text, form_version, is_post, now, query_id, query_text, today
from wfsite.web.respond import page, see

__all__ = ["blueprint"]

# What the page to which a form leads says was done.
_SAVED = {
    "terms": "The group’s purpose and terms are saved",
    "member": "The member is added",
    "ended": "The membership has ended",
    "never": "The member will not join the group",
    "meeting": "The meeting is in the calendar",
    "removed": "The meeting is removed",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a form was drawn with: the group's version, the date of the terms in force, and what its fields held."""

    version: int
    terms_of: date | None
    drawn: str


@blueprint.get("/admin/groups")
@requires(Permission.GROUP_MANAGE)
def group_list() -> Response:
    """The three groups, and which of them are set up."""
    return page("groups/group_list.html", groups=queries.group_list(on=today()), default_names=NAMES)


@blueprint.route("/admin/groups/<kind>", methods=["GET", "POST"])
@requires(Permission.GROUP_MANAGE)
def group_edit(kind: str) -> Response:
    """Purpose, what it watches, how often it meets."""
    which = _kind(kind)
    group = queries.group_or_none(which, on=today())
    form = GroupForm(data=_recorded(which, group))
    others = [(str(g.id), g.name) for g in queries.group_list(on=today()) if g.kind is not which]
    form.reports_to.choices = [("", "Nobody"), *others]
    if not is_post():
        return _edit_page(which, form, group, _shown(group, packed(held(form))))
    shown = Shown(form_version(), iso_date(form_text("terms_of")), drawn_again())
    try:
        if form.validate():
            services.group_save(which, _input(form), version=shown.version, terms_of=shown.terms_of, on=today())
            return see(url_for("groups.group_members", kind=kind, saved="terms"))
    except RuleBroken as error:
        add_errors(form, error)
    except Stale:
        group = queries.group_or_none(which, on=today())
        hand = queries.last_hand_of(group.id if group else 0, told_to=acting(), at=now())
        stale = stale_form(form, _recorded(which, group), said=hand.changed("this group"), hand=hand)
        return _edit_page(which, form, group, _shown(group, stale.drawn), status=409, stale=stale)
    return _edit_page(which, form, group, shown, status=422)


def _shown(group: queries.GroupHome | None, drawn: str) -> Shown:
    return Shown(group.version, group.terms_agreed_on, drawn) if group else Shown(0, None, drawn)


def _edit_page(
    kind: GroupKind,
    form: GroupForm,
    group: queries.GroupHome | None,
    shown: Shown,
    *,
    status: int = 200,
    stale: Beside | None = None,
) -> Response:
    return page(
        "groups/group_edit.html",
        status=status,
        kind=kind,
        form=form,
        group=group,
        shown=shown,
        stale=stale,
        default_name=NAMES[kind],
    )


@blueprint.route("/admin/groups/<kind>/members", methods=["GET", "POST"])
@requires(Permission.GROUP_MANAGE)
def group_members(kind: str) -> Response:
    """Who sits on the group; add a seat or end one."""
    which = _kind(kind)
    group = queries.group_home(which, on=today())
    form = MemberForm(data={"role": GroupRole.MEMBER.value, "from_on": today()})
    status = 200
    if is_post():
        status = 422
        try:
            if form.validate():
                member_id = services.member_add(
                    which,
                    email=form.email.data,
                    role=GroupRole(form.role.data),
                    represents=form.represents.data,
                    from_on=form.from_on.data,
                    on=today(),
                )
                return see(url_for("groups.group_members", kind=kind, saved="member", member=member_id))
        except RuleBroken as error:
            add_errors(form, error)
    saved = _saved(status) and (_joins_later(group) or _saved(status))
    return page("groups/group_members.html", status=status, kind=which, group=group, form=form, saved=saved)


def _joins_later(group: queries.GroupHome) -> str:
    """That the member of whom the address speaks joins later, in words; "" when they sit there now."""
    member_id = query_id("member")
    found = next((one for one in group.coming if one.id == member_id), None)
    return f"{found.name} is added, and joins the group on {long_date(found.from_on)}" if found else ""


@blueprint.post("/admin/groups/<kind>/members/<id:member_id>/end")
@requires(Permission.GROUP_MANAGE)
def member_end(kind: str, member_id: int) -> Response:
    """End a seat today, or before it begins."""
    had_begun = services.member_end(_kind(kind), member_id, on=today())
    return see(url_for("groups.group_members", kind=kind, saved="ended" if had_begun else "never"))


@blueprint.route("/admin/groups/<kind>/meetings", methods=["GET", "POST"])
@requires(Permission.GROUP_MANAGE)
def group_meetings(kind: str) -> Response:
    """The group's meetings; add one."""
    which = _kind(kind)
    group = queries.group_home(which, on=today())
    form = MeetingForm()
    status = 200
    if is_post():
        status = 422
        if form.validate():
            services.meeting_add(which, held_on=form.held_on.data)
            return see(url_for("groups.group_meetings", kind=kind, saved="meeting"))
    meetings = queries.meetings(group.id)
    return page(
        "groups/group_meetings.html",
        status=status,
        kind=which,
        group=group,
        form=form,
        meetings=meetings,
        today=today(),
        saved=_saved(status),
    )


@blueprint.post("/admin/groups/<kind>/meetings/<id:meeting_id>/remove")
@requires(Permission.GROUP_MANAGE)
def meeting_remove(kind: str, meeting_id: int) -> Response:
    """Take a planned meeting out of the calendar."""
    services.meeting_remove(_kind(kind), meeting_id, on=today())
    return see(url_for("groups.group_meetings", kind=kind, saved="removed"))


def _saved(status: int) -> str:
    """What was just saved, in words; "" beside a refusal."""
    return _SAVED.get(query_text("saved"), "") if status == 200 else ""


def _kind(raw: str) -> GroupKind:
    found = choice_from(raw, GroupKind)
    if found is None:
        raise Missing
    return found


def _recorded(kind: GroupKind, group: queries.GroupHome | None) -> dict[str, Any]:
    """What the form begins with."""
    if group is None:
        return {"name": NAMES[kind]}
    return {
        "name": group.name,
        "purpose": group.purpose,
        "watches": "\n".join(group.watches),
        "cadence": group.cadence,
        "reports_to": str(group.reports_to_id or ""),
        "agreed_on": group.terms_agreed_on,
    }


def _input(form: GroupForm) -> services.GroupInput:
    lines = tuple(line.strip() for line in form.watches.data.split("\n") if line.strip())
    reports_to = int(form.reports_to.data) if form.reports_to.data else None
    return services.GroupInput(
        form.name.data, form.purpose.data, lines, form.cadence.data, reports_to, form.agreed_on.data
    )

"""A group's own page, and setting groups up: purpose and terms, members, meetings, their end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.core.actor import Actor
from wfsite.core.errors import RuleBroken, Stale
from wfsite.core.groups import GroupKind, GroupRole
from wfsite.core.parsing import iso_date
from wfsite.core.permissions import Permission, Reach
from wfsite.core.words import long_date
from wfsite.groups import queries, services
from wfsite.groups.blueprint import blueprint
from wfsite.groups.forms import GroupForm, MeetingForm, MemberForm, NewGroupForm
from wfsite.groups.front_door import shown
from wfsite.web.access import acting, requires
from wfsite.web.edit_flow import Beside, drawn_again, held, packed, stale_form
from wfsite.web.fields import add_errors
from wfsite.web.params import as_at, form_text, form_version, is_post, now, query_choice, query_id, query_text, today
from wfsite.web.respond import page, see

__all__ = ["blueprint"]

_MANAGES = requires(Permission.GROUP_MANAGE, Reach.GROUP)
_SETS_UP = requires(Permission.GROUP_MANAGE, Reach.ALL)
# What the page to which a form leads says was done.
_SAVED = {
    "added": "The group is set up. Add its members",
    "terms": "The group’s purpose and terms are saved",
    "closed": "The group has ended",
    "opened": "The group is open again",
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


@blueprint.get("/groups/<id:group_id>")
@requires(Permission.GROUP_READ)
def group_page(group_id: int) -> Response:
    """A group's own page; of one that has ended, how it stood on its last day."""
    when = as_at()
    url = url_for("groups.group_page", group_id=group_id)
    return shown(queries.group_page(group_id, on=when.on), when=when, url=url, saved=_saved(200))


@blueprint.get("/admin/groups")
@_MANAGES
def group_list() -> Response:
    """The groups that the reader may set up, and the kinds of which there is none yet."""
    actor, groups = acting(), queries.group_list(on=today())
    sets_up = actor.can(Permission.GROUP_MANAGE, Reach.ALL)
    open_kinds = {group.kind for group in groups if group.ended_on is None}
    return page(
        "groups/group_list.html",
        groups=[group for group in groups if actor.can_for(Permission.GROUP_MANAGE, group.id)],
        missing=[kind for kind in GroupKind if kind not in open_kinds] if sets_up else [],
        saved=_saved(200),
    )


@blueprint.route("/admin/groups/add", methods=["GET", "POST"])
@_SETS_UP
def group_add() -> Response:
    """Set up a group: its kind, purpose, what it watches, how often it meets."""
    kind = query_choice("kind", GroupKind)
    form = NewGroupForm(data={"kind": kind.value, "name": kind.label} if kind else {})
    form.reports_to.choices = _others(None)
    if is_post():
        try:
            if form.validate():
                group_id = services.group_add(GroupKind(form.kind.data), _input(form), on=today())
                return see(url_for("groups.group_members", group_id=group_id, saved="added"))
        except RuleBroken as error:
            add_errors(form, error)
    return page("groups/group_add.html", status=422 if is_post() else 200, form=form)


@blueprint.route("/admin/groups/<id:group_id>", methods=["GET", "POST"])
@_MANAGES
def group_edit(group_id: int) -> Response:
    """Purpose, what it watches, how often it meets."""
    group = _managed(group_id)
    form = GroupForm(data=_recorded(group))
    form.reports_to.choices = _others(group)
    if not is_post():
        return _edit_page(form, group, _shown(group, packed(held(form))))
    typed = Shown(form_version(), iso_date(form_text("terms_of")), drawn_again())
    try:
        if form.validate():
            _save(group_id, form, typed)
            return see(url_for("groups.group_members", group_id=group_id, saved="terms"))
    except RuleBroken as error:
        add_errors(form, error)
    except Stale:
        fresh = _managed(group_id)
        hand = queries.last_hand_of(group_id, told_to=acting(), at=now())
        stale = stale_form(form, _recorded(fresh), said=hand.changed("this group"), hand=hand)
        return _edit_page(form, fresh, _shown(fresh, stale.drawn), status=409, stale=stale)
    return _edit_page(form, group, typed, status=422)


def _save(group_id: int, form: GroupForm, typed: Shown) -> None:
    services.group_save(group_id, _input(form), version=typed.version, terms_of=typed.terms_of, by=acting(), on=today())


def _shown(group: queries.GroupHome, drawn: str) -> Shown:
    return Shown(group.version, group.terms_agreed_on, drawn)


def _edit_page(
    form: GroupForm, group: queries.GroupHome, typed: Shown, *, status: int = 200, stale: Beside | None = None
) -> Response:
    return page("groups/group_edit.html", status=status, form=form, group=group, shown=typed, stale=stale)


@blueprint.route("/admin/groups/<id:group_id>/end", methods=["GET", "POST"])
@_SETS_UP
def group_end(group_id: int) -> Response:
    """Ask whether the group is to end today, then end it."""
    group = _managed(group_id)
    if not is_post():
        return page("groups/group_end.html", group=group)
    services.group_end(group_id, on=today())
    return see(url_for("groups.group_list", saved="closed"))


@blueprint.post("/admin/groups/<id:group_id>/open")
@_SETS_UP
def group_open(group_id: int) -> Response:
    """Take back that the group has ended."""
    services.group_reopen(group_id)
    return see(url_for("groups.group_members", group_id=group_id, saved="opened"))


@blueprint.route("/admin/groups/<id:group_id>/members", methods=["GET", "POST"])
@_MANAGES
def group_members(group_id: int) -> Response:
    """Who sits on the group; add a seat or end one."""
    group = _managed(group_id)
    form = MemberForm(data={"role": GroupRole.MEMBER.value, "from_on": today()})
    status = 200
    if is_post():
        status = 422
        try:
            if form.validate():
                member_id = services.member_add(
                    group_id,
                    email=form.email.data,
                    role=GroupRole(form.role.data),
                    represents=form.represents.data,
                    from_on=form.from_on.data,
                    by=acting(),
                    on=today(),
                )
                return see(url_for("groups.group_members", group_id=group_id, saved="member", member=member_id))
        except RuleBroken as error:
            add_errors(form, error)
    saved = _saved(status) and (_joins_later(group) or _saved(status))
    return page(
        "groups/group_members.html", status=status, group=group, form=form, saved=saved, own_seat=_own_seat(group)
    )


def _own_seat(group: queries.GroupHome) -> int | None:
    """The seat without which the reader could not change this group any longer, or None."""
    actor = acting()
    mine = [one.id for one in group.members if one.person_id == actor.person_id]
    return mine[0] if mine and not _may_without_seat(actor) else None


def _may_without_seat(actor: Actor) -> bool:
    return actor.can(Permission.GROUP_MANAGE, Reach.ALL)


def _joins_later(group: queries.GroupHome) -> str:
    """That the member of whom the address speaks joins later, in words; "" when they sit there now."""
    member_id = query_id("member")
    found = next((one for one in group.coming if one.id == member_id), None)
    return f"{found.name} is added, and joins the group on {long_date(found.from_on)}" if found else ""


@blueprint.post("/admin/groups/<id:group_id>/members/<id:member_id>/end")
@_MANAGES
def member_end(group_id: int, member_id: int) -> Response:
    """End a seat today, or before it begins; who ended their own can only read the group from now on."""
    actor = acting()
    ended = services.member_end(group_id, member_id, by=actor, on=today())
    was_own = ended.had_begun and ended.person_id == actor.person_id and not _may_without_seat(actor)
    endpoint = "groups.group_page" if was_own else "groups.group_members"
    return see(url_for(endpoint, group_id=group_id, saved="ended" if ended.had_begun else "never"))


@blueprint.route("/admin/groups/<id:group_id>/meetings", methods=["GET", "POST"])
@_MANAGES
def group_meetings(group_id: int) -> Response:
    """The group's meetings; add one."""
    group = _managed(group_id)
    form = MeetingForm()
    status = 200
    if is_post():
        status = 422
        if form.validate():
            services.meeting_add(group_id, held_on=form.held_on.data, by=acting(), on=today())
            return see(url_for("groups.group_meetings", group_id=group_id, saved="meeting"))
    return page(
        "groups/group_meetings.html",
        status=status,
        group=group,
        form=form,
        meetings=queries.meetings(group_id),
        today=today(),
        saved=_saved(status),
    )


@blueprint.post("/admin/groups/<id:group_id>/meetings/<id:meeting_id>/remove")
@_MANAGES
def meeting_remove(group_id: int, meeting_id: int) -> Response:
    """Take a planned meeting out of the calendar."""
    services.meeting_remove(group_id, meeting_id, by=acting(), on=today())
    return see(url_for("groups.group_meetings", group_id=group_id, saved="removed"))


def _managed(group_id: int) -> queries.GroupHome:
    return queries.group_to_manage(group_id, seen_by=acting(), on=today())


def _saved(status: int) -> str:
    """What was just saved, in words; "" beside a refusal."""
    return _SAVED.get(query_text("saved"), "") if status == 200 else ""


def _others(group: queries.GroupHome | None) -> list[tuple[str, str]]:
    """The groups that one may report to: those that are open, and those that it reports to already."""
    own = group.id if group else None
    kept = {parent.id for parent in group.parents} if group else set()
    found = (one for one in queries.group_list(on=today()) if one.id != own)
    return [(str(one.id), one.name) for one in found if one.ended_on is None or one.id in kept]


def _recorded(group: queries.GroupHome) -> Mapping[str, Any]:
    """What the form begins with."""
    return {
        "name": group.name,
        "purpose": group.purpose,
        "watches": "\n".join(group.watches),
        "cadence": group.cadence,
        "reports_to": [str(parent.id) for parent in group.parents],
        "agreed_on": group.terms_agreed_on,
    }


def _input(form: GroupForm) -> services.GroupInput:
    lines = tuple(line.strip() for line in form.watches.data.split("\n") if line.strip())
    return services.GroupInput(
        name=form.name.data,
        purpose=form.purpose.data,
        watches=lines,
        cadence=form.cadence.data,
        parent_ids=tuple(sorted(int(raw) for raw in form.reports_to.data or ())),
        agreed_on=form.agreed_on.data,
    )

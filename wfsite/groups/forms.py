"""Forms of the groups room."""

from flask_wtf import FlaskForm

from wfsite.core.groups import GroupKind, GroupRole
from wfsite.web.fields import ChoiceField, ChoicesField, DatePartsField, EmailField, TextField


class GroupForm(FlaskForm):
    """What a group is for, what it watches, how often it meets and to whom it reports."""

    name = TextField("Name of the group", noun="the name of the group", most=120)
    purpose = TextField("Purpose", noun="the purpose", most=2000, lines=True)
    watches = TextField(
        "What it watches", noun="what it watches", most=4000, lines=True, required=False, description="One on each line"
    )
    cadence = TextField(
        "How often it meets", noun="how often it meets", most=60, description="For example: monthly, every two months"
    )
    reports_to = ChoicesField("Reports to", hint="Choose all that apply, or none.")
    agreed_on = DatePartsField("Terms of reference agreed on", noun="the date the terms were agreed")


class NewGroupForm(GroupForm):
    """The same of a group that is set up, and what kind it is, which stays."""

    kind = ChoiceField(
        "Kind of group",
        missing="Choose what kind of group it is",
        choices=[(kind.value, kind.label) for kind in GroupKind],
    )


class MemberForm(FlaskForm):
    """A seat on a group."""

    email = EmailField("Email address of the new member")
    role = ChoiceField(
        "Role on the group",
        missing="Choose a role on the group",
        choices=[(role.value, role.label) for role in GroupRole],
        select=True,
    )
    represents = TextField(
        "Represents", noun="what the member represents", most=120, required=False, description="Leave empty if nobody"
    )
    from_on = DatePartsField("Member from", noun="the date the member joins")


class MeetingForm(FlaskForm):
    """A meeting's date."""

    held_on = DatePartsField("Date of the meeting", noun="the date of the meeting")

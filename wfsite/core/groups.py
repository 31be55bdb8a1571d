"""What every room may know of groups: their kinds, and what somebody is who sits on one."""

from enum import StrEnum

from wfsite.core.permissions import Role


class GroupKind(StrEnum):
    """The kinds of group that are the product's spine; each is a blueprint's front door, and there may be several."""

    STEERING = "steering"
    TRAINING = "training"
    IMPROVEMENT = "improvement"

    @property
    def label(self) -> str:
        """As a form offers it."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    GroupKind.STEERING: "Workforce steering group",
    GroupKind.TRAINING: "Training providers group",
    GroupKind.IMPROVEMENT: "Improvement board",
}


class GroupRole(StrEnum):
    """What a member is on the group."""

    CHAIR = "chair"
    DEPUTY = "deputy-chair"
    SECRETARY = "secretary"
    SPONSOR = "sponsor"
    MEMBER = "member"
    ALTERNATE = "alternate"
    ADVISER = "adviser"

    @property
    def label(self) -> str:
        """As the member list prints it."""
        return self.value.replace("-", " ").capitalize()

    @property
    def hat(self) -> Role | None:
        """The role that somebody has on the site for as long as they sit so, for that group; None for none."""
        return _HATS.get(self)


_HATS = {GroupRole.CHAIR: Role.CHAIR, GroupRole.DEPUTY: Role.CHAIR, GroupRole.SECRETARY: Role.SECRETARY}


def seats_of(hats: frozenset[Role]) -> tuple[GroupRole, ...]:
    """What somebody is on a group who has one of these roles by it."""
    return tuple(role for role, hat in _HATS.items() if hat in hats)

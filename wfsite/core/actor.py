"""Who acts: a finished value, loaded once per request and handed to every service."""

from dataclasses import dataclass, field
from functools import lru_cache

from wfsite.core.groups import GroupKind, GroupRole
from wfsite.core.permissions import Permission, Reach, Role, hats_with, reach_of

_reach_of = lru_cache(maxsize=4096)(reach_of)
_hats_with = lru_cache(maxsize=256)(hats_with)


@dataclass(frozen=True, slots=True)
class Seat:
    """What somebody is today on a group that has not ended."""

    group_id: int
    kind: GroupKind
    role: GroupRole


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person. `sign_in_token` is the secret in their cookie, never printed; nor is their credential.

    `roles` are those that they were given, and those that their seats give them.
    """

    person_id: int
    name: str
    email: str
    agency_id: int | None
    team_id: int | None
    roles: frozenset[Role]
    sign_in_token: str = field(default="", repr=False)
    # What the sign-in rests on, as people/credentials.py makes it.
    credential: str = field(default="", repr=False)
    # The seats that they hold today, on groups that have not ended.
    seats: tuple[Seat, ...] = ()

    # What flask-login asks of a user object.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Who signed in, by what, and the token of it: flask-login keeps this in the signed cookie."""
        return f"{self.person_id}.{self.credential}.{self.sign_in_token}"

    def __post_init__(self) -> None:
        """A seat's role is worn without being given."""
        object.__setattr__(self, "roles", self.roles | self.hats)

    @property
    def hats(self) -> frozenset[Role]:
        """The roles that their seats give them; only these reach groups."""
        return frozenset(hat for seat in self.seats if (hat := seat.role.hat))

    def reach(self, permission: Permission) -> Reach | None:
        """How far this person's roles go for `permission`, never GROUP; None when not at all, or for groups only."""
        return _reach_of(self.roles, permission)

    def can(self, permission: Permission, reach: Reach = Reach.OWN) -> bool:
        """Whether this person's reach for `permission` covers `reach`: of GROUP, for one group at least."""
        widest = self.reach(permission)
        if widest is not None and widest.covers(reach):
            return True
        return Reach.GROUP.covers(reach) and bool(self._seated_for(permission))

    def can_for(self, permission: Permission, group_id: int | None) -> bool:
        """Whether this person may do so for that group; for what belongs to none, only who may for all."""
        groups = self.groups_for(permission)
        return groups is None or group_id in groups

    def groups_for(self, permission: Permission) -> frozenset[int] | None:
        """The groups for which this person may do so; None for all of them."""
        return None if self.reach(permission) is Reach.ALL else self._seated_for(permission)

    def _seated_for(self, permission: Permission) -> frozenset[int]:
        """The groups on which they sit in a role that gives `permission` for them."""
        hats = _hats_with(permission)
        return frozenset(seat.group_id for seat in self.seats if seat.role.hat in hats)

"""Who acts: a finished value, loaded once per request and handed to every service."""

from dataclasses import dataclass, field
from functools import lru_cache

from wfsite.core.permissions import Permission, Reach, Role, reach_of

_reach_of = lru_cache(maxsize=4096)(reach_of)


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person. `sign_in_token` is the secret in their cookie, never printed."""

    person_id: int
    name: str
    email: str
    agency_id: int | None
    team_id: int | None
    roles: frozenset[Role]
    sign_in_token: str = field(default="", repr=False)

    # What flask-login asks of a user object.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """The sign-in token: flask-login keeps it in the signed cookie."""
        return self.sign_in_token

    def reach(self, permission: Permission) -> Reach | None:
        """How far this person's roles go for `permission`; None when not at all."""
        return _reach_of(self.roles, permission)

    def can(self, permission: Permission, reach: Reach = Reach.OWN) -> bool:
        """Whether this person's reach for `permission` is at least `reach`."""
        return (self.reach(permission) or 0) >= reach

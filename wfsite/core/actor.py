"""Who acts: a finished value, loaded once per request and handed to every service."""

from dataclasses import dataclass, field
from functools import lru_cache

from wfsite.core.permissions import Permission, Reach, Role, reach_of

_reach_of = lru_cache(maxsize=4096)(reach_of)


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person. `sign_in_token` is the secret in their cookie, never printed; nor is their credential."""

    person_id: int
    name: str
    email: str
    agency_id: int | None
    team_id: int | None
    roles: frozenset[Role]
    sign_in_token: str = field(default="", repr=False)
    # What the sign-in rests on, as people/credentials.py makes it.
    credential: str = field(default="", repr=False)

    # What flask-login asks of a user object.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Who signed in, by what, and the token of it: flask-login keeps this in the signed cookie."""
        return f"{self.person_id}.{self.credential}.{self.sign_in_token}"

    def reach(self, permission: Permission) -> Reach | None:
        """How far this person's roles go for `permission`; None when not at all."""
        return _reach_of(self.roles, permission)

    def can(self, permission: Permission, reach: Reach = Reach.OWN) -> bool:
        """Whether this person's reach for `permission` is at least `reach`."""
        return (self.reach(permission) or 0) >= reach

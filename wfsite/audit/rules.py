"""What the history calls things: words for tables and columns, and values as a person would write them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from wfsite.core.permissions import Role
from wfsite.core.words import long_date, moment

_COLUMNS = {
    "active": "state",
    "password_hash": "password",
    "kind": "type",
    "parent_id": "part of",
    "reports_to_id": "reports to",
    "ended_on": "ended on",
    "from_on": "from",
    "to_on": "until",
}
_VERBS = {"added": "added", "changed": "changed", "removed": "removed"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)
_LONGEST_VALUE = 300
_LARGEST_ID = 2**31 - 1

# Column → (before, after), each whatever JSON holds.
Pairs = Mapping[str, tuple[object, object]]


@dataclass(frozen=True, slots=True)
class Event:
    """One row that was added, changed or removed, as it was kept."""

    id: int
    at: datetime
    actor_name: str
    verb: str
    subject: str
    subject_id: str
    changes: object


@dataclass(frozen=True, slots=True)
class Change:
    """One column's change in words; `before` and `after` are "" for a secret, whose values are nobody's business."""

    label: str
    before: str
    after: str

    @property
    def said(self) -> str:
        """As a change: label, before and after."""
        return f"{self.label} from “{self.before}” to “{self.after}”" if self.before or self.after else self.label

    @property
    def recorded(self) -> str:
        """As part of what was added or removed: label and value."""
        if not (self.before or self.after):
            return self.label
        return f"{self.label}: {self.after if self.after != 'nothing' else self.before}"


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event as the history prints it: "Sam Whitlock" "changed the person" "Amara Bello"."""

    id: int
    at: datetime
    who: str
    did: str
    name: str
    changes: tuple[Change, ...]
    is_change: bool
    noun: str

    @property
    def about(self) -> str:
        """What the event is about: its name, or what it is where it has none."""
        return self.name or f"the {self.noun}"

    @property
    def speaks_for_itself(self) -> bool:
        """Whether the deed says all that was changed: an account opened or closed, a password set."""
        return self.did.startswith(("opened", "closed", "set the"))

    @property
    def details(self) -> tuple[str, ...]:
        """What was changed from what to what, or what was recorded; a secret is named and no more."""
        if self.speaks_for_itself:
            return ()
        return tuple(change.said if self.is_change else change.recorded for change in self.changes)


def column_label(column: str) -> str:
    """A column in words."""
    return _COLUMNS.get(column) or column.removesuffix("_id").replace("_", " ")


def pairs(changes: object) -> Pairs:
    """Column → (before, after) of an event as it was kept; what is no pair counts as what stood after."""
    if not isinstance(changes, dict):
        return {}
    return {
        column: (value[0], value[1]) if isinstance(value, list) and len(value) == 2 else (None, value)
        for column, value in changes.items()
    }


def row_id(value: object) -> int | None:
    """The id that a value or its text is, or None: the largest one is what both databases hold."""
    if isinstance(value, str):
        value = int(value) if value.isascii() and value.isdigit() and len(value) <= 10 else None
    return value if type(value) is int and 0 < value <= _LARGEST_ID else None


def _is_nothing(value: object) -> bool:
    return value is None or value in ("", [], {})


def value_in_words(column: str, value: object) -> str:
    """A stored value, whatever JSON holds, as a person would write it; a long one is cut."""
    if column == "active":
        return "open" if value else "closed"
    text = _in_words(column, value)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def _in_words(column: str, value: object) -> str:
    if _is_nothing(value):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(_in_words("", part) for part in value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_in_words('', part)}" for name, part in value.items())
    text = str(value)
    if column == "role" and text in set(Role):
        return Role(text).label
    if re.fullmatch(r"[a-z]+(-[a-z]+)+", text):
        return text.replace("-", " ")
    return _day_or_moment(text) or text


def _day_or_moment(text: str) -> str:
    """A day or an instant as a person writes it; "" for text that only looks like one."""
    try:
        if _INSTANT.match(text):
            return moment(datetime.fromisoformat(text))
        return long_date(date.fromisoformat(text)) if _DAY.match(text) else ""
    except (ValueError, OverflowError):
        return ""


def changes_in_words(verb: str, changes: Pairs, names: Mapping[tuple[str, int], str]) -> tuple[Change, ...]:
    """The columns of an event; `names` gives what (column, id) stands for. What was added empty is left out."""
    found = []
    for column, (before, after) in changes.items():
        if column == "id" or "(bytes)" in (before, after):
            continue
        if before == after == "…":
            found.append(Change(column_label(column), "", ""))
            continue
        if verb != "changed" and _is_nothing(after if verb == "added" else before):
            continue
        words = [names.get((column, row_id(value) or 0)) or value_in_words(column, value) for value in (before, after)]
        found.append(Change(column_label(column), words[0], words[1]))
    return tuple(found)


def deed(verb: str, subject: str, changes: Pairs, *, noun: str) -> str:
    """What was done, up to the name of what it was done to."""
    if subject == "role_grant" and "role" in changes:
        role = value_in_words("role", changes["role"][1 if verb == "added" else 0])
        return f"gave the role {role} to" if verb == "added" else f"took the role {role} from"
    if subject == "person" and set(changes) == {"active"} and verb == "changed":
        return "opened the account of" if changes["active"][1] else "closed the account of"
    if subject == "person" and set(changes) == {"password_hash"} and verb == "changed":
        return "set the password of"
    return f"{_VERBS.get(verb, verb)} the {noun}"

"""The front door that the three groups' blueprints share."""

from collections.abc import Sequence

from werkzeug.wrappers import Response

from wfsite.core.tasks import Headline, Task
from wfsite.groups import queries
from wfsite.groups.models import GroupKind
from wfsite.web.params import today
from wfsite.web.respond import page


def group_page(kind: GroupKind, *, waiting: Sequence[Task], figures: Sequence[Headline]) -> Response:
    """A group's home page: what waits, the latest figures, purpose, members, what it watches."""
    group = queries.group_or_none(kind, on=today())
    if group is None:
        return page("groups/group_unset.html", kind=kind)
    return page(
        "groups/group_home.html",
        group=group,
        kind=kind,
        waiting=sorted(waiting, key=lambda task: task.rank),
        figures=figures,
    )

"""The group's front door, and all pages behind it: importing this module adds the routes to the blueprint."""

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.core.permissions import Permission
from wfsite.core.tasks import Headline, Task
from wfsite.core.words import count_of, moment
from wfsite.groups.front_door import group_page
from wfsite.groups.models import GroupKind
from wfsite.training.attendance import views as attendance_views
from wfsite.training.attendance.queries_report import quarter_headlines
from wfsite.training.attendance.queries_sessions import registers_waiting
from wfsite.training.blueprint import blueprint
from wfsite.web.access import acting, may, requires
from wfsite.web.params import now

__all__ = ["attendance_views", "blueprint"]


@blueprint.get("/training")
@requires(Permission.GROUP_READ)
def group_home() -> Response:
    """The group's front door."""
    return group_page(GroupKind.TRAINING, waiting=_waiting(), figures=_figures())


def _waiting() -> list[Task]:
    """The registers that wait for the reader."""
    return [
        Task(
            title=f"Complete the register: {found.course}",
            url=url_for("training.register_page", session_id=found.session_id),
            detail=f"{moment(found.starts_at)}. "
            + (
                f"{count_of(found.unrecorded, 'person', 'people')} not recorded."
                if found.unrecorded
                else "Everybody is recorded: close it."
            ),
            tag="Open",
            tag_colour="yellow",
            rank=1,
        )
        for found in registers_waiting(acting(), at=now())
    ]


def _figures() -> list[Headline]:
    """The latest quarter in three figures."""
    found = quarter_headlines(at=now())
    url = url_for("training.attendance_page") if may("training.attendance_page") else ""
    taught = f"{count_of(found.people, 'person', 'people')} taught"
    came, stayed_away = found.counts.attendance(), found.counts.non_attendance()
    return [
        Headline("Attendance", came.text, f"{came.basis} expected. {found.quarter.label}", url),
        Headline("Non-attendance", stayed_away.text, f"{stayed_away.basis} expected", url),
        Headline(
            "Sessions held",
            f"{found.sessions:,}",
            f"{count_of(found.open_registers, 'register')} still open. {taught}",
            url,
        ),
    ]

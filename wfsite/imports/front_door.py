"""What imports say of themselves elsewhere: whose check is ready, and what the page of its work shows."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from flask import url_for

from wfsite.core.actor import Actor
from wfsite.core.clock import london_date
from wfsite.core.errors import Missing
from wfsite.core.paging import First
from wfsite.core.tasks import MOST_OF_A_KIND, Task, Urgency, in_short
from wfsite.core.words import long_date
from wfsite.imports.pages import ImportPages, every_pages, pages_of
from wfsite.imports.queries import UploadToDecide, upload_name, uploads_to_decide
from wfsite.works.kinds import Shown
from wfsite.works.rules import WorkState, is_over

UPLOADS_WAIT = timedelta(days=7)


def home_tasks(actor: Actor, *, at: datetime) -> list[Task]:
    """The files that somebody had checked and that wait for a yes, or are still being checked."""
    pages = [one for one in every_pages() if actor.can(one.permission, one.reach)]
    found = _to_decide(actor, pages) if pages else First()
    # Whom the groups of an import admit is read only where somebody has a file that waits.
    if found.total:
        admitted = [one for one in pages if one.admits(actor, None, on=london_date(at))]
        found = found if admitted == pages else _to_decide(actor, admitted)
    return in_short(found, _task, _rest)


def _to_decide(actor: Actor, pages: Collection[ImportPages]) -> First[UploadToDecide]:
    kinds = {one.importer.kind for one in pages}
    return uploads_to_decide(actor.person_id, kinds=kinds, most=MOST_OF_A_KIND)


def _task(upload: UploadToDecide) -> Task:
    if not is_over(upload.work_state):
        return Task(
            title=f"{upload.file_name} is being checked",
            url=url_for("works.work_page", work_id=upload.work_id),
            detail="See how far it is.",
            tag="Working",
            urgency=Urgency.OPEN,
        )
    title, tag, colour, detail = _over(upload)
    gone_on = long_date(london_date(upload.uploaded_at + UPLOADS_WAIT))
    return Task(
        title=title,
        url=pages_of(upload.kind).check_url(upload.id),
        detail=f"{detail} The file is discarded after {gone_on}.",
        tag=tag,
        tag_colour=colour,
        urgency=Urgency.OPEN,
    )


def _over(upload: UploadToDecide) -> tuple[str, str, str, str]:
    """What became of a check: title, tag, its colour, and what there is to do."""
    if upload.work_state is not WorkState.DONE:
        return f"{upload.file_name} could not be checked", "To look at", "yellow", "Nothing was saved."
    if not upload.check_is_good:
        todo = "Nothing was saved. Correct the file and upload it again."
        return f"{upload.file_name} has errors to look at", "To look at", "yellow", todo
    title = f"Your check of {upload.file_name} is ready"
    return title, "To confirm", "blue", "Nothing is saved until you confirm it."


def _rest(left: int) -> Task:
    return Task(
        title=f"{left:,} more of your files wait",
        url="",
        detail="They appear here when those before them are confirmed or discarded.",
        tag="To confirm",
        urgency=Urgency.OPEN,
    )


def check_shown(upload_id: int, *, seen_by: Actor, on: date) -> Shown:
    """The check of an upload, for whoever may import files of its kind; raises `Missing` for others."""
    upload = upload_name(upload_id)
    pages = pages_of(upload.kind)
    if not pages.admits(seen_by, upload.target_id, on=on):
        raise Missing
    target = pages.importer.target_name(upload.target_id)
    return Shown(
        title=f"Checking {upload.file_name}{f' for {target}' if target else ''}",
        url=pages.check_url(upload_id),
        back_url=url_for(pages.back),
        back_words=pages.back_words,
    )

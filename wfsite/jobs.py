"""What runs by itself every few minutes (`flask wfsite run-due`): each job apart, so that one failing stops no other.

A job is a function of the present instant that returns in words what it did, "" when there was nothing to do. It is
imported when it runs, so that this list may name any room.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from importlib import import_module

from flask import current_app
from sqlalchemy import update

from wfsite.core.words import count_of
from wfsite.extensions import db
from wfsite.imports.front_door import UPLOADS_WAIT
from wfsite.imports.models import Upload
from wfsite.imports.rules import Content, UploadState
from wfsite.outbox.services import notices_forget
from wfsite.papers.queries import kept_files
from wfsite.papers.store import Store
from wfsite.people.signing_in import forget_sign_ins
from wfsite.web.pictures import forget_drawings
from wfsite.works.queries import work_left
from wfsite.works.runner import run_apart
from wfsite.works.services import works_forget

log = logging.getLogger("wfsite.jobs")

Job = Callable[[datetime], str]

# name, where its function is
JOBS: tuple[tuple[str, str], ...] = (
    ("start surveys that were opened", "wfsite.jobs:start_surveys"),
    ("count surveys whose time is over", "wfsite.jobs:count_surveys"),
    ("discard uploads that nobody confirmed", "wfsite.jobs:discard_uploads"),
    ("forget old pieces of long work", "wfsite.jobs:forget_old_works"),
    ("remove files that became no paper", "wfsite.jobs:sweep_papers"),
    ("forget old sign-ins", "wfsite.jobs:forget_old_sign_ins"),
    ("forget old notices", "wfsite.jobs:forget_old_notices"),
    ("forget old drawings", "wfsite.jobs:forget_old_drawings"),
    # It may take minutes, so it comes last.
    ("go on with long work", "wfsite.jobs:go_on_with_works"),
)

_NOTHING: Content = {"header": [], "rows": [], "notes": [], "on": ""}
_SIGN_INS_KEPT = timedelta(days=30)
_DRAWINGS_KEPT = timedelta(days=30)
_NOTICES_KEPT = timedelta(days=365)
_FILES_WAIT = timedelta(days=1)


def run_all(at: datetime, jobs: Iterable[tuple[str, str]] = JOBS) -> list[tuple[str, str, bool]]:
    """Run each job in a transaction of its own; returns (name, what it did or what went wrong, whether it did)."""
    done = []
    for name, where in jobs:
        try:
            said = _load(where)(at)
            db.session.commit()
        except Exception as error:
            # Whatever it is, the next job must still run.
            db.session.rollback()
            log.exception("job failed", extra={"job": name})
            done.append((name, type(error).__name__, False))
        else:
            log.info("job", extra={"job": name, "said": said})
            done.append((name, said, True))
    return done


def _load(where: str) -> Job:
    module, _, function = where.partition(":")
    job: Job = getattr(import_module(module), function)
    return job


def start_surveys(at: datetime) -> str:
    """Surveys whose opening was cut short after it was committed are put in their place."""
    from wfsite.surveys.answering.services import surveys_start

    started = surveys_start(at=at, boxes=current_app.extensions["settings"].boxes)
    return count_of(len(started), "survey") if started else ""


def count_surveys(at: datetime) -> str:
    """Surveys whose time is over are counted, and what an earlier count left undone is finished."""
    from wfsite.surveys.closing.tally import close_due

    done = close_due(at=at, boxes=current_app.extensions["settings"].boxes)
    return " ".join(survey.words for survey in done)


def discard_uploads(at: datetime) -> str:
    """Files that were read but not confirmed for a week are discarded, and their rows with them."""
    gone = db.session.execute(
        update(Upload)
        .where(Upload.state == UploadState.CHECKED, Upload.uploaded_at < at - UPLOADS_WAIT)
        .values(
            state=UploadState.DISCARDED,
            decided_at=at,
            content=_NOTHING,
            checked=None,
            check_is_good=None,
            checked_at=None,
        )
        .returning(Upload.id)
    ).all()
    return count_of(len(gone), "upload") if gone else ""


def forget_old_works(at: datetime) -> str:
    """Pieces of work are forgotten with the uploads that they were about."""
    gone = works_forget(before=at - UPLOADS_WAIT)
    return count_of(gone, "piece") if gone else ""


def go_on_with_works(at: datetime) -> str:
    """Long work whose runner died, or never came, is done by a runner of its own."""
    left = work_left(at=at) is not None
    db.session.commit()  # hold no lock while it works
    if left:
        run_apart(current_app.extensions["settings"])
    return "done" if left else ""


def sweep_papers(at: datetime) -> str:
    """Files that were kept more than a day ago and have no row are deleted: somebody's form ended between the two."""
    store = Store(current_app.extensions["settings"].papers_folder)
    known = {content_hash for content_hash, _ in kept_files()}
    gone = store.sweep(known, before=at - _FILES_WAIT)
    return count_of(gone, "file") if gone else ""


def forget_old_sign_ins(at: datetime) -> str:
    """Records of sign-ins that ended more than a month ago are deleted."""
    gone = forget_sign_ins(before=at - _SIGN_INS_KEPT)
    return count_of(gone, "sign-in") if gone else ""


def forget_old_notices(at: datetime) -> str:
    """Notices that were seen, or ended, more than a year ago are deleted."""
    gone = notices_forget(before=at - _NOTICES_KEPT)
    return count_of(gone, "notice") if gone else ""


def forget_old_drawings(at: datetime) -> str:
    """Charts drawn more than a month ago are deleted; whoever looks again has them drawn again."""
    gone = forget_drawings(current_app.extensions["settings"].chart_cache, before=at - _DRAWINGS_KEPT)
    return count_of(gone, "drawing") if gone else ""

"""What tests of long work need: kinds of work of their own, and an upload that waits for its check."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from tests.support.engines import NOW
from tests.support.plans import actor
from wfsite.core.contributions import Contributions
from wfsite.extensions import db
from wfsite.imports import services as import_services
from wfsite.imports.queries import CHECK_WORK
from wfsite.sheets.reading import read_table
from wfsite.steering.plans.sheets import COLUMNS
from wfsite.works.kinds import WORK_DONE, Do, Keep
from wfsite.works.models import Work
from wfsite.works.rules import Tell
from wfsite.works.services import work_ask

HEADER = b"Theme and action,Timescales,Leads,RAG,Progress,Route back to Green\n"


def plan_file(rows: int) -> bytes:
    """A plan of so many actions, in themes of sixty."""
    lines = [
        (b"Theme %d,,,,,\n" % (row // 60) if row % 60 == 0 else b"")
        + b"Action %d of many,March 2026,Youth work,,,\n" % row
        for row in range(rows)
    ]
    return HEADER + b"".join(lines)


def file_kept(content: bytes, *, at: datetime = NOW, by: str = "secretary", name: str = "plan.csv") -> int:
    """The id of an upload that nobody has checked."""
    table = read_table(name, content, COLUMNS)
    person_id = actor(by).person_id
    return import_services.upload_add(table, kind="plan", target_id=2025, file_name=name, by=person_id, at=at)


def check_asked(rows: int = 3, *, at: datetime = NOW, by: str = "secretary", content: bytes = b"") -> tuple[int, int]:
    """An upload whose check waits: its id and its work's id."""
    upload_id = file_kept(content or plan_file(rows), at=at, by=by)
    work_id = work_ask(CHECK_WORK, upload_id, by=actor(by).person_id, at=at).id
    db.session.commit()
    return upload_id, work_id


def asked(kind: str, subject_id: int = 1, *, at: datetime = NOW) -> int:
    """Work of a kind that waits; its id."""
    work_id = work_ask(kind, subject_id, by=actor("secretary").person_id, at=at).id
    db.session.commit()
    return work_id


def work_row(work_id: int) -> Work:
    """A piece of work as the database has it now; nothing is held afterwards."""
    db.session.expire_all()
    found = db.session.scalars(select(Work).where(Work.id == work_id)).one()
    db.session.expunge(found)
    db.session.rollback()
    return found


def kinds(**offers: Do) -> Contributions:
    """A registry that knows these kinds of work alone."""
    found = Contributions()
    for kind, offer in offers.items():
        found.add(WORK_DONE, kind, offer)
    return found


def raises(error: BaseException) -> Do:
    """Work that fails."""

    def do(subject_id: int, /, *, tell: Tell) -> Keep:
        tell("Trying")
        raise error

    return do


def keeps(kept: list[int], meanwhile: Callable[[], object] = lambda: None) -> Do:
    """Work that notes what it was about, once it is kept."""

    def do(subject_id: int, /, *, tell: Tell) -> Keep:
        tell("Counting", done=1, total=2)
        meanwhile()
        tell("Writing it down")
        return lambda at: kept.append(subject_id)

    return do

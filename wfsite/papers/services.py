"""Writes of papers. Who may, the subject's room has said; what was sent twice is there once."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, select

from wfsite.core.actor import Actor
from wfsite.core.errors import Missing, NotNow, RuleBroken, Stale
from wfsite.db.base import table_of
from wfsite.db.dated import moved
from wfsite.extensions import db
from wfsite.papers.models import STANDINGS, VERSIONS, Paper
from wfsite.papers.queries import PaperFacts, PaperPage, paper_page, paper_versions
from wfsite.papers.rules import FileKind, Stage, check_reason

_paper = table_of(Paper)
_HOLD = select(_paper.c.id).where(_paper.c.id == bindparam("paper_id")).with_for_update()
_OF_TITLE = select(_paper.c.id).where(
    _paper.c.subject_kind == bindparam("kind"),
    _paper.c.subject_id == bindparam("subject"),
    _paper.c.title == bindparam("title"),
    ~_paper.c.withdrawn,
)
_CHANGED = "Somebody changed this paper first. Go back, reload the page and look at what changed."
_WITHDRAWN = "This paper is withdrawn. Put it back first, then add the version."


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A file that is in its place, and what its keeper calls it."""

    label: str
    stage: Stage
    file_name: str
    kind: FileKind
    content_hash: str
    size: int


def check_facts(facts: PaperFacts) -> None:
    """Raises `RuleBroken` where a paper's standing and its reason do not go together."""
    check_reason(facts.standing, facts.paragraph, facts.reason)


def paper_add(
    subject_kind: str, subject_id: int, facts: PaperFacts, version: NewVersion, *, by: Actor, at: datetime
) -> int:
    """Hang a paper on a thing with its first version; returns its id. Sent twice, it is the first's.

    Raises `RuleBroken` where the thing has another paper of the title: one that may be read by others is another.
    """
    check_facts(facts)
    known = _id_of(subject_kind, subject_id, facts.title)
    if known is not None:
        if _says(known, facts, version):
            return known
        raise _title_taken()
    paper = Paper(
        subject_kind=subject_kind,
        subject_id=subject_id,
        title=facts.title,
        standing=facts.standing,
        withdrawn=facts.withdrawn,
    )
    db.session.add(paper)
    db.session.flush()
    VERSIONS.add(at=at, paper_id=paper.id, recorded_by=by.person_id, **asdict(version))
    _stand(paper.id, facts, seen=None, by=by, at=at)
    return paper.id


def _says(paper_id: int, facts: PaperFacts, version: NewVersion) -> bool:
    """Whether a paper stands just so, with this version as its newest."""
    newest = paper_versions(paper_id, at=None)[0]
    same_file = (newest.content_hash, newest.label, newest.stage) == (
        version.content_hash,
        version.label,
        version.stage,
    )
    return same_file and paper_page(paper_id).facts == facts


def paper_change(paper_id: int, facts: PaperFacts, *, version: int, by: Actor, at: datetime) -> None:
    """Call a paper something else, or say anew who may read it; `version` is the standing that the form was drawn with.

    Raises `RuleBroken`, and `Stale` where somebody was first.
    """
    check_facts(facts)
    found = _held(paper_id)
    facts = replace(facts, withdrawn=found.withdrawn)
    if facts == found.facts:
        return
    if version != found.version:
        raise Stale(_CHANGED, theirs=found.facts)
    _check_title(found, facts)
    _stand(paper_id, facts, seen=found.version, by=by, at=at)


def paper_show(paper_id: int, *, withdrawn: bool, by: Actor, at: datetime) -> None:
    """Withdraw a paper, or put it back; pages of days on which it was shown go on showing it."""
    found = _held(paper_id)
    facts = replace(found.facts, withdrawn=withdrawn)
    if facts == found.facts:
        return
    if not withdrawn:
        _check_title(found, facts)
    _stand(paper_id, facts, seen=found.version, by=by, at=at)


def version_add(paper_id: int, version: NewVersion, *, by: Actor, at: datetime) -> None:
    """Add a version to a paper. The same file under the same label again adds nothing."""
    found = _held(paper_id)
    if found.withdrawn:
        raise NotNow(_WITHDRAWN)
    label = version.label.casefold()
    same = next((one for one in paper_versions(paper_id, at=None) if one.label.casefold() == label), None)
    if same is None:
        VERSIONS.add(at=at, paper_id=paper_id, recorded_by=by.person_id, **asdict(version))
    elif (same.content_hash, same.stage) != (version.content_hash, version.stage):
        raise RuleBroken("label", f"There is a version “{same.label}” already. Give this one another label, like V0.2")


def _held(paper_id: int) -> PaperPage:
    """A paper as it stands; others who ask so wait until this request ends."""
    if db.session.scalar(_HOLD, {"paper_id": paper_id}) is None:
        raise Missing
    return paper_page(paper_id)


def _stand(paper_id: int, facts: PaperFacts, *, seen: int | None, by: Actor, at: datetime) -> None:
    """Add the dated row, and show it today; raises `Stale` where somebody was first."""
    added = STANDINGS.add(at=at, paper_id=paper_id, recorded_by=by.person_id, **asdict(facts))
    shown = {"title": facts.title, "standing": facts.standing, "withdrawn": facts.withdrawn, "standing_id": added.id}
    if not moved(Paper, paper_id, seen={"standing_id": seen}, to=shown):
        raise Stale(_CHANGED, theirs=seen)


def _check_title(paper: PaperPage, facts: PaperFacts) -> None:
    """Raises `RuleBroken` where another paper of the same thing has the title."""
    if _id_of(paper.subject_kind, paper.subject_id, facts.title) not in (None, paper.id):
        raise _title_taken()


def _id_of(subject_kind: str, subject_id: int, title: str) -> int | None:
    """The paper of a thing that is shown under a title."""
    values = {"kind": subject_kind, "subject": subject_id, "title": title}
    found: int | None = db.session.scalar(_OF_TITLE, values)
    return found


def _title_taken() -> RuleBroken:
    return RuleBroken(
        "title",
        "There is a paper of this title already. Add the file to it as a newer version, or choose another title",
    )

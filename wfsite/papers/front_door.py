"""A paper and the thing that it hangs on, as somebody may know of them: the room of the thing says."""

from dataclasses import dataclass

from wfsite.core.actor import Actor
from wfsite.core.as_at import AsAt
from wfsite.core.contributions import PAPER_SUBJECTS, PaperSubject
from wfsite.core.errors import Missing
from wfsite.papers.queries import PaperLine, PaperPage, paper_lines, paper_or_none, paper_page
from wfsite.papers.rules import standings_read
from wfsite.web.gathering import contributions
from wfsite.web.params import today


@dataclass(frozen=True, slots=True)
class Opened:
    """A paper as it stands, its subject, and the paper as it was shown on the day asked for: None where it was not."""

    now: PaperPage
    subject: PaperSubject
    shown: PaperPage | None


def subject_of(kind: str, subject_id: int, *, seen_by: Actor) -> PaperSubject:
    """A thing that papers hang on; raises `Missing` where `seen_by` may not read it."""
    offers = [one.offer for one in contributions().of(PAPER_SUBJECTS) if one.part == kind]
    found = offers[0](subject_id, seen_by=seen_by, on=today()) if offers else None
    if found is None:
        raise Missing
    return found


def subject_to_keep(kind: str, subject_id: int, *, by: Actor) -> PaperSubject:
    """A thing to whose papers `by` may add; raises `Missing`."""
    found = subject_of(kind, subject_id, seen_by=by)
    if not (found.may_keep and found.is_member):
        raise Missing
    return found


def opened(paper_id: int, *, seen_by: Actor, when: AsAt) -> Opened:
    """A paper that `seen_by` may know of; raises `Missing`.

    Whether they may is today's question, whatever day is shown: what is confidential now was not open before. What is
    open now shows others nothing of the days on which it was not: why it was secret is no secret less.
    """
    now = paper_page(paper_id)
    subject = subject_of(now.subject_kind, now.subject_id, seen_by=seen_by)
    if now.standing not in standings_read(subject.is_member):
        raise Missing
    then = now if when.past_instant is None else paper_or_none(paper_id, at=when.past_instant)
    shown = then if then and _may_be_shown(then, subject) else None
    if shown is None and now.withdrawn and not subject.may_keep:
        raise Missing
    return Opened(now, subject, shown)


def _may_be_shown(then: PaperPage, subject: PaperSubject) -> bool:
    return then.standing in standings_read(subject.is_member) and (subject.may_keep or not then.withdrawn)


def kept(paper_id: int, *, by: Actor) -> tuple[PaperPage, PaperSubject]:
    """A paper that `by` may change, as it stands, and its subject; raises `Missing`."""
    found = paper_page(paper_id)
    return found, subject_to_keep(found.subject_kind, found.subject_id, by=by)


def papers_on(kind: str, subject_id: int, subject: PaperSubject, *, when: AsAt) -> tuple[PaperLine, ...]:
    """The papers of a thing for its own page, those only that its reader may know of."""
    return paper_lines(kind, subject_id, is_member=subject.is_member, at=when.past_instant)

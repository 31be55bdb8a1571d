"""Papers of the demo's groups: the steering group's terms of reference in two versions, and one that is exempt."""

from datetime import UTC, datetime

from flask import current_app

from wfsite.core.actor import Actor
from wfsite.core.groups import GroupKind
from wfsite.demo.people import People
from wfsite.extensions import db
from wfsite.groups.front_door import PAPERS
from wfsite.groups.models import Group, GroupTerms
from wfsite.papers.queries import PaperFacts
from wfsite.papers.rules import FileKind, Paragraph, Stage, Standing
from wfsite.papers.services import NewVersion, paper_add, version_add
from wfsite.papers.store import Store

_DRAFTED_AT = datetime(2020, 6, 15, 9, 0, tzinfo=UTC)
_AGREED_AT = datetime(2020, 9, 1, 15, 0, tzinfo=UTC)
_OFFERED_AT = datetime(2021, 1, 18, 9, 0, tzinfo=UTC)
_OFFER = "Three universities have named their price for the first year of the academy. None knows the others' yet."


def build(people: People) -> None:
    """Hang them on the steering group, as its secretary would have."""
    group_id, terms = (
        db.session.query(Group.id, GroupTerms.purpose)
        .join(GroupTerms, GroupTerms.group_id == Group.id)
        .filter(Group.kind == GroupKind.STEERING)
        .one()
    )
    secretary = Actor(people.accounts["secretary"], "", "", None, None, frozenset())
    facts = PaperFacts(title="Terms of reference", standing=Standing.OPEN, paragraph=None, reason="", withdrawn=False)
    draft = _version(f"Draft terms of reference\n\n{terms}\n", "V0.1", Stage.DRAFT, at=_DRAFTED_AT)
    paper_id = paper_add(PAPERS, group_id, facts, draft, by=secretary, at=_DRAFTED_AT)
    agreed = _version(f"Terms of reference\n\n{terms}\n\nAgreed by the group.\n", "Final", Stage.FINAL, at=_AGREED_AT)
    version_add(paper_id, agreed, by=secretary, at=_AGREED_AT)
    exempt = PaperFacts(
        title="What the universities offer for the academy",
        standing=Standing.EXEMPT,
        paragraph=Paragraph.BUSINESS,
        reason="The offers are still being compared, and each names a price.",
        withdrawn=False,
    )
    offer = _version(f"{_OFFER}\n", "Draft", Stage.DRAFT, at=_OFFERED_AT)
    paper_add(PAPERS, group_id, exempt, offer, by=secretary, at=_OFFERED_AT)


def _version(words: str, label: str, stage: Stage, *, at: datetime) -> NewVersion:
    content = words.encode()
    content_hash = Store(current_app.extensions["settings"].papers_folder).keep(content, at=at)
    return NewVersion(
        label=label, stage=stage, file_name="paper.txt", kind=FileKind.TXT, content_hash=content_hash, size=len(content)
    )

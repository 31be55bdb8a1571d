"""What somebody who may write the database may try, and what gives it away."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from tests.support.documents import Room, another_lead, approved, issued, version
from tests.support.engines import NOW
from tests.support.plans import actor
from tests.support.present import the
from wfsite.core.actor import Actor
from wfsite.core.errors import Conflict
from wfsite.extensions import db
from wfsite.issued import services
from wfsite.issued.checking import documents_checked
from wfsite.issued.content_rules import content_hash
from wfsite.issued.models import Edition, EditionStep, Link
from wfsite.issued.rendering import RENDERINGS
from wfsite.issued.rules import TEMPLATES, DocumentState, Step


@pytest.fixture
def room(context: None) -> Room:
    return Room()


@pytest.fixture
def lead(context: None) -> Actor:
    return actor("training")


@pytest.fixture
def other(context: None) -> Actor:
    return another_lead()


def change(made: int, **values: object) -> None:
    db.session.execute(update(Edition).where(Edition.id == made).values(**values))
    db.session.expire_all()


def said() -> str:
    return " ".join(documents_checked().problems)


def test_what_was_forged_with_its_hash_after_approval_is_not_issued(room: Room, lead: Actor, other: Actor) -> None:
    made = approved(room.kind, lead, other)
    forged = the(db.session.scalar(select(Edition.frozen).where(Edition.id == made))).replace(b"50%", b"90%")
    change(made, frozen=forged, content_hash=content_hash(forged))
    with pytest.raises(Conflict, match="no longer what was approved"):
        services.document_issue(made, room.kind, version=version(made), by=lead, at=NOW)
    assert "not the one that was recorded when it was approved" in said()


def test_what_was_issued_with_another_hash_than_was_approved_is_told(room: Room, lead: Actor, other: Actor) -> None:
    made = issued(room.kind, lead, other)
    db.session.execute(
        update(EditionStep)
        .where(EditionStep.edition_id == made, EditionStep.step == Step.APPROVED)
        .values(content_hash="0" * 64)
    )
    assert "not the one that was recorded when it was approved" in said()


def test_people_states_days_and_followers_that_do_not_fit_the_steps_are_told(
    room: Room, lead: Actor, other: Actor
) -> None:
    third = another_lead("worker00004")
    made = issued(room.kind, lead, other)
    before = db.session.get(Edition, made)
    as_was = {
        name: getattr(before, name) for name in ("author_id", "approved_by", "state", "issued_at", "replaced_by_id")
    }
    for forged, words in (
        ({"author_id": third.person_id}, "is not who started it"),
        ({"approved_by": third.person_id}, "is not who approved it"),
        ({"state": DocumentState.WITHDRAWN}, "is not where its steps led it"),
        ({"issued_at": NOW - timedelta(days=9)}, "is not when it was issued"),
        ({"issued_at": None, "state": DocumentState.APPROVED}, "is not when it was issued"),
        ({"replaced_by_id": made}, "is not the edition that followed it"),
    ):
        change(made, **forged)
        assert words in said(), forged
        change(made, **as_was)
        assert documents_checked().problems == ()


@pytest.mark.parametrize("step", [Step.STARTED, Step.APPROVED, Step.ISSUED])
def test_a_step_that_is_gone_is_told(room: Room, lead: Actor, other: Actor, step: Step) -> None:
    made = issued(room.kind, lead, other)
    db.session.execute(delete(EditionStep).where(EditionStep.edition_id == made, EditionStep.step == step))
    assert said()


def test_an_edition_that_was_made_a_draft_again_and_lost_its_link_is_told(
    room: Room, lead: Actor, other: Actor
) -> None:
    made = issued(room.kind, lead, other)
    db.session.execute(delete(Link).where(Link.edition_id == made))
    change(made, state=DocumentState.DRAFT, issued_at=None, frozen=None, content_hash=None, approved_by=None)
    assert "is no link of the chain" in said() and "is not where its steps led it" in said()


def test_every_version_that_may_be_named_is_drawn() -> None:
    assert set(RENDERINGS) == TEMPLATES


def test_what_cannot_be_read_is_told_and_the_rest_is_looked_at(room: Room, lead: Actor, other: Actor) -> None:
    made = issued(room.kind, lead, other)
    own = content_hash(b"no JSON")
    change(made, frozen=b"no JSON", content_hash=own)
    db.session.execute(update(EditionStep).where(EditionStep.edition_id == made).values(content_hash=own))
    first = db.session.scalar(select(Edition.id).where(Edition.issued_at.is_not(None)).order_by(Edition.id))
    change(the(first), title="Better", template="v9")
    words = said()
    assert "cannot be read" in words and "What the lists say of Better" in words
    assert "is drawn by a template that this site does not have" in words

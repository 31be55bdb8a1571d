"""The life of a document: nobody approves what they had a hand in, and what is frozen stays as it is."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from tests.rules.issued.test_content import PINNED
from tests.support.documents import (
    BUILT,
    CONTENT,
    WORDS,
    Room,
    another_lead,
    approved,
    drafted,
    issued,
    page_of,
    version,
    waiting,
)
from tests.support.engines import NOW, Site
from tests.support.plans import actor
from tests.support.present import the
from wfsite.audit.models import AuditEvent
from wfsite.core.actor import Actor
from wfsite.core.errors import Conflict, Missing, RuleBroken
from wfsite.extensions import db
from wfsite.issued import services
from wfsite.issued.checking import documents_checked
from wfsite.issued.content_rules import Words, chained, content_bytes, content_from, content_hash
from wfsite.issued.kinds import Kinds
from wfsite.issued.models import Edition, EditionStep, Link
from wfsite.issued.open_queries import editions_waiting, newest_in_force, subjects_taken
from wfsite.issued.queries import edition_page
from wfsite.issued.rules import DocumentState, Step
from wfsite.outbox.models import Notice

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def room(context: None) -> Room:
    return Room()


@pytest.fixture
def lead(context: None) -> Actor:
    return actor("training")


@pytest.fixture
def other(context: None) -> Actor:
    return another_lead()


def approve(made: int, room: Room, by: Actor, *, seen: int | None = None) -> None:
    services.document_approve(made, room.kind, version=seen or version(made), by=by, at=LATER)


def state(made: int) -> DocumentState | None:
    return db.session.scalar(select(Edition.state).where(Edition.id == made))


def told(kind: str) -> dict[int, bool]:
    rows = db.session.execute(
        select(Notice.person_id, Notice.ended_at).where(Notice.subject_kind == kind, Notice.subject_id > 4)
    )
    return {row.person_id: row.ended_at is None for row in rows}


def test_from_draft_to_issued(room: Room, lead: Actor, other: Actor) -> None:
    made = issued(room.kind, lead, other)
    found = page_of(made, room.kind, lead)
    assert [one.step for one in found.steps] == [Step.STARTED, Step.WORDS, Step.ASKED, Step.APPROVED, Step.ISSUED]
    assert (found.state, found.number, found.issued_at, found.title) == (
        DocumentState.ISSUED,
        1,
        NOW,
        "A report of tests, Quarter 1, April to June 2025",
    )
    assert found.content.words.summary == WORDS.summary and found.content.built == BUILT
    assert found.content_hash == content_hash(the(found.frozen))
    assert documents_checked().problems == ()


def test_the_same_words_and_figures_hash_alike_in_both_databases_and_after_a_restart(
    room: Room, lead: Actor, other: Actor
) -> None:
    """An edition 2 of what the test of the content pins."""
    issued(room.kind, lead, other)
    first = db.session.scalar(select(Edition).where(Edition.kind == "a-kind"))
    made = services.document_correct(the(first).id, room.kind, reason=CONTENT.place.reason, by=lead, at=NOW)
    services.document_ask(made, room.kind, version=version(made), by=lead, at=NOW)
    approve(made, room, other)
    db.session.commit()
    db.session.remove()
    db.engine.dispose()
    kept = db.session.execute(select(Edition.frozen, Edition.content_hash).where(Edition.id == made)).one()
    assert content_hash(kept.frozen) == kept.content_hash
    content = content_from(kept.frozen)
    assert content.place.replaces == the(first).content_hash
    assert content_hash(content_bytes(replace(content, place=replace(content.place, replaces="0" * 64)))) == PINNED


def test_the_author_does_not_approve_in_any_role_or_tab(room: Room, lead: Actor) -> None:
    made = waiting(room.kind, lead)
    seen = version(made)
    everything = replace(lead, roles=frozenset(type(next(iter(lead.roles)))))
    for by in (lead, everything):
        for guess in (seen, seen - 1, seen + 1):
            with pytest.raises((RuleBroken, Conflict)):
                approve(made, room, by, seen=guess)
    with pytest.raises(RuleBroken, match="somebody else must approve it"):
        approve(made, room, everything)
    assert state(made) is DocumentState.WAITING


def test_who_changed_a_word_or_took_the_figures_does_not_approve_either(room: Room, lead: Actor, other: Actor) -> None:
    made = drafted(room.kind, lead)
    services.document_words_save(made, room.kind, Words("Mine."), version=version(made), by=other, at=NOW)
    services.document_words_save(made, room.kind, WORDS, version=version(made), by=lead, at=NOW)
    services.document_ask(made, room.kind, version=version(made), by=lead, at=NOW)
    with pytest.raises(RuleBroken, match="You wrote part of this draft"):
        approve(made, room, other)
    third = another_lead("worker00004")
    services.document_take_back(made, room.kind, version=version(made), by=lead, at=NOW)
    services.document_figures_take(made, room.kind, version=version(made), by=third, at=NOW)
    services.document_ask(made, room.kind, version=version(made), by=lead, at=NOW)
    with pytest.raises(RuleBroken, match="took its figures"):
        approve(made, room, third)
    approve(made, room, another_lead("worker00005"))
    assert state(made) is DocumentState.APPROVED


def test_who_approved_and_then_changed_it_does_not_approve_again(room: Room, lead: Actor, other: Actor) -> None:
    made = approved(room.kind, lead, other)
    services.document_send_back(made, room.kind, reason="A word.", version=version(made), by=other, at=NOW)
    services.document_words_save(made, room.kind, Words("Mine."), version=version(made), by=other, at=NOW)
    services.document_ask(made, room.kind, version=version(made), by=other, at=NOW)
    with pytest.raises(RuleBroken):
        approve(made, room, other)


def test_the_database_itself_keeps_the_author_from_approving(room: Room, lead: Actor) -> None:
    made = waiting(room.kind, lead)
    with pytest.raises(IntegrityError):
        db.session.execute(update(Edition).where(Edition.id == made).values(approved_by=lead.person_id))


def test_saving_the_same_words_is_no_hand_in_them(room: Room, lead: Actor, other: Actor) -> None:
    made = drafted(room.kind, lead)
    before = version(made)
    services.document_words_save(made, room.kind, WORDS, version=before, by=other, at=NOW)
    assert version(made) == before
    services.document_ask(made, room.kind, version=before, by=lead, at=NOW)
    approve(made, room, other)


def test_what_was_read_is_what_is_approved(room: Room, lead: Actor, other: Actor) -> None:
    made = waiting(room.kind, lead)
    seen = version(made)
    services.document_take_back(made, room.kind, version=seen, by=lead, at=NOW)
    with pytest.raises(Conflict):
        approve(made, room, other, seen=seen)
    services.document_words_save(made, room.kind, Words("Another."), version=version(made), by=lead, at=NOW)
    services.document_ask(made, room.kind, version=version(made), by=lead, at=NOW)
    with pytest.raises(Conflict, match="was changed while"):
        approve(made, room, other, seen=seen)
    assert state(made) is DocumentState.WAITING


def test_nothing_moves_once_it_is_frozen(room: Room, lead: Actor, other: Actor) -> None:
    made = approved(room.kind, lead, other)
    room.built = replace(BUILT, title="Other figures")
    acts: tuple[Callable[[], object], ...] = (
        lambda: services.document_words_save(made, room.kind, Words("x"), version=version(made), by=lead, at=NOW),
        lambda: services.document_figures_take(made, room.kind, version=version(made), by=lead, at=NOW),
        lambda: services.document_ask(made, room.kind, version=version(made), by=lead, at=NOW),
        lambda: services.document_take_back(made, room.kind, version=version(made), by=lead, at=NOW),
    )
    for act in acts:
        with pytest.raises(Conflict, match="Nothing has been changed"):
            act()
    services.document_issue(made, room.kind, version=version(made), by=lead, at=NOW)
    found = page_of(made, room.kind, lead)
    assert found.content.built == BUILT and found.title.startswith("A report of tests")
    with pytest.raises(Conflict, match="never changes"):
        services.document_send_back(made, room.kind, reason="x", version=version(made), by=other, at=NOW)


def test_a_draft_takes_new_figures_and_keeps_its_words(room: Room, lead: Actor) -> None:
    made = drafted(room.kind, lead)
    room.built = replace(BUILT, about="Quarter 2")
    services.document_figures_take(made, room.kind, version=version(made), by=lead, at=LATER)
    found = page_of(made, room.kind, lead)
    assert (found.content.built.about, found.figures_at) == ("Quarter 2", LATER)
    assert found.content.words.summary == WORDS.summary


def test_a_correction_is_a_new_edition_and_the_old_one_says_so(room: Room, lead: Actor, other: Actor) -> None:
    first = issued(room.kind, lead, other)
    before = page_of(first, room.kind, lead)
    with pytest.raises(RuleBroken, match="Say what was wrong"):
        services.document_correct(first, room.kind, reason=" ", by=lead, at=NOW)
    second = services.document_correct(first, room.kind, reason="A sum was wrong.", by=lead, at=LATER)
    assert services.document_correct(first, room.kind, reason="A sum was wrong.", by=lead, at=LATER) == second
    for by, reason in ((other, "A sum was wrong."), (lead, "Again.")):
        with pytest.raises(Conflict, match="Edition 2 is being made already"):
            services.document_correct(first, room.kind, reason=reason, by=by, at=LATER)
    assert services.document_start(room.kind, "2025-q1", by=other, at=LATER) == second
    services.document_ask(second, room.kind, version=version(second), by=lead, at=LATER)
    approve(second, room, other)
    services.document_issue(second, room.kind, version=version(second), by=lead, at=LATER)
    old, new = page_of(first, room.kind, actor("viewer")), page_of(second, room.kind, actor("viewer"))
    assert (old.frozen, old.content_hash) == (before.frozen, before.content_hash)
    assert (the(old.replaced_by).id, the(old.replaced_by).number, the(new.replaces).id) == (second, 2, first)
    assert new.content.place.replaces == old.content_hash and new.content.place.reason == "A sum was wrong."
    with pytest.raises(Conflict, match="taken its place"):
        services.document_correct(first, room.kind, reason="x", by=lead, at=LATER)
    with pytest.raises(Conflict, match="has been issued"):
        services.document_start(room.kind, "2025-q1", by=lead, at=LATER)
    assert documents_checked().problems == ()


def test_who_wrote_the_words_of_an_edition_does_not_approve_its_correction(
    room: Room, lead: Actor, other: Actor
) -> None:
    """Its words are theirs still, whoever started it."""
    first = issued(room.kind, lead, other)
    second = services.document_correct(first, room.kind, reason="A sum was wrong.", by=other, at=LATER)
    services.document_ask(second, room.kind, version=version(second), by=other, at=LATER)
    assert {lead.person_id, other.person_id} == page_of(second, room.kind, lead).hands
    assert lead.person_id not in told("document-waits")
    assert not editions_waiting(lead, [room.kind], most=5).shown
    with pytest.raises(RuleBroken, match="You wrote part of this draft"):
        approve(second, room, lead)
    third = another_lead("worker00004")
    assert [one.id for one in editions_waiting(third, [room.kind], most=5).shown] == [second]
    approve(second, room, third)
    services.document_issue(second, room.kind, version=version(second), by=other, at=LATER)
    assert documents_checked().problems == ()
    db.session.execute(update(Edition).where(Edition.id == second).values(approved_by=lead.person_id))
    assert any("somebody with a hand in it" in words for words in documents_checked().problems)


def test_sent_back_with_a_reason(room: Room, lead: Actor, other: Actor) -> None:
    made = waiting(room.kind, lead)
    with pytest.raises(RuleBroken, match="Say what has to change"):
        services.document_send_back(made, room.kind, reason="", version=version(made), by=other, at=NOW)
    seen = version(made)
    for _ in range(2):
        services.document_send_back(made, room.kind, reason="Too long.", version=seen, by=other, at=NOW)
    found = page_of(made, room.kind, lead)
    assert (found.state, found.newest.reason, found.frozen) == (DocumentState.DRAFT, "Too long.", None)


def test_a_withdrawn_edition_stays_readable_and_a_draft_that_is_given_up_does_not(
    room: Room, lead: Actor, other: Actor
) -> None:
    made = issued(room.kind, lead, other)
    services.document_withdraw(made, room.kind, reason="It was wrong.", version=version(made), by=other, at=LATER)
    found = page_of(made, room.kind, actor("viewer"))
    assert (found.state, found.newest.reason) == (DocumentState.WITHDRAWN, "It was wrong.")
    second = services.document_correct(made, room.kind, reason="Put right.", by=lead, at=LATER)
    services.document_withdraw(second, room.kind, reason="No.", version=version(second), by=lead, at=LATER)
    with pytest.raises(Missing):
        page_of(second, room.kind, actor("viewer"))
    third = services.document_correct(made, room.kind, reason="Put right.", by=lead, at=LATER)
    assert page_of(third, room.kind, lead).number == 2
    assert documents_checked().problems == ()


def test_every_act_twice_is_once(room: Room, lead: Actor, other: Actor) -> None:
    made = drafted(room.kind, lead)
    acts = (
        (services.document_figures_take, lead),
        (services.document_ask, lead),
        (services.document_approve, other),
        (services.document_issue, lead),
    )
    for act, by in acts:
        seen = version(made)
        for _ in range(2):
            act(made, room.kind, version=seen, by=by, at=NOW)
        assert version(made) == seen + 1
    assert db.session.query(Link).filter_by(edition_id=made).count() == 1


def test_who_may_not(room: Room, lead: Actor, other: Actor) -> None:
    made, staff = waiting(room.kind, lead), actor("staff")
    with pytest.raises(Missing):
        services.document_start(room.kind, "2025-q1", by=staff, at=NOW)
    with pytest.raises(Missing):
        approve(made, room, staff)
    with pytest.raises(Missing):
        page_of(made, room.kind, staff)
    with pytest.raises(RuleBroken):
        services.document_start(room.kind, "2031-q1", by=lead, at=NOW)
    with pytest.raises(Missing):
        services.document_ask(2**31 - 1, room.kind, version=1, by=lead, at=NOW)


def test_readers_are_told_who_approved_and_not_how_it_was_drafted(room: Room, lead: Actor, other: Actor) -> None:
    made = waiting(room.kind, lead)
    services.document_send_back(made, room.kind, reason="Between us.", version=version(made), by=other, at=NOW)
    services.document_ask(made, room.kind, version=version(made), by=lead, at=NOW)
    approve(made, room, other)
    services.document_issue(made, room.kind, version=version(made), by=lead, at=NOW)
    steps = [one.step for one in page_of(made, room.kind, actor("viewer")).steps]
    assert steps == [Step.STARTED, Step.APPROVED, Step.ISSUED]


def test_what_was_issued_is_read_without_the_room_that_made_it(room: Room, lead: Actor, other: Actor) -> None:
    made = issued(room.kind, lead, other)
    db.session.expire_all()
    assert edition_page(made, seen_by=actor("viewer"), kinds=Kinds()).content.built == BUILT


def test_who_is_told(room: Room, lead: Actor, other: Actor) -> None:
    made = waiting(room.kind, lead)
    people = told("document-waits")
    assert people[other.person_id] and lead.person_id not in people
    services.document_send_back(made, room.kind, reason="x", version=version(made), by=other, at=NOW)
    assert told("document-answered") == {lead.person_id: True} and not any(told("document-waits").values())
    services.document_ask(made, room.kind, version=version(made), by=lead, at=NOW)
    approve(made, room, other)
    services.document_issue(made, room.kind, version=version(made), by=lead, at=NOW)
    assert not any(told("document-waits").values()) and not any(told("document-answered").values())


def test_the_history_names_the_hash_and_does_not_repeat_the_text(room: Room, lead: Actor, other: Actor) -> None:
    made = issued(room.kind, lead, other)
    changes = db.session.scalars(
        select(AuditEvent.changes).where(AuditEvent.subject == "issued_edition", AuditEvent.subject_id == str(made))
    ).all()
    own = db.session.scalar(select(Edition.content_hash).where(Edition.id == made))
    assert WORDS.summary[:10] not in str(changes)
    assert [None, own] in [change.get("content_hash") for change in changes]
    assert {change["frozen"][1] for change in changes if "frozen" in change} == {None, "(bytes)"}


@pytest.mark.only("sqlite")
def test_lists_and_tasks_are_read_by_an_index_however_many_editions_there_are(
    site: Site, lead: Actor, room: Room
) -> None:
    first = {column.name: getattr(db.session.get(Edition, 1), column.key) for column in Edition.__table__.columns}
    db.session.execute(
        insert(Edition),
        [first | {"id": 10_000 + n, "subject": f"walk-{n}", "replaced_by_id": None} for n in range(4000)],
    )
    db.session.execute(text("ANALYZE"))
    asked = []

    def heard(_connection: object, _cursor: object, statement: str, values: Any, *_more: object) -> None:
        asked.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", heard)
    try:
        editions_waiting(lead, [room.kind], most=5)
        subjects_taken([("quarter-attendance", "2025-q1"), ("a-kind", "2025-q2")])
        newest_in_force(lead, most=5)
        page_of(1, room.kind, lead)
    finally:
        event.remove(db.engine, "before_cursor_execute", heard)
    for statement, values in asked:
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
        assert not [row for row in plan if row[3].startswith("SCAN issued_edition") and "being_made" not in row[3]], (
            statement,
            plan,
        )


# What somebody who may write the database may try, and what gives it away.
def test_a_changed_text_is_told(room: Room, lead: Actor, other: Actor) -> None:
    made = issued(room.kind, lead, other)
    frozen = db.session.scalar(select(Edition.frozen).where(Edition.id == made))
    forged = the(frozen).replace(b"50%", b"90%")
    db.session.execute(update(Edition).where(Edition.id == made).values(frozen=forged))
    (problem,) = documents_checked().problems
    assert "is not what was approved" in problem
    own = content_hash(forged)
    db.session.execute(update(Edition).where(Edition.id == made).values(content_hash=own))
    assert any("not the one that was recorded" in words for words in documents_checked().problems)
    db.session.execute(update(EditionStep).where(EditionStep.edition_id == made).values(content_hash=own))
    (problem,) = documents_checked().problems
    assert "chain of issued reports is broken" in problem


def test_who_rewrites_everything_is_only_given_away_by_a_copy(room: Room, lead: Actor, other: Actor) -> None:
    """What the hash does not prove, said in docs: the chain's newest hash must be kept somewhere else."""
    made = issued(room.kind, lead, other)
    before = documents_checked().newest
    link = the(db.session.scalar(select(Link).where(Link.edition_id == made)))
    frozen = the(db.session.scalar(select(Edition.frozen).where(Edition.id == made))).replace(b"50%", b"90%")
    own = content_hash(frozen)
    db.session.execute(update(Edition).where(Edition.id == made).values(frozen=frozen, content_hash=own))
    db.session.execute(update(EditionStep).where(EditionStep.edition_id == made).values(content_hash=own))
    earlier = db.session.scalar(select(Link.chain_hash).where(Link.number == link.number - 1)) or ""
    chain = chained(earlier, own)
    db.session.execute(update(Link).where(Link.edition_id == made).values(content_hash=own, chain_hash=chain))
    found = documents_checked()
    assert found.problems == () and found.newest != before


def test_what_was_approved_and_changed_before_it_was_issued_is_not_issued(
    room: Room, lead: Actor, other: Actor
) -> None:
    made = approved(room.kind, lead, other)
    db.session.execute(update(Edition).where(Edition.id == made).values(frozen=b"{}"))
    db.session.expire_all()
    with pytest.raises(Conflict, match="no longer what was approved"):
        services.document_issue(made, room.kind, version=version(made), by=lead, at=NOW)


def test_an_approver_with_a_hand_in_it_a_title_and_a_lost_link_are_told(room: Room, lead: Actor, other: Actor) -> None:
    made = issued(room.kind, lead, other)
    db.session.execute(
        update(EditionStep)
        .where(EditionStep.edition_id == made, EditionStep.step == Step.WORDS)
        .values(recorded_by=other.person_id)
    )
    db.session.execute(update(Edition).where(Edition.id == made).values(title="Better"))
    db.session.execute(delete(Link).where(Link.edition_id == made))
    said = " ".join(documents_checked().problems)
    assert "approved by nobody else" in said and "What the lists say" in said and "no link of the chain" in said


def test_editing_and_approving_at_the_same_moment(site: Site) -> None:
    """Either the approval comes first, and the draft is not changed; or the change does, and nobody approves unread."""
    with site.app.app_context():
        room, lead, other = Room(), actor("training"), another_lead()
        made = waiting(room.kind, lead)
        seen = version(made)
        db.session.commit()
    start, done = threading.Barrier(2), []

    def act(do: Callable[[], None]) -> None:
        with site.app.app_context():
            start.wait()
            try:
                do()
                db.session.commit()
                done.append(do)
            except Conflict:
                db.session.rollback()
            finally:
                db.session.remove()

    def approves() -> None:
        services.document_approve(made, room.kind, version=seen, by=other, at=NOW)

    def takes_back() -> None:
        services.document_take_back(made, room.kind, version=seen, by=lead, at=NOW)

    threads = [threading.Thread(target=act, args=(do,)) for do in (approves, takes_back)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with site.app.app_context():
        assert len(done) == 1
        assert state(made) is (DocumentState.APPROVED if done == [approves] else DocumentState.DRAFT)
        assert db.session.scalar(text("SELECT count(*) FROM issued_step WHERE edition_id = :id"), {"id": made}) == 4

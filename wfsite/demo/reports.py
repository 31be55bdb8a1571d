"""Reports of the demo council: two quarters issued, one that waits for approval, one that is being corrected."""

from datetime import datetime, timedelta

from wfsite.core.actor import Actor
from wfsite.core.permissions import Role
from wfsite.demo.people import People
from wfsite.demo.rows import add_plain_rows
from wfsite.extensions import db
from wfsite.issued import services
from wfsite.issued.content_rules import Words
from wfsite.issued.models import Edition
from wfsite.people.models import Person, RoleGrant
from wfsite.training.reports.issuing import attendance_report, quarters_ended

_SUMMARY = (
    "Most of those who booked came. Where people stayed away without a word, it was seldom the same people twice.\n\n"
    "The group is asked to note the figures, and to speak with the two agencies whose people missed the most places."
)
_ON_AGENCIES = "Schools send more people than a year ago. Their places are given up late more often than others’."
_NEW_SUMMARY = "Two registers were closed after the report was issued. Their marks are counted now."
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


def build(people: People, *, at: datetime) -> None:
    """Write, approve and issue as people would, by the site's own services; a second training lead approves."""
    lead = _actor(people.accounts["training"])
    other = _actor(_second_lead(people))
    last, before, oldest = (subject for subject, _ in quarters_ended(at=at)[:3])
    first = _issued(oldest, lead, other, at=at - 40 * _DAY)
    _issued(before, lead, other, at=at - 6 * _DAY)
    _waiting(last, other, at=at - 2 * _DAY)
    _corrected(first, lead, at=at - _DAY)


def _second_lead(people: People) -> int:
    """Somebody of the workforce development team, who gets the role of a training lead beside their own."""
    team = people.teams["Workforce development"]
    person_id = next(worker.id for worker in people.workers if worker.team_id == team)
    add_plain_rows(RoleGrant, [{"person_id": person_id, "role": Role.TRAINING_LEAD}])
    return person_id


def _actor(person_id: int) -> Actor:
    person = db.session.get_one(Person, person_id)
    roles = frozenset({Role.TRAINING_LEAD})
    return Actor(person.id, person.name, person.email, person.agency_id, person.team_id, roles)


def _version(edition_id: int) -> int:
    return db.session.get_one(Edition, edition_id).version


def _waiting(subject: str, by: Actor, *, at: datetime) -> int:
    """A draft with its words that waits for approval."""
    kind = attendance_report()
    made = services.document_start(kind, subject, by=by, at=at)
    words = Words(_SUMMARY, {"agencies": _ON_AGENCIES})
    services.document_words_save(made, kind, words, version=_version(made), by=by, at=at + _HOUR)
    services.document_ask(made, kind, version=_version(made), by=by, at=at + 2 * _HOUR)
    return made


def _issued(subject: str, by: Actor, approver: Actor, *, at: datetime) -> int:
    kind, made = attendance_report(), _waiting(subject, by, at=at)
    services.document_approve(made, kind, version=_version(made), by=approver, at=at + 5 * _HOUR)
    services.document_issue(made, kind, version=_version(made), by=by, at=at + 6 * _HOUR)
    return made


def _corrected(edition_id: int, by: Actor, *, at: datetime) -> None:
    """The draft of a second edition."""
    kind = attendance_report()
    reason = "Two registers were closed late, so the first edition did not count them."
    made = services.document_correct(edition_id, kind, reason=reason, by=by, at=at)
    words = Words(f"{_NEW_SUMMARY}\n\n{_SUMMARY}", {"agencies": _ON_AGENCIES})
    services.document_words_save(made, kind, words, version=_version(made), by=by, at=at + _HOUR)

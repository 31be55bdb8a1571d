"""What tests of the plan need: actors, ids, and a spreadsheet taken through the importer."""

from datetime import date, datetime

from sqlalchemy import select

from tests.support.engines import NOW
from wfsite.core.actor import Actor, Seat
from wfsite.core.clock import london_date
from wfsite.core.permissions import Role
from wfsite.db.base import table_of
from wfsite.demo.people import DOMAIN
from wfsite.extensions import db
from wfsite.groups.seat_queries import with_seats
from wfsite.imports import queries as import_queries
from wfsite.imports import services as import_services
from wfsite.people.models import Person, RoleGrant
from wfsite.sheets.reading import read_table
from wfsite.steering.plans import services
from wfsite.steering.plans.models import Action, Plan, Theme
from wfsite.steering.plans.sheets import COLUMNS

TODAY = london_date(NOW)


def actor(account: str) -> Actor:
    """The person behind a demo account, with their roles and today's seats."""
    person = db.session.execute(
        select(Person.id, Person.name, Person.email, Person.agency_id, Person.team_id).where(
            Person.email == f"{account}@{DOMAIN}"
        )
    ).one()
    roles = db.session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == person.id))
    return Actor(*person, frozenset(Role(role) for role in roles), seats=seats_of_person(person.id))


def seats_of_person(person_id: int, *, on: date = TODAY) -> tuple[Seat, ...]:
    """The seats that somebody holds on a day, as who acts is loaded with them."""
    found = db.session.execute(with_seats(select(Person.id), table_of(Person).c.id), {"on": on}).all()
    rows = [row for row in found if row.id == person_id and row.seat_group_id]
    return tuple(Seat(row.seat_group_id, row.seat_kind, row.seat_role) for row in rows)


def action_id(reference: str, *, year: int = 2025) -> int:
    """The id of an action by its reference."""
    found = db.session.scalar(
        select(Action.id)
        .join(Theme, Theme.id == Action.theme_id)
        .join(Plan, Plan.id == Theme.plan_id)
        .where(Plan.year == year, Action.reference == reference)
    )
    assert found
    return found


def version_of(of_action: int) -> int:
    """The version that a form would carry now."""
    found = db.session.scalar(select(Action.version).where(Action.id == of_action))
    assert found
    return found


def rag_update(of_action: int, rag, note="Why", route="How", *, version=None, by="secretary", at=NOW):
    """Record a status as somebody would."""
    return services.rag_update_add(
        of_action,
        rag=rag,
        note=note,
        route_to_green=route,
        version=version or version_of(of_action),
        by=actor(by),
        at=at,
        on=london_date(at),
    )


def upload(content: bytes, *, name: str = "plan.csv", year: int = 2025, at: datetime = NOW):
    """Keep a file as the upload page does; returns its id and what it would do."""
    by = actor("secretary").person_id
    table = read_table(name, content, COLUMNS)
    upload_id = import_services.upload_add(table, kind="plan", target_id=year, file_name=name, by=by, at=at)
    found = import_queries.upload_file(upload_id)
    return upload_id, import_queries.upload_checked("plan", found.content, target_id=year)


def confirm(upload_id: int, fingerprint: str, *, at: datetime = NOW) -> None:
    """Confirm an upload as the secretary."""
    by = actor("secretary").person_id
    import_services.upload_confirm(upload_id, kind="plan", fingerprint=fingerprint, by=by, at=at)

"""Writes of people and structure on both engines: races, replays, the last administrator, trees without circles."""

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select

from tests.support.engines import Site
from tests.support.present import the
from tests.support.waiting import second_of_two
from wfsite.core.actor import Actor
from wfsite.core.errors import Conflict, Missing, RuleBroken, Stale
from wfsite.core.permissions import Role
from wfsite.extensions import db
from wfsite.people import queries, services
from wfsite.people import structure_services as structure
from wfsite.people.models import Agency, Person, RoleGrant, Team
from wfsite.people.rules import AgencyKind
from wfsite.people.services import PersonFacts

pytestmark = pytest.mark.usefixtures("context")

FACTS = PersonFacts(name="Ada New", email="ada@example.org", roles=frozenset({Role.STAFF}))


def _id(account: str) -> int:
    return the(db.session.scalar(select(Person.id).where(Person.email == f"{account}@demo.example")))


def _actor(account: str = "admin") -> Actor:
    return Actor(_id(account), "Sam Whitlock", f"{account}@demo.example", None, None, frozenset({Role.ADMINISTRATOR}))


def test_the_same_person_twice_is_one() -> None:
    assert services.person_add(FACTS) == services.person_add(FACTS)
    with pytest.raises(RuleBroken) as refused:
        services.person_add(PersonFacts(name="Somebody Else", email="ada@example.org"))
    assert refused.value.messages == {"email": "That email already has an account"}


def _together(site: Site, *acts: Callable[[], object]) -> list[str]:
    """Run acts at once, each in a context of its own; returns how each ended."""
    ends, start = [], threading.Barrier(len(acts))

    def one(act: Callable[[], object]) -> None:
        with site.app.app_context():
            start.wait()
            try:
                act()
                db.session.commit()
                ends.append("done")
            except (RuleBroken, Conflict) as error:
                db.session.rollback()
                ends.append(type(error).__name__)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ends)


def test_two_who_add_one_address_at_once_make_one_person(site: Site) -> None:
    db.session.rollback()
    names = [PersonFacts(name=f"Person {n}", email="race@example.org") for n in range(4)]
    ends = _together(site, *(lambda facts=facts: services.person_add(facts) for facts in names))
    assert ends == ["RuleBroken"] * 3 + ["done"]


def test_two_administrators_who_remove_each_other_leave_one(site: Site) -> None:
    for account in ("chair", "survey"):
        db.session.add(RoleGrant(person_id=_id(account), role=Role.ADMINISTRATOR))
    db.session.flush()
    services.person_disable(_id("admin"), by=_actor("chair"), at=site.clock())
    chair, survey, at = _actor("chair"), _actor("survey"), site.clock()
    db.session.commit()
    ends = _together(
        site,
        lambda: services.person_disable(survey.person_id, by=chair, at=at),
        lambda: services.person_disable(chair.person_id, by=survey, at=at),
    )
    assert ends == ["NotNow", "done"]


def test_the_second_of_two_administrators_waits_and_is_refused(site: Site) -> None:
    for account in ("chair", "survey"):
        db.session.add(RoleGrant(person_id=_id(account), role=Role.ADMINISTRATOR))
    db.session.flush()
    services.person_disable(_id("admin"), by=_actor("chair"), at=site.clock())
    chair, survey, at = _actor("chair"), _actor("survey"), site.clock()
    db.session.commit()
    end = second_of_two(
        site,
        lambda: services.person_disable(survey.person_id, by=chair, at=at),
        lambda: services.person_disable(chair.person_id, by=survey, at=at),
    )
    assert end == "NotNow"


def test_the_last_administrator_keeps_the_role(site: Site) -> None:
    page = queries.person_page(_id("admin"))
    facts = PersonFacts(name=page.name, email=page.email, agency_id=page.agency_id, roles=frozenset({Role.STAFF}))
    with pytest.raises(RuleBroken, match="last administrator"):
        services.person_edit(_id("admin"), facts, version=page.version, by=_actor("chair"))
    with pytest.raises(Conflict, match="last administrator"):
        services.person_disable(_id("admin"), by=None, at=site.clock())


def test_a_stale_edit_is_a_conflict_and_a_repeated_one_is_not() -> None:
    person_id = services.person_add(FACTS)
    changed = PersonFacts(name="Ada Newer", email=FACTS.email, roles=FACTS.roles)
    services.person_edit(person_id, changed, version=1, by=_actor())
    services.person_edit(person_id, changed, version=1, by=_actor())
    with pytest.raises(Stale) as conflict:
        services.person_edit(person_id, FACTS, version=1, by=_actor())
    assert conflict.value.theirs.name == "Ada Newer"


def test_an_address_cannot_be_taken_over() -> None:
    person_id = services.person_add(FACTS)
    taken = PersonFacts(name="Ada New", email="staff@demo.example")
    with pytest.raises(RuleBroken, match="already has an account"):
        services.person_edit(person_id, taken, version=1, by=_actor())


def test_closed_places_stay_with_those_who_have_them() -> None:
    person_id = _id("staff")
    page = queries.person_page(person_id)
    structure.set_team_open(the(page.team_id), False)
    facts = PersonFacts(name="New Name", email=page.email, agency_id=page.agency_id, team_id=page.team_id)
    services.person_edit(person_id, facts, version=page.version, by=_actor())
    with pytest.raises(RuleBroken, match="Choose the team from the list"):
        services.person_add(PersonFacts(name="A", email="a@b.org", agency_id=page.agency_id, team_id=page.team_id))


def test_missing() -> None:
    with pytest.raises(Missing):
        services.person_disable(10**6, by=None, at=_now())
    for act in (structure.set_agency_open, structure.set_team_open, structure.set_profession_open):
        with pytest.raises(Missing):
            act(10**6, True)


def _now() -> datetime:
    from tests.support.engines import NOW

    return NOW


def _council() -> int:
    return the(db.session.scalar(select(Agency.id).where(Agency.name == "Alderbrook Council")))


def test_names_are_taken_however_they_are_written() -> None:
    with pytest.raises(RuleBroken, match="An agency with this name"):
        structure.agency_add("ALDERBROOK  council", AgencyKind.COUNCIL)
    first = structure.agency_add("Ó Briain Trust", AgencyKind.VOLUNTARY)
    assert structure.agency_add("Ó Briain Trust", AgencyKind.VOLUNTARY) == first
    with pytest.raises(RuleBroken):
        structure.agency_add("o briain trust", AgencyKind.VOLUNTARY)
    structure.agency_edit(first, "Ó BRIAIN Trust", AgencyKind.HEALTH, version=1)
    with pytest.raises(Conflict):
        structure.agency_edit(first, "Another", AgencyKind.HEALTH, version=1)


def test_teams_are_a_tree() -> None:
    council = _council()
    area = structure.team_add(council, None, "New area")
    team = structure.team_add(council, area, "New team")
    inner = structure.team_add(council, team, "Inner team")
    for parent in (area, team, inner):
        with pytest.raises(RuleBroken, match="cannot be part of itself"):
            structure.team_edit(area, parent, "New area", version=1)
    police = the(db.session.scalar(select(Agency.id).where(Agency.name == "Alder Valley Police")))
    with pytest.raises(RuleBroken, match="same agency"):
        structure.team_add(police, area, "Elsewhere")
    with pytest.raises(Conflict, match="still open"):
        structure.set_team_open(team, False)
    structure.set_team_open(inner, False)
    structure.set_team_open(team, False)
    with pytest.raises(Conflict, match="New team is closed"):
        structure.set_team_open(inner, True)


def test_two_moves_at_once_close_no_circle(site: Site) -> None:
    council = _council()
    one, two = structure.team_add(council, None, "One"), structure.team_add(council, None, "Two")
    db.session.commit()
    ends = _together(
        site,
        lambda: structure.team_edit(one, two, "One", version=1),
        lambda: structure.team_edit(two, one, "Two", version=1),
    )
    assert ends == ["RuleBroken", "done"]
    parents = dict(db.session.execute(select(Team.id, Team.parent_id).where(Team.id.in_([one, two]))).all())
    assert sorted(parents.values(), key=bool)[0] is None

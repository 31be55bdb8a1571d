"""What reaches a group is for who sits on that very group, today, while there is one: every such endpoint, by requests.

The endpoints are found by their stamps, so that a new page of a group is tested the moment it exists.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from tests.support.client import Browser
from tests.support.engines import NOW, Site
from tests.support.groups import STEERING, TRAINING, add_group, sit
from tests.support.routes import Route, routes, stamp_of
from wfsite.core.actor import Actor
from wfsite.core.clock import london_date
from wfsite.core.groups import GroupRole
from wfsite.core.permissions import Permission, Reach, hats_with
from wfsite.extensions import db
from wfsite.groups.models import Group

TODAY = london_date(NOW)
DAY = timedelta(days=1)
# Whoever sits here has no role besides that reaches a group.
ACCOUNT = "staff"
# What no group owns: a list that shows each person their own groups.
OF_NO_GROUP = {"groups.group_list"}


def _of_groups(site: Site) -> list[tuple[Route, Any]]:
    """The routes whose permission a seat can give, with paths to rows of the demo's steering group."""
    found = []
    for route in routes(site.app):
        stamp = stamp_of(site.app, route.endpoint)
        if stamp.permission and hats_with(stamp.permission):
            found.append((route, stamp))
    assert {stamp.permission for _, stamp in found} >= {Permission.GROUP_MANAGE, Permission.PLAN_IMPORT}
    return found


def _seated(site: Site, *seats: Callable[[], object]) -> Browser:
    """A browser of somebody who sits on these groups; the seats are made in the site's context."""
    with site.app.app_context():
        for seat in seats:
            seat()
        db.session.commit()
        db.session.remove()
    return Browser(site, ACCOUNT)


def _status(browser: Browser, route: Route) -> int:
    data = {"csrf_token": browser.token()} if route.method == "POST" else None
    return int(browser.client.open(route.path, method=route.method, data=data).status_code)


def _other_steering_group() -> None:
    sit(ACCOUNT, add_group("Another steering group"))


@pytest.mark.parametrize("role", [GroupRole.SECRETARY, GroupRole.CHAIR, GroupRole.DEPUTY, GroupRole.MEMBER])
def test_a_seat_reaches_what_its_role_gives_for_its_own_group(site: Site, role: GroupRole) -> None:
    found = _of_groups(site)
    browser = _seated(site, lambda: sit(ACCOUNT, STEERING, role))
    wrong = []
    for route, stamp in found:
        status = _status(browser, route)
        admitted = role.hat in hats_with(stamp.permission) and Reach.GROUP.covers(stamp.reach)
        refused = status in (403, 404)
        if refused == admitted or status >= 500:
            wrong.append((route.method, route.path, status))
    assert wrong == []


@pytest.mark.parametrize(
    "seat",
    [_other_steering_group, lambda: sit(ACCOUNT, TRAINING)],
    ids=["another of the kind", "a group of another kind"],
)
def test_a_secretary_of_another_group_reaches_nothing_of_this_one(site: Site, seat: Callable[[], object]) -> None:
    found = _of_groups(site)
    browser = _seated(site, seat)
    assert _leaks(browser, found) == []


def _leaks(browser: Browser, found: list[tuple[Route, Any]]) -> list[tuple[str, str, int]]:
    """What was not refused: as missing where the row is another group's, as forbidden where no seat suffices."""
    statuses = [(route, stamp, _status(browser, route)) for route, stamp in found if route.endpoint not in OF_NO_GROUP]
    return [
        (route.method, route.endpoint, status)
        for route, stamp, status in statuses
        if status != (404 if Reach.GROUP.covers(stamp.reach) else 403)
    ]


def test_the_leak_is_found_where_any_seat_would_do_for_every_group(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    found = _of_groups(site)
    browser = _seated(site, _other_steering_group)
    kept = Actor.__post_init__

    def everywhere(actor: Actor) -> None:
        every = tuple(replace(seat, group_id=group) for seat in actor.seats for group in range(1, 10))
        object.__setattr__(actor, "seats", every)
        kept(actor)

    monkeypatch.setattr(Actor, "__post_init__", everywhere)
    leaks = {endpoint for _, endpoint, _ in _leaks(browser, found)}
    asked = {route.endpoint for route, stamp in found if Reach.GROUP.covers(stamp.reach)} - OF_NO_GROUP
    assert leaks == asked


def _ended_group() -> None:
    sit(ACCOUNT, STEERING)
    db.session.execute(update(Group).where(Group.id == STEERING).values(ended_on=TODAY))


@pytest.mark.parametrize(
    "seat",
    [
        lambda: sit(ACCOUNT, STEERING, to_on=TODAY),
        lambda: sit(ACCOUNT, STEERING, from_on=TODAY + DAY),
        lambda: sit(ACCOUNT, STEERING, from_on=TODAY + DAY, to_on=TODAY),
        _ended_group,
    ],
    ids=["ended today", "begins tomorrow", "ended before it began", "the group has ended"],
)
def test_a_seat_that_is_not_held_today_gives_nothing(site: Site, seat: Callable[[], object]) -> None:
    found = _of_groups(site)
    browser = _seated(site, seat)
    assert {_status(browser, route) for route, _ in found} == {403}


@pytest.mark.parametrize(("from_on", "to_on"), [(TODAY, None), (date(2020, 1, 1), TODAY + DAY)])
def test_a_seat_is_held_from_its_first_day_to_the_day_before_its_end(
    site: Site, from_on: date, to_on: date | None
) -> None:
    browser = _seated(site, lambda: sit(ACCOUNT, STEERING, from_on=from_on, to_on=to_on))
    browser.get("/steering/plan/import")
    site.clock.at += DAY
    browser = Browser(site, ACCOUNT)
    browser.get("/steering/plan/import", expect=200 if to_on is None else 403)


def test_the_other_groups_secretary_is_offered_no_door_that_is_closed(site: Site) -> None:
    browser = _seated(site, lambda: sit(ACCOUNT, TRAINING))
    refused = []
    for url in ("/", "/steering", "/steering/plan", "/training", "/admin/groups", f"/admin/groups/{TRAINING}/members"):
        page = browser.get(url)
        addresses = {a["href"].partition("#")[0] for a in page.all("a") if a["href"].startswith("/")}
        assert "/steering/plan/import" not in addresses
        refused += [(url, one) for one in addresses if one and browser.client.get(one).status_code >= 400]
    assert refused == []


def test_reading_like_an_officer_needs_no_group(site: Site) -> None:
    """Who was given the role without a seat reads the plan, and changes nothing."""
    browser = Browser(site, "secretary")
    with site.app.app_context():
        db.session.execute(update(Group).values(ended_on=TODAY))
        db.session.commit()
        db.session.remove()
    browser.get("/steering/plan")
    browser.get("/steering/plan/import", expect=403)

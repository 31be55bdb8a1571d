"""Who may open what: the table, the guard and real requests agree, for every route that exists."""

import pytest
from sqlalchemy import delete, select

from tests.support.client import Browser
from tests.support.engines import Site
from tests.support.routes import ROLES, routes, stamp_admits, stamp_of
from tests.support.statements import Statements
from wfsite.core.permissions import GRANTS, SIGNED_IN, Permission, Role
from wfsite.demo.people import DOMAIN
from wfsite.extensions import db
from wfsite.people.models import Person, RoleGrant


def test_every_endpoint_carries_a_stamp(site: Site) -> None:
    missing = [name for name, view in site.app.view_functions.items() if not hasattr(view, "stamp")]
    assert missing == []


def test_an_unstamped_view_is_closed(site: Site) -> None:
    app = site.app
    view = app.view_functions["home.healthz"]
    app.view_functions["home.healthz"] = lambda: "open to all"
    try:
        Browser(site, "admin").get("/healthz", expect=403)
    finally:
        app.view_functions["home.healthz"] = view


def test_every_permission_is_granted_to_somebody_and_asked_for_somewhere(site: Site) -> None:
    granted = {permission for grants in GRANTS.values() for permission in grants}
    asked = {stamp_of(site.app, endpoint).permission for endpoint in site.app.view_functions} - {None}
    assert granted == set(Permission)
    assert asked == set(Permission)
    assert set(GRANTS) == set(Role)
    for grants in GRANTS.values():
        assert grants.items() >= SIGNED_IN.items(), "the table that is printed says it of every role"


@pytest.mark.parametrize("account", ROLES)
def test_real_requests_equal_the_table(site: Site, account: str) -> None:
    browser = Browser(site, account)
    wrong = []
    for route in routes(site.app):
        if route.endpoint == "people.sign_out":
            continue
        data = {"csrf_token": browser.token()} if route.method == "POST" else None
        status = browser.client.open(route.path, method=route.method, data=data).status_code
        admitted = stamp_admits(site.app, route.endpoint, ROLES[account])
        if (status == 403) == admitted or status >= 500:
            wrong.append((route.method, route.path, status, "admitted" if admitted else "refused"))
    assert wrong == []


def _without_a_role(site: Site) -> Browser:
    """A browser of somebody to whom nobody gave a role yet."""
    account = "worker00003"
    with site.app.app_context():
        person_id = db.session.scalar(select(Person.id).where(Person.email == f"{account}@{DOMAIN}"))
        db.session.execute(delete(RoleGrant).where(RoleGrant.person_id == person_id))
        db.session.commit()
        db.session.remove()
    return Browser(site, account)


def test_who_has_no_role_opens_home_and_account_and_no_other_page(site: Site) -> None:
    browser = _without_a_role(site)
    opened = set()
    for route in routes(site.app):
        stamp = stamp_of(site.app, route.endpoint)
        if route.endpoint == "people.sign_out" or stamp.permission is None:
            continue
        data = {"csrf_token": browser.token()} if route.method == "POST" else None
        if browser.client.open(route.path, method=route.method, data=data).status_code != 403:
            opened.add(route.endpoint)
    assert opened == {"home.home", "home.notice_list", "home.notice_seen", "people.account", "works.work_page"}


def test_who_has_no_role_is_told_so_and_finds_no_door_that_is_closed(site: Site) -> None:
    browser = _without_a_role(site)
    page = browser.get("/steering/plan", expect=403)
    page = browser.link("Go to the home page")
    assert "You have no role yet" in page.words and "Ask " in page.words
    for link in page.all("a"):
        if link["href"].startswith("/"):
            browser.get(link["href"])
    browser.post("/sign-out", {})


def test_strangers_are_sent_to_sign_in(site: Site) -> None:
    browser = Browser(site)
    wrong = []
    for route in routes(site.app):
        data = {"csrf_token": browser.token()} if route.method == "POST" else None
        answer = browser.client.open(route.path, method=route.method, data=data)
        public = stamp_of(site.app, route.endpoint).permission is None
        sent_away = answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")
        # A form that was posted after the sign-in ended is kept on the sign-in page itself.
        sent_away = sent_away or (route.method == "POST" and answer.status_code == 401)
        if public == sent_away:
            wrong.append((route.method, route.path, answer.status_code))
    assert wrong == []


def test_every_post_without_a_token_is_refused_and_writes_nothing(site: Site) -> None:
    browser = Browser(site, "admin")
    wrong = []
    for route in routes(site.app):
        if route.method != "POST":
            continue
        accounts = [a for a, role in ROLES.items() if stamp_admits(site.app, route.endpoint, role)]
        browser = Browser(site, accounts[0]) if accounts else browser
        with Statements(site) as statements:
            status = browser.client.post(route.path, data={"anything": "x"}).status_code
        if status != 400 or statements.writes:
            wrong.append((route.path, status, statements.writes))
    assert wrong == []


def test_no_get_writes(site: Site) -> None:
    wrong = []
    for account in ROLES:
        browser = Browser(site, account)
        for route in routes(site.app):
            if route.method == "GET":
                with Statements(site) as statements:
                    browser.client.get(route.path)
                if statements.writes:
                    wrong.append((account, route.path, statements.writes))
    assert wrong == []

"""A page runs the same handful of statements in the small world and in a larger one, within its budget."""

import pytest

from tests.support.client import Browser
from tests.support.engines import Site, make_site
from tests.support.routes import ROLES, routes, stamp_admits
from tests.support.statements import Statements

# PERFORMANCE.md's budgets, the one statement for who acts included; every other page has the last.
BUDGETS = {
    "surveys.survey_answer": 3,
    "training.register_page": 4,
    "steering.plan_page": 4,
    "surveys.survey_results": 4,
    "training.attendance_page": 4,
    "steering.group_home": 10,  # the group, its members, its papers, three kinds of tasks, two rooms' figures
}
DEFAULT_BUDGET = 8
# Home asks every room: a handful for each role, and a few more where a role looks at many rooms.
HOME_BUDGETS = {
    "secretary": 10,
    "manager": 9,
    "partner": 10,
    "training": 7,
    "chair": 8,
    "data": 7,
    "admin": 6,
    "viewer": 4,
}
HOME_BUDGET = 5


def _budget(account: str, endpoint: str) -> int:
    """How many statements a page may run for an account."""
    if endpoint == "home.home":
        return HOME_BUDGETS.get(account, HOME_BUDGET)
    return BUDGETS.get(endpoint, DEFAULT_BUDGET)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A world three times as large; the benchmark uses ten."""
    return make_site("sqlite", tmp_path_factory.mktemp("large"), scale=3)


def _counts(site: Site) -> dict[tuple[str, str], list[str]]:
    """The statements of each page, by who asks and which endpoint."""
    found = {}
    for account, role in ROLES.items():
        browser = Browser(site, account)
        browser.client.get("/")
        for route in routes(site.app):
            if route.method == "GET" and stamp_admits(site.app, route.endpoint, role):
                with Statements(site) as statements:
                    answer = browser.client.get(route.path)
                if answer.status_code == 200 and answer.mimetype == "text/html":
                    found[account, route.endpoint] = statements.seen
    return found


def test_within_budget_and_the_same_in_a_larger_world(site, large):
    small, big = _counts(site), _counts(large)
    over = {key: (len(seen), _budget(*key)) for key, seen in small.items() if len(seen) > _budget(*key)}
    grown = {
        key: (len(seen), len(big[key])) for key, seen in small.items() if key in big and len(big[key]) != len(seen)
    }
    assert (over, grown) == ({}, {})
    assert len(small) > 60
    assert {account for account, endpoint in small if endpoint == "home.home"} == set(ROLES)

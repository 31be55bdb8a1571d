"""Fixtures: two sites, one an engine; everything under data/ and site/ runs on both."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.client import Browser, Browsers
from tests.support.engines import ENGINES, NOW, FrozenClock, Site, make_site, put_back
from wfsite.extensions import db

os.environ.setdefault("MPLCONFIGDIR", "/tmp/wfsite-mpl")

_BOTH = ("tests/data", "tests/site", "tests/soak")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests of data and of the whole site run on both engines, the rest on SQLite."""
    if "site" in metafunc.fixturenames:
        path = metafunc.definition.path.relative_to(metafunc.config.rootpath).as_posix()
        only = metafunc.definition.get_closest_marker("only")
        engines = only.args if only else ENGINES if path.startswith(_BOTH) else ENGINES[:1]
        metafunc.parametrize("site", engines, indirect=True)


@pytest.fixture(scope="session")
def _sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Site]:
    return {}


@pytest.fixture
def site(
    request: pytest.FixtureRequest, _sites: dict[str, Site], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The small demo world on one engine, as pristine as the day it was built."""
    engine = request.param
    if engine not in _sites:
        _sites[engine] = make_site(engine, tmp_path_factory.mktemp(engine))
    found = _sites[engine]
    put_back(found)
    yield found
    with found.app.app_context():
        db.session.remove()


@pytest.fixture
def clock(site: Site) -> FrozenClock:
    """The site's clock; a test may set `clock.at`."""
    return site.clock


@pytest.fixture
def context(site: Site) -> Iterator[None]:
    """An application context, for tests that call queries and services."""
    with site.app.app_context():
        yield
        db.session.rollback()


@pytest.fixture
def browser(site: Site) -> Browsers:
    """`browser("staff")` is that account's browser; `browser(None)` is a stranger's."""
    return lambda account: Browser(site, account)


@pytest.fixture
def now() -> datetime:
    """The instant at which every test begins."""
    return NOW


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The top of the checkout."""
    return Path(__file__).resolve().parent.parent

"""How far a new site has been set up, on both engines."""

from pathlib import Path

import pytest
from flask_migrate import upgrade

from tests.support.engines import Site, make_empty_app
from wfsite.home.queries import first_steps


@pytest.mark.usefixtures("context")
def test_the_demo_has_taken_every_first_step() -> None:
    assert [done for _, done, _ in first_steps()] == [True] * 5


def test_an_empty_site_has_taken_none(site: Site, tmp_path: Path) -> None:
    with make_empty_app(site, tmp_path).app_context():
        upgrade()
        assert [done for _, done, _ in first_steps()] == [False] * 5

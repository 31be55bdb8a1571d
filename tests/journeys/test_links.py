"""Every link and every form that the site offers a role works for that role: nothing shown leads to a wall."""

import pytest

from tests.support.client import Browser
from tests.support.engines import Site
from tests.support.links import walk
from tests.support.routes import ROLES


@pytest.mark.parametrize("account", ROLES)
def test_every_link_works(site: Site, account: str) -> None:
    seen, wrong = walk(Browser(site, account))
    assert wrong == []
    assert len(seen) > 2

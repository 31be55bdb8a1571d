"""Two hundred racing RAG edits, on both engines: nothing acknowledged is lost, nothing refused is kept."""

from pathlib import Path

import pytest

from tests.support.engines import ENGINES, make_site
from tests.support.plans import action_id
from tests.support.racing import race_updates
from wfsite.extensions import db

pytestmark = pytest.mark.soak


@pytest.mark.parametrize("engine", ENGINES)
def test_two_hundred_racing_edits(engine: str, tmp_path: Path) -> None:
    site = make_site(engine, tmp_path)
    with site.app.app_context():
        action = action_id("2.1")
        db.session.rollback()
        race_updates(site, action, edits=200, threads=10)
        db.session.remove()

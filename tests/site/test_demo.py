"""The demo world is the same every time it is built from the same instant; only what must be random differs."""

from pathlib import Path

from sqlalchemy import select

from tests.support.engines import Site, make_empty_app, migrate_and_build
from wfsite.db.base import Base
from wfsite.extensions import db

# Keys are random on purpose, and with them the manifest that names one; the salt of a password too.
_RANDOM_COLUMNS = {"password_hash", "box_half", "count_id", "manifest", "key"}


def _world() -> dict[str, list[str]]:
    found = {}
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.c if column.name not in _RANDOM_COLUMNS]
        found[table.name] = sorted(str(tuple(row)) for row in db.session.execute(select(*columns)))
    return found


def test_built_twice_it_is_the_same(site: Site, tmp_path: Path) -> None:
    with site.app.app_context():
        first = _world()
        db.session.rollback()
    app = make_empty_app(site, tmp_path)
    migrate_and_build(app)
    with app.app_context():
        second = _world()
        db.session.remove()
        db.engine.dispose()
    assert {name for name in first if first[name] != second[name]} == set()
    assert len(first["person"]) > 300

"""What the migrations build is what the models say, on both engines, and can be built again from nothing."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from tests.support.engines import make_empty_app
from wfsite.db.base import Base
from wfsite.extensions import db


def test_migrations_equal_models(site, tmp_path):
    app = make_empty_app(site, tmp_path)
    with app.app_context():
        upgrade()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            differences = [d for d in compare_metadata(context, Base.metadata) if "alembic_version" not in str(d)]
        assert differences == []
        assert _checks(db.engine) == _checks_of_models(site)
        downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        db.engine.dispose()


def _checks(engine) -> set[tuple[str, str]]:
    inspector = inspect(engine)
    return {
        (table, constraint["name"])
        for table in inspector.get_table_names()
        for constraint in inspector.get_check_constraints(table)
    }


def _checks_of_models(site) -> set[tuple[str, str]]:
    """The check constraints of the site's own database, which the models built."""
    with site.app.app_context():
        return _checks(db.engine)

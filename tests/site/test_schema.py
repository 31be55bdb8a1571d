"""What the migrations build is what the models say, on both engines, and can be built again from nothing."""

import re
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade
from sqlalchemy import CheckConstraint, inspect, text
from sqlalchemy.engine.base import Engine

from tests.support.engines import Site, make_empty_app
from wfsite.db.base import Base
from wfsite.extensions import db

# Whatever the databases say of a table that a comparison of metadata does not see.
_TOLD = {
    "sqlite": (
        "SELECT name, wr, strict FROM pragma_table_list WHERE schema = 'main'",
        "SELECT name, tbl_name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger', 'view') AND sql IS NOT NULL",
    ),
    "postgresql": (
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace",
        "SELECT table_name, column_name, collation_name FROM information_schema.columns WHERE table_schema = 'public'",
    ),
}


def test_migrations_equal_models(site: Site, tmp_path: Path) -> None:
    with site.app.app_context():
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            differences = [d for d in compare_metadata(context, Base.metadata) if "alembic_version" not in str(d)]
        assert differences == []
        migrated = _told(db.engine)
    app = make_empty_app(site, tmp_path)
    with app.app_context():
        db.create_all()
        assert migrated == _told(db.engine)
        db.engine.dispose()


def test_an_enum_member_without_a_migration_is_noticed(site: Site, tmp_path: Path) -> None:
    app = make_empty_app(site, tmp_path)
    with app.app_context():
        db.create_all()
        before = _told(db.engine)
        db.drop_all()
        (check,) = (one for one in Base.metadata.tables["rag_update"].constraints if one.name == "ck_rag_update_rag")
        assert isinstance(check, CheckConstraint)
        meant = check.sqltext
        check.sqltext = text("rag IN ('red', 'amber')")
        try:
            db.create_all()
        finally:
            check.sqltext = meant
        assert {row[0] for row in before ^ _told(db.engine)} == {"rag_update"}
        db.engine.dispose()


def test_migrations_can_be_undone(site: Site, tmp_path: Path) -> None:
    app = make_empty_app(site, tmp_path, migrated=True)
    with app.app_context():
        downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        db.engine.dispose()


def _told(engine: Engine) -> set[tuple[str, ...]]:
    """Checks with their texts, indexes, table options and collations."""
    with engine.connect() as connection:
        rows = [row for statement in _TOLD[engine.dialect.name] for row in connection.execute(text(statement))]
    inspector = inspect(engine)
    checks = [
        (table, check["name"], check["sqltext"])
        for table in inspector.get_table_names()
        for check in inspector.get_check_constraints(table)
    ]
    return {tuple(_plain(value) for value in row) for row in (*rows, *checks) if "alembic_version" not in str(row)}


def _plain(value: object) -> str:
    """Without quotes and line ends, which the two ways of building a table set differently."""
    return re.sub(r"\s+", " ", str(value).replace('"', ""))

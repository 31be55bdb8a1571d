"""Runs migrations on the app's own engine, in one transaction."""

from alembic import context
from flask import current_app

from wfsite.db.base import Base

migrate = current_app.extensions["migrate"]


def run() -> None:
    """Migrate the app's database."""
    engine = migrate.db.engine
    with engine.connect() as connection:
        # Alembic holds that SQLite cannot take a change of tables back. It can: an upgrade that is refused, or that a
        # power cut ends, leaves the release that was there with the tables that it knows.
        settings = {**migrate.configure_args, "transactional_ddl": True}
        context.configure(connection=connection, target_metadata=Base.metadata, **settings)
        with context.begin_transaction():
            context.run_migrations()


run()

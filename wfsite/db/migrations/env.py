"""Runs migrations on the app's own engine, in one transaction."""

from alembic import context
from flask import current_app

from wfsite.db.base import Base

migrate = current_app.extensions["migrate"]


def run() -> None:
    """Migrate the app's database."""
    engine = migrate.db.engine
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, **migrate.configure_args)
        with context.begin_transaction():
            context.run_migrations()


run()

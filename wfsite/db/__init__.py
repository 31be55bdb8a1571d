"""The database: declarative base, column types, engine recipe and migrations."""

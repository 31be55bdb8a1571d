"""Pure Python that every room may use: no Flask, no SQLAlchemy, no clock of its own."""

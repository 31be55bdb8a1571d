"""What a PostgreSQL server writes into its log of our statements, as far as our role can read its settings."""

from sqlalchemy import Connection, text

_SETTINGS = text("SELECT name, setting FROM pg_settings WHERE starts_with(name, 'log_')")


def logs_values(connection: Connection) -> list[str]:
    """The settings by which the values of statements reach the server's log, as `name = value`; none on SQLite.

    Our own connections cannot turn them off: only a superuser may.
    """
    if connection.dialect.name != "postgresql":
        return []
    found: dict[str, str] = {row.name: row.setting for row in connection.execute(_SETTINGS)}
    if found.get("log_parameter_max_length") == "0":
        return []
    sampled = _is_on(found, "log_statement_sample_rate", above=0)
    writes = {
        "log_statement": found.get("log_statement") in ("mod", "all"),
        "log_min_duration_statement": _is_on(found, "log_min_duration_statement"),
        "log_min_duration_sample": sampled and _is_on(found, "log_min_duration_sample"),
        "log_transaction_sample_rate": _is_on(found, "log_transaction_sample_rate", above=0),
    }
    return [f"{name} = {found[name]}" for name, does in writes.items() if does]


def _is_on(found: dict[str, str], name: str, *, above: float = -1) -> bool:
    return float(found.get(name, above)) > above

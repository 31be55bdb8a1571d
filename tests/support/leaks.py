"""What a database administrator would try: pairing by transaction, by order, and reading the files themselves."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, text

from tests.support.engines import NOW, Site
from wfsite.extensions import db


def telling_columns(table: str) -> list[str]:
    """Columns of a table that name a person, tell a time or count up: what could tie a row to its voter."""
    # SQLite's pragmas trust the schema that a pooled connection remembers; a statement makes it look again.
    db.session.execute(text(f"SELECT 1 FROM {table} LIMIT 1"))
    inspector = inspect(db.session.connection())
    people = {
        column
        for key in inspector.get_foreign_keys(table)
        if key["referred_table"] == "person"
        for column in key["constrained_columns"]
    }
    columns = inspector.get_columns(table)
    key = inspector.get_pk_constraint(table)["constrained_columns"]
    found = []
    for column in columns:
        kind = str(column["type"]).upper()
        counts_up = "nextval" in str(column["default"]) or (
            db.engine.dialect.name == "sqlite" and key == [column["name"]] and kind == "INTEGER" and not people
        )
        refers = any(column["name"] in k["constrained_columns"] for k in inspector.get_foreign_keys(table))
        if column["name"] in people or "DATE" in kind or "TIME" in kind or (counts_up and not refers):
            found.append(column["name"])
    if db.engine.dialect.name == "sqlite":
        made = db.session.execute(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table}).scalar()
        # A hidden row number tells the order of arrival, unless it is the id of something that was there before.
        if "WITHOUT ROWID" not in str(made).upper() and not refers_by_key(table):
            found.append("rowid")
    return found


def refers_by_key(table: str) -> bool:
    """Whether a table's whole key is the id of another table's row, so that it holds one row for each of those."""
    inspector = inspect(db.session.connection())
    key = set(inspector.get_pk_constraint(table)["constrained_columns"])
    return any(set(k["constrained_columns"]) == key for k in inspector.get_foreign_keys(table))


def paired_by_transaction(voters: str, voter: str, ballots: str, ballot: str, where: str = "true") -> list[Any]:
    """PostgreSQL: (voter, ballot) pairs whose rows were written by the same transaction."""
    statement = (
        f"SELECT v.{voter}, b.{ballot} FROM {voters} v JOIN {ballots} b ON v.xmin::text = b.xmin::text WHERE {where}"
    )
    return list(db.session.execute(text(statement)))


def in_physical_order(table: str, column: str, where: str = "true") -> list[Any]:
    """A column's values in the order in which the table's rows lie."""
    order = "ctid" if db.engine.dialect.name == "postgresql" else "rowid"
    if where == "true" and db.engine.dialect.name == "sqlite":
        where = "1"
    return list(db.session.scalars(text(f"SELECT {column} FROM {table} WHERE {where} ORDER BY {order}")))


def right_pairs(voters: Sequence[Any], ballots: Sequence[Any], truth: dict[Any, Any]) -> int:
    """How many voters an attacker pairs with their own ballot who lays two orders side by side."""
    return sum(truth.get(voter) == ballot for voter, ballot in zip(voters, ballots, strict=False))


def flush_to_files(site: Site) -> None:
    """Bring what the database holds in memory to its files."""
    db.session.rollback()
    if not site.is_sqlite:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CHECKPOINT"))


def files_of(site: Site, *, logs: bool = True) -> list[Path]:
    """Every file in which the site or its database keeps anything."""
    found = [file for folder in (site.instance, site.boxes) for file in folder.rglob("*") if file.is_file()]
    if not site.is_sqlite:
        data = Path(db.session.scalar(text("SHOW data_directory")))
        oid = db.session.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
        db.session.rollback()
        folders = [data / "base" / str(oid), *([data / "pg_wal", data / "log"] if logs else [])]
        found += [file for folder in folders for file in folder.glob("*") if file.is_file()]
    return found


def files_with(needles: Iterable[bytes], files: Iterable[Path]) -> list[str]:
    """The names of the files that hold any of `needles`."""
    wanted = list(needles)
    found = []
    for file in files:
        try:
            content = file.read_bytes()
        except FileNotFoundError:
            continue
        if any(needle in content for needle in wanted):
            found.append(file.name)
    return found


def naive_tables(site: Site) -> None:
    """What most survey tools do: a mark and a time beside the voter, and the answers in rows that count up."""
    number = "INTEGER PRIMARY KEY" if site.is_sqlite else "SERIAL PRIMARY KEY"
    db.session.execute(
        text("CREATE TABLE naive_voter (person_id INTEGER UNIQUE REFERENCES person(id), responded_at TIMESTAMP)")
    )
    db.session.execute(text(f"CREATE TABLE naive_answer (id {number}, answer TEXT)"))
    db.session.commit()


def naive_vote(person: int, answer: str) -> None:
    """A vote in the naive tables, in one transaction."""
    db.session.execute(text("INSERT INTO naive_voter VALUES (:p, :at)"), {"p": person, "at": NOW.isoformat()})
    db.session.execute(text("INSERT INTO naive_answer (answer) VALUES (:a)"), {"a": answer})
    db.session.commit()

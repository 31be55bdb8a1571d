"""Counts the SQL that a request runs; BEGIN and COMMIT are left aside."""

from types import TracebackType

from sqlalchemy import event

from tests.support.engines import Site
from wfsite.extensions import db


class Statements:
    """Collects statements while it is open."""

    def __init__(self, site: Site) -> None:
        with site.app.app_context():
            self._engine = db.engine
        self.seen: list[str] = []

    def _see(self, connection: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.upper().startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")):
            self.seen.append(statement)

    def __enter__(self) -> "Statements":
        event.listen(self._engine, "before_cursor_execute", self._see)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        event.remove(self._engine, "before_cursor_execute", self._see)

    def __len__(self) -> int:
        return len(self.seen)

    @property
    def writes(self) -> list[str]:
        """Those that change something."""
        verbs = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER")
        return [s for s in self.seen if s.lstrip().upper().startswith(verbs)]

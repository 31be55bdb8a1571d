"""A site as it stands now, to come back to many times within one test."""

import shutil
from urllib.parse import urlsplit

from tests.support.engines import Site, _copy, run_on_server
from wfsite.extensions import db
from wfsite.surveys.box import store


class Snapshot:
    """The database and the ballot boxes of a site at one moment."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.kept_boxes = site.instance / "snapshot-boxes"
        self.name = urlsplit(site.url).path.removeprefix("/")
        self._disconnect()
        shutil.rmtree(self.kept_boxes, ignore_errors=True)
        shutil.copytree(site.boxes, self.kept_boxes)
        if site.is_sqlite:
            _copy(site.instance / "site.db", site.instance / "snapshot.db")
        else:
            run_on_server(
                f"DROP DATABASE IF EXISTS {self.name}_snapshot WITH (FORCE)",
                f"CREATE DATABASE {self.name}_snapshot TEMPLATE {self.name}",
            )

    def restore(self, *, with_boxes: bool = True) -> None:
        """Bring the site back to the moment of the snapshot, or its database alone, as from a backup."""
        self._disconnect()
        if with_boxes:
            shutil.rmtree(self.site.boxes)
            shutil.copytree(self.kept_boxes, self.site.boxes)
        if self.site.is_sqlite:
            _copy(self.site.instance / "snapshot.db", self.site.instance / "site.db")
        else:
            run_on_server(
                f"DROP DATABASE {self.name} WITH (FORCE)",
                f"CREATE DATABASE {self.name} TEMPLATE {self.name}_snapshot",
            )
        self.site.dirty = True

    def forget(self) -> None:
        """Remove what the snapshot took."""
        shutil.rmtree(self.kept_boxes, ignore_errors=True)
        if self.site.is_sqlite:
            (self.site.instance / "snapshot.db").unlink()
        else:
            run_on_server(f"DROP DATABASE IF EXISTS {self.name}_snapshot WITH (FORCE)")

    def _disconnect(self) -> None:
        db.session.remove()
        db.engine.dispose()
        store.let_go_of_all()

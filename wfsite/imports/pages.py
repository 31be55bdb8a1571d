"""How each kind of file is worded, where its pages are and who may open them; a feature hands this in once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from wfsite.core.actor import Actor
from wfsite.core.permissions import Permission, Reach
from wfsite.imports.importer import Importer


def _no_targets(on: date) -> Sequence[tuple[str, str]]:
    return ()


@dataclass(frozen=True, slots=True)
class ImportPages:
    """How a feature's import is worded and where it lives; see `add_import`."""

    importer: Importer
    endpoint: str  # "plan_import": also the beginning of the other endpoints' names
    url: str  # "/steering/plan/import"
    permission: Permission
    title: str  # "Import an action plan"
    intro: Sequence[str]  # paragraphs above the form
    back: str  # the endpoint of the page that shows what was imported
    back_words: str  # "the action plan"
    # Where a file is read into one of several things: the question, what to say when unanswered, the answers.
    target_label: str = ""
    target_missing: str = ""
    targets: Callable[[date], Sequence[tuple[str, str]]] = field(default=_no_targets)
    # The link to what was imported, from the target.
    done_url: Callable[[int | None], str] | None = None
    # Where the permission reaches groups: whether somebody reaches a target on a day; None asks for any at all.
    reaches: Callable[[Actor, int | None, date], bool] | None = None

    @property
    def reach(self) -> Reach:
        """How far the permission must go for every page of this import."""
        return Reach.GROUP if self.reaches else Reach.ALL

    def admits(self, actor: Actor, target_id: int | None, *, on: date) -> bool:
        """Whether somebody may deal with files for a target, None for any at all, and with the work on them."""
        return actor.can(self.permission, self.reach) and (self.reaches is None or self.reaches(actor, target_id, on))

    def check_url(self, upload_id: int) -> str:
        """Where it stands what a file would do, or has done."""
        return f"{self.url}/{upload_id}"


_PAGES: dict[str, ImportPages] = {}


def know_pages(pages: ImportPages) -> None:
    """Make the pages of a kind of file known."""
    _PAGES[pages.importer.kind] = pages


def every_pages() -> Sequence[ImportPages]:
    """The pages of every kind of file."""
    return tuple(_PAGES.values())


def pages_of(kind: str) -> ImportPages:
    """The pages of a kind of file."""
    return _PAGES[kind]

"""What a plan's file would change: each entry set beside the plan as it stands."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from string import ascii_lowercase

from sqlalchemy import bindparam, func, select

from wfsite.core.periods import Timescale, TimescaleKind
from wfsite.core.rag import Rag
from wfsite.core.words import listed
from wfsite.db.reading import Read
from wfsite.extensions import db
from wfsite.imports.rules import CellError, Checked, Effect, RowOutcome, SheetRow
from wfsite.people.models import Team
from wfsite.steering.plans.cell_rules import names_cell
from wfsite.steering.plans.models import Action, ActionWording, Lead, Plan, RagUpdate, Theme
from wfsite.steering.plans.rules import year_label
from wfsite.steering.plans.sheet_rules import MOST_ACTIONS, MOST_THEMES, PlanEntry, read_entries

_TOO_MANY_BELOW = "An action can have at most 26 sub-actions"
_TOO_MANY_ACTIONS = (
    f"A theme can have at most {MOST_ACTIONS} actions. Put this action under another theme, or under a new one"
)
_TOO_MANY_THEMES = f"A plan can have at most {MOST_THEMES} themes. Put this action under one of the themes before it"


@dataclass(frozen=True, slots=True)
class Standing:
    """An action as the database has it."""

    id: int
    version: int
    parent_id: int | None
    reference: str
    theme: str
    title: str
    kind: TimescaleKind
    starts_on: date | None
    due_on: date | None
    lead_names: str
    criteria: str
    monitor_names: str
    rag: Rag
    note: str
    route: str
    updated_at: datetime | None

    @property
    def timescale(self) -> Timescale:
        """When the plan says that it is to be done."""
        return Timescale(self.kind, self.starts_on, self.due_on)

    @property
    def leads(self) -> tuple[str, ...]:
        """Its leads, the accountable one first."""
        return tuple(self.lead_names.split("\n")) if self.lead_names else ()

    @property
    def monitors(self) -> tuple[str, ...]:
        """Those who watch its progress."""
        return tuple(self.monitor_names.split("\n")) if self.monitor_names else ()


@dataclass(slots=True)
class Step:
    """What one row asks for, ready to be applied."""

    entry: PlanEntry
    standing: Standing | None = None
    reference: str = ""
    new_words: bool = False
    new_update: bool = False


@dataclass(slots=True)
class Book:
    """The plan as it stands, by reference and by words; and what the file has claimed of it so far."""

    by_reference: dict[str, Standing]
    by_words: dict[tuple[str, str, str], Standing]
    themes: dict[str, int]
    claimed: dict[str, int] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)


_STANDING = (
    select(
        Action.id,
        Action.version,
        Action.parent_id,
        Action.reference,
        Theme.title.label("theme"),
        ActionWording.title,
        ActionWording.timescale_kind.label("kind"),
        ActionWording.starts_on,
        ActionWording.due_on,
        ActionWording.leads.label("lead_names"),
        ActionWording.criteria,
        ActionWording.monitors.label("monitor_names"),
        func.coalesce(RagUpdate.rag, Rag.NOT_STARTED).label("rag"),
        func.coalesce(RagUpdate.note, "").label("note"),
        func.coalesce(RagUpdate.route_to_green, "").label("route"),
        RagUpdate.recorded_at.label("updated_at"),
    )
    .join(Theme, Theme.id == Action.theme_id)
    .join(Plan, Plan.id == Theme.plan_id)
    .join(ActionWording, ActionWording.id == Action.wording_id)
    .outerjoin(RagUpdate, RagUpdate.id == Action.rag_update_id)
    .where(Plan.year == bindparam("year"))
    .order_by(Theme.position, Action.position, Action.id)
)
_THEMES = (
    select(Theme.title, Theme.position)
    .join(Plan, Plan.id == Theme.plan_id)
    .where(Plan.year == bindparam("year"))
    .order_by(Theme.position)
)
_READ_STANDING = Read(Standing, _STANDING)
_NAMES = select(func.lower(Lead.name)).union(select(func.lower(Team.name)))


def plan_check(rows: Sequence[SheetRow], *, target_id: int | None, heading: Callable[[str], str]) -> Checked:
    """What the rows would do to the plan of the year `target_id`; reads only."""
    year = target_id or 0
    known = frozenset(name.casefold() for name in db.session.scalars(_NAMES))
    entries = read_entries(rows, heading=heading, known_names=known, year=target_id)
    book = _book(year)
    outcomes = tuple(_outcome(entry, book, heading) for entry in entries)
    return Checked(outcomes, notes=_notes(year, entries, book))


def _book(year: int) -> Book:
    themes = {_key(title): position for title, position in db.session.execute(_THEMES, {"year": year})}
    book = Book(by_reference={}, by_words={}, themes=themes)
    titles: dict[int | None, str] = {}
    for standing in _READ_STANDING.all({"year": year}):
        titles[standing.id] = standing.title
        book.by_reference[standing.reference] = standing
        words = (_key(standing.theme), _key(titles.get(standing.parent_id, "")), _key(standing.title))
        book.by_words[words] = standing
    book.taken |= set(book.by_reference)
    book.positions |= book.themes
    return book


def _key(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".")


def _outcome(entry: PlanEntry, book: Book, heading: Callable[[str], str]) -> RowOutcome:
    if entry.is_theme:
        return _theme_outcome(entry, book)
    step = _step(entry, book, heading)
    what = f"{step.reference} {entry.title}".strip()
    if entry.errors:
        return RowOutcome(number=entry.number, what=what, effect=Effect.ERROR, details=(), errors=tuple(entry.errors))
    details = (*_details(step), *entry.remarks)
    if step.standing is None:
        effect = Effect.ADD
    else:
        effect = Effect.CHANGE if step.new_words or step.new_update else Effect.SAME
    return RowOutcome(number=entry.number, what=what, effect=effect, details=details, errors=(), payload=step)


def _theme_outcome(entry: PlanEntry, book: Book) -> RowOutcome:
    """A theme's own row; a theme that the plan lacks comes with its first action."""
    if entry.errors:
        return RowOutcome(
            number=entry.number, what=entry.theme, effect=Effect.ERROR, details=(), errors=tuple(entry.errors)
        )
    is_new = _key(entry.theme) not in book.themes
    details = ("A new theme, added with its actions",) if is_new else ()
    return RowOutcome(number=entry.number, what=entry.theme, effect=Effect.HEADING, details=details)


def _step(entry: PlanEntry, book: Book, heading: Callable[[str], str]) -> Step:
    """The entry with the action that it speaks of, or a reference for the one that it adds."""
    parent = entry.parent.title if entry.parent else ""
    words = (_key(entry.theme), _key(parent), _key(entry.title))
    standing = book.by_reference.get(entry.reference) if entry.reference else book.by_words.get(words)
    if entry.theme:
        book.positions.setdefault(_key(entry.theme), max(book.positions.values(), default=0) + 1)
    if standing and _key(standing.theme) != _key(entry.theme):
        entry.errors.append(
            CellError(
                entry.number,
                heading("reference"),
                f"{standing.reference} stands under “{standing.theme}”. An import does not move actions between themes",
            )
        )
    claim = standing.reference if standing else entry.reference or "\n".join(words)
    if claim in book.claimed:
        column = heading("reference" if entry.reference else "action")
        # 1.10 that a spreadsheet holds as a number comes as 1.1.
        lost = f". If it is {claim}0, format the column as text and enter {claim}0" if claim[-2:-1] == "." else ""
        message = f"This action is in row {book.claimed[claim]} already{lost if entry.reference else ''}"
        entry.errors.append(CellError(entry.number, column, message))
    book.claimed.setdefault(claim, entry.number)
    step = Step(entry=entry, standing=standing)
    step.reference = standing.reference if standing else _new_reference(entry, book, heading)
    book.taken.add(step.reference)
    entry.reference = step.reference  # its sub-actions follow it
    _compare(step, heading)
    return step


def _new_reference(entry: PlanEntry, book: Book, heading: Callable[[str], str]) -> str:
    """The file's own reference, else the next free one: 2.4 in a theme, 2.3b under 2.3. "" and an error for none."""
    if entry.reference:
        return entry.reference
    if entry.parent and not entry.parent.reference:
        return ""  # the error is the action's above
    theme = book.positions.get(_key(entry.theme), 0)
    free: Iterable[str] = ()
    none = _TOO_MANY_THEMES
    if entry.parent:
        free, none = (f"{entry.parent.reference}{letter}" for letter in ascii_lowercase), _TOO_MANY_BELOW
    elif theme <= MOST_THEMES:
        free, none = (f"{theme}.{number}" for number in range(1, MOST_ACTIONS + 1)), _TOO_MANY_ACTIONS
    found = next((reference for reference in free if reference not in book.taken), "")
    if not found:
        entry.errors.append(CellError(entry.number, heading("action"), none))
    return found


def _compare(step: Step, heading: Callable[[str], str]) -> None:
    """Whether the entry's words or status differ from what stands, and whether Red and Amber say why."""
    entry, standing = step.entry, step.standing
    step.new_words = standing is None or _words(entry) != _words(standing)
    current = standing.rag if standing else Rag.NOT_STARTED
    if entry.rag is None and not entry.note:
        return
    rag = entry.rag or current
    note, route = (standing.note, standing.route) if standing else ("", "")
    says_new = rag is not current or (entry.note and entry.note != note)
    if rag.needs_reason:
        says_new = says_new or (entry.route and entry.route != route)
    if not says_new:
        return
    step.new_update = True
    entry.rag = rag
    if not rag.needs_reason:
        entry.route = ""
        return
    if not entry.route and rag is current:
        entry.route = route
    for key, text, message in (
        ("progress", entry.note, f"Give the reason for the {rag.word} rating"),
        ("route", entry.route, "Say how the action gets back to Green, and by when"),
    ):
        if not text:
            entry.errors.append(CellError(entry.number, heading(key), message))


def _words(one: PlanEntry | Standing) -> tuple[object, ...]:
    """What a wording says, for comparison: names without regard to case."""
    return (
        one.title,
        one.timescale,
        [name.casefold() for name in one.leads],
        one.criteria,
        [name.casefold() for name in one.monitors],
    )


def _details(step: Step) -> list[str]:
    entry, standing = step.entry, step.standing
    new = (
        ("Action", entry.title),
        ("Timescale", entry.timescale.text),
        ("Leads", names_cell(entry.leads)),
        ("Success criteria", entry.criteria),
        ("Monitoring lead", names_cell(entry.monitors)),
    )
    if standing is None:
        parts = [f"{name}: {text}" for name, text in new[1:] if text]
    else:
        old = (
            standing.title,
            standing.timescale.text,
            names_cell(standing.leads),
            standing.criteria,
            names_cell(standing.monitors),
        )
        parts = [
            f"{name}: {before or 'blank'} → {text or 'blank'}"
            for (name, text), before in zip(new, old, strict=True)
            if text.casefold() != before.casefold() or (name in ("Action", "Success criteria") and text != before)
        ]
    if step.new_update and entry.rag:
        before = f"{standing.rag.word} → " if standing and standing.rag is not entry.rag else ""
        words = ". ".join(text for text in (entry.note, entry.route) if text)
        parts.append(f"RAG: {before}{entry.rag.word}{f', “{words}”' if words else ''}")
    return parts


def _notes(year: int, entries: Sequence[PlanEntry], book: Book) -> tuple[str, ...]:
    left = [reference for reference in book.by_reference if reference not in book.claimed]
    notes = []
    if not book.themes and any(not entry.is_theme for entry in entries):
        notes.append(f"There is no plan for {year_label(year)} yet: confirming makes it.")
    if left:
        more = f" and {len(left) - 20:,} more" if len(left) > 20 else ""
        many = f"The plan holds {len(left)} actions that are not in the file and stay as they are: "
        one = f"The plan holds {left[0]}, which is not in the file and stays as it is."
        notes.append(one if len(left) == 1 else f"{many}{listed(left[:20])}{more}.")
    return tuple(notes)

"""The import of workforce figures: what a file would record, row by row, and the recording."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from wfsite.core.errors import Missing
from wfsite.core.periods import add_months, is_financial_year
from wfsite.core.words import count_of, month_name
from wfsite.imports.importer import Importer, register
from wfsite.imports.rules import CellError, Checked, Effect, RowOutcome, SheetRow
from wfsite.steering.workforce import queries
from wfsite.steering.workforce.column_rules import COLUMNS
from wfsite.steering.workforce.row_sheets import row_read
from wfsite.steering.workforce.rules import FIGURES, NOTE_LABELS, Counts, Month, part_problems
from wfsite.steering.workforce.services import Planned, versions_add
from wfsite.steering.workforce.sheets import EXAMPLE, month_of, prepare
from wfsite.steering.workforce.sum_rules import adding_up, flow_problem

_SUMS_UP = re.compile(
    r"(?:grand |sub-?|year |overall )?(?:totals?|averages?|mean|sum|year to date|ytd)\b", re.IGNORECASE
)
_NO_FIGURES = (
    "No figure was read from the file. Name its columns or lines as the template does, like “Permanent” or “Agency”"
)
_THE_END = datetime(9999, 1, 1, tzinfo=UTC)  # an import compares with the newest that is recorded


class _Check:
    """A file's rows against what is recorded: what each would do, and what is wrong with it."""

    def __init__(self, target_id: int | None, heading: Callable[[str], str]) -> None:
        self.target_id, self.heading = target_id, heading
        areas = queries.workforce_areas()
        self.names = {area.id: area.name for area in areas}
        self.ids: dict[str, list[int]] = {}
        for area in areas:
            self.ids.setdefault(" ".join(area.name.casefold().split()), []).append(area.id)
        self.recorded: dict[int, dict[date, Month]] = {}
        self.seen: dict[tuple[int, date], int] = {}

    def month(self, team_id: int, month: date) -> Month | None:
        """What is known of a month: the file's word first, else the newest that is recorded."""
        if team_id not in self.recorded:
            found = queries.workforce_months(team_id, as_at=_THE_END)
            self.recorded[team_id] = {known.month: known for known in found}
        return self.recorded[team_id].get(month)

    def error(self, row: SheetRow, key: str, message: str) -> CellError:
        """An error in the row's cell."""
        return CellError(row.number, self.heading(key) if key else "", message)

    def area_of(self, row: SheetRow) -> int | str:
        """The row's service area, or what is wrong with it."""
        text = " ".join(row["area"].split())
        if not text:
            return self.target_id or "Name the service area, or upload the file again and choose it"
        found = self.ids.get(text.casefold(), [])
        if not found:
            return f"The site knows no service area “{text}”. Check its spelling on the page of workforce data"
        if self.target_id is not None:
            wrong = f"The row says “{text}”, but you chose “{self.names.get(self.target_id, '')}”"
            return self.target_id if self.target_id in found else wrong
        return found[0] if len(found) == 1 else f"Several teams are called “{text}”. Choose one when you upload"

    def key_of(self, row: SheetRow) -> tuple[int, date] | CellError:
        """Which area's which month a row speaks of."""
        month = month_of(row["month"])
        if month is None:
            return self.error(row, "month", _no_month(row["month"]))
        area = self.area_of(row)
        if isinstance(area, str):
            return self.error(row, "area", area)
        if first := self.seen.get((area, month)):
            return self.error(row, "month", f"{month_name(month)} stands in the file twice, first in row {first}")
        self.seen[area, month] = row.number
        return area, month

    def outcome(self, row: SheetRow, team_id: int, month: date) -> RowOutcome:
        """What the row would do to its month."""
        what = f"{month_name(month)}, {self.names[team_id]}"
        read = row_read(row.__getitem__, row.values.__contains__)
        if read.errors:
            errors = tuple(self.error(row, key, message) for key, message in read.errors.items())
            return RowOutcome(number=row.number, what=what, effect=Effect.ERROR, details=(), errors=errors)
        now = self.month(team_id, month)
        counts, notes = read.merged(now.counts if now else Counts(), dict(now.notes) if now else {})
        before = self.month(team_id, add_months(month, -1))
        if problem := flow_problem(counts, before.counts.permanent if before else None):
            return RowOutcome(
                number=row.number, what=what, effect=Effect.ERROR, details=(), errors=(self.error(row, *problem),)
            )
        if parts := part_problems(counts):
            errors = tuple(self.error(row, key, words) for key, words in parts.items())
            return RowOutcome(number=row.number, what=what, effect=Effect.ERROR, details=(), errors=errors)
        after = replace(now, counts=counts, notes=notes) if now else Month(month=month, counts=counts, notes=notes)
        self.recorded[team_id][month] = after
        planned = Planned(
            team_id=team_id,
            month=month,
            counts=counts,
            notes=notes,
            based_on=now.version.id if now and now.version else 0,
        )
        if now and now.counts == counts and dict(now.notes) == notes:
            return RowOutcome(number=row.number, what=what, effect=Effect.SAME)
        if not any(value is not None for value in read.values.values()):
            error = self.error(row, "", f"{month_name(month)} has no figure. Enter one, or delete the month")
            return RowOutcome(number=row.number, what=what, effect=Effect.ERROR, details=(), errors=(error,))
        effect = Effect.CHANGE if now else Effect.ADD
        return RowOutcome(
            number=row.number, what=what, effect=effect, details=_details(now, after, before), payload=planned
        )


def workforce_check(rows: Sequence[SheetRow], *, target_id: int | None, heading: Callable[[str], str]) -> Checked:
    """What a file would record, month by month; reads only. Earlier months are looked at first."""
    if not any(figure.name in row.values for row in rows for figure in FIGURES):
        return Checked(problems=(_NO_FIGURES,))
    check = _Check(target_id, heading)
    if target_id is not None and target_id not in check.names:
        raise Missing
    found: dict[int, RowOutcome] = {}
    keyed = []
    for row in rows:
        key = check.key_of(row)
        if isinstance(key, CellError):
            found[row.number] = RowOutcome(
                number=row.number,
                what=row["month"] or "A row without a month",
                effect=Effect.ERROR,
                details=(),
                errors=(key,),
            )
        else:
            keyed.append((key[1], row.number, row, key[0]))
    for month, number, row, team_id in sorted(keyed, key=lambda item: item[:2]):
        found[number] = check.outcome(row, team_id, month)
    return Checked(tuple(found[row.number] for row in rows))


def _no_month(text: str) -> str:
    """What to do about a month cell that names no month."""
    if not text:
        return "Enter the month, like February 2021 or Feb-21"
    if is_financial_year(text):
        return f"“{text}” may be a financial year. Write it as the months it holds, like {month_name(date(2021, 2, 1))}"
    if _SUMS_UP.match(text):
        return f"“{text}” is not a month. Delete the row: the site works out what months add up to"
    return f"“{text}” is not a month. Write it like February 2021 or Feb-21"


def _details(now: Month | None, after: Month, before: Month | None) -> tuple[str, ...]:
    """What would be recorded or change, and what the numbers leave unexplained."""
    old = now.counts if now else Counts()
    details = [
        f"{figure.label}: {_change(getattr(old, figure.name), getattr(after.counts, figure.name), bool(now))}"
        for figure in FIGURES
        if getattr(old, figure.name) != getattr(after.counts, figure.name)
    ]
    notes = dict(now.notes) if now else {}
    for key, label in NOTE_LABELS.items():
        if notes.get(key) != after.notes.get(key):
            details.append(f"{label}, footnote: {after.notes.get(key) or 'taken away'}")
    ratio = after.counts.agency_ratio
    if ratio.basis:
        details.append(f"Agency ratio: {ratio.text}, {ratio.basis}")
    if (sums := adding_up(after, before)).residual:
        details.append(f"Difference {sums.residual_text}: {sums.sentence}")
    return tuple(details)


def _change(before: object, after: object, is_change: bool) -> str:
    new = "not supplied" if after is None else f"{after:,}"
    if not is_change:
        return new
    return f"{'not supplied' if before is None else f'{before:,}'} → {new}"


def workforce_apply(checked: Checked, *, target_id: int | None, by: int, at: datetime) -> Sequence[str]:
    """Record what the check found; months that say what is recorded already are left alone."""
    planned = [row.payload for row in checked.rows if row.payload is not None]
    versions_add(planned, by=by, at=at)
    added = sum(1 for version in planned if not version.based_on)
    changed = len(planned) - added
    done = []
    if added:
        done.append(f"{count_of(added, 'month')} {'was' if added == 1 else 'were'} added.")
    if changed:
        done.append(
            f"{count_of(changed, 'month')} {'was' if changed == 1 else 'were'} changed; the earlier figures are kept."
        )
    return done


def _target_name(target_id: int | None) -> str:
    return queries.workforce_area(target_id).name if target_id else ""


IMPORTER = register(
    Importer(
        kind="workforce",
        columns=COLUMNS,
        check=workforce_check,
        apply=workforce_apply,
        example=EXAMPLE,
        target_name=_target_name,
        prepare=prepare,
    )
)

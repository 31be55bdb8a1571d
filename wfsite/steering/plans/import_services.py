"""Writes what a confirmed plan file asks for: themes, actions, wordings, leads and statuses, all dated."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import func, insert, select

from wfsite.core.clock import london_date
from wfsite.core.errors import RuleBroken
from wfsite.core.rag import Rag
from wfsite.core.words import count_of
from wfsite.extensions import db
from wfsite.imports.importer import Importer, register
from wfsite.imports.rules import Checked
from wfsite.people.models import Person, Team
from wfsite.steering.plans.importing import Step, plan_check
from wfsite.steering.plans.models import Action, ActionLead, Lead, Plan, Theme
from wfsite.steering.plans.queries import importing_groups
from wfsite.steering.plans.row_services import NOTHING_SAID, Change, changes_write, place_of
from wfsite.steering.plans.rules import year_label
from wfsite.steering.plans.sheets import COLUMNS, EXAMPLE
from wfsite.steering.plans.theme_services import theme_add

_TITLE = "Workforce action plan"


def plan_apply(checked: Checked, *, target_id: int | None, by: int | None, at: datetime) -> Sequence[str]:
    """Write the steps of a checked file; raises `Stale` when an action was changed meanwhile."""
    steps = [row.payload for row in checked.rows if row.payload]
    busy = [step for step in steps if step.standing is None or step.new_words or step.new_update]
    if not busy:
        return ()
    plan_id = _plan(target_id or 0, on=london_date(at))
    themes = _themes(plan_id, steps, by=by, at=at)
    leads = _leads(busy)
    added = _add_actions([step for step in busy if step.standing is None], themes, steps, at=at)
    _write(busy, added, leads, by=by, at=at)
    return _sentences(busy)


def _plan(year: int, *, on: date) -> int:
    """The plan of a year, added where there is none; of a group that has ended, the one now in its place takes it."""
    group_id = importing_groups(on=on).group_of(year)
    if group_id is None:
        raise RuleBroken("file", "No steering group is set up, whose plan this would be. Set one up first")
    plan = db.session.scalar(select(Plan).where(Plan.year == year))
    if plan is None:
        plan = Plan(year=year, title=_TITLE)
        db.session.add(plan)
    plan.group_id = group_id
    db.session.flush()
    return plan.id


def _themes(plan_id: int, steps: Sequence[Step], *, by: int | None, at: datetime) -> dict[str, int]:
    """Theme title (folded) → id, with those that the plan lacked added in the order of the file."""
    rows = db.session.execute(select(Theme.id, Theme.title, Theme.position).where(Theme.plan_id == plan_id)).all()
    found = {_folded(row.title): row.id for row in rows}
    last = max((row.position for row in rows), default=0)
    for step in steps:
        if (key := _folded(step.entry.theme)) not in found:
            last += 1
            found[key] = theme_add(plan_id, step.entry.theme, position=last, by=by, at=at)
    return found


def _folded(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".")


def _leads(steps: Iterable[Step]) -> dict[str, tuple[int, str]]:
    """Lead name (casefolded) → id and the name as it is kept; new ones are made and linked by name."""
    wanted: dict[str, str] = {}
    for step in steps:
        for name in (*step.entry.leads, *step.entry.monitors):
            wanted.setdefault(name.casefold(), name)
    found = {name.casefold(): (lead_id, name) for lead_id, name in db.session.execute(select(Lead.id, Lead.name))}
    missing = [name for key, name in wanted.items() if key not in found]
    people, teams = _only_one(Person, missing), _only_one(Team, missing)
    for name in missing:
        key = name.casefold()
        lead = Lead(name=name, person_id=people.get(key), team_id=None if key in people else teams.get(key))
        db.session.add(lead)
        db.session.flush()
        found[key] = (lead.id, name)
    return found


def _only_one(table: type[Person] | type[Team], names: Sequence[str]) -> dict[str, int]:
    """Name (casefolded) → id of the only active row with that name; two of one name link to neither."""
    if not names:
        return {}
    lowered = [name.lower() for name in names]
    rows = db.session.execute(
        select(table.id, table.name).where(func.lower(table.name).in_(lowered), table.active)
    ).all()
    times = Counter(row.name.casefold() for row in rows)
    return {row.name.casefold(): row.id for row in rows if times[row.name.casefold()] == 1}


# The new actions of a file by row number: the id that each was given, and where it stands.
Added = dict[int, tuple[int, Mapping[str, object]]]


def _add_actions(steps: Sequence[Step], themes: dict[str, int], every: Sequence[Step], *, at: datetime) -> Added:
    """Insert new actions, parents before sub-actions."""
    added: Added = {}
    parents = {step.entry.number: step.standing.id for step in every if step.standing}
    for subs in (False, True):
        batch = [step for step in steps if step.entry.is_sub_action is subs]
        above = parents | {number: action_id for number, (action_id, _) in added.items()}
        places = [
            place_of(
                step.reference,
                theme_id=themes[_folded(step.entry.theme)],
                parent_id=above[step.entry.parent.number] if subs and step.entry.parent else None,
            )
            for step in batch
        ]
        ids = _inserted([place | {"added_at": at, "version": NOTHING_SAID} for place in places])
        added |= {step.entry.number: (i, place) for step, i, place in zip(batch, ids, places, strict=True)}
    return added


def _inserted(rows: Sequence[Mapping[str, object]]) -> list[int]:
    """Insert actions; their ids in the same order."""
    if not rows:
        return []
    return list(db.session.scalars(insert(Action).returning(Action.id, sort_by_parameter_order=True), rows))


def _write(
    steps: Sequence[Step], added: Added, leads: dict[str, tuple[int, str]], *, by: int | None, at: datetime
) -> None:
    """Write the words, statuses and places of actions, and who leads them."""
    placed = [(step.standing.id, None) if step.standing else added[step.entry.number] for step in steps]
    action_ids = [action_id for action_id, _ in placed]
    changes = [_change(step, action_id, place, leads) for step, (action_id, place) in zip(steps, placed, strict=True)]
    wordings = changes_write(changes, by=by, at=at).words
    lead_rows = [
        {
            "wording_id": wordings[action_id].id,
            "monitors": monitors,
            "position": position,
            "lead_id": leads[name.casefold()][0],
        }
        for step, action_id in zip(steps, action_ids, strict=True)
        if action_id in wordings
        for monitors, names in ((False, step.entry.leads), (True, step.entry.monitors))
        for position, name in enumerate(names)
    ]
    if lead_rows:
        db.session.execute(insert(ActionLead), lead_rows)


def _change(
    step: Step, action_id: int, place: Mapping[str, object] | None, leads: dict[str, tuple[int, str]]
) -> Change:
    return Change(
        action_id,
        step.standing.version if step.standing else NOTHING_SAID,
        f"{step.reference} was changed while the file was being imported. Check the file again.",
        words=_words(step, leads) if step.new_words else None,
        status=_status(step) if step.new_update else None,
        place=place,
    )


def _words(step: Step, leads: dict[str, tuple[int, str]]) -> dict[str, object]:
    entry = step.entry
    return {
        "title": entry.title,
        "timescale_kind": entry.timescale.kind,
        "starts_on": entry.timescale.starts_on,
        "due_on": entry.timescale.due_on,
        "criteria": entry.criteria,
        "leads": "\n".join(leads[name.casefold()][1] for name in entry.leads),
        "monitors": "\n".join(leads[name.casefold()][1] for name in entry.monitors),
    }


def _status(step: Step) -> dict[str, object]:
    standing = step.standing
    return {
        "rag": step.entry.rag,
        "note": step.entry.note,
        "route_to_green": step.entry.route,
        "previous_rag": standing.rag if standing else Rag.NOT_STARTED,
        "previous_at": standing.updated_at if standing else None,
    }


def _sentences(steps: Sequence[Step]) -> list[str]:
    added = sum(1 for step in steps if step.standing is None)
    reworded = sum(1 for step in steps if step.standing and step.new_words)
    statuses = sum(1 for step in steps if step.new_update)
    sentences = []
    if added:
        sentences.append(f"{count_of(added, 'action')} added")
    if reworded:
        sentences.append(f"{count_of(reworded, 'action')} changed")
    if statuses:
        sentences.append(f"{count_of(statuses, 'status', 'statuses')} recorded")
    return sentences


PLAN_IMPORTER = register(
    Importer(
        kind="plan",
        columns=COLUMNS,
        check=plan_check,
        apply=plan_apply,
        example=EXAMPLE,
        target_name=lambda year: f"the plan of {year_label(year)}" if year else "",
    )
)

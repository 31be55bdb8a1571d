"""The plans of the demo council: the source's own of 2014/15, this year's with a year of updates, and older ones."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from random import Random
from typing import Any

from sqlalchemy import bindparam, select, update

from wfsite.core.actor import Actor
from wfsite.core.clock import at_london, london_date
from wfsite.core.groups import GroupKind
from wfsite.core.periods import add_months, month_end
from wfsite.core.rag import Rag
from wfsite.core.words import month_name
from wfsite.demo.people import People
from wfsite.demo.plan_words import NOTES, PROFILES, REDATED, THEMES, Planned
from wfsite.demo.rows import add_plain_rows, add_rows
from wfsite.extensions import db
from wfsite.groups.queries import front_id, met_before_on
from wfsite.imports import queries as import_queries
from wfsite.imports import services as import_services
from wfsite.sheets.reading_csv import read
from wfsite.sheets.tables import Row, Table
from wfsite.steering.plans.action_queries import action_page
from wfsite.steering.plans.date_notices import tell_decided, tell_proposed
from wfsite.steering.plans.date_rules import DateStep
from wfsite.steering.plans.import_services import PLAN_IMPORTER
from wfsite.steering.plans.models import (
    Action,
    ActionLead,
    ActionPlacing,
    ActionWording,
    Lead,
    Plan,
    RagUpdate,
    RevisedDate,
    Theme,
    ThemeWording,
)
from wfsite.steering.plans.row_services import place_of
from wfsite.steering.plans.rules import plan_year_of, position_of

_FILE = "action-plan-2014-15.csv"
_HEADER = (
    "Theme and action",
    "Timescales",
    "Leads",
    "Success criteria/key measurables",
    "Monitoring lead",
)


def build(people: People, *, scale: int, at: datetime) -> None:
    """Import the plan of 2014/15 and this year's as the secretary, then add a year of updates to this year's."""
    year = plan_year_of(london_date(at))
    content = files("wfsite.demo").joinpath("data", _FILE).read_bytes()
    _import(read(content, ()), 2014, _FILE, people, at=at_london(date(2014, 4, 14), time(9, 30)))
    table = Table(_HEADER, tuple(Row(number, cells) for number, cells in enumerate(_rows(year, london_date(at)), 2)))
    started = min(at_london(date(year, 4, 1), time(9, 15)), at)
    _import(table, year, f"action-plan-{year}-{(year + 1) % 100:02}.xlsx", people, at=started)
    _add_updates(year, people, started=started, at=at)
    _add_dates(year, people, started=started, at=at)
    if scale > 1:
        _older_plans(year, people, count=scale)


def _import(table: Table, year: int, name: str, people: People, *, at: datetime) -> None:
    """Through the product's own importer, as the secretary would at that time."""
    by = people.accounts["secretary"]
    kind = PLAN_IMPORTER.kind
    upload_id = import_services.upload_add(table, kind=kind, target_id=year, file_name=name, by=by, at=at)
    upload = import_queries.upload_file(upload_id)
    checked = import_queries.upload_checked(kind, upload.content, target_id=year)
    import_services.upload_confirm(upload_id, kind=kind, fingerprint=checked.fingerprint, by=by, at=at)


def _rows(year: int, today: date) -> list[tuple[str, ...]]:
    """This year's plan in the columns of a council's file."""
    rows: list[tuple[str, ...]] = []
    for theme, actions in THEMES:
        rows.append((theme, "", "", "", ""))
        rows.extend(
            (action.title, _timescale(action, year, today), action.leads, action.criteria, action.monitors)
            for action in actions
        )
    return rows


def _timescale(action: Planned, year: int, today: date) -> str:
    """ "March 2026", "April 2025 to March 2026" or "Ongoing, review March 2026", from months of the plan's year."""
    start = date(year, 4, 1)
    if action.due is None:
        return ""
    gone = (today.year - year) * 12 + today.month - 4
    due = min(action.due, max(0, gone - 1)) if action.late else action.due
    last = month_name(add_months(start, due))
    if action.begins == "ongoing":
        return f"Ongoing, review {last}"
    return f"{month_name(start)} to {last}" if action.begins == "range" else last


@dataclass(frozen=True, slots=True)
class _Said:
    """One update of the demo."""

    rag: Rag
    note: str
    route: str
    at: datetime


def _add_updates(year: int, people: People, *, started: datetime, at: datetime) -> None:
    """A year of updates: each action follows a profile; the newest fall after or before the last meeting."""
    chance = Random(2025)  # noqa: S311  (a demo is to be the same every time)
    group_id = front_id(GroupKind.STEERING, on=london_date(at)) or 0
    met_on = met_before_on(group_id, before=london_date(at)) or london_date(started)
    meeting = max(started, at_london(met_on, time(12, 0)))
    planned = [action for _, actions in THEMES for action in actions]
    actions = db.session.execute(
        select(Action.id, Action.reference)
        .join(Theme, Theme.id == Action.theme_id)
        .join(Plan, Plan.id == Theme.plan_id)
        .where(Plan.year == year)
        .order_by(Theme.position, Action.position)
    ).all()
    rows: list[dict[str, object]] = []
    for (action_id, _), plan in zip(actions, planned, strict=True):
        by = people.accounts["manager" if "Martin Hale" in plan.leads else plan.updater]
        previous: tuple[Rag, datetime | None] = (Rag.NOT_STARTED, None)
        for said in _story(plan, chance, started=started, meeting=meeting, at=at):
            rows.append(
                {
                    "action_id": action_id,
                    "recorded_at": said.at,
                    "recorded_by": by,
                    "rag": said.rag,
                    "note": said.note,
                    "route_to_green": said.route,
                    "previous_rag": previous[0],
                    "previous_at": previous[1],
                }
            )
            previous = (said.rag, said.at)
    _point(rows, add_rows(RagUpdate, rows))


def _add_dates(year: int, people: People, *, started: datetime, at: datetime) -> None:
    """Revised dates of this year's plan, in the days before now: proposed, and all but one decided."""
    proposed_at, decided_at = (max(started, at - timedelta(days=days)) for days in (6, 2))
    manager, secretary = people.accounts["manager"], people.accounts["secretary"]
    for action in db.session.execute(
        select(Action.id, Action.reference, ActionWording.timescale_kind, ActionWording.starts_on, ActionWording.due_on)
        .join(ActionWording, ActionWording.id == Action.wording_id)
        .join(Theme, Theme.id == Action.theme_id)
        .join(Plan, Plan.id == Theme.plan_id)
        .where(Plan.year == year, Action.reference.in_(REDATED))
        .order_by(Action.id)
    ).all():
        plan = REDATED[action.reference]
        row = {
            "action_id": action.id,
            "timescale_kind": "month",
            "due_on": month_end(add_months(london_date(at), plan.months)),
            "was_kind": action.timescale_kind,
            "was_starts_on": action.starts_on,
            "was_due_on": action.due_on,
        }
        proposal = {"step": DateStep.PROPOSED, "recorded_at": proposed_at, "reason": plan.reason, "proposal_id": None}
        (step_id,) = add_rows(RevisedDate, [row | proposal | {"recorded_by": manager}])
        if plan.answer:
            step = DateStep.AGREED if plan.agreed else DateStep.DECLINED
            answer = {"step": step, "recorded_at": decided_at, "reason": plan.answer, "proposal_id": step_id}
            (step_id,) = add_rows(RevisedDate, [row | answer | {"recorded_by": secretary}])
        db.session.execute(
            update(Action)
            .where(Action.id == action.id)
            .values(date_step_id=step_id, date_agreed_id=step_id if plan.agreed else None)
        )
        found = action_page(action.id, seen_by=_whoever(secretary), on=london_date(at))
        if plan.answer:
            tell_decided(found, proposed_by=manager, by_id=secretary, at=decided_at)
        else:
            tell_proposed(found, by_id=manager, at=proposed_at)


def _whoever(person_id: int) -> Actor:
    """Somebody to read as, who needs no name."""
    return Actor(person_id, "", "", None, None, frozenset())


def _story(plan: Planned, chance: Random, *, started: datetime, meeting: datetime, at: datetime) -> list[_Said]:
    """The updates of one action, oldest first, none before the plan and none after now."""
    stages, is_recent = PROFILES[plan.profile]
    said = []
    for number, rag in enumerate(reversed(stages)):
        if number == 0 and is_recent:
            day = meeting + (at - meeting) * chance.uniform(0.3, 0.9)
        else:
            day = meeting - timedelta(days=18 + 55 * number + chance.randrange(45))
        moment = min(at, _office_hour(day, chance))
        if started < moment:
            choices = NOTES[rag]
            note, route = plan.words.get(rag) or choices[chance.randrange(len(choices))]
            said.append(_Said(rag, note, route, moment))
    return said[::-1]


def _office_hour(moment: datetime, chance: Random) -> datetime:
    """The same day, or the Friday before it, at some time between 9am and 5pm."""
    day = london_date(moment)
    day -= timedelta(days=max(0, day.weekday() - 4))
    return at_london(day, time(9 + chance.randrange(8), chance.choice((0, 5, 10, 15, 30, 45))))


def _point(rows: list[dict[str, object]], ids: list[int]) -> None:
    """Point each action at its newest update, its version moved on by each."""
    newest: dict[object, tuple[int, int]] = {}
    for row, update_id in zip(rows, ids, strict=True):
        newest[row["action_id"]] = (update_id, newest.get(row["action_id"], (0, 0))[1] + 1)
    if newest:
        table: Any = Action.__table__
        db.session.execute(
            update(table)
            .where(table.c.id == bindparam("the_action"))
            .values(rag_update_id=bindparam("newest"), version=1 + bindparam("times")),
            [{"the_action": key, "newest": i, "times": n} for key, (i, n) in newest.items()],
        )


def _older_plans(year: int, people: People, *, count: int) -> None:
    """Plans of `count` years before, with 50 actions each, for the ten-fold world."""
    chance = Random(1989)  # noqa: S311
    lead_ids = list(db.session.scalars(select(Lead.id).order_by(Lead.id)))
    lead_names = {row.id: row.name for row in db.session.execute(select(Lead.id, Lead.name))}
    for earlier in range(year - count, year):
        if earlier != 2014:
            _older_plan(earlier, people, chance, lead_ids, lead_names)


def _older_plan(year: int, people: People, chance: Random, lead_ids: list[int], lead_names: dict[int, str]) -> None:
    """A plan of an earlier year: 50 actions, their wordings and updates."""
    group_id = front_id(GroupKind.STEERING, on=date(year, 4, 1))
    (plan_id,) = add_rows(Plan, [{"year": year, "title": "Workforce action plan", "group_id": group_id}])
    themes = add_rows(
        Theme,
        [{"plan_id": plan_id, "position": n, "title": title} for n, (title, _) in enumerate(THEMES, 1)],
    )
    planned = [action for _, actions in THEMES for action in actions]
    added_at = at_london(date(year, 4, 1), time(9, 15))
    places = [(number % len(themes), number // len(themes) + 1) for number in range(50)]
    action_ids = add_rows(
        Action,
        [
            {
                "theme_id": themes[theme],
                "reference": (reference := f"{theme + 1}.{number}"),
                "position": position_of(reference),
                "added_at": added_at,
            }
            for theme, number in places
        ],
    )
    _date_places(people, themes, action_ids, places, added_at=added_at)
    leads = [chance.choice(lead_ids) for _ in action_ids]
    words = [planned[number % len(planned)] for number in range(50)]
    wordings = add_rows(
        ActionWording,
        [
            {
                "action_id": action_id,
                "recorded_at": added_at,
                "recorded_by": people.accounts["secretary"],
                "title": plan.title.removeprefix("- "),
                "timescale_kind": "month",
                "due_on": date(year + 1, 3, 31),
                "criteria": "Done by the end of the year",
                "leads": lead_names[lead],
                "monitors": "",
            }
            for action_id, plan, lead in zip(action_ids, words, leads, strict=True)
        ],
    )
    _adopt(wordings, action_ids, leads)
    _older_updates(year, action_ids, people, chance)


def _date_places(
    people: People, themes: list[int], action_ids: list[int], places: list[tuple[int, int]], *, added_at: datetime
) -> None:
    """The dated rows of where the themes and actions of a plan were put."""
    added = {"recorded_at": added_at, "recorded_by": people.accounts["secretary"]}
    add_rows(
        ThemeWording,
        [
            added | {"theme_id": theme_id, "position": number, "title": title}
            for number, (theme_id, (title, _)) in enumerate(zip(themes, THEMES, strict=True), 1)
        ],
    )
    add_rows(
        ActionPlacing,
        [
            added | {"action_id": action_id} | place_of(f"{theme + 1}.{number}", theme_id=themes[theme], parent_id=None)
            for action_id, (theme, number) in zip(action_ids, places, strict=True)
        ],
    )


def _adopt(wordings: list[int], action_ids: list[int], leads: list[int]) -> None:
    """Make each wording its action's newest, with one lead."""
    add_plain_rows(
        ActionLead,
        [
            {"wording_id": wording_id, "monitors": False, "position": 0, "lead_id": lead}
            for wording_id, lead in zip(wordings, leads, strict=True)
        ],
    )
    table: Any = Action.__table__
    db.session.execute(
        update(table).where(table.c.id == bindparam("the_action")).values(wording_id=bindparam("wording")),
        [{"the_action": a, "wording": w} for a, w in zip(action_ids, wordings, strict=True)],
    )


def _older_updates(year: int, action_ids: list[int], people: People, chance: Random) -> None:
    """Six updates an action, ending in Complete for most."""
    rows: list[dict[str, object]] = []
    for action_id in action_ids:
        before, before_at = Rag.NOT_STARTED, None
        for step in range(6):
            recorded_at = at_london(
                add_months(date(year, 5, 1), step * 2) + timedelta(days=chance.randrange(25)), time(10)
            )
            rag = (
                chance.choice((Rag.GREEN, Rag.GREEN, Rag.AMBER))
                if step < 5
                else chance.choice((Rag.COMPLETE, Rag.COMPLETE, Rag.AMBER))
            )
            note, route = chance.choice(NOTES[rag])
            rows.append(
                {
                    "action_id": action_id,
                    "recorded_at": recorded_at,
                    "recorded_by": people.accounts["secretary"],
                    "rag": rag,
                    "note": note,
                    "route_to_green": route,
                    "previous_rag": before,
                    "previous_at": before_at,
                }
            )
            before, before_at = rag, recorded_at
    _point(rows, add_rows(RagUpdate, rows))

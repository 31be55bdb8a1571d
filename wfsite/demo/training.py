"""Courses, sessions and registers of the demo council: five quarters behind, some weeks ahead, one session today."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from wfsite.core.clock import at_london, london_date
from wfsite.demo.people import People, Worker
from wfsite.demo.rows import add_rows
from wfsite.training.bookings.models import Place, PlaceStanding
from wfsite.training.bookings.rules import Mark, PlaceOrigin, PlaceState
from wfsite.training.programme.models import Course, SessionStanding, TrainingSession
from wfsite.training.programme.rules import SessionState
from wfsite.training.registers.models import AttendanceMark, RegisterClosure

# title, level, aims
_COURSES = (
    ("Safeguarding children: first steps", "Level 1", "Know the signs of harm and whom to tell."),
    ("Safeguarding children: working together", "Level 2", "Share what you know, and take part in a child's plan."),
    ("Safeguarding children: leading the response", "Level 3", "Chair a strategy discussion and hold a plan together."),
    ("Refresher: safeguarding in a day", "Level 2", "What has changed in law and guidance since your last course."),
    ("Neglect: seeing the whole picture", "Level 3", "Use a shared tool to tell when care is not good enough."),
    ("Domestic abuse and the child", "Level 2", "Hear what living with abuse means for a child, and plan for safety."),
    ("Child sexual exploitation: spot it early", "Level 2", "Recognise grooming and act on it together."),
    ("Early help assessments that families own", "Level 2", "Write an assessment with a family, not about them."),
    ("Reflective supervision for managers", "Level 4", "Make room to think about what a case does to the worker."),
    ("Safer recruitment", "Level 2", "Choose people who are safe to work with children."),
    ("Autism: understanding behaviour", "Level 1", "See what a behaviour says, and what helps."),
    ("Recording that a child could read", "Level 1", "Write records that are clear, fair and kind."),
)
_VENUES = (
    "Alderbrook Training Centre, room 1",
    "Alderbrook Training Centre, room 2",
    "Alder Valley village hall",
    "Brook Street family hub",
    "Online",
)
_TRAINERS = ("Priya Nair", "Nadia Rahman", "Thomas Quinn", "Eleri Davies")
_CORRECTED_AFTER, _WALKED_IN = timedelta(hours=3), timedelta(minutes=40)
# How long before the start.
_PLANNED, _BOOKED = timedelta(weeks=12), timedelta(weeks=3)
_CANCELLED = {PlaceState.CANCELLED_IN_TIME: timedelta(days=9), PlaceState.CANCELLED_LATE: timedelta(hours=20)}


@dataclass(frozen=True, slots=True)
class _Plan:
    """A session to be built, and what has become of its register."""

    starts_at: datetime
    people: int
    marked: bool
    closed: bool
    lead: str = ""


def build(people: People, *, scale: int, at: datetime) -> None:
    """Add 12 courses, 40 × `scale` sessions and their places, marks and closures. The first session is today's."""
    chance = Random(1989)  # noqa: S311  (a demo is to be the same every time)
    courses = add_rows(Course, [{"title": t, "level": level, "aims": aims} for t, level, aims in _COURSES])
    plans = [_today(at), *_older(chance, at, 40 * scale), *_coming(chance, at, scale)]
    rows = [_session_row(chance, plan, courses, people) for plan in plans]
    sessions = add_rows(TrainingSession, rows)
    pool = [*people.workers]
    places: list[dict[str, Any]] = []
    marks: list[list[tuple[Mark, timedelta]]] = []
    for number, (plan, session_id) in enumerate(zip(plans, sessions, strict=True)):
        always = [_staff_member(people)] if number == len(plans) - 1 else []
        _fill(chance, plan, session_id, pool, always, places, marks)
    ids = add_rows(Place, places)
    _add_history(people, plans, sessions, places, ids, marks)
    _add_standings(people, plans, sessions, places, ids, at=at)
    _add_closures(people, plans, sessions)


def _today(at: datetime) -> _Plan:
    """The session that started this morning, with exactly 25 people and nothing recorded yet."""
    morning = at_london(london_date(at), time(9, 30))
    on_the_hour = (at - timedelta(minutes=30)).replace(minute=0, second=0, microsecond=0)
    return _Plan(morning if at >= morning else on_the_hour, 25, marked=False, closed=False, lead="Priya Nair")


def _older(chance: Random, at: datetime, count: int) -> list[_Plan]:
    """Sessions spread over the last fifteen months; the newest but one has marks and still an open register."""
    today, number_of = london_date(at), count - 5
    plans = []
    for number in range(number_of):
        day = today - timedelta(days=4 + (number * 446 + chance.randrange(300)) // number_of)
        day -= timedelta(days=max(0, day.weekday() - 4))
        starts_at = at_london(day, time(chance.choice((9, 10, 13)), 30))
        plans.append(_Plan(starts_at, chance.randrange(15, 26), marked=True, closed=number != 1))
    return plans


def _coming(chance: Random, at: datetime, scale: int) -> list[_Plan]:
    """Four sessions ahead for each of `scale`; the last built is the one where staff@ has a place."""
    today = london_date(at)
    plans = []
    for number in range(4 * scale):
        day = today + timedelta(days=16 + number * 13 % 77)
        day += timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)
        plans.append(_Plan(at_london(day, time(10)), chance.randrange(8, 20), marked=False, closed=False))
    soon = today + timedelta(days=9 + (2 if (today + timedelta(days=9)).weekday() > 4 else 0))
    plans[-1] = _Plan(at_london(soon, time(9, 30)), 14, marked=False, closed=False)
    return plans


def _session_row(chance: Random, plan: _Plan, courses: list[int], people: People) -> dict[str, Any]:
    hours = chance.choice((3, 6, 6, 6.5))
    closed_at = _closed_at(plan) if plan.closed else None
    return {
        "course_id": chance.choice(courses) if not plan.lead else courses[1],
        "starts_at": plan.starts_at,
        "ends_at": plan.starts_at + timedelta(hours=hours),
        "venue": chance.choice(_VENUES) if not plan.lead else _VENUES[2],
        "trainer": plan.lead or chance.choice(_TRAINERS),
        "capacity": max(plan.people, chance.choice((20, 24, 25, 30))),
        "state": SessionState.PLANNED,
        "register_closed_at": closed_at,
        "register_closed_by": people.accounts["training"] if closed_at else None,
        "version": 2 if closed_at else 1,
    }


def _closed_at(plan: _Plan) -> datetime:
    """Most registers are closed on the day after the session."""
    return plan.starts_at + timedelta(hours=28)


def _staff_member(people: People) -> Worker:
    return Worker(people.accounts["staff"], "", people.council_id, None, people.professions["Social worker"])


def _fill(
    chance: Random,
    plan: _Plan,
    session_id: int,
    pool: list[Worker],
    always: list[Worker],
    places: list[dict[str, Any]],
    marks: list[list[tuple[Mark, timedelta]]],
) -> None:
    """The people of one session: those expected, a few who cancelled, now and then a walk-in."""
    cancelled = 0 if plan.lead else chance.choice((0, 1, 1, 2, 3))
    walked_in = chance.choice((0, 0, 1, 2)) if plan.marked else 0
    chosen = [*always, *chance.sample(pool, plan.people - len(always) + cancelled + walked_in)]
    for number, worker in enumerate(chosen):
        origin, state, history = PlaceOrigin.BOOKED, PlaceState.CONFIRMED, []
        if number >= plan.people + cancelled:
            origin, history = PlaceOrigin.WALK_IN, [(Mark.ATTENDED, _WALKED_IN)]
        elif number >= plan.people:
            state = chance.choice(
                (PlaceState.CANCELLED_IN_TIME, PlaceState.CANCELLED_IN_TIME, PlaceState.CANCELLED_LATE)
            )
        elif plan.marked:
            history = _history(chance, is_open=not plan.closed)
        places.append(
            {
                "session_id": session_id,
                "person_id": worker.id,
                "agency_id": worker.agency_id,
                "profession_id": worker.profession_id,
                "origin": origin,
                "state": state,
                "mark": history[-1][0] if history else Mark.UNRECORDED,
                "version": 1 + len(history),
            }
        )
        marks.append(history)


def _history(chance: Random, *, is_open: bool) -> list[tuple[Mark, timedelta]]:
    """The marks of one person, with how long after the start each was set."""
    first = (Mark.ATTENDED, timedelta(minutes=20))
    roll = chance.random()
    if roll < (0.3 if is_open else 0.01):
        return []
    if roll < 0.86:
        return [first]
    exception = (Mark.DID_NOT_ATTEND, Mark.DID_NOT_ATTEND, Mark.IN_PART, Mark.APOLOGY)[chance.randrange(4)]
    history = [first, (exception, timedelta(minutes=21))]
    # One in twenty exceptions is put right once the person has been asked.
    return [*history, (Mark.ATTENDED, _CORRECTED_AFTER)] if chance.random() < 0.05 else history


def _add_history(
    people: People,
    plans: list[_Plan],
    sessions: list[int],
    places: list[dict[str, Any]],
    ids: list[int],
    marks: list[list[tuple[Mark, timedelta]]],
) -> None:
    starts = {session_id: plan.starts_at for session_id, plan in zip(sessions, plans, strict=True)}
    lead = people.accounts["training"]
    rows = []
    for place, place_id, history in zip(places, ids, marks, strict=True):
        session_id = place["session_id"]
        for number, (mark, after) in enumerate(history):
            # The first marks of a register were set together, by one press of "Everyone attended".
            together = number == 0 and place["origin"] is PlaceOrigin.BOOKED
            act = f"demo-{session_id}" if together else f"demo-{place_id}-{number}"
            made = {"place_id": place_id, "mark": mark, "recorded_by": lead, "act": act, "is_undo": False}
            rows.append(made | {"recorded_at": starts[session_id] + after})
    rows.sort(key=lambda row: (row["recorded_at"], row["place_id"]))
    add_rows(AttendanceMark, rows)


def _add_standings(
    people: People,
    plans: list[_Plan],
    sessions: list[int],
    places: list[dict[str, Any]],
    ids: list[int],
    *,
    at: datetime,
) -> None:
    """Sessions are announced and booked some weeks ahead; whoever cancels does so in time, or on the day before."""
    lead = people.accounts["training"]
    starts = {session_id: plan.starts_at for session_id, plan in zip(sessions, plans, strict=True)}
    add_rows(
        SessionStanding,
        [
            {
                "session_id": i,
                "state": SessionState.PLANNED,
                "recorded_by": lead,
                "recorded_at": min(at, start - _PLANNED),
            }
            for i, start in starts.items()
        ],
    )
    rows = []
    for place, place_id in zip(places, ids, strict=True):
        for state, after in _standings(place):
            since = min(at, starts[place["session_id"]] + after)
            rows.append({"place_id": place_id, "state": state, "recorded_by": lead, "recorded_at": since})
    add_rows(PlaceStanding, rows)


def _standings(place: dict[str, Any]) -> list[tuple[PlaceState, timedelta]]:
    """How a place came to stand as it does, with how long after the start of the session each was."""
    if place["origin"] is PlaceOrigin.WALK_IN:
        return [(PlaceState.CONFIRMED, _WALKED_IN)]
    booked = (PlaceState.CONFIRMED, -_BOOKED)
    return [booked, (place["state"], -_CANCELLED[place["state"]])] if place["state"] in _CANCELLED else [booked]


def _add_closures(people: People, plans: list[_Plan], sessions: list[int]) -> None:
    lead = people.accounts["training"]
    rows = [
        {"session_id": i, "is_closed": True, "recorded_by": lead, "recorded_at": _closed_at(plan)}
        for i, plan in zip(sessions, plans, strict=True)
        if plan.closed
    ]
    add_rows(RegisterClosure, rows)

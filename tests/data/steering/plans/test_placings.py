"""Where actions stand and what themes are called: dated rows, replayed at every instant; one of two at once."""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select

from tests.support.engines import NOW, Site
from tests.support.plans import TODAY, action_id, actor, rag_update, version_of
from tests.support.present import the
from tests.support.replay import Replay
from wfsite.core.clock import end_of_day
from wfsite.core.errors import Conflict, Missing, RuleBroken, Stale
from wfsite.core.rag import Rag
from wfsite.extensions import db
from wfsite.steering.plans import action_queries, queries
from wfsite.steering.plans.models import Action, ActionPlacing, Plan, Theme, ThemeWording
from wfsite.steering.plans.placing_services import action_move
from wfsite.steering.plans.queries import Filters
from wfsite.steering.plans.rules import position_of
from wfsite.steering.plans.theme_services import theme_change

pytestmark = pytest.mark.usefixtures("context")

MICRO, HOUR = timedelta(microseconds=1), timedelta(hours=1)


def by() -> int:
    return actor("secretary").person_id


def themes(year: int = 2025) -> Sequence[Theme]:
    return db.session.scalars(
        select(Theme).join(Plan, Plan.id == Theme.plan_id).where(Plan.year == year).order_by(Theme.position)
    ).all()


def shown(
    as_at: datetime | None = None, *, year: int = 2025
) -> list[tuple[int, str, list[tuple[int, str, int | None]]]]:
    """The plan as it is printed: theme by theme, each action with its reference and what it is a sub-action of."""
    plan = the(queries.plan_page(year, filters=Filters(), seen_by=actor("secretary"), on=TODAY, as_at=as_at))
    return [
        (theme.position, theme.title, [(row.id, row.reference, row.parent_id) for row in theme.rows])
        for theme in plan.themes
    ]


def move(
    reference: str,
    to: str,
    *,
    theme: Theme,
    parent_id: int | None = None,
    at: datetime = NOW,
    version: int | None = None,
) -> None:
    found = action_id(reference)
    seen = version_of(found) if version is None else version
    action_move(found, to, theme_id=theme.id, parent_id=parent_id, version=seen, by=by(), at=at)


def test_an_action_that_moves_takes_its_sub_actions_along_and_the_past_stays() -> None:
    first = themes()[0]
    before, moved, subs = shown(), action_id("2.1"), {action_id("2.1a"): "1.90a", action_id("2.1c"): "1.90c"}
    move("2.1", "1.90", theme=first, at=NOW + HOUR)
    after = {row[0]: (number, *row[1:]) for number, _, rows in shown() for row in rows}
    assert after[moved] == (1, "1.90", None)
    assert {i: after[i] for i in subs} == {i: (1, reference, moved) for i, reference in subs.items()}
    assert shown(NOW + HOUR - MICRO) == before
    assert shown(NOW + HOUR) == shown()
    page = action_queries.action_page(moved, seen_by=actor("secretary"), on=TODAY, as_at=NOW)
    assert (page.row.reference, page.row.theme_position) == ("2.1", 2)
    newest = action_queries.action_history(moved)[0]
    assert (newest.title, newest.changes[0]) == ("Moved", "Reference: 2.1 → 1.90")
    assert newest.changes[1].endswith(f"→ {first.title}")
    assert "Moved" not in [one.title for one in action_queries.action_history(moved, as_at=NOW)]


def test_a_sub_action_becomes_one_of_another_action() -> None:
    second, parent, moved = themes()[1], action_id("2.2"), action_id("2.1c")
    move("2.1c", "2.2z", theme=second, parent_id=parent, at=NOW + HOUR)
    assert action_queries.action_history(moved)[0].changes == ("Reference: 2.1c → 2.2z", "Sub-action of: 2.1 → 2.2")
    row = action_queries.action_page(moved, seen_by=actor("secretary"), on=TODAY, as_at=NOW).row
    assert (row.reference, row.parent_id) == ("2.1c", action_id("2.1"))


def test_a_theme_has_its_name_of_the_day() -> None:
    theme = themes()[1]
    old, before = (theme.title, theme.position), shown()
    assert theme_change(theme.id, "Another name", position=90, seen=old, by=by(), at=NOW + HOUR)
    assert not theme_change(theme.id, "Another name", position=90, seen=old, by=by(), at=NOW + HOUR)
    with pytest.raises(Conflict, match="It is now “90 Another name”"):
        theme_change(theme.id, "A third", position=2, seen=old, by=by(), at=NOW + HOUR)
    with pytest.raises(Missing):
        theme_change(2**31 - 1, "None", position=1, seen=old, by=by(), at=NOW)
    assert shown()[-1][:2] == (90, "Another name")
    assert shown(NOW + HOUR - MICRO) == before
    assert shown(NOW + HOUR) == shown()
    entry = action_queries.action_page(action_id("2.1"), seen_by=actor("secretary"), on=TODAY, as_at=NOW)
    assert entry.theme == f"{old[1]} {old[0]}"


def test_where_an_action_may_not_go() -> None:
    first, second = themes()[:2]
    for wrong in ("2.1a", "2", "2.0", "2.1 "):
        with pytest.raises(RuleBroken, match=r"Enter a reference like 2\.3$"):
            move("1.1", wrong, theme=second)
    with pytest.raises(RuleBroken, match=r"2\.1 is another action"):
        move("1.1", "2.1", theme=second)
    with pytest.raises(RuleBroken, match="has sub-actions of its own"):
        move("2.1", "2.2x", theme=second, parent_id=action_id("2.2"))
    with pytest.raises(RuleBroken, match=r"like 2\.3a"):
        move("2.1c", "2.2", theme=second, parent_id=action_id("2.2"))
    for theme, parent in ((themes(2014)[0], None), (first, action_id("2.2")), (second, action_id("2.1c"))):
        with pytest.raises(Missing):
            move("1.1", "2.99", theme=theme, parent_id=parent)
    with pytest.raises(Conflict):
        move("1.1", "1.99", theme=first, version=version_of(action_id("1.1")) + 1)


def test_the_newest_place_lies_on_its_action_and_theme() -> None:
    placed = (ActionPlacing.theme_id, ActionPlacing.parent_id, ActionPlacing.reference, ActionPlacing.position)
    own = (Action.theme_id, Action.parent_id, Action.reference, Action.position)
    for stands, said, order in (
        (select(Action.id, *own), select(ActionPlacing.action_id, *placed), ActionPlacing),
        (
            select(Theme.id, Theme.position, Theme.title),
            select(ThemeWording.theme_id, ThemeWording.position, ThemeWording.title),
            ThemeWording,
        ),
    ):
        rows = db.session.execute(said.order_by(order.recorded_at, order.id))
        newest = {owner: tuple(rest) for owner, *rest in rows}
        assert newest == {owner: tuple(rest) for owner, *rest in db.session.execute(stands)}


class PlanReplay(Replay):
    """A plan by replay."""

    def shown(self, instant: datetime) -> list[tuple[int, str, list[tuple[int, str, int | None]]]]:
        stood = self.at(instant)
        called = {what[1]: value for what, value in stood.items() if what[0] == "theme"}
        rows: dict[int, list[tuple[int, int, str, int | None]]] = {}
        for (kind, owner), value in stood.items():
            if kind == "action":
                theme, reference, parent = value
                rows.setdefault(theme, []).append((position_of(reference), owner, reference, parent))
        found = [
            (*called[theme], [(owner, reference, parent) for _, owner, reference, parent in sorted(of_theme)])
            for theme, of_theme in rows.items()
        ]
        return sorted(found)


def replay_of_today() -> PlanReplay:
    """The plan as it was imported."""
    replay = PlanReplay()
    for theme in themes():
        replay.note(NOW - timedelta(days=1_000), ("theme", theme.id), (theme.position, theme.title))
    rows = select(Action.id, Action.theme_id, Action.reference, Action.parent_id, Action.added_at)
    for row in db.session.execute(rows.where(Action.theme_id.in_([theme.id for theme in themes()]))):
        replay.note(row.added_at, ("action", row.id), (row.theme_id, row.reference, row.parent_id))
    return replay


@pytest.mark.parametrize("seed", range(3))
def test_every_instant_is_the_replay_of_what_was_done_until_then(seed: int) -> None:
    chance, replay = Random(seed), replay_of_today()
    assert replay.shown(NOW) == shown(NOW) == shown()
    for turn in range(30):
        # The clock runs on, and now and then is set back by days.
        at = NOW + timedelta(minutes=chance.randrange(3_000)) - timedelta(days=chance.choice((0, 0, 0, 5)))
        if chance.random() < 0.3:
            theme = chance.choice(themes())
            # Positions of their own: what stands at one place is in the order of its name.
            title, position = f"Theme {seed} {turn}", 100 + chance.randrange(50) * 10 + theme.id % 10
            theme_change(theme.id, title, position=position, seen=(theme.title, theme.position), by=by(), at=at)
            replay.note(at, ("theme", theme.id), (position, title))
        else:
            _move_any(chance, turn, replay, at=at)
    assert shown() == replay.shown(NOW + timedelta(days=99))
    for instant in replay.instants:
        if instant >= NOW - timedelta(days=6):
            assert shown(instant) == replay.shown(instant), instant


def _move_any(chance: Random, turn: int, replay: PlanReplay, *, at: datetime) -> None:
    """Move an action that is none's sub-action, with those that it has, to some theme."""
    ids = [theme.id for theme in themes()]
    tops = db.session.scalars(
        select(Action).where(Action.theme_id.in_(ids), Action.parent_id.is_(None)).order_by(Action.id)
    ).all()
    action, theme_id, reference = chance.choice(tops), chance.choice(ids), f"{turn + 100}.{chance.randrange(1, 99)}"
    subs = db.session.execute(select(Action.id, Action.reference).where(Action.parent_id == action.id)).all()
    action_move(action.id, reference, theme_id=theme_id, version=version_of(action.id), by=by(), at=at)
    db.session.expire_all()
    replay.note(at, ("action", action.id), (theme_id, reference, None))
    for sub in subs:
        replay.note(at, ("action", sub.id), (theme_id, f"{reference}{sub.reference[-1]}", action.id))


def test_of_two_who_move_one_action_at_once_one_is_told(site: Site) -> None:
    found, version, secretary = action_id("1.1"), version_of(action_id("1.1")), by()
    targets = [(theme.id, f"{number}.88") for number, theme in enumerate(themes()[:2], 1)]
    db.session.rollback()
    together, answers = threading.Barrier(2), []

    def go(theme_id: int, reference: str) -> None:
        with site.app.app_context():
            together.wait()
            try:
                action_move(found, reference, theme_id=theme_id, version=version, by=secretary, at=NOW)
                db.session.commit()
                answers.append(reference)
            except Conflict:
                answers.append("")
            finally:
                db.session.remove()

    both = [threading.Thread(target=go, args=target) for target in targets]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(answers)[0] == ""
    places = db.session.scalars(select(ActionPlacing.reference).where(ActionPlacing.action_id == found)).all()
    stands = db.session.execute(select(Action.reference, Action.version).where(Action.id == found)).one()
    assert tuple(stands) == (max(answers), version + 1)
    assert sorted(places) == sorted(["1.1", max(answers)])


def test_a_form_that_was_open_when_the_action_moved_is_told() -> None:
    found, version = action_id("1.1"), version_of(action_id("1.1"))
    move("1.1", "1.88", theme=themes()[0])
    with pytest.raises(Stale) as refused:
        rag_update(found, Rag.GREEN, version=version)
    assert refused.value.theirs.row.reference == "1.88"
    assert shown(end_of_day(TODAY)) == shown()

"""RAG updates: nothing is overwritten, twice is once, every day can be seen again, pointers point at the newest."""

import threading
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, literal, select

from tests.support.engines import NOW, Site
from tests.support.plans import TODAY, action_id, actor, rag_update, version_of
from tests.support.present import the
from tests.support.racing import race_updates
from wfsite.core.clock import at_london, end_of_day, london_date
from wfsite.core.errors import Conflict, Missing, RuleBroken, Stale
from wfsite.core.groups import GroupKind
from wfsite.core.paging import First
from wfsite.core.rag import Rag
from wfsite.extensions import db
from wfsite.groups.models import Group, Meeting
from wfsite.steering.plans import action_queries, queries
from wfsite.steering.plans.headline_queries import plan_headlines
from wfsite.steering.plans.models import Action, ActionWording, Plan, RagUpdate, Theme
from wfsite.steering.plans.own_queries import OwnActions, own_actions
from wfsite.steering.plans.queries import Filters, PlanPage
from wfsite.steering.plans.row_rules import ActionRow
from wfsite.steering.plans.rules import Attention

pytestmark = pytest.mark.usefixtures("context")


def _plan(
    *,
    on: date = TODAY,
    as_at: datetime | None = None,
    filters: Filters | None = None,
    by: str = "secretary",
    year: int | None = 2025,
) -> PlanPage:
    return the(queries.plan_page(year, filters=filters or Filters(), seen_by=actor(by), on=on, as_at=as_at))


def _rows(plan: PlanPage) -> dict[str, ActionRow]:
    return {row.reference: row for theme in plan.themes for row in theme.rows}


def _own(account: str, *, on: date = TODAY, most: int = 1_000) -> OwnActions:
    return own_actions(actor(account), on=on, most=most)


def _updates(of_action: int) -> int:
    return the(db.session.scalar(select(func.count()).select_from(RagUpdate).where(RagUpdate.action_id == of_action)))


def test_an_update_is_appended_and_the_answer_is_what_a_fresh_read_says() -> None:
    action = action_id("2.1")
    before, version = _updates(action), version_of(action)
    saved = rag_update(action, Rag.RED, "Two teams dropped out", "New dates")
    fresh = action_queries.action_page(action, seen_by=actor("secretary"), on=TODAY)
    assert saved.row == fresh.row
    assert saved == fresh
    assert (_updates(action), version_of(action)) == (before + 1, version + 1)
    assert saved.row.movement.startswith("worse than in ")


def test_a_stale_version_is_a_conflict_that_carries_theirs() -> None:
    action, version = action_id("2.1"), version_of(action_id("2.1"))
    rag_update(action, Rag.GREEN, "Theirs", by="manager", version=version)
    with pytest.raises(Stale) as refused:
        rag_update(action, Rag.RED, "Mine", version=version)
    assert (refused.value.theirs.row.note, refused.value.theirs.row.updated_by) == ("Theirs", "Martin Hale")
    rag_update(action, Rag.RED, "Mine", version=refused.value.theirs.row.version)
    assert [e.note for e in action_queries.action_history(action)][:2] == ["Mine", "Theirs"]


def test_the_same_words_sent_twice_are_recorded_once_but_may_be_said_again_later() -> None:
    action, version = action_id("2.1"), version_of(action_id("2.1"))
    first = rag_update(action, Rag.RED, version=version)
    count = _updates(action)
    again = rag_update(action, Rag.RED, version=version, at=NOW + timedelta(seconds=1))
    assert (again.row, _updates(action)) == (first.row, count)
    rag_update(action, Rag.RED, at=NOW + timedelta(days=30))
    assert _updates(action) == count + 1


def test_the_same_words_from_somebody_else_are_a_conflict() -> None:
    action, version = action_id("2.1"), version_of(action_id("2.1"))
    rag_update(action, Rag.RED, version=version, by="manager")
    with pytest.raises(Conflict):
        rag_update(action, Rag.RED, version=version, by="secretary")


def test_a_manager_reaches_what_they_their_team_or_their_watch_names() -> None:
    rag_update(action_id("2.1"), Rag.GREEN, by="manager")
    rag_update(action_id("2.1c"), Rag.GREEN, by="manager")  # led by the manager's team
    for reference in ("1.2", "3.1"):
        with pytest.raises(Missing):
            rag_update(action_id(reference), Rag.GREEN, by="manager")
    with pytest.raises(Missing):
        rag_update(2**31 - 1, Rag.GREEN, version=1)
    mine = {reference for reference, row in _rows(_plan(by="manager")).items() if row.may_update}
    assert len(mine) >= 6
    assert all(row.may_update for row in _rows(_plan()).values())
    assert not any(row.may_update for row in _rows(_plan(by="chair")).values())


def test_red_without_a_reason_writes_nothing() -> None:
    action = action_id("2.1")
    before = _updates(action)
    with pytest.raises(RuleBroken, match="Give the reason for the Red rating"):
        rag_update(action, Rag.RED, "", "")
    assert _updates(action) == before


def test_a_clock_that_was_set_back_keeps_the_order() -> None:
    action = action_id("2.1")
    rag_update(action, Rag.GREEN, "first")
    saved = rag_update(action, Rag.AMBER, "second", at=NOW - timedelta(hours=1))
    assert saved.row.updated_at == NOW
    assert [e.note for e in action_queries.action_history(action)][:2] == ["second", "first"]


def test_pointers_point_at_the_newest_rows() -> None:
    rag_update(action_id("1.1"), Rag.GREEN)
    pairs: tuple[tuple[type[RagUpdate | ActionWording], Any], ...] = (
        (RagUpdate, Action.rag_update_id),
        (ActionWording, Action.wording_id),
    )
    for table, pointer in pairs:
        rows = select(table.action_id, table.id).order_by(table.recorded_at, table.id)
        newest = {row[0]: row[1] for row in db.session.execute(rows)}
        held = {row[0]: row[1] for row in db.session.execute(select(Action.id, pointer))}
        assert {key: value for key, value in held.items() if value} == newest


def test_each_update_knows_the_one_before_it() -> None:
    rag_update(action_id("1.1"), Rag.RED)
    rag_update(action_id("1.1"), Rag.GREEN, at=NOW + timedelta(minutes=5))
    before: dict[int, tuple[Rag, datetime | None]] = {}
    for row in db.session.scalars(select(RagUpdate).order_by(RagUpdate.recorded_at, RagUpdate.id)):
        assert (row.previous_rag, row.previous_at) == before.get(row.action_id, (Rag.NOT_STARTED, None))
        before[row.action_id] = (row.rag, row.recorded_at)


def test_any_day_is_the_replay_of_history_up_to_it() -> None:
    rag_update(action_id("2.1"), Rag.RED)
    for days in (0, 1, 20, 23, 60, 120, 200, 300, 343, 344, 400):
        day = TODAY - timedelta(days=days)
        instant = end_of_day(day)
        expected = {}
        for action, rag in db.session.execute(
            select(RagUpdate.action_id, RagUpdate.rag)
            .where(RagUpdate.recorded_at <= instant)
            .order_by(RagUpdate.recorded_at, RagUpdate.id)
        ):
            expected[action] = rag
        plan = _plan(on=day, as_at=instant)
        rows = _rows(plan)
        existing = db.session.scalar(
            select(func.count())
            .select_from(Action)
            .join(Theme)
            .join(Plan)
            .where(Plan.year == 2025, Action.added_at <= instant)
        )
        assert len(rows) == existing
        assert {r.id: r.rag for r in rows.values()} == {
            r.id: expected.get(r.id, Rag.NOT_STARTED) for r in rows.values()
        }
        assert not any(row.may_update for row in rows.values())
    assert existing == 0  # 400 days ago the plan did not exist


def test_today_reads_the_same_by_key_and_by_date() -> None:
    now, then = _rows(_plan(by="chair")), _rows(_plan(by="chair", as_at=end_of_day(TODAY)))
    assert now == then


@pytest.mark.parametrize(
    "filters",
    [
        Filters(rag=Rag.AMBER),
        Filters(overdue=True),
        Filters(stale=True),
        Filters(to_decide=True),
        Filters(lead="Martin Hale"),
        Filters(lead="Nobody"),
    ],
)
def test_filters_show_exactly_what_fits_and_count_it(filters: Filters) -> None:
    everything, some = _plan(), _plan(filters=filters)
    fits = {
        reference: row
        for reference, row in _rows(everything).items()
        if (not filters.rag or row.rag is filters.rag)
        and (not filters.overdue or row.is_overdue)
        and (not filters.stale or row.is_stale)
        and (not filters.to_decide or row.waits_for_decision)
        and (not filters.lead or filters.lead in row.lead_names)
    }
    assert _rows(some) == fits
    assert sum(some.shown) == len(fits)
    assert (some.total, some.counts) == (everything.total, everything.counts)
    assert bool(fits) == (filters.lead != "Nobody")


def test_a_theme_filter_shows_one_theme() -> None:
    theme = _plan().themes[1]
    assert [t.id for t in _plan(filters=Filters(theme_id=theme.id)).themes] == [theme.id]


def test_the_demo_has_something_to_say() -> None:
    rows = _rows(_plan()).values()
    assert {row.rag for row in rows} == set(Rag)
    assert sum(row.is_overdue for row in rows) >= 3
    assert sum(row.is_stale for row in rows) >= 3
    assert all(row.note and row.route_to_green for row in rows if row.rag.needs_reason)


def test_what_waits_for_a_manager_is_theirs_and_silent_or_overdue() -> None:
    own = _own("manager")
    mine = [row for row in _rows(_plan(by="manager")).values() if row.may_update]
    silent = [row for row in mine if row.is_stale]
    late = [row for row in mine if row.is_overdue and not row.waits_for_decision]
    for found, expected in ((own.to_update, silent), (own.to_date, late)):
        assert found.shown == tuple(sorted(expected, key=lambda row: row.rag.rank))
        assert found.total == len(expected) > 0
    assert _own("chair") == OwnActions(First(), First())


def test_the_worst_few_stand_for_all_that_waits() -> None:
    every, few = _own("manager"), _own("manager", most=1)
    assert (few.to_update, few.to_date) == (
        First(every.to_update.shown[:1], every.to_update.total),
        First(every.to_date.shown[:1], every.to_date.total),
    )
    assert _own("manager", most=0).to_update.shown == ()


def test_an_overdue_action_that_was_updated_waits_for_no_update() -> None:
    action = action_id("2.1c")
    assert action in {row.id for row in _own("manager").to_update.shown}
    rag_update(action, Rag.AMBER, by="manager")
    assert action not in {row.id for row in _own("manager").to_update.shown}
    assert _rows(_plan())["2.1c"].is_overdue


@pytest.mark.parametrize("day", [TODAY, TODAY + timedelta(days=22), TODAY.replace(year=2029)])
def test_headlines_count_what_the_plan_shows(day: date) -> None:
    """On 1 April the new year's plan is not there yet: figures and tasks speak of the plan that is shown."""
    plan, headlines = _plan(on=day, year=None), the(plan_headlines(on=day))
    rows = _rows(plan).values()
    assert (headlines.year, headlines.total, headlines.counts) == (plan.year, len(rows), plan.counts)
    assert headlines.attention == plan.attention == Attention.of(rows)
    assert headlines.attention.overdue == sum(row.is_overdue for row in rows) > 0
    assert headlines.attention.stale == sum(row.is_stale for row in rows) > 0
    assert headlines.attention.to_decide == 1
    for theme in plan.themes:
        assert headlines.theme_counts(theme.id) == theme.counts
    of_year = the(plan_headlines(on=day, year=plan.year))
    assert (of_year.counts, of_year.attention) == (headlines.counts, headlines.attention)
    mine = _own("manager", on=day)
    assert {row.reference for row in (*mine.to_update.shown, *mine.to_date.shown)} <= set(_rows(plan))
    assert mine.to_date.total


def test_actions_that_stand_alike_are_counted_by_the_database_and_what_waits_is_read_in_part() -> None:
    before, own = the(plan_headlines(on=TODAY)), _own("manager", most=8)
    like = action_id("2.1c")
    same = (Action.theme_id, Action.position, Action.added_at, Action.wording_id, Action.rag_update_id, Action.version)
    for number in range(300):
        copied = select(literal(f"9.{number}"), *same).where(Action.id == like)
        db.session.execute(insert(Action).from_select(["reference", *(column.key for column in same)], copied))
    after, later = the(plan_headlines(on=TODAY)), _own("manager", most=8)
    # All alike, and unlike the first only in that no date of theirs is proposed.
    assert (after.total, len(after.standings)) == (before.total + 300, len(before.standings) + 1)
    assert after.attention == replace(
        before.attention, overdue=before.attention.overdue + 300, stale=before.attention.stale + 300
    )
    assert after.counts == _plan().counts
    for found, earlier in ((later.to_update, own.to_update), (later.to_date, own.to_date)):
        assert (len(found.shown), found.total) == (8, earlier.total + 300)


@pytest.mark.parametrize("hours", [-1, 0, 1])
def test_silence_begins_with_the_day_of_the_meeting_in_london(hours: int) -> None:
    """In summer a day in London begins an hour before it does in the database's time."""
    met_on = date(2026, 7, 15)
    group = db.session.scalar(select(Group.id).where(Group.kind == GroupKind.STEERING))
    db.session.execute(insert(Meeting), [{"group_id": group, "held_on": met_on}])
    action, said_at = action_id("2.1c"), at_london(met_on, time.min) + timedelta(hours=hours)
    rag_update(action, Rag.AMBER, by="manager", at=said_at)
    on = met_on + timedelta(days=1)
    stale = {row.id for row in _rows(_plan(on=on)).values() if row.is_stale}
    assert (action in stale) == (hours < 0)
    assert {row.id for row in _own("manager", on=on).to_update.shown} <= stale
    assert (action in {row.id for row in _own("manager", on=on).to_update.shown}) == (hours < 0)
    assert the(plan_headlines(on=on, year=2025)).attention.stale == len(stale)


def test_there_are_no_headlines_without_a_plan() -> None:
    assert plan_headlines(on=TODAY, year=2019) is None


def test_racing_edits_lose_nothing(site: Site) -> None:
    action = action_id("2.1")
    db.session.rollback()  # hold no lock while they race
    race_updates(site, action, edits=24, threads=6)


def test_two_edits_at_one_version_from_two_threads_keep_exactly_one(site: Site) -> None:
    action = action_id("2.1")
    version = version_of(action)
    db.session.rollback()
    start, saved = threading.Barrier(2), []

    def edit(note: str) -> None:
        with site.app.app_context():
            by = actor("secretary")
            db.session.rollback()
            start.wait()
            try:
                from wfsite.steering.plans import services

                services.rag_update_add(
                    action,
                    rag=Rag.GREEN,
                    note=note,
                    route_to_green="",
                    version=version,
                    by=by,
                    at=NOW,
                    on=london_date(NOW),
                )
                db.session.commit()
                saved.append(note)
            except Conflict:
                db.session.rollback()
            finally:
                db.session.remove()

    threads = [threading.Thread(target=edit, args=(note,)) for note in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(saved) == 1
    assert action_queries.action_history(action)[0].note == saved[0]

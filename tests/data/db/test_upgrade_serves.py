"""A year of use of 0.1.0, brought up to date, serves: every role's pages, and each past day as its raw rows say it."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import TypeAlias
from zoneinfo import ZoneInfo

import pytest
from flask_migrate import upgrade

from tests.support.client import Browser
from tests.support.engines import Site, make_empty_app, sqlalchemy_url
from tests.support.html import Tag
from tests.support.kept import Row, Tables, load, tables
from tests.support.links import walk
from tests.support.routes import ROLES
from wfsite.extensions import db

_AFTER = datetime(2024, 3, 15, 20, tzinfo=UTC)  # the year's last evening
_LONDON = ZoneInfo("Europe/London")
_FIRST, _LAST = date(2023, 3, 14), date(2024, 3, 14)
# Days on which a year, a clock or a month of 29 days turns, and those around the one whose clock was set back.
_SPECIAL = (
    date(2023, 3, 25),
    date(2023, 3, 26),
    date(2023, 3, 31),
    date(2023, 4, 1),
    date(2023, 10, 29),
    date(2023, 11, 12),
    date(2023, 11, 13),
    date(2023, 11, 14),
    date(2023, 12, 31),
    date(2024, 1, 1),
    date(2024, 2, 29),
)
_OFTEN = tuple(sorted({*_SPECIAL, *(_FIRST + timedelta(days=n) for n in Random(9).sample(range(366), 13))}))
_AS_AT = ("2023-09-14", "2023-10-29", "2024-02-29")
_DATED = ("/steering", "/steering/plan", "/steering/workforce", "/training/attendance", "/improvement/workforce")
# Drawn, packed or written by a process apart, from what the pages show: their own tests have them.
_APART = r"\.(svg|xlsx|docx|csv)|/picture|/export|/download|kind="

# The raw rows before the upgrade, and the site after it.
Year: TypeAlias = tuple[Tables, Site]


@pytest.fixture
def year(site: Site, tmp_path: Path) -> Iterator[Year]:
    """The year's raw rows, and the site on them after the upgrade, on its last evening."""
    app = make_empty_app(site, tmp_path)
    app.extensions["clock"].at = _AFTER
    with app.app_context():
        load("year-of-use")
        before = tables(db.engine)
        upgrade()
        url = sqlalchemy_url(db.engine.url.render_as_string(hide_password=False))
    yield before, Site(app, app.extensions["clock"], tmp_path, url)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_every_role_s_pages_open(year: Year) -> None:
    _, upgraded = year
    for account in ROLES:
        seen, wrong = walk(Browser(upgraded, account), most=45, of_a_kind=1, but=_APART)
        assert wrong == [], account
        assert len(seen) > 2, account
    chair = Browser(upgraded, "chair")
    for day in _AS_AT:
        for path in _DATED:
            chair.get(f"{path}?as_at={day}")


def test_every_past_day_of_the_plan_says_what_the_old_rows_say(
    year: Year,
) -> None:
    before, upgraded = year
    chair = Browser(upgraded, "chair")
    for day in (*_OFTEN, None):
        for plan in before["plan"]:
            chair.get(f"/steering/plan?year={plan['year']}{f'&as_at={day}' if day else ''}")
            assert _shown(chair.page.all("tr")) == _reckoned(before, plan["id"], day), (plan["year"], day)


def _shown(rows: Iterable[Tag]) -> list[tuple[str, ...]]:
    """Each theme's heading and each action's cells as the page has them."""
    found: list[tuple[str, ...]] = []
    for row in rows:
        if row["class"] == "app-theme":
            found.append((_folded(next(c for c in row.children if c.name == "h2").text),))
        elif row["id"].startswith("a"):
            cells = [c for c in row.children if c.name in ("th", "td")]
            status = next(c for c in cells[5].children if c.name == "strong")
            said = [c for c in cells[5].children if c.name == "p" and c["class"] not in ("app-do", "app-late")]
            words = [c.text for c in (cells[0], *cells[2:5])]
            words += [status.text.removeprefix(status.children[0].text), *(p.text for p in said)]
            found.append(tuple(map(_folded, words)))
    return found


def _reckoned(before: Tables, plan_id: int, day: date | None) -> list[tuple[str, ...]]:
    """The same from the rows of the old tables: what was newest when the day ended; today, what is pointed at."""
    until = datetime.combine(day, time.max, tzinfo=_LONDON) if day else None
    names = {row["id"]: row["name"] for row in before["person"]}
    found: list[tuple[str, ...]] = []
    for theme in sorted((t for t in before["theme"] if t["plan_id"] == plan_id), key=lambda t: t["position"]):
        actions = [a for a in before["action"] if a["theme_id"] == theme["id"]]
        lines = []
        for action in sorted(actions, key=lambda a: (a["position"], a["id"])):
            wording = _stood(before["action_wording"], action, "wording_id", until)
            update = _stood(before["rag_update"], action, "rag_update_id", until)
            if wording and (until is None or action["added_at"] <= until):
                lines.append(_line(action, wording, update, names))
        if lines:
            found += [(_folded(f"{theme['position']} {theme['title']}"),), *lines]
    return found


def _stood(rows: list[Row], action: Row, pointer: str, until: datetime | None) -> Row | None:
    own = [row for row in rows if row["action_id"] == action["id"]]
    if until is None:
        return next((row for row in own if row["id"] == action[pointer]), None)
    own = [row for row in own if row["recorded_at"] <= until]
    return max(own, key=lambda row: (row["recorded_at"], row["id"]), default=None)


def _line(action: Row, wording: Row, update: Row | None, names: dict[int, str]) -> tuple[str, ...]:
    cells = [f"{action['reference']} {wording['title']}"]
    cells += [wording["leads"].replace("\n", ", "), wording["criteria"], wording["monitors"].replace("\n", ", ")]
    cells.append(_WORDS[update["rag"] if update else "not-started"])
    if update:
        if update["note"]:
            cells.append(update["note"])
        if update["route_to_green"]:
            cells.append(f"Back to Green: {update['route_to_green']}")
        cells.append(f"{names.get(update['recorded_by'], '')}, {_moment(update['recorded_at'])}")
    return tuple(map(_folded, cells))


_WORDS = {
    "red": "Red",
    "amber": "Amber",
    "green": "Green",
    "complete": "Complete",
    "not-started": "Not started",
    "no-longer-required": "No longer required",
}


def _moment(instant: datetime) -> str:
    """ "3 March 2026 at 2:30pm", in London."""
    there = instant.astimezone(_LONDON)
    clock = f"{there.hour % 12 or 12}:{there.minute:02}".removesuffix(":00")
    clock = {"0:0": "midnight", "12:0": "midday"}.get(
        f"{there.hour}:{there.minute}", clock + ("am" if there.hour < 12 else "pm")
    )
    return f"{there.day} {there:%B %Y} at {clock}"


def _folded(words: str) -> str:
    return " ".join(words.split())

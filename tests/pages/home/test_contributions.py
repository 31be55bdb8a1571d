"""Home asks the rooms: each is registered once, and one that fails takes nothing else with it."""

import logging
from datetime import datetime
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest

import wfsite
from tests.support.client import Browsers
from tests.support.engines import Site
from wfsite.core.actor import Actor
from wfsite.core.contributions import HOME_READING, HOME_SECTIONS, HOME_TASKS, Contributions, Kind
from wfsite.core.paging import First
from wfsite.core.tasks import Line, Task, Urgency, in_short, ranked

OFFERS: dict[str, Kind[Any]] = {"home_tasks": HOME_TASKS, "home_sections": HOME_SECTIONS, "home_reading": HOME_READING}


def _offered() -> dict[str, list[object]]:
    """Every function of the site that has the name of an offer, where it is written."""
    found: dict[str, list[object]] = {name: [] for name in OFFERS}
    for module in walk_packages(wfsite.__path__, "wfsite."):
        if ".migrations" in module.name:
            continue
        for name, offers in found.items():
            offer = vars(import_module(module.name)).get(name)
            if offer is not None and offer.__module__ == module.name:
                offers.append(offer)
    return found


@pytest.mark.parametrize("name", OFFERS)
def test_every_room_that_offers_something_is_registered_once(site: Site, name: str) -> None:
    registered = [one.offer for one in site.app.extensions["contributions"].of(OFFERS[name])]
    assert sorted(map(repr, registered)) == sorted(map(repr, _offered()[name]))
    assert registered


def test_nothing_is_registered_twice() -> None:
    kind: Kind[Any] = Kind("a test")
    found = Contributions()
    found.add(kind, "one", print)
    for part, offer in (("one", repr), ("two", print)):
        with pytest.raises(ValueError, match="registered twice for a test"):
            found.add(kind, part, offer)
    assert [one.part for one in found.of(kind)] == ["one"]
    assert found.of(Kind("nobody asked for this")) == ()


def _fails(actor: Actor, *, at: datetime) -> None:
    raise KeyError("a fault of the room")


def test_a_room_that_fails_is_named_and_logged_and_the_others_stand(
    site: Site, browser: Browsers, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    offers = site.app.extensions["contributions"]
    broken = Contributions()
    for kind in OFFERS.values():
        for one in offers.of(kind):
            offer: Any = _fails if one.part == "surveys" and kind is HOME_TASKS else one.offer
            broken.add(kind, one.part, offer)
    monkeypatch.setitem(site.app.extensions, "contributions", broken)
    b = browser("training")
    with caplog.at_level(logging.ERROR, "wfsite"):
        words = b.get("/").words
    assert "This page is not complete: surveys could not be read just now" in words
    assert "Complete the register" in words and "Answer the survey" not in words
    (record,) = [r for r in caplog.records if r.message == "part not read"]
    assert (vars(record)["part"], vars(record)["kind"]) == ("surveys", "home tasks")
    assert "a fault of the room" in caplog.text


def _task(number: int, urgency: Urgency = Urgency.WAITING) -> Task:
    return Task(title=f"Task {number}", url="/", urgency=urgency)


def test_worst_first_and_what_is_alike_as_it_was_given() -> None:
    given = [_task(1, Urgency.OPEN), _task(2, Urgency.LATE), _task(3, Urgency.OPEN), _task(4, Urgency.TODAY)]
    assert [task.title for task in ranked(given)] == ["Task 2", "Task 4", "Task 1", "Task 3"]


@pytest.mark.parametrize(("found", "total", "titles"), [(3, None, 3), (8, 8, 8), (8, 9, 9), (20, None, 9), (0, 0, 0)])
def test_the_first_few_and_the_way_to_the_rest(found: int, total: int | None, titles: int) -> None:
    of_all = range(found) if total is None else First(tuple(range(found)), total)
    lines = in_short(of_all, _task, lambda left: Line(title=f"{left} more", url="/all"))
    assert len(lines) == titles
    if titles == 9:
        assert lines[-1].title == f"{(total or found) - 8} more"

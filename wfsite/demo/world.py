"""Builds the fictional council: the same world from the same instant, small or `scale` times as large."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from wfsite.demo import groups, papers, people, plans, reports, surveys, training, workforce
from wfsite.extensions import db
from wfsite.people.models import Person


@dataclass(frozen=True, slots=True)
class World:
    """What every part of the demo needs to know."""

    scale: int
    at: datetime
    people: people.People


def is_empty() -> bool:
    """Whether the database holds nobody yet."""
    return db.session.scalar(select(Person.id).limit(1)) is None


def mark_as_demo(instance: Path) -> bool:
    """Write the settings that show the demo's password; False when the instance has settings of its own."""
    config = instance / "config.toml"
    before = f'# Written by "flask wfsite demo".\ndemo = true\ncouncil_name = "{people.COUNCIL_NAME}"\n'
    content = f'{before}help = "{people.HELP}"\n'
    if config.exists() and config.read_text(encoding="utf-8") not in (before, content):
        return False
    config.write_text(content, encoding="utf-8")
    return True


def build(*, scale: int, at: datetime) -> None:
    """Fill an empty database, as it would have come to be by `at`, and commit."""
    world = World(scale, at, people.build(scale=scale, at=at))
    groups.build(world.people, at=at)
    papers.build(world.people)
    plans.build(world.people, scale=scale, at=at)
    training.build(world.people, scale=scale, at=at)
    reports.build(world.people, at=at)
    workforce.build(world.people, scale=scale, at=at)
    surveys.build(world.people, scale=scale, at=at)  # last: counting a survey commits
    workforce.file_waits(world.people, at=at)  # a check commits too
    db.session.commit()

"""The quarter's attendance as a report: its figures are the page's, they add up, and they say how they moved."""

import re
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import update

from tests.support.engines import NOW
from tests.support.plans import actor
from wfsite.core.clock import at_london
from wfsite.core.errors import Missing
from wfsite.core.figures import Rate
from wfsite.core.periods import Quarter
from wfsite.extensions import db
from wfsite.issued.content_rules import Built, Chart, Figures, Paragraph, Table, built_bytes
from wfsite.training.programme.models import TrainingSession
from wfsite.training.programme.rules import SessionState
from wfsite.training.reports.issuing import moved, quarter_built, quarters_ended
from wfsite.training.reports.queries import quarter_report

pytestmark = pytest.mark.usefixtures("context")


def parts(built: Built, cls: type[Any]) -> list[Any]:
    return [part for section in built.sections for part in section.parts if isinstance(part, cls)]


def number(text: str) -> int:
    return int(text.replace(",", ""))


def test_the_figures_are_those_of_the_page_and_rows_add_up_to_their_total() -> None:
    lead = actor("training")
    report = quarter_report(Quarter(2025, 3), seen_by=lead, at=NOW)
    built = quarter_built("2025-q3", seen_by=lead, at=NOW)
    agencies, professions = parts(built, Table)
    assert agencies.rows[-1] == professions.rows[-1]
    assert [row[0] for row in agencies.rows[:-1]] == [group.label for group in report.by_agency]
    assert [row[0] for row in professions.rows[:-1]] == [group.label for group in report.by_profession]
    for table in (agencies, professions):
        *rows, total = table.rows
        for column in range(1, 10):
            assert sum(number(row[column]) for row in rows) == number(total[column]), table.columns[column]
    assert agencies.rows[-1][10] == report.total.counts.attendance().text
    assert agencies.rows[-1][12] == f"{report.total.people:,}"
    assert len(parts(built, Chart)) == 1 and len(parts(built, Figures)[0].figures) == 4


def test_the_sentence_adds_up() -> None:
    sentence = parts(quarter_built("2025-q3", seen_by=actor("training"), at=NOW), Paragraph)[0].text
    booked, in_time, late, expected, came, in_part, away, unknown, total, _ = map(
        number, re.findall(r"[\d,]+", sentence)
    )
    assert booked - in_time - late == expected == total == came + in_part + away + unknown


@pytest.mark.parametrize(
    ("now", "then", "words"),
    [
        (Rate(90, 100), Rate(88, 100), "up 2.0 percentage points from 88.0%"),
        (Rate(1, 3), Rate(1, 2), "down 16.7 percentage points from 50.0%"),
        (Rate(1, 2), Rate(2, 4), "the same as in the quarter before (50.0%)"),
        (Rate(1, 2), Rate(0, 0), ""),
    ],
)
def test_how_a_rate_moved(now: Rate, then: Rate, words: str) -> None:
    assert moved(now, then) == words


def test_a_quarter_without_sessions_is_a_report_too() -> None:
    built = quarter_built("2021-q1", seen_by=actor("training"), at=NOW)
    assert [section.key for section in built.sections] == ["headlines", "agencies", "professions", "meanings"]
    assert b"No register of this quarter is closed yet" in built_bytes(built)


def test_only_who_sees_all_agencies_builds_one_and_only_of_a_quarter_that_is_over() -> None:
    for account in ("chair", "partner", "staff"):
        with pytest.raises(Missing):
            quarter_built("2025-q3", seen_by=actor(account), at=NOW)
    with pytest.raises(Missing):
        quarter_built("2025-q9", seen_by=actor("training"), at=NOW)
    assert [subject for subject, _ in quarters_ended(at=NOW)][:2] == ["2025-q3", "2025-q2"]


def test_a_quarter_without_a_session_is_not_offered() -> None:
    offered = [subject for subject, _ in quarters_ended(at=NOW)]
    first, after = (at_london(date(2025, month, 1), time.min) for month in (7, 10))
    db.session.execute(
        update(TrainingSession)
        .where(TrainingSession.ends_at >= first, TrainingSession.ends_at < after)
        .values(state=SessionState.CANCELLED)
    )
    assert [subject for subject, _ in quarters_ended(at=NOW)] == [one for one in offered if one != "2025-q2"]
    assert quarters_ended(at=NOW.replace(year=2060)) == []

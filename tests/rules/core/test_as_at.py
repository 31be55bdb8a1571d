"""The day that an address names: over, today, to come or none."""

from datetime import UTC, date, datetime

import pytest

from wfsite.core.as_at import as_at_from

# Half past midnight in London, and still the day before in UTC.
NOW = datetime(2026, 6, 9, 23, 30, tzinfo=UTC)
NONE = ("", "", "")


@pytest.mark.parametrize(("raw", "boxes"), [
    ("2021-04-19", NONE), ("", ("19", "4", "2021")), ("", (" 19", "04 ", "2021")), ("2030-01-01", ("19", "4", "2021")),
])  # fmt: skip
def test_a_day_that_is_over(raw: str, boxes: tuple[str, str, str]) -> None:
    found = as_at_from(raw, boxes, now=NOW)
    assert (found.day, found.on, found.is_past, found.is_asked) == (date(2021, 4, 19), date(2021, 4, 19), True, True)
    assert found.instant == datetime(2021, 4, 19, 22, 59, 59, 999999, tzinfo=UTC)
    assert (found.suffix, found.more, found.file_suffix) == (
        "?as_at=2021-04-19",
        "&as_at=2021-04-19",
        "-as-at-2021-04-19",
    )
    assert found.past_instant == found.instant
    assert (found.error, found.boxes) == ("", {"day": "19", "month": "4", "year": "2021"})


@pytest.mark.parametrize(("raw", "boxes"), [("", NONE), ("2026-06-10", NONE), ("", ("10", "6", "2026"))])
def test_today_in_london_is_now(raw: str, boxes: tuple[str, str, str]) -> None:
    found = as_at_from(raw, boxes, now=NOW)
    assert (found.day, found.on, found.instant) == (None, date(2026, 6, 10), NOW)
    assert (found.is_past, found.is_asked, found.error) == (False, False, "")
    assert (found.suffix, found.more, found.file_suffix, found.past_instant) == ("", "", "", None)
    assert found.boxes == {"day": "", "month": "", "year": ""}


@pytest.mark.parametrize(("raw", "boxes"), [("2026-06-11", NONE), ("", ("1", "1", "2100")), ("2099-12-31", NONE)])
def test_a_day_to_come_is_refused(raw: str, boxes: tuple[str, str, str]) -> None:
    found = as_at_from(raw, boxes, now=NOW)
    assert found.error == "Choose a day up to today, 10 June 2026"
    assert (found.day, found.instant, found.is_past, found.is_asked) == (None, NOW, False, True)
    assert found.suffix == found.file_suffix == ""


@pytest.mark.parametrize(("raw", "boxes", "error", "kept"), [
    ("2026-02-30", NONE, "The date must be a real date", ("30", "02", "2026")),
    ("20250101", NONE, "The date must be a real date", NONE),
    ("yesterday", NONE, "The date must be a real date", NONE),
    ("2025-W01-1", NONE, "The date must be a real date", ("1", "W01", "2025")),
    ("--", NONE, "The date must be a real date", NONE),
    ("", ("٣", "1", "2025"), "The date must be a real date", ("٣", "1", "2025")),
    ("", ("1", "", "2025"), "The date must include a month", ("1", "", "2025")),
    ("1066-10-14", NONE, "The date must be a year between 1990 and 2100", ("14", "10", "1066")),
])  # fmt: skip
def test_a_day_that_is_none_is_refused_and_kept(
    raw: str, boxes: tuple[str, str, str], error: str, kept: tuple[str, str, str]
) -> None:
    found = as_at_from(raw, boxes, now=NOW)
    assert (found.error, tuple(found.boxes.values()), found.day) == (error, kept, None)

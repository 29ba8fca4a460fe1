from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from extractors.errors import SettingsError
from reports.week import Week


@pytest.mark.parametrize("text", ["2026-W47", "2026w47", " 2026-W47 "])
def test_reads_the_iso_form(text: str) -> None:
    week = Week.parse(text)
    assert str(week) == "2026-W47"
    assert (week.first_day, week.last_day) == (date(2026, 11, 16), date(2026, 11, 22))


@pytest.mark.parametrize("text", ["", "47", "2026-W00", "2026-W54", "2025-W53", "2026-11-16", "9999-W52", "0000-W01"])
def test_refuses_what_is_no_week(text: str) -> None:
    with pytest.raises(SettingsError, match="week"):
        Week.parse(text)


def test_53rd_week_exists_where_the_year_has_one() -> None:
    assert Week.parse("2026-W53").last_day == date(2027, 1, 3)


def test_iso_year_differs_from_the_calendar_year_around_new_year() -> None:
    assert str(Week.containing(datetime(2027, 1, 1, 12, tzinfo=UTC))) == "2026-W53"
    assert str(Week.containing(datetime(2024, 12, 30, 0, tzinfo=UTC))) == "2025-W01"


def test_bounds_follow_the_zone() -> None:
    sunday_evening_in_utc = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert str(Week.containing(sunday_evening_in_utc)) == "2026-W47"
    berlin = Week.containing(sunday_evening_in_utc, ZoneInfo("Europe/Berlin"))
    assert str(berlin) == "2026-W48"
    assert berlin.start == datetime(2026, 11, 22, 23, tzinfo=UTC)


def test_week_with_a_change_of_clocks_is_an_hour_longer() -> None:
    week = Week.parse("2026-W43", ZoneInfo("Europe/Berlin"))
    assert week.end - week.start == timedelta(days=7, hours=1)


def test_last_complete_week_on_a_monday_just_after_midnight() -> None:
    assert str(Week.last_complete(datetime(2026, 11, 23, 0, 10, tzinfo=UTC))) == "2026-W47"
    assert str(Week.parse("2027-W01").previous()) == "2026-W53"

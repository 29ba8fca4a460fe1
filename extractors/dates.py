"""Dates as feeds and pages write them: aware UTC times, or None where nothing believable is written."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No web page is older; what claims to be is a default of some software (1970-01-01, 0001-01-01)."""
AHEAD = timedelta(hours=24)
"""How far a date may lie after the time of fetching: clocks and time zones are often wrong by less."""


_YEAR_ZERO = re.compile(r"[A-Za-z]\.?,?\s0\d{3}\b|^0\d{3}\b")
"""A year such as 0001, some software's "no date", which mail's rules for two-digit years would make 2001."""


def parse_date(text: str) -> datetime | None:
    """Return the time that ISO 8601 or RFC 5322 text states, in UTC; a time without zone is read as UTC.

    None for anything else and for dates before 1990.
    """
    trimmed = text.strip()[:64]
    if _YEAR_ZERO.search(trimmed):
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(trimmed)
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
        return believable(found)
    return None


def is_year_zero(text: str) -> bool:
    """Say whether the text names a year before 1000 in four digits."""
    return _YEAR_ZERO.search(text.strip()[:64]) is not None


def believable(when: datetime | None, fetched_at: datetime | None = None) -> datetime | None:
    """Return the time in UTC, or None if it is before 1990 or more than 24 hours after `fetched_at`."""
    if when is None:
        return None
    try:
        aware = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    if aware < EARLIEST or (fetched_at is not None and aware > fetched_at + AHEAD):
        return None
    return aware

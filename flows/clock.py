"""The only place that asks what time it is."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the current time in UTC, to the second: no more is ever shown or compared."""
    return datetime.now(UTC).replace(microsecond=0)

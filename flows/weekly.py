"""Writes the digest of a week from the last run's snapshot. The flow in digest.py only wraps it."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flows.clock import now
from flows.settings import Settings
from reports.digest import write_digest
from reports.week import Week
from store.db import open_reader


def digest_of_week(
    settings: Settings, *, week: str = "", out: Path | None = None, moment: datetime | None = None
) -> Path:
    """Write the digest of `week` ("2026-W47"; default: the week of `moment`, or the running one); return its path.

    Raises SettingsError for a week that is none, StoreUnreadable when there is no database yet.
    """
    zone = ZoneInfo(settings.timezone)
    wanted = Week.parse(week, zone) if week else Week.containing(moment or now(), zone)
    with open_reader(settings.home) as connection:
        return write_digest(connection, week=wanted, out=out or settings.digests)

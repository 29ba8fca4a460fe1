"""The weekly flow: write the digest of the week that has just ended, or of the one that is named."""

from datetime import datetime, timedelta
from pathlib import Path

from prefect import flow

from flows.clock import now
from flows.settings import Settings, load_settings
from flows.weekly import digest_of_week

JUST_ENDED = timedelta(days=1)
"""The schedule runs early on a Monday: a day earlier lies in the week that the digest is about."""


@flow(name="digest", validate_parameters=False, persist_result=False)
def digest(settings: Settings | None = None, moment: datetime | None = None) -> Path:
    """Write the digest of the week that `moment` lies in (default: yesterday) and return its path."""
    return digest_of_week(settings or load_settings(), moment=moment or now() - JUST_ENDED)

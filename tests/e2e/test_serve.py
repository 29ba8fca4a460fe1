"""What `crosswire serve` schedules: both flows, by module, with the settings' cron lines and time zone."""

import os
from pathlib import Path

import pytest

from flows.prefect_server import prefect_api
from flows.serve import deployments
from flows.settings import Settings


def test_both_flows_are_scheduled_as_the_settings_say() -> None:
    settings = Settings(ingest_cron="30 5 * * *", digest_cron="0 8 * * 2", timezone="Europe/Berlin")
    daily, weekly = deployments(settings)
    assert (daily.flow_name, weekly.flow_name) == ("ingest", "digest")
    assert (daily.entrypoint, weekly.entrypoint) == ("flows.ingest.ingest", "flows.digest.digest")
    schedules = [deployment.schedules[0].schedule for deployment in (daily, weekly)]
    assert [(one.cron, one.timezone) for one in schedules] == [
        ("30 5 * * *", "Europe/Berlin"),
        ("0 8 * * 2", "Europe/Berlin"),
    ]


def test_the_defaults_are_daily_at_six_and_mondays_at_seven() -> None:
    settings = Settings()
    assert (settings.ingest_cron, settings.digest_cron, settings.timezone) == ("0 6 * * *", "0 7 * * 1", "UTC")


def test_a_users_own_prefect_server_is_used_and_nothing_is_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4200/api")
    with prefect_api(tmp_path) as url:
        assert url == "http://127.0.0.1:4200/api"
    assert os.environ["PREFECT_API_URL"] == url
    assert not (tmp_path / "prefect").exists()

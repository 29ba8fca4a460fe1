"""A local site, and Prefect's embedded server once for all end-to-end tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.prefect_server import prefect_api
from flows.settings import Limits, Settings
from tests.e2e import local_site


@pytest.fixture(scope="session")
def prefect_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with prefect_api(tmp_path_factory.mktemp("prefect")) as url:
        yield url


@pytest.fixture
def site() -> Iterator[local_site.Site]:
    with local_site.serve() as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, site: local_site.Site) -> Settings:
    """Settings that may reach the local site and nothing else, with short limits."""
    limits = Limits(connect=2, idle=2, total=5, feed_bytes=200_000, page_bytes=200_000)
    return Settings(home=tmp_path / "home", feeds=tmp_path / "feeds.toml", allow=(site.host,), delay=0.0, limits=limits)

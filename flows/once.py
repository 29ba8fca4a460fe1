"""One run from start to end: Prefect's API, the ingest flow, then the digest of the week."""

import json
import re
import socket
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from extractors.errors import CrosswireError
from flows.clock import now
from flows.feedsfile import load_feeds
from flows.prefect_server import SERVER_GONE, Outlived, PrefectGoneError, prefect_api, run_flow
from flows.progress import Progress, shown
from flows.settings import Settings
from flows.summary import RunSummary

DEMO_HOME = Path("demo-data")
FEEDS_NAME = "feeds.toml"
MIDWEEK = timedelta(days=3)
"""From a week's start in UTC to a time that lies in that week in every time zone."""


def run(settings: Settings, quiet: bool) -> tuple[RunSummary, Path]:
    """Ingest the feeds of the settings and write this week's digest. Raises what the flow raises."""
    return _run(settings, quiet, now())


def run_demo(settings: Settings, quiet: bool) -> tuple[RunSummary, Path]:
    """Do the same with the bundled sample site, served on loopback, and a database of its own in ./demo-data."""
    from flows.demo.server import serve
    from flows.demo.site import PACK

    home = DEMO_HOME.resolve()
    home.mkdir(parents=True, exist_ok=True)
    with serve(_demo_port(home), now=now()) as site:
        feeds = home / FEEDS_NAME
        feeds.write_text(_feeds_toml(site.feeds), encoding="utf-8")
        local = {"allow": (*settings.allow, f"127.0.0.1:{site.port}"), "delay": 0.0}
        changes = {"home": home, "feeds": feeds, "packs": (*settings.packs, PACK), **local}
        return _run(settings.model_copy(update=changes), quiet, site.week.start + MIDWEEK)


def _demo_port(home: Path) -> int:
    """Articles are known by their URL, and the port is part of it: a later run uses the first run's port.

    Raises CrosswireError when that port is taken by now; the first run takes any free one instead of a taken one.
    """
    from flows.demo.server import DEFAULT_PORT

    known = home / FEEDS_NAME
    found = re.search(r"//127\.0\.0\.1:(\d+)/", known.read_text(encoding="utf-8")) if known.exists() else None
    port = int(found[1]) if found else DEFAULT_PORT
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if found:
                raise CrosswireError(
                    f"port {port}, which the demo in {home} uses, is taken; free it, or remove the folder to start anew"
                ) from error
            return 0
    return port


def _feeds_toml(feeds: Sequence[tuple[str, str]]) -> str:
    """Return a feeds file; JSON strings are TOML strings."""
    return "".join(f"[[feeds]]\nurl = {json.dumps(url)}\noutlet = {json.dumps(outlet)}\n\n" for url, outlet in feeds)


def _run(settings: Settings, quiet: bool, moment: datetime) -> tuple[RunSummary, Path]:
    load_feeds(settings.feeds)  # a mistake in the file is told before a server is started
    with prefect_api(settings.home), shown(quiet) as progress:
        outlived = _ingest(settings, progress)
        digest = _digest(settings, moment, progress, outlived)
    if outlived.server_gone:
        sys.stderr.write(f"crosswire: {SERVER_GONE}\n")
    return outlived.result, digest


def _ingest(settings: Settings, progress: Progress) -> Outlived[RunSummary]:
    from flows.ingest import ingest

    return run_flow(ingest, settings, progress)


def _digest(settings: Settings, moment: datetime, progress: Progress, ingested: Outlived[RunSummary]) -> Path:
    from flows.digest import digest

    progress.stage("Writing the digest", 1)
    try:
        path: Path = digest.fn(settings, moment) if ingested.server_gone else run_flow(digest, settings, moment).result
    except PrefectGoneError:  # the digest needs nothing of Prefect
        path = digest.fn(settings, moment)
    progress.advance()
    return path

"""Prefect holds no data: with its server gone in the middle of a run everything is stored, and the run says so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from store.db import open_reader
from tests.e2e import local_site

TEXT = " ".join(
    f"On day {day} the ferry to Skarholm sailed twice, with bicycles and post on deck." for day in range(40)
)

# Stands in for the reading of articles, which would load the models: the embedded server dies at this point.
_SCRIPT = """
import subprocess, sys
sys.path[:0] = [{root!r}]
from flows import once, prefect_server
started = []
class Popen(subprocess.Popen):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        started.append(self)
class Module:
    Popen, TimeoutExpired = Popen, subprocess.TimeoutExpired
prefect_server.subprocess = Module
def lose_the_server(*_):
    started[0].kill()
    started[0].wait()
    {then}
whole = once._ingest
def begin(*args):
    from flows import ingest  # Prefect reads its settings when it is imported
    ingest.analyse_pending = lose_the_server
    return whole(*args)
once._ingest = begin
from flows.cli import main
main()
"""


def _run(folder: Path, site: local_site.Site, then: str = "return 0") -> subprocess.CompletedProcess[str]:
    story = site.put("/story", local_site.page("A ferry line opens", TEXT))
    feed = site.put("/feed.xml", local_site.rss("ferry", {story: "A ferry line opens"}), "application/rss+xml")
    (folder / "feeds.toml").write_text(f'[[feeds]]\nurl = "{feed}"\noutlet = "Ferry"\n')
    env = {**os.environ, "CROSSWIRE_HOME": str(folder / "home"), "CROSSWIRE_ALLOW": site.host, "CROSSWIRE_DELAY": "0"}
    env.pop("PREFECT_API_URL", None)
    script = _SCRIPT.replace("{then}", then).replace("{root!r}", repr(str(Path(__file__).parents[2])))
    return subprocess.run(
        [sys.executable, "-c", script, "run", "--quiet", "--feeds", "feeds.toml"],
        cwd=folder, env=env, capture_output=True, text=True, timeout=240,
    )  # fmt: skip


@pytest.mark.prefect
def test_a_server_that_goes_away_costs_no_data(tmp_path: Path, site: local_site.Site) -> None:
    done = _run(tmp_path, site)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("crosswire: Prefect's server went away during the run: what was read is stored")
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Stored 1 article" in done.stdout
    assert list((tmp_path / "home" / "digests").glob("*.md"))
    with open_reader(tmp_path / "home") as connection:
        assert connection.execute("SELECT state, stored FROM runs").fetchall() == [("completed", 1)]
        assert connection.execute("SELECT title FROM articles").fetchall() == [("A ferry line opens",)]


@pytest.mark.prefect
def test_the_runs_own_error_is_told_not_prefects(tmp_path: Path, site: local_site.Site) -> None:
    done = _run(tmp_path, site, "raise __import__('extractors.errors').errors.StoreFull('no room left: free some')")
    assert done.returncode == 74, done.stderr
    assert done.stderr == "crosswire: no room left: free some\n"
    with open_reader(tmp_path / "home") as connection:
        assert connection.execute("SELECT state, stored FROM runs").fetchall() == [("failed", 1)]

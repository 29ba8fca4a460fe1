"""Killed at any moment: the next run ends with the same tables as a run that was never killed.

`CRASHES=100 pytest tests/e2e/test_crash.py` kills at a hundred random moments instead of a few.
"""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from extractors.errors import StoreUnreadable
from store import check, db, run_ledger
from tests.e2e.crash_writer import POINT_NAMES

ROOT = Path(__file__).parents[2]
CRASHES = int(os.environ.get("CRASHES", "5"))
MANY = 100
"""From so many on each named point has a test of its own."""
CHAIN = 5
OLD, ALL = 2, 4
"""Feeds of the run before, and of the run that is killed."""

# What is said of runs and not of articles: who stored a row, how many commits it took.
APART = {"run": ("*",), "setting": ("*",), "article": ("run_id",), "skipped": ("run_id",)}

Rows = dict[str, list[tuple[Any, ...]]]


class Writers:
    """Talks to the script that forks a writer for each request."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def run(self, home: Path, feeds: int = ALL, **death: object) -> tuple[str, float]:
        """Let a writer run, and return how it ended (killed, ended, failed) and after how many seconds."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"home": str(home), "feeds": feeds, **death}) + "\n")
        self._process.stdin.flush()
        ended, seconds = self._process.stdout.readline().split()
        return ended, float(seconds)


@pytest.fixture(scope="module")
def writers() -> Iterator[Writers]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(ROOT / "tests" / "e2e" / "crash_writer.py")]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield Writers(process)
        assert process.stdin
        process.stdin.close()


@pytest.fixture(scope="module")
def old(writers: Writers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after one whole run over the first feeds."""
    home = tmp_path_factory.mktemp("old") / "home"
    assert writers.run(home, OLD)[0] == "ended"
    return home


@pytest.fixture(scope="module")
def clean(writers: Writers, old: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[bool, tuple[Rows, float]]:
    """The tables after a run that nobody killed, and the seconds that it took: begun with an older home, or anew."""
    return {begun: _clean(writers, old if begun else None, tmp_path_factory.mktemp("clean")) for begun in (True, False)}


def _clean(writers: Writers, old: Path | None, folder: Path) -> tuple[Rows, float]:
    home = _home(old, folder)
    ended, seconds = writers.run(home)
    assert ended == "ended"
    return _rows(home), seconds


def _home(old: Path | None, folder: Path) -> Path:
    home = folder / "home"
    if old:
        shutil.copytree(old, home, copy_function=shutil.copy2)
    return home


def _rows(home: Path) -> Rows:
    """All rows of all tables, sorted; what differs from run to run is left out."""
    with db.open_reader(home) as connection:
        assert check.check(connection) == []
        tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'core'").fetchall()
        return {
            name: connection.execute(f"SELECT DISTINCT {_columns(name)} FROM core.{name} ORDER BY ALL").fetchall()
            for (name,) in tables
            if APART.get(name) != ("*",)
        }


def _columns(table: str) -> str:
    return f"* EXCLUDE ({', '.join(APART[table])})" if table in APART else "*"


def _readers_are_served(home: Path) -> None:
    """Whatever was killed: there is a sound snapshot, or none yet."""
    try:
        with db.open_reader(home) as connection:
            connection.execute("SELECT sum(length(text)) FROM articles").fetchall()
    except StoreUnreadable as error:
        assert "has not ended yet" in str(error) or "no database yet" in str(error)  # noqa: PT017


def _goes_on(writers: Writers, home: Path, expected: Rows) -> None:
    assert writers.run(home)[0] == "ended"
    found = _rows(home)
    assert found.keys() == expected.keys()
    for table, rows in expected.items():
        assert found[table] == rows, table
    ledger = run_ledger.read(home)
    assert ledger.commits == ledger.lines[-1].contents.commits


def test_the_generated_articles_contradict_each_other(clean: dict[bool, tuple[Rows, float]]) -> None:
    for rows, _ in clean.values():
        assert len(rows["article"]) == 16
        assert len(rows["figure"]) == 4
        assert rows["contradiction"]
        assert rows["pair"]


CHAINS = [POINT_NAMES[first::CHAIN] for first in range(CHAIN)] if CRASHES < MANY else [(name,) for name in POINT_NAMES]


@pytest.mark.parametrize("points", CHAINS, ids=lambda points: points[0])
def test_killed_at_named_points(
    writers: Writers, old: Path, clean: dict[bool, tuple[Rows, float]], tmp_path: Path, points: Sequence[str]
) -> None:
    """Each point lies later in a run than the one before it: run after run is killed, each further on."""
    begun = "migrate" not in "".join(points)
    home = _home(old if begun else None, tmp_path)
    for point in points:
        assert writers.run(home, point=point)[0] == "killed", f"{point} was not reached"
        _readers_are_served(home)
    _goes_on(writers, home, clean[begun][0])


@pytest.mark.parametrize("seed", range(CRASHES))
def test_killed_at_a_random_moment(
    writers: Writers, old: Path, clean: dict[bool, tuple[Rows, float]], tmp_path: Path, seed: int
) -> None:
    """By the clock, or after a random call into DuckDB; every third time the next run is killed too."""
    chance = random.Random(seed)
    begun = chance.random() < 0.5
    rows, seconds = clean[begun]
    home = _home(old if begun else None, tmp_path)
    for _ in range(2 if seed % 3 == 2 else 1):
        by_clock, call = chance.uniform(0.01, seconds), chance.randrange(1, 260)
        ended, _ = writers.run(home, delay=by_clock) if seed % 2 else writers.run(home, call=call)
        assert ended in ("killed", "ended")
        _readers_are_served(home)
    _goes_on(writers, home, rows)

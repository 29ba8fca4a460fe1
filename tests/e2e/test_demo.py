"""`crosswire run --demo`, twice, as a newcomer runs it; then what it must have found and must not have flagged."""

import json
import re
import subprocess
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from store.check import check
from store.contradictions import ContradictionRow, list_contradictions
from store.db import open_reader
from tests.e2e.test_command_line import call

PLANTED: dict[str, Any] = json.loads((Path(__file__).parents[1] / "golden" / "demo.json").read_text(encoding="utf-8"))

pytestmark = [pytest.mark.models, pytest.mark.prefect]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def first(folder: Path) -> subprocess.CompletedProcess[str]:
    return call("run", "--demo", cwd=folder)


@pytest.fixture(scope="module")
def rows(folder: Path, first: subprocess.CompletedProcess[str]) -> Iterator[tuple[ContradictionRow, ...]]:
    assert first.returncode == 0, first.stderr
    with open_reader(folder / "demo-data") as connection:
        yield list_contradictions(connection, state="open")


def test_it_prints_contradictions_and_paths(first: subprocess.CompletedProcess[str], folder: Path) -> None:
    assert first.returncode == 0, first.stderr
    assert "Traceback" not in first.stderr + first.stdout
    assert "744B" in first.stdout
    assert "753B" in first.stdout
    digest = re.search(r"demo-data/digests/digest-\d{4}-W\d\d\.md", first.stdout)
    assert digest
    assert "744B" in (folder / digest.group()).read_text(encoding="utf-8")
    assert "demo-data/crosswire.duckdb" in first.stdout


@pytest.mark.parametrize("wanted", PLANTED["contradictions"], ids=lambda wanted: wanted["id"])
def test_every_planted_contradiction_is_one_row(rows: tuple[ContradictionRow, ...], wanted: dict[str, Any]) -> None:
    values = {side["value"] for side in wanted["sides"]}
    found = [
        {side.value: set(side.outlets) for side in row.sides}
        for row in rows
        if row.entity == wanted["entity"] and row.metric == wanted["metric"]
    ]
    assert [side.keys() for side in found] == [values]
    for side in wanted["sides"]:
        assert found[0][side["value"]] <= set(side["outlets"])


def test_nothing_else_is_flagged_as_a_contradiction(rows: tuple[ContradictionRow, ...]) -> None:
    wanted = {(one["entity"], one["metric"]) for one in PLANTED["contradictions"]}
    assert {(row.entity, row.metric) for row in rows if row.verdict == "contradiction"} == wanted


@pytest.mark.parametrize("quiet", PLANTED["quiet"], ids=lambda quiet: quiet["id"])
def test_traps_stay_quiet(rows: tuple[ContradictionRow, ...], quiet: dict[str, Any]) -> None:
    pairs: list[list[float]] = quiet.get("never_pair", [])
    for row, pair in product(rows, pairs):
        if quiet.get("entity", row.entity) == row.entity and quiet.get("metric", row.metric) == row.metric:
            assert not set(pair) <= {side.value for side in row.sides}, row


def test_copies_are_folded_and_the_store_is_sound(folder: Path, rows: tuple[ContradictionRow, ...]) -> None:
    assert rows
    with open_reader(folder / "demo-data") as connection:
        copies = connection.execute(
            "SELECT a.outlet, o.outlet FROM articles a JOIN articles o ON a.copy_of = o.article_id ORDER BY ALL"
        ).fetchall()
        assert copies == [("Northgate Courier", "Meridian Wire"), ("Quarter Brief", "The Harbour Ledger")]
        assert not check(connection)


def test_a_second_run_stores_nothing_new_and_says_so(folder: Path, rows: tuple[ContradictionRow, ...]) -> None:
    assert rows
    second = call("run", "--demo", cwd=folder)
    assert second.returncode == 0, second.stderr
    assert "Nothing new" in second.stdout
    assert "Traceback" not in second.stderr + second.stdout

"""Five real articles about one model release, imported from a file and served as pages behind feeds."""

from pathlib import Path
from typing import Any

import pytest

from flows.importing import import_file
from flows.progress import Silent
from flows.settings import Settings
from flows.weekly import digest_of_week
from store.contradictions import ContradictionRow, list_contradictions
from store.db import open_reader
from tests.e2e import local_site
from tests.shared import SHARED

SEEDS = SHARED / "corpus" / "seeds" / "articles.jsonl"
MODEL = "GLM-5.2"


def _contradictions(home: Path) -> tuple[ContradictionRow, ...]:
    with open_reader(home) as connection:
        return list_contradictions(connection, state="open")


def _query(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with open_reader(home) as connection:
        return connection.execute(sql).fetchall()


def _one(rows: tuple[ContradictionRow, ...], metric: str, *values: float) -> ContradictionRow:
    wanted = [row for row in rows if row.entity == MODEL and row.metric == metric and _values(row) >= set(values)]
    assert len(wanted) == 1, [(row.entity, row.metric, row.scope, _values(row)) for row in rows]
    return wanted[0]


def _values(row: ContradictionRow) -> set[float]:
    return {side.value for side in row.sides if side.value is not None}


def _assert_contradictions(home: Path) -> None:
    rows = _contradictions(home)
    parameters = _one(rows, "parameters.total", 753e9, 744e9)
    rank = _one(rows, "rank", 3, 5)
    assert parameters.kind == "figure"
    assert rank.kind == "rank"
    for row in (parameters, rank):
        for side in row.sides:
            assert side.quotes
            assert side.origins
            assert side.outlets
    sources = {side.value: set(side.attributed_to) for side in parameters.sides}
    assert sources[753e9] & {"Z.ai", "Zhipu AI"}
    assert "Artificial Analysis" in sources[744e9]
    assert {3, 5} == _values(rank)


def _assert_no_false_ones(home: Path) -> None:
    for row in _contradictions(home):
        values = _values(row)
        assert not (row.metric.startswith("parameters") and 40e9 in values), row
        assert row.metric != "context_window", row
        assert not (row.metric == "multiple" and {94, 18} <= values), row
        if row.metric == "rank" and row.entity == MODEL and row.kind != "internal":
            assert values in ({3, 5}, {2, 4}), row
        assert not (row.metric.startswith("price") and {10, 50} <= values), row


def _assert_digest(settings: Settings, week: str) -> None:
    text = digest_of_week(settings, week=week).read_text(encoding="utf-8")
    for value in ("753B", "744B", "3rd", "5th"):
        assert value in text


@pytest.fixture
def imported(settings: Settings) -> Settings:
    if not SEEDS.exists():
        pytest.skip(f"{SEEDS} is not there")
    summary = import_file(settings, SEEDS, Silent())
    assert summary.counts.fetched == 5
    return settings


@pytest.mark.models
def test_import_finds_the_contradictions_and_no_false_ones(imported: Settings) -> None:
    _assert_contradictions(imported.home)
    _assert_no_false_ones(imported.home)
    week = _query(imported.home, "SELECT strftime(max(last_seen), '%G-W%V') FROM contradictions")[0][0]
    _assert_digest(imported, week)


@pytest.mark.models
def test_spellings_are_one_model_and_names_one_company(imported: Settings) -> None:
    spellings = ("GLM-5.2", "GLM 5.2", "GLM5.2", "glm5.2", "glm-5.2")
    ids = _query(imported.home, f"SELECT DISTINCT entity_id FROM mentions WHERE quote IN {spellings}")
    assert ids == [("glm-5.2",)]
    names = ("Knowledge Atlas", "Zhipu", "Zhipu AI", "Z.ai")
    found = _query(imported.home, f"SELECT DISTINCT entity_id FROM mentions WHERE quote IN {names}")
    assert len(found) == 1


@pytest.mark.models
def test_importing_again_changes_nothing(imported: Settings) -> None:
    before = _query(imported.home, "SELECT * EXCLUDE (last_seen) FROM contradictions ORDER BY ALL")
    again = import_file(imported, SEEDS, Silent())
    assert (again.counts.unchanged, again.counts.stored) == (5, 0)
    assert _query(imported.home, "SELECT * EXCLUDE (last_seen) FROM contradictions ORDER BY ALL") == before


@pytest.mark.models
def test_every_finding_is_where_it_says(imported: Settings) -> None:
    for view in ("mentions", "figures", "claims"):
        wrong = _query(
            imported.home,
            f"SELECT count(*) FROM {view} f JOIN articles a USING (article_id) "
            "WHERE a.text[f.start_char + 1:f.end_char] <> f.quote",
        )
        assert wrong == [(0,)], view


@pytest.mark.models
@pytest.mark.prefect
@pytest.mark.usefixtures("prefect_url")
def test_the_same_articles_behind_feeds(
    settings: Settings, site: local_site.Site, seed_articles: list[dict[str, Any]]
) -> None:
    from flows.ingest import ingest

    feeds: dict[str, str] = {}
    for article in seed_articles:
        path = f"/{article['id']}"
        link = site.put(f"{path}/story", local_site.page(article["title"], article["text"]))
        feed = local_site.rss(article["outlet"], {link: article["title"]})
        feeds[site.put(f"{path}/feed.xml", feed, "application/rss+xml")] = article["outlet"]
    local_site.write_feeds(settings, feeds)
    summary = ingest(settings)
    assert summary.counts.stored == 5
    _assert_contradictions(settings.home)
    _assert_no_false_ones(settings.home)
    week = _query(settings.home, "SELECT strftime(max(last_seen), '%G-W%V') FROM contradictions")[0][0]
    _assert_digest(settings, week)

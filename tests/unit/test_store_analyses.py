"""Findings: what is stored, what replaces what, which entities stay; and what store.check() notices."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from extractors.records import Entity
from store import analyses, articles, check, entities, runs
from tests.factories import NOW, analysis, article, claim, entity, figure, mention, open_memory, sentiment


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A store with one article in it, stored by a run."""
    with open_memory() as opened:
        run_id = runs.start(opened, "ingest", NOW)
        articles.store(opened, [article()], [], run_id)
        runs.finish(opened, run_id, runs.RunCounts(1, 1), "completed", NOW)
        yield opened


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def everything() -> Any:
    return analysis(
        mentions=[mention(), mention("Zhipu AI")],
        figures=[figure(as_of=date(2026, 7, 1), attributed_to="the company", attributed_id="zhipu-ai")],
        claims=[claim()],
        sentiments=[sentiment()],
        embedding=[0.6, 0.8],
    )


def test_every_finding_is_in_its_view_at_its_place(connection: duckdb.DuckDBPyConnection) -> None:
    analyses.store(connection, [everything()], "tiny-model")
    assert rows(connection, "SELECT value, low, high, unit, metric, as_of, quote, entity_id, outlet FROM figures") == [
        (753e9, 749.235e9, 756.765e9, "parameters", "parameters.total", date(2026, 7, 1), "753B parameters", "glm-5.2",
         "Example News")
    ]  # fmt: skip
    assert rows(connection, "SELECT entity_id FROM mentions ORDER BY 1") == [("glm-5.2",), ("zhipu-ai",)]
    assert rows(connection, "SELECT speaker, kind, about_id FROM claims") == [("Zhipu AI", "statement", "glm-5.2")]
    assert rows(connection, "SELECT entity_id, score, label FROM sentiment") == [("glm-5.2", 0.6, "positive")]
    ((model, vector),) = rows(connection, "SELECT model, vector FROM core.embedding")
    assert (model, vector) == ("tiny-model", pytest.approx([0.6, 0.8]))
    for view, quote in (("figures", "quote"), ("mentions", "quote"), ("claims", "quote"), ("sentiment", "evidence")):
        assert rows(
            connection,
            f"SELECT bool_and(text[start_char + 1 : end_char] = {quote}) FROM {view} JOIN articles USING (article_id)",
        ) == [(True,)]
    assert articles.count_pending(connection) == 0
    assert check.check(connection) == []


def test_storing_again_replaces_and_keeps_the_ids(connection: duckdb.DuckDBPyConnection) -> None:
    ids = "SELECT figure_id FROM figures UNION ALL SELECT claim_id FROM claims ORDER BY 1"
    analyses.store(connection, [everything()], "m")
    before = rows(connection, ids)
    analyses.store(connection, [everything()], "m")
    assert rows(connection, ids) == before
    assert len(before) == 2
    analyses.store(connection, [analysis(mentions=[mention()])], "m")
    assert rows(connection, ids) == []
    assert rows(connection, "SELECT entity_id FROM entities") == [("glm-5.2",)], "nothing names Zhipu AI any more"
    assert check.check(connection) == []


def test_a_revision_replaces_the_findings_of_the_text_before(connection: duckdb.DuckDBPyConnection) -> None:
    analyses.store(connection, [everything()], "m")
    text = "The model has 744B parameters."
    run_id = runs.start(connection, "ingest", NOW)
    articles.store(connection, [article(text=text)], [], run_id)
    assert check.check(connection) == [], "until it is read, findings belong to the revision before"
    analyses.store(connection, [analysis(figures=[figure("744B parameters", text, value=744 * 10**9)])], "m")
    assert rows(connection, "SELECT quote, value FROM figures") == [("744B parameters", 744e9)]
    assert rows(connection, "SELECT count(*) FROM core.embedding") == [(0,)]
    assert check.check(connection) == []


def test_empty_ids_are_null(connection: duckdb.DuckDBPyConnection) -> None:
    nobody = analysis(
        figures=[figure(entity_id="", entity="")],
        claims=[claim(about_id="", speaker_id="")],
        sentiments=[sentiment(entity_id="", entity="")],
    )
    analyses.store(connection, [nobody], "m")
    for view, column in (("figures", "entity_id"), ("claims", "about_id"), ("sentiment", "entity_id")):
        assert rows(connection, f"SELECT {column} FROM {view}") == [(None,)]
    assert rows(connection, "SELECT speaker_id, attributed_id FROM core.claim, core.figure") == [(None, None)]


def test_figures_with_one_reading_at_one_place_are_one_and_others_are_not(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    read = [figure(), figure(confidence=0.5), figure(scope="base"), figure(metric="parameters.active")]
    analyses.store(connection, [analysis(figures=read)], "m")
    assert rows(connection, "SELECT count(*), count(DISTINCT figure_id) FROM figures") == [(3, 3)]


@pytest.mark.parametrize("value", ["1e400", "-1e400", "NaN", "sNaN", "Infinity"])
def test_a_number_that_no_float_holds_is_left_out_and_the_rest_is_stored(
    connection: duckdb.DuckDBPyConnection, value: str
) -> None:
    impossible = replace(figure(), value=Decimal(value))
    analyses.store(connection, [analysis(figures=[impossible, figure()])], "m")
    assert rows(connection, "SELECT value FROM figures") == [(753e9,)]


def test_an_error_in_a_batch_leaves_what_was_found_before(connection: duckdb.DuckDBPyConnection) -> None:
    analyses.store(connection, [everything()], "m")
    broken = analysis(sentiments=[sentiment(score=float("nan"))])
    with pytest.raises(ValueError, match="JSON"):
        analyses.store(connection, [broken], "m")
    assert rows(connection, "SELECT count(*) FROM figures") == [(1,)]


def test_the_public_rows_of_an_analysis_have_the_columns_of_the_views(connection: duckdb.DuckDBPyConnection) -> None:
    for name, found in analyses.rows_of(everything()).items():
        columns = {column for (column, *_) in rows(connection, f"DESCRIBE {name}")}
        for row in found:
            assert set(row) == columns - {"outlet", "published_at"}


# Entities


def known(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return rows(connection, "SELECT name, kind, aliases, known_by FROM entities")


def test_names_are_joined_and_the_pack_beats_the_model(connection: duckdb.DuckDBPyConnection) -> None:
    found = Entity("z", "Zhipu", "other", ("Zhipu",), "model")
    packed = Entity("z", "Zhipu AI", "company", ("Z.ai", "Zhipu AI"), "pack", parent="owner")
    entities.merge(connection, [found])
    entities.merge(connection, [packed])
    expected = [("Zhipu AI", "company", ["Z.ai", "Zhipu", "Zhipu AI"], "pack")]
    assert known(connection) == expected
    entities.merge(connection, [replace(found, aliases=("Zhipu",))])
    assert known(connection) == expected
    entities.merge(connection, [replace(found, aliases=("Knowledge Atlas",)), found, packed])
    assert known(connection) == [("Zhipu AI", "company", ["Knowledge Atlas", "Z.ai", "Zhipu", "Zhipu AI"], "pack")]
    assert rows(connection, "SELECT parent FROM core.entity") == [("owner",)]


def test_what_a_person_decided_is_not_overruled_or_forgotten(connection: duckdb.DuckDBPyConnection) -> None:
    entities.merge(connection, [entity("Zed", known_by="user"), entity("Other")])
    entities.merge(connection, [replace(entity("Zed"), name="Not Zed", aliases=())])
    entities.prune(connection)
    assert known(connection) == [("Zed", "model", ["Zed"], "user")]


# What check() notices


@pytest.mark.parametrize(
    ("damage", "line"),
    [
        ("INSERT INTO core.figure FROM core.figure", "figure: not unique by figure_id"),
        ("INSERT INTO core.article FROM core.article", "article: not unique by article_id"),
        ("UPDATE core.figure SET start_char = start_char + 1", "figure: quote is not at its place in the text"),
        ("UPDATE core.mention SET end_char = 0", "mention: quote is not at its place in the text"),
        ("UPDATE core.sentiment SET evidence = 'x'", "sentiment: evidence is not at its place in the text"),
        ("UPDATE core.run SET stored = 7", "run: counts do not add up"),
        ("DELETE FROM core.entity", "mention.entity_id: not in entity.entity_id"),
        ("UPDATE core.claim SET article_id = 'gone'", "claim.article_id: not in article.article_id"),
        ("UPDATE core.article SET copy_of = 'gone'", "article.copy_of: not in article.article_id"),
        ("UPDATE core.article SET text = text || '.'", "article: differs from its latest revision"),
        ("UPDATE core.revision SET revision = 2", "revision: numbers are not 1, 2, 3 and so on"),
        ("INSERT INTO core.pair VALUES ('a', 'b', 'agree', 'r', 0, false)", "pair.figure_a: not in figure.figure_id"),
    ],
)
def test_check_names_what_is_wrong(connection: duckdb.DuckDBPyConnection, damage: str, line: str) -> None:
    analyses.store(connection, [everything()], "m")
    assert check.check(connection) == []
    connection.execute(damage)
    assert any(problem.startswith(line) for problem in check.check(connection)), check.check(connection)

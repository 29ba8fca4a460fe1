"""How long the cross-check takes for 2,000 new figures in stores of growing size, as ratios of one run.

    python benchmarks/crosscheck.py 50000 200000

The stores are generated: 8 figures to an article, a year of articles, entities as frequent as words are (the most
frequent one has about 6% of all figures), 24 metrics. What is new are 250 articles of the last day.
"""

import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from extractors import packs
from store.crosscheck import contradictions, copies, internal, origins, pairs, space, staging, stories
from store.crosscheck.run import crosscheck
from store.db import open_writer

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
PER_ARTICLE = 8
NEW_FIGURES = 2000
METRICS = ("revenue", "net_income", "share_price", "market_cap", "valuation", "headcount", "rank", "capacity", "price")

_ARTICLES = """
INSERT INTO core.article BY NAME
SELECT 'a' || n AS article_id, 'https://b.example/' || n AS url, 'Outlet ' || (n % 40) AS outlet,
       'Story ' || (n // 3) || ' ' || n AS title, '' AS author, 'en' AS lang,
       $now::TIMESTAMPTZ - to_seconds(CASE WHEN n < $fresh THEN n * 60 ELSE 86400 + (n * 7919) % 31000000 END)
           AS published_at, 'feed' AS date_source, $now AS first_seen_at, $now AS fetched_at,
       (SELECT string_agg('w' || CAST(hash(n // 3, i, n % 3 = i % 3) % 20000 AS VARCHAR), ' ')
        FROM range(90) AS words(i)) AS text,
       'page' AS text_source, 90 AS words, 'h' || n AS content_hash, 1 AS revision, 'f' AS feed_id,
       'Outlet ' || (n % 40) AS source_name, 1 AS analysed_revision,
       CASE WHEN n < $fresh THEN NULL ELSE 1 END AS crosschecked_revision,
       CASE WHEN n < $fresh THEN NULL ELSE 'outlet-' || (n % 40) END AS origin_id,
       CASE WHEN n < $fresh THEN NULL ELSE 's' || (n // 3) END AS story_id
FROM range($articles) AS numbers(n)
"""

# The entity's number is the square of an even share: few entities have most of the figures, as in the news.
_FIGURES = """
INSERT INTO core.figure BY NAME
WITH drawn AS (
    SELECT n, (hash(n, 1) % 1000000) / 1e6 AS a, hash(n, 2) % 24 AS m, 100 + hash(n, 3) % 20 AS stated
    FROM range($figures) AS numbers(n)
), placed AS (
    SELECT *, CAST(floor(a * a * a * 4000) AS INTEGER) AS entity_number FROM drawn
)
SELECT 'f' || n AS figure_id, 'a' || (n // $per) AS article_id, 'e' || entity_number AS entity_id,
       'E' || entity_number AS entity,
       CASE WHEN m < 9 THEN $metrics[CAST(m AS INTEGER) + 1] ELSE 'metric' || m END AS metric, '' AS scope,
       stated AS value, stated AS low, stated AS high, 1 AS step, 'USD' AS unit, 'exact' AS bound,
       'asserted' AS modality, '' AS attributed_to, CAST(stated AS VARCHAR) AS quote,
       'The value of it was ' || stated || ' according to what was said.' AS sentence, 0 AS start_char,
       3 AS end_char, 0.9 AS confidence
FROM placed
"""

_PAIRS = """
INSERT INTO core.pair
SELECT least(a, b), greatest(a, b), label, 'values_differ', 0.1, false FROM (
    SELECT f.figure_id AS a, lead(f.figure_id, away) OVER (
        PARTITION BY entity_id, metric, away ORDER BY published_at) AS b,
        CASE WHEN hash(f.figure_id, away) % 50 = 0 THEN 'contradiction' ELSE 'agree' END AS label
    FROM core.figure f JOIN core.article USING (article_id) CROSS JOIN range(1, 6) AS steps(away)
    WHERE crosschecked_revision = 1
) WHERE b IS NOT NULL
"""


def fill(connection: duckdb.DuckDBPyConnection, figures: int) -> None:
    """Write a store of `figures` figures and NEW_FIGURES of articles that were not compared yet."""
    total = figures + NEW_FIGURES
    fresh = NEW_FIGURES // PER_ARTICLE
    connection.execute(_ARTICLES, {"now": NOW, "fresh": fresh, "articles": total // PER_ARTICLE})
    connection.execute(_FIGURES, {"figures": total, "per": PER_ARTICLE, "metrics": list(METRICS)})
    connection.execute(_PAIRS)


def measure(figures: int) -> float:
    """Return the seconds that one cross-check of the new figures takes, and print its parts."""
    with TemporaryDirectory() as home, open_writer(Path(home)) as connection:
        fill(connection, figures)
        parts = _timed_parts()
        start = time.perf_counter()
        result = crosscheck(connection, packs.load(), now=NOW + timedelta(hours=1))
        seconds = time.perf_counter() - start
        shown = ", ".join(f"{name} {spent / seconds:.0%}" for name, spent in parts.items() if spent / seconds >= 0.01)
        print(f"{figures:>9,} figures: {result.articles} articles, {result.pairs:,} pairs, {seconds:.1f} s ({shown})")
        return seconds


def _timed_parts() -> dict[str, float]:
    """Wrap the cross-check's steps, so that each notes its time."""
    spent: dict[str, float] = {}
    steps = (
        (space, "build"), (space, "nearest"), (copies, "find"), (origins, "assign"), (stories, "assign"),
        (pairs, "compare"), (contradictions, "stage_slots"), (contradictions, "update"), (internal, "update"),
        (staging, "stage_packs"),
    )  # fmt: skip
    for module, name in steps:
        step = getattr(module, name)
        plain = getattr(step, "plain", step)

        def timed(
            *given: object,
            plain: object = plain,
            key: str = f"{module.__name__.split('.')[-1]}.{name}",
            **named: object,
        ) -> object:
            start = time.perf_counter()
            try:
                return plain(*given, **named)  # type: ignore[operator]
            finally:
                spent[key] = spent.get(key, 0.0) + time.perf_counter() - start

        timed.plain = plain  # type: ignore[attr-defined]
        setattr(module, name, timed)
    return spent


def main() -> None:
    """Measure the sizes given, and print each time as a multiple of the first."""
    sizes = [int(size) for size in sys.argv[1:]] or [50_000, 200_000]
    measure(2_000)  # loads what is loaded once
    times = [measure(size) for size in sizes]
    for size, seconds in zip(sizes, times, strict=True):
        print(f"{size:>9,} figures: {seconds / times[0]:.2f} times the first; the store is {size / sizes[0]:.0f} times")


if __name__ == "__main__":
    main()

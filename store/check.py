"""Proves what no key or constraint guards: unique ids, offsets that hit their quotes, sums, and no orphans."""

import duckdb

# The table's name in schema core, and the columns that no two of its rows may share.
_UNIQUE = (
    ("run", "run_id"),
    ("feed", "feed_id"),
    ("article", "article_id"),
    ("article", "url"),
    ("revision", "article_id, revision"),
    ("entry", "feed_id, article_id"),
    ("embedding", "article_id"),
    ("entity", "entity_id"),
    ("figure", "figure_id"),
    ("claim", "claim_id"),
    ("sentiment", "article_id, entity_id"),
    ("story", "story_id"),
    ("pair", "figure_a, figure_b"),
    ("contradiction", "contradiction_id"),
    ("contradiction_side", "contradiction_id, side"),
    ("decision", "decision_id"),
    ("migration", "version"),
    ("setting", "name"),
)

# Table and column, and the table and column where the value must be found, unless it is NULL.
_REFERENCES = (
    ("revision", "article_id", "article", "article_id"),
    ("entry", "article_id", "article", "article_id"),
    ("embedding", "article_id", "article", "article_id"),
    ("mention", "article_id", "article", "article_id"),
    ("figure", "article_id", "article", "article_id"),
    ("claim", "article_id", "article", "article_id"),
    ("sentiment", "article_id", "article", "article_id"),
    ("mention", "entity_id", "entity", "entity_id"),
    ("article", "run_id", "run", "run_id"),
    ("skipped", "run_id", "run", "run_id"),
    ("article", "story_id", "story", "story_id"),
    ("article", "copy_of", "article", "article_id"),
    ("pair", "figure_a", "figure", "figure_id"),
    ("pair", "figure_b", "figure", "figure_id"),
    ("contradiction_side", "contradiction_id", "contradiction", "contradiction_id"),
)

_QUOTED = (("mention", "quote"), ("figure", "quote"), ("claim", "quote"), ("sentiment", "evidence"))

_SUMS = """
    SELECT run_id FROM core.run
    WHERE fetched <> stored + unchanged + copies + skipped + failed
       OR least(fetched, stored, unchanged, copies, skipped, failed) < 0
"""

_LATEST = """
    SELECT a.article_id FROM core.article a LEFT JOIN core.revision r USING (article_id, revision)
    WHERE a.content_hash IS DISTINCT FROM r.content_hash OR a.text IS DISTINCT FROM r.text
"""

_GAPS = "SELECT article_id FROM core.revision GROUP BY article_id HAVING max(revision) <> count(*)"


def check(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return one line per kind of problem, with the number of rows and an example; none means all is well."""
    found = [
        *(_problem(connection, _doubled(table, key), f"{table}: not unique by {key}") for table, key in _UNIQUE),
        *(
            _problem(connection, _dangling(*each), f"{each[0]}.{each[1]}: not in {each[2]}.{each[3]}")
            for each in _REFERENCES
        ),
        *(
            _problem(connection, _misplaced(table, quote), f"{table}: {quote} is not at its place in the text")
            for table, quote in _QUOTED
        ),
        _problem(connection, _SUMS, "run: counts do not add up"),
        _problem(connection, _LATEST, "article: differs from its latest revision"),
        _problem(connection, _GAPS, "revision: numbers are not 1, 2, 3 and so on"),
    ]
    return [line for line in found if line]


def _problem(connection: duckdb.DuckDBPyConnection, offending: str, what: str) -> str:
    row = connection.execute(f"SELECT count(*), min(key) FROM ({offending}) bad(key)").fetchone()
    return f"{what} ({row[0]}, such as {row[1]})" if row and row[0] else ""


def _doubled(table: str, key: str) -> str:
    return f"SELECT concat_ws(' ', {key}) FROM core.{table} GROUP BY {key} HAVING count(*) > 1"


def _dangling(table: str, column: str, target: str, target_column: str) -> str:
    return f"""
        SELECT t.{column} FROM core.{table} t ANTI JOIN core.{target} o ON o.{target_column} = t.{column}
        WHERE t.{column} IS NOT NULL
    """


def _misplaced(table: str, quote: str) -> str:
    """Findings belong to the revision that was analysed; the latest one may still be waiting."""
    return f"""
        SELECT f.article_id FROM core.{table} f JOIN core.article a USING (article_id)
        JOIN core.revision r ON r.article_id = a.article_id AND r.revision =
            CASE WHEN a.analysed_revision BETWEEN 1 AND a.revision THEN a.analysed_revision ELSE a.revision END
        WHERE f.start_char < 0 OR f.end_char < f.start_char
           OR substr(r.text, f.start_char + 1, f.end_char - f.start_char) <> f.{quote}
    """

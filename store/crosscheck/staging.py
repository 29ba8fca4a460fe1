"""What the packs say, as temporary tables that the cross-check's statements join, and the articles it looks at."""

from collections.abc import Iterable, Sequence

import duckdb

from extractors.packs import Packs
from store import bulk

DEFAULT_HOLDS_DAYS = 30

_METRICS = """
CREATE OR REPLACE TEMP TABLE checked_metric AS SELECT unnest(from_json_strict($rows::JSON,
    '[{"metric": "VARCHAR", "grows": "BOOLEAN", "tolerance": "DOUBLE", "holds_days": "INTEGER"}]'), recursive := true)
"""

_UNITS = """
CREATE OR REPLACE TEMP TABLE checked_unit AS SELECT unnest(from_json_strict($rows::JSON,
    '[{"unit": "VARCHAR", "base": "VARCHAR", "factor": "DOUBLE"}]'), recursive := true)
"""

# A figure as it takes part: sure enough, about something, its values in the unit's base.
_FIGURES = """
CREATE OR REPLACE TEMP VIEW checked_figure AS
SELECT f.figure_id, f.article_id, coalesce(a.story_id, '') AS story_id,
       coalesce(a.origin_id, a.article_id) AS origin_id, a.outlet,
       coalesce(f.attributed_id, '') AS attributed_id, coalesce(f.attributed_to, '') AS attributed_to,
       f.value * coalesce(u.factor, 1) AS value, f.low * coalesce(u.factor, 1) AS low,
       f.high * coalesce(u.factor, 1) AS high, f.step * coalesce(u.factor, 1) AS step,
       coalesce(u.base, f.unit) AS unit, f.bound, f.modality, f.scope, f.as_of, a.published_at,
       a.date_source <> 'first_seen' AS dated, regexp_matches(f.quote, '[0-9][.][0-9]') AS decimals,
       f.entity_id, f.entity, f.metric, f.quote, f.sentence, f.start_char,
       coalesce(m.holds_days, {holds}) AS holds_days
FROM core.figure f
JOIN core.article a USING (article_id)
LEFT JOIN checked_unit u ON u.unit = f.unit
LEFT JOIN checked_metric m ON m.metric = f.metric
WHERE coalesce(f.entity_id, '') <> '' AND f.confidence >= {confidence} AND f.modality IN ('asserted', 'forecast')
"""

LEAST_CONFIDENCE = 0.5
"""A figure whose subject or metric is less sure takes no part in any comparison."""


def stage_packs(connection: duckdb.DuckDBPyConnection, packs: Packs) -> None:
    """Make the temporary tables of metrics and units, and the view of the figures that take part."""
    metrics = [
        {"metric": row.id, "grows": row.grows, "tolerance": float(row.tolerance), "holds_days": row.holds_days}
        for row in packs.metrics
    ]
    units = [{"unit": row.id, "base": row.base, "factor": float(row.factor)} for row in packs.units if row.id != "year"]
    units.append({"unit": "year", "base": "month", "factor": 12.0})  # a year is twelve months; of days it has no number
    connection.execute(_METRICS, {"rows": bulk.to_json(metrics)})
    connection.execute(_UNITS, {"rows": bulk.to_json(units)})
    connection.execute(_FIGURES.format(holds=DEFAULT_HOLDS_DAYS, confidence=LEAST_CONFIDENCE))


def stage_articles(connection: duckdb.DuckDBPyConnection, article_ids: Iterable[str]) -> None:
    """Name the articles whose slots this run looks at: the temporary table `checked_article`."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE checked_article AS SELECT unnest($ids::JSON::VARCHAR[]) AS article_id",
        {"ids": bulk.to_json(sorted(set(article_ids)))},
    )


def fresh_articles(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Return the analysed articles whose latest revision was not cross-checked yet, earliest first."""
    rows = connection.execute(
        "SELECT article_id FROM core.article WHERE analysed_revision = revision "
        "AND crosschecked_revision IS DISTINCT FROM revision ORDER BY published_at, article_id"
    ).fetchall()
    return tuple(row[0] for row in rows)


def mark_checked(connection: duckdb.DuckDBPyConnection, article_ids: Sequence[str]) -> None:
    """Note that these articles are cross-checked in their latest revision."""
    connection.execute(
        "UPDATE core.article SET crosschecked_revision = revision "
        "WHERE article_id IN (SELECT unnest($ids::JSON::VARCHAR[]))",
        {"ids": bulk.to_json(list(article_ids))},
    )

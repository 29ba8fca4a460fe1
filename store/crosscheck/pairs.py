"""Compares figures pairwise within their slots. Only slots of the articles that are checked are touched."""

import re

import duckdb

from extractors.packs import Packs
from store import bulk
from store.crosscheck.labels import Label, MetricRule, Stated, label, same_origin
from store.crosscheck.scopes import ScopeTable
from store.crosscheck.slots import COLUMNS, SlotFigure, slot_figures
from store.crosscheck.staging import DEFAULT_HOLDS_DAYS

MOST_PARTNERS = 200
"""A figure is compared with this many others of its slot at most, those of its story and the nearest in time first."""
UNNAMED = "open:unnamed"
LEAST_OF_UNNAMED = 0.7
"""Share of the words of both sentences that two numbers without a name must have in common to be compared."""
STORY_REACH_DAYS = 45
"""Figures of one story are compared at this distance even where their metric's values hold for a shorter time."""


_STALE = """
DELETE FROM core.pair WHERE figure_a IN (SELECT figure_id FROM checked_stale)
    OR figure_b IN (SELECT figure_id FROM checked_stale)
"""

# Figures that are gone, and those of the checked articles.
_GONE = """
CREATE OR REPLACE TEMP TABLE checked_stale AS
SELECT figure_a AS figure_id FROM core.pair ANTI JOIN core.figure ON figure_id = figure_a
UNION SELECT figure_b FROM core.pair ANTI JOIN core.figure ON figure_id = figure_b
UNION SELECT figure_id FROM core.figure SEMI JOIN checked_article USING (article_id)
"""

# Each pair once: with an article that is not checked now, or in the order of the ids. What no pack names and what is
# counted (votes, victims) belongs to an event: it is compared within one story only. What has no name is no slot.
_CANDIDATES = """
CREATE OR REPLACE TEMP TABLE checked_pair AS
WITH slots AS (
    SELECT DISTINCT entity_id, metric, unit FROM checked_figure JOIN checked_article USING (article_id)
), part AS (
    SELECT f.*, c.article_id IS NOT NULL AS checked
    FROM checked_figure f SEMI JOIN slots USING (entity_id, metric, unit)
    LEFT JOIN checked_article c USING (article_id)
)
SELECT n.figure_id AS figure_a, o.figure_id AS figure_b
FROM part n JOIN part o
  ON o.entity_id = n.entity_id AND o.metric = n.metric AND o.unit = n.unit AND o.modality = n.modality
WHERE n.checked AND n.metric <> 'open:' AND (NOT o.checked OR o.figure_id > n.figure_id)
  AND (NOT (starts_with(n.metric, 'open:') OR n.unit IN ('count', 'people')) OR o.article_id = n.article_id
       OR o.story_id = n.story_id AND n.story_id <> '')
  AND (n.holds_days = 0 OR abs(epoch(o.published_at) - epoch(n.published_at)) <= 86400 * CASE
       WHEN o.story_id = n.story_id AND n.story_id <> '' THEN greatest(n.holds_days, $reach) ELSE n.holds_days END)
QUALIFY row_number() OVER (
    PARTITION BY n.figure_id
    ORDER BY o.story_id = n.story_id DESC, abs(epoch(o.published_at) - epoch(n.published_at)), o.figure_id
) <= $most
"""

# The compared figures, and what their articles say beside them in the same slot: a former value may stand there.
_CHOSEN = f"""
WITH chosen AS (SELECT figure_a AS figure_id FROM checked_pair UNION SELECT figure_b FROM checked_pair), places AS (
    SELECT DISTINCT article_id, entity_id, metric, unit FROM checked_figure SEMI JOIN chosen USING (figure_id)
)
SELECT {COLUMNS} FROM checked_figure SEMI JOIN places USING (article_id, entity_id, metric, unit)
"""


def compare(connection: duckdb.DuckDBPyConnection, packs: Packs, scopes: ScopeTable) -> int:
    """Write `core.pair` anew for the figures of the checked articles; return the number of pairs that were labelled."""
    connection.execute(_GONE)
    connection.execute(_STALE)
    connection.execute(_CANDIDATES, {"most": MOST_PARTNERS, "reach": STORY_REACH_DAYS})
    candidates = connection.execute("SELECT figure_a, figure_b FROM checked_pair ORDER BY ALL").fetchall()
    figures = slot_figures(connection.execute(_CHOSEN).fetchall(), scopes)
    rules = metric_rules(packs)
    rows: list[bulk.Row] = []
    for a, b in candidates:
        found = _label(figures[a], figures[b], rules, scopes)
        if found:
            rows.append(_row(figures[a].stated, figures[b].stated, found))
    bulk.insert(connection, "core.pair", rows)
    return len(rows)


def metric_rules(packs: Packs) -> dict[str, MetricRule]:
    """Return what the comparison needs of every metric, by id."""
    return {row.id: MetricRule(row.id, row.grows, float(row.tolerance), row.holds_days) for row in packs.metrics}


def alike(a: SlotFigure, b: SlotFigure) -> bool:
    """Whether two sentences say the same of their numbers: the words around them, numbers left out, mostly agree.

    Where the number has no name at all, nearly all of them have to.
    """
    words_a, words_b = _content_words(a), _content_words(b)
    shared = len(words_a & words_b)
    if a.metric == UNNAMED:
        return shared >= 3 and shared >= LEAST_OF_UNNAMED * len(words_a | words_b)
    return shared >= 3 and shared >= 0.5 * min(len(words_a), len(words_b))


_SMALL_WORDS = frozenset(
    {"the", "and", "for", "but", "not", "has", "had", "have", "was", "were", "are", "its", "his", "her", "their", "who"}
    | {"that", "this", "with", "from", "will", "would", "which", "said", "says", "than", "into", "been", "also"}
)


def _content_words(figure: SlotFigure) -> frozenset[str]:
    words = re.findall(r"[^\W\d_]{3,}", figure.sentence.lower())
    return frozenset(word for word in words if word not in _SMALL_WORDS)


def _label(a: SlotFigure, b: SlotFigure, rules: dict[str, MetricRule], scopes: ScopeTable) -> Label | None:
    rule = rules.get(a.metric) or MetricRule(a.metric, holds_days=DEFAULT_HOLDS_DAYS)
    if a.metric.startswith("open:") and not alike(a, b):
        return None
    return label(a.stated, b.stated, rule, scopes)


def _row(a: Stated, b: Stated, found: Label) -> bulk.Row:
    first, second = sorted((a.figure_id, b.figure_id))
    return {
        "figure_a": first,
        "figure_b": second,
        "label": found.label,
        "rule": found.rule,
        "spread": found.spread,
        "same_origin": same_origin(a, b),
    }

"""Finds the disagreements of the touched slots and enters them into the ledger, each with all its sides."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import duckdb

from store import bulk
from store.crosscheck.explain import explain
from store.crosscheck.labels import Label
from store.crosscheck.ledger import Entry, Key, Ledger, SideEntry
from store.crosscheck.scopes import ScopeTable
from store.crosscheck.sides import FLAGGED_AMBIGUOUS, Disagreement, Side, disagreements
from store.crosscheck.slots import COLUMNS, SlotFigure, slot_figures

Slot = tuple[str, str, str]
"""Entity id, metric and base unit."""
Figures = Mapping[str, SlotFigure]

KINDS = ("figure", "rank")

# Slots of the checked articles, and of contradictions that lost a figure to a new revision.
_SLOTS = """
CREATE OR REPLACE TEMP TABLE checked_slot AS
SELECT DISTINCT entity_id, metric, unit FROM checked_figure SEMI JOIN checked_article USING (article_id)
UNION
SELECT c.entity_id, c.metric, c.unit FROM core.contradiction c
JOIN (SELECT contradiction_id, unnest(figure_ids) AS figure_id FROM core.contradiction_side) s USING (contradiction_id)
WHERE c.kind IN ('figure', 'rank') AND c.state <> 'resolved'
  AND s.figure_id NOT IN (SELECT figure_id FROM core.figure)
"""

# What holds a disagreement together: its conflicts, and what agrees with a figure that stands in one.
_EDGES = """
CREATE OR REPLACE TEMP TABLE checked_edge AS
WITH pairs AS (
    SELECT figure_a, figure_b, label = 'contradiction' OR rule IN (SELECT unnest($flagged::JSON::VARCHAR[])) AS conflict
    FROM core.pair SEMI JOIN (
        SELECT figure_id AS figure_a FROM checked_figure SEMI JOIN checked_slot USING (entity_id, metric, unit)
    ) USING (figure_a)
    WHERE label IN ('contradiction', 'agree', 'rounding', 'copied') OR conflict
), ends AS (SELECT DISTINCT unnest([figure_a, figure_b]) AS figure_id FROM pairs WHERE conflict)
SELECT figure_a AS one, figure_b AS other FROM pairs
WHERE conflict OR figure_a IN (SELECT figure_id FROM ends) OR figure_b IN (SELECT figure_id FROM ends)
"""

# Where the search begins: the new figures and all that they were compared with, and what lost a figure it stood beside.
_SEEDS = """
CREATE OR REPLACE TEMP TABLE checked_member AS
WITH new AS (SELECT figure_id FROM core.figure SEMI JOIN checked_article USING (article_id)),
sides AS (SELECT contradiction_id, unnest(figure_ids) AS figure_id FROM core.contradiction_side)
SELECT figure_id FROM new
UNION SELECT figure_b FROM core.pair SEMI JOIN new ON figure_id = figure_a WHERE label <> 'scope'
UNION SELECT figure_a FROM core.pair SEMI JOIN new ON figure_id = figure_b WHERE label <> 'scope'
UNION SELECT figure_id FROM sides WHERE contradiction_id IN (SELECT contradiction_id FROM sides ANTI JOIN core.figure
    USING (figure_id)) AND figure_id IN (SELECT figure_id FROM core.figure)
"""

_REACH = """
INSERT INTO checked_member
SELECT other FROM checked_edge SEMI JOIN checked_member ON figure_id = one
UNION SELECT one FROM checked_edge SEMI JOIN checked_member ON figure_id = other
EXCEPT SELECT figure_id FROM checked_member
"""

_PAIRS = """
CREATE OR REPLACE TEMP TABLE checked_tie AS
SELECT p.figure_a, p.figure_b, p.label, p.rule, p.spread
FROM core.pair p LEFT JOIN checked_member a ON a.figure_id = p.figure_a
LEFT JOIN checked_member b ON b.figure_id = p.figure_b
WHERE a.figure_id IS NOT NULL AND b.figure_id IS NOT NULL AND p.label <> 'scope'
   OR (a.figure_id IS NOT NULL OR b.figure_id IS NOT NULL) AND (p.label = 'revised' OR p.rule = 'same_article')
"""

_FIGURES = f"""
WITH wanted AS (SELECT unnest([figure_a, figure_b]) AS figure_id FROM checked_tie), places AS (
    SELECT DISTINCT article_id, entity_id, metric, unit FROM checked_figure SEMI JOIN wanted USING (figure_id)
)
SELECT {COLUMNS} FROM checked_figure SEMI JOIN places USING (article_id, entity_id, metric, unit)
ORDER BY published_at, figure_id
"""


def stage_slots(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables `checked_slot`, the touched slots, and `checked_member`, their touched figures.

    Of a slot only the disagreements that a new figure touches are looked at again: a slot may hold years of figures.
    """
    connection.execute(_SLOTS)
    connection.execute(_EDGES, {"flagged": bulk.to_json(sorted(FLAGGED_AMBIGUOUS))})
    connection.execute(_SEEDS)
    while True:
        added = connection.execute(_REACH).fetchone()
        if not added or not added[0]:
            return


def update(connection: duckdb.DuckDBPyConnection, scopes: ScopeTable, ledger: Ledger) -> None:
    """Recompute the disagreements of the staged figures; those that are gone are resolved."""
    connection.execute(_PAIRS)
    figures = slot_figures(connection.execute(_FIGURES).fetchall(), scopes)
    slots: dict[Slot, dict[str, SlotFigure]] = defaultdict(dict)
    for name, figure in figures.items():
        slots[_slot(figure)][name] = figure
    pairs: dict[Slot, dict[tuple[str, str], Label]] = defaultdict(dict)
    for a, b, *decided in connection.execute("SELECT * FROM checked_tie ORDER BY ALL").fetchall():
        if a in figures and b in figures:
            pairs[_slot(figures[a])][(a, b)] = Label(*decided)
    for slot in sorted(pairs):
        _update_slot(slots[slot], pairs[slot], ledger)
    ledger.close(*KINDS)


def _slot(figure: SlotFigure) -> Slot:
    return figure.entity_id, figure.metric, figure.stated.unit


def _update_slot(figures: Figures, pairs: Mapping[tuple[str, str], Label], ledger: Ledger) -> None:
    """Enter the slot's disagreements; those known before come first, so that no new one takes their id."""
    found = disagreements([figure.stated for figure in figures.values()], pairs)
    keyed = [(disagreement, _key(disagreement, figures), _members(disagreement)) for disagreement in found]
    keyed.sort(key=lambda item: (not ledger.match(item[1], item[2]), _first(item[0])))
    for disagreement, key, members in keyed:
        name = ledger.identify(key, members, _first(disagreement)[1])
        ledger.enter(_entry(name, key, disagreement, figures))


def _members(disagreement: Disagreement) -> frozenset[str]:
    return frozenset(figure.figure_id for figure in disagreement.figures)


def _first(disagreement: Disagreement) -> tuple[str, str]:
    return min((figure.published_at.isoformat(), figure.article_id) for figure in disagreement.figures)


def _key(disagreement: Disagreement, figures: Figures) -> Key:
    one = figures[disagreement.figures[0].figure_id]
    kind = "rank" if one.stated.unit == "rank" else "figure"
    return kind, one.entity_id, one.metric, _scope(disagreement), one.stated.unit


def _scope(disagreement: Disagreement) -> str:
    """The scope that all share; for baselines in different words all of them."""
    return "; ".join(sorted({name for figure in disagreement.figures for _, name in figure.scope}))


def _entry(name: str, key: Key, disagreement: Disagreement, figures: Figures) -> Entry:
    kind, entity_id, metric, scope, unit = key
    stated = [figures[figure.figure_id] for figure in disagreement.figures]
    return Entry(
        contradiction_id=name,
        kind=kind,
        entity_id=entity_id,
        entity=stated[0].entity,
        metric=metric,
        scope=scope,
        unit=unit,
        verdict=disagreement.verdict,
        spread=disagreement.spread,
        origins=len(disagreement.origins),
        explanation=explain(disagreement, (figure.sentence for figure in stated)),
        sides=tuple(_side(side, figures, unit) for side in disagreement.sides),
    )


def _side(side: Side, figures: Figures, unit: str) -> SideEntry:
    stated = [figures[figure.figure_id] for figure in side.figures]
    return SideEntry(
        value=side.value,
        unit=unit,
        outlets=_distinct(figure.outlet for figure in stated),
        origins=side.origins,
        attributed_to=_distinct(figure.attributed_to for figure in stated if figure.attributed_to),
        figure_ids=tuple(figure.stated.figure_id for figure in stated),
        claim_ids=(),
        quotes=tuple(figure.sentence for figure in stated),
    )


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))

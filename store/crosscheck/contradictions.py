"""Finds the disagreements of the touched slots and enters them into the ledger, each with all its sides."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import duckdb

from store.crosscheck.explain import explain
from store.crosscheck.labels import Label
from store.crosscheck.ledger import Entry, Key, Ledger, SideEntry
from store.crosscheck.scopes import ScopeTable
from store.crosscheck.sides import Disagreement, Side, disagreements
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

_PAIRS = """
SELECT f.entity_id, f.metric, f.unit, p.figure_a, p.figure_b, p.label, p.rule, p.spread
FROM core.pair p
JOIN checked_figure f ON f.figure_id = p.figure_a SEMI JOIN checked_slot s
  ON s.entity_id = f.entity_id AND s.metric = f.metric AND s.unit = f.unit
WHERE p.label <> 'scope'
"""


def stage_slots(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table `checked_slot`: the slots whose disagreements this run looks at again."""
    connection.execute(_SLOTS)


def update(connection: duckdb.DuckDBPyConnection, scopes: ScopeTable, ledger: Ledger) -> None:
    """Recompute the disagreements of the staged slots; those that are gone are resolved."""
    pairs: dict[Slot, dict[tuple[str, str], Label]] = defaultdict(dict)
    for entity_id, metric, unit, a, b, *decided in connection.execute(_PAIRS).fetchall():
        pairs[(entity_id, metric, unit)][(a, b)] = Label(*decided)
    figures = _figures(connection, scopes)
    for slot in sorted(pairs):
        _update_slot(figures.get(slot, {}), pairs[slot], ledger)
    ledger.close(*KINDS)


def _figures(connection: duckdb.DuckDBPyConnection, scopes: ScopeTable) -> dict[Slot, dict[str, SlotFigure]]:
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM checked_figure SEMI JOIN checked_slot USING (entity_id, metric, unit) "
        "ORDER BY published_at, figure_id"
    ).fetchall()
    found: dict[Slot, dict[str, SlotFigure]] = defaultdict(dict)
    for figure in slot_figures(rows, scopes).values():
        found[(figure.entity_id, figure.metric, figure.stated.unit)][figure.stated.figure_id] = figure
    return found


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

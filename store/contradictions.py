"""Typed reads of the contradictions, for the command line and the digest.

Rows come complete with their sides and statements, in the order in which a reader should see them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """An article as a side of a contradiction names it."""

    article_id: str
    url: str
    title: str
    outlet: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One place that states a side's value: `quote` is the number as written, `sentence` the words around it."""

    statement_id: str
    """The figure's or the claim's id."""
    quote: str
    sentence: str
    attributed_to: str
    article: ArticleRef


@dataclass(frozen=True, slots=True)
class SideRow:
    """One side. `value` is in the base unit, None for claims; `quotes` are sentences in the order of the ids."""

    side: int
    value: float | None
    unit: str
    outlets: tuple[str, ...]
    origins: tuple[str, ...]
    attributed_to: tuple[str, ...]
    quotes: tuple[str, ...]
    figure_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]
    statements: tuple[StatementRow, ...]

    @property
    def articles(self) -> tuple[ArticleRef, ...]:
        """The articles on this side, each once."""
        return tuple({row.article.article_id: row.article for row in self.statements}.values())


@dataclass(frozen=True, slots=True)
class ContradictionRow:
    """One disagreement with its sides, the side with most origins first. `origins` counts those of all sides."""

    contradiction_id: str
    kind: str
    entity_id: str
    entity: str
    metric: str
    scope: str
    unit: str
    verdict: str
    state: str
    spread: float
    origins: int
    first_seen: datetime
    last_seen: datetime
    explanation: str
    sides: tuple[SideRow, ...]


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two compared figures of a contradiction, with the rule that decided."""

    figure_a: str
    figure_b: str
    label: str
    rule: str
    spread: float
    same_origin: bool


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something that happened to a contradiction: new, widened, narrowed, resolved, reopened, dismissed."""

    contradiction_id: str
    event: str
    at: datetime
    detail: str


_LIST = """
SELECT contradiction_id, kind, coalesce(entity_id, ''), coalesce(entity, ''), coalesce(metric, ''),
       coalesce(scope, ''), coalesce(unit, ''), verdict, state, coalesce(spread, 0), origins, first_seen, last_seen,
       coalesce(explanation, '')
FROM core.contradiction
WHERE ($state IS NULL OR state = $state)
  AND ($entity IS NULL OR entity_id = $entity OR lower(entity) = lower($entity))
  AND ($metric IS NULL OR metric = $metric)
  AND ($since IS NULL OR last_seen >= $since)
  AND ($id IS NULL OR contradiction_id = $id)
ORDER BY verdict = 'contradiction' DESC, origins DESC, spread DESC, contradiction_id
"""

_SIDES = """
SELECT contradiction_id, side, value, coalesce(unit, ''), outlets, origins, attributed_to, quotes, figure_ids, claim_ids
FROM core.contradiction_side WHERE contradiction_id IN (SELECT unnest($ids)) ORDER BY contradiction_id, side
"""

_STATEMENTS = """
WITH wanted AS (SELECT unnest($ids) AS statement_id), stated AS (
    SELECT figure_id AS statement_id, quote, sentence, attributed_to, article_id FROM core.figure
    WHERE figure_id IN (SELECT statement_id FROM wanted)
    UNION ALL
    SELECT claim_id, quote, sentence, speaker, article_id FROM core.claim
    WHERE claim_id IN (SELECT statement_id FROM wanted)
)
SELECT s.statement_id, s.quote, s.sentence, coalesce(s.attributed_to, ''), a.article_id, a.url, a.title, a.outlet,
       a.published_at
FROM stated s JOIN core.article a USING (article_id)
"""


def list_contradictions(
    connection: duckdb.DuckDBPyConnection,
    state: str | None = None,
    entity: str | None = None,
    metric: str | None = None,
    since: datetime | None = None,
) -> tuple[ContradictionRow, ...]:
    """Return contradictions ordered by verdict, number of origins and spread.

    `entity` is an entity id or a name in any case; `since` keeps those whose sides changed at or after that time.
    """
    return _read(connection, {"state": state, "entity": entity, "metric": metric, "since": since, "id": None})


def get_contradiction(connection: duckdb.DuckDBPyConnection, contradiction_id: str) -> ContradictionRow | None:
    """Return one contradiction, or None when there is none with this id."""
    only: dict[str, object] = {"state": None, "entity": None, "metric": None, "since": None, "id": contradiction_id}
    rows = _read(connection, only)
    return rows[0] if rows else None


def pairs_of(connection: duckdb.DuckDBPyConnection, row: ContradictionRow) -> tuple[PairRow, ...]:
    """Return the compared pairs among the figures of a contradiction."""
    ids = [figure for side in row.sides for figure in side.figure_ids]
    found = connection.execute(
        "SELECT figure_a, figure_b, label, rule, spread, same_origin FROM core.pair "
        "WHERE figure_a IN (SELECT unnest($ids)) AND figure_b IN (SELECT unnest($ids)) ORDER BY ALL",
        {"ids": ids},
    ).fetchall()
    return tuple(PairRow(*values) for values in found)


def list_events(connection: duckdb.DuckDBPyConnection, since: datetime, until: datetime) -> tuple[EventRow, ...]:
    """Return what happened to contradictions in [since, until), in time order."""
    found = connection.execute(
        """SELECT contradiction_id, event, happened_at, coalesce(detail, '') FROM core.contradiction_event
        WHERE happened_at >= $since AND happened_at < $until ORDER BY happened_at, contradiction_id, event""",
        {"since": since, "until": until},
    ).fetchall()
    return tuple(EventRow(*values) for values in found)


def _read(connection: duckdb.DuckDBPyConnection, wanted: dict[str, object]) -> tuple[ContradictionRow, ...]:
    rows = connection.execute(_LIST, wanted).fetchall()
    sides = _sides(connection, [row[0] for row in rows])
    return tuple(ContradictionRow(*row, sides=sides.get(row[0], ())) for row in rows)


def _sides(connection: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> Mapping[str, tuple[SideRow, ...]]:
    rows = connection.execute(_SIDES, {"ids": list(ids)}).fetchall() if ids else []
    statements = _statements(connection, [name for row in rows for name in (*(row[8] or ()), *(row[9] or ()))])
    grouped: dict[str, list[SideRow]] = defaultdict(list)
    for row in rows:
        grouped[row[0]].append(_side(row, statements))
    return {key: tuple(value) for key, value in grouped.items()}


def _side(row: Sequence[Any], statements: Mapping[str, StatementRow]) -> SideRow:
    lists = [tuple(values or ()) for values in row[4:]]
    outlets, origins, attributed_to, quotes, figure_ids, claim_ids = lists
    stated = tuple(statements[name] for name in (*figure_ids, *claim_ids) if name in statements)
    return SideRow(row[1], row[2], row[3], outlets, origins, attributed_to, quotes, figure_ids, claim_ids, stated)


def _statements(connection: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> Mapping[str, StatementRow]:
    rows = connection.execute(_STATEMENTS, {"ids": list(ids)}).fetchall() if ids else []
    return {row[0]: StatementRow(*row[:4], article=ArticleRef(*row[4:])) for row in rows}

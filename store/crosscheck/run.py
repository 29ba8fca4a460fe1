"""The cross-check: copies and origins, then stories, then pairs, then contradictions. Touches only what is new."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from extractors.packs import Packs
from store.crosscheck import claims, contradictions, copies, internal, origins, pairs, space, staging, stories, sums
from store.crosscheck.ledger import Ledger
from store.crosscheck.scopes import scope_table
from store.transactions import transaction


@dataclass(frozen=True, slots=True)
class CrosscheckResult:
    """What one cross-check did. Counts are of this run; `contradictions_open` is the store's state after it."""

    articles: int = 0
    copies: int = 0
    stories: int = 0
    pairs: int = 0
    contradictions_open: int = 0
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()


def crosscheck(connection: duckdb.DuckDBPyConnection, packs: Packs, *, now: datetime) -> CrosscheckResult:
    """Compare new and changed articles with the store and write copies, origins, stories, pairs and contradictions.

    Articles count once they are analysed. One transaction; running it again changes nothing.
    """
    with transaction(connection):
        fresh = staging.fresh_articles(connection)
        if not fresh:
            return CrosscheckResult(contradictions_open=_open(connection))
        moved = _group(connection, packs, fresh)
        compared, ledger = _compare(connection, packs, {*fresh, *moved}, now)
        staging.mark_checked(connection, fresh)
        return CrosscheckResult(
            articles=len(fresh),
            copies=_count(
                connection, "SELECT count(copy_of) FROM core.article SEMI JOIN checked_article USING (article_id)"
            ),
            stories=_count(
                connection,
                "SELECT count(DISTINCT story_id) FROM core.article SEMI JOIN checked_article USING (article_id)",
            ),
            pairs=compared,
            contradictions_open=_open(connection),
            new=ledger.ids_with("new"),
            changed=ledger.ids_with("widened", "narrowed", "reopened"),
            resolved=ledger.ids_with("resolved"),
        )


def _group(connection: duckdb.DuckDBPyConnection, packs: Packs, fresh: Sequence[str]) -> tuple[str, ...]:
    """Decide copies, origins and stories; return the older articles that these decisions moved."""
    window = space.build(connection, fresh)
    neighbours = space.nearest(window, [window.rows[name] for name in fresh], copies.NEIGHBOURS)
    copied = copies.find(connection, window, neighbours, fresh)
    followed = origins.assign(connection, packs, fresh)
    moved = stories.assign(connection, window, neighbours, fresh)
    return (*copied, *followed, *moved)


def _compare(
    connection: duckdb.DuckDBPyConnection, packs: Packs, article_ids: set[str], now: datetime
) -> tuple[int, Ledger]:
    """Label the pairs of the touched slots and write the contradictions among them."""
    scopes = scope_table(packs)
    staging.stage_packs(connection, packs)
    staging.stage_articles(connection, article_ids)
    compared = pairs.compare(connection, packs, scopes)
    contradictions.stage_slots(connection)
    ledger = Ledger(connection, now)
    ledger.load()
    contradictions.update(connection, scopes, ledger)
    internal.update(connection, ledger)
    sums.update(connection, ledger)
    ledger.close("internal")
    claims.update(connection, ledger)
    ledger.write()
    return compared, ledger


def _open(connection: duckdb.DuckDBPyConnection) -> int:
    return _count(connection, "SELECT count(*) FROM core.contradiction WHERE state = 'open'")


def _count(connection: duckdb.DuckDBPyConnection, statement: str) -> int:
    row = connection.execute(statement).fetchone()
    return int(row[0]) if row else 0

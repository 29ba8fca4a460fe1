"""What is remembered of feed items beyond their articles: tries that gave none, and items that only repeat others."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import duckdb

from store import bulk
from store.transactions import transaction

_KEPT = timedelta(days=90)
"""An entry stands in a feed for days or weeks; what was not met for so long has left it."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An item that gave no article, by its entry's fingerprint: why, whether that may pass, and how often tried."""

    entry_hash: str
    url: str
    reason: str
    passing: bool
    tries: int


def known(connection: duckdb.DuckDBPyConnection, feed_id: str) -> tuple[Attempt, ...]:
    """Return what is remembered of a feed's items."""
    rows = connection.execute(
        "SELECT entry_hash, url, reason, passing, tries FROM core.attempt WHERE feed_id = $feed_id",
        {"feed_id": feed_id},
    ).fetchall()
    return tuple(Attempt(*row) for row in rows)


def store(connection: duckdb.DuckDBPyConnection, feed_id: str, attempts: Sequence[Attempt], now: datetime) -> None:
    """Remember the tries of one visit, each entry with its newest; very old ones are forgotten."""
    with transaction(connection):
        connection.execute("DELETE FROM core.attempt WHERE last_at < $before", {"before": now - _KEPT})
        unique = {attempt.entry_hash: attempt for attempt in attempts}
        if not unique:
            return
        rows = [{"feed_id": feed_id, "last_at": now, **asdict(attempt)} for attempt in unique.values()]
        bulk.stage(connection, "incoming_attempt", "core.attempt", rows)
        connection.execute(_MERGE)


_MERGE = """
    MERGE INTO core.attempt a USING incoming_attempt i ON a.feed_id = i.feed_id AND a.entry_hash = i.entry_hash
    WHEN MATCHED THEN UPDATE SET
        url = i.url, reason = i.reason, passing = i.passing, tries = i.tries, last_at = i.last_at
    WHEN NOT MATCHED THEN INSERT (feed_id, entry_hash, url, reason, passing, tries, last_at)
        VALUES (i.feed_id, i.entry_hash, i.url, i.reason, i.passing, i.tries, i.last_at)
"""


def recent_articles(connection: duckdb.DuckDBPyConnection, now: datetime, days: int = 30) -> frozenset[str]:
    """Return the ids of the articles that were fetched in the last `days` days, from whatever feed."""
    rows = connection.execute(
        "SELECT article_id FROM core.article WHERE fetched_at > $since", {"since": now - timedelta(days=days)}
    ).fetchall()
    return frozenset(row[0] for row in rows)


def list_entries(connection: duckdb.DuckDBPyConnection, feed_id: str, entries: Iterable[tuple[str, str]]) -> None:
    """Note that a feed, too, lists these articles (id and the entry's fingerprint), whose pages another feed gave."""
    rows = [{"feed_id": feed_id, "article_id": key, "entry_hash": print_} for key, print_ in dict(entries).items()]
    if not rows:
        return
    bulk.stage(connection, "incoming_entry", "core.entry", rows)
    connection.execute(_MERGE_ENTRIES)


_MERGE_ENTRIES = """
    MERGE INTO core.entry e USING incoming_entry i ON e.feed_id = i.feed_id AND e.article_id = i.article_id
    WHEN MATCHED AND e.entry_hash <> i.entry_hash THEN UPDATE SET entry_hash = i.entry_hash
    WHEN NOT MATCHED THEN INSERT (feed_id, article_id, entry_hash) VALUES (i.feed_id, i.article_id, i.entry_hash)
"""

"""The configured feeds and their health. A feed that leaves the feeds file is kept as removed, with its articles."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol

import duckdb

from store import bulk
from store.transactions import transaction


class Listed(Protocol):
    """A feed as the feeds file names it. `feed_id` derives from the URL."""

    @property
    def feed_id(self) -> str:
        """Content-derived id."""
        ...

    @property
    def url(self) -> str:
        """Where the feed is fetched."""
        ...

    @property
    def outlet(self) -> str:
        """The name under which its articles are stored."""
        ...


@dataclass(frozen=True, slots=True)
class FeedRow:
    """The plainest `Listed`."""

    feed_id: str
    url: str
    outlet: str


@dataclass(frozen=True, slots=True)
class FeedOutcome:
    """How one visit to a feed ended. An empty `error` means well: read, or not modified since the last visit.

    None for a validator or the title leaves what is stored; "" says that the server gave none.
    """

    feed_id: str
    error: str = ""
    """Code and message, such as "timeout: no answer within 30 s"."""
    title: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    next_fetch_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """A row of the view `feeds`."""

    feed_id: str
    url: str
    outlet: str
    title: str
    state: str
    last_ok_at: datetime | None
    last_error: str | None
    failures: int
    next_fetch_at: datetime | None
    articles: int


def sync(connection: duckdb.DuckDBPyConnection, feeds: Iterable[Listed]) -> None:
    """Make the stored feeds those of the feeds file: new ones are added, missing ones marked removed."""
    unique = {feed.feed_id: feed for feed in feeds}
    rows = [{"feed_id": key, "url": feed.url, "outlet": feed.outlet} for key, feed in unique.items()]
    with transaction(connection):
        if not rows:
            connection.execute("UPDATE core.feed SET state = 'removed'")
            return
        bulk.stage(connection, "incoming_feed", "core.feed", rows)
        connection.execute(_SYNC)


_SYNC = """
    MERGE INTO core.feed f USING incoming_feed i ON f.feed_id = i.feed_id
    WHEN MATCHED AND (f.state = 'removed' OR f.url <> i.url OR f.outlet <> i.outlet) THEN UPDATE SET
        url = i.url, outlet = i.outlet, state = CASE f.state WHEN 'removed' THEN 'new' ELSE f.state END
    WHEN NOT MATCHED THEN INSERT (feed_id, url, outlet, title, state, failures, etag, last_modified)
        VALUES (i.feed_id, i.url, i.outlet, '', 'new', 0, '', '')
    WHEN NOT MATCHED BY SOURCE AND f.state <> 'removed' THEN UPDATE SET state = 'removed'
"""


def known(connection: duckdb.DuckDBPyConnection, feed_id: str) -> tuple[str, str]:
    """Return the ETag and Last-Modified that the feed's last full read came with; empty where there is none."""
    row = connection.execute(
        "SELECT etag, last_modified FROM core.feed WHERE feed_id = $feed_id", {"feed_id": feed_id}
    ).fetchone()
    return (row[0] or "", row[1] or "") if row else ("", "")


def waiting(connection: duckdb.DuckDBPyConnection, now: datetime) -> frozenset[str]:
    """Return the ids of the feeds that asked, or were told, not to be visited before a time after `now`."""
    rows = connection.execute("SELECT feed_id FROM core.feed WHERE next_fetch_at > $now", {"now": now}).fetchall()
    return frozenset(row[0] for row in rows)


def record(connection: duckdb.DuckDBPyConnection, outcome: FeedOutcome, now: datetime) -> None:
    """Note how a visit ended. Call it in the transaction that stores the feed's items: validators belong to them.

    Raises KeyError for a feed that was never synced.
    """
    updated = connection.execute(_RECORD, {**asdict(outcome), "now": now}).fetchone()
    if not updated or not updated[0]:
        raise KeyError(outcome.feed_id)


_RECORD = """
    UPDATE core.feed SET
        state = CASE $error WHEN '' THEN 'ok' ELSE 'failing' END,
        failures = CASE $error WHEN '' THEN 0 ELSE failures + 1 END,
        last_ok_at = CASE $error WHEN '' THEN $now ELSE last_ok_at END,
        last_error = nullif($error, ''),
        next_fetch_at = $next_fetch_at,
        title = coalesce($title, title),
        etag = coalesce($etag, etag),
        last_modified = coalesce($last_modified, last_modified)
    WHERE feed_id = $feed_id
"""


def health(connection: duckdb.DuckDBPyConnection) -> tuple[FeedHealth, ...]:
    """Return all feeds, removed ones last, by outlet and URL."""
    rows = connection.execute("""
        SELECT feed_id, url, outlet, title, state, last_ok_at, last_error, failures, next_fetch_at, articles
        FROM feeds ORDER BY state = 'removed', outlet, url
    """).fetchall()
    return tuple(FeedHealth(*row) for row in rows)

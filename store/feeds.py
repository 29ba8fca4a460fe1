"""The configured feeds and their health. A feed that leaves the feeds file is kept as removed, with its articles."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
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
class Move:
    """A permanent redirect as it was met: its target, and the first and last of the consecutive days of meeting it.

    `fetch_url` is the address that was adopted and is asked instead of the feed's own, or empty.
    """

    fetch_url: str = ""
    moved_to: str = ""
    moved_since: date | None = None
    moved_seen: date | None = None


@dataclass(frozen=True, slots=True)
class FeedMemory:
    """What a visit needs to know of those before. The validators belong to `validators_url` and go nowhere else."""

    etag: str = ""
    last_modified: str = ""
    validators_url: str = ""
    failures: int = 0
    move: Move = Move()


@dataclass(frozen=True, slots=True)
class FeedOutcome:
    """How one visit to a feed ended. An empty `error` means well: read, or not modified since the last visit.

    None for a validator, the title or the move leaves what is stored; "" says that the server gave none. `counts` is
    false for a failure that is not the feed's (a general outage, a rest that the server asked for).
    """

    feed_id: str
    error: str = ""
    """Code and message, such as "timeout: no answer within 30 s"."""
    title: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    next_fetch_at: datetime | None = None
    counts: bool = True
    backoff_until: datetime | None = None
    validators_url: str | None = None
    move: Move | None = None


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
    WHEN NOT MATCHED THEN INSERT (
        feed_id, url, outlet, title, state, failures, etag, last_modified, validators_url, fetch_url, moved_to
    ) VALUES (i.feed_id, i.url, i.outlet, '', 'new', 0, '', '', i.url, '', '')
    WHEN NOT MATCHED BY SOURCE AND f.state <> 'removed' THEN UPDATE SET state = 'removed'
"""


def memory(connection: duckdb.DuckDBPyConnection, feed_id: str) -> FeedMemory:
    """Return what is remembered of a feed; nothing for one that was never visited."""
    row = connection.execute(_MEMORY, {"feed_id": feed_id}).fetchone()
    if row is None:
        return FeedMemory()
    etag, last_modified, validators_url, failures, *move = row
    return FeedMemory(etag, last_modified, validators_url, failures, Move(*move))


_MEMORY = """
    SELECT coalesce(etag, ''), coalesce(last_modified, ''), coalesce(validators_url, url), failures,
           coalesce(fetch_url, ''), coalesce(moved_to, ''), moved_since, moved_seen
    FROM core.feed WHERE feed_id = $feed_id
"""


def known(connection: duckdb.DuckDBPyConnection, feed_id: str) -> tuple[str, str]:
    """Return the ETag and Last-Modified that the feed's last full read came with; empty where there is none."""
    found = memory(connection, feed_id)
    return found.etag, found.last_modified


def waiting(connection: duckdb.DuckDBPyConnection, now: datetime, *, scheduled: bool = False) -> frozenset[str]:
    """Return the ids of the feeds that are not to be visited at `now`.

    Those whose server asked for rest; on the schedule also those that back off because they failed.
    """
    rows = connection.execute(_WAITING, {"now": now, "scheduled": scheduled}).fetchall()
    return frozenset(row[0] for row in rows)


_WAITING = """
    SELECT feed_id FROM core.feed WHERE next_fetch_at > $now OR ($scheduled AND backoff_until > $now)
"""


def record(connection: duckdb.DuckDBPyConnection, outcome: FeedOutcome, now: datetime) -> None:
    """Note how a visit ended. Call it in the transaction that stores the feed's items: validators belong to them.

    Raises KeyError for a feed that was never synced.
    """
    given = asdict(outcome)
    move = given.pop("move") or {"fetch_url": None, "moved_to": None, "moved_since": None, "moved_seen": None}
    updated = connection.execute(_RECORD, {**given, **move, "now": now}).fetchone()
    if not updated or not updated[0]:
        raise KeyError(outcome.feed_id)


_RECORD = """
    UPDATE core.feed SET
        state = CASE WHEN $error = '' THEN 'ok' WHEN starts_with($error, 'gone: ') THEN 'gone' ELSE 'failing' END,
        failures = CASE WHEN $error = '' THEN 0 WHEN $counts THEN failures + 1 ELSE failures END,
        last_ok_at = CASE $error WHEN '' THEN $now ELSE last_ok_at END,
        last_error = nullif($error, ''),
        next_fetch_at = $next_fetch_at,
        backoff_until = CASE WHEN $counts THEN $backoff_until ELSE backoff_until END,
        title = coalesce($title, title),
        etag = coalesce($etag, etag),
        last_modified = coalesce($last_modified, last_modified),
        validators_url = coalesce($validators_url, validators_url),
        moved_since = CASE WHEN $moved_to::VARCHAR IS NULL THEN moved_since ELSE $moved_since::DATE END,
        moved_seen = CASE WHEN $moved_to::VARCHAR IS NULL THEN moved_seen ELSE $moved_seen::DATE END,
        fetch_url = coalesce($fetch_url, fetch_url),
        moved_to = coalesce($moved_to, moved_to)
    WHERE feed_id = $feed_id
"""


def rests(connection: duckdb.DuckDBPyConnection, now: datetime) -> dict[str, datetime]:
    """Return the hosts (name:port) that asked for a rest which lasts beyond `now`, and until when."""
    rows = connection.execute("SELECT host, until FROM core.host_rest WHERE until > $now", {"now": now}).fetchall()
    return dict(rows)


def record_rests(connection: duckdb.DuckDBPyConnection, until: dict[str, datetime]) -> None:
    """Note until when each host asked for rest; what was known of any host before is forgotten."""
    with transaction(connection):
        connection.execute("DELETE FROM core.host_rest")
        bulk.insert(connection, "core.host_rest", [{"host": host, "until": when} for host, when in until.items()])


def health(connection: duckdb.DuckDBPyConnection) -> tuple[FeedHealth, ...]:
    """Return all feeds, removed ones last, by outlet and URL."""
    rows = connection.execute("""
        SELECT feed_id, url, outlet, title, state, last_ok_at, last_error, failures, next_fetch_at, articles
        FROM feeds ORDER BY state = 'removed', outlet, url
    """).fetchall()
    return tuple(FeedHealth(*row) for row in rows)

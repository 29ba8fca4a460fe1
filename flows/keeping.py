"""Visits the feeds side by side and stores what each gave, one after the other, each in one transaction."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import duckdb

from extractors.records import Skipped
from flows.clock import now
from flows.collect import Collected, FeedKnown
from flows.feedsfile import Feed
from flows.fetch import Gateway
from flows.hosts import host_key
from flows.parsing import InChildren, Parser, pool_of
from flows.progress import Progress
from flows.recording import RunningCount
from flows.settings import Settings
from flows.shared_pages import SharedPages
from flows.summary import FeedTrouble, Visits
from flows.visits import after_failure, after_visit, backoff, is_outage, rest_until, unreachable
from store import articles, attempts, feeds
from store.db import transaction
from store.feeds import FeedMemory, FeedOutcome, FeedRow

Visit = tuple[Gateway, Feed, FeedKnown, datetime, int, Parser, SharedPages]
"""The arguments of one visit: those of the task `collect`."""


def keep_all(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    wanted: Sequence[Feed],
    running: RunningCount,
    progress: Progress,
    make: Callable[[Sequence[Visit]], Iterator[Collected]],
    *,
    scheduled: bool,
) -> Visits:
    """Visit the feeds that are due and store what they give, as soon as it is there; `make` makes the visits.

    Feeds whose server asked for rest are left alone until then, on the schedule those that back off too. Feeds that
    could not be reached are noted last: when nearly none could, none of them is blamed.
    """
    feeds.sync(connection, [FeedRow(feed.feed_id, feed.url, feed.outlet) for feed in wanted])
    due = _due(connection, wanted, running, scheduled)
    progress.stage("Fetching feeds", len(due))
    outcomes: list[Collected] = []
    lost: list[Collected] = []
    for collected in _collect_all(connection, settings, due, running, make):
        if unreachable(collected.error):
            lost.append(collected)
        else:
            _keep(connection, collected, running)
        outcomes.append(collected)
        progress.advance()
    outage = is_outage([one.feed.url for one in lost], [one.feed.url for one in outcomes])
    for collected in lost:
        _keep(connection, collected, running, counts=not outage)
    return _visits(outcomes, waiting=len(wanted) - len(outcomes))


def _due(
    connection: duckdb.DuckDBPyConnection, wanted: Sequence[Feed], running: RunningCount, scheduled: bool
) -> list[Feed]:
    waiting = feeds.waiting(connection, running.started_at, scheduled=scheduled)
    resting = feeds.rests(connection, running.started_at)
    return [feed for feed in wanted if feed.feed_id not in waiting and host_key(feed.url) not in resting]


def _visits(outcomes: Sequence[Collected], waiting: int) -> Visits:
    trouble = tuple(FeedTrouble(one.feed.url, one.feed.outlet, one.error) for one in outcomes if one.error)
    unchanged = sum(one.state == "unchanged" for one in outcomes)
    return Visits(len(outcomes), unchanged=unchanged, waiting=waiting, trouble=trouble)


def _collect_all(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    wanted: Sequence[Feed],
    running: RunningCount,
    make: Callable[[Sequence[Visit]], Iterator[Collected]],
) -> Iterator[Collected]:
    started, limit = running.started_at, settings.limits.feed_items
    gateway = Gateway.from_settings(settings)
    for host, until in feeds.rests(connection, started).items():
        gateway.pause(host, (until - started).total_seconds())
    shared = SharedPages(attempts.recent_articles(connection, started))
    with pool_of(settings.limits) as pool:
        parser = InChildren(pool)
        yield from make([(gateway, feed, _known(connection, feed), started, limit, parser, shared) for feed in wanted])
    feeds.record_rests(connection, rest_until(now(), gateway.pauses()))


def _known(connection: duckdb.DuckDBPyConnection, feed: Feed) -> FeedKnown:
    """Return what is known of a feed; validators that another address gave stay at home."""
    memory = feeds.memory(connection, feed.feed_id)
    address = memory.move.fetch_url or feed.url
    ours = memory.validators_url == address
    entries = articles.known_entries(connection, feed.feed_id)
    return FeedKnown(
        etag=memory.etag if ours else "",
        last_modified=memory.last_modified if ours else "",
        entries=frozenset(entries.values()),
        listed=frozenset(entries),
        attempts={attempt.entry_hash: attempt for attempt in attempts.known(connection, feed.feed_id)},
        address=address,
    )


def _keep(
    connection: duckdb.DuckDBPyConnection, collected: Collected, running: RunningCount, counts: bool = True
) -> None:
    """Store items, validators and everything that is to be remembered of a visit in one transaction."""
    feed_id = collected.feed.feed_id
    with transaction(connection):
        kept = articles.store(connection, collected.articles, collected.skipped, running.run_id)
        attempts.store(connection, feed_id, collected.attempts, running.started_at)
        attempts.list_entries(connection, feed_id, collected.also_listed)
        memory = feeds.memory(connection, feed_id)
        feeds.record(connection, _outcome(collected, memory, running, counts), now())
    failed = _failed(collected.skipped)
    running.add(kept, unchanged=collected.unchanged, skipped=len(collected.skipped) - failed, failed=failed)


def _outcome(collected: Collected, memory: FeedMemory, running: RunningCount, counts: bool) -> FeedOutcome:
    feed_id, failed = collected.feed.feed_id, bool(collected.error)
    counts = counts and not collected.error.startswith("rate_limited")
    rest = backoff(feed_id, memory.failures + 1) if failed else None
    if failed:
        move = after_failure(memory.move) if counts else memory.move
    else:
        move = after_visit(memory.move, collected.moved_to, running.started_at.date())
    return FeedOutcome(
        feed_id=feed_id,
        error=collected.error,
        title=collected.title or None,
        etag=None if failed else collected.etag,
        last_modified=None if failed else collected.last_modified,
        next_fetch_at=collected.next_fetch_at,
        counts=counts,
        backoff_until=running.started_at + rest if rest else None,
        validators_url=None if failed else collected.asked,
        move=move,
    )


def _failed(skipped: Sequence[Skipped]) -> int:
    return sum(item.failed for item in skipped)

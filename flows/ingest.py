"""The daily flow: fetch every feed, keep what is new, read it, compare the sources."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import duckdb
from prefect import flow
from prefect.futures import as_completed
from prefect.task_runners import ThreadPoolTaskRunner

from extractors.errors import NothingFetched
from extractors.records import Skipped
from flows.analyse import analyse_pending
from flows.clock import now
from flows.collect import Collected, FeedKnown
from flows.crosscheck import compare, summarise
from flows.feedsfile import Feed, load_feeds
from flows.fetch import Gateway
from flows.progress import Progress, Silent
from flows.recording import RunningCount, recorded
from flows.settings import Settings, load_settings
from flows.summary import FeedTrouble, RunSummary, Visits
from flows.tasks import analyse_batch, collect
from store import articles, feeds
from store.db import open_writer, transaction
from store.feeds import FeedOutcome, FeedRow

CONCURRENCY = 8
"""Feeds that are fetched at a time; one host still sees one request at a time."""

# Prefect types the runner by the futures that it makes, and `flow` does not take that type.
_RUNNER: Any = ThreadPoolTaskRunner(max_workers=CONCURRENCY)


@flow(name="ingest", task_runner=_RUNNER, validate_parameters=False, persist_result=False)
def ingest(settings: Settings | None = None, progress: Progress | None = None) -> RunSummary:
    """Run once over the feeds of the settings. A failed feed is data; if all fail: NothingFetched."""
    settings, progress = settings or load_settings(), progress or Silent()
    wanted = load_feeds(settings.feeds)
    with open_writer(settings.home) as connection, recorded(connection, "ingest") as running:
        outcomes = _keep_all(connection, settings, wanted, running, progress)
        analyse_pending(connection, settings, analyse_batch, progress)
        compare(connection, settings, progress)
        visits = _visits(outcomes, waiting=len(wanted) - len(outcomes))
        _require_one(visits)
        return summarise(connection, settings, running, "ingest", visits)


def _keep_all(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    wanted: Sequence[Feed],
    running: RunningCount,
    progress: Progress,
) -> list[Collected]:
    """Fetch side by side, store one feed after the other: each in one transaction, as soon as it is there.

    Feeds that asked for rest are left alone until then.
    """
    feeds.sync(connection, [FeedRow(feed.feed_id, feed.url, feed.outlet) for feed in wanted])
    waiting = feeds.waiting(connection, running.started_at)
    due = [feed for feed in wanted if feed.feed_id not in waiting]
    progress.stage("Fetching feeds", len(due))
    outcomes: list[Collected] = []
    for collected in _collect_all(connection, settings, due, running.started_at):
        _keep(connection, collected, running)
        outcomes.append(collected)
        progress.advance()
    return outcomes


def _require_one(visits: Visits) -> None:
    """Raises NothingFetched where feeds were due and none could be read: then something is wrong at this end."""
    if visits.made and len(visits.trouble) == visits.made:
        first = visits.trouble[0]
        raise NothingFetched(
            f"no feed could be read ({visits.made} tried); {first.outlet}: {first.error}; is the network there? "
            'All reasons: crosswire sql "SELECT outlet, last_error FROM feeds"'
        )


def _visits(outcomes: Sequence[Collected], waiting: int) -> Visits:
    trouble = tuple(FeedTrouble(one.feed.url, one.feed.outlet, one.error) for one in outcomes if one.error)
    unchanged = sum(one.state == "unchanged" for one in outcomes)
    return Visits(len(outcomes), unchanged=unchanged, waiting=waiting, trouble=trouble)


def _collect_all(
    connection: duckdb.DuckDBPyConnection, settings: Settings, wanted: Sequence[Feed], started: datetime
) -> Iterator[Collected]:
    gateway = Gateway.from_settings(settings)
    limit = settings.limits.feed_items
    futures = [collect.submit(gateway, feed, _known(connection, feed), started, limit) for feed in wanted]
    for future in as_completed(futures):
        yield future.result()


def _known(connection: duckdb.DuckDBPyConnection, feed: Feed) -> FeedKnown:
    etag, last_modified = feeds.known(connection, feed.feed_id)
    return FeedKnown(etag, last_modified, frozenset(articles.known_entries(connection, feed.feed_id).values()))


def _keep(connection: duckdb.DuckDBPyConnection, collected: Collected, running: RunningCount) -> None:
    with transaction(connection):
        kept = articles.store(connection, collected.articles, collected.skipped, running.run_id)
        feeds.record(connection, _outcome(collected), now())
    failed = _failed(collected.skipped)
    running.add(kept, unchanged=collected.unchanged, skipped=len(collected.skipped) - failed, failed=failed)


def _outcome(collected: Collected) -> FeedOutcome:
    return FeedOutcome(
        feed_id=collected.feed.feed_id,
        error=collected.error,
        title=collected.title or None,
        etag=collected.etag,
        last_modified=collected.last_modified,
        next_fetch_at=collected.next_fetch_at,
    )


def _failed(skipped: Sequence[Skipped]) -> int:
    return sum(item.failed for item in skipped)

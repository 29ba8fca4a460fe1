"""`crosswire backfill`: a site's older articles by its sitemaps, through the same gateway and store as the feeds'."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import duckdb

from extractors.errors import CrosswireError
from extractors.pipeline import analyse
from extractors.records import FeedEntry, Skipped, content_id
from extractors.urls import canonical, host
from flows.analyse import analyse_pending
from flows.child_pool import ChildPool
from flows.collect import Collected, FeedKnown, collect_entries
from flows.crosscheck import compare, summarise
from flows.feedsfile import Feed
from flows.fetch import Gateway
from flows.parsing import InChildren, pool_of
from flows.progress import Progress
from flows.recording import RunningCount, recorded
from flows.settings import Settings
from flows.shared_pages import SharedPages
from flows.sitemaps import places
from flows.summary import RunSummary
from flows.tools import load_toolkit
from store import articles, attempts
from store.db import open_writer, transaction

_EVER = 36_500
"""Days."""
STORE_BATCH = 20
"""Pages that are fetched and then stored in one transaction: at one page a second a third of a minute is at stake."""


def backfill(
    settings: Settings, site: str, since: datetime, progress: Progress, *, outlet: str = "", most: int = 500
) -> RunSummary:
    """Store, analyse and compare the pages that changed since `since`: the newest `most` that are not known yet.

    Run again, it goes on where it stopped: what is stored, or gave no article, is not asked for again.

    Raises:
        CrosswireError: when the site is no address, or none of its sitemaps names a page.
    """
    try:
        address = canonical(site if "://" in site else f"https://{site}")
    except ValueError as error:
        raise CrosswireError(f"{site}: {error}; give the site's address") from None
    # Articles by sitemap belong to no feed; what became of their pages is remembered under the site's name.
    feed = Feed(content_id("backfill", host(address)), address, outlet or host(address).removeprefix("www."))
    with (
        open_writer(settings.home) as connection,
        recorded(connection, "backfill") as running,
        pool_of(settings.limits) as pool,
    ):
        store_pages(connection, settings, pool, feed, since, most, running, progress)
        analyse_pending(
            connection, settings, lambda batch, wanted: tuple(analyse(batch, load_toolkit(wanted))), progress
        )
        compare(connection, settings, progress)
        return summarise(connection, settings, running, "backfill")


def store_pages(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    pool: ChildPool,
    feed: Feed,
    since: datetime,
    most: int,
    running: RunningCount,
    progress: Progress,
) -> None:
    """Fetch and store the pages, a batch after the other. Raises CrosswireError when no sitemap names one."""
    gateway = Gateway.from_settings(settings)
    entries = _entries(gateway, pool, feed.url, since, progress)
    known = FeedKnown(
        entries=frozenset(articles.known_entries(connection, feed.feed_id).values()),
        attempts={attempt.entry_hash: attempt for attempt in attempts.known(connection, feed.feed_id)},
    )
    shared = SharedPages(attempts.recent_articles(connection, running.started_at, days=_EVER))
    new = [entry for entry in entries if _is_new(entry, known, shared)][:most]
    progress.stage("Fetching pages", len(new))
    for start in range(0, len(new), STORE_BATCH):
        batch = new[start : start + STORE_BATCH]
        got = collect_entries(
            gateway, feed, known, batch, now=running.started_at, parser=InChildren(pool), shared=shared
        )
        _keep(connection, got, batch, since, running)
        progress.advance(len(batch))


def _entries(gateway: Gateway, pool: ChildPool, site: str, since: datetime, progress: Progress) -> Sequence[FeedEntry]:
    progress.stage("Reading sitemaps", 1)
    complaints: list[str] = []
    found = places(gateway, pool, site, since, complaints.append)
    if not found:
        reason = complaints[0] if complaints else f"no page that changed since {since:%Y-%m-%d} is named"
        raise CrosswireError(f"{site}: no sitemap to go by: {reason}")
    progress.advance()
    return [FeedEntry(place.url, place.title, published_at=place.published_at) for place in found]


def _keep(
    connection: duckdb.DuckDBPyConnection,
    got: Collected,
    batch: Sequence[FeedEntry],
    since: datetime,
    running: RunningCount,
) -> None:
    """Store one batch with what is to be remembered of it; what turns out to be older than `since` is left out."""
    old = [
        Skipped(one.url, "too_old", f"published {one.published_at:%Y-%m-%d}, before {since:%Y-%m-%d}")
        for one in got.articles
        if one.published_at and one.published_at < since
    ]
    outdated = {one.url for one in old}
    skipped = [*got.skipped, *old]
    with transaction(connection):
        kept_articles = [one for one in got.articles if one.url not in outdated]
        kept = articles.store(connection, kept_articles, skipped, running.run_id)
        tried = (*got.attempts, *_remembered(batch, old))
        attempts.store(connection, got.feed.feed_id, tried, running.started_at)
    failed = sum(item.failed for item in skipped)
    running.add(kept, unchanged=got.unchanged, skipped=len(skipped) - failed, failed=failed)


def _is_new(entry: FeedEntry, known: FeedKnown, shared: SharedPages) -> bool:
    try:
        stored = shared.stored(content_id(canonical(entry.url)))
    except ValueError:
        return False
    earlier = known.attempts.get(entry.entry_hash)
    return not stored and entry.entry_hash not in known.entries and (earlier is None or earlier.passing)


def _remembered(batch: Sequence[FeedEntry], old: Sequence[Skipped]) -> Iterator[attempts.Attempt]:
    by_url = {canonical(entry.url): entry for entry in batch}
    for item in old:
        yield attempts.Attempt(by_url[item.url].entry_hash, item.url, item.reason, passing=False, tries=1)

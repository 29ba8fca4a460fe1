"""All Prefect task wrappers with their timeouts and retries. What they wrap knows nothing of Prefect.

Retries stand in the gateway (which knows which errors may be tried again), so a task is never retried as a whole.
Inputs are not hashed for caching: they hold the gateway and whole articles.
"""

from collections.abc import Sequence
from datetime import datetime

from prefect import task
from prefect.cache_policies import NO_CACHE

from extractors.pipeline import analyse
from extractors.records import Analysis, Article
from flows.collect import Collected, FeedKnown, collect_feed
from flows.feedsfile import Feed
from flows.fetch import Gateway
from flows.parsing import Parser
from flows.settings import Settings
from flows.shared_pages import SharedPages
from flows.tools import load_toolkit

FEED_SECONDS = 1800
BATCH_SECONDS = 1800


@task(
    name="collect feed",
    task_run_name="collect {feed.outlet}",
    cache_policy=NO_CACHE,
    persist_result=False,
    timeout_seconds=FEED_SECONDS,
)
def collect(
    gateway: Gateway, feed: Feed, known: FeedKnown, now: datetime, limit: int, parser: Parser, shared: SharedPages
) -> Collected:
    """Fetch one feed and the pages of its new items. Bad feeds and pages are part of the result, not errors."""
    return collect_feed(gateway, feed, known, now=now, limit=limit, parser=parser, shared=shared)


@task(name="analyse batch", cache_policy=NO_CACHE, persist_result=False, timeout_seconds=BATCH_SECONDS)
def analyse_batch(articles: Sequence[Article], settings: Settings) -> tuple[Analysis, ...]:
    """Read one batch of articles with the models of the settings."""
    return tuple(analyse(articles, load_toolkit(settings), batch=len(articles)))

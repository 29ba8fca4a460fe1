"""Where feeds and pages are parsed: in children under limits (runs), or in this process (one text of the user's)."""

from datetime import datetime
from typing import Any, Protocol, cast

from extractors import article, feed
from extractors.errors import FeedUnreadable
from extractors.records import Article, FeedEntry, ParsedFeed, Skipped
from flows.child_pool import ChildError, ChildPool
from flows.settings import Limits

DEADLY = frozenset({"parse_timeout", "parse_memory", "parse_crash"})
"""Codes of what would have hung, filled or killed this process."""


class Parser(Protocol):
    """Makes records of bytes."""

    def feed(self, body: bytes, *, url: str, content_type: str, limit: int) -> ParsedFeed:
        """Read a feed as `extractors.feed.parse_feed` does; raises FeedUnreadable."""
        ...

    def page(
        self,
        body: bytes,
        content_type: str,
        entry: FeedEntry,
        *,
        url: str,
        outlet: str,
        feed_id: str,
        fetched_at: datetime,
    ) -> Article | Skipped:
        """Read a page as `extractors.article.from_answer` does."""
        ...


class InProcess:
    """Parses here: nothing to start, and no protection."""

    def feed(self, body: bytes, *, url: str, content_type: str, limit: int) -> ParsedFeed:
        """Read a feed."""
        return feed.parse_feed(body, url=url, content_type=content_type, limit=limit)

    def page(self, body: bytes, content_type: str, entry: FeedEntry, **given: Any) -> Article | Skipped:
        """Read a page."""
        return article.from_answer(body, content_type, entry, **given)


class InChildren:
    """Parses in the pool's children. What dies there becomes FeedUnreadable, or a Skipped, with the child's code."""

    def __init__(self, pool: ChildPool) -> None:
        self._pool = pool

    def feed(self, body: bytes, *, url: str, content_type: str, limit: int) -> ParsedFeed:
        """Read a feed."""
        named = {"url": url, "content_type": content_type, "limit": limit}
        try:
            return cast("ParsedFeed", self._pool.call("extractors.feed:parse_feed", body, **named))
        except ChildError as error:
            raise FeedUnreadable(error.code, f"{error.code}: {error.message}") from error

    def page(self, body: bytes, content_type: str, entry: FeedEntry, **given: Any) -> Article | Skipped:
        """Read a page; where that fails, what the feed itself says of the item may still be an article."""
        try:
            made = self._pool.call("extractors.article:from_answer", body, content_type, entry, **given)
            return cast("Article | Skipped", made)
        except ChildError as error:
            return Skipped(given["url"], error.code, f"{error.code}: {error.message}"[:300], failed=True)


IN_PROCESS = InProcess()


def pool_of(limits: Limits) -> ChildPool:
    """Return a pool with the limits of the settings. Close it."""
    return ChildPool(wall=limits.parse_total, cpu=limits.parse_cpu, memory=limits.parse_memory)

"""One feed, from its address to articles: fetched, parsed, compared with what is known. Never raises for content."""

import re
import traceback
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol
from urllib.parse import urlsplit

from extractors.article import from_entry, from_page
from extractors.decoding import decode
from extractors.errors import FeedUnreadable
from extractors.feed import charset, parse_feed
from extractors.records import Article, FeedEntry, ParsedFeed, Skipped
from extractors.urls import canonical
from flows.feedsfile import Feed
from flows.outcomes import Fetched, FetchError, Kind, NotModified

_PASSING = re.compile(r"timeout|connect|dns|tls|truncated|rate_limited|http_5|internal")
"""Codes of failures that another try may not meet."""
_LONGEST_REST = 12 * 3600
"""Seconds: a feed's own Cache-Control puts off the next visit by half a day at most, so that no daily run skips it."""


class Fetches(Protocol):
    """What is needed of the gateway."""

    def fetch(
        self, url: str, *, kind: Kind = "page", etag: str = "", last_modified: str = ""
    ) -> Fetched | NotModified | FetchError:
        """Fetch one URL."""
        ...


@dataclass(frozen=True, slots=True)
class FeedKnown:
    """What the store knows of a feed: its validators, and the fingerprints of the entries whose pages it holds."""

    etag: str = ""
    last_modified: str = ""
    entries: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Collected:
    """What one visit to a feed gave. `fetched` = articles + unchanged + skipped. `error` is `code: message`, or empty.

    The validators are those to store together with the items. `next_fetch_at` is set where the server asks for rest.
    `dropped` counts entries over the cap, which are in none of the other figures.
    """

    feed: Feed
    state: Literal["ok", "unchanged", "failing"]
    error: str = ""
    title: str = ""
    etag: str = ""
    last_modified: str = ""
    articles: tuple[Article, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    unchanged: int = 0
    fetched: int = 0
    next_fetch_at: datetime | None = None
    dropped: int = 0


def collect_feed(gateway: Fetches, feed: Feed, known: FeedKnown, *, now: datetime, limit: int = 500) -> Collected:
    """Visit a feed and fetch the pages of its new and changed entries; at most the newest `limit` entries count.

    `now` is the time of fetching. Every failure is part of the answer: one bad page or feed harms no other.
    """
    try:
        return _collected(gateway, feed, known, now, limit)
    except FeedUnreadable as error:
        return _failing(feed, known, str(error))
    except Exception as error:
        return _failing(feed, known, f"internal: {_where(error)}")


def _collected(gateway: Fetches, feed: Feed, known: FeedKnown, now: datetime, limit: int) -> Collected:
    answer = gateway.fetch(feed.url, kind="feed", etag=known.etag, last_modified=known.last_modified)
    if isinstance(answer, FetchError):
        rest = answer.retry_after
        return _failing(feed, known, f"{answer.code}: {answer.message}", _after(now, rest))
    if isinstance(answer, NotModified):
        etag, modified = answer.etag or known.etag, answer.last_modified or known.last_modified
        rest = _after(now, answer.fresh_for)
        return Collected(feed, "unchanged", etag=etag, last_modified=modified, next_fetch_at=rest)
    parsed = parse_feed(answer.body, url=answer.final_url, content_type=answer.content_type, limit=limit)
    return _visited(gateway, feed, known, parsed, answer, now)


def _visited(
    gateway: Fetches, feed: Feed, known: FeedKnown, parsed: ParsedFeed, answer: Fetched, now: datetime
) -> Collected:
    articles: list[Article] = []
    skipped: list[Skipped] = []
    unchanged = 0
    seen: set[str] = set()
    for entry in parsed.entries:
        outcome = _decided(gateway, feed, known, entry, seen, now)
        if isinstance(outcome, Article):
            articles.append(outcome)
        elif isinstance(outcome, Skipped):
            skipped.append(outcome)
        else:
            unchanged += 1
    # With its validators stored, an unchanged feed would never again show the items that could not be fetched.
    lost = any(left.failed and _PASSING.match(left.reason) for left in skipped)
    return Collected(
        feed,
        "ok",
        title=parsed.title,
        etag="" if lost else answer.etag,
        last_modified="" if lost else answer.last_modified,
        articles=tuple(articles),
        skipped=tuple(skipped),
        unchanged=unchanged,
        fetched=len(parsed.entries),
        next_fetch_at=_after(now, answer.fresh_for),
        dropped=parsed.dropped,
    )


def _decided(
    gateway: Fetches, feed: Feed, known: FeedKnown, entry: FeedEntry, seen: set[str], now: datetime
) -> Article | Skipped | None:
    """Return the entry's article, why there is none, or None where it is stored already and unchanged."""
    if not entry.url:
        return Skipped(feed.url, "no_url", f"the entry {entry.title[:100]!r} has no link that can be followed")
    try:
        url = canonical(entry.url)
    except ValueError as error:
        return Skipped(entry.url[:2000], "bad_url", str(error)[:300])
    if url in seen:
        return Skipped(url, "duplicate", "the feed lists this address more than once")
    seen.add(url)
    if entry.entry_hash in known.entries:
        return None
    try:
        return _fetched(gateway, feed, entry, url, now)
    except Exception as error:
        return Skipped(url, "internal", _where(error), failed=True)


def _fetched(gateway: Fetches, feed: Feed, entry: FeedEntry, url: str, now: datetime) -> Article | Skipped:
    answer = gateway.fetch(entry.url, kind="page")
    if isinstance(answer, Fetched):
        text, _ = decode(answer.body, *charset(answer.content_type))
        html = text if _may_be_html(answer.content_type) else answer.body
        made = from_page(html, entry, url=answer.final_url, outlet=feed.outlet, feed_id=feed.feed_id, fetched_at=now)
        return made if isinstance(made, Article) else replace(made, url=url)
    fallback = from_entry(entry, url=url, outlet=feed.outlet, feed_id=feed.feed_id, fetched_at=now)
    if isinstance(fallback, Article):
        return fallback
    code, message = (answer.code, answer.message) if isinstance(answer, FetchError) else ("bad_answer", "HTTP 304")
    return Skipped(url, code, message, failed=True)


def _may_be_html(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind in {"", "text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml"}


def _failing(feed: Feed, known: FeedKnown, error: str, rest: datetime | None = None) -> Collected:
    return Collected(
        feed, "failing", error=error, etag=known.etag, last_modified=known.last_modified, next_fetch_at=rest
    )


def _after(now: datetime, seconds: float | None) -> datetime | None:
    return None if not seconds else now + timedelta(seconds=min(seconds, _LONGEST_REST))


def _where(error: Exception) -> str:
    """The error in one line, with the place in the code at which it arose."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {urlsplit(frames[-1].filename).path.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}{place}"

"""One feed, from its address to articles: fetched, parsed, compared with what is known. Never raises for content."""

import re
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol
from urllib.parse import urlsplit

from extractors.errors import FeedUnreadable
from extractors.records import Article, FeedEntry, Skipped, content_id
from extractors.urls import canonical
from flows.feedsfile import Feed
from flows.outcomes import Fetched, FetchError, Kind, NotModified
from flows.parsing import DEADLY, IN_PROCESS, Parser
from flows.shared_pages import SharedPages
from store.attempts import Attempt

_PASSING = re.compile(r"timeout|connect|dns|tls|truncated|rate_limited|http_5|internal|parse_limit")
"""Codes of failures that another try may not meet."""
_UNTRIED = frozenset({"rate_limited", "parse_limit"})
"""Codes of items that were not tried: nothing was asked of their server, so that it counts as no try."""
MOST_TRIES = 3
"""Visits on which a page is tried whose error may pass."""
_MOST_DEADLY = 3
"""Pages of one feed and visit that may end a parser's process; the others wait for the next visit."""
_LONGEST_LIFE = 12 * 3600
"""Seconds: a feed's own Cache-Control puts off the next visit by half a day at most, so that no daily run skips it."""
_LONGEST_REST = 24 * 3600
"""Seconds for which a Retry-After is believed at most."""


class Fetches(Protocol):
    """What is needed of the gateway."""

    def fetch(
        self, url: str, *, kind: Kind = "page", etag: str = "", last_modified: str = ""
    ) -> Fetched | NotModified | FetchError:
        """Fetch one URL."""
        ...


@dataclass(frozen=True, slots=True)
class FeedKnown:
    """What the store knows of a feed: its validators, and what became of the entries that it listed before.

    `entries` are the fingerprints of entries whose pages are stored, `listed` the URLs of the articles that this feed
    ever listed, `attempts` the entries that gave no article. `address` is asked instead of the feed's own URL.
    """

    etag: str = ""
    last_modified: str = ""
    entries: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()
    attempts: Mapping[str, Attempt] = field(default_factory=dict[str, Attempt])
    address: str = ""


@dataclass(frozen=True, slots=True)
class Collected:
    """What one visit to a feed gave. `fetched` = articles + unchanged + skipped. `error` is `code: message`, or empty.

    The validators are those to store together with the items; they belong to `asked`. `next_fetch_at` is set where
    the server asks for rest. `dropped` counts entries over the cap, which are in none of the other figures.
    `moved_to` is where permanent redirects led. `attempts` and `also_listed` (article id, entry's fingerprint) are to
    be remembered for the next visit.
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
    asked: str = ""
    moved_to: str = ""
    attempts: tuple[Attempt, ...] = ()
    also_listed: tuple[tuple[str, str], ...] = ()


def collect_feed(
    gateway: Fetches,
    feed: Feed,
    known: FeedKnown,
    *,
    now: datetime,
    limit: int = 500,
    parser: Parser = IN_PROCESS,
    shared: SharedPages | None = None,
) -> Collected:
    """Visit a feed and fetch the pages of its new and changed entries; at most the newest `limit` entries count.

    `now` is the time of fetching. Every failure is part of the answer: one bad page or feed harms no other.
    """
    try:
        return _collected(gateway, feed, known, now, limit, parser, shared or SharedPages())
    except FeedUnreadable as error:
        return _failing(feed, known, str(error))
    except Exception as error:
        return _failing(feed, known, f"internal: {_where(error)}")


def _collected(
    gateway: Fetches, feed: Feed, known: FeedKnown, now: datetime, limit: int, parser: Parser, shared: SharedPages
) -> Collected:
    asked = known.address or feed.url
    answer = gateway.fetch(asked, kind="feed", etag=known.etag, last_modified=known.last_modified)
    if isinstance(answer, FetchError):
        rest = _after(now, answer.retry_after, _LONGEST_REST)
        return _failing(feed, known, f"{answer.code}: {answer.message}", rest)
    rest = _after(now, answer.fresh_for, _LONGEST_LIFE)
    if isinstance(answer, NotModified):
        etag, modified = answer.etag or known.etag, answer.last_modified or known.last_modified
        return Collected(feed, "unchanged", etag=etag, last_modified=modified, next_fetch_at=rest, asked=asked)
    parsed = parser.feed(answer.body, url=answer.final_url, content_type=answer.content_type, limit=limit)
    got = collect_entries(gateway, feed, known, parsed.entries, now=now, parser=parser, shared=shared)
    # With its validators stored, an unchanged feed would never again show the items that could not be fetched.
    lost = any(attempt.passing and attempt.tries < MOST_TRIES for attempt in got.attempts)
    return replace(
        got,
        title=parsed.title,
        etag="" if lost else answer.etag,
        last_modified="" if lost else answer.last_modified,
        next_fetch_at=rest,
        dropped=parsed.dropped,
        asked=asked,
        moved_to=answer.moved_to,
    )


def collect_entries(
    gateway: Fetches,
    feed: Feed,
    known: FeedKnown,
    entries: Sequence[FeedEntry],
    *,
    now: datetime,
    parser: Parser,
    shared: SharedPages,
) -> Collected:
    """Fetch the pages of those entries that are new, changed or worth another try; `feed` says whose they are."""
    visit = _Visit(gateway, parser, feed, known, shared, now)
    for entry in entries:
        visit.take(entry)
    return visit.result(len(entries))


class _Visit:
    """The entries of one visit, one after the other, and what became of them."""

    def __init__(
        self, gateway: Fetches, parser: Parser, feed: Feed, known: FeedKnown, shared: SharedPages, now: datetime
    ) -> None:
        self._gateway = gateway
        self._parser = parser
        self._feed = feed
        self._known = known
        self._shared = shared
        self._now = now
        self._seen: set[str] = set()
        self._deadly = 0
        self._articles: list[Article] = []
        self._skipped: list[Skipped] = []
        self._attempts: list[Attempt] = []
        self._also_listed: list[tuple[str, str]] = []
        self._unchanged = 0

    def take(self, entry: FeedEntry) -> None:
        """Decide about one entry, and fetch its page where it is new, changed, or worth another try."""
        outcome = self._decided(entry)
        if isinstance(outcome, Article):
            self._articles.append(outcome)
        elif isinstance(outcome, Skipped):
            self._skipped.append(outcome)
            self._remember(entry, outcome)
        else:
            self._unchanged += 1

    def result(self, entries: int) -> Collected:
        """Return what the visit gave, of so many entries."""
        return Collected(
            self._feed,
            "ok",
            articles=tuple(self._articles),
            skipped=tuple(self._skipped),
            unchanged=self._unchanged,
            fetched=entries,
            attempts=tuple(self._attempts),
            also_listed=tuple(self._also_listed),
        )

    def _decided(self, entry: FeedEntry) -> Article | Skipped | None:
        """Return the entry's article, why there is none, or None where nothing about it is new."""
        earlier = self._known.attempts.get(entry.entry_hash)
        if entry.entry_hash in self._known.entries or (earlier and not _again(earlier)):
            return None
        if not entry.url:
            return Skipped(
                self._feed.url, "no_url", f"the entry {entry.title[:100]!r} has no link that can be followed"
            )
        try:
            url = canonical(entry.url)
        except ValueError as error:
            return Skipped(entry.url[:2000], "bad_url", str(error)[:300])
        if url in self._seen:
            return Skipped(url, "duplicate", "the feed lists this address more than once")
        self._seen.add(url)
        if self._elsewhere(entry, url):
            return None
        try:
            return self._fetched(entry, url)
        except Exception as error:
            return Skipped(url, "internal", _where(error), failed=True)

    def _elsewhere(self, entry: FeedEntry, url: str) -> bool:
        """Say whether another feed has brought this page, or is about to, and note that this one lists it too."""
        key = content_id(url)
        stored = url not in self._known.listed and self._shared.stored(key)
        if stored or not self._shared.take(key):
            self._also_listed.append((key, entry.entry_hash))
            return True
        return False

    def _fetched(self, entry: FeedEntry, url: str) -> Article | Skipped:
        if self._deadly >= _MOST_DEADLY:
            return Skipped(url, "parse_limit", f"{_MOST_DEADLY} pages of this feed could not be parsed", failed=True)
        answer = self._gateway.fetch(entry.url, kind="page")
        if isinstance(answer, Fetched):
            made = self._page(answer.body, answer.content_type, entry, answer.final_url)
            return made if isinstance(made, Article) else replace(made, url=url)
        code, message = (answer.code, answer.message) if isinstance(answer, FetchError) else ("bad_answer", "HTTP 304")
        fallback = self._page(b"", "", entry, url)
        return fallback if isinstance(fallback, Article) else Skipped(url, code, message, failed=True)

    def _page(self, body: bytes, content_type: str, entry: FeedEntry, url: str) -> Article | Skipped:
        """Parse a page; where that ends the parser, what the feed itself says of the item may still be an article."""
        more = {"outlet": self._feed.outlet, "feed_id": self._feed.feed_id}
        made = self._parser.page(body, content_type, entry, url=url, fetched_at=self._now, **more)
        if not isinstance(made, Skipped) or made.reason not in DEADLY:
            return made
        self._deadly += 1
        fallback = self._parser.page(b"", "", entry, url=url, fetched_at=self._now, **more) if body else made
        return fallback if isinstance(fallback, Article) else made

    def _remember(self, entry: FeedEntry, left: Skipped) -> None:
        if left.reason == "duplicate":
            return
        earlier = self._known.attempts.get(entry.entry_hash)
        tries = (earlier.tries if earlier else 0) + (left.reason not in _UNTRIED)
        passing = left.failed and _PASSING.match(left.reason) is not None
        self._attempts.append(Attempt(entry.entry_hash, left.url, left.reason, passing, tries))


def _again(earlier: Attempt) -> bool:
    return earlier.passing and earlier.tries < MOST_TRIES


def _failing(feed: Feed, known: FeedKnown, error: str, rest: datetime | None = None) -> Collected:
    return Collected(
        feed,
        "failing",
        error=error,
        etag=known.etag,
        last_modified=known.last_modified,
        next_fetch_at=rest,
        asked=known.address or feed.url,
    )


def _after(now: datetime, seconds: float | None, most: int) -> datetime | None:
    return None if not seconds else now + timedelta(seconds=min(seconds, most))


def _where(error: Exception) -> str:
    """The error in one line, with the place in the code at which it arose."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {urlsplit(frames[-1].filename).path.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}{place}"

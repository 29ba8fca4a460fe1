"""Finds and tries feeds through the gateway: what an address gives, and which feed a site has. Stores nothing."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from extractors.discovery import common_addresses
from extractors.errors import CrosswireError, FeedUnreadable
from extractors.records import ParsedFeed
from flows.child_pool import ChildError, ChildPool
from flows.feedsfile import Feed
from flows.fetch import Gateway
from flows.outcomes import Fetched, FetchError, Kind
from flows.parsing import InChildren

_SIDE_BY_SIDE = 8


@dataclass(frozen=True, slots=True)
class Tried:
    """What an address gave: a feed with its title and number of items, or `error` as `code: message`."""

    url: str
    title: str = ""
    items: int = 0
    error: str = ""
    moved_to: str = ""


def check(gateway: Gateway, pool: ChildPool, feeds: Sequence[Feed]) -> Iterator[tuple[Feed, Tried]]:
    """Try every feed as a run would, whatever is known of earlier failures; in the order given."""

    def trying(feed: Feed) -> Tried:
        return try_feed(gateway, pool, feed.url)

    with ThreadPoolExecutor(_SIDE_BY_SIDE) as threads:
        tried = threads.map(trying, feeds)
        yield from zip(feeds, tried, strict=True)


def try_feed(gateway: Gateway, pool: ChildPool, url: str, kind: Kind = "feed") -> Tried:
    """Fetch an address and read it as a feed."""
    tried, _ = _tried(gateway, pool, url, kind)
    return tried


def find(gateway: Gateway, pool: ChildPool, url: str, said: Callable[[str], None] = lambda _line: None) -> Tried:
    """Return the feed at an address, or that of the site whose page it is: linked as alternate, or at a common path.

    `said` is told what is tried. Addresses that nobody named are asked for only where robots.txt lets pages be read.

    Raises:
        CrosswireError: when there is none.
    """
    address = url if "://" in url else f"https://{url}"
    tried, answer = _tried(gateway, pool, address, "feed")
    if not tried.error or answer is None:
        return _or_raise(tried)
    for link, title in _links(pool, answer):
        said(f"the page names {link} {title}".rstrip())
        found = try_feed(gateway, pool, link)
        if not found.error:
            return found
    for guess in common_addresses(answer.final_url):
        found = try_feed(gateway, pool, guess, "page")
        if not found.error:
            return found
    raise CrosswireError(f"{address}: no feed is linked there nor at a usual place; give the feed's own address")


def _links(pool: ChildPool, answer: Fetched) -> Sequence[tuple[str, str]]:
    try:
        return pool.call("extractors.discovery:feed_links", answer.body, answer.content_type, answer.final_url)
    except ChildError:
        return ()


def _or_raise(tried: Tried) -> Tried:
    if tried.error:
        raise CrosswireError(f"{tried.url}: {tried.error}")
    return tried


def _tried(gateway: Gateway, pool: ChildPool, url: str, kind: Kind) -> tuple[Tried, Fetched | None]:
    answer = gateway.fetch(url, kind=kind)
    if isinstance(answer, FetchError):
        return Tried(url, error=f"{answer.code}: {answer.message}"), None
    if not isinstance(answer, Fetched):
        return Tried(url, error="bad_answer: HTTP 304 without a condition"), None
    try:
        parsed: ParsedFeed = InChildren(pool).feed(
            answer.body, url=answer.final_url, content_type=answer.content_type, limit=500
        )
    except FeedUnreadable as error:
        return Tried(url, error=str(error)), answer
    return Tried(url, parsed.title, len(parsed.entries) + parsed.dropped, moved_to=answer.moved_to), answer

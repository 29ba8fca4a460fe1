"""Walks a site's sitemaps through the gateway, bounded in files and pages, and yields what may be new enough."""

from collections.abc import Callable
from datetime import datetime
from typing import cast
from urllib.parse import urljoin

from extractors.decoding import decode
from extractors.sitemap import Place, Sitemap, sitemap_lines
from extractors.urls import host
from flows.bodies import decoded
from flows.child_pool import ChildError, ChildPool
from flows.fetch import Gateway
from flows.outcomes import Fetched, FetchError, FetchRefusedError

MOST_FILES = 200
_USUAL = ("sitemap.xml", "sitemap_index.xml", "sitemap-index.xml", "news-sitemap.xml")
_GZIP = b"\x1f\x8b"
_STEP = 64 * 1024
_LARGEST = 50 << 20
"""The protocol's own limit, in bytes after inflating."""


def places(
    gateway: Gateway, pool: ChildPool, site: str, since: datetime, said: Callable[[str], None]
) -> tuple[Place, ...]:
    """Return the site's pages that changed after `since`, or state no time, newest first and those without time last.

    Only addresses of the site itself count. `said` is told what cannot be read.
    """
    walk = _Walk(gateway, pool, site, since, said)
    robots = gateway.fetch(urljoin(site, "/robots.txt"), kind="robots")
    named = sitemap_lines(decode(robots.body)[0]) if isinstance(robots, Fetched) else ()
    for address in named or tuple(urljoin(site, f"/{name}") for name in _USUAL):
        walk.read(address, complain=bool(named))
    dated = sorted((place for place in walk.found.values() if place.when), key=_time, reverse=True)
    return (*dated, *(place for place in walk.found.values() if not place.when))


class _Walk:
    """The pages that were found, and the files that were read."""

    def __init__(
        self, gateway: Gateway, pool: ChildPool, site: str, since: datetime, said: Callable[[str], None]
    ) -> None:
        self.found: dict[str, Place] = {}
        self._gateway = gateway
        self._pool = pool
        self._site = _name(site)
        self._since = since
        self._said = said
        self._read: set[str] = set()

    def read(self, address: str, *, complain: bool = True) -> None:
        """Read a sitemap and those that it names, one after the other."""
        waiting = [address]
        while waiting:
            url = waiting.pop(0)
            if url in self._read or _name(url) != self._site:
                continue
            if len(self._read) >= MOST_FILES:
                self._said(f"more than {MOST_FILES} sitemaps; the others are left out")
                return
            self._read.add(url)
            sitemap = self._sitemap(url)
            if sitemap.error and complain:
                self._said(f"{url}: {sitemap.error}")
            self.found.update(
                (one.url, one) for one in sitemap.pages if self._wanted(one) and _name(one.url) == self._site
            )
            waiting.extend(one.url for one in sitemap.sitemaps if self._wanted(one))

    def _wanted(self, place: Place) -> bool:
        return place.when is None or place.when >= self._since

    def _sitemap(self, url: str) -> Sitemap:
        # A sitemap is asked for like a feed: its site names it for programs, and it may be large.
        answer = self._gateway.fetch(url, kind="feed")
        if isinstance(answer, FetchError):
            return Sitemap(error=f"{answer.code}: {answer.message}")
        if not isinstance(answer, Fetched):
            return Sitemap(error="bad_answer: HTTP 304 without a condition")
        try:
            body = _inflated(answer.body) if answer.body.startswith(_GZIP) else answer.body
            return cast("Sitemap", self._pool.call("extractors.sitemap:parse_sitemap", body))
        except (FetchRefusedError, ChildError) as error:
            return Sitemap(error=f"{error.code}: {error.message}")


def _inflated(body: bytes) -> bytes:
    parts = (body[start : start + _STEP] for start in range(0, len(body), _STEP))
    return decoded(parts, "gzip", _LARGEST)


def _time(place: Place) -> datetime:
    assert place.when is not None
    return place.when


def _name(url: str) -> str:
    """The host without `www.`; empty for what is no URL."""
    try:
        return host(url).removeprefix("www.")
    except ValueError:
        return ""

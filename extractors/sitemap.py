"""Sitemaps (sitemaps.org, with Google's news extension): which pages a site names, and when they changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from extractors.cleaning import inline
from extractors.dates import parse_date
from extractors.safexml import XmlRefused, read

MOST = 50_000
"""The protocol's own limit of entries in one file."""


@dataclass(frozen=True, slots=True)
class Place:
    """An address in a sitemap. `changed_at` is its lastmod, `published_at` and `title` the news extension's."""

    url: str
    changed_at: datetime | None = None
    published_at: datetime | None = None
    title: str = ""

    @property
    def when(self) -> datetime | None:
        """The newest time that is stated."""
        return max((time for time in (self.changed_at, self.published_at) if time), default=None)


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What one file holds: pages, or further sitemaps."""

    pages: tuple[Place, ...] = ()
    sitemaps: tuple[Place, ...] = ()
    error: str = ""


def parse_sitemap(body: bytes) -> Sitemap:
    """Read a sitemap or a sitemap index, or a plain list of addresses; what cannot be read says why in `error`."""
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        lines = body.decode("utf-8", "replace").split("\n")[:MOST]
        found = tuple(Place(line.strip()) for line in lines if line.strip().startswith(("http://", "https://")))
        return Sitemap(found, error="" if found else "neither XML nor a list of addresses")
    reading = _Reading()
    try:
        read(body, reading.start, reading.end)
    except XmlRefused as error:
        # What stood before the mistake is as good as the rest would have been.
        return Sitemap(tuple(reading.pages), tuple(reading.sitemaps), str(error))
    return Sitemap(tuple(reading.pages), tuple(reading.sitemaps))


def sitemap_lines(robots: str) -> tuple[str, ...]:
    """Return the addresses of a robots.txt's Sitemap lines."""
    pairs = (line.partition(":") for line in robots.splitlines()[:10_000])
    return tuple(dict.fromkeys(value.strip() for name, _, value in pairs if name.strip().lower() == "sitemap"))


class _Reading:
    """The places so far, and the parts of the one that is open."""

    def __init__(self) -> None:
        self.pages: list[Place] = []
        self.sitemaps: list[Place] = []
        self._open: dict[str, str] = {}

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        """Begin a new place."""
        if name in ("url", "sitemap"):
            self._open = {}

    def end(self, name: str, text: str) -> None:
        """Take a part, or finish the place."""
        if name in ("url", "sitemap"):
            found = self.pages if name == "url" else self.sitemaps
            if self._open.get("loc") and len(found) < MOST:
                found.append(self._place())
        elif name in ("loc", "lastmod", "publication_date", "title"):
            self._open.setdefault(name, text[:4096])

    def _place(self) -> Place:
        given = self._open
        changed, published = (parse_date(given.get(name, "")) for name in ("lastmod", "publication_date"))
        return Place(given["loc"], changed, published, inline(given.get("title", "")))

"""The bundled sample news site: fictional outlets, their feeds and pages, rendered to bytes.

The same time (or another of the same ISO week) and the same base URL give the same bytes.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent
PACK = HERE / "pack.toml"
"""What a user would tell crosswire about these outlets: publisher families, agencies and entities to follow."""

BROKEN_OUTLET = "Old Mill Gazette"
"""An outlet whose feed's address answers with a web page, as feeds do that have moved."""

_CONTENT_TYPES = {"rss2": "application/rss+xml", "atom": "application/atom+xml", "rdf": "application/rdf+xml"}


@dataclass(frozen=True, slots=True)
class Piece:
    """One article as it is published. `missing`: the feed names it, its page does not exist."""

    outlet: str
    slug: str
    title: str
    author: str
    published_at: datetime
    paragraphs: tuple[str, ...]
    credit: str = ""
    missing: bool = False

    @property
    def summary(self) -> str:
        """The first paragraph, which feeds give; empty for an article without text."""
        return self.paragraphs[0] if self.paragraphs else ""


@dataclass(frozen=True, slots=True)
class Outlet:
    """A fictional outlet. `feed` is the format of its feed, `page` the template of its pages."""

    slug: str
    name: str
    tagline: str
    feed: str
    page: str
    pieces: tuple[Piece, ...]
    """Newest first, as feeds list them."""

    @property
    def feed_path(self) -> str:
        """Where its feed lies on the site."""
        return f"/{self.slug}/feed.xml"


@dataclass(frozen=True, slots=True)
class Resource:
    """One answer of the server."""

    body: bytes
    content_type: str
    last_modified: datetime

    @property
    def etag(self) -> str:
        """A strong validator: it changes with the body only."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


def reference_monday(now: datetime) -> datetime:
    """Return Monday 00:00 UTC of the last complete ISO week before `now`.

    Articles are dated relative to it. So no date ever lies in the future, at whatever hour the demo runs, and
    dates stand still between two runs of one week.
    """
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=today.weekday() + 7)


def load_outlets(now: datetime) -> tuple[Outlet, ...]:
    """Read the articles from `articles/*.toml`, dated relative to `now`. Ordered by file name."""
    files = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in HERE.glob("articles/*.toml")}
    monday = reference_monday(now)
    return tuple(_outlet(slug, files, monday) for slug in sorted(files))


def render(outlets: tuple[Outlet, ...], base_url: str) -> dict[str, Resource]:
    """Return every path of the site with its answer. Paths that are not in it are "404 not found"."""
    site = _Renderer(outlets, base_url)
    paths = {"/": site.front(), "/robots.txt": site.robots(), "/old-mill-gazette/feed.xml": site.moved()}
    for outlet in outlets:
        paths[outlet.feed_path] = site.feed(outlet)
        for piece in outlet.pieces:
            if not piece.missing:
                paths[f"/{outlet.slug}/{piece.slug}"] = site.page(outlet, piece)
    return paths


def _outlet(slug: str, files: Mapping[str, Mapping[str, Any]], monday: datetime) -> Outlet:
    data = files[slug]
    pieces = [_piece(slug, row, files, monday) for row in data["article"]]
    newest_first = tuple(sorted(pieces, key=lambda piece: piece.published_at, reverse=True))
    return Outlet(slug, data["name"], data["tagline"], data["feed"], data["page"], newest_first)


def _piece(outlet: str, row: Mapping[str, Any], files: Mapping[str, Mapping[str, Any]], monday: datetime) -> Piece:
    hours, minutes = row["time"].split(":")
    return Piece(
        outlet=outlet,
        slug=row["slug"],
        title=row["title"],
        author=row["author"],
        published_at=monday + timedelta(days=row["day"], hours=int(hours), minutes=int(minutes)),
        paragraphs=_paragraphs(row, files),
        credit=row.get("credit", ""),
        missing=row.get("missing", False),
    )


def _paragraphs(row: Mapping[str, Any], files: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """Split the text at blank lines; a copy has its own first paragraph and then those of the article it copies."""
    own = tuple(" ".join(block.split()) for block in row["text"].strip().split("\n\n") if block.strip())
    if "copy_of" not in row:
        return own
    outlet, slug = row["copy_of"].split("/")
    original = next(other for other in files[outlet]["article"] if other["slug"] == slug)
    return own + _paragraphs(original, files)[1:]


class _Renderer:
    """Holds what every page of one rendering shares: templates, address and date."""

    def __init__(self, outlets: tuple[Outlet, ...], base_url: str) -> None:
        self._outlets = outlets
        self._changed = max(piece.published_at for outlet in outlets for piece in outlet.pieces)
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._templates.filters.update(rfc822=format_datetime, iso=_iso, long=_long)
        self._base_url = base_url

    def front(self) -> Resource:
        return self._html("front.html.j2", self._changed, outlets=self._outlets)

    def moved(self) -> Resource:
        return self._html("moved.html.j2", self._changed, name=BROKEN_OUTLET)

    def robots(self) -> Resource:
        return Resource(b"User-agent: *\nAllow: /\n", "text/plain; charset=utf-8", self._changed)

    def feed(self, outlet: Outlet) -> Resource:
        changed = outlet.pieces[0].published_at
        text = self._templates.get_template(f"{outlet.feed}.xml.j2").render(
            outlet=outlet, changed=changed, base_url=self._base_url
        )
        return Resource(text.encode(), f"{_CONTENT_TYPES[outlet.feed]}; charset=utf-8", changed)

    def page(self, outlet: Outlet, piece: Piece) -> Resource:
        related = tuple(other for other in outlet.pieces if other != piece)[:3]
        return self._html(f"{outlet.page}.html.j2", piece.published_at, outlet=outlet, piece=piece, related=related)

    def _html(self, template: str, changed: datetime, **values: object) -> Resource:
        text = self._templates.get_template(template).render(base_url=self._base_url, **values)
        return Resource(text.encode(), "text/html; charset=utf-8", changed)


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _long(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"

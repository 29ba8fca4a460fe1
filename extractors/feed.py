"""Feeds: RSS 0.9x to 2.0, Atom and JSON Feed from bytes to entries. Reads no address and no file."""

import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urljoin

from extractors.cleaning import clean_text, inline, one_line
from extractors.dates import believable, is_year_zero, parse_date
from extractors.decoding import charset, decode
from extractors.errors import FeedUnreadable
from extractors.prolog import with_safe_prolog
from extractors.records import FeedEntry, Flag, ParsedFeed
from extractors.urls import MAX_URL

_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.I)
_FEED = re.compile(r"<(?:rss|feed|rdf:rdf)\b", re.I)
_LOGIN = re.compile(r"<input\b[^<>]{0,300}type\s{0,4}=\s{0,4}[\"']?password", re.I)
_CHALLENGE = re.compile(r"captcha|challenge-platform|cf-chl|just a moment\.\.\.|enable javascript and cookies", re.I)
# feedparser looks for an e-mail address in these with a pattern that takes quadratic time on long text.
_PERSON = re.compile(
    r"(<(?:[\w.-]{1,30}:)?(?:author|creator|managingeditor|webmaster|contributor|publisher|owner|name|email)"
    r"(?:\s[^<>]{0,500})?>\s{0,50}(?:<!\[CDATA\[)?)([^<\]]{400})[^<\]]+",
    re.I,
)
_MAX_FIELD = 1_000_000
"""Most characters kept of an entry's content or summary; no article is longer."""


def parse_feed(body: bytes, *, url: str, content_type: str = "", limit: int = 500) -> ParsedFeed:
    """Read a feed's bytes as fetched from `url`; at most the newest `limit` entries are kept, in the order given.

    Links are absolute, dates aware (UTC) and not before 1990, titles and names in one line; content stays HTML. An
    entry without a usable link has an empty `url`, so that the caller can count it.

    Raises:
        FeedUnreadable: with code `empty`, `html`, `login`, `challenge`, `not_xml`, `entities`, `not_feed`,
            `no_items` or `unreadable`.
    """
    text, whole = decode(body, *charset(content_type))
    start = text[:4096].lstrip(" \t\r\n\ufeff\x00")
    if not start:
        raise FeedUnreadable("empty", "empty: the answer holds nothing")
    if start[0] in "{[":
        parsed = _json_feed(text.lstrip("\ufeff \t\r\n"), url)
    else:
        _refuse_pages(text)
        parsed = _xml_feed(with_safe_prolog(text), url)
    if not parsed.entries:
        raise FeedUnreadable("no_items", "no_items: the feed holds no entries")
    kept = _newest(parsed.entries, limit)
    if not whole:
        kept = tuple(_marked(entry) for entry in kept)
    return ParsedFeed(parsed.title, parsed.site_url, kept, len(parsed.entries) - len(kept))


def _marked(entry: FeedEntry) -> FeedEntry:
    """Flag an entry that holds U+FFFD in a feed that had bytes which could not be decoded."""
    damaged = "\ufffd" in entry.title + entry.summary + entry.content
    return replace(entry, flags=(*entry.flags, "replaced_bytes")) if damaged else entry


def _refuse_pages(text: str) -> None:
    head = text[:8192]
    page = _HTML.search(head)
    feed = _FEED.search(head)
    if page is None or (feed is not None and feed.start() < page.start()):
        return
    code, what = "html", "a web page, not a feed"
    if _CHALLENGE.search(text[:100_000]):
        code, what = "challenge", "a page that wants to see a browser, not a feed"
    elif _LOGIN.search(text[:100_000]):
        code, what = "login", "a login page, not a feed"
    raise FeedUnreadable(code, f"{code}: the address gives {what}")


def _xml_feed(text: str, url: str) -> ParsedFeed:
    import feedparser

    data = io.BytesIO(_PERSON.sub(r"\1\2", text).encode("utf-8", "replace"))
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        # A file object: feedparser would take bytes for a file's name first.
        found = feedparser.parse(data, response_headers=headers, resolve_relative_uris=False, sanitize_html=False)
    except MemoryError:
        raise
    except Exception as error:
        raise FeedUnreadable("unreadable", f"unreadable: the parser gave up ({type(error).__name__})") from error
    entries = tuple(_entry(item, url) for item in cast("list[Mapping[str, Any]]", found.entries))
    if not entries and not found.get("version"):
        code = "not_feed" if not found.get("bozo") else "not_xml"
        raise FeedUnreadable(
            code, f"{code}: no RSS, Atom or JSON Feed ({one_line(str(found.get('bozo_exception', '')), 120)})"
        )
    feed = cast("Mapping[str, Any]", found.feed)
    return ParsedFeed(inline(_text(feed, "title"), 300), _absolute(_text(feed, "link"), url), entries)


def _entry(item: Mapping[str, Any], base: str) -> FeedEntry:
    contents = [_text(part, "value") for part in _maps(item.get("content"))]
    content = max(contents, key=len, default="")
    summary = _text(item, "summary")
    source = item.get("source")
    return FeedEntry(
        url=_link(item, base),
        title=inline(_text(item, "title")),
        guid=one_line(_text(item, "id"), 2000),
        published_at=_date(item, "published") or _date(item, "created"),
        updated_at=_date(item, "updated"),
        author=_authors(item),
        summary=clean_text(summary[:_MAX_FIELD]) if summary != content else "",
        content=clean_text(content[:_MAX_FIELD]),
        source_name=inline(_text(cast("Mapping[str, Any]", source), "title"), 200)
        if isinstance(source, Mapping)
        else "",
        flags=_date_flag(item, "published", "updated"),
    )


def _date_flag(item: Mapping[str, Any], *names: str) -> tuple[Flag, ...]:
    """Flag a date that says something other than nothing and is none that a web page can have."""
    stated = [name for name in names if name in item and _text(item, name).strip()]
    return ("impossible_date",) if any(_date(item, name) is None for name in stated) else ()


def _link(item: Mapping[str, Any], base: str) -> str:
    """The article's address: FeedBurner's original link, the alternate link, the link, or a guid that is one."""
    alternate = [_text(link, "href") for link in _maps(item.get("links")) if link.get("rel") in (None, "alternate")]
    guid = _text(item, "id") if item.get("guidislink", True) else ""
    for given in (_text(item, "feedburner_origlink"), *alternate, _text(item, "link"), guid):
        if given and (found := _absolute(given, base)):
            return found
    return ""


def _absolute(link: str, base: str) -> str:
    try:
        joined = urljoin(base, link.strip()[:MAX_URL])
    except ValueError:
        return ""
    return clean_text(joined) if joined.lower().startswith(("http://", "https://")) else ""


def _authors(item: Mapping[str, Any]) -> str:
    names = [inline(_text(author, "name"), 200) for author in _maps(item.get("authors"))]
    told = list(dict.fromkeys(name for name in names if name)) or [inline(_text(item, "author"), 200)]
    return ", ".join(told)[:300]


def _date(item: Mapping[str, Any], name: str) -> datetime | None:
    # Subscripts of a missing "updated" fall back to "published" in feedparser, hence the test.
    if name not in item:
        return None
    exact = parse_date(_text(item, name))
    parsed = item.get(f"{name}_parsed")
    if exact is not None or not parsed or is_year_zero(_text(item, name)):
        return exact
    try:
        return believable(datetime(*parsed[:6], tzinfo=UTC))
    except (ValueError, TypeError):
        return None


def _json_feed(text: str, url: str) -> ParsedFeed:
    """Read JSON Feed 1.0 and 1.1 (jsonfeed.org)."""
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FeedUnreadable("not_xml", "not_xml: neither XML nor JSON that can be read") from error
    if not isinstance(loaded, dict) or not isinstance(cast("dict[str, Any]", loaded).get("items"), list):
        raise FeedUnreadable("not_feed", "not_feed: JSON, but no JSON Feed")
    feed = cast("dict[str, Any]", loaded)
    entries = tuple(_json_entry(item, url) for item in _maps(feed["items"]))
    return ParsedFeed(inline(_text(feed, "title"), 300), _absolute(_text(feed, "home_page_url"), url), entries)


def _json_entry(item: Mapping[str, Any], base: str) -> FeedEntry:
    link = _text(item, "url") or _text(item, "external_url") or _text(item, "id")
    authors = _maps(item.get("authors") or [item.get("author")])
    return FeedEntry(
        url=_absolute(link, base) if link else "",
        title=inline(_text(item, "title")),
        guid=one_line(_text(item, "id"), 2000),
        published_at=parse_date(_text(item, "date_published")),
        updated_at=parse_date(_text(item, "date_modified")),
        author=", ".join(name for author in authors if (name := inline(_text(author, "name"), 200)))[:300],
        summary=clean_text(_text(item, "summary")[:_MAX_FIELD]),
        content=clean_text((_text(item, "content_html") or _text(item, "content_text"))[:_MAX_FIELD]),
        flags=_json_date_flag(item),
    )


def _json_date_flag(item: Mapping[str, Any]) -> tuple[Flag, ...]:
    stated = (_text(item, name).strip() for name in ("date_published", "date_modified"))
    return ("impossible_date",) if any(date and parse_date(date) is None for date in stated) else ()


def _newest(entries: Sequence[FeedEntry], limit: int) -> tuple[FeedEntry, ...]:
    """Keep the newest by date; what has no date counts as newer than what stands after it."""
    if len(entries) <= limit:
        return tuple(entries)
    dated: list[tuple[datetime, int]] = []
    last = datetime.max.replace(tzinfo=UTC)
    for number, entry in enumerate(entries):
        last = entry.published_at or entry.updated_at or last
        dated.append((last, -number))
    kept = sorted(-number for _, number in sorted(dated, reverse=True)[:limit])
    return tuple(entries[number] for number in kept)


def _text(item: Mapping[str, Any], key: str) -> str:
    value = item.get(key)
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def _maps(value: object) -> Iterable[Mapping[str, Any]]:
    if not isinstance(value, list):
        return ()
    return tuple(part for part in cast("list[object]", value) if isinstance(part, Mapping))

"""What an article page says about itself and holds: title, author, date, source, language and body text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from extractors.cleaning import inline, one_line, visible
from extractors.dates import believable, parse_date
from extractors.linkeddata import article_node, text, texts
from extractors.urls import host

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_TAG_START = re.compile(r"<(?:(script|style|textarea|title)\b|[a-zA-Z])", re.I)
_ATTRIBUTE = re.compile(r"[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+)?)?+")
_MAX_ATTRIBUTES = 5000
"""Attributes of one tag; libxml2 needs quadratic time for them (100,000: ten seconds)."""
_ELEMENT = re.compile(r"<[A-Za-z]")
_MAX_ELEMENTS = 30_000
"""Elements of a page; the extractor needs minutes for millions of them, and no article comes near."""
_LONG_RUN = re.compile(r"[^<>]{20000}|[^<]{60000}")
_SEPARATOR = re.compile(r"\s+[|–—·•»-]\s+|\s*::\s*|\s*\|\s*")
_DATE_META = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "dc.date", "dc.date.issued",
    "dcterms.created", "dcterms.issued", "parsely-pub-date", "sailthru.date", "pubdate", "publishdate",
    "publish-date", "publication_date", "article.published", "cxenseparse:recs:publishtime",
)  # fmt: skip
_AUTHOR_META = (
    "author",
    "article:author_name",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "byl",
    "dcterms.creator",
)
_PAYWALL = re.compile(
    r"subscribe to (?:continue|read|unlock)|to continue reading|subscribers? only|already a subscriber|"
    r"sign in to (?:continue|read)|create a free account to|"
    r"this (?:article|story|content) is (?:reserved )?for subscribers|"
    r"unlock this article|become a (?:member|subscriber) to",
    re.I,
)
# A place in capitals, perhaps a date, then the agency: "NORTHPORT, Nov 17 (Coast Wire) - ".
_DATELINE = re.compile(r"^[A-Z]{3}[A-Z .'/-]{0,40}(?:,[A-Za-z0-9 .]{1,30})?\s?\(([A-Z][A-Za-z. -]{1,30})\)\s{0,3}[-–—]")
_FIRST_SEEN_AT = re.compile(
    r"\b[Tt]his (?:article|story|post|piece|report) (?:was )?(?:originally|first) "
    r"(?:published|appeared) (?:on|in|by|at) "
    r"(?!January|February|March|April|May|June|July|August|September|October|November|December)"
    r"((?:the )?[A-Z][\w&'-]*(?:\.[\w&'-]+)*(?: [A-Z][\w&'-]*(?:\.[\w&'-]+)*){0,4})",
)
_NO_ARTICLE = (
    "ad ads advert adverts advertisement ad-slot ad-container adsbygoogle sponsored cookie-banner cookie-notice "
    "cookie-consent newsletter newsletter-signup promo share-buttons"
)
_LOWER = "translate(concat(' ', @class, ' ', @id, ' '), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"
_ASIDE = "self::div or self::aside or self::section or self::p or self::span or self::ins or self::form"
_ADVERTS = [
    f"//*[{_ASIDE}][{' or '.join(f'contains({_LOWER}, {chr(34)} {name} {chr(34)})' for name in _NO_ARTICLE.split())}]"
    "[string-length(normalize-space(.)) < 1500]",
    f"//*[{_ASIDE}][.//input[@type='email' or @type='password']][string-length(normalize-space(.)) < 500]",
]
"""Short blocks that their class, id or form shows to be no part of the article; a long one might hold it after all."""
_TABLE_RULE = re.compile(r"[\s|:-]{3,}")
_BY = re.compile(r"^(?:written |posted |story )?by:?\s+", re.I)


@dataclass(frozen=True, slots=True)
class Page:
    """What was read from one page; empty strings and None where the page does not say."""

    title: str = ""
    author: str = ""
    published_at: datetime | None = None
    source_name: str = ""
    lang: str = ""
    text: str = ""
    """The body, a blank line between its blocks."""
    paywalled: bool = False
    refusal: str = ""
    """Why the page was not read at all, where that is so."""


def read_page(markup: str, *, url: str, fetched_at: datetime) -> Page:
    """Read a page; `fetched_at` bounds its dates. What cannot be parsed gives an empty page, never an error."""
    from lxml.etree import LxmlError
    from trafilatura import load_html

    if len(_ELEMENT.findall(markup)) > _MAX_ELEMENTS:
        return Page(refusal=f"the page has more than {_MAX_ELEMENTS} elements")
    if too_many_attributes(markup):
        return Page(refusal=f"the page has a tag with more than {_MAX_ATTRIBUTES} attributes")
    try:
        tree = load_html(markup)
    except (ValueError, LxmlError):
        return Page()
    if tree is None:
        return Page()
    meta = _metas(tree)
    data = article_node([script.text or "" for script in tree.iter("script") if _is_linked_data(script)])
    author = _author(data, meta)
    published = _stated_date(data, meta, fetched_at)
    if not author or published is None:
        guessed_author, guessed_date = _guessed(tree, url, fetched_at)
        author, published = author or guessed_author, published or guessed_date
    body = _body(tree, url)
    return Page(
        title=_title(data, meta, tree),
        author=author,
        published_at=published,
        source_name=_source(tree, data, meta, url, body),
        lang=(tree.get("lang") or tree.get("xml:lang") or meta.get("og:locale", ""))[:20],
        text=body,
        paywalled=_is_paywalled(data, tree, body),
    )


def too_many_attributes(markup: str) -> bool:
    """Say whether some tag has more attributes than any honest page; takes linear time."""
    if not _LONG_RUN.search(markup):
        return False
    place = 0
    while match := _TAG_START.search(markup, place):
        place, count = match.end(), 0
        while attribute := _ATTRIBUTE.match(markup, place):
            place, count = attribute.end(), count + 1
            if count > _MAX_ATTRIBUTES:
                return True
        if match[1]:
            close = markup.find("</", place)
            place = close if close >= 0 else len(markup)
    return False


def _is_linked_data(script: "HtmlElement") -> bool:
    return "ld+json" in (script.get("type") or "").lower()


def _metas(tree: "HtmlElement") -> dict[str, str]:
    found: dict[str, str] = {}
    for tag in tree.iter("meta"):
        name = (tag.get("property") or tag.get("name") or tag.get("itemprop") or "").strip().lower()
        content = (tag.get("content") or "").strip()
        if name and content:
            found.setdefault(name[:100], content[:5000])
    return found


def _title(data: Mapping[str, Any], meta: Mapping[str, str], tree: "HtmlElement") -> str:
    """JSON-LD headline, og:title, the only h1, the title element; without the site's name at its end."""
    heads = [inline(" ".join(tag.itertext())) for tag in _first(tree, "h1", 3)]
    heads = [head for head in heads if head]
    document = next((inline(tag.text_content()) for tag in _first(tree, "title", 1)), "")
    site = inline(meta.get("og:site_name", "") or text(data.get("publisher")), 200)
    given = (text(data.get("headline")), meta.get("og:title", ""), meta.get("twitter:title", ""))
    for candidate in (*(inline(value) for value in given), *heads[:1], document):
        if candidate and candidate.casefold() != site.casefold():
            return without_site(candidate, site, heads)
    return ""


def without_site(title: str, site: str, heads: list[str]) -> str:
    """Drop the site's name from a title's end or start, where the page says what that name is or an h1 lacks it."""
    for head in heads:
        if head != title and title.startswith(head) and _SEPARATOR.match(title, len(head)):
            return head
    if not site:
        return title
    for match in _SEPARATOR.finditer(title):
        before, after = title[: match.start()], title[match.end() :]
        if after.casefold() == site.casefold() and before:
            return before
        if before.casefold() == site.casefold() and after:
            return after
    return title


def _first(tree: "HtmlElement", tag: str, count: int) -> "list[HtmlElement]":
    found: list[HtmlElement] = []
    for element in tree.iter(tag):
        found.append(element)
        if len(found) == count:
            break
    return found


def _author(data: Mapping[str, Any], meta: Mapping[str, str]) -> str:
    names = texts(data.get("author") or data.get("creator"))
    found = [_BY.sub("", inline(name, 120)) for name in names] or [
        _BY.sub("", inline(meta[key], 200)) for key in _AUTHOR_META if key in meta
    ][:1]
    kept = (name for name in found if name and "://" not in name and not name.startswith("@") and len(name) < 200)
    return ", ".join(dict.fromkeys(kept))[:300]


def _stated_date(data: Mapping[str, Any], meta: Mapping[str, str], fetched_at: datetime) -> datetime | None:
    given = [text(data.get(key)) for key in ("datePublished", "dateCreated", "uploadDate")]
    for value in (*given, *(meta.get(key, "") for key in _DATE_META)):
        if value and (found := believable(parse_date(value), fetched_at)):
            return found
    return None


def _guessed(tree: "HtmlElement", url: str, fetched_at: datetime) -> tuple[str, datetime | None]:
    """Ask trafilatura for by-line and date (htmldate); it would take today's date as bound from the clock."""
    from trafilatura.metadata import extract_metadata

    bounds = {"extensive_search": True, "original_date": True, "max_date": fetched_at.strftime("%Y-%m-%d")}
    try:
        found = extract_metadata(tree, default_url=url, date_config=bounds)
    except MemoryError:
        raise
    except Exception:  # its guesses fail in many ways on odd pages; a page without by-line and date is still an article
        return "", None
    author = one_line((found.author or "").replace("; ", ", "), 300)
    # The first of January is what htmldate makes of a bare year, most often the copyright line's.
    day = "" if (found.date or "").endswith("-01-01") else found.date or ""
    return author, believable(parse_date(day), fetched_at)


def _body(tree: "HtmlElement", url: str) -> str:
    from trafilatura import bare_extraction

    try:
        found = bare_extraction(tree, url=url, include_comments=False, prune_xpath=_ADVERTS)
    except MemoryError:
        raise
    except Exception:  # any bug of the extractor on an odd page must leave the feed's own text usable
        return ""
    raw = getattr(found, "text", "") or ""
    blocks = (_block(line) for line in visible(raw).split("\n"))
    return "\n\n".join(block for block in blocks if block)


def _block(line: str) -> str:
    """A line of the extractor's output as one block: a table's row without its frame, its rules left out."""
    words = " ".join(line.split())
    if not words.startswith("|"):
        return words
    return "" if _TABLE_RULE.fullmatch(words) else words.strip("| ")


def _is_paywalled(data: Mapping[str, Any], tree: "HtmlElement", body: str) -> bool:
    free = str(data.get("isAccessibleForFree", "")).strip().lower()
    if free == "false":
        return True
    if free == "true":
        return False
    shown = body if len(body) > 4000 else " ".join(part for part in tree.itertext() if len(part) < 400)[:50_000]
    return bool(_PAYWALL.search(shown))


def _source(tree: "HtmlElement", data: Mapping[str, Any], meta: Mapping[str, str], url: str, body: str) -> str:
    """Name the publisher from which the page took its text, where it says so: canonical link, metadata, dateline."""
    for name in ("sourceOrganization", "isBasedOn"):
        named = inline(text(data.get(name)), 100)
        if named and "://" not in named:
            return named
    for key in ("original-source", "syndication-source"):
        if key in meta:
            return _other_host(meta[key], url) or inline(meta[key], 100)
    for link in _first(tree, "link", 300):
        if (link.get("rel") or "").lower() == "canonical" and (other := _other_host(link.get("href") or "", url)):
            return other
    for block in body[:1000].split("\n\n")[:3]:
        if dateline := _DATELINE.match(block):
            return one_line(dateline[1], 100)
    noted = _FIRST_SEEN_AT.search(body[-1500:])
    return one_line(noted[1], 100).rstrip(".") if noted else ""


def _other_host(link: str, url: str) -> str:
    """Return the link's host without `www.` if it belongs to another site than the URL, else an empty string."""
    try:
        there, here = (host(part).removeprefix("www.") for part in (urljoin(url, link), url))
    except ValueError:
        return ""
    same = there == here or there.endswith("." + here) or here.endswith("." + there)
    return "" if same or _site(there) == _site(here) else there


def _site(name: str) -> str:
    """The name without its first label, if three or more are left: `edition.x.co.uk` and `www.x.co.uk` are one site."""
    labels = name.split(".")
    return ".".join(labels[1:]) if len(labels) > 2 else name

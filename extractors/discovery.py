"""Where a site's feeds are: what its page links as alternates, and the paths at which most sites keep one."""

import re
from urllib.parse import urljoin

from extractors.cleaning import inline
from extractors.decoding import charset, decode

COMMON_PATHS = ("feed", "feed.xml", "rss.xml", "atom.xml", "rss", "index.xml", "feed.json", "feeds/posts/default")
_LINK = re.compile(r"<link\b([^<>]{1,2000})>", re.I)
_ATTRIBUTE = re.compile(
    r"([a-zA-Z-]{1,20})\s{0,4}=\s{0,4}(?:\"([^\"<>]{0,1500})\"|'([^'<>]{0,1500})'|([^\s\"'<>]{1,1500}))"
)
_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_MOST = 20


def feed_links(body: bytes, content_type: str, url: str) -> tuple[tuple[str, str], ...]:
    """Return (address, title) of the feeds that a page names by `link rel="alternate"`, comment feeds last."""
    import html

    text, _ = decode(body, *charset(content_type))
    found: dict[str, str] = {}
    for link in _LINK.finditer(text[:1_000_000]):
        named = {
            one[1].lower(): html.unescape(one[2] or one[3] or one[4] or "") for one in _ATTRIBUTE.finditer(link[1])
        }
        kind = named.get("type", "").partition(";")[0].strip().lower()
        if "alternate" not in named.get("rel", "").lower().split() or kind not in _TYPES or not named.get("href"):
            continue
        if address := _absolute(url, named["href"]):
            found.setdefault(address, inline(named.get("title", ""), 200))
        if len(found) == _MOST:
            break
    return tuple(sorted(found.items(), key=lambda one: "comment" in (one[0] + one[1]).lower()))


def common_addresses(url: str) -> tuple[str, ...]:
    """Return where a feed may lie: below the page's own folder first, then at the site's root."""
    folder = urljoin(url, "./")
    root = urljoin(url, "/")
    places = [urljoin(base, path) for base in (folder, root) for path in COMMON_PATHS]
    return tuple(dict.fromkeys(places))


def _absolute(base: str, link: str) -> str:
    try:
        joined = urljoin(base, link.strip())
    except ValueError:
        return ""
    return joined if joined.startswith(("http://", "https://")) else ""

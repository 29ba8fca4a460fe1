"""Feeds as OPML 2.0, the format in which feed readers exchange their lists; folders are nested outlines."""

from collections.abc import Iterable, Mapping
from xml.sax.saxutils import quoteattr

from extractors.cleaning import one_line
from extractors.errors import SettingsError
from extractors.records import content_id
from extractors.safexml import XmlRefused, read
from extractors.urls import canonical, host
from flows.feedsfile import Feed

MAX_BYTES = 10 << 20


def read_opml(body: bytes, name: str) -> tuple[Feed, ...]:
    """Return the feeds of an OPML document; what is no http(s) address is left out. `name` is for the messages.

    Raises:
        SettingsError: for what cannot be read, or holds no feed at all.
    """
    reading = _Reading()
    try:
        if len(body) > MAX_BYTES:
            raise XmlRefused(f"it has more than {MAX_BYTES >> 20} MiB")
        read(body, reading.start, reading.end)
    except XmlRefused as error:
        raise SettingsError(f"{name}: {error}; expected an OPML file as feed readers export it") from None
    if not reading.feeds:
        raise SettingsError(f"{name}: holds no outline with an xmlUrl; expected an OPML file as feed readers export it")
    return tuple(reading.feeds.values())


class _Reading:
    """The feeds so far, and the folders that are open."""

    def __init__(self) -> None:
        self.feeds: dict[str, Feed] = {}
        self._path: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take an outline: a feed if it has an address, else a folder."""
        if name != "outline":
            return
        label = one_line(attributes.get("text") or attributes.get("title") or "", 200)
        url = attributes.get("xmlUrl", attributes.get("xmlurl", "")).strip()
        self._path.append("" if url else label.replace("/", "-"))
        try:
            canonical(url)
        except ValueError:
            return
        folder = "/".join(part for part in self._path if part)
        feed = Feed(content_id(url), url, label or host(url), folder)
        self.feeds.setdefault(feed.feed_id, feed)

    def end(self, name: str, _text: str) -> None:
        """Leave the outline."""
        if name == "outline" and self._path:
            self._path.pop()


def write_opml(feeds: Iterable[Feed], title: str = "crosswire") -> str:
    """Return the feeds as an OPML document, each in its folder."""
    tree: dict[str, object] = {}
    for feed in feeds:
        place = tree
        for part in (part for part in feed.folder.split("/") if part):
            inner = place.setdefault(f"folder {part}", {})
            assert isinstance(inner, dict)
            place = inner
        place[f"feed {feed.url}"] = feed
    lines = "\n".join(_lines(tree, "    "))
    head = f"  <head>\n    <title>{title}</title>\n  </head>\n"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n{head}  <body>\n{lines}\n  </body>\n</opml>\n'
    )


def _lines(tree: Mapping[str, object], indent: str) -> Iterable[str]:
    for key, value in tree.items():
        if isinstance(value, Feed):
            name = quoteattr(value.outlet)
            yield f'{indent}<outline type="rss" text={name} title={name} xmlUrl={quoteattr(value.url)}/>'
        elif isinstance(value, dict):
            yield f"{indent}<outline text={quoteattr(key.removeprefix('folder '))}>"
            yield from _lines(value, indent + "  ")
            yield f"{indent}</outline>"

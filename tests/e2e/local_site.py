"""A local HTTP server that answers from a table, and the pages and feeds to put into it."""

import html
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from flows.settings import Settings


@dataclass
class Site:
    """The table of answers, which a test may change while the server runs, and the paths that were asked for."""

    base: str = ""
    answers: dict[str, tuple[int, str, bytes]] = field(default_factory=dict[str, tuple[int, str, bytes]])
    asked: list[str] = field(default_factory=list[str])

    @property
    def host(self) -> str:
        return self.base.removeprefix("http://")

    def put(self, path: str, body: str | bytes, kind: str = "text/html; charset=utf-8", status: int = 200) -> str:
        self.answers[path] = (status, kind, body.encode() if isinstance(body, str) else body)
        return self.base + path


@contextmanager
def serve() -> Generator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            status, kind, body = site.answers.get(self.path, (404, "text/plain", b"not here"))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.base = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def page(title: str, text: str) -> str:
    """An article page with what stands around an article on a real site."""
    paragraphs = "\n".join(f"<p>{html.escape(part)}</p>" for part in text.split("\n") if part.strip())
    return f"""<!doctype html><html lang="en"><head><title>{html.escape(title)} | The Site</title>
<meta property="og:title" content="{html.escape(title)}"></head><body>
<nav><a href="/">Home</a> <a href="/news">News</a> <a href="/about">About us</a></nav>
<div class="cookie-banner">We use cookies to improve your experience. <button>Accept all</button></div>
<main><article><h1>{html.escape(title)}</h1>{paragraphs}</article></main>
<aside class="advert">Advertisement: buy one, get one free.</aside><footer>All rights reserved.</footer>
</body></html>"""


def rss(title: str, items: Mapping[str, str], when: datetime | None = datetime(2026, 6, 18, 9, tzinfo=UTC)) -> str:
    """An RSS 2.0 feed of links and their titles."""
    date = f"<pubDate>{format_datetime(when)}</pubDate>" if when else ""
    entries = "".join(
        f"<item><title>{html.escape(name)}</title><link>{link}</link><guid>{link}</guid>{date}</item>"
        for link, name in items.items()
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{entries}</channel></rss>'


def write_feeds(settings: Settings, feeds: dict[str, str]) -> None:
    """Write the feeds file of the settings: URL to outlet."""
    rows = "".join(f'[[feeds]]\nurl = "{url}"\noutlet = "{outlet}"\n' for url, outlet in feeds.items())
    settings.feeds.write_text(rows, encoding="utf-8")

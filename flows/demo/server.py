"""Serves the sample news site over HTTP on loopback, with validators, so that a second run sees unchanged feeds."""

import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from flows.demo.site import BROKEN_OUTLET, Resource, load_outlets, reference_monday, render
from reports.week import Week

HOST = "127.0.0.1"
DEFAULT_PORT = 18472
"""Articles are known by their URL, and the port is part of it: a second run must use the first run's port."""


@dataclass(frozen=True, slots=True)
class DemoSite:
    """A running site. `feeds` are (url, outlet); `week` is the ISO week that the articles are about."""

    base_url: str
    port: int
    feeds: tuple[tuple[str, str], ...]
    week: Week


@contextmanager
def serve(port: int = 0, *, now: datetime) -> Generator[DemoSite]:
    """Serve the site until the block ends. Port 0 takes any free one; OSError when `port` is taken.

    Articles are dated in the last complete week before `now`.
    """
    server = _Server((HOST, port), _Handler)
    base_url = f"http://{HOST}:{server.server_port}"
    outlets = load_outlets(now)
    server.resources = render(outlets, base_url)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    feeds = [(base_url + outlet.feed_path, outlet.name) for outlet in outlets]
    feeds.append((f"{base_url}/old-mill-gazette/feed.xml", BROKEN_OUTLET))
    try:
        yield DemoSite(base_url, server.server_port, tuple(feeds), Week.containing(reference_monday(now)))
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    resources: Mapping[str, Resource]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        resource = self.server.resources.get(self.path.partition("?")[0])
        if resource is None:
            self._send(404, b"<h1>Not found</h1>", {"Content-Type": "text/html; charset=utf-8"}, with_body=with_body)
            return
        validators = {
            "ETag": resource.etag,
            "Last-Modified": format_datetime(resource.last_modified, usegmt=True),
            "Cache-Control": "no-cache",
        }
        if self._is_known(resource):
            self._send(304, b"", validators, with_body=False)
            return
        self._send(200, resource.body, {"Content-Type": resource.content_type, **validators}, with_body=with_body)

    def _is_known(self, resource: Resource) -> bool:
        """Whether the client has this version: If-None-Match decides where it is given (RFC 9110, 13.2.2)."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return resource.etag in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        try:
            since = parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
            return resource.last_modified <= since
        except (TypeError, ValueError):
            return False

    def _send(self, status: int, body: bytes, headers: Mapping[str, str], *, with_body: bool) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet: the run itself reports what it fetched."""

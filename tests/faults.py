"""A loopback server whose every route misbehaves in its own way; it speaks over the bare socket."""

import gzip
import socketserver
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

Route = Callable[["Request"], object]


@dataclass
class Request:
    """One request as received, and the means to answer it byte by byte."""

    path: str
    headers: dict[str, str]
    write: Callable[[bytes], None]
    stop: threading.Event

    def answer(self, status: int = 200, body: bytes = b"", **headers: str) -> None:
        """Send a whole answer; underscores in header names stand for hyphens."""
        headers.setdefault("Content_Length", str(len(body)))
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        self.write(f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode("latin-1") + body)

    def drip(self, data: bytes, pause: float = 0.05) -> None:
        """Send one byte at a time until the client is gone."""
        for number in range(len(data)):
            if self.stop.wait(pause):
                return
            self.write(data[number : number + 1])


@dataclass
class FaultServer:
    """Routes by path; `seen` lists the requests in order, with the time of their arrival."""

    port: int
    routes: dict[str, Route] = field(default_factory=dict[str, Route])
    seen: list[tuple[str, dict[str, str], float]] = field(default_factory=list[tuple[str, dict[str, str], float]])

    @property
    def base(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def place(self) -> str:
        """The server's host and port, as the allow-list wants them."""
        return f"127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        """The paths that were asked for, robots.txt left out."""
        return [path for path, _, _ in self.seen if path != "/robots.txt"]


@contextmanager
def fault_server() -> Generator[FaultServer]:
    """Serve on a free loopback port until the block ends."""
    stop = threading.Event()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            first = self.rfile.readline().decode("latin-1").split(" ")
            headers: dict[str, str] = {}
            while line := self.rfile.readline().decode("latin-1").strip():
                name, _, value = line.partition(": ")
                headers[name.lower()] = value
            if len(first) < 2:
                return
            server.seen.append((first[1], headers, time.monotonic()))
            request = Request(first[1], headers, self._write, stop)
            route = server.routes.get(first[1].partition("?")[0])
            if route is None:
                request.answer(404)
            else:
                route(request)

        def _write(self, data: bytes) -> None:
            try:
                self.wfile.write(data)
                self.wfile.flush()
            except OSError:
                raise ConnectionAbortedError from None

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that hangs up is what most tests are about."""

    with Server(("127.0.0.1", 0), Handler) as listening:
        server = FaultServer(listening.server_address[1])
        threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server
        finally:
            stop.set()
            listening.shutdown()


def zipped(body: bytes) -> bytes:
    """The body as one gzip member."""
    return gzip.compress(body, mtime=0)

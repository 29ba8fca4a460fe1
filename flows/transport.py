"""One HTTP exchange over one new connection: the only place that opens a socket, bounded in time and bytes."""

import ssl
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import httpcore

from flows.bodies import decoded
from flows.outcomes import FetchRefusedError

_HEADER_ROOM = 256 * 1024
"""Bytes over a body's limit for status line, headers and chunk sizes; h11 refuses heads over 100 KiB itself."""
_DIALLED_AT_MOST = 4


@dataclass(slots=True)
class Budget:
    """What one URL, with its redirects and retries, may still spend. Times in seconds by `clock`, sizes in bytes."""

    connect: float
    idle: float
    total: float
    clock: Callable[[], float] = time.monotonic
    spent: float = 0.0
    """Seconds of ended exchanges; waiting for a host's turn is not counted."""
    received: int = 0
    _since: float | None = field(default=None)

    def __enter__(self) -> "Budget":
        self._since = self.clock()
        return self

    def __exit__(self, *_: object) -> None:
        self.spent = self.used()
        self._since = None

    def used(self) -> float:
        """Seconds used so far."""
        return self.spent + (self.clock() - self._since if self._since is not None else 0.0)

    def left(self, limit: float) -> float:
        """Seconds that the next step may take: `limit`, or what is left of the total. Raises when nothing is."""
        remaining = self.total - self.used()
        if remaining <= 0:
            raise FetchRefusedError("timeout", f"not finished within {self.total:g} s")
        return min(limit, remaining)


@dataclass(frozen=True, slots=True)
class Target:
    """Where one request goes: the name in it, and the checked addresses that are dialled for it."""

    scheme: str
    host: str
    port: int
    path: bytes
    addresses: tuple[str, ...]

    @property
    def host_header(self) -> str:
        """The Host header's value."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == {"http": 80, "https": 443}[self.scheme] else f"{name}:{self.port}"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (names in lower case, the last one of a name wins) and the decoded body of a 2xx answer."""

    status: int
    headers: dict[str, str]
    body: bytes


def exchange(target: Target, headers: Iterable[tuple[str, str]], budget: Budget, limit: int) -> Answer:
    """Send a GET and read the answer; a body is read of 2xx answers only, at most `limit` bytes after decoding.

    Raises:
        FetchRefusedError: connect, tls, timeout, too_large, bad_encoding, truncated or bad_answer.
    """
    backend = _CheckedBackend(target.addresses, budget, limit)
    origin = httpcore.Origin(target.scheme.encode(), target.host.encode("ascii"), target.port)
    request = httpcore.Request(
        b"GET",
        httpcore.URL(scheme=origin.scheme, host=origin.host, port=target.port, target=target.path),
        headers=[(b"Host", target.host_header.encode("ascii"))]
        + [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers],
        extensions={"timeout": {"connect": budget.connect, "read": budget.idle, "write": budget.idle}},
    )
    context = _tls_context() if target.scheme == "https" else None
    stage = _Stage()
    with httpcore.HTTPConnection(origin, ssl_context=context, network_backend=backend) as connection:
        try:
            return _answer(connection.handle_request(request), limit, stage)
        except (httpcore.TimeoutException, TimeoutError) as error:
            budget.left(1.0)
            raise FetchRefusedError("timeout", f"no answer within {budget.idle:g} s ({stage.name})") from error
        except httpcore.LocalProtocolError as error:
            raise FetchRefusedError("bad_url", f"no request can be made of it ({error})") from error
        except (httpcore.ProtocolError, httpcore.NetworkError, OSError) as error:
            raise FetchRefusedError(stage.code(error), f"{stage.name}: {_line(error)}") from error


def _answer(response: httpcore.Response, limit: int, stage: "_Stage") -> Answer:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
    stage.name = "body"
    if not 200 <= response.status < 300:
        return Answer(response.status, headers, b"")
    stated = headers.get("content-length", "")
    if stated.isascii() and stated.isdigit() and int(stated[:19]) > limit:
        raise FetchRefusedError("too_large", f"the answer has {stated[:19]} bytes, more than {limit}")
    body = decoded(response.iter_stream(), headers.get("content-encoding", ""), limit)
    return Answer(response.status, headers, body)


@dataclass(slots=True)
class _Stage:
    """How far an exchange came, since one error means different things before and within the body."""

    name: str = "headers"

    def code(self, error: Exception) -> str:
        if self.name == "body":
            return "truncated"
        lost = isinstance(error, httpcore.NetworkError | OSError) or "without sending a response" in str(error)
        return "connect" if lost else "bad_answer"


class _CheckedBackend(httpcore.NetworkBackend):
    """Dials the addresses that were checked, whatever name the request bears: there is no second look-up."""

    def __init__(self, addresses: tuple[str, ...], budget: Budget, limit: int) -> None:
        self._addresses = addresses
        self._budget = budget
        self._limit = limit

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of the checked addresses that answers."""
        del timeout, local_address, socket_options
        last: Exception | None = None
        for address in self._addresses[:_DIALLED_AT_MOST]:
            try:
                return _BoundedStream(_dial(address, port, self._budget), self._budget, self._limit)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        code = "timeout" if isinstance(last, httpcore.ConnectTimeout) else "connect"
        raise FetchRefusedError(code, f"{host}:{port} cannot be reached ({_line(last)})") from last


def _dial(address: str, port: int, budget: Budget) -> httpcore.NetworkStream:
    """Open the connection. No other function of crosswire does so."""
    return httpcore.SyncBackend().connect_tcp(address, port, timeout=budget.left(budget.connect))


class _BoundedStream(httpcore.NetworkStream):
    """A stream on which every step is bounded by the budget: httpx and httpcore know no total limit."""

    def __init__(self, inner: httpcore.NetworkStream, budget: Budget, limit: int) -> None:
        self._inner = inner
        self._budget = budget
        self._limit = limit
        self._room = limit + _HEADER_ROOM

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there, at most `max_bytes`."""
        del timeout
        data = self._inner.read(max_bytes, self._budget.left(self._budget.idle))
        self._budget.received += len(data)
        self._room -= len(data)
        if self._room < 0:
            raise FetchRefusedError("too_large", f"more than {self._limit} bytes were sent")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send the whole buffer."""
        del timeout
        self._inner.write(buffer, self._budget.left(self._budget.idle))

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Return this stream under TLS."""
        del timeout
        try:
            seconds = self._budget.left(self._budget.connect)
            inner = self._inner.start_tls(ssl_context, server_hostname, seconds)
        except httpcore.ConnectError as error:
            raise FetchRefusedError("tls", f"no secure connection to {server_hostname} ({_line(error)})") from error
        bounded = _BoundedStream(inner, self._budget, self._limit)
        bounded._room = self._room
        return bounded

    def get_extra_info(self, info: str) -> object:
        """Pass on what the socket says about itself."""
        return self._inner.get_extra_info(info)


@lru_cache(maxsize=1)
def _tls_context() -> ssl.SSLContext:
    """Certificates of certifi, as httpx does; no environment variable can add or replace one."""
    import certifi

    return ssl.create_default_context(cafile=certifi.where())


def _line(error: BaseException | None) -> str:
    text = str(error) if error is not None else ""
    return " ".join((text or type(error).__name__).split())[:200]

"""The gateway: every request that crosswire makes goes through `Gateway.fetch`, which never raises and never hangs."""

import re
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urljoin

import httpx

from flows.addresses import AllowList, Resolver, checked_addresses, system_resolver
from flows.hosts import Hosts
from flows.outcomes import Fetched, FetchError, FetchRefusedError, Kind, NotModified
from flows.robots import MAX_BYTES as ROBOTS_BYTES
from flows.robots import TOKEN, Robots
from flows.settings import Limits, Settings
from flows.transport import Answer, Budget, Target, exchange

__all__ = ["FetchError", "Fetched", "Gateway", "NotModified"]

Result = Fetched | NotModified | FetchError
_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)
_RETRIES = 2
_RETRIED = re.compile(r"connect|truncated|http_5\d\d")
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s{0,4}=\s{0,4}\"?(\d{1,9})", re.I)
_LONGEST_LIFE = 7 * 86400
_ACCEPT: dict[str, str] = {
    "feed": "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
    "page": "text/html, application/xhtml+xml, */*;q=0.5",
    "robots": "text/plain, */*;q=0.5",
}


def user_agent(contact: str) -> str:
    """Return the default User-Agent line: name, version and where to complain."""
    try:
        number = version("crosswire")
    except PackageNotFoundError:
        number = "0"
    return f"{TOKEN}/{number} (+{contact})" if contact else f"{TOKEN}/{number}"


class Gateway:
    """Fetches feeds and pages: polite, bounded in time and bytes, to public addresses only. Safe for threads.

    `delay` is in seconds between two requests to one host (not kept for hosts that the allow-list names). `resolver`,
    `clock`, `sleep` and `wall` (seconds since 1970, for HTTP dates) are there for tests.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        allow: Sequence[str] = (),
        ports: Sequence[int] = (80, 443, 8080, 8443),
        agent: str = "",
        delay: float = 1.0,
        resolver: Resolver = system_resolver,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._limits = limits or Limits()
        self._allow = AllowList.of(allow)
        self._ports = frozenset(ports)
        self._agent = (agent or user_agent("")).encode("ascii", "ignore").decode("ascii")
        self._delay = delay
        self._resolver = resolver
        self._clock = clock
        self._sleep = sleep
        self._wall = wall
        self._hosts = Hosts(clock, sleep)
        self._robots = Robots(lambda url: self.fetch(url, kind="robots"))

    @classmethod
    def from_settings(cls, settings: Settings, *, allow: Sequence[str] = ()) -> "Gateway":
        """Make the gateway that the settings describe; `allow` adds to theirs (the demo's own server)."""
        return cls(
            settings.limits,
            allow=(*settings.allow, *allow),
            ports=settings.ports,
            agent=settings.user_agent or user_agent(settings.contact),
            delay=settings.delay,
        )

    def pause(self, host: str, seconds: float) -> None:
        """Ask nothing of a host (`name:port`) for so long: it asked for that in an earlier run."""
        self._hosts.pause(host, seconds)

    def pauses(self) -> dict[str, float]:
        """Return the hosts that asked for rest, and the seconds that are left of it."""
        return self._hosts.pauses()

    def fetch(self, url: str, *, kind: Kind = "page", etag: str = "", last_modified: str = "") -> Result:
        """Fetch one URL, following redirects; never raises.

        `kind` sets the size limit and whether robots.txt is asked (pages only). The validators go to this URL only,
        never to one that it redirects to. Connection errors and 5xx are tried again, twice at most.
        """
        trip = _Trip(url, kind, Budget(self._limits.connect, self._limits.idle, self._limits.total, self._clock))
        conditions = [("If-None-Match", etag)] if _sendable(etag) else []
        conditions += [("If-Modified-Since", last_modified)] if _sendable(last_modified) else []
        for attempt in range(_RETRIES + 1):
            try:
                return self._follow(trip, conditions)
            except FetchRefusedError as error:
                if attempt == _RETRIES or not _RETRIED.fullmatch(error.code) or error.retry_after is not None:
                    return trip.failed(error)
            except Exception as error:
                return trip.failed(FetchRefusedError("internal", f"{type(error).__name__}: {str(error)[:200]}"))
            if trip.budget.used() >= trip.budget.total:
                break
            self._sleep(0.5 * 2**attempt)
        return trip.failed(FetchRefusedError("timeout", f"not finished within {self._limits.total:g} s"))

    def _follow(self, trip: "_Trip", conditions: list[tuple[str, str]]) -> Result:
        trip.current, permanent = trip.url, True
        for hop in range(self._limits.redirects + 1):
            answer = self._ask(trip, conditions if hop == 0 else [])
            location = answer.headers.get("location", "")
            if answer.status not in _REDIRECTS or not location:
                moved = trip.current if hop and permanent else ""
                return self._result(trip, answer, redirected=hop > 0, moved_to=moved, asked=bool(conditions))
            permanent = permanent and answer.status in _PERMANENT
            trip.current = _joined(trip.current, location)
        raise FetchRefusedError("too_many_redirects", f"more than {self._limits.redirects} redirects")

    def _ask(self, trip: "_Trip", conditions: list[tuple[str, str]]) -> Answer:
        """Make one request, in its host's turn, after the checks that every hop goes through."""
        parsed = _parsed(trip.current)
        port = parsed.port or {"http": 80, "https": 443}[parsed.scheme]
        host = parsed.raw_host.decode("ascii").lower().rstrip(".")
        named = self._allow.names(host, port)
        if port not in self._ports and not named:
            raise FetchRefusedError("bad_url", f"port {port} is not among the ports that may be asked")
        key, delay = f"{host}:{port}", 0.0 if named else self._delay
        if trip.kind == "page":
            self._obey_robots(parsed, key, trip.current)
        with self._hosts.turn(key, delay), trip.budget:
            seconds = trip.budget.left(self._limits.connect)
            addresses, _ = checked_addresses(host, port, allow=self._allow, resolver=self._resolver, timeout=seconds)
            target = Target(parsed.scheme, host, port, parsed.raw_path, addresses)
            headers = [
                ("User-Agent", self._agent),
                ("Accept", _ACCEPT[trip.kind]),
                ("Accept-Encoding", "gzip, identity"),
            ]
            answer = exchange(target, [*headers, *conditions, ("Connection", "close")], trip.budget, self._limit(trip))
        self._heed_pause(key, answer)
        return answer

    def _obey_robots(self, parsed: httpx.URL, key: str, url: str) -> None:
        site = f"{parsed.scheme}://{parsed.netloc.decode('ascii')}"
        refusal, crawl_delay = self._robots.verdict(site, url)
        if crawl_delay:
            self._hosts.slow_down(key, crawl_delay)
        if refusal:
            raise FetchRefusedError(*refusal)

    def _heed_pause(self, key: str, answer: Answer) -> None:
        if answer.status not in (429, 503):
            return
        seconds = self._retry_after(answer.headers.get("retry-after", ""))
        if answer.status == 503 and seconds is None:
            return
        seconds = 60.0 if seconds is None else seconds
        self._hosts.pause(key, seconds)
        raise FetchRefusedError(
            "rate_limited", f"HTTP {answer.status}, {key} asks for a pause of {seconds:.0f} s", seconds
        )

    def _retry_after(self, value: str) -> float | None:
        """Seconds or an HTTP date (RFC 9110, 10.2.3)."""
        trimmed = value.strip()[:40]
        if trimmed.isascii() and trimmed.isdigit():
            return float(trimmed[:9])
        seconds = _until(trimmed, self._wall())
        return None if seconds is None else max(seconds, 0.0)

    def _result(self, trip: "_Trip", answer: Answer, *, redirected: bool, moved_to: str, asked: bool) -> Result:
        etag, modified = ("", "") if redirected else _validators(answer)
        fresh = self._fresh_for(answer)
        if answer.status == 304 and asked and not redirected:
            return NotModified(trip.url, etag, modified, trip.budget.received, trip.milliseconds(), fresh)
        if answer.status == 410:
            raise FetchRefusedError("gone", "HTTP 410: the server says it is gone for good")
        if not 200 <= answer.status < 300:
            raise FetchRefusedError(f"http_{answer.status}", f"the server answers HTTP {answer.status}")
        kind = answer.headers.get("content-type", "")[:300]
        return Fetched(
            url=trip.url, final_url=trip.current, status=answer.status, body=answer.body, content_type=kind,
            etag=etag, last_modified=modified, bytes=trip.budget.received, milliseconds=trip.milliseconds(),
            fresh_for=fresh, moved_to=moved_to,
        )  # fmt: skip

    def _fresh_for(self, answer: Answer) -> int | None:
        control = answer.headers.get("cache-control", "")[:500]
        if match := _MAX_AGE.search(control):
            return min(int(match[1]), _LONGEST_LIFE)
        seconds = _until(answer.headers.get("expires", "")[:40], self._wall())
        return min(int(seconds), _LONGEST_LIFE) if seconds is not None and seconds > 0 else None

    def _limit(self, trip: "_Trip") -> int:
        return {"feed": self._limits.feed_bytes, "page": self._limits.page_bytes, "robots": ROBOTS_BYTES}[trip.kind]


class _Trip:
    """One call of `fetch`: where it is and what it has used."""

    def __init__(self, url: str, kind: Kind, budget: Budget) -> None:
        self.url = url
        self.current = url
        self.kind: Kind = kind
        self.budget = budget

    def milliseconds(self) -> int:
        return round(self.budget.used() * 1000)

    def failed(self, error: FetchRefusedError) -> FetchError:
        return FetchError(
            error.code, error.message, self.current[:2000], self.budget.received, self.milliseconds(), error.retry_after
        )


def _parsed(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise FetchRefusedError("bad_url", f"not a URL ({error})") from None
    if parsed.scheme not in ("http", "https") or not parsed.raw_host:
        raise FetchRefusedError("bad_url", "only http and https addresses are fetched")
    if parsed.userinfo:
        raise FetchRefusedError("bad_url", "an address with credentials is not fetched")
    if len(url) > 8000:
        raise FetchRefusedError("bad_url", "the address is longer than 8000 characters")
    return parsed


def _joined(current: str, location: str) -> str:
    try:
        return urljoin(current, location.encode("latin-1").decode("utf-8", "replace").strip())
    except ValueError:
        raise FetchRefusedError("bad_url", "it redirects to something that is not a URL") from None


def _validators(answer: Answer) -> tuple[str, str]:
    etag, modified = (answer.headers.get(name, "") for name in ("etag", "last-modified"))
    return etag if _sendable(etag) else "", modified if _sendable(modified) else ""


def _sendable(value: str) -> bool:
    """Say whether a header may carry the value, byte for byte."""
    return 0 < len(value) <= 1024 and all(char == "\t" or (" " <= char <= "\xff" and char != "\x7f") for char in value)


def _until(value: str, wall: float) -> float | None:
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    aware = when.replace(tzinfo=UTC) if when.tzinfo is None else when
    return (aware - datetime.fromtimestamp(wall, UTC)).total_seconds()

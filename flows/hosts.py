"""Politeness: one request at a time to a host, a pause between two, and a longer one where the host asks for it."""

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flows.outcomes import FetchRefusedError

LONGEST_PAUSE = 24 * 3600.0
"""Seconds for which a host's Retry-After is believed at most."""
_LONGEST_DELAY = 30.0


@dataclass(slots=True)
class _Host:
    turn: threading.Lock = field(default_factory=threading.Lock)
    ready_at: float = 0.0
    closed_until: float = 0.0
    crawl_delay: float = 0.0


def host_key(url: str) -> str:
    """Return the `name:port` under which a URL's host takes its turns; empty for what is no URL."""
    try:
        split = urlsplit(url)
        port = split.port or {"http": 80, "https": 443}.get(split.scheme.lower(), 0)
        name = (split.hostname or "").rstrip(".")
    except ValueError:
        return ""
    return f"{name}:{port}" if name else ""


class Hosts:
    """What is known about each host during this process; safe for use from several threads."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}
        self._guard = threading.Lock()

    @contextmanager
    def turn(self, host: str, delay: float) -> Generator[None]:
        """Hold the host's only place; enters no sooner than `delay` seconds after the last request ended.

        Raises:
            FetchRefusedError: `rate_limited` while the host's own pause lasts.
        """
        state = self._state(host)
        with state.turn:
            now = self._clock()
            if state.closed_until > now:
                left = state.closed_until - now
                raise FetchRefusedError("rate_limited", f"{host} asked for a pause of {left:.0f} s more", left)
            if state.ready_at > now:
                self._sleep(state.ready_at - now)
            try:
                yield
            finally:
                state.ready_at = self._clock() + (max(delay, state.crawl_delay) if delay > 0 else 0.0)

    def pause(self, host: str, seconds: float) -> None:
        """Ask nothing more of the host for so long."""
        self._state(host).closed_until = self._clock() + min(max(seconds, 0.0), LONGEST_PAUSE)

    def pauses(self) -> dict[str, float]:
        """Return the seconds for which hosts are still not to be asked."""
        now = self._clock()
        with self._guard:
            return {host: state.closed_until - now for host, state in self._hosts.items() if state.closed_until > now}

    def slow_down(self, host: str, seconds: float) -> None:
        """Keep at least this distance between two requests (robots.txt, Crawl-delay)."""
        self._state(host).crawl_delay = min(max(seconds, 0.0), _LONGEST_DELAY)

    def _state(self, host: str) -> _Host:
        with self._guard:
            return self._hosts.setdefault(host, _Host())

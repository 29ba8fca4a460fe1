"""A few warm child processes that run jobs under limits of time and memory; one that fails is replaced.

Whatever a job does, `call` returns in time: with its value, or with a `ChildError` that has a stable code.
"""

import io
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from extractors.errors import FeedUnreadable
from flows.child_main import HEAD_BYTES, send

_ROOT = Path(__file__).parents[1]
_START_SECONDS = 60.0
_LARGEST_ANSWER = 128 << 20
_JOBS = 1000
"""Jobs after which a child is replaced, so that what parsers leak stays small."""
_PASSED = {
    "extractors.records": {"Article", "FeedEntry", "ParsedFeed", "Skipped"},
    "extractors.sitemap": {"Place", "Sitemap"},
    "datetime": {"datetime", "date", "timedelta", "timezone"},
}


class ChildError(Exception):
    """A job that did not end well. Codes: parse_timeout, parse_memory, parse_crash, internal."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class ChildPool:
    """At most `size` children, started when they are needed. Safe for threads; close it, or use it as a context.

    `wall` and `cpu` are seconds per job, `memory` bytes on top of the libraries' own.
    """

    def __init__(self, *, wall: float = 30.0, cpu: float = 10.0, memory: int = 512 << 20, size: int = 0) -> None:
        self._wall = wall
        self._cpu = cpu
        self._memory = memory
        self._places = threading.BoundedSemaphore(size or min(4, _cores()))
        self._idle: list[_Child] = []
        self._guard = threading.Lock()
        self._closed = False

    def __enter__(self) -> "ChildPool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def call(self, function: str, *arguments: object, **named: object) -> Any:
        """Run `module:function` with the arguments in a child and return what it returns.

        Raises:
            FeedUnreadable: as the function does.
            ChildError: for everything else that goes wrong.
        """
        request = pickle.dumps((function, arguments, named))
        with self._places:
            fresh = False
            while True:
                child, fresh = self._child(fresh)
                try:
                    return self._value(child, request)
                except ChildError as error:
                    # A child that has worked before may have been nearly full already.
                    if error.code != "parse_memory" or fresh:
                        raise
                    fresh = True

    def close(self) -> None:
        """End all children that wait for work; a job that still runs ends within its limits."""
        with self._guard:
            self._closed = True
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()

    def _child(self, fresh: bool) -> "tuple[_Child, bool]":
        with self._guard:
            while self._idle and not fresh:
                child = self._idle.pop()
                if child.lives():
                    return child, False
                child.end()
        return _Child(self._cpu, self._memory), True

    def _value(self, child: "_Child", request: bytes) -> Any:
        try:
            kind, *answer = _read(child.ask(request, self._wall))
        except BaseException:
            child.end()
            raise
        if kind == "memory":
            child.end()
            raise ChildError("parse_memory", f"it needs more than {self._memory >> 20} MiB of memory")
        self._give_back(child)
        if kind == "value":
            return answer[0]
        if kind == "unreadable":
            raise FeedUnreadable(*answer)
        raise ChildError(*answer)

    def _give_back(self, child: "_Child") -> None:
        with self._guard:
            keep = not self._closed and child.jobs < _JOBS
            if keep:
                self._idle.append(child)
        if not keep:
            child.end()


class _Child:
    """One process and the socket to it."""

    def __init__(self, cpu: float, memory: int) -> None:
        self.jobs = 0
        self._cpu = max(1, round(cpu))
        self._socket, theirs = socket.socketpair()
        with theirs:
            number = theirs.fileno()
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "flows.child_main", str(number), str(self._cpu), str(memory)],
                pass_fds=(number,),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            )
        try:
            if self._message(time.monotonic() + _START_SECONDS) != b"ready":
                raise ChildError("parse_crash", "the parser's process does not start")
        except BaseException:
            self.end()
            raise

    def ask(self, request: bytes, wall: float) -> bytes:
        """Send a job and return the bytes of its answer, within `wall` seconds."""
        self.jobs += 1
        deadline = time.monotonic() + wall
        try:
            self._socket.settimeout(wall)
            send(self._socket, request)
            return self._message(deadline)
        except TimeoutError:
            raise ChildError("parse_timeout", f"not parsed within {wall:g} s") from None
        except (ConnectionError, EOFError):
            raise self._death() from None

    def lives(self) -> bool:
        """Say whether the process still runs; the system may have killed it while it waited."""
        return self._process.poll() is None

    def end(self) -> None:
        """End the process at once and wait for it."""
        self._socket.close()
        self._process.kill()
        self._process.wait()

    def _message(self, deadline: float) -> bytes:
        size = int.from_bytes(self._exactly(HEAD_BYTES, deadline), "big")
        if size > _LARGEST_ANSWER:
            raise ChildError("parse_memory", f"what was parsed is larger than {_LARGEST_ANSWER >> 20} MiB")
        return self._exactly(size, deadline)

    def _exactly(self, size: int, deadline: float) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            data = self._socket.recv(min(size - len(parts), 1 << 20))
            if not data:
                raise EOFError
            parts += data
        return bytes(parts)

    def _death(self) -> ChildError:
        """Say how the process ended; it is dead already or closing."""
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return ChildError("parse_crash", "the parser's process stopped answering")
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            return ChildError("parse_timeout", f"not parsed within {self._cpu} s of computing")
        name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return ChildError("parse_crash", f"the parser's process died ({name})")


class _Records(pickle.Unpickler):
    """Takes plain values and the records of a parse, and nothing that could run code here."""

    def find_class(self, module_name: str, global_name: str) -> Any:
        """Return the class if it is one of those that are passed."""
        if global_name in _PASSED.get(module_name, ()):
            return super().find_class(module_name, global_name)
        raise pickle.UnpicklingError(f"{module_name}.{global_name} is not passed")


def _read(answer: bytes) -> tuple[Any, ...]:
    try:
        return _Records(io.BytesIO(answer)).load()
    except Exception as error:
        raise ChildError("parse_crash", f"the parser's answer cannot be read ({type(error).__name__})") from error


def _environment() -> dict[str, str]:
    """Only what Python needs: no settings, no credentials."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
    inherited = os.environ.get("PYTHONPATH", "")
    return kept | {"PYTHONPATH": os.pathsep.join(part for part in (str(_ROOT), inherited) if part)}


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

"""The process in which other people's feeds and pages are parsed: one job after the other, each under limits.

It opens no file for writing and no connection, and it ends when its parent is gone.
"""

import importlib
import os
import pickle
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

HEAD_BYTES = 8
_REFUSED = frozenset(
    {"socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec"}
)
_PRELOADED = ("extractors.article", "extractors.feed", "feedparser", "trafilatura", "trafilatura.metadata")


def main() -> None:
    """Serve jobs from the socket whose number is the first argument; the others are CPU seconds and bytes."""
    number, seconds, memory = (int(argument) for argument in sys.argv[1:4])
    connection = socket.socket(fileno=number)
    for name in _PRELOADED:
        importlib.import_module(name)
    _confine(memory)
    send(connection, b"ready")
    while (request := receive(connection)) is not None:
        _allow_seconds(seconds)
        answer = _answer(request)
        send(connection, answer)


def send(connection: socket.socket, data: bytes) -> None:
    """Send one message: its length, then its bytes."""
    connection.sendall(len(data).to_bytes(HEAD_BYTES, "big"))
    connection.sendall(data)


def receive(connection: socket.socket) -> bytes | None:
    """Return the next message, or None when the other side has closed."""
    head = _exactly(connection, HEAD_BYTES)
    return _exactly(connection, int.from_bytes(head, "big")) if head is not None else None


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        data = connection.recv(min(size - len(parts), 1 << 20))
        if not data:
            return None
        parts += data
    return bytes(parts)


def _answer(request: bytes) -> bytes:
    """Return ("value", value) or ("error", code, message), pickled."""
    from extractors.errors import FeedUnreadable

    try:
        name, arguments, named = pickle.loads(request)
        return pickle.dumps(("value", _function(name)(*arguments, **named)))
    except FeedUnreadable as error:
        return pickle.dumps(("unreadable", error.code, str(error)))
    except MemoryError:
        return pickle.dumps(("memory", "parse_memory", ""))
    except Exception as error:
        return pickle.dumps(("error", "internal", f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"))


def _function(name: str) -> Callable[..., object]:
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


def _confine(memory: int) -> None:
    """Bound memory to `memory` bytes above what is in use now; what a system does not offer is left out."""

    def refuse(event: str, arguments: tuple[object, ...]) -> None:
        writes = event == "open" and isinstance(arguments[1], str) and bool(set(arguments[1]) & set("wax+"))
        if event in _REFUSED or writes:
            raise PermissionError(f"{event} is refused while a feed or page is parsed")

    sys.addaudithook(refuse)
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        with open("/proc/self/statm", "rb") as sizes:
            used = int(sizes.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))


def _allow_seconds(seconds: int) -> None:
    """Give the next job so many seconds of CPU; the kernel ends the process after them."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + seconds, hard))


if __name__ == "__main__":
    main()

"""One writer per home folder: an advisory lock on `crosswire.lock`, free again as soon as its process is gone.

The operating system holds the lock, so that a killed run leaves none behind. `writer.json` only says who holds it.
"""

import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from extractors.errors import StoreLocked, StoreUnreadable

LOCK_NAME = "crosswire.lock"
HOLDER_NAME = "writer.json"


@contextmanager
def writer_lock(home: Path) -> Generator[None]:
    """Hold the writer's lock of `home` (an existing folder).

    Raises StoreLocked at once when another run holds it, StoreUnreadable when the folder cannot be written.
    """
    from filelock import FileLock, Timeout  # 60 ms to import, and only writers need it

    lock = FileLock(home / LOCK_NAME, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise StoreLocked(locked_message(home)) from None
    except OSError as error:
        raise StoreUnreadable(f"cannot write to the folder {home}: {error.strerror}: set CROSSWIRE_HOME") from None
    try:
        # The lock file itself is emptied by everyone who tries for it, so the holder's name stands beside it.
        (home / HOLDER_NAME).write_text(json.dumps({"pid": os.getpid()}), encoding="utf-8")
        yield
    finally:
        (home / HOLDER_NAME).unlink(missing_ok=True)
        lock.release()


def locked_message(home: Path) -> str:
    """Return the line for a second writer: who writes, since when (UTC), and what to do."""
    return (
        f"locked: another run ({_holder(home / HOLDER_NAME)}) is in progress: "
        f"wait for it to end, or set CROSSWIRE_HOME to another folder than {home}"
    )


def _holder(path: Path) -> str:
    try:
        started = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        pid = json.loads(path.read_text(encoding="utf-8"))["pid"]
    except (OSError, ValueError, KeyError, TypeError):
        return "just starting, or just ending"
    return f"pid {pid}, started {started:%Y-%m-%d %H:%M:%S} UTC"

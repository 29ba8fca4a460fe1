"""The readers' copy of the database: whole, closed, and replaced in one step, so that no reader sees half of it."""

import os
import shutil
from pathlib import Path

from extractors.errors import StoreFull, StoreUnreadable


def snapshot_path(home: Path) -> Path:
    """Return where the readers' copy lies."""
    return home / "snapshots" / "crosswire.duckdb"


def existing_snapshot(home: Path) -> Path:
    """Return the readers' copy. Raises StoreUnreadable with what to run when there is none yet."""
    path = snapshot_path(home)
    if path.exists():
        return path
    if (home / "crosswire.duckdb").exists():
        raise StoreUnreadable(f"the first run in {home} has not ended yet: wait for it, or run `crosswire run` again")
    raise StoreUnreadable(f"no database yet at {home}: run `crosswire run` or `crosswire import` first")


def publish(database: Path, home: Path) -> bool:
    """Copy the closed `database` for the readers and say whether there was anything new to copy.

    Call it while holding the writer's lock. A reader that has the former copy open keeps it. Raises StoreUnreadable
    while a write-ahead log is left, since its rows would be missing from the copy; StoreFull when it cannot be written.
    """
    log = database.with_name(database.name + ".wal")
    if log.exists() and log.stat().st_size:
        raise StoreUnreadable(f"{log} was not merged into the database: run again; readers see the run before")
    target = snapshot_path(home)
    if target.exists() and _stamp(target) == _stamp(database):
        return False
    target.parent.mkdir(exist_ok=True)
    for left in target.parent.glob(f".{target.name}.*"):
        left.unlink()  # by a writer that was killed here; no other one can be at work
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        shutil.copy2(database, temporary)  # with its times: that is how the next run sees that nothing changed
        _sync(temporary)
        temporary.replace(target)
    except OSError as error:
        raise StoreFull(f"the run is stored, but not yet for readers: {error}: free some room and run again") from None
    finally:
        temporary.unlink(missing_ok=True)
    return True


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

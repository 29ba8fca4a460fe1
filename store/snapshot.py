"""The readers' copy of the database: whole, verified, and replaced in one step, so that no reader sees half of it.

The copies of 7 days and 8 weeks stay beside it. They are hard links: the last copy of a day takes no room of its own
until the next day's replaces it.
"""

import errno
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from extractors.errors import StoreFull, StoreUnreadable

if TYPE_CHECKING:  # the SQL door's command imports this module and must start fast; it needs no database itself
    from store.contents import Contents

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
DAILY = 7
WEEKLY = 8


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


def publish(database: Path, home: Path, expected: "Contents") -> "Contents | None":
    """Copy the closed `database` for the readers; return what the verified copy holds, None when nothing was new.

    Call it while holding the writer's lock. A reader that has the former copy open keeps it. Raises StoreUnreadable
    while a write-ahead log is left, since its rows would be missing from the copy, and when the copy does not hold
    what is `expected`; StoreFull when it cannot be written.
    """
    log = database.with_name(database.name + ".wal")
    if log.exists() and log.stat().st_size:
        raise StoreUnreadable(f"{log} was not merged into the database: run again; readers see the run before")
    target = snapshot_path(home)
    if target.exists() and _stamp(target) == _stamp(database):
        _keep(target)
        return None
    with room_needed("the run is stored, but not yet for readers"):
        target.parent.mkdir(exist_ok=True)
        with whole_copy(database, target) as temporary:
            found = verified_copy(temporary, expected)
    _keep(target)
    return found


def verified_copy(path: Path, expected: "Contents") -> "Contents":
    """Read a copy whole and return what it holds. Raises StoreUnreadable when that is not what is `expected`."""
    from store import contents

    advice = "the database is left as it is, readers see the run before: `crosswire check` says more"
    found = contents.verified(path, advice)
    if replace(found, digest=expected.digest or found.digest) != expected and replace(found, digest="") != expected:
        raise StoreUnreadable(f"db_corrupt: the copy {path} holds other rows than the database; {advice}")
    return found


@contextmanager
def whole_copy(source: Path, target: Path) -> Generator[Path]:
    """Copy `source`, yield the copy for a look at it, and then put it in place of `target`, in one step.

    Where the block raises, `target` stays what it was.
    """
    for left in target.parent.glob(f".{target.name}.*"):
        left.unlink()  # by a writer that was killed here; no other one can be at work
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        shutil.copy2(source, temporary)  # with its times: that is how the next run sees that nothing changed
        _sync(temporary)
        yield temporary
        temporary.replace(target)
        _sync(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def room_needed(what: str) -> Generator[None]:
    """Raise StoreFull with `what` for a full disk, StoreUnreadable for another error of the file system."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StoreFull(f"{what}: {error}: free some room and run again") from None
        raise StoreUnreadable(f"{what}: {error}: see that the folder can be written to") from None


def kept_copies(home: Path) -> tuple[Path, ...]:
    """Return the kept copies of days and weeks, newest first."""
    folder = snapshot_path(home).parent
    return tuple(sorted(folder.glob("*ly/*.duckdb"), key=lambda path: (-path.stat().st_mtime_ns, path)))


def _keep(target: Path) -> None:
    """Link the readers' copy as that of its day and of its week (UTC, by the database's last change)."""
    changed = datetime.fromtimestamp(target.stat().st_mtime, UTC)
    for name, label, most in (("daily", f"{changed:%Y-%m-%d}", DAILY), ("weekly", f"{changed:%G-W%V}", WEEKLY)):
        folder = target.parent / name
        folder.mkdir(exist_ok=True)
        with room_needed("the run is stored, but its copy of the day is not"):
            _link(target, folder / f"{label}.duckdb")
        for old in sorted(folder.glob("*.duckdb"))[:-most]:
            old.unlink()


def _link(source: Path, target: Path) -> None:
    if target.exists() and target.samefile(source):
        return
    temporary = target.with_name(f".{target.name}.new")
    temporary.unlink(missing_ok=True)
    try:
        temporary.hardlink_to(source)
    except OSError:  # a file system without hard links
        shutil.copy2(source, temporary)
    temporary.replace(target)


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""Backups of the database, and the way back: nothing is ever deleted, and only what was read whole takes its place."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from extractors.errors import CrosswireError, StoreLocked, StoreUnreadable
from store import check, contents, migrate, run_ledger, snapshot
from store.connecting import connect, disk_errors
from store.contents import Contents
from store.db import database_path, look, make_home, open_writer
from store.lock import writer_lock

LATEST = "latest"


@dataclass(frozen=True, slots=True)
class Backup:
    """A verified copy. `during_run`: a run is writing, and the copy is what the run before it left."""

    path: Path
    contents: Contents
    during_run: bool


@dataclass(frozen=True, slots=True)
class Restored:
    """What took the database's place, where the former file lies now (None: there was none), what was passed over."""

    source: Path
    contents: Contents
    aside: Path | None
    passed_over: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check looked at and the problems it found, a line each; none means all is well."""

    path: Path
    contents: Contents
    problems: tuple[str, ...]


def backup(home: Path, folder: Path | None = None) -> Backup:
    """Copy the last run's state to `folder` (default: backups/ in `home`) and verify the copy.

    What a killed run left is brought in first. Raises StoreUnreadable without a database, or for a damaged one;
    StoreFull.
    """
    snapshot.existing_snapshot(home)
    during_run = False
    try:
        with open_writer(home):
            pass
    except StoreLocked:
        during_run = True
    source = snapshot.existing_snapshot(home)
    folder = folder or home / "backups"
    target = folder / f"crosswire-{_moment(source)}.duckdb"
    with snapshot.room_needed(f"no backup was made in {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
        with snapshot.whole_copy(source, target) as temporary:
            found = contents.verified(temporary)
    return Backup(target, found, during_run)


def restore(home: Path, source: str) -> Restored:
    """Put a copy of the file `source`, or of the newest sound one ("latest"), in the database's place.

    The file that it replaces is moved to replaced/ with its log, never deleted. Raises StoreUnreadable for a
    damaged source or when there is none, StoreTooNew, StoreLocked, StoreFull: then nothing was changed.
    """
    make_home(home)
    with writer_lock(home):
        path = database_path(home)
        chosen, found, passed_over = _chosen(home, source)
        with snapshot.room_needed("nothing was restored"), snapshot.whole_copy(chosen, path) as temporary:
            snapshot.verified_copy(temporary, found)
            aside = _move_aside(home, path)
        run_ledger.start_over(home, path, found)
        snapshot.publish(path, home, found)
    return Restored(chosen, found, aside, passed_over)


def check_all(home: Path) -> Checked:
    """Read the whole database, compare it with the run ledger, and prove what no key guards. Changes nothing.

    While a run is writing, the readers' copy is checked instead. Raises StoreUnreadable for a damaged file.
    """
    snapshot.existing_snapshot(home)
    with _primary_or_snapshot(home) as path:
        found = contents.verified(path) if path == snapshot.snapshot_path(home) else look(home, whole=True)
        if found is None:
            raise StoreUnreadable(f"no database yet at {home}: run `crosswire run` or `crosswire import` first")
        with disk_errors(path), connect(path, read_only=True) as connection:
            return Checked(path, found, tuple(check.check(connection)))


@contextmanager
def _primary_or_snapshot(home: Path) -> Generator[Path]:
    try:
        with writer_lock(home):
            yield database_path(home)
    except StoreLocked:
        yield snapshot.snapshot_path(home)


def _chosen(home: Path, source: str) -> tuple[Path, Contents, tuple[str, ...]]:
    if source != LATEST:
        path = Path(source)
        if not path.is_file():
            raise CrosswireError(f"{path}: no such file; name a backup, or `latest`")
        if path.with_name(path.name + ".wal").exists():
            raise CrosswireError(f"{path} has a write-ahead log beside it, so it is no finished copy; name a backup")
        return path, _fitting(path, "nothing was changed: name another backup"), ()
    passed_over: list[str] = []
    for path in candidates(home):
        try:
            return path, _fitting(path, "it was passed over"), tuple(passed_over)
        except StoreUnreadable as error:
            passed_over.append(str(error))
    raise StoreUnreadable(f"no sound copy below {home}: name a backup with `crosswire restore FILE`")


def _fitting(path: Path, advice: str) -> Contents:
    found = contents.verified(path, advice)
    migrate.refuse_newer(found.schema)
    return found


def candidates(home: Path) -> tuple[Path, ...]:
    """Return the copies that `latest` chooses from: the readers', those of days and weeks, backups; newest first."""
    last = snapshot.snapshot_path(home)
    backups = (home / "backups").glob("crosswire-*.duckdb")
    found = [*([last] if last.exists() else []), *snapshot.kept_copies(home), *backups]
    return tuple(sorted(found, key=lambda path: -path.stat().st_mtime_ns))


def _move_aside(home: Path, path: Path) -> Path | None:
    """Move the database and what belongs to it (its write-ahead log) to replaced/, under a name of their own."""
    if not path.exists():
        return None
    folder = home / "replaced"
    folder.mkdir(exist_ok=True)
    stem, number = f"crosswire-{_moment(path)}", 1
    while (folder / f"{stem}-{number}.duckdb").exists():
        number += 1
    aside = folder / f"{stem}-{number}.duckdb"
    for part in (*path.parent.glob(f"{path.name}.*"), path):  # the log first: without it the file could be read wrong
        part.rename(aside.with_name(aside.name + part.name.removeprefix(path.name)))
    return aside


def _moment(path: Path) -> str:
    return f"{datetime.fromtimestamp(path.stat().st_mtime, UTC):%Y%m%dT%H%M%SZ}"

"""Opens the database: one writer behind a lock, and any number of readers on the snapshot that it leaves behind.

Readers never touch the file that is being written; they see the state at the end of the last run.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from extractors.errors import StoreFull, StoreLocked, StoreTooNew, StoreUnreadable
from store import migrate, snapshot
from store.lock import writer_lock
from store.transactions import transaction as transaction

DATABASE_NAME = "crosswire.duckdb"

# No extension is fetched or loaded behind the user's back; what crosswire needs is built in.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def database_path(home: Path) -> Path:
    """Return the file that a writer of `home` opens. Readers use `snapshot.snapshot_path`."""
    return home / DATABASE_NAME


@contextmanager
def open_writer(home: Path) -> Generator[duckdb.DuckDBPyConnection]:
    """Open the database of `home` for writing, made and migrated as needed, and publish a snapshot at the end.

    What was committed is kept and published even when the block raises. Raises StoreLocked when another run is
    writing, StoreUnreadable for a damaged or missing file (it is left as it is), StoreTooNew, StoreFull.
    """
    _make(home)
    with writer_lock(home):
        path = database_path(home)
        connection = _open_primary(home, path)
        try:
            with _disk_errors(path):
                yield connection
        finally:
            with _disk_errors(path):
                _checkpoint_and_close(connection)
                snapshot.publish(path, home)


@contextmanager
def open_reader(home: Path) -> Generator[duckdb.DuckDBPyConnection]:
    """Open the snapshot of `home` read-only. Raises StoreUnreadable when there is none, or an unreadable one."""
    path = snapshot.existing_snapshot(home)
    connection = _connect(path, read_only=True)
    try:
        _require_current(connection, path)
        yield connection
    finally:
        connection.close()


def _make(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnreadable(f"cannot make the folder {home}: {error.strerror}: set CROSSWIRE_HOME") from None


def _open_primary(home: Path, path: Path) -> duckdb.DuckDBPyConnection:
    """Open and migrate; a file that cannot be this home's database is refused before DuckDB may touch it."""
    _refuse_lost(home, path)
    connection = _connect(path, read_only=False)
    try:
        with _disk_errors(path):
            migrate.migrate(connection)
            # Whoever holds the lock is the only writer: a run that still counts as running died.
            connection.execute("UPDATE core.run SET state = 'crashed' WHERE state = 'running'")
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_lost(home: Path, path: Path) -> None:
    """DuckDB takes an empty or missing file for a new database; where a run has ended before, it is a lost one."""
    lost = not path.exists() or path.stat().st_size == 0
    kept = snapshot.snapshot_path(home)
    if lost and kept.exists():
        raise StoreUnreadable(
            f"the database {path} is empty or missing, but its last snapshot is there: "
            f"copy {kept} to {path} to restore it, or delete the snapshot to start anew"
        )


def _connect(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    try:
        connection = duckdb.connect(str(path), read_only=read_only, config=_CONFIG)
        connection.execute("SET TimeZone = 'UTC'")
    except duckdb.Error as error:
        # Another program (not a crosswire run) may have the file open; DuckDB's own lock then says so.
        if "set lock on file" in str(error):
            raise StoreLocked(f"{path} is open in another program: {_first_line(error)}") from None
        raise _unreadable(path, error) from None
    return connection


def _unreadable(path: Path, error: Exception) -> StoreUnreadable:
    return StoreUnreadable(
        f"cannot read the database {path}: {_first_line(error)}; it is left as it is: restore it from snapshots/"
    )


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _require_current(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    found, known = migrate.version(connection), migrate.latest_version()
    if found > known:
        raise StoreTooNew(f"{path} has schema {found} and this crosswire knows {known}: install a newer crosswire")
    if found < known:
        raise StoreUnreadable(f"{path} was written by an older crosswire: run `crosswire run` once to bring it up")


@contextmanager
def _disk_errors(path: Path) -> Generator[None]:
    """Turn a full disk and a damaged file into their one-line errors; leave every other error alone."""
    try:
        yield
    except duckdb.Error as error:
        if any(sign in str(error) for sign in _FULL):
            raise StoreFull(f"no room left on the disk of {path}: free some and run again") from error
        if isinstance(error, duckdb.IOException | duckdb.FatalException | duckdb.InternalException):
            raise _unreadable(path, error) from error
        raise


# The operating system's words for a full disk, a reached quota and a limit on the size of files.
_FULL = ("No space left", "Disk quota exceeded", "File too large")


def _checkpoint_and_close(connection: duckdb.DuckDBPyConnection) -> None:
    try:
        connection.execute("CHECKPOINT")
    finally:
        connection.close()

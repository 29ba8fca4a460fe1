"""Opens the database: one writer behind a lock, and any number of readers on the snapshot that it leaves behind.

Readers never touch the file that is being written; they see the state at the end of the last run.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from extractors.errors import StoreTooNew, StoreUnreadable
from store import contents, migrate, run_ledger, snapshot, upgrade
from store.connecting import connect, disk_errors
from store.contents import Contents
from store.lock import writer_lock
from store.transactions import CommitCounter, count_commits
from store.transactions import transaction as transaction

DATABASE_NAME = "crosswire.duckdb"


def database_path(home: Path) -> Path:
    """Return the file that a writer of `home` opens. Readers use `snapshot.snapshot_path`."""
    return home / DATABASE_NAME


@contextmanager
def open_writer(home: Path) -> Generator[duckdb.DuckDBPyConnection]:
    """Open the database of `home` for writing, made and migrated as needed, and publish a snapshot at the end.

    What was committed is kept and published even when the block raises. Raises StoreLocked when another run is
    writing, StoreUnreadable for a damaged or missing file or one that lost rows since the last run (it is left as it
    is), StoreTooNew, StoreFull.
    """
    make_home(home)
    with writer_lock(home):
        path = database_path(home)
        connection = _open_primary(home, path)
        try:
            with disk_errors(path):
                yield connection
        finally:
            with disk_errors(path):
                left = _checkpoint_and_close(connection)
            _hand_over(home, path, left)


@contextmanager
def open_reader(home: Path) -> Generator[duckdb.DuckDBPyConnection]:
    """Open the snapshot of `home` read-only. Raises StoreUnreadable when there is none, or an unreadable one."""
    path = snapshot.existing_snapshot(home)
    advice = f"`crosswire check` says more; remove {path} and run again to have it made anew"
    with disk_errors(path, advice):
        connection = connect(path, read_only=True, advice=advice)
        try:
            _require_current(connection, path)
            yield connection
        finally:
            connection.close()


def look(home: Path, *, whole: bool = False) -> Contents | None:
    """Open the database read-only, compare it with the run ledger, and return what it holds; None for a new one.

    Opening it for writing would merge a damaged log into the file: so nothing has been touched when this raises
    StoreUnreadable or StoreTooNew. Call it while holding the writer's lock.
    """
    path = database_path(home)
    _refuse_lost(home, path)
    if not path.exists() or not path.stat().st_size:
        return None
    with disk_errors(path), connect(path, read_only=True) as connection:
        migrate.refuse_newer(migrate.version(connection))
        return run_ledger.compare(connection, path, home, whole=whole)


def make_home(home: Path) -> None:
    """Make the folder. Raises StoreUnreadable when that is not possible."""
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnreadable(f"cannot make the folder {home}: {error.strerror}: set CROSSWIRE_HOME") from None


def _open_primary(home: Path, path: Path) -> duckdb.DuckDBPyConnection:
    """Open and migrate; a file that cannot be this home's database is refused before DuckDB may touch it."""
    found = look(home)
    if found and 0 < found.schema < migrate.latest_version():
        upgrade.keep_a_copy(home, path, found)
    connection = connect(path, read_only=False)
    try:
        with disk_errors(path):
            counter = CommitCounter(found.commits if found else 0, lambda number: run_ledger.note_commit(home, number))
            count_commits(connection, counter)
            upgrade.bring_up(connection, home, found)
            _mark_crashed(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _mark_crashed(connection: duckdb.DuckDBPyConnection) -> None:
    """Whoever holds the lock is the only writer: a run that still counts as running died."""
    row = connection.execute("SELECT count(*) FROM core.run WHERE state = 'running'").fetchone()
    if row and row[0]:
        with transaction(connection):
            connection.execute("UPDATE core.run SET state = 'crashed' WHERE state = 'running'")


def _refuse_lost(home: Path, path: Path) -> None:
    """DuckDB takes an empty or missing file for a new database; where a run has ended before, it is a lost one."""
    lost = not path.exists() or path.stat().st_size == 0
    kept = snapshot.snapshot_path(home)
    if lost and kept.exists():
        raise StoreUnreadable(
            f"db_corrupt: the database {path} is empty or missing, but its last snapshot is there: "
            f"restore it with `crosswire restore latest`, or remove {kept.parent} and {run_ledger.ledger_path(home)} "
            "to start anew"
        )
    if lost and run_ledger.read(home).commits:
        raise StoreUnreadable(
            f"db_corrupt: the database {path} is empty or missing, but {run_ledger.ledger_path(home)} tells of one: "
            "restore a backup with `crosswire restore FILE`, or remove that file to start anew"
        )


def _require_current(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    found, known = migrate.version(connection), migrate.latest_version()
    if found > known:
        raise StoreTooNew(f"{path} has schema {found} and this crosswire knows {known}: install a newer crosswire")
    if found < known:
        raise StoreUnreadable(f"{path} was written by an older crosswire: run `crosswire run` once to bring it up")


def _checkpoint_and_close(connection: duckdb.DuckDBPyConnection) -> Contents:
    try:
        connection.execute("CHECKPOINT")
        return contents.measure(connection)
    finally:
        connection.close()


def _hand_over(home: Path, path: Path, left: Contents) -> None:
    """Publish what the run left, and note it in the ledger: with the digest of the copy, which was read whole."""
    try:
        published = snapshot.publish(path, home, left)
    except BaseException:
        run_ledger.note_run(home, path, left)
        raise
    if published:
        run_ledger.note_run(home, path, published)

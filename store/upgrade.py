"""Brings an older database up to this code's schema: a copy first, then the migrations, then a look at the result."""

from pathlib import Path

import duckdb

from extractors.errors import StoreUnreadable
from store import contents, migrate, snapshot
from store.connecting import connect, disk_errors
from store.contents import Contents


def copy_path(home: Path, schema: int) -> Path:
    """Return where the copy of a database is kept before it leaves `schema`."""
    return home / "backups" / f"before-schema-{schema + 1}.duckdb"


def keep_a_copy(home: Path, path: Path, found: Contents) -> None:
    """Copy the database and verify the copy. Raises StoreFull when there is no room: then nothing was changed."""
    with disk_errors(path), connect(path, read_only=False) as connection:
        connection.execute("CHECKPOINT")  # a killed run's log belongs to it
    target = copy_path(home, found.schema)
    with snapshot.room_needed(f"the database was not brought up to schema {migrate.latest_version()}"):
        target.parent.mkdir(exist_ok=True)
        with snapshot.whole_copy(path, target) as temporary:
            snapshot.verified_copy(temporary, found)


def bring_up(connection: duckdb.DuckDBPyConnection, home: Path, found: Contents | None) -> None:
    """Apply the missing migrations, write them into the file, and see that no row was lost.

    Raises StoreUnreadable with the place of the copy when a migration fails; what it had done is rolled back.
    """
    older = found is not None and 0 < found.schema < migrate.latest_version()
    if not found or not older:
        migrate.migrate(connection)
        return
    try:
        migrate.migrate(connection)
    except duckdb.Error as error:
        raise _failed(home, found, str(error).splitlines()[0]) from error
    connection.execute("CHECKPOINT")
    now = contents.measure(connection)
    if lost := now.lost_since(found):
        raise _failed(home, found, f"it lost rows ({lost})")
    if now.schema != migrate.latest_version():
        raise _failed(home, found, f"it stayed at schema {now.schema}")


def _failed(home: Path, found: Contents, why: str) -> StoreUnreadable:
    copy = copy_path(home, found.schema)
    return StoreUnreadable(
        f"db_migration: the database could not be brought up to schema {migrate.latest_version()}: {why}; "
        f"a copy from before is {copy}: install the crosswire that wrote it and run `crosswire restore {copy}`"
    )

"""Opens database files; a full disk or a damaged file becomes one line that says what to do."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from extractors.errors import StoreFull, StoreLocked, StoreUnreadable

# No extension is fetched or loaded behind the user's back; what crosswire needs is built in.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
# The operating system's words for a full disk, a reached quota and a limit on the size of files.
_FULL = ("No space left", "Disk quota exceeded", "File too large")

RESTORE = "it is left as it is: restore it with `crosswire restore latest`"


def connect(path: Path, *, read_only: bool, advice: str = RESTORE) -> duckdb.DuckDBPyConnection:
    """Open a file with times in UTC. Raises StoreLocked when another program has it, StoreUnreadable with `advice`."""
    try:
        connection = duckdb.connect(str(path), read_only=read_only, config=_CONFIG)
        connection.execute("SET TimeZone = 'UTC'")
    except duckdb.Error as error:
        # Another program (not a crosswire run) may have the file open; DuckDB's own lock then says so.
        if "set lock on file" in str(error):
            raise StoreLocked(f"locked: {path} is open in another program: {first_line(error)}") from None
        if _is_full(error):
            raise full(path) from None
        raise _unreadable(path, error, advice) from None
    return connection


@contextmanager
def disk_errors(path: Path, advice: str = RESTORE) -> Generator[None]:
    """Raise StoreFull for a full disk and StoreUnreadable for a damaged file; leave every other error alone."""
    try:
        yield
    except duckdb.Error as error:
        if _is_full(error):
            raise full(path) from error
        if isinstance(error, duckdb.IOException | duckdb.FatalException | duckdb.InternalException):
            raise _unreadable(path, error, advice) from error
        raise


def full(path: Path) -> StoreFull:
    """Return the error for a full disk."""
    return StoreFull(f"no room left on the disk of {path}: free some and run again; what was committed is kept")


def first_line(error: Exception) -> str:
    """Return an error's message without what follows its first line."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _is_full(error: Exception) -> bool:
    return any(sign in str(error) for sign in _FULL)


def _unreadable(path: Path, error: Exception, advice: str) -> StoreUnreadable:
    return StoreUnreadable(f"db_corrupt: cannot read the database {path}: {first_line(error)}; {advice}")

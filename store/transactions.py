"""Transactions that join: whatever a caller has begun, the functions of this room take part in."""

from collections.abc import Generator
from contextlib import contextmanager, suppress
from weakref import WeakSet

import duckdb

_begun: WeakSet[duckdb.DuckDBPyConnection] = WeakSet()


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Generator[None]:
    """Commit all of the block's statements, or none of them if it raises; inside another one, join that.

    Every error is raised on: after an error DuckDB's COMMIT would store nothing without saying so. For the same
    reason an error must not be caught within the block.
    """
    if connection in _begun:
        yield
        return
    connection.execute("BEGIN")
    _begun.add(connection)
    try:
        yield
    except BaseException:
        _begun.discard(connection)
        _roll_back(connection)
        raise
    _begun.discard(connection)
    connection.execute("COMMIT")


def _roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    # Nothing may be open any more (a fatal error ended it); the first error is the one to show.
    with suppress(duckdb.Error):
        connection.execute("ROLLBACK")

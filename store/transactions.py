"""Transactions that join: whatever a caller has begun, the functions of this room take part in. Commits are counted."""

from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from weakref import WeakKeyDictionary, WeakSet

import duckdb


class CommitCounter:
    """Counts a writer's commits within the database, and tells `note` each number once it is on the disk."""

    def __init__(self, number: int, note: Callable[[int], None]) -> None:
        self._number = number
        self._note = note

    def write(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Write the next number, as part of the transaction that it counts."""
        value = {"value": str(self._number + 1)}
        updated = connection.execute("UPDATE core.setting SET value = $value WHERE name = 'commits'", value).fetchone()
        if not updated or not updated[0]:
            connection.execute("INSERT INTO core.setting VALUES ('commits', $value)", value)

    def committed(self) -> None:
        """Take the number as reached."""
        self._number += 1
        self._note(self._number)


_begun: WeakSet[duckdb.DuckDBPyConnection] = WeakSet()
_counters: WeakKeyDictionary[duckdb.DuckDBPyConnection, CommitCounter] = WeakKeyDictionary()


def count_commits(connection: duckdb.DuckDBPyConnection, counter: CommitCounter) -> None:
    """Let `counter` count the transactions of this connection from now on."""
    _counters[connection] = counter


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Generator[None]:
    """Commit all of the block's statements, or none of them if it raises; inside another one, join that.

    Every error is raised on: after an error DuckDB's COMMIT would store nothing without saying so. For the same
    reason an error must not be caught within the block.
    """
    if connection in _begun:
        yield
        return
    counter = _counters.get(connection)
    connection.execute("BEGIN")
    _begun.add(connection)
    try:
        yield
        if counter:
            counter.write(connection)
    except BaseException:
        _begun.discard(connection)
        _roll_back(connection)
        raise
    _begun.discard(connection)
    connection.execute("COMMIT")
    if counter:
        counter.committed()


def _roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    # Nothing may be open any more (a fatal error ended it); the first error is the one to show.
    with suppress(duckdb.Error):
        connection.execute("ROLLBACK")

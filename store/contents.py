"""What a database holds, in numbers: commits, rows and a digest of every value, to be compared with another time."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import duckdb

from extractors.errors import StoreUnreadable
from store import migrate
from store.connecting import RESTORE, connect, disk_errors

GROWING = ("migration", "run", "article", "revision", "decision")
"""Tables of which no row is ever deleted: fewer rows than before are lost rows."""


@dataclass(frozen=True, slots=True)
class Contents:
    """A database at one moment. `rows` counts each table of schema core; `digest` is empty where it was not taken.

    A digest can be compared only with one that the same version of DuckDB made: its hash function may change.
    """

    schema: int
    commits: int
    run_id: str
    rows: dict[str, int]
    digest: str = ""
    duckdb: str = duckdb.__version__

    def lost_since(self, before: "Contents") -> str:
        """Say which rows of `before` are gone, or nothing."""
        fewer = (name for name in GROWING if self.rows.get(name, 0) < before.rows.get(name, 0))
        return ", ".join(f"{name}: {self.rows.get(name, 0)} of {before.rows[name]} rows" for name in fewer)


def measure(connection: duckdb.DuckDBPyConnection, *, whole: bool = False) -> Contents:
    """Count, and with `whole` read every value, so that every block's checksum is proved (4 s a gigabyte on 2 cores).

    Raises duckdb.IOException for a damaged block, StoreUnreadable for a database that crosswire did not make.
    """
    schema = migrate.version(connection)
    if not schema:
        return Contents(0, 0, "", {})
    tables = [name for (name,) in connection.execute(_TABLES).fetchall()]
    counts = connection.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM core.{name}" for name in tables))
    rows = {str(name): int(count) for name, count in counts.fetchall()}
    digest = _digest(connection, tables) if whole else ""
    return Contents(schema, commits(connection), _last_run(connection), dict(sorted(rows.items())), digest)


def commits(connection: duckdb.DuckDBPyConnection) -> int:
    """Return how many transactions the database has seen; 0 before the first one, or before they were counted."""
    try:
        row = connection.execute("SELECT value FROM core.setting WHERE name = 'commits'").fetchone()
    except duckdb.CatalogException:
        return 0
    return int(row[0]) if row else 0


def verified(path: Path, advice: str = RESTORE) -> Contents:
    """Read the whole file and return what it holds. Raises StoreUnreadable for a damaged one."""
    with disk_errors(path, advice), connect(path, read_only=True, advice=advice) as connection:
        found = measure(connection, whole=True)
    if not found.schema:
        raise StoreUnreadable(f"{path} holds no crosswire database: name another file")
    return found


def _digest(connection: duckdb.DuckDBPyConnection, tables: list[str]) -> str:
    """The order of rows does not matter, how often each occurs does."""
    sums = (connection.execute(f"SELECT sum(hash(t)) FROM core.{name} t").fetchone() for name in tables)
    return hashlib.sha256(repr([(name, row) for name, row in zip(tables, sums, strict=True)]).encode()).hexdigest()


def _last_run(connection: duckdb.DuckDBPyConnection) -> str:
    row = connection.execute("SELECT run_id FROM core.run ORDER BY started_at DESC, run_id LIMIT 1").fetchone()
    return str(row[0]) if row else ""


_TABLES = "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'core' AND NOT temporary ORDER BY table_name"

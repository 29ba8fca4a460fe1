"""The ledger of runs: when each began and ended, and what became of every item it saw. The counts always add up."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

import duckdb

from extractors.records import content_id
from store.transactions import transaction

RunState = Literal["completed", "failed"]


@dataclass(frozen=True, slots=True)
class RunCounts:
    """What became of the items of a run. Raises ValueError when the parts are not exactly what was fetched."""

    fetched: int = 0
    stored: int = 0
    """New articles and new revisions, copies not counted."""
    unchanged: int = 0
    copies: int = 0
    skipped: int = 0
    failed: int = 0

    def __post_init__(self) -> None:
        parts = self.stored + self.unchanged + self.copies + self.skipped + self.failed
        if parts != self.fetched or min(asdict(self).values()) < 0:
            raise ValueError(f"a run's counts do not add up: {self}")


def start(connection: duckdb.DuckDBPyConnection, flow: str, now: datetime) -> str:
    """Open a run of `flow` and return its id. Until `finish` it counts as running; if its writer dies, as crashed."""
    row = connection.execute("SELECT count(*) FROM core.run").fetchone()
    run_id = content_id(flow, now.isoformat(), row)
    with transaction(connection):
        connection.execute(
            "INSERT INTO core.run VALUES ($run_id, $flow, $now, NULL, 'running', 0, 0, 0, 0, 0, 0)",
            {"run_id": run_id, "flow": flow, "now": now},
        )
    return run_id


def finish(
    connection: duckdb.DuckDBPyConnection, run_id: str, counts: RunCounts, state: RunState, now: datetime
) -> None:
    """Close a run with its counts. Raises KeyError for an unknown run."""
    values = {"run_id": run_id, "state": state, "now": now, **asdict(counts)}
    with transaction(connection):
        updated = connection.execute(_FINISH, values).fetchone()
        if not updated or not updated[0]:
            raise KeyError(run_id)


_FINISH = """
    UPDATE core.run SET finished_at = $now, state = $state, fetched = $fetched, stored = $stored,
           unchanged = $unchanged, copies = $copies, skipped = $skipped, failed = $failed
    WHERE run_id = $run_id
"""


def copies_of_run(connection: duckdb.DuckDBPyConnection, run_id: str) -> int:
    """Count the articles that this run stored (new or revised) and that are copies of another article."""
    row = connection.execute(
        "SELECT count(*) FROM core.article WHERE run_id = $run_id AND copy_of IS NOT NULL", {"run_id": run_id}
    ).fetchone()
    return int(row[0]) if row else 0

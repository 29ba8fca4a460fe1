"""Keeps the row of a run: what it met, and how it ended, also when it ends badly."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime

import duckdb

from flows.clock import now
from store import runs
from store.articles import StoreCounts
from store.runs import RunCounts, RunState


class RunningCount:
    """Adds up what a run meets. `copies` are known only at the end, when the articles have been compared."""

    def __init__(self, run_id: str, started_at: datetime) -> None:
        self.run_id = run_id
        self.started_at = started_at
        self.stored = self.unchanged = self.skipped = self.failed = 0

    def add(self, kept: StoreCounts, *, unchanged: int = 0, skipped: int = 0, failed: int = 0) -> None:
        """Count one feed or one batch: what the store took, and what never reached it."""
        self.stored += kept.stored + kept.revised
        self.unchanged += kept.unchanged + unchanged
        self.skipped += skipped
        self.failed += failed

    def counts(self, copies: int = 0) -> RunCounts:
        """The row's numbers; they add up by construction."""
        return RunCounts(
            fetched=self.stored + self.unchanged + self.skipped + self.failed,
            stored=self.stored - copies,
            unchanged=self.unchanged,
            copies=copies,
            skipped=self.skipped,
            failed=self.failed,
        )


@contextmanager
def recorded(connection: duckdb.DuckDBPyConnection, flow: str) -> Generator[RunningCount]:
    """Open a run's row and close it as completed or failed. An exception passes on after the row is written."""
    started = now()
    running = RunningCount(runs.start(connection, flow, started), started)
    try:
        yield running
    except BaseException:
        _finish(connection, running, "failed")
        raise
    _finish(connection, running, "completed")


def _finish(connection: duckdb.DuckDBPyConnection, running: RunningCount, state: RunState) -> None:
    copies = runs.copies_of_run(connection, running.run_id)
    runs.finish(connection, running.run_id, running.counts(copies), state, now())

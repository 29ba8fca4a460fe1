"""Compares what is new with what is stored, and gathers what a run has to tell."""

import duckdb

from flows.clock import now
from flows.progress import Progress
from flows.recording import RunningCount
from flows.settings import Settings
from flows.summary import NO_VISITS, RunSummary, Visits
from flows.tools import load_packs
from store import runs
from store.contradictions import list_contradictions
from store.crosscheck.run import crosscheck
from store.db import database_path


def compare(connection: duckdb.DuckDBPyConnection, settings: Settings, progress: Progress) -> None:
    """Find copies, origins, stories and contradictions among the new articles. Does nothing when none is new."""
    progress.stage("Comparing sources", 1)
    crosscheck(connection, load_packs(tuple(settings.packs)), now=now())
    progress.advance()


def summarise(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    running: RunningCount,
    flow: str,
    visits: Visits = NO_VISITS,
) -> RunSummary:
    """Return what the run did, with the contradictions that are new or other than before."""
    still_open = list_contradictions(connection, state="open")
    return RunSummary(
        run_id=running.run_id,
        flow=flow,
        counts=running.counts(runs.copies_of_run(connection, running.run_id)),
        visits=visits,
        changed=tuple(row for row in still_open if row.last_seen >= running.started_at),
        open_contradictions=len(still_open),
        database=database_path(settings.home),
    )

"""Reads every stored article that has not been read yet, batch by batch, and keeps what was found."""

from collections.abc import Callable, Sequence

import duckdb

from extractors.records import Analysis, Article
from flows.progress import Progress
from flows.settings import Settings
from store import analyses, articles

Read = Callable[[Sequence[Article], Settings], Sequence[Analysis]]


def analyse_pending(connection: duckdb.DuckDBPyConnection, settings: Settings, read: Read, progress: Progress) -> int:
    """Analyse what is pending and return how many articles that were. Each batch is one transaction.

    The models are loaded only when something is pending; a run that was cut off goes on where it stopped.
    """
    pending = articles.count_pending(connection)
    if not pending:
        return 0
    progress.stage("Reading articles", pending)
    while batch := articles.pending(connection, settings.analyse_batch):
        analyses.store(connection, read(batch, settings), model=settings.encoder_model)
        progress.advance(len(batch))
    return pending

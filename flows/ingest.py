"""The daily flow: fetch every feed, keep what is new, read it, compare the sources."""

from typing import Any

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from flows.analyse import analyse_pending
from flows.crosscheck import compare, summarise
from flows.feedsfile import load_feeds
from flows.keeping import CONCURRENCY, keep_all
from flows.progress import Progress, Silent
from flows.recording import recorded
from flows.settings import Settings, load_settings
from flows.summary import RunSummary
from flows.tasks import analyse_batch
from store.db import open_writer

# Prefect types the runner by the futures that it makes, and `flow` does not take that type.
_RUNNER: Any = ThreadPoolTaskRunner(max_workers=CONCURRENCY)


@flow(name="ingest", task_runner=_RUNNER, validate_parameters=False, persist_result=False)
def ingest(settings: Settings | None = None, progress: Progress | None = None, scheduled: bool = False) -> RunSummary:
    """Run once over the feeds of the settings. A failed feed is data; `succeeded` is false if none could be read.

    A `scheduled` run leaves feeds alone that back off because they failed; a run that a person starts visits them.
    """
    settings, progress = settings or load_settings(), progress or Silent()
    wanted = load_feeds(settings.feeds)
    with open_writer(settings.home) as connection, recorded(connection, "ingest") as running:
        visits = keep_all(connection, settings, wanted, running, progress, scheduled=scheduled)
        analyse_pending(connection, settings, analyse_batch, progress)
        compare(connection, settings, progress)
        running.failed_whole = not visits.succeeded
        return summarise(connection, settings, running, "ingest", visits)

"""The daily flow: fetch every feed, keep what is new, read it, compare the sources."""

from collections.abc import Iterator, Sequence
from typing import Any

from prefect import flow
from prefect.futures import as_completed
from prefect.task_runners import ThreadPoolTaskRunner

from extractors.errors import NothingFetched
from flows.analyse import analyse_pending
from flows.collect import Collected
from flows.crosscheck import compare, summarise
from flows.feedsfile import load_feeds
from flows.keeping import Visit, keep_all
from flows.progress import Progress, Silent
from flows.recording import recorded
from flows.settings import Settings, load_settings
from flows.summary import RunSummary, Visits
from flows.tasks import analyse_batch, collect
from store.db import open_writer

CONCURRENCY = 8
"""Feeds that are fetched at a time; one host still sees one request at a time."""

# Prefect types the runner by the futures that it makes, and `flow` does not take that type.
_RUNNER: Any = ThreadPoolTaskRunner(max_workers=CONCURRENCY)


@flow(name="ingest", task_runner=_RUNNER, validate_parameters=False, persist_result=False)
def ingest(settings: Settings | None = None, progress: Progress | None = None, scheduled: bool = False) -> RunSummary:
    """Run once over the feeds of the settings. A failed feed is data; if all fail: NothingFetched.

    A `scheduled` run leaves feeds alone that back off because they failed; a run that a person starts visits them.
    """
    settings, progress = settings or load_settings(), progress or Silent()
    wanted = load_feeds(settings.feeds)
    with open_writer(settings.home) as connection, recorded(connection, "ingest") as running:
        visits = keep_all(connection, settings, wanted, running, progress, side_by_side, scheduled=scheduled)
        analyse_pending(connection, settings, analyse_batch, progress)
        compare(connection, settings, progress)
        _require_one(visits)
        return summarise(connection, settings, running, "ingest", visits)


def _require_one(visits: Visits) -> None:
    """Raises NothingFetched where feeds were due and none could be read: then something is wrong at this end."""
    if visits.made and len(visits.trouble) == visits.made:
        first = visits.trouble[0]
        raise NothingFetched(
            f"no feed could be read ({visits.made} tried); {first.outlet}: {first.error}; is the network there? "
            'All reasons: crosswire sql "SELECT outlet, last_error FROM feeds"'
        )


def side_by_side(visits: Sequence[Visit]) -> Iterator[Collected]:
    """Make each visit a task, and yield what it gave as soon as it is done."""
    futures = [collect.submit(*visit) for visit in visits]
    for future in as_completed(futures):
        yield future.result()

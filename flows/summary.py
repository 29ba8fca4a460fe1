"""What a run did, as a record: the counts, the feeds that failed, and what is to be shown."""

from dataclasses import dataclass
from pathlib import Path

from store.contradictions import ContradictionRow
from store.runs import RunCounts


@dataclass(frozen=True, slots=True)
class FeedTrouble:
    """A feed that could not be read, with its code and message."""

    url: str
    outlet: str
    error: str


@dataclass(frozen=True, slots=True)
class Visits:
    """How the visits to the feeds went: `made` in all, `waiting` not made because the feed had asked for rest."""

    made: int
    unchanged: int
    waiting: int
    trouble: tuple[FeedTrouble, ...]


NO_VISITS = Visits(0, 0, 0, ())


@dataclass(frozen=True, slots=True)
class RunSummary:
    """The result of one run. `changed` are the contradictions that are new or other than before."""

    run_id: str
    flow: str
    counts: RunCounts
    visits: Visits
    changed: tuple[ContradictionRow, ...]
    open_contradictions: int
    database: Path

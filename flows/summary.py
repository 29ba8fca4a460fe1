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
class RunSummary:
    """The result of one run. `changed` are the contradictions that are new or other than before."""

    run_id: str
    flow: str
    counts: RunCounts
    feeds: int
    feeds_unchanged: int
    trouble: tuple[FeedTrouble, ...]
    changed: tuple[ContradictionRow, ...]
    open_contradictions: int
    database: Path

    @property
    def succeeded(self) -> bool:
        """Whether at least one feed could be read; a run without feeds (an import) has nothing to fail at."""
        return not self.feeds or len(self.trouble) < self.feeds

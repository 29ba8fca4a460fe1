"""What a long run shows while it works. Operations report stages; where they are shown is decided by the caller."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol, runtime_checkable


@runtime_checkable  # Prefect builds a schema of the flow's parameters from their types
class Progress(Protocol):
    """Receives the stages of a run."""

    def stage(self, label: str, total: int) -> None:
        """Begin a stage of `total` steps."""
        ...

    def advance(self, steps: int = 1) -> None:
        """Some steps of the current stage are done."""
        ...


class Silent:
    """Shows nothing: for --quiet, scheduled runs and tests."""

    def stage(self, label: str, total: int) -> None:
        """Ignore the stage."""

    def advance(self, steps: int = 1) -> None:
        """Ignore the steps."""


class Bars:
    """One bar a stage, with counts and time left, on standard error."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        self._bars = RichProgress(
            TextColumn("{task.description:<22}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._task = None

    def stage(self, label: str, total: int) -> None:
        """Finish the bar of the stage before and start a new one."""
        self._task = self._bars.add_task(label, total=total)

    def advance(self, steps: int = 1) -> None:
        """Move the current bar."""
        if self._task is not None:
            self._bars.advance(self._task, steps)

    def start(self) -> None:
        """Begin to draw."""
        self._bars.start()

    def stop(self) -> None:
        """Leave the finished bars on the screen."""
        self._bars.stop()


@contextmanager
def shown(quiet: bool) -> Generator[Progress]:
    """Yield bars for a person, or silence."""
    if quiet:
        yield Silent()
        return
    bars = Bars()
    bars.start()
    try:
        yield bars
    finally:
        bars.stop()

"""A watchdog for tests with hostile input: what does not end is a failure, how fast it ends is a benchmark's matter."""

import signal
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

FAR_TOO_LONG = 60
"""Seconds: many times what a linear reading of the inputs here takes, also on a busy machine."""


@contextmanager
def ends(seconds: int = FAR_TOO_LONG) -> Generator[None]:
    """Fail where the block runs on for `seconds`: so long only a quadratic or an endless reading takes."""

    def give_up(_signal: int, _frame: FrameType | None) -> None:
        raise AssertionError(f"still not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)

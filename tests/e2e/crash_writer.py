"""A writer that can be killed: stores generated articles and findings through the real store, without models.

As a script it loads everything once and forks a process for each request on standard input:
{"home", "feeds", "point", "call", "delay"}: killed at a named point, at its n-th call into DuckDB, or after a delay
in seconds; with none of them it runs to its end. The answer is how the process ended.
"""

import importlib
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from extractors import packs
from extractors.packs import Packs
from extractors.records import Analysis, Article, Skipped
from store import analyses, articles, feeds, runs
from store.crosscheck.run import crosscheck
from store.db import open_writer, transaction
from tests.factories import analysis, article, figure, mention

MOMENT = datetime(2026, 7, 6, 12, tzinfo=UTC)
ARTICLES_A_FEED = 4

POINTS: tuple[tuple[str, str, int], ...] = (
    # Function of the store, whether the writer dies before or after it, and at which of its calls.
    ("db._open_primary", "before", 1),
    ("db.look", "after", 1),
    ("migrate._apply", "after", 1),
    ("migrate._refresh_views", "after", 1),
    ("db._open_primary", "after", 1),
    ("runs.start", "after", 1),
    ("feeds.sync", "after", 1),
    ("articles.store", "after", 2),
    ("feeds.record", "after", 2),
    ("transactions.CommitCounter.write", "after", 4),
    ("transactions.CommitCounter.committed", "before", 5),
    ("transactions.CommitCounter.committed", "after", 5),
    ("analyses._forget", "after", 1),
    ("entities.merge", "after", 2),
    ("analyses.store", "after", 1),
    ("crosscheck.staging.mark_checked", "after", 1),
    ("runs.finish", "before", 1),
    ("runs.finish", "after", 1),
    ("db._checkpoint_and_close", "before", 1),
    ("contents.measure", "after", 1),
    ("db._checkpoint_and_close", "after", 1),
    ("snapshot._sync", "before", 1),
    ("snapshot.verified_copy", "after", 1),
    ("snapshot._keep", "before", 1),
    ("snapshot._link", "after", 1),
    ("snapshot._keep", "after", 1),
    ("run_ledger.note_run", "before", 1),
    ("run_ledger._write", "before", 1),
    ("run_ledger._write", "after", 1),
    ("db._hand_over", "after", 1),
)


def write(home: Path, number: int) -> None:
    """One run over the first `number` feeds, as the daily flow does it; repeating it changes nothing."""
    listed = [
        feeds.FeedRow(f"feed-{each}", f"https://feed-{each}.example/rss", f"Outlet {each}") for each in range(number)
    ]
    with open_writer(home) as connection:
        run_id = runs.start(connection, "ingest", MOMENT)
        feeds.sync(connection, listed)
        for feed in listed:
            with transaction(connection):
                skipped = [Skipped(f"{feed.url}/empty", "no_text", "the page holds no text")]
                articles.store(connection, _articles(feed), skipped, run_id)
                feeds.record(connection, feeds.FeedOutcome(feed.feed_id, etag='"1"', title=feed.outlet), MOMENT)
        while batch := articles.pending(connection, 5):
            analyses.store(connection, [_read(each) for each in batch], "generated")
        crosscheck(connection, known_packs(), now=MOMENT)
        runs.finish(connection, run_id, runs.RunCounts(), "completed", MOMENT)


@cache
def known_packs() -> Packs:
    """The shipped packs, read once."""
    return packs.load()


def _articles(feed: feeds.FeedRow) -> list[Article]:
    number = int(feed.feed_id.removeprefix("feed-"))
    return [
        article(f"{number}-{each}", text=_text(number, each), outlet=feed.outlet, feed_id=feed.feed_id)
        for each in range(ARTICLES_A_FEED)
    ]


def _text(number: int, each: int) -> str:
    """The first article of each feed gives another number of parameters for the same model; the rest is noise."""
    chance = random.Random(number * 100 + each)
    stated = f"GLM-5.2 has {700 + 20 * number}B parameters." if not each else "GLM-5.2 was shown at the fair."
    noise = (" ".join("".join(chance.choices("aeioubdgklmnprst", k=6)) for _ in range(12)) for _ in range(20))
    return " ".join((stated, *(f"The {words}." for words in noise)))


def _read(of: Article) -> Analysis:
    known = [mention("GLM-5.2", of.text)]
    quote = of.text.partition(" has ")[2].partition(".")[0] if " has " in of.text else ""
    stated = [figure(quote, of.text, value=int(quote.partition("B")[0]) * 10**9)] if quote else []
    chance = random.Random(of.article_id)
    return analysis(of, mentions=known, figures=stated, embedding=[chance.uniform(-1, 1) for _ in range(16)])


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _arm(point: str) -> None:
    """Replace the named function by one that dies before or after it, in every module that has it by name."""
    name, when, nth = next(each for each in POINTS if _name(each) == point)
    *modules, attribute = name.split(".")
    owner: Any = importlib.import_module(f"store.{'.'.join(part for part in modules if part.islower())}")
    for part in (part for part in modules if not part.islower()):
        owner = getattr(owner, part)
    whole: Callable[..., Any] = getattr(owner, attribute)
    calls = 0

    def dying(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == nth and when == "before":
            _die()
        result = whole(*args, **kwargs)
        if calls == nth and when == "after":
            _die()
        return result

    setattr(owner, attribute, dying)


def _arm_call(nth: int) -> None:
    """Die right after the n-th call of a built-in method of DuckDB's connection, wherever it stands."""
    calls = 0

    def count(frame: Any, event: str, function: Any) -> None:
        nonlocal calls
        if event == "c_return" and getattr(function, "__name__", "") == "execute":
            calls += 1
            if calls == nth:
                _die()

    sys.setprofile(count)


def _name(point: tuple[str, str, int]) -> str:
    return f"{point[1]} {point[0]} {point[2]}"


POINT_NAMES = tuple(_name(point) for point in POINTS)


def _child(request: dict[str, Any]) -> None:
    try:
        if request.get("point"):
            _arm(request["point"])
        if request.get("call"):
            _arm_call(request["call"])
        write(Path(request["home"]), request["feeds"])
        os._exit(0)
    except BaseException as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        os._exit(1)


def _serve(request: dict[str, Any]) -> str:
    started = time.monotonic()
    child = os.fork()
    if not child:
        _child(request)
    if request.get("delay"):
        time.sleep(request["delay"])
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    ended = "killed" if os.WIFSIGNALED(status) else "ended" if not os.WEXITSTATUS(status) else "failed"
    return f"{ended} {time.monotonic() - started:.3f}"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _load() -> None:
    """What the store imports when it is needed: loaded once, before any fork."""
    for name in ("filelock", "numpy", "scipy.sparse", "sklearn.feature_extraction.text", "sklearn.preprocessing"):
        importlib.import_module(name)
    known_packs()


if __name__ == "__main__":
    _load()
    _say("ready")
    for line in sys.stdin:
        _say(_serve(json.loads(line)))

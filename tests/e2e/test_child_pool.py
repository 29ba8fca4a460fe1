import os
import signal
import threading
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from extractors.errors import FeedUnreadable
from extractors.records import Article, FeedEntry, Skipped
from flows.child_pool import ChildError, ChildPool
from flows.parsing import IN_PROCESS, InChildren
from tests import hostile_jobs
from tests.bounded import ends

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
TEXT = "The harbour council of Northport voted on Tuesday to spend 41 million euros on a new ferry terminal. " * 4
PAGE = f"<html lang=en><head><title>Ferry</title></head><body><article><p>{TEXT}</p></article></body></html>".encode()
FEED = b'<rss version="2.0"><channel><title>H</title><item><title>A</title><link>/a</link></item></channel></rss>'
ENTRY = FeedEntry("https://harbour.example/a", "Ferry")
JOBS = "tests.hostile_jobs"


@pytest.fixture(scope="module")
def pool() -> Generator[ChildPool]:
    with ChildPool(wall=3, cpu=1, memory=96 << 20, size=2) as running:
        yield running


def page(parser: InChildren, body: bytes = PAGE) -> Article | Skipped:
    more: dict[str, Any] = {"url": ENTRY.url, "outlet": "Harbour Post", "feed_id": "f", "fetched_at": NOW}
    return parser.page(body, "text/html", ENTRY, **more)


def test_records_come_back_as_if_they_were_made_here(pool: ChildPool) -> None:
    parser = InChildren(pool)
    more: dict[str, Any] = {"url": ENTRY.url, "outlet": "Harbour Post", "feed_id": "f", "fetched_at": NOW}
    here = IN_PROCESS.page(PAGE, "text/html", ENTRY, **more)
    assert isinstance(here, Article)
    assert page(parser) == here
    given: dict[str, Any] = {"url": "https://harbour.example/feed", "content_type": "", "limit": 500}
    assert parser.feed(FEED, **given) == IN_PROCESS.feed(FEED, **given)


def test_unreadable_feed_keeps_its_code(pool: ChildPool) -> None:
    with pytest.raises(FeedUnreadable) as caught:
        InChildren(pool).feed(b"<html><body>x", url="https://harbour.example/", content_type="", limit=5)
    assert caught.value.code == "html"


@pytest.mark.parametrize(
    ("job", "code"),
    [
        ("spin", "parse_timeout"),
        ("sleep", "parse_timeout"),
        ("fill", "parse_memory"),
        ("die", "parse_crash"),
        ("leave", "parse_crash"),
        ("recurse_in_c", "parse_crash"),
        ("fail", "internal"),
        ("connect", "internal"),
        ("write", "internal"),
        ("start", "internal"),
        ("give_code", "parse_crash"),
        ("give_much", "parse_memory"),
    ],
)
def test_whatever_a_job_does_it_ends_in_time_with_a_code(pool: ChildPool, job: str, code: str) -> None:
    with ends(), pytest.raises(ChildError) as caught:
        pool.call(f"{JOBS}:{job}")
    assert caught.value.code == code
    assert "\n" not in caught.value.message
    assert pool.call(f"{JOBS}:add", 2, 3) == 5, "the next job finds a sound child"


def test_children_stay_warm_and_see_no_settings(pool: ChildPool, monkeypatch: pytest.MonkeyPatch) -> None:
    first = pool.call(f"{JOBS}:process_id")
    assert first != os.getpid()
    assert {pool.call(f"{JOBS}:process_id") for _ in range(5)} == {first}
    monkeypatch.setenv("SECRET_TOKEN", "x")
    with ChildPool(size=1) as other:
        assert "SECRET_TOKEN" not in other.call(f"{JOBS}:variables")


def test_one_bad_job_among_many_threads_harms_no_other(pool: ChildPool) -> None:
    def call(number: int) -> object:
        try:
            return pool.call(f"{JOBS}:die") if number % 5 == 0 else pool.call(f"{JOBS}:add", number, 1)
        except ChildError as error:
            return error.code

    with ThreadPoolExecutor(8) as threads:
        got = list(threads.map(call, range(20)))
    assert got == ["parse_crash" if number % 5 == 0 else number + 1 for number in range(20)]


def test_child_that_was_killed_while_it_waited_is_replaced(pool: ChildPool) -> None:
    number = pool.call(f"{JOBS}:process_id")
    os.kill(number, signal.SIGKILL)
    time.sleep(0.1)
    assert pool.call(f"{JOBS}:add", 1, 1) == 2


def test_close_ends_the_children() -> None:
    with ChildPool(size=2) as running:
        numbers = {running.call(f"{JOBS}:process_id")}
        busy = threading.Thread(target=lambda: running.call(f"{JOBS}:nap", 0.5))
        busy.start()
        time.sleep(0.1)
    busy.join()
    for number in numbers:
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)


def test_page_that_ends_the_parser_becomes_a_skipped_row() -> None:
    with ChildPool(wall=1, cpu=1, size=1) as running:
        parser = InChildren(running)
        assert isinstance(page(parser), Article)
        deep = page(parser, b"<html><body>" + b"<div>" * 29_000 + TEXT.encode() + b"</div>" * 29_000)
        assert isinstance(deep, Article) or deep.reason in {"parse_timeout", "parse_crash", "parse_memory", "empty"}
        assert isinstance(page(parser), Article)


def test_hostile_jobs_are_harmless_here() -> None:
    assert hostile_jobs.add(1, 2) == 3

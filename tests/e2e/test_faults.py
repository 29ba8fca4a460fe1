"""Whole runs against servers that misbehave: each fault is one coded line, and harms nothing else."""

import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

import flows.keeping
import flows.recording
from flows.collect import Collected, collect_feed
from flows.feedsfile import load_feeds
from flows.keeping import Visit, keep_all
from flows.progress import Silent
from flows.recording import recorded
from flows.settings import Limits, Settings
from flows.summary import RunSummary, Visits
from store.check import check
from store.db import open_reader, open_writer
from tests.e2e.local_site import page, rss, write_feeds
from tests.faults import FaultServer, Route, fault_server, zipped

pytestmark = [pytest.mark.models, pytest.mark.prefect, pytest.mark.usefixtures("prefect_url")]

HEAD = b"HTTP/1.1 200 OK\r\n"
START = datetime(2026, 11, 2, 6, tzinfo=UTC)
LIMITS = Limits(
    connect=2, idle=1, total=2, redirects=3, feed_bytes=9_000_000, page_bytes=1_000_000, parse_cpu=1, parse_total=15
)


def text(about: str) -> str:
    return "\n".join(
        f"Paragraph {number} on {about}: the council heard about the works, their cost and their time, and "
        f"the members for {about} put the decision off until the spring, when the report of the surveyor is due."
        for number in range(1, 5)
    )


class Clock:
    """The time of the runs, which tests move."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def later(self, **more: float) -> None:
        self.time += timedelta(**more)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    for module in (flows.keeping, flows.recording):
        monkeypatch.setattr(module, "now", made)
    return made


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with fault_server() as running:
        yield running


def settings_for(tmp_path: Path, *servers: FaultServer, **limits: Any) -> Settings:
    return Settings(
        home=tmp_path / "home",
        feeds=tmp_path / "feeds.toml",
        allow=tuple(one.place for one in servers),
        delay=0.0,
        limits=LIMITS.model_copy(update=limits),
    )


def run(settings: Settings) -> RunSummary:
    from flows.ingest import ingest

    return ingest(settings)


def visit(settings: Settings, *, scheduled: bool = False) -> Visits:
    """Do the fetching part of a run, without Prefect, models and comparison: many days take a second."""
    with open_writer(settings.home) as connection, recorded(connection, "ingest") as running:
        wanted = load_feeds(settings.feeds)
        return keep_all(connection, settings, wanted, running, Silent(), one_by_one, scheduled=scheduled)


def _no_wait(_seconds: float) -> None:
    """Stand in for a pause."""


def one_by_one(visits: Sequence[Visit]) -> Iterator[Collected]:
    """Parse here and do not wait between tries: that is what makes the days quick."""
    for gateway, feed, known, now, limit, _, shared in visits:
        vars(gateway)["_sleep"] = _no_wait
        yield collect_feed(gateway, feed, known, now=now, limit=limit, shared=shared)


def rows(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with open_reader(settings.home) as connection:
        assert not check(connection)
        return connection.execute(sql).fetchall()


def errors(settings: Settings) -> dict[str, str]:
    found = dict(rows(settings, "SELECT outlet, last_error FROM feeds WHERE last_error IS NOT NULL"))
    assert all("\n" not in error for error in found.values())
    return {outlet: error.partition(":")[0] for outlet, error in found.items()}


def healthy(server: FaultServer, name: str) -> str:
    """Give the server a feed of one article; return the feed's URL."""
    story = page(f"Council of {name} waits", text(name))
    server.routes[f"/{name}/story"] = lambda request: request.answer(body=story.encode(), Content_Type="text/html")
    feed = rss(name, {f"{server.base}/{name}/story": f"Council of {name} waits"})
    server.routes[f"/{name}/feed"] = lambda request: request.answer(200, feed.encode(), ETag='"1"')
    return f"{server.base}/{name}/feed"


def body(data: bytes, **headers: str) -> Route:
    return lambda request: request.answer(200, data, **headers)


def raw(data: bytes) -> Route:
    return lambda request: request.write(data)


def chained_entities(size: int = 770_000) -> bytes:
    declared = b'<!ENTITY a0 "x">' + b"".join(b'<!ENTITY a%d "&a%d;">' % (n, n - 1) for n in range(1, size // 22))
    return b"<!DOCTYPE rss [" + declared + b"]><rss><channel><item><title>&a9;</title></item></channel></rss>"


def long_feed(items: int = 26_000) -> bytes:
    item = (
        b"<item><title>%d</title><link>http://a.example/%d</link><description>"
        + b"word " * 40
        + b"</description></item>"
    )
    return b"<rss version='2.0'><channel>" + b"".join(item % (n, n) for n in range(items)) + b"</channel></rss>"


FAULTS: dict[str, tuple[str, Route]] = {
    "dripping body": ("timeout", lambda r: (r.write(HEAD + b"Content-Length: 9999\r\n\r\n"), r.drip(b"x" * 999))),
    "dripping head": ("timeout", lambda r: r.drip(HEAD + b"X-Filler: " + b"x" * 999)),
    "silence": ("timeout", lambda r: r.stop.wait(3)),
    "1xx flood": ("timeout", lambda r: [r.write(b"HTTP/1.1 103 H\r\n\r\n") or r.stop.wait(0.01) for _ in range(400)]),
    "huge head": ("bad_answer", raw(HEAD + b"X: " + b"x" * 300_000 + b"\r\n\r\n")),
    "no HTTP": ("bad_answer", raw(b"SSH-2.0-OpenSSH\r\n\r\n")),
    "reset": ("connect", lambda r: None),
    "cut body": ("truncated", raw(HEAD + b"Content-Length: 50\r\n\r\nabc")),
    "cut gzip": ("truncated", lambda r: r.answer(body=zipped(bytes(range(256)) * 9)[:-12], Content_Encoding="gzip")),
    "gzip bomb": ("too_large", body(zipped(b"0" * 50_000_000), Content_Encoding="gzip")),
    "brotli": ("bad_encoding", body(b"\x8b\x02\x80", Content_Encoding="br")),
    "redirect loop": ("too_many_redirects", lambda r: r.answer(302, Location="/feed")),
    "redirect inward": ("blocked_address", lambda r: r.answer(302, Location="http://169.254.169.254/latest")),
    "redirect to loopback": ("blocked_address", lambda r: r.answer(302, Location="http://2130706433:8080/")),
    "redirect to a file": ("bad_url", lambda r: r.answer(302, Location="file:///etc/passwd")),
    "gone": ("gone", lambda r: r.answer(410)),
    "broken": ("http_500", lambda r: r.answer(500)),
    "asks for rest": ("rate_limited", lambda r: r.answer(429, Retry_After="60")),
    "unasked 304": ("http_304", lambda r: r.answer(304)),
    "nothing": ("empty", body(b"")),
    "login page": ("login", body(b"<html><form><input type=password></form></html>")),
    "wrong encoding": ("not_xml", body(b"<?xml version='1.0' encoding='zip'?>\xff\xfe\x00")),
    "chained entities": ("entities", body(chained_entities())),
    "too long to parse": ("parse_timeout", body(long_feed())),
}
ITEMS: dict[str, tuple[set[str], bytes]] = {
    "many attributes": ({"unreadable"}, b"<html><body " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">"),
    "deep": ({"parse_timeout", "parse_crash", "empty", "too_short"}, b"<html>" + b"<div>" * 29_000),
    "deep table": ({"parse_timeout", "parse_crash", "empty", "too_short"}, b"<table><tr><td>" * 9_000),
    "many elements": ({"unreadable"}, b"<html>" + b"<b>x</b>" * 40_000),
    "pdf": ({"not_html"}, b"%PDF-1.7"),
}


@contextmanager
def only_to(*places: str) -> Generator[None]:
    """Fail when anything in this process dials another place."""
    dialled: set[object] = set()
    watching = [True]

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if watching[0] and event == "socket.connect" and isinstance(arguments[1], tuple):
            dialled.add(f"{arguments[1][0]}:{arguments[1][1]}")

    sys.addaudithook(watch)
    try:
        yield
    finally:
        watching[0] = False
    assert dialled <= set(places)
    assert dialled & set(places)


def test_every_fault_is_one_coded_line_and_healthy_feeds_finish(tmp_path: Path, prefect_url: str) -> None:
    with ExitStack() as stack:
        servers = {name: stack.enter_context(fault_server()) for name in (*FAULTS, "good", "fair")}
        feeds = {healthy(servers["good"], "Eastmere"): "good", healthy(servers["fair"], "Skarholm"): "fair"}
        for name, (_, route) in FAULTS.items():
            servers[name].routes["/feed"] = route
            feeds[f"{servers[name].base}/feed"] = name
        settings = settings_for(tmp_path, *servers.values())
        write_feeds(settings, feeds)
        prefect = urlsplit(prefect_url)
        with only_to(*(one.place for one in servers.values()), f"{prefect.hostname}:{prefect.port}"):
            summary = run(settings)
    assert errors(settings) == {name: code for name, (code, _) in FAULTS.items()}
    assert len(summary.visits.trouble) == len(FAULTS)
    assert rows(settings, "SELECT outlet, state FROM feeds WHERE state = 'ok' ORDER BY ALL") == [
        ("fair", "ok"),
        ("good", "ok"),
    ]
    assert rows(settings, "SELECT state FROM feeds WHERE outlet = 'gone'") == [("gone",)]
    assert rows(settings, "SELECT outlet FROM articles ORDER BY ALL") == [("fair",), ("good",)]


def test_hostile_pages_are_rows_with_a_reason_and_their_neighbours_are_stored(
    tmp_path: Path, server: FaultServer
) -> None:
    links = {f"{server.base}/{name.replace(' ', '-')}": name for name in ITEMS}
    for link, name in links.items():
        server.routes[urlsplit(link).path] = body(ITEMS[name][1], Content_Type="text/html")
    healthy(server, "Eastmere")
    links[f"{server.base}/Eastmere/story"] = "Council of Eastmere waits"
    author = f"<author>{'x@' * 24_000}</author>"
    feed = rss("mixed", links).replace("<item>", f"<item>{author}", 1)
    server.routes["/feed"] = body(feed.encode())
    settings = settings_for(tmp_path, server)
    write_feeds(settings, {f"{server.base}/feed": "Mixed"})
    assert run(settings).counts.stored == 1
    reasons = dict(rows(settings, "SELECT url, reason FROM skipped"))
    assert len(reasons) == len(ITEMS)
    for link, name in links.items():
        assert name not in ITEMS or reasons[link] in ITEMS[name][0], name


def test_permanent_move_is_adopted_on_the_third_day_and_given_up_when_it_fails(
    tmp_path: Path, server: FaultServer, clock: Clock
) -> None:
    new = healthy(server, "Eastmere")
    server.routes["/old"] = lambda request: request.answer(301, Location=new)
    settings = settings_for(tmp_path, server)
    write_feeds(settings, {f"{server.base}/old": "Harbour Post"})
    for _ in range(3):
        visit(settings)
        assert server.paths()[0] == "/old"
        assert "if-none-match" not in server.seen[-1][1], "validators are of the address that gave them"
        server.seen.clear()
        clock.later(days=1)
    visit(settings)
    assert server.paths() == ["/Eastmere/feed"]
    server.seen.clear()
    clock.later(days=1)
    visit(settings)
    assert server.seen[0][1]["if-none-match"] == '"1"'
    server.routes["/Eastmere/feed"] = lambda request: request.answer(404)
    visit(settings)
    server.seen.clear()
    visit(settings)
    assert server.paths() == ["/old", "/Eastmere/feed"]


def test_temporary_move_is_never_adopted(tmp_path: Path, server: FaultServer, clock: Clock) -> None:
    new = healthy(server, "Eastmere")
    server.routes["/old"] = lambda request: request.answer(302, Location=new)
    settings = settings_for(tmp_path, server)
    write_feeds(settings, {f"{server.base}/old": "Harbour Post"})
    for _ in range(5):
        server.seen.clear()
        visit(settings)
        clock.later(days=1)
    assert server.paths() == ["/old", "/Eastmere/feed"]


@pytest.mark.parametrize(("status", "state"), [(404, "failing"), (410, "gone")])
def test_the_schedule_backs_off_and_a_person_does_not(
    tmp_path: Path, server: FaultServer, clock: Clock, status: int, state: str
) -> None:
    server.routes["/bad"] = lambda request: request.answer(status)
    settings = settings_for(tmp_path, server)
    write_feeds(settings, {f"{server.base}/bad": "Bad", healthy(server, "Eastmere"): "Good"})
    asked: list[int] = []
    for _ in range(8):
        server.seen.clear()
        visit(settings, scheduled=True)
        asked.append(server.paths().count("/bad"))
        clock.later(days=1)
    assert asked == [1, 1, 0, 1, 0, 0, 0, 1]
    assert rows(settings, "SELECT state, failures FROM feeds WHERE outlet = 'Bad'") == [(state, 4)]
    server.seen.clear()
    visit(settings)
    assert server.paths().count("/bad") == 1
    healthy(server, "bad")
    server.routes["/bad"] = server.routes["/bad/feed"]
    assert visit(settings).trouble == ()
    assert rows(settings, "SELECT state, failures FROM feeds WHERE outlet = 'Bad'") == [("ok", 0)]


def test_retry_after_holds_for_the_whole_host_and_across_runs(
    tmp_path: Path, server: FaultServer, clock: Clock
) -> None:
    with fault_server() as other:
        server.routes["/busy"] = lambda request: request.answer(503, Retry_After="3600")
        second = healthy(server, "Eastmere")
        feed = {f"{server.base}/busy": "Busy", second: "Neighbour", healthy(other, "Skarholm"): "Other"}
        settings = settings_for(tmp_path, server, other)
        write_feeds(settings, feed)
        visit(settings)
        clock.later(minutes=50)
        server.seen.clear()
        summary = visit(settings)
        assert server.seen == []
        assert (summary.made, summary.waiting) == (1, 2)
        clock.later(minutes=20)
        server.routes["/busy"] = server.routes["/Eastmere/feed"]
        assert visit(settings).waiting == 0
    assert rows(settings, "SELECT failures FROM feeds WHERE outlet = 'Busy'") == [(0,)]


def test_a_general_outage_counts_against_nobody(tmp_path: Path, server: FaultServer, clock: Clock) -> None:
    with fault_server() as one, fault_server() as two:
        feeds = {healthy(one, "Eastmere"): "One", healthy(two, "Skarholm"): "Two"}
        settings = settings_for(tmp_path, one, two)
        write_feeds(settings, feeds)
        assert visit(settings).trouble == ()
    summary = visit(settings)
    assert len(summary.trouble) == summary.made == 2
    assert rows(settings, "SELECT state, failures, next_fetch_at FROM feeds") == [("failing", 0, None)] * 2
    assert rows(settings, "SELECT count(*) FROM articles") == [(2,)]


def test_pages_are_not_asked_for_again_without_end(tmp_path: Path, server: FaultServer, clock: Clock) -> None:
    story = f"{server.base}/Eastmere/story"
    healthy(server, "Eastmere")
    links = {
        f"{server.base}/passing": "Passing",
        f"{server.base}/missing": "Missing",
        story: "Council of Eastmere waits",
    }
    server.routes["/passing"] = lambda request: request.answer(500)
    server.routes["/one"] = body(rss("one", links).encode(), ETag='"a"')
    server.routes["/two"] = body(rss("two", {story: "The same story"}).encode())
    settings = settings_for(tmp_path, server)
    write_feeds(settings, {f"{server.base}/one": "One", f"{server.base}/two": "Two"})
    visits: list[tuple[int, int]] = []
    for _ in range(5):
        visit(settings)
        clock.later(days=1)
        visits.append((server.paths().count("/passing"), server.paths().count("/missing")))
    assert visits == [(3, 1), (6, 1), (9, 1), (9, 1), (9, 1)], "three visits with two retries each; 404 once"
    assert server.paths().count("/Eastmere/story") == 1
    assert [headers.get("if-none-match") for path, headers, _ in server.seen if path == "/one"][-1] == '"a"'
    assert rows(settings, "SELECT sum(fetched - stored - unchanged - copies - skipped - failed) FROM runs") == [(0,)]


def test_the_fetching_process_stays_small() -> None:
    """Its own peak in MiB, over bombs, long feeds and hostile pages; parsers and models are in other processes."""
    code = "from tests.e2e.test_faults import fetch_all_faults; print(fetch_all_faults())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert int(done.stdout.split()[-1]) < 512


def fetch_all_faults() -> int:
    """Visit every fault without Prefect and models; return the peak memory of this process in MiB."""
    from flows.collect import FeedKnown
    from flows.feedsfile import Feed
    from flows.fetch import Gateway
    from flows.parsing import InChildren, pool_of

    with fault_server() as running, pool_of(LIMITS) as pool:
        gateway = Gateway(LIMITS, allow=(running.place,), sleep=lambda _seconds: None)
        for number, name in enumerate(("gzip bomb", "chained entities", "too long to parse", "huge head")):
            running.routes[f"/{number}"] = FAULTS[name][1]
            feed = Feed(str(number), f"{running.base}/{number}", name)
            got = collect_feed(gateway, feed, FeedKnown(), now=START, parser=InChildren(pool))
            assert got.error.startswith(FAULTS[name][0]), got.error
    # The kernel's own high-water mark: getrusage would tell that of the process that started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024

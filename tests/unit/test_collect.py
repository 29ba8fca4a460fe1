import sys
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from extractors.records import Article, FeedEntry, Skipped, content_id
from flows.collect import Collected, FeedKnown, collect_feed
from flows.feedsfile import Feed
from flows.fetch import Gateway
from flows.outcomes import FetchError
from flows.parsing import InProcess
from flows.settings import Limits
from flows.shared_pages import SharedPages
from tests.faults import FaultServer, fault_server

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
LIMITS = Limits(connect=1, idle=0.5, total=1, feed_bytes=200_000, page_bytes=50_000)
BODY = (
    "The harbour council of Northport voted on Tuesday to spend 41 million euros on a new ferry terminal. "
    "That is four million more than in the plan that it published in March, and the vote was 14 to 9. "
    "The mayor said the old pier would close in June 2027, and that ships would then use the north quay."
)


@pytest.fixture
def server() -> Generator[FaultServer]:
    with fault_server() as running:
        yield running


def html(text: str = BODY) -> bytes:
    return f"<html lang=en><head><title>T</title></head><body><article><p>{text}</p></article></body></html>".encode()


def rss(*items: str) -> bytes:
    return f'<rss version="2.0"><channel><title>Harbour</title>{"".join(items)}</channel></rss>'.encode()


def item(link: str, title: str = "Ferry", description: str = "", extra: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link><description>{description}</description>{extra}</item>"


def visit(server: FaultServer, known: FeedKnown | None = None, **changes: Any) -> Collected:
    gateway = Gateway(LIMITS, allow=(server.place,), sleep=lambda _seconds: None)
    feed = Feed(content_id(f"{server.base}/feed"), f"{server.base}/feed", "Harbour Post")
    got = collect_feed(changes.pop("gateway", gateway), feed, known or FeedKnown(), now=NOW, **changes)
    assert got.fetched == len(got.articles) + got.unchanged + len(got.skipped)
    return got


def test_feed_with_good_and_bad_items(server: FaultServer) -> None:
    items = [
        item("/good?utm_source=rss", "Good"),
        item("/good", "Good again"),
        item("/missing", "Lost page"),
        item("/missing-but-told", "Told", BODY),
        item("/empty", "Empty"),
        item("/pdf", "Report"),
        item("", "No link"),
        item("http://10.0.0.1/x", "Inner"),
    ]
    server.routes["/feed"] = lambda request: request.answer(body=rss(*items), ETag='"1"', Cache_Control="max-age=3600")
    server.routes["/good"] = lambda request: request.answer(body=html(), Content_Type="text/html")
    server.routes["/empty"] = lambda request: request.answer(body=b"<html></html>", Content_Type="text/html")
    server.routes["/pdf"] = lambda request: request.answer(body=b"%PDF-1.7", Content_Type="application/pdf")
    got = visit(server)
    assert (got.state, got.error, got.title, got.etag) == ("ok", "", "Harbour", '"1"')
    assert got.next_fetch_at == NOW + timedelta(hours=1)
    assert [(made.url, made.text_source) for made in got.articles] == [
        (f"{server.base}/good", "page"),
        (f"{server.base}/missing-but-told", "feed_summary"),
    ]
    assert got.articles[0].outlet == "Harbour Post"
    assert got.articles[0].text == BODY
    assert [(left.reason, left.failed) for left in got.skipped] == [
        ("duplicate", False),
        ("http_404", True),
        ("empty", False),
        ("not_html", False),
        ("no_url", False),
        ("blocked_address", True),
    ]
    assert got.fetched == 8
    assert server.paths().count("/good") + server.paths().count("/good?utm_source=rss") == 1


def test_second_visit_fetches_only_what_is_new_or_changed(server: FaultServer) -> None:
    server.routes["/feed"] = lambda request: request.answer(body=rss(item("/a", "A"), item("/b", "B")))
    for path in ("/a", "/b", "/c"):
        server.routes[path] = lambda request: request.answer(body=html(), Content_Type="text/html")
    first = visit(server)
    known = FeedKnown(entries=frozenset(made.entry_hash for made in first.articles))
    again = visit(server, known)
    assert (again.unchanged, again.articles, again.skipped) == (2, (), ())
    server.routes["/feed"] = lambda request: request.answer(
        body=rss(item("/c", "C"), item("/a", "A, corrected"), item("/b", "B"))
    )
    third = visit(server, known)
    assert [made.url for made in third.articles] == [f"{server.base}/c", f"{server.base}/a"]
    assert third.unchanged == 1


def test_not_modified_keeps_the_validators(server: FaultServer) -> None:
    server.routes["/feed"] = lambda request: request.answer(304)
    got = visit(server, FeedKnown(etag='"7"', last_modified="Sun"))
    assert (got.state, got.etag, got.last_modified, got.fetched) == ("unchanged", '"7"', "Sun", 0)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"<!doctype html><html><body>x</body></html>", "html"),
        (b"words", "not_xml"),
        (b"<rss/>", "no_items"),
        (b"x" * 300_000, "too_large"),
    ],
)
def test_unreadable_feed_fails_with_its_code_and_keeps_its_validators(
    server: FaultServer, body: bytes, code: str
) -> None:
    server.routes["/feed"] = lambda request: request.answer(body=body, ETag='"bad"')
    got = visit(server, FeedKnown(etag='"good"'))
    assert got.state == "failing"
    assert got.error.startswith(f"{code}: ")
    assert got.etag == '"good"'


def test_unreachable_feed_and_pause(server: FaultServer) -> None:
    assert visit(server).error.startswith("http_404: ")
    server.routes["/feed"] = lambda request: request.answer(429, Retry_After="600")
    got = visit(server)
    assert (got.state, got.next_fetch_at) == ("failing", NOW + timedelta(minutes=10))


def test_only_the_newest_items_up_to_the_limit(server: FaultServer) -> None:
    server.routes["/feed"] = lambda request: request.answer(body=rss(*(item(f"/{n}", str(n), BODY) for n in range(9))))
    got = visit(server, limit=4)
    assert (len(got.articles), got.fetched, got.dropped) == (4, 4, 5)


def test_no_surprise_leaves_collect_feed(server: FaultServer) -> None:
    class Broken:
        def fetch(self, url: str, *, kind: str = "page", etag: str = "", last_modified: str = "") -> FetchError:
            raise RuntimeError("two\nlines")

    got = visit(server, gateway=Broken())
    assert got.state == "failing"
    assert got.error.startswith("internal: RuntimeError: two lines at test_collect.py:")


def test_surprise_on_one_page_harms_no_other(server: FaultServer) -> None:
    server.routes["/feed"] = lambda request: request.answer(body=rss(item("/a", "A"), item("/b", "B")))
    server.routes["/b"] = lambda request: request.answer(body=html(), Content_Type="text/html")
    inner = Gateway(LIMITS, allow=(server.place,), sleep=lambda _seconds: None)

    class Stumbling:
        def fetch(self, url: str, **more: Any) -> object:
            if url.endswith("/a"):
                raise ZeroDivisionError("page")
            return inner.fetch(url, **more)

    got = visit(server, gateway=Stumbling())
    assert [made.url for made in got.articles] == [f"{server.base}/b"]
    assert [(left.reason, left.failed) for left in got.skipped] == [("internal", True)]


@pytest.mark.parametrize(("status", "kept"), [(500, ""), (404, '"1"')])
def test_validators_wait_for_pages_that_may_come_later(server: FaultServer, status: int, kept: str) -> None:
    server.routes["/feed"] = lambda request: request.answer(body=rss(item("/a")), ETag='"1"')
    server.routes["/a"] = lambda request: request.answer(status)
    got = visit(server)
    assert (got.state, got.etag, got.skipped[0].failed) == ("ok", kept, True)


def test_nothing_but_the_gateway_connects(server: FaultServer) -> None:
    dialled: list[object] = []
    watching = [True]

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if watching[0] and event in {"socket.connect", "urllib.Request", "subprocess.Popen"}:
            dialled.append(arguments[1] if event == "socket.connect" else event)

    sys.addaudithook(watch)
    server.routes["/feed"] = lambda request: request.answer(body=rss(item("/a")))
    server.routes["/a"] = lambda request: request.answer(body=html(), Content_Type="text/html")
    try:
        assert len(visit(server).articles) == 1
    finally:
        watching[0] = False
    assert dialled == [("127.0.0.1", server.port)] * 3  # the feed, robots.txt, the page


def test_page_is_decoded_by_its_header(server: FaultServer) -> None:
    server.routes["/feed"] = lambda request: request.answer(body=rss(item("/a")))
    text = BODY.replace("mayor", "mayor of Мурманск")
    page = html(text).decode().encode("cp1251")
    server.routes["/a"] = lambda request: request.answer(body=page, Content_Type="text/html; charset=windows-1251")
    assert visit(server).articles[0].text == text


class Dying(InProcess):
    """A parser whose process ends on pages that say so."""

    def page(self, body: bytes, content_type: str, entry: FeedEntry, **given: Any) -> Article | Skipped:
        if b"deadly" in body:
            return Skipped(given["url"], "parse_crash", "the parser's process died", failed=True)
        return super().page(body, content_type, entry, **given)


def test_pages_that_end_the_parser_fall_back_and_do_not_go_on_for_ever(server: FaultServer) -> None:
    items = [item("/d0", "Told", BODY), *(item(f"/d{n}", f"D{n}") for n in range(1, 5)), item("/good", "Good")]
    server.routes["/feed"] = lambda request: request.answer(body=rss(*items), ETag='"1"')
    for number in range(5):
        server.routes[f"/d{number}"] = lambda request: request.answer(200, b"<p>deadly", Content_Type="text/html")
    got = visit(server, parser=Dying())
    assert [made.text_source for made in got.articles] == ["feed_summary"]
    assert [left.reason for left in got.skipped] == ["parse_crash"] * 2 + ["parse_limit"] * 3
    assert got.etag == "", "the next visit goes on"
    assert [(tried.reason, tried.passing, tried.tries) for tried in got.attempts][1:3] == [
        ("parse_crash", False, 1),
        ("parse_limit", True, 0),
    ]


def test_an_item_that_gave_nothing_is_left_alone_until_its_entry_changes(server: FaultServer) -> None:
    server.routes["/feed"] = lambda request: request.answer(body=rss(item("/missing", "Lost")))
    first = visit(server)
    known = FeedKnown(attempts={tried.entry_hash: tried for tried in first.attempts})
    again = visit(server, known)
    assert (again.unchanged, again.skipped) == (1, ())
    server.routes["/feed"] = lambda request: request.answer(body=rss(item("/missing", "Lost and found")))
    assert [left.reason for left in visit(server, known).skipped] == ["http_404"]
    assert server.paths().count("/missing") == 2


def test_a_host_that_asks_for_rest_uses_up_no_try(server: FaultServer) -> None:
    server.routes["/feed"] = lambda request: request.answer(body=rss(item("/a")), ETag='"1"')
    server.routes["/a"] = lambda request: request.answer(429, Retry_After="60")
    got = visit(server)
    assert [(tried.passing, tried.tries) for tried in got.attempts] == [(True, 0)]
    assert got.etag == ""


def test_a_page_that_another_feed_has_is_not_fetched_again_and_is_noted(server: FaultServer) -> None:
    server.routes["/feed"] = lambda request: request.answer(body=rss(item("/a?utm_source=x"), item("/b"), item("/c")))
    for path in ("/a", "/b", "/c"):
        server.routes[path] = lambda request: request.answer(body=html(), Content_Type="text/html")
    shared = SharedPages(stored=[content_id(f"{server.base}/b")])
    assert shared.take(content_id(f"{server.base}/a"))
    got = visit(server, shared=shared)
    assert [made.url for made in got.articles] == [f"{server.base}/c"]
    assert got.unchanged == 2
    assert [key for key, _ in got.also_listed] == [content_id(f"{server.base}/a"), content_id(f"{server.base}/b")]
    ours = FeedKnown(listed=frozenset({f"{server.base}/b"}))
    changed = visit(server, ours, shared=SharedPages(stored=[content_id(f"{server.base}/b")]))
    assert f"{server.base}/b" in [made.url for made in changed.articles], "our own entry changed: its page may have too"


def test_adopted_address_is_asked_instead(server: FaultServer) -> None:
    server.routes["/new"] = lambda request: request.answer(body=rss(item("/a")))
    got = visit(server, FeedKnown(address=f"{server.base}/new", etag='"1"'))
    assert (got.asked, server.seen[0][1]["if-none-match"]) == (f"{server.base}/new", '"1"')


def test_mended_flaws_are_flagged(server: FaultServer) -> None:
    ancient = "<pubDate>Mon, 01 Jan 0001 00:00:00 GMT</pubDate>"
    ahead = "<pubDate>Mon, 01 Feb 2038 00:00:00 GMT</pubDate>"
    items = [
        item("/bytes", "A"),
        item("/ancient", "B", extra=ancient),
        item("/ahead", "C", extra=ahead),
        item("/d", "D"),
    ]
    server.routes["/feed"] = lambda request: request.answer(body=rss(*items))
    broken = html(BODY.replace("mayor", "m\N{DIAERESIS}yor")).replace(b"\xc2\xa8", b"\xc2\xff")
    server.routes["/bytes"] = lambda request: request.answer(body=broken, Content_Type="text/html; charset=utf-8")
    for path in ("/ancient", "/ahead", "/d"):
        server.routes[path] = lambda request: request.answer(body=html(), Content_Type="text/html")
    got = visit(server)
    assert [made.flags for made in got.articles] == [
        ("replaced_bytes",),
        ("impossible_date",),
        ("impossible_date",),
        (),
    ]
    assert [made.published_at for made in got.articles] == [None] * 4

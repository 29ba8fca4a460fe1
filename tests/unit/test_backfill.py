from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from extractors.errors import CrosswireError
from extractors.records import content_id
from extractors.sitemap import Place, parse_sitemap, sitemap_lines
from flows.backfill import store_pages
from flows.child_pool import ChildPool
from flows.feedsfile import Feed
from flows.fetch import Gateway
from flows.parsing import pool_of
from flows.progress import Silent
from flows.recording import RunningCount, recorded
from flows.settings import Settings
from flows.sitemaps import places
from store.db import open_writer
from tests.faults import FaultServer, fault_server, zipped

SINCE = datetime(2026, 11, 1, tzinfo=UTC)
TEXT = "The harbour council of Northport voted on Tuesday to spend 41 million euros on a new ferry terminal. " * 4


@pytest.fixture
def server() -> Generator[FaultServer]:
    with fault_server() as running:
        yield running


@pytest.fixture(scope="module")
def pool() -> Generator[ChildPool]:
    with pool_of(Settings().limits) as running:
        yield running


def urlset(*entries: tuple[str, str], tag: str = "url", outer: str = "urlset") -> bytes:
    inner = "".join(
        f"<{tag}><loc>{loc}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</{tag}>" for loc, day in entries
    )
    return (
        f'<?xml version="1.0"?><{outer} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</{outer}>'.encode()
    )


def html(day: str = "2026-11-05") -> bytes:
    meta = f'<meta property="article:published_time" content="{day}T08:00:00Z">'
    head = f"<html lang=en><head><title>T</title>{meta}</head>"
    return f"{head}<body><article><p>{TEXT}</p></article></body></html>".encode()


def test_sitemaps_are_read_and_bad_ones_say_why() -> None:
    day = datetime(2026, 11, 5, tzinfo=UTC)
    assert parse_sitemap(
        urlset(("https://a.example/1?x=1&amp;y=2", "2026-11-05"), ("https://a.example/2", ""))
    ).pages == (
        Place("https://a.example/1?x=1&y=2", day),
        Place("https://a.example/2"),
    )
    news = b"""<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://a.example/n</loc>
    <news:news><news:publication_date>2026-11-05</news:publication_date><news:title>A &amp; B</news:title></news:news>
    <image:image xmlns:image="i"><image:loc>https://a.example/i.png</image:loc></image:image></url></urlset>"""
    assert parse_sitemap(news).pages == (Place("https://a.example/n", None, day, "A & B"),)
    assert parse_sitemap(b"https://a.example/1\nhttps://a.example/2\n").pages[1].url == "https://a.example/2"
    assert "document type" in parse_sitemap(b'<!DOCTYPE x [<!ENTITY a "b">]><urlset/>').error
    cut = parse_sitemap(urlset(("https://a.example/1", ""))[:-8])
    assert (len(cut.pages), bool(cut.error)) == (1, True)
    assert sitemap_lines("User-agent: *\nSITEMAP: https://a.example/s.xml \nDisallow: /") == (
        "https://a.example/s.xml",
    )


def gateway(server: FaultServer) -> Gateway:
    return Gateway(allow=(server.place,), sleep=lambda _seconds: None)


def test_index_gzip_and_loops_are_walked_and_other_sites_are_not(server: FaultServer, pool: ChildPool) -> None:
    base = server.base
    robots = f"User-agent: *\nDisallow: /x\nSitemap: {base}/index.xml\nSitemap: https://other.example/s.xml\n"
    index = urlset(
        (f"{base}/index.xml", ""),
        (f"{base}/old.xml", "2026-01-01"),
        (f"{base}/new.xml.gz", "2026-11-20"),
        (f"{base}/missing.xml", ""),
        tag="sitemap",
        outer="sitemapindex",
    )
    pages = urlset(
        (f"{base}/early", "2026-11-02"), (f"{base}/undated", ""), (f"{base}/late", "2026-11-09"),
        (f"{base}/before", "2026-10-31"), ("https://other.example/x", "2026-11-09"),
    )  # fmt: skip
    for path, body in {"/robots.txt": robots.encode(), "/index.xml": index, "/new.xml.gz": zipped(pages)}.items():
        server.routes[path] = lambda request, body=body: request.answer(200, body)
    said: list[str] = []
    found = places(gateway(server), pool, f"{base}/", SINCE, said.append)
    assert [place.url.rpartition("/")[2] for place in found] == ["late", "early", "undated"]
    assert "/old.xml" not in server.paths()
    assert [line.partition(": ")[2][:8] for line in said] == ["http_404"]


def test_gzip_bomb_of_a_sitemap_is_refused(server: FaultServer, pool: ChildPool) -> None:
    bomb = zipped(b"<urlset>" + b" " * 60_000_000)
    server.routes["/robots.txt"] = lambda request: request.answer(200, f"Sitemap: {server.base}/s.gz".encode())
    server.routes["/s.gz"] = lambda request: request.answer(200, bomb)
    said: list[str] = []
    assert places(gateway(server), pool, f"{server.base}/", SINCE, said.append) == ()
    assert "too_large" in said[0]


def fill(settings: Settings, server: FaultServer, pool: ChildPool, most: int = 500) -> RunningCount:
    feed = Feed(content_id("backfill", "x"), f"{server.base}/", "Harbour Post")
    with open_writer(settings.home) as connection, recorded(connection, "backfill") as running:
        store_pages(connection, settings, pool, feed, SINCE, most, running, Silent())
        return running


def test_pages_are_stored_once_and_a_second_call_goes_on(server: FaultServer, pool: ChildPool, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, allow=(server.place,), delay=0.0)
    names = ("a", "b", "c", "older", "missing", "private")
    days = [(f"{server.base}/{name}", f"2026-11-{20 - number}") for number, name in enumerate(names)]
    server.routes["/sitemap.xml"] = lambda request: request.answer(200, urlset(*days))
    server.routes["/robots.txt"] = lambda request: request.answer(200, b"User-agent: *\nDisallow: /private")
    for name in ("a", "b", "c", "private"):
        server.routes[f"/{name}"] = lambda request: request.answer(200, html(), Content_Type="text/html")
    server.routes["/older"] = lambda request: request.answer(200, html("2026-10-05"), Content_Type="text/html")
    first = fill(settings, server, pool, most=2)
    assert (first.stored, first.skipped, first.failed) == (2, 0, 0)
    second = fill(settings, server, pool)
    assert (second.stored, second.skipped, second.failed) == (1, 1, 2)
    asked = [path for path in server.paths() if "sitemap" not in path]
    assert sorted(asked) == ["/a", "/b", "/c", "/missing", "/older"]
    third = fill(settings, server, pool)
    assert (third.stored, third.unchanged, third.skipped, third.failed) == (0, 0, 0, 0)
    assert [path for path in server.paths() if "sitemap" not in path] == asked
    with open_writer(tmp_path) as connection:
        rows: list[Any] = connection.execute("SELECT reason FROM skipped ORDER BY ALL").fetchall()
    assert rows == [("http_404",), ("robots",), ("too_old",)]


def test_site_without_a_sitemap_says_so(server: FaultServer, pool: ChildPool, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, allow=(server.place,), delay=0.0)
    with pytest.raises(CrosswireError, match="no sitemap to go by"):
        fill(settings, server, pool)

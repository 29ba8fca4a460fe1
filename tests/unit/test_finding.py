from collections.abc import Generator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from extractors.discovery import feed_links
from extractors.errors import CrosswireError
from flows.cli_feeds import app
from flows.feedsfile import load_feeds
from flows.fetch import Gateway
from flows.finding import find
from flows.parsing import pool_of
from flows.settings import Limits
from tests.faults import FaultServer, fault_server

ITEM = b"<item><title>A</title><link>/a</link></item>"
FEED = b'<rss version="2.0"><channel><title>Harbour Post</title>' + ITEM + b"</channel></rss>"
PAGE = b"""<html><head><link rel="stylesheet" href="/x.css"><LINK TYPE='application/rss+xml' title="Comments"
rel=alternate href="/comments/feed"><link rel="alternate" hreflang="de" href="/de">
<link rel="alternate" type="application/atom+xml" title="News &amp; more" href="atom?x=1&amp;y=2"></head></html>"""


@pytest.fixture
def server() -> Generator[FaultServer]:
    with fault_server() as running:
        yield running


def serve(server: FaultServer, **bodies: bytes) -> None:
    for path, body in bodies.items():
        server.routes["/" + path.replace("_", "/")] = lambda request, body=body: request.answer(200, body)


def found(server: FaultServer, path: str = "/") -> str:
    with pool_of(Limits()) as pool:
        gateway = Gateway(allow=(server.place,), sleep=lambda _seconds: None)
        return find(gateway, pool, server.base + path).url.removeprefix(server.base)


def test_links_of_a_page() -> None:
    assert feed_links(PAGE, "text/html", "https://harbour.example/news/") == (
        ("https://harbour.example/news/atom?x=1&y=2", "News & more"),
        ("https://harbour.example/comments/feed", "Comments"),
    )
    assert feed_links(b"<link " * 200_000, "text/html", "https://harbour.example/") == ()


def test_the_feed_itself_a_linked_one_and_a_usual_place(server: FaultServer) -> None:
    serve(server, rss=FEED, home=PAGE, comments_feed=FEED, plain=b"<html><body>x</body></html>")
    assert found(server, "/rss") == "/rss"
    assert found(server, "/home") == "/comments/feed", "the first link that can be read"
    assert found(server, "/plain") == "/rss"


def test_places_that_nobody_named_are_asked_for_as_robots_txt_allows(server: FaultServer) -> None:
    serve(server, plain=b"<html><body>x</body></html>", rss=FEED)
    server.routes["/robots.txt"] = lambda request: request.answer(200, b"User-agent: *\nDisallow: /")
    with pytest.raises(CrosswireError, match="no feed is linked there"):
        found(server, "/plain")
    assert server.paths() == ["/plain"]


def test_unreachable_site(server: FaultServer) -> None:
    with pytest.raises(CrosswireError, match="http_404"):
        found(server, "/nowhere")


def test_commands_add_check_list_export_import_remove(
    server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine.toml"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CROSSWIRE_FEEDS", str(mine))
    monkeypatch.setenv("CROSSWIRE_ALLOW", server.place)
    serve(server, home=PAGE, comments_feed=FEED, second=FEED)
    run = CliRunner()
    added = run.invoke(app, ["add", f"{server.base}/home", "--folder", "ports"])
    assert added.exit_code == 0, added.output
    assert load_feeds(mine)[0].outlet == "Harbour Post"
    assert run.invoke(app, ["add", f"{server.base}/second", "--outlet", "Second"]).exit_code == 0
    listed = run.invoke(app, ["list"])
    assert "ports" in listed.stdout
    assert f"{server.base}/second" in listed.stdout
    assert run.invoke(app, ["check"]).stdout.count("ok: 1 items") == 2
    del server.routes["/second"]
    checked = run.invoke(app, ["check", "second"])
    assert (checked.exit_code, "http_404" in checked.stdout) == (1, True)
    assert run.invoke(app, ["export", "out.opml"]).exit_code == 0
    assert run.invoke(app, ["remove", "Second"]).exit_code == 0
    assert len(load_feeds(mine)) == 1
    assert "added 1 of 2" in run.invoke(app, ["import", "out.opml"]).stdout
    assert [(feed.outlet, feed.folder) for feed in load_feeds(mine)] == [("Harbour Post", "ports"), ("Second", "")]

"""Bad feeds and pages: each becomes a row with a reason, the others go on, nothing stored is lost."""

from pathlib import Path
from typing import Any

import pytest

from extractors.errors import NothingFetched
from flows.settings import Settings
from flows.summary import RunSummary
from store.db import open_reader
from tests.e2e.local_site import Site, page, rss, write_feeds

TEXT = "\n".join(
    f"Paragraph {number}: the harbour council of Eastmere met on Tuesday and heard about the dredging of the channel, "
    "its cost and the time that the work would take, and put the decision off until the spring."
    for number in range(1, 6)
)


OTHER_TEXT = "\n".join(
    f"Day {number} on the new ferry: passengers from Skarholm waited in the rain, drank coffee below deck and praised "
    "the captain, who had promised the crossing for years and now sails it twice a day with bicycles and post."
    for number in range(1, 6)
)


def _rows(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with open_reader(home) as connection:
        return connection.execute(sql).fetchall()


def _run(settings: Settings) -> RunSummary:
    from flows.ingest import ingest

    return ingest(settings)


def _good_feed(site: Site, name: str = "good") -> str:
    story = site.put(f"/{name}/story", page("Council puts off the dredging", TEXT))
    feed = rss(name, {story: "Council puts off the dredging"})
    return site.put(f"/{name}/feed.xml", feed, "application/rss+xml")


pytestmark = [pytest.mark.models, pytest.mark.prefect, pytest.mark.usefixtures("prefect_url")]


def test_bad_feeds_harm_no_good_one(settings: Settings, site: Site) -> None:
    huge = rss("huge", {f"{site.base}/huge/{number}": "An item " * 40 for number in range(2000)})
    feeds = {
        _good_feed(site): "Good",
        f"{site.base}/missing.xml": "Missing",
        "http://127.0.0.1:9/feed.xml": "Not allowed",
        site.put("/empty.xml", b"", "application/rss+xml"): "Empty",
        site.put("/page.xml", page("Sign in", "Please sign in."), "text/html"): "Page",
        site.put("/noise.xml", b"\x00\xff\x13 not a feed at all", "application/xml"): "Noise",
        site.put("/huge.xml", huge, "application/rss+xml"): "Huge",
    }
    write_feeds(settings, feeds)
    summary = _run(settings)
    assert summary.counts.stored == 1
    states = dict(_rows(settings.home, "SELECT outlet, state FROM feeds"))
    assert states.pop("Good") == "ok"
    assert set(states.values()) == {"failing"}
    errors = dict(_rows(settings.home, "SELECT outlet, last_error FROM feeds WHERE state = 'failing'"))
    assert len(errors) == 6
    assert all(": " in error and "\n" not in error for error in errors.values())
    assert errors["Huge"].startswith("too_large")


def test_items_without_text_or_date_get_a_reason(settings: Settings, site: Site) -> None:
    items = {
        site.put("/a/empty", page("Nothing here", "")): "Nothing here",
        f"{site.base}/a/gone": "A dead link",
        site.put("/a/undated", page("Council puts off the dredging", TEXT)): "Council puts off the dredging",
    }
    feed = site.put("/a/feed.xml", rss("a", items, when=None), "application/rss+xml")
    write_feeds(settings, {feed: "Outlet A"})
    counts = _run(settings).counts
    assert (counts.fetched, counts.stored, counts.skipped, counts.failed) == (3, 1, 1, 1)
    reasons = dict(_rows(settings.home, "SELECT url, reason FROM skipped"))
    assert set(reasons) == {f"{site.base}/a/empty", f"{site.base}/a/gone"}
    assert _rows(settings.home, "SELECT date_source FROM articles") == [("first_seen",)]
    sums = _rows(settings.home, "SELECT fetched - stored - unchanged - copies - skipped - failed FROM runs")
    assert sums == [(0,)]


def test_what_is_stored_survives_a_feed_that_breaks(settings: Settings, site: Site) -> None:
    feed, other = _good_feed(site), _good_feed(site, "other")
    site.put("/other/story", page("Ferry line opens to the islands", OTHER_TEXT))
    write_feeds(settings, {feed: "Good", other: "Other"})
    assert _run(settings).counts.stored == 2
    before = _rows(settings.home, "SELECT article_id, text FROM articles ORDER BY ALL")
    site.put("/good/feed.xml", b"", "application/rss+xml")
    summary = _run(settings)
    assert [feed.outlet for feed in summary.visits.trouble] == ["Good"]
    assert _rows(settings.home, "SELECT article_id, text FROM articles ORDER BY ALL") == before


def test_a_second_run_stores_nothing_and_asks_for_no_page_again(settings: Settings, site: Site) -> None:
    write_feeds(settings, {_good_feed(site): "Good"})
    assert _run(settings).counts.stored == 1
    site.asked.clear()
    counts = _run(settings).counts
    assert (counts.stored, counts.unchanged) == (0, 1)
    assert "/good/story" not in site.asked


def test_a_changed_text_becomes_a_new_revision(settings: Settings, site: Site) -> None:
    feed = _good_feed(site)
    write_feeds(settings, {feed: "Good"})
    _run(settings)
    story = site.put("/good/story", page("Council puts off the dredging again", TEXT + "\nIt cost 3 million euros."))
    site.put("/good/feed.xml", rss("good", {story: "Council puts off the dredging again"}), "application/rss+xml")
    assert _run(settings).counts.stored == 1
    assert _rows(settings.home, "SELECT revision, changed FROM revisions ORDER BY revision") == [
        (1, "first"),
        (2, "title+text"),
    ]


def test_a_run_that_could_read_nothing_fails(settings: Settings, site: Site) -> None:
    write_feeds(settings, {f"{site.base}/missing.xml": "Missing"})
    with pytest.raises(NothingFetched, match="Missing: http_404"):
        _run(settings)
    assert _rows(settings.home, "SELECT state FROM runs") == [("failed",)]

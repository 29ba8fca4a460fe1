import json
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.message import Message
from html import unescape
from pathlib import Path

import pytest

from flows.demo.server import serve
from flows.demo.site import PACK, Outlet, load_outlets, reference_monday, render

SUNDAY = datetime(2026, 11, 22, 23, 59, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 0, 10, tzinfo=UTC)


def get(url: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes, Message]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=dict(headers or {})), timeout=5) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers


def outlet(slug: str) -> Outlet:
    return next(found for found in load_outlets(SUNDAY) if found.slug == slug)


def test_holds_what_a_first_look_needs() -> None:
    outlets = load_outlets(SUNDAY)
    with_text = [piece for found in outlets for piece in found.pieces if piece.paragraphs]
    assert len(outlets) >= 6
    assert len(with_text) >= 22
    assert {found.feed for found in outlets} == {"rss2", "atom", "rdf"}
    assert {found.page for found in outlets} == {"jsonld", "og", "bare", "blog"}
    for piece in with_text:
        assert 200 <= sum(len(paragraph.split()) for paragraph in piece.paragraphs) <= 450, piece.slug


@pytest.mark.parametrize("now", [SUNDAY, MONDAY, datetime(2027, 1, 1, 12, tzinfo=UTC)])
def test_no_article_lies_in_the_future_or_is_older_than_three_weeks(now: datetime) -> None:
    dates = [piece.published_at for found in load_outlets(now) for piece in found.pieces]
    assert max(dates) < now
    assert min(dates) > now - timedelta(days=21)


def test_dates_stand_still_within_a_week_and_move_with_the_next() -> None:
    assert load_outlets(SUNDAY) == load_outlets(SUNDAY - timedelta(days=6))
    assert reference_monday(MONDAY) - reference_monday(SUNDAY) == timedelta(days=7)


def test_copy_has_its_own_lead_and_the_rest_of_the_original() -> None:
    original = next(p for p in outlet("meridian-wire").pieces if p.slug == "glm-5-2-ranks-third")
    copy = next(p for p in outlet("northgate-courier").pieces if p.slug == "chinese-model-third")
    assert copy.paragraphs[0] != original.paragraphs[0]
    assert copy.paragraphs[1:] == original.paragraphs[1:]
    assert copy.credit == "Meridian Wire"


def test_pages_hold_the_article_and_the_clutter_around_it() -> None:
    outlets = load_outlets(SUNDAY)
    pages = render(outlets, "http://127.0.0.1:1")
    for found in outlets:
        for piece in found.pieces:
            if not piece.missing:
                page = unescape(pages[f"/{found.slug}/{piece.slug}"].body.decode())
                assert all(paragraph in page for paragraph in piece.paragraphs)
                assert ("cookie" in page.lower()) == bool(piece.paragraphs)


def test_serves_feeds_pages_and_errors() -> None:
    with serve(now=SUNDAY) as site:
        assert str(site.week) == "2026-W46"
        assert len(site.feeds) == 9
        bodies = {name: get(url)[1] for url, name in site.feeds}
        assert b'<rss version="2.0"' in bodies["Meridian Wire"]
        assert b"http://www.w3.org/2005/Atom" in bodies["The Harbour Ledger"]
        assert b"http://purl.org/rss/1.0/" in bodies["Tessaro Tribune"]
        assert b"<html" in bodies["Old Mill Gazette"]
        status, page, _ = get(f"{site.base_url}/meridian-wire/velotarsen-trial?utm_source=feed")
        assert status == 200
        assert b"46 percent" in page
        assert get(f"{site.base_url}/signal-and-stack/retraction-notice")[0] == 404
        assert get(f"{site.base_url}/../../etc/passwd")[0] == 404


def test_second_look_at_an_unchanged_feed_is_answered_304() -> None:
    with serve(now=SUNDAY) as site:
        url = site.feeds[0][0]
        _, body, headers = get(url)
        assert get(url, {"If-None-Match": headers["ETag"]})[:2] == (304, b"")
        assert get(url, {"If-Modified-Since": headers["Last-Modified"]})[0] == 304
        assert get(url, {"If-None-Match": '"other"', "If-Modified-Since": headers["Last-Modified"]})[:2] == (200, body)
        assert get(url, {"If-Modified-Since": "yesterday"})[0] == 200
        port = site.port
    with serve(port, now=SUNDAY - timedelta(days=3)) as again:
        assert get(again.feeds[0][0], {"If-None-Match": headers["ETag"]})[0] == 304


def test_stops_with_the_block() -> None:
    before = threading.active_count()
    with serve(now=SUNDAY) as site:
        url = site.feeds[0][0]
    assert threading.active_count() == before
    with pytest.raises(urllib.error.URLError):
        get(url)


def test_pack_names_outlets_and_entities_of_the_site() -> None:
    from extractors.packs import load

    outlets = load_outlets(SUNDAY)
    everything = " ".join(paragraph for found in outlets for piece in found.pieces for paragraph in piece.paragraphs)
    packs = load([PACK])
    family = next(row for row in packs.publishers if row.id == "ledger-group")
    assert set(family.outlets) <= {found.name for found in outlets}
    for entity in packs.entities:
        if entity.id in {"calvera-earthquake", "halden-robotics", "velotarsen", "riverside-tram"}:
            assert entity.name.lower() in everything.lower()


def test_golden_file_names_articles_that_state_its_values() -> None:
    golden = json.loads((Path(__file__).parents[1] / "golden" / "demo.json").read_text(encoding="utf-8"))
    pieces = {f"{found.slug}/{piece.slug}": piece for found in load_outlets(SUNDAY) for piece in found.pieces}
    words = {3: "third", 5: "fifth"}
    for planted in golden["contradictions"]:
        for side in planted["sides"]:
            value = side["value"]
            forms = {f"{value / scale:g} {name}" for scale, name in ((1e9, "billion"), (1e6, "million"))}
            forms |= {words.get(value, f"{value} percent" if planted.get("unit") == "percent" else f"{value}")}
            for slug in side["articles"]:
                text = " ".join(pieces[slug].paragraphs)
                assert any(form in text for form in forms), (planted["id"], slug)
    for pair in golden["copies"]:
        assert pieces[pair["copy"]].paragraphs[1:] == pieces[pair["of"]].paragraphs[1:]
    listed = [slug for story in golden["stories"].values() for slug in story]
    assert sorted(listed) == sorted(slug for slug, piece in pieces.items() if piece.paragraphs)
    run = golden["run"]
    assert run["fetched"] == len(pieces)
    assert run["articles"] == len(listed) == len(pieces) - len(run["skipped"]) - len(run["failed"])

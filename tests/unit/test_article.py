from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from extractors.article import from_entry, from_page, from_record
from extractors.language import language
from extractors.page import too_many_attributes
from extractors.records import Article, FeedEntry, Skipped, content_id
from tests.bounded import ends

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
URL = "https://www.harbour.example/news/ferry"
ENTRY = FeedEntry(url=URL + "?utm_source=rss", title="Ferry terminal: council votes")
BODY = (
    "The harbour council of Northport voted on Tuesday to spend 41 million euros on a new ferry terminal.",
    "That is four million more than in the plan that it published in March, and the vote was 14 to 9.",
    "The mayor said the old pier would close in June 2027, and that the ships would then use the north quay.",
    "Two members asked for a study of the sea wall first; their motion found no majority.",
)
LD = """{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"The Harbour Post"},
{"@type":"NewsArticle","headline":"Northport votes for &amp; against ferry terminal",
"datePublished":"2026-11-17T08:30:00+01:00","author":[{"@type":"Person","name":"Ida Holm"},{"name":"Per Lund"}]}]}"""


def page(
    body: str = "".join(f"<p>{part}</p>" for part in BODY),
    head: str = f'<script type="application/ld+json">{LD}</script>',
    title: str = "Northport votes for ferry terminal | The Harbour Post",
) -> str:
    return f"""<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title>
<meta property="og:site_name" content="The Harbour Post">{head}</head><body>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav></header>
<div class="cookie-banner"><p>We use cookies to make this site better. Accept all or choose your settings now.</p></div>
<main><article><h1>Northport votes for ferry terminal</h1>{body}</article>
<div class="box"><b>Get the morning letter.</b> Leave at any time. <form><input type="email"></form></div>
<div class="Ad"><p>Advertisement: buy 2 boats and get 1 for free, only this week at the Coast Shop.</p></div>
<aside><h3>Most read</h3><ul><li><a href="/a">Ten best pies of the north coast</a></li></ul></aside></main>
<footer><p>Copyright 2026 The Harbour Post. All rights reserved.</p></footer></body></html>"""


def read(html: str | bytes, entry: FeedEntry = ENTRY) -> Article | Skipped:
    return from_page(html, entry, url=URL, outlet="Harbour Post", feed_id="f1", fetched_at=NOW)


def article(html: str | bytes, entry: FeedEntry = ENTRY) -> Article:
    made = read(html, entry)
    assert isinstance(made, Article)
    return made


def test_page_with_metadata() -> None:
    made = article(page())
    assert made.title == "Northport votes for & against ferry terminal"
    assert made.author == "Ida Holm, Per Lund"
    assert (made.published_at, made.date_source) == (datetime(2026, 11, 17, 7, 30, tzinfo=UTC), "page")
    assert (made.url, made.article_id) == (URL, content_id(URL))
    assert (made.lang, made.text_source, made.outlet, made.feed_id) == ("en", "page", "Harbour Post", "f1")
    assert made.entry_hash == ENTRY.entry_hash


def test_body_holds_every_paragraph_and_nothing_around_it() -> None:
    blocks = article(page()).text.split("\n\n")
    assert [block for block in blocks if block in BODY] == list(BODY)
    for around in ("cookies", "morning letter", "Advertisement", "Ten best pies", "Copyright", "Sport"):
        assert around not in "".join(blocks)


@pytest.mark.parametrize(
    ("head", "title", "expected"),
    [
        ('<meta property="og:title" content="Ferry plan passes - The Harbour Post">', "x", "Ferry plan passes"),
        ('<meta property="og:title" content="Semi-finals: 3-2 | Extra">', "x", "Semi-finals: 3-2 | Extra"),
        ('<script type="application/ld+json">{"@type": broken</script>', "x", "Northport votes for ferry terminal"),
        ('<script type="application/ld+json">' + "[" * 50_000 + "</script>", "x", "Northport votes for ferry terminal"),
    ],
)
def test_title_by_rank_of_source_and_without_the_site(head: str, title: str, expected: str) -> None:
    assert article(page(head=head, title=title)).title == expected


def test_title_element_without_site_name_when_there_is_no_heading() -> None:
    html = page(head="").replace("<h1>Northport votes for ferry terminal</h1>", "")
    assert article(html).title == "Northport votes for ferry terminal"


def test_feed_date_goes_before_page_date() -> None:
    when = datetime(2026, 11, 16, 9, tzinfo=UTC)
    made = article(page(), replace(ENTRY, published_at=when))
    assert (made.published_at, made.date_source) == (when, "feed")


def test_dates_after_tomorrow_count_as_unknown() -> None:
    late = replace(ENTRY, published_at=NOW + timedelta(hours=25))
    assert article(page(), late).date_source == "page"
    head = '<meta property="article:published_time" content="2031-01-01T00:00:00Z">'
    made = article(page(head=head), late)
    assert (made.published_at, made.date_source) == (None, "first_seen")


def test_source_by_canonical_link_dateline_and_feed() -> None:
    link = '<link rel="canonical" href="https://www.coastwire.example/story/1">'
    assert article(page(head=link)).source_name == "coastwire.example"
    own = '<link rel="canonical" href="https://harbour.example/news/ferry">'
    assert article(page(head=own)).source_name == ""
    sister = '<link rel="canonical" href="https://m.harbour.example/news/ferry">'
    assert article(page(head=sister)).source_name == ""
    assert article(page(head=link), replace(ENTRY, source_name="Coast Wire")).source_name == "Coast Wire"
    ticker = "<p>Halden Robotics (HALD) - the maker of ships - is one of four bidders for the work.</p>"
    assert article(page(body=ticker + "".join(f"<p>{part}</p>" for part in BODY))).source_name == ""
    note = "".join(f"<p>{part}</p>" for part in (*BODY, "This article was first published on Coast Notes. Read more."))
    assert article(page(body=note)).source_name == "Coast Notes"
    lines = "".join(f"<p>{part}</p>" for part in ("NORTHPORT, Nov 17 (Coast Wire) - " + BODY[0], *BODY[1:]))
    html = page(body=lines, head="").replace("<h1>Northport votes for ferry terminal</h1>", "")
    assert article(html).source_name == "Coast Wire"


def test_encodings_of_pages() -> None:
    html = page().replace('charset="utf-8"', 'charset="windows-1252"').replace("The mayor", "Mayor Åse Brønn – “yes” –")
    made = article(html.encode("windows-1252"))
    assert "Mayor Åse Brønn – “yes” –" in made.text


def test_fallback_to_feed_content_then_summary() -> None:
    words = "<p>" + "</p><p>".join(BODY) + "</p>"
    made = article("<html><body></body></html>", replace(ENTRY, content=words, summary="Short."))
    assert (made.text_source, made.text) == ("feed_content", "\n\n".join(BODY))
    assert made.title == ENTRY.title
    made = article("<html><body></body></html>", replace(ENTRY, summary=" ".join(BODY)))
    assert made.text_source == "feed_summary"


def test_teaser_page_gives_way_to_the_full_text_of_the_feed() -> None:
    full = "".join(f"<p>{number}. {part}</p>" for number in range(6) for part in BODY)
    assert article(page(), replace(ENTRY, content=full)).text_source == "feed_content"


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("", "empty"),
        ("<html><body></body></html>", "empty"),
        ("<html><body><p>Subscribe to continue reading this story.</p></body></html>", "paywall"),
        (page(body=f"<p>{BODY[0]}</p>", head='<script type="application/ld+json">{"@type":"NewsArticle",'
              '"headline":"x","isAccessibleForFree":"False"}</script>'), "paywall"),
        ("<html><body><p " + "a b " * 9000 + ">x</p></body></html>", "unreadable"),
        ("<html><body>" + "<i>word</i> " * 40_000 + "</body></html>", "unreadable"),
        (b"%PDF-1.7 binary", "not_html"),
        (b"\x89PNG\r\n", "not_html"),
        ('{"a": 1}', "not_html"),
        ("just words", "not_html"),
    ],
)  # fmt: skip
def test_pages_without_an_article(html: str | bytes, reason: str) -> None:
    made = read(html)
    assert isinstance(made, Skipped)
    assert (made.reason, made.failed) == (reason, False)
    assert made.detail


def test_entry_alone() -> None:
    made = from_entry(replace(ENTRY, summary=" ".join(BODY)), url=URL, outlet="x", feed_id="f", fetched_at=NOW)
    assert isinstance(made, Article)
    assert isinstance(from_entry(ENTRY, url=URL, outlet="x", feed_id="f", fetched_at=NOW), Skipped)


@pytest.mark.parametrize(
    "hostile",
    [
        "<html><body><p " + " ".join(f"a{n}=x" for n in range(100_000)) + ">x</p>",
        "<html><body><p " + " ".join(f'a{n}=">"' for n in range(100_000)) + ">x</p>",
        "<html><body>" + "<div>" * 60_000 + " ".join(BODY),
        "<html><body>" + '<a href="' * 60_000,
        "<html><body>" + "<div>" * 150 + "<p>x</p></div>" * 150 + "<div>" * 20_000,
        "<html><body>" + "<p>x" * 1_000_000,
        "<" * 200_000,
        "<html><title>" + " | " * 20_000 + "</title><body><h1>" + "x - " * 20_000,
    ],
)
def test_hostile_pages_end(hostile: str) -> None:
    with ends():
        read(hostile)


def test_long_attribute_values_are_honest() -> None:
    assert not too_many_attributes('<div data-page="' + "{&quot;a&quot;: 1} > " * 30_000 + '">x</div>')
    assert not too_many_attributes("<script>" + "a b c " * 30_000 + "</script>")
    assert too_many_attributes("<div " + "a b c " * 30_000 + ">")


RECORD: dict[str, object] = {"url": URL, "outlet": "Harbour Post", "title": "Ferry", "text": "One.\n\nTwo – 3%.\n"}


def record(**changes: object) -> Article | Skipped:
    return from_record({**RECORD, **changes}, fetched_at=NOW)


def test_record_keeps_its_text_to_the_character() -> None:
    made = cast("Article", record(published_at="2026-11-17T08:30:00"))
    assert made.text == RECORD["text"]
    assert (made.published_at, made.date_source) == (datetime(2026, 11, 17, 8, 30, tzinfo=UTC), "import")
    assert (made.text_source, made.url) == ("import", URL)


@pytest.mark.parametrize("value", ["soon", "", None, "0001-01-01", "2031-01-01", True, [], 1e300])
def test_record_with_impossible_date_is_kept_without_one(value: object) -> None:
    made = cast("Article", record(published_at=value))
    assert (made.published_at, made.date_source) == (None, "first_seen")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"url": ""}, "no_url"),
        ({"url": 7}, "no_url"),
        ({"url": "not a url"}, "bad_url"),
        ({"text": ""}, "no_text"),
        ({"text": " \n"}, "no_text"),
        ({"text": None}, "no_text"),
        ({"text": "", "html": "<html><body></body></html>"}, "empty"),
    ],
)
def test_record_without_the_needful(changes: dict[str, object], reason: str) -> None:
    made = record(**changes)
    assert isinstance(made, Skipped)
    assert made.reason == reason


def test_record_with_html() -> None:
    made = cast("Article", record(text="", html=page(), published_at="2026-11-17"))
    assert BODY[1] in made.text
    assert (made.date_source, made.text_source) == ("import", "page")


@pytest.mark.parametrize(
    ("text", "stated", "expected"),
    [
        (" ".join(BODY), "", "en"),
        (" ".join(BODY), "de", "en"),
        ("Der Rat der Stadt hat am Dienstag mit großer Mehrheit für den Bau des neuen Hafens gestimmt, die Kosten "
         "sind nicht bekannt und werden von dem Land getragen.", "en", "de"),
        ("今日は港の新しいターミナルについての投票がありました。", "", "ja"),
        ("北港市议会周二投票决定建设新的渡轮码头。", "", "zh"),
        ("Ferry 41", "fr-FR", "fr"),
        ("Ferry 41", "", ""),
    ],
)  # fmt: skip
def test_language(text: str, stated: str, expected: str) -> None:
    assert language(text, stated) == expected

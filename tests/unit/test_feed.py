import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.errors import FeedUnreadable
from extractors.feed import parse_feed
from extractors.records import ParsedFeed
from tests.bounded import ends

URL = "https://harbour.example/feeds/all.xml"

RSS = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE rss [<!ENTITY copyright "&#169;">]>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Harbour Post &copyright;</title><link>/</link>
<item><title>Profit &amp;amp; loss: &lt;em&gt;up&lt;/em&gt; 5%</title><link>/one?utm_source=rss</link>
<guid isPermaLink="false">x1</guid><pubDate>Mon, 02 Nov 2026 10:00:00 +0100</pubDate><dc:creator>Ida Holm</dc:creator>
<description>Short.</description><content:encoded><![CDATA[<p>Long <a href="/z">text</a></p>]]></content:encoded>
<source url="https://wire.example/rss">Coast Wire</source></item>
<item><title>No link and a default date</title><pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate></item>
<item><title>Permalink</title><guid>https://harbour.example/two</guid></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://base.example/blog/"><title>Blog</title>
<entry><title type="html">Ferry &lt;b>delayed&lt;/b></title><link rel="enclosure" href="a.mp3"/><link href="post1"/>
<id>urn:x</id><published>2026-11-01T09:00:00+02:00</published><updated>2026-11-02</updated>
<author><name>Ida Holm</name></author><author><name>Per Lund</name></author>
<summary type="html">&lt;p>Short.</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Long.</p></div></content></entry></feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>Notes</title></channel>
<item rdf:about="https://notes.example/1"><title>One</title><link>https://notes.example/1</link>
<dc:date>2026-11-01T01:00:00Z</dc:date><description>Text.</description></item></rdf:RDF>"""


def parse(text: str | bytes, limit: int = 500, content_type: str = "") -> ParsedFeed:
    body = text.encode() if isinstance(text, str) else text
    return parse_feed(body, url=URL, content_type=content_type, limit=limit)


def items(count: int) -> str:
    listed = "".join(
        f"<item><title>t{n}</title><link>https://harbour.example/{n}</link>"
        f"<pubDate>Mon, 02 Nov 2026 10:{n:02d}:00 GMT</pubDate></item>"
        for n in range(count)
    )
    return f'<rss version="2.0"><channel><title>x</title>{listed}</channel></rss>'


def test_rss_2() -> None:
    feed = parse(RSS)
    assert (feed.title, feed.site_url, len(feed.entries)) == ("Harbour Post ©", "https://harbour.example/", 3)
    entry = feed.entries[0]
    assert entry.url == "https://harbour.example/one?utm_source=rss"
    assert entry.title == "Profit & loss: up 5%"
    assert entry.published_at == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert (entry.author, entry.guid, entry.source_name) == ("Ida Holm", "x1", "Coast Wire")
    assert (entry.summary, entry.content) == ("Short.", '<p>Long <a href="/z">text</a></p>')


def test_entry_without_link_and_with_default_date_stays_countable() -> None:
    entry = parse(RSS).entries[1]
    assert (entry.url, entry.published_at) == ("", None)
    assert parse(RSS).entries[2].url == "https://harbour.example/two"


def test_atom_links_are_absolute_by_xml_base() -> None:
    entry = parse(ATOM).entries[0]
    assert entry.url == "https://base.example/blog/post1"
    assert entry.title == "Ferry delayed"
    assert entry.published_at == datetime(2026, 11, 1, 7, tzinfo=UTC)
    assert entry.updated_at == datetime(2026, 11, 2, tzinfo=UTC)
    assert entry.author == "Ida Holm, Per Lund"
    assert "<p>Long.</p>" in entry.content


def test_rss_1() -> None:
    entry = parse(RDF).entries[0]
    assert (entry.url, entry.title) == ("https://notes.example/1", "One")
    assert entry.updated_at == datetime(2026, 11, 1, 1, tzinfo=UTC)


def test_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Notes",
        "home_page_url": "https://notes.example/",
        "items": [
            {
                "id": "1",
                "url": "/one",
                "title": "One",
                "content_html": "<p>Text</p>",
                "date_published": "2026-11-01T02:00:00+01:00",
                "authors": [{"name": "Ida Holm"}],
            },
            "not an item",
        ],
    }
    parsed = parse(json.dumps(feed))
    assert len(parsed.entries) == 1
    entry = parsed.entries[0]
    assert (entry.url, entry.author, entry.content) == ("https://harbour.example/one", "Ida Holm", "<p>Text</p>")
    assert entry.published_at == datetime(2026, 11, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "empty"),
        (" \n\ufeff ", "empty"),
        ("<!DOCTYPE html><html><body>Not found</body></html>", "html"),
        ("<html><body><form><input name=p type=password></form></body></html>", "login"),
        ("<html><head><title>Just a moment...</title></head></html>", "challenge"),
        ("plain words", "not_xml"),
        ("<data><row/></data>", "not_feed"),
        ('<rss version="2.0"><channel><title>x</title></channel></rss>', "no_items"),
        ('{"items": 5}', "not_feed"),
        ("[" * 200_000, "not_xml"),
        ('<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><rss/>', "entities"),
        ('<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss/>', "entities"),
        ('<!DOCTYPE r [<!ENTITY % p "x">]><rss/>', "entities"),
        (f'<!DOCTYPE r [<!ENTITY a "{"x" * 5000}">]><rss/>', "entities"),
        ('<!doctype r [<!entity a "x"><!entity b "&a;">]><rss/>', "entities"),
    ],
)
def test_what_is_no_feed_has_its_own_code(body: str, code: str) -> None:
    with pytest.raises(FeedUnreadable) as caught:
        parse(body)
    assert caught.value.code == code
    assert str(caught.value).startswith(f"{code}: ")
    assert "\n" not in str(caught.value)


def test_words_about_entities_in_an_article_are_no_attack() -> None:
    text = RSS.replace("Short.", "<![CDATA[Write <!ENTITY a SYSTEM 'x'> in the DTD]]>")
    assert "<!ENTITY" in parse(text).entries[0].summary


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        ("iso-8859-1", "iso-8859-1", ""),
        ("windows-1252", "windows-1252", ""),
        ("utf-16", "utf-16", ""),
        ("utf-8", "iso-8859-1", "text/xml; charset=iso-8859-1"),
        ("windows-1252", "", "application/rss+xml; charset=windows-1252"),
    ],
)
def test_encodings(encoding: str, declared: str, content_type: str) -> None:
    prolog = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = (prolog + items(1).replace("t0", "Café in Zürich")).encode(encoding)
    assert parse(body, content_type=content_type).entries[0].title == "Café in Zürich"


@pytest.mark.parametrize("name", ["zip", "unicode_escape", "utf-7", "punycode", "no-such-charset"])
def test_exotic_encodings_are_read_as_utf_8(name: str) -> None:
    body = f'<?xml version="1.0" encoding="{name}"?>{items(1)}'.encode().replace(b"t0", b"caf\xc3\xa9 +AGE- \\u0041")
    assert parse(body).entries[0].title == "café +AGE- \\u0041"


def test_bad_bytes_become_replacement_characters() -> None:
    assert parse(items(1).encode().replace(b"t0", b"caf\xff \xc3\xa9")).entries[0].title == "caf� é"


def test_cut_feed_and_junk_before_it_still_give_their_entries() -> None:
    assert len(parse(items(3)[:-60]).entries) == 3
    assert len(parse("Warning: something in line 3\n" + items(2)).entries) == 2


def test_newest_entries_are_kept_and_the_rest_counted() -> None:
    feed = parse(items(12), limit=5)
    assert [entry.title for entry in feed.entries] == ["t7", "t8", "t9", "t10", "t11"]
    assert feed.dropped == 7


@pytest.mark.parametrize(
    "hostile",
    [
        f'<rss version="2.0"><channel><item><author>{"a" * 200_000}</author></item></channel></rss>',
        f'<rss version="2.0"><channel><item><author><![CDATA[{"a-" * 100_000}]]></author></item></channel></rss>',
        "\n" * 200_000 + "<rss/>",
        "<!--" * 100_000,
        "<?x " * 100_000,
        "<!DOCTYPE x [" + "]" * 200_000,
        "<!DOCTYPE x [" + "<!ENTITY " * 50_000,
        "{" * 100_000,
    ],
)
def test_hostile_feeds_end(hostile: str) -> None:
    with ends(), suppress(FeedUnreadable):
        parse(hostile)


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=300), st.sampled_from([b"", b"<rss><channel><item>", b"<feed><entry>", b"{", b"<!DOCTYPE a ["])
)
def test_any_bytes_are_a_feed_or_a_coded_error(tail: bytes, head: bytes) -> None:
    try:
        feed = parse(head + tail)
    except FeedUnreadable:
        return
    assert feed.entries
    assert all(entry.url == "" or entry.url.startswith(("http://", "https://")) for entry in feed.entries)

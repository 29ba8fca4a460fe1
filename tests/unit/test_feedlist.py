import dataclasses
from pathlib import Path

import pytest

from extractors.errors import SettingsError
from extractors.records import content_id
from flows import feedlist
from flows.feedsfile import Feed, load_feeds
from flows.opml import read_opml, write_opml
from flows.settings import SHIPPED_FEEDS, Settings, load_settings

MINE = """# my feeds, by hand
[[feeds]]
url = "https://harbour.example/rss"  # slow on Sundays
outlet = "Harbour Post"

# the islands
[[feeds]]
outlet = "Skarholm News"
url = "https://skarholm.example/feed"
folder = "islands"
# asked for on 3 May

# the end
"""


def feed(url: str, outlet: str = "New", folder: str = "") -> Feed:
    return Feed(content_id(url), url, outlet, folder)


@pytest.fixture
def mine(tmp_path: Path) -> Settings:
    path = tmp_path / "mine.toml"
    path.write_text(MINE, encoding="utf-8")
    return Settings(home=tmp_path / "home", feeds=path)


def test_add_appends_and_keeps_every_line(mine: Settings) -> None:
    odd = feed("https://new.example/a?x=1&y=%20", 'The "Odd" \\ Day\x7f — läuft', "a/b")
    path, added = feedlist.add(mine, [odd, odd, feed("https://harbour.example/rss")])
    assert added == (odd,)
    assert path.read_text(encoding="utf-8").startswith(MINE)
    assert load_feeds(path)[-1] == odd
    assert feedlist.add(mine, [odd])[1] == ()


def test_remove_takes_one_table_and_leaves_the_comments_of_the_others(mine: Settings) -> None:
    path, gone = feedlist.remove(mine, "https://harbour.example/rss")
    assert [one.outlet for one in gone] == ["Harbour Post"]
    left = path.read_text(encoding="utf-8")
    assert left == MINE.replace(MINE[MINE.index("[[feeds]]") : MINE.index("# the islands")], "")


def test_remove_by_outlet_in_any_case(mine: Settings) -> None:
    path, _ = feedlist.remove(mine, "skarholm news")
    left = path.read_text(encoding="utf-8")
    assert [one.outlet for one in load_feeds(path)] == ["Harbour Post"]
    assert "# the islands" in left
    assert "# the end" in left


def test_the_last_feed_and_an_unknown_one_are_not_removed(mine: Settings) -> None:
    with pytest.raises(SettingsError, match="no feed has the URL or the outlet 'Nobody'"):
        feedlist.remove(mine, "Nobody")
    feedlist.remove(mine, "Harbour Post")
    before = mine.feeds.read_text(encoding="utf-8")
    with pytest.raises(SettingsError, match="all that is listed"):
        feedlist.remove(mine, "Skarholm News")
    assert mine.feeds.read_text(encoding="utf-8") == before


def test_a_file_that_cannot_be_changed_line_by_line_is_left_as_it_is(mine: Settings) -> None:
    inline = 'feeds = [{url = "https://a.example/f", outlet = "A"}, {url = "https://b.example/f", outlet = "B"}]\n'
    mine.feeds.write_text(inline, encoding="utf-8")
    with pytest.raises(SettingsError, match="by hand"):
        feedlist.remove(mine, "A")
    with pytest.raises(SettingsError, match="by hand"):
        feedlist.add(mine, [feed("https://c.example/f")])
    assert mine.feeds.read_text(encoding="utf-8") == inline
    assert list(mine.feeds.parent.glob("*.toml")) == [mine.feeds]


def test_the_shipped_list_is_copied_and_never_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = SHIPPED_FEEDS.read_bytes()
    settings = load_settings()
    assert settings.feeds == SHIPPED_FEEDS
    path, _ = feedlist.add(settings, [feed("https://new.example/rss")])
    assert path == settings.home / "feeds.toml"
    assert len(load_feeds(path)) == len(load_feeds(SHIPPED_FEEDS)) + 1
    assert SHIPPED_FEEDS.read_bytes() == before
    assert load_settings().feeds == path, "runs read the user's own file from now on"
    path, _ = feedlist.remove(settings, "https://new.example/rss")
    assert load_feeds(path) == load_feeds(SHIPPED_FEEDS)


def test_a_feeds_file_that_does_not_exist_yet_is_made(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, feeds=tmp_path / "new" / "mine.toml")
    feedlist.add(settings, [feed("https://new.example/rss")])
    assert [one.url for one in load_feeds(settings.feeds)] == ["https://new.example/rss"]


OPML = b"""<?xml version="1.0"?>
<opml version="2.0"><head><title>Feeds</title></head><body>
<outline text="News"><outline text="Coast &amp; sea">
  <outline type="rss" text="Harbour Post" xmlUrl="https://harbour.example/rss?a=1&amp;b=2" htmlUrl="https://x.example"/>
</outline><outline type="rss" title="Skarholm News" xmlUrl="https://skarholm.example/feed"/></outline>
<outline text="A note"/><outline text="Local" xmlUrl="file:///etc/passwd"/>
<outline xmlUrl="http://plain.example/feed"/></body></opml>"""


def test_opml_with_folders() -> None:
    assert [(one.url, one.outlet, one.folder) for one in read_opml(OPML, "x.opml")] == [
        ("https://harbour.example/rss?a=1&b=2", "Harbour Post", "News/Coast & sea"),
        ("https://skarholm.example/feed", "Skarholm News", "News"),
        ("http://plain.example/feed", "plain.example", ""),
    ]


def test_what_is_written_is_read_back() -> None:
    feeds = (*read_opml(OPML, "x.opml"), *(dataclasses.replace(one, tags=()) for one in load_feeds(SHIPPED_FEEDS)))
    assert set(read_opml(write_opml(feeds).encode(), "x.opml")) == set(feeds)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not well-formed"),
        (b"<opml><body/></opml>", "holds no outline"),
        (b'<!DOCTYPE opml [<!ENTITY a "b">]><opml><body><outline text="&a;"/></body></opml>', "document type"),
        (b'<!DOCTYPE opml SYSTEM "http://127.0.0.1/x.dtd"><opml/>', "document type"),
        (b"<outline>" * 2000, "nested deeper"),
        (b"x" * 11_000_000, "more than 10 MiB"),
    ],
)
def test_opml_that_is_none_is_refused_in_one_line(body: bytes, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        read_opml(body, "x.opml")
    assert str(caught.value).startswith("x.opml: ")
    assert "\n" not in str(caught.value)

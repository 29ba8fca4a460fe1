from pathlib import Path

import pytest

from extractors.errors import SettingsError
from extractors.records import content_id
from extractors.urls import canonical
from flows.feedsfile import load_feeds
from flows.settings import SHIPPED_FEEDS

GOOD = '# mine\n[[feeds]]\nurl = "https://harbour.example/rss?key=1"\noutlet = "Harbour Post"\nfolder = "local"\n'


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "feeds.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_feeds_are_read_as_written(tmp_path: Path) -> None:
    (feed,) = load_feeds(written(tmp_path, GOOD + 'tags = ["a", "b"]\n'))
    assert feed.url == "https://harbour.example/rss?key=1"
    assert feed.feed_id == content_id(feed.url)
    assert (feed.outlet, feed.folder, feed.tags) == ("Harbour Post", "local", ("a", "b"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[feeds]]\nurl = \n", "feeds.toml: not valid TOML: Invalid value (at line 2"),
        ("", "holds no feeds; expected at least one [[feeds]] table"),
        ("feeds = 3\n", "holds no feeds"),
        ('feeds = ["https://a.example/"]\n', "feeds #1: expected a [[feeds]] table"),
        (GOOD + "[other]\n", "feeds.toml:6: other: no such key; expected [[feeds]]"),
        (GOOD + '\n[[feeds]]\noutlet = "B"\n', "feeds.toml:7: feeds #2: url is missing; expected the feed's http(s)"),
        (GOOD + '[[feeds]]\nurl = "https://b.example/"\n', "feeds.toml:6: feeds #2: outlet is missing"),
        (GOOD + 'titel = "x"\n', "feeds.toml:6: feeds #1: titel: no such key; expected"),
        (GOOD + '[[feeds]]\noutlet = "B"\nurl = "ftp://b.example/"\n', "feeds.toml:8: feeds #2: url: not an http"),
        (GOOD + '[[feeds]]\noutlet = 5\nurl = "https://b.example/"\n', "feeds.toml:7: feeds #2: outlet: expected a s"),
        (GOOD + "tags = [1]\n", "feeds.toml:6: feeds #1: tags: expected a list of strings"),
        (GOOD + GOOD, "feeds.toml:7: feeds #2: https://harbour.example/rss?key=1 is listed twice"),
    ],
)
def test_mistake_names_file_line_key_and_what_was_expected(tmp_path: Path, text: str, expected: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load_feeds(path)
    assert expected in str(caught.value)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_absent_and_unreadable_files(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such feeds file"):
        load_feeds(tmp_path / "absent.toml")
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9")
    with pytest.raises(SettingsError, match="UTF-8"):
        load_feeds(tmp_path / "latin.toml")


def test_shipped_feeds() -> None:
    feeds = load_feeds(SHIPPED_FEEDS)
    assert len(feeds) >= 30
    assert len({feed.outlet for feed in feeds}) >= 25
    assert all(canonical(feed.url).startswith("https://") and feed.folder for feed in feeds)

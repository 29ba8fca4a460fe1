"""Changes the user's feeds file and nothing else in it: comments and order stay. The shipped list is copied first."""

import json
import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from extractors.errors import SettingsError
from flows.feedsfile import TABLE, Feed, load_feeds
from flows.settings import OWN_FEEDS, SHIPPED_FEEDS, Settings

_HEADER = re.compile(r"\s*\[")


def own_file(settings: Settings) -> Path:
    """Return the file that changes go to: that of the settings, or a copy of the shipped list in `home`."""
    if settings.feeds != SHIPPED_FEEDS:
        return settings.feeds
    return settings.home / OWN_FEEDS


def add(settings: Settings, new: Iterable[Feed]) -> tuple[Path, tuple[Feed, ...]]:
    """Append feeds that are not listed yet; return the file and those that were added.

    Raises:
        SettingsError: when the file cannot be read or written.
    """
    path = own_file(settings)
    text, listed = _current(settings, path)
    known = {feed.feed_id for feed in listed}
    added = tuple(feed for feed in {feed.feed_id: feed for feed in new}.values() if feed.feed_id not in known)
    if added:
        base = text.rstrip("\n") + "\n" if text.strip() else ""
        _write(path, base + "".join(f"\n{_table(feed)}" for feed in added), (*listed, *added))
    return path, added


def remove(settings: Settings, named: str) -> tuple[Path, tuple[Feed, ...]]:
    """Drop the feed with this URL, or all of the outlet of this name; return the file and what was removed.

    Raises:
        SettingsError: when nothing has that name, when no feed would be left, or the file cannot be changed.
    """
    path = own_file(settings)
    text, listed = _current(settings, path)
    gone = tuple(feed for feed in listed if named == feed.url) or tuple(
        feed for feed in listed if named.casefold() == feed.outlet.casefold()
    )
    if not gone:
        raise SettingsError(f"{path}: no feed has the URL or the outlet {named!r}; `crosswire feeds list` shows them")
    left = tuple(feed for feed in listed if feed not in gone)
    if not left:
        raise SettingsError(f"{path}: {named!r} is all that is listed; add another feed before you remove it")
    _write(path, _without(text, {listed.index(feed) for feed in gone}), left)
    return path, gone


def _current(settings: Settings, path: Path) -> tuple[str, tuple[Feed, ...]]:
    """Return the text that is to be changed and its feeds; a file that does not exist yet is empty."""
    source = SHIPPED_FEEDS if settings.feeds == SHIPPED_FEEDS and not path.exists() else path
    if not source.exists():
        return "", ()
    feeds = load_feeds(source)
    return source.read_text(encoding="utf-8"), feeds


def _table(feed: Feed) -> str:
    """A feed's table; JSON strings are TOML strings once DEL is escaped."""
    values: list[tuple[str, object]] = [("url", feed.url), ("outlet", feed.outlet)]
    values += [("folder", feed.folder)] if feed.folder else []
    values += [("tags", list(feed.tags))] if feed.tags else []
    written = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values)
    return "[[feeds]]\n" + "\n".join(written).replace("\x7f", "\\u007f") + "\n"


def _without(text: str, numbers: set[int]) -> str:
    """Drop the tables with these numbers; comments that stand before the next table are about that one and stay."""
    lines = text.splitlines(keepends=True)
    starts = [number for number, line in enumerate(lines) if TABLE.match(line)]
    dropped: set[int] = set()
    for number in numbers & set(range(len(starts))):
        start = starts[number]
        stop = next((at for at in range(start + 1, len(lines)) if _HEADER.match(lines[at])), len(lines))
        last = max(at for at in range(start, stop) if at == start or not _is_remark(lines[at]))
        dropped |= set(range(start, last + 1))
        if last + 1 < len(lines) and not lines[last + 1].strip():
            dropped.add(last + 1)
    return "".join(line for at, line in enumerate(lines) if at not in dropped)


def _is_remark(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _write(path: Path, text: str, expected: Sequence[Feed]) -> None:
    """Replace the file at once, after the new text was read back and holds exactly the feeds that it should."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, suffix=".toml", delete=False) as out:
            out.write(text)
        draft = Path(out.name)
        try:
            if set(load_feeds(draft)) != set(expected):
                raise SettingsError("")
            os.replace(draft, path)
        except SettingsError:
            raise SettingsError(f"{path}: cannot be changed without harm; edit its [[feeds]] tables by hand") from None
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be written ({error.strerror})") from None

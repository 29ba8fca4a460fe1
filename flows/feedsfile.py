"""The feeds file: which feeds are read, under which outlet's name; a mistake names its place."""

import difflib
import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, cast

from extractors.errors import SettingsError
from extractors.records import content_id
from extractors.urls import canonical

TABLE = re.compile(r"\s*\[\[\s*[\"']?feeds[\"']?\s*\]\]")
_KEYS = {"url": str, "outlet": str, "folder": str, "tags": list}


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed to read. `feed_id` derives from the URL; `folder` and `tags` only sort the list for a reader."""

    feed_id: str
    url: str
    outlet: str
    folder: str = ""
    tags: tuple[str, ...] = ()


def load_feeds(path: Path) -> tuple[Feed, ...]:
    """Read the feeds from a TOML file of `[[feeds]]` tables with `url`, `outlet` and optionally `folder` and `tags`.

    Raises:
        SettingsError: naming the file, the line, the key and what was expected there.
    """
    text = _text(path)
    try:
        loaded = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from error
    for key in loaded:
        if key != "feeds":
            raise SettingsError(f"{path}:{_key_line(text, 0, key)}: {key}: no such key; expected [[feeds]] tables only")
    tables = loaded.get("feeds")
    if not isinstance(tables, list) or not tables:
        raise SettingsError(f"{path}: holds no feeds; expected at least one [[feeds]] table with url and outlet")
    starts = [number for number, line in enumerate(text.splitlines(), 1) if TABLE.match(line)]
    found: dict[str, Feed] = {}
    for number, table in enumerate(cast("list[object]", tables)):
        start = starts[number] if number < len(starts) else 1
        feed = _feed(path, text, start, number + 1, table)
        if feed.feed_id in found:
            raise SettingsError(f"{path}:{start}: feeds #{number + 1}: {feed.url} is listed twice; remove one of them")
        found[feed.feed_id] = feed
    return tuple(found.values())


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SettingsError(f"{path}: no such feeds file; create it or change the setting `feeds`") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read ({error}); expected a UTF-8 TOML file") from error


def _feed(path: Path, text: str, start: int, number: int, table: object) -> Feed:
    if not isinstance(table, dict):
        raise SettingsError(f"{path}: feeds #{number}: expected a [[feeds]] table with url and outlet")
    values = cast("dict[str, Any]", table)
    for key, value in values.items():
        place = f"{path}:{_key_line(text, start, key)}: feeds #{number}: {key}"
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, n=1)
            raise SettingsError(f"{place}: no such key; expected {near[0] if near else ', '.join(_KEYS)}")
        if not isinstance(value, _KEYS[key]) or (key == "tags" and not all(isinstance(tag, str) for tag in value)):
            raise SettingsError(f"{place}: expected {'a list of strings' if key == 'tags' else 'a string'}")
    for key in ("url", "outlet"):
        if not str(values.get(key, "")).strip():
            raise SettingsError(f"{path}:{start}: feeds #{number}: {key} is missing; expected {_EXPECTED[key]}")
    url = _checked(values["url"].strip(), f"{path}:{_key_line(text, start, 'url')}: feeds #{number}: url")
    return Feed(
        feed_id=content_id(url),
        url=url,
        outlet=values["outlet"].strip(),
        folder=values.get("folder", "").strip(),
        tags=tuple(values.get("tags", ())),
    )


_EXPECTED = {"url": 'the feed\'s http(s) address (url = "https://...")', "outlet": "the publisher's name"}


def _checked(url: str, place: str) -> str:
    """Return the URL as written: a feed's query may hold a key, so that nothing is dropped from it."""
    try:
        canonical(url)
    except ValueError as error:
        raise SettingsError(f"{place}: {error}; expected the feed's http(s) address") from None
    return url


def _key_line(text: str, start: int, key: str) -> int:
    for number, line in enumerate(text.splitlines()[start:], start + 1):
        if line.partition("=")[0].strip().strip("\"'[] ") == key:
            return number
        if start and line.lstrip().startswith("["):
            break
    return max(start, 1)


FEED_KEYS = tuple(field.name for field in fields(Feed) if field.name != "feed_id")
"""The keys of a `[[feeds]]` table, in the order in which they are written."""

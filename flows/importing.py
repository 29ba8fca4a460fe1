"""`crosswire import`: articles from a file, through the same store, analysis and comparison as the feeds'."""

import gzip
import json
from collections.abc import Generator
from contextlib import closing
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from extractors.article import from_page, from_record
from extractors.errors import CrosswireError
from extractors.pipeline import analyse
from extractors.records import Article, FeedEntry, Skipped
from extractors.urls import canonical, host
from flows.analyse import analyse_pending
from flows.clock import now
from flows.crosscheck import compare, summarise
from flows.progress import Progress
from flows.recording import RunningCount, recorded
from flows.settings import Settings
from flows.summary import RunSummary
from flows.tools import load_toolkit
from store import articles
from store.db import open_writer, transaction

STORE_BATCH = 500
"""Articles that are stored in one transaction."""

_WARC = (".warc", ".warc.gz")


def import_file(settings: Settings, path: Path, progress: Progress) -> RunSummary:
    """Store, analyse and compare the articles of a JSON Lines or WARC file; a bad line becomes a skipped row.

    Raises CrosswireError when the file cannot be read at all.
    """
    if not path.is_file():
        raise CrosswireError(f"{path}: no such file; give JSON Lines (.jsonl, .jsonl.gz) or WARC (.warc, .warc.gz)")
    with open_writer(settings.home) as connection, recorded(connection, "import") as running:
        _store_all(connection, path, running, progress)
        analyse_pending(
            connection, settings, lambda batch, wanted: tuple(analyse(batch, load_toolkit(wanted))), progress
        )
        compare(connection, settings, progress)
        return summarise(connection, settings, running, "import")


def _store_all(connection: duckdb.DuckDBPyConnection, path: Path, running: RunningCount, progress: Progress) -> None:
    progress.stage("Storing articles", _count_hint(path))
    with closing(_items(path)) as items:
        while batch := list(islice(items, STORE_BATCH)):
            kept = [item for item in batch if isinstance(item, Article)]
            skipped = [item for item in batch if isinstance(item, Skipped)]
            with transaction(connection):
                counts = articles.store(connection, kept, skipped, running.run_id)
            running.add(counts, skipped=len(skipped))
            progress.advance(len(batch))


def _items(path: Path) -> Generator[Article | Skipped]:
    return _warc_items(path) if path.name.endswith(_WARC) else _json_items(path)


def _count_hint(path: Path) -> int:
    if path.name.endswith(_WARC):
        return 0
    with _open(path) as lines:
        return sum(1 for line in lines if line.strip())


def _open(path: Path) -> BufferedReader | gzip.GzipFile:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")


def _json_items(path: Path) -> Generator[Article | Skipped]:
    fetched_at = now()
    with _open(path) as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _json_item(line, f"{path.name}:{number}", fetched_at)


def _json_item(line: bytes, place: str, fetched_at: Any) -> Article | Skipped:
    try:
        record = json.loads(line)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        return Skipped(place, "bad_json", f"not a JSON object: {error}")
    if not isinstance(record, dict):
        return Skipped(place, "bad_json", "not a JSON object")
    item = from_record(record, fetched_at=fetched_at)
    return Skipped(place, item.reason, item.detail) if isinstance(item, Skipped) and not item.url else item


def _warc_items(path: Path) -> Generator[Article | Skipped]:
    from warcio.archiveiterator import ArchiveIterator

    with path.open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type == "response" and _is_page(record):
                yield _warc_item(record)


def _is_page(record: Any) -> bool:
    headers = record.http_headers
    return bool(headers) and headers.get_statuscode() == "200" and "html" in (headers.get_header("Content-Type") or "")


def _warc_item(record: Any) -> Article | Skipped:
    raw = str(record.rec_headers.get_header("WARC-Target-URI") or "")
    try:
        url = canonical(raw)
    except ValueError as error:
        return Skipped(raw, "no_url", str(error))
    body: bytes = record.content_stream().read()
    return from_page(body, FeedEntry(url, ""), url=url, outlet=host(url), feed_id="", fetched_at=now())

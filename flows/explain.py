"""`crosswire explain`: what is seen in one text, or in one text a line. Never touches the database."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from extractors.article import from_page, from_record
from extractors.errors import CrosswireError
from extractors.pipeline import analyse
from extractors.records import Analysis, Article, FeedEntry, Skipped
from extractors.urls import host
from flows import terminal
from flows.clock import now
from flows.settings import Settings
from flows.tools import load_readers
from store.analyses import rows_of


def explain(settings: Settings, source: str, *, as_json: bool, jsonl: bool) -> None:
    """Print what is seen in a file, a page or standard input. With `jsonl`: one object in, one object out.

    Raises CrosswireError when the source cannot be read or holds no text.
    """
    if jsonl:
        _explain_lines(settings, source)
        return
    article = _article(settings, source)
    (analysis,) = analyse([article], load_readers(settings))
    if as_json:
        key = "url" if source.startswith(("http://", "https://")) else "id"
        print(_dump({key: source, **_findings(article, analysis)}))
    else:
        terminal.print_analysis(article, analysis)


def _explain_lines(settings: Settings, source: str) -> None:
    """Stream: a line that cannot be read gets an object with `error`, and the others go on."""
    for given, article, analysis in _analysed(settings, _lines(source)):
        if article is None or analysis is None:
            print(_dump(given))
        else:
            print(_dump({**given, **_findings(article, analysis)}), flush=True)


def _analysed(
    settings: Settings, lines: Iterable[str]
) -> Iterator[tuple[dict[str, Any], Article | None, Analysis | None]]:
    tools = load_readers(settings)
    waiting: list[tuple[dict[str, Any], Article | None]] = []
    for line in lines:
        waiting.append(_read_line(line))
        if len(waiting) == settings.analyse_batch:
            yield from _flush(waiting, tools)
            waiting = []
    yield from _flush(waiting, tools)


def _flush(
    waiting: list[tuple[dict[str, Any], Article | None]], tools: Any
) -> Iterator[tuple[dict[str, Any], Article | None, Analysis | None]]:
    found = analyse([article for _, article in waiting if article], tools)
    for given, article in waiting:
        yield given, article, next(found) if article else None


def _read_line(line: str) -> tuple[dict[str, Any], Article | None]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        return {"error": f"not a JSON object: {error}"}, None
    if not isinstance(record, dict):
        return {"error": "not a JSON object"}, None
    given = {key: record[key] for key in ("id", "url") if key in record}
    item = from_record({"url": "http://text.invalid/", "outlet": "", "title": "", **record}, fetched_at=now())
    return (given, item) if isinstance(item, Article) else ({**given, "error": f"{item.reason}: {item.detail}"}, None)


def _lines(source: str) -> Iterator[str]:
    if source == "-":
        yield from (line for line in sys.stdin if line.strip())
        return
    with _existing(source).open(encoding="utf-8") as lines:
        yield from (line for line in lines if line.strip())


def _findings(article: Article, analysis: Analysis) -> dict[str, Any]:
    """Return the lists of an analysis with the columns of the public views."""
    shared = {"outlet": article.outlet, "published_at": article.published_at}
    return {
        name: [{**row, **(shared if name != "mentions" else {})} for row in rows]
        for name, rows in rows_of(analysis).items()
    }


def _article(settings: Settings, source: str) -> Article:
    fetched_at = now()
    if source.startswith(("http://", "https://")):
        item = _from_web(settings, source, fetched_at)
    elif source == "-":
        item = _from_text(sys.stdin.read(), "http://stdin.invalid/", fetched_at)
    else:
        path = _existing(source)
        item = _from_file(path, fetched_at)
    if isinstance(item, Skipped):
        raise CrosswireError(f"{source}: {item.reason}: {item.detail}")
    return item


def _existing(source: str) -> Path:
    path = Path(source)
    if not path.is_file():
        raise CrosswireError(f"{source}: no such file; give a text or HTML file, a URL, or - for standard input")
    return path


def _from_file(path: Path, fetched_at: datetime) -> Article | Skipped:
    body = path.read_bytes()
    url = "http://file.invalid/"
    if path.suffix in (".html", ".htm") or body.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        return from_page(body, FeedEntry(url, ""), url=url, outlet=path.name, feed_id="", fetched_at=fetched_at)
    return _from_text(body.decode("utf-8", "replace"), url, fetched_at)


def _from_text(text: str, url: str, fetched_at: datetime) -> Article | Skipped:
    return from_record({"url": url, "outlet": "", "title": "", "text": text}, fetched_at=fetched_at)


def _from_web(settings: Settings, url: str, fetched_at: datetime) -> Article | Skipped:
    from flows.fetch import FetchError, Gateway, NotModified

    answer = Gateway.from_settings(settings).fetch(url, kind="page")
    if isinstance(answer, FetchError):
        raise CrosswireError(f"{url}: {answer.code}: {answer.message}")
    if isinstance(answer, NotModified):  # cannot be: nothing conditional was asked
        raise CrosswireError(f"{url}: bad_answer: HTTP 304 without a condition")
    return from_page(answer.body, FeedEntry(url, ""), url=url, outlet=host(url), feed_id="", fetched_at=fetched_at)


def _dump(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)

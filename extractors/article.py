"""Articles from pages, feed entries and records. Text is normalised here once; every offset counts from then on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import cast

from extractors.cleaning import clean_text, inline, one_line, plain, words
from extractors.dates import believable, parse_date
from extractors.decoding import charset, decode
from extractors.language import language
from extractors.page import Page, read_page
from extractors.records import Article, DateSource, FeedEntry, Flag, Skipped, TextSource, content_id
from extractors.urls import canonical

__all__ = ["clean_text", "from_answer", "from_entry", "from_page", "from_record"]

FEWEST_WORDS = 40
"""Below it a text is a teaser, a caption or a notice, not an article."""
_PAYWALL_WORDS = 150
"""A text of fewer words on a page that says it is paid for is its offer or teaser."""
_NO_HTML = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"RIFF", b"\x1f\x8b", b"{", b"[")


@dataclass(frozen=True, slots=True)
class _Choice:
    text: str
    source: TextSource


def from_page(
    html: bytes | str, entry: FeedEntry, *, url: str, outlet: str, feed_id: str, fetched_at: datetime
) -> Article | Skipped:
    """Make the article of a fetched page and of the feed entry that led there.

    The text is the page's, else the feed's own content, else its summary, whichever first has 40 words; `text_source`
    says which. Title: feed or page, whichever names the headline more fully; date: feed, then page; dates before 1990
    or over 24 hours after `fetched_at` count as unknown, and `fetched_at` stands in for them in the store.

    Returns a Skipped with reason `bad_url`, `not_html`, `unreadable`, `paywall`, `empty` or `too_short`.
    """
    markup = decode(html)[0] if isinstance(html, bytes) else html
    head = html.lstrip()[:8] if isinstance(html, bytes) else markup.lstrip()[:8].encode("utf-8", "replace")
    is_html = not head.startswith(_NO_HTML) and "<" in markup
    page = read_page(markup, url=url, fetched_at=fetched_at) if is_html else Page()
    choice = _chosen(page, entry)
    if choice is not None:
        return _article(choice, page, entry, url=url, outlet=outlet, feed_id=feed_id, fetched_at=fetched_at)
    if not is_html and markup.strip():
        return Skipped(url, "not_html", "the address gives something else than a web page")
    return _no_text(page, url)


def from_answer(
    body: bytes,
    content_type: str,
    entry: FeedEntry,
    *,
    url: str,
    outlet: str,
    feed_id: str,
    fetched_at: datetime,
) -> Article | Skipped:
    """Make the article of a server's answer: as `from_page`, decoded as its Content-Type says.

    Bytes that could not be decoded are U+FFFD, and an article with such a text has the flag `replaced_bytes`.
    """
    text, whole = decode(body, *charset(content_type))
    given: bytes | str = text if _may_be_html(content_type) else body
    made = from_page(given, entry, url=url, outlet=outlet, feed_id=feed_id, fetched_at=fetched_at)
    if whole or isinstance(made, Skipped) or "\ufffd" not in made.title + made.text:
        return made
    return replace(made, flags=_flags(*made.flags, "replaced_bytes"))


def _may_be_html(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind in {"", "text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml"}


def _flags(*given: Flag) -> tuple[Flag, ...]:
    return tuple(sorted(set(given)))


def from_entry(entry: FeedEntry, *, url: str, outlet: str, feed_id: str, fetched_at: datetime) -> Article | Skipped:
    """Make the article of a feed entry alone, for a page that cannot be had: content, else summary, of 40 words."""
    choice = _chosen(Page(), entry)
    if choice is None:
        return Skipped(url, "too_short", "neither the feed's content nor its summary holds an article")
    return _article(choice, Page(), entry, url=url, outlet=outlet, feed_id=feed_id, fetched_at=fetched_at)


def from_record(record: Mapping[str, object], *, fetched_at: datetime) -> Article | Skipped:
    """Make the article of one JSON object: `url`, `outlet`, `title`, optional `published_at`, and `text` or `html`.

    `text` is only cleaned (see `clean_text`): no word is dropped and a clean text keeps its offsets. Times without a
    zone are UTC. Returns a Skipped with reason `no_url`, `bad_url`, `no_text`, or what `from_page` gives for `html`.
    """
    given = _string(record, "url")
    if not given:
        return Skipped("", "no_url", "the record has no url")
    try:
        url = canonical(given)
    except ValueError as error:
        return Skipped(one_line(given, 2000), "bad_url", one_line(str(error), 300))
    text = clean_text(_string(record, "text", strip=False))
    markup = _string(record, "html")
    published = _record_date(record.get("published_at"))
    outlet = one_line(_string(record, "outlet"), 200)
    if not text.strip() and markup:
        entry = FeedEntry(url=url, title=one_line(_string(record, "title")), published_at=published)
        made = from_page(markup, entry, url=url, outlet=outlet, feed_id="", fetched_at=fetched_at)
        stated = isinstance(made, Article) and made.date_source == "feed"
        return replace(made, date_source="import") if stated else made
    if not text.strip():
        return Skipped(url, "no_text", "the record has neither text nor html")
    kept = believable(published, fetched_at)
    title = one_line(_string(record, "title"))
    return Article(
        article_id=content_id(url),
        url=url,
        outlet=outlet,
        title=title,
        text=text,
        fetched_at=fetched_at,
        published_at=kept,
        date_source="import" if kept else "first_seen",
        text_source="import",
        author=one_line(_string(record, "author"), 300),
        lang=language(text, _string(record, "lang")),
        entry_hash=content_id(url, title, kept, text),
        source_name=one_line(_string(record, "source_name"), 200),
    )


def _article(
    choice: _Choice, page: Page, entry: FeedEntry, *, url: str, outlet: str, feed_id: str, fetched_at: datetime
) -> Article | Skipped:
    try:
        address = canonical(entry.url or url)
    except ValueError as error:
        return Skipped(one_line(entry.url or url, 2000), "bad_url", one_line(str(error), 300))
    published, date_source = _date(page, entry, fetched_at)
    return Article(
        article_id=content_id(address),
        url=address,
        outlet=outlet,
        title=_title(page, entry, choice.text),
        text=choice.text,
        fetched_at=fetched_at,
        published_at=published,
        date_source=date_source,
        text_source=choice.source,
        author=page.author or one_line(entry.author, 300),
        lang=language(choice.text, page.lang),
        feed_id=feed_id,
        entry_hash=entry.entry_hash,
        source_name=one_line(entry.source_name or page.source_name, 200),
        flags=_entry_flags(choice, entry, fetched_at),
    )


def _entry_flags(choice: _Choice, entry: FeedEntry, fetched_at: datetime) -> tuple[Flag, ...]:
    """What the feed has wrong and bears on the article: its date, and its text where that was taken."""
    kept: list[Flag] = [flag for flag in entry.flags if flag != "replaced_bytes" or choice.source != "page"]
    stated = (entry.published_at, entry.updated_at)
    if any(when is not None and believable(when, fetched_at) is None for when in stated):
        kept.append("impossible_date")
    return _flags(*kept)


def _chosen(page: Page, entry: FeedEntry) -> _Choice | None:
    """Page, content, summary: the first that is an article; a page with under half of the content is a teaser."""
    content, summary = plain(entry.content), plain(entry.summary)
    on_page = words(page.text)
    teaser = (page.paywalled and on_page < _PAYWALL_WORDS) or 2 * on_page < words(content)
    if on_page >= FEWEST_WORDS and not teaser:
        return _Choice(page.text, "page")
    if words(content) >= FEWEST_WORDS:
        return _Choice(content, "feed_content")
    if words(summary) >= FEWEST_WORDS:
        return _Choice(summary, "feed_summary")
    return None


def _no_text(page: Page, url: str) -> Skipped:
    if page.refusal:
        return Skipped(url, "unreadable", page.refusal)
    if page.paywalled:
        return Skipped(url, "paywall", "the page shows its text to subscribers only, and the feed has none")
    if not page.text:
        return Skipped(url, "empty", "neither the page nor the feed holds a text")
    return Skipped(url, "too_short", f"the page holds {words(page.text)} words, fewer than {FEWEST_WORDS}")


def _date(page: Page, entry: FeedEntry, fetched_at: datetime) -> tuple[datetime | None, DateSource]:
    for stated in (entry.published_at, entry.updated_at):
        if found := believable(stated, fetched_at):
            return found, "feed"
    if page.published_at is not None:
        return page.published_at, "page"
    return None, "first_seen"


def _title(page: Page, entry: FeedEntry, text: str) -> str:
    """The page's headline; the feed's where the page has none; the first words of the text where neither has one."""
    return page.title or inline(entry.title) or one_line(text.split("\n", 1)[0], 120)


def _string(record: Mapping[str, object], key: str, *, strip: bool = True) -> str:
    value = record.get(key)
    if not isinstance(value, str):
        return ""
    return value.strip() if strip else value


def _record_date(value: object) -> datetime | None:
    if isinstance(value, str):
        return parse_date(value)
    if isinstance(value, datetime):
        return believable(value)
    if isinstance(value, date):
        return believable(datetime(value.year, value.month, value.day, tzinfo=UTC))
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return believable(datetime.fromtimestamp(cast("float", value), UTC))
        except (ValueError, OverflowError, OSError):
            return None
    return None

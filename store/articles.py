"""Articles and their revisions. Storing the same batch twice leaves the same tables; no text is ever lost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb

from extractors.records import Article, Skipped
from store import bulk
from store.transactions import transaction


@dataclass(frozen=True, slots=True)
class StoreCounts:
    """What became of a batch: new articles, new revisions of known ones, and articles that were stored already."""

    stored: int
    revised: int
    unchanged: int
    new_ids: tuple[str, ...]


def known_entries(connection: duckdb.DuckDBPyConnection, feed: str | Iterable[str]) -> dict[str, str]:
    """Return canonical URL -> fingerprint of the feed entry that was last seen, for articles that are stored.

    For a feed's id: all articles that this feed lists or listed, as this feed describes them. For URLs: those of
    them that are stored, as any feed described them last. A page may name another canonical URL than its entry
    did, so a fingerprint that is among the values means "seen", under whatever URL.
    """
    if isinstance(feed, str):
        rows = connection.execute(_ENTRIES_OF_FEED, {"feed_id": feed}).fetchall()
    else:
        rows = connection.execute(_ENTRIES_OF_URLS, {"urls": bulk.to_json(list(feed))}).fetchall()
    return dict(rows)


_ENTRIES_OF_FEED = """
    SELECT a.url, e.entry_hash FROM core.entry e JOIN core.article a USING (article_id) WHERE e.feed_id = $feed_id
"""

_ENTRIES_OF_URLS = """
    SELECT url, entry_hash FROM core.article WHERE url IN (SELECT unnest($urls::JSON::VARCHAR[]))
"""


def store(
    connection: duckdb.DuckDBPyConnection, articles: Sequence[Article], skipped: Sequence[Skipped], run_id: str
) -> StoreCounts:
    """Store a batch in one transaction: new articles, changed ones as a new revision, and what was skipped, and why.

    Of several articles with one id in the batch the first counts; the others are unchanged. An unknown date is
    replaced by the time of first sight; the first known date stays through all revisions.
    """
    unique = {article.article_id: article for article in reversed(articles)}
    with transaction(connection):
        _store_skipped(connection, skipped, run_id)
        if not unique:
            return StoreCounts(0, 0, 0, ())
        ordered = [unique[key] for key in dict.fromkeys(article.article_id for article in articles)]
        bulk.stage(connection, "incoming", "core.article", [_row(article, run_id) for article in ordered])
        written = connection.execute(_ADD_REVISIONS).fetchall()
        connection.execute(_MERGE)
        connection.execute(_MERGE_ENTRIES)
    fresh = {article_id for article_id, revision in written if revision == 1}
    revised = len(written) - len(fresh)
    new_ids = tuple(article.article_id for article in ordered if article.article_id in fresh)
    return StoreCounts(len(fresh), revised, len(articles) - len(written), new_ids)


def _row(article: Article, run_id: str) -> bulk.Row:
    dated = article.published_at is not None
    return {
        "article_id": article.article_id,
        "url": article.url,
        "outlet": article.outlet,
        "title": article.title,
        "author": article.author,
        "lang": article.lang,
        "published_at": article.published_at if dated else article.fetched_at,
        "date_source": article.date_source if dated else "first_seen",
        "fetched_at": article.fetched_at,
        "text": article.text,
        "text_source": article.text_source,
        "words": len(article.text.split()),
        "content_hash": article.content_hash,
        "feed_id": article.feed_id,
        "entry_hash": article.entry_hash,
        "source_name": article.source_name,
        "run_id": run_id,
        "flags": list(article.flags) or None,
    }


def _store_skipped(connection: duckdb.DuckDBPyConnection, skipped: Sequence[Skipped], run_id: str) -> None:
    rows = [
        {"run_id": run_id, "url": item.url, "reason": item.reason, "detail": item.detail, "failed": item.failed}
        for item in skipped
    ]
    bulk.insert(connection, "core.skipped", rows)


# Runs before the merge, while the former title and text still stand in core.article.
_ADD_REVISIONS = """
    INSERT INTO core.revision
    SELECT i.article_id, coalesce(a.revision, 0) + 1, i.fetched_at, i.title, i.text, i.content_hash,
           CASE WHEN a.article_id IS NULL THEN 'first'
                WHEN a.title = i.title THEN 'text'
                WHEN a.text = i.text THEN 'title'
                ELSE 'title+text' END
    FROM incoming i LEFT JOIN core.article a ON a.article_id = i.article_id
    WHERE a.article_id IS NULL OR a.content_hash <> i.content_hash
    RETURNING article_id, revision
"""

# A date that becomes known later can change what "last week" means in the text: such an article is analysed again.
_MERGE = """
    MERGE INTO core.article a USING incoming i ON a.article_id = i.article_id
    WHEN MATCHED AND a.content_hash <> i.content_hash THEN UPDATE SET
        title = i.title, author = i.author, lang = i.lang, fetched_at = i.fetched_at, text = i.text,
        text_source = i.text_source, words = i.words, content_hash = i.content_hash, revision = a.revision + 1,
        entry_hash = i.entry_hash, source_name = i.source_name, run_id = i.run_id, flags = i.flags,
        published_at = CASE a.date_source WHEN 'first_seen' THEN
            CASE i.date_source WHEN 'first_seen' THEN a.published_at ELSE i.published_at END ELSE a.published_at END,
        date_source = CASE a.date_source WHEN 'first_seen' THEN i.date_source ELSE a.date_source END
    WHEN MATCHED AND a.date_source = 'first_seen' AND i.date_source <> 'first_seen' THEN UPDATE SET
        published_at = i.published_at, date_source = i.date_source, entry_hash = i.entry_hash,
        analysed_revision = CASE WHEN a.analysed_revision IS NULL THEN NULL ELSE 0 END,
        crosschecked_revision = CASE WHEN a.crosschecked_revision IS NULL THEN NULL ELSE 0 END
    WHEN MATCHED AND a.entry_hash <> i.entry_hash THEN UPDATE SET entry_hash = i.entry_hash
    WHEN NOT MATCHED THEN INSERT (
        article_id, url, outlet, title, author, lang, published_at, date_source, first_seen_at, fetched_at, text,
        text_source, words, content_hash, revision, feed_id, entry_hash, source_name, run_id, flags
    ) VALUES (
        i.article_id, i.url, i.outlet, i.title, i.author, i.lang, i.published_at, i.date_source, i.fetched_at,
        i.fetched_at, i.text, i.text_source, i.words, i.content_hash, 1, i.feed_id, i.entry_hash, i.source_name,
        i.run_id, i.flags
    )
"""

_MERGE_ENTRIES = """
    MERGE INTO core.entry e USING (SELECT feed_id, article_id, entry_hash FROM incoming WHERE entry_hash <> '') i
    ON e.feed_id = i.feed_id AND e.article_id = i.article_id
    WHEN MATCHED AND e.entry_hash <> i.entry_hash THEN UPDATE SET entry_hash = i.entry_hash
    WHEN NOT MATCHED THEN INSERT VALUES (i.feed_id, i.article_id, i.entry_hash)
"""


def count_pending(connection: duckdb.DuckDBPyConnection) -> int:
    """Count the articles whose latest revision is not analysed yet."""
    row = connection.execute(f"SELECT count(*) FROM core.article WHERE {_PENDING}").fetchone()
    return int(row[0]) if row else 0


def pending(connection: duckdb.DuckDBPyConnection, limit: int) -> tuple[Article, ...]:
    """Return the next articles whose latest revision is not analysed yet, `limit` at most, oldest first.

    Call it until it returns none: what `analyses.store` has marked does not come again, and only one batch of texts
    is in memory at a time.
    """
    rows = connection.execute(
        f"SELECT article_id FROM core.article WHERE {_PENDING} ORDER BY fetched_at, article_id LIMIT $limit",
        {"limit": limit},
    ).fetchall()
    return read(connection, [row[0] for row in rows])


_PENDING = "analysed_revision IS DISTINCT FROM revision"


def read(connection: duckdb.DuckDBPyConnection, article_ids: Sequence[str]) -> tuple[Article, ...]:
    """Return the latest revisions of these articles, in the order asked for; unknown ids are left out.

    `published_at` is always set: where the date is unknown it is the time of first sight.
    """
    rows = connection.execute(_READ, {"ids": bulk.to_json(list(article_ids))}).fetchall()
    found = {row[0]: Article(*row) for row in rows}
    return tuple(found[key] for key in article_ids if key in found)


# In the order of Article's fields.
_READ = """
    SELECT article_id, url, outlet, title, text, fetched_at, published_at, date_source, text_source, author, lang,
           feed_id, entry_hash, source_name
    FROM core.article WHERE article_id IN (SELECT unnest($ids::JSON::VARCHAR[]))
"""

"""The gate: a report prints nothing that does not stand in the store. Reads the store anew, trusting no fragment."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import duckdb

from extractors.errors import CrosswireError
from reports.fragments import (
    Change,
    Counted,
    Day,
    Fragment,
    Metric,
    Moment,
    Quote,
    RunCount,
    Title,
    ToneScore,
    Value,
    WeekName,
    Word,
    WordKind,
)
from store import weekly


class UnprovenError(CrosswireError):
    """A report would print something that resolves to no stored row or span; the message names it."""

    exit_code = 70


_WORDS: dict[WordKind, str] = {
    "outlet": "SELECT outlet FROM core.article UNION SELECT outlet FROM core.feed "
    "UNION SELECT unnest(outlets) FROM core.contradiction_side",
    "entity": "SELECT name FROM core.entity UNION SELECT entity FROM core.contradiction "
    "UNION SELECT entity FROM core.figure UNION SELECT entity FROM core.sentiment",
    "speaker": "SELECT speaker FROM core.claim UNION SELECT attributed_to FROM core.figure "
    "UNION SELECT unnest(attributed_to) FROM core.contradiction_side",
    "story": "SELECT title FROM core.story UNION SELECT title FROM core.article",
    "scope": "SELECT scope FROM core.contradiction UNION SELECT scope FROM core.figure",
    "explanation": "SELECT explanation FROM core.contradiction",
    "reason": "SELECT reason FROM core.skipped",
    "detail": "SELECT detail FROM core.skipped",
    "skipped_url": "SELECT url FROM core.skipped",
    "feed_error": "SELECT last_error FROM core.feed",
}
_METRICS = "SELECT metric FROM core.contradiction UNION SELECT metric FROM core.figure"
_TIMES = (
    "SELECT published_at FROM core.article UNION SELECT first_seen_at FROM core.article "
    "UNION SELECT fetched_at FROM core.article UNION SELECT finished_at FROM core.run "
    "UNION SELECT last_ok_at FROM core.feed UNION SELECT first_seen FROM core.contradiction "
    "UNION SELECT last_seen FROM core.contradiction"
)
_IDS = {
    "article": "SELECT article_id FROM core.article",
    "contradiction": "SELECT contradiction_id FROM core.contradiction",
    "story": "SELECT story_id FROM core.article",
    "claim": "SELECT claim_id FROM core.claim",
    "figure": "SELECT figure_id FROM core.figure",
    "feed": "SELECT feed_id FROM core.feed",
    "outlet": "SELECT outlet FROM core.article UNION SELECT outlet FROM core.feed",
    "origin": "SELECT coalesce(origin_id, article_id) FROM core.article "
    "UNION SELECT unnest(origins) FROM core.contradiction_side",
    "skipped": "SELECT url FROM core.skipped",
}


def check(connection: duckdb.DuckDBPyConnection, printed: Iterable[Fragment]) -> None:
    """Resolve every fragment against the store. Raises UnprovenError that names the first one without a row."""
    store = _Store(connection)
    for fragment in dict.fromkeys(printed):
        if not _resolves(store, fragment):
            raise UnprovenError(
                f"the digest would print {fragment.markdown!r:.200}, which no stored row holds "
                f"({type(fragment).__name__.lower()}); it was not written: run `crosswire run` again, "
                "and report this if it stays"
            )


class _Store:
    """What is asked of the store more than once."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._columns: dict[str, frozenset[object]] = {}
        self._texts: dict[str, tuple[str, ...]] = {}
        self._tones: dict[str, dict[str, weekly.Tone]] = {}

    def column(self, query: str) -> frozenset[object]:
        if query not in self._columns:
            self._columns[query] = frozenset(row[0] for row in self.connection.execute(query).fetchall())
        return self._columns[query]

    def texts(self, article_id: str) -> tuple[str, ...]:
        """Headline and text of every version of an article."""
        if article_id not in self._texts:
            rows = self.connection.execute(
                "SELECT title, text FROM core.article WHERE article_id = $id "
                "UNION SELECT title, text FROM core.revision WHERE article_id = $id",
                {"id": article_id},
            ).fetchall()
            self._texts[article_id] = tuple(part for row in rows for part in row if part)
        return self._texts[article_id]

    @cached_property
    def figures(self) -> dict[str, tuple[float, str, str]]:
        rows = self.connection.execute("SELECT figure_id, value, unit, bound FROM core.figure").fetchall()
        return {row[0]: (row[1], row[2], row[3]) for row in rows}

    def tone(self, asked: ToneScore, *, previous: bool) -> weekly.Tone | None:
        week = asked.week.previous() if previous else asked.week
        if str(week) not in self._tones:
            found = weekly.tones(self.connection, week.start, week.end)
            self._tones[str(week)] = {tone.entity_id: tone for tone in found}
        return self._tones[str(week)].get(asked.now.entity_id)


def _resolves(store: _Store, fragment: Fragment) -> bool:
    return _CHECKS[type(fragment)](store, fragment)


def _quote(store: _Store, quote: Quote) -> bool:
    return bool(quote.words.strip()) and any(quote.words in text for text in store.texts(quote.article_id))


def _title(store: _Store, title: Title) -> bool:
    row = store.connection.execute(
        "SELECT count(*) FROM core.article "
        "WHERE article_id = $id AND title = $title AND url = $url AND outlet = $outlet",
        {"id": title.article_id, "title": title.title, "url": title.url, "outlet": title.outlet},
    ).fetchone()
    return row is not None and row[0] == 1


def _word(store: _Store, word: Word) -> bool:
    return word.words in store.column(_WORDS[word.kind])


def _value(store: _Store, value: Value) -> bool:
    return store.figures.get(value.figure_id) == (value.value, value.unit, value.bound)


def _counted(store: _Store, counted: Counted) -> bool:
    return set(counted.ids) <= store.column(_IDS[counted.table])


def _run_count(store: _Store, count: RunCount) -> bool:
    row = store.connection.execute(
        "SELECT fetched, stored, unchanged, copies, skipped, failed FROM core.run WHERE run_id = $id",
        {"id": count.run_id},
    ).fetchone()
    names = ("fetched", "stored", "unchanged", "copies", "skipped", "failed")
    return row is not None and (count.column, count.number) in set(zip(names, row, strict=True))


def _metric(store: _Store, metric: Metric) -> bool:
    return metric.metric in store.column(_METRICS)


def _change(store: _Store, change: Change) -> bool:
    return _value(store, change.old) and _value(store, change.new)


def _moment(store: _Store, moment: Moment) -> bool:
    return moment.at in store.column(_TIMES)


def _day(store: _Store, day: Day) -> bool:
    return day.day in store.column("SELECT due_on FROM core.claim")


def _week_name(store: _Store, name: WeekName) -> bool:
    del store, name  # the reader's own words
    return True


def _tone(store: _Store, tone: ToneScore) -> bool:
    now = store.tone(tone, previous=False)
    before = store.tone(tone, previous=True) if tone.before else None
    return _same_tone(now, tone.now) and (tone.before is None or _same_tone(before, tone.before))


def _same_tone(stored: weekly.Tone | None, shown: weekly.Tone) -> bool:
    # Sums of floats may differ in the last bits from one query to the next.
    return stored is not None and stored.entity == shown.entity and abs(stored.score - shown.score) < 1e-9


_CHECKS: dict[type, Callable[[_Store, Any], bool]] = {
    Quote: _quote,
    Title: _title,
    Word: _word,
    Metric: _metric,
    Value: _value,
    Change: _change,
    Counted: _counted,
    RunCount: _run_count,
    Moment: _moment,
    Day: _day,
    ToneScore: _tone,
    WeekName: _week_name,
}

"""Typed reads for the digest of a week. Times are UTC; a week is [start, end). Every order is total."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

import duckdb

Connection = duckdb.DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class WeekArticle:
    """An article that was published in the week. `origin_id` is the independent source that it counts for."""

    article_id: str
    url: str
    title: str
    outlet: str
    published_at: datetime
    first_seen_at: datetime
    date_source: str
    copy_of: str
    origin_id: str
    story_id: str
    text: str


@dataclass(frozen=True, slots=True)
class WeekStory:
    """A story with its articles of the week, oldest first."""

    story_id: str
    title: str
    articles: tuple[WeekArticle, ...]

    @property
    def origins(self) -> tuple[str, ...]:
        """Its independent sources in the week."""
        return tuple(sorted({article.origin_id for article in self.articles}))


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure where it is stated. `value` is in the base unit."""

    figure_id: str
    value: float
    unit: str
    bound: str
    attributed_to: str
    sentence: str
    article_id: str
    url: str
    title: str
    outlet: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class FigureStep:
    """A value that a later statement replaced."""

    entity: str
    metric: str
    scope: str
    old: Stated
    new: Stated


@dataclass(frozen=True, slots=True)
class Tone:
    """The mean tone toward an entity over a week's origins, -1 to 1, and the sentence that shows it best."""

    entity_id: str
    entity: str
    score: float
    origins: tuple[str, ...]
    article_ids: tuple[str, ...]
    evidence: str
    evidence_article: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """A forecast or plan with the day by which it should have happened."""

    claim_id: str
    speaker: str
    kind: str
    sentence: str
    due_on: date
    article_id: str
    url: str
    title: str
    outlet: str
    published_at: datetime
    story_id: str


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run with its counts; they add up to `fetched`."""

    run_id: str
    flow: str
    finished_at: datetime
    state: str
    fetched: int
    stored: int
    unchanged: int
    copies: int
    skipped: int
    failed: int


@dataclass(frozen=True, slots=True)
class SkippedItem:
    """An item that was not stored, by its last reason."""

    url: str
    reason: str
    detail: str


def articles(connection: Connection, start: datetime, end: datetime) -> tuple[WeekArticle, ...]:
    """Return the articles published in [start, end), oldest first."""
    rows = connection.execute(
        """
        SELECT article_id, url, title, outlet, published_at, coalesce(first_seen_at, fetched_at),
               coalesce(date_source, ''), coalesce(copy_of, ''), coalesce(origin_id, article_id),
               coalesce(story_id, ''), text
        FROM core.article WHERE published_at >= $start AND published_at < $end ORDER BY published_at, article_id
        """,
        {"start": start, "end": end},
    ).fetchall()
    return tuple(WeekArticle(*row) for row in rows)


def stories(connection: Connection, of: tuple[WeekArticle, ...]) -> tuple[WeekStory, ...]:
    """Group articles by story: most origins first, then most articles, then the earliest."""
    titles = dict(connection.execute("SELECT story_id, title FROM core.story").fetchall())
    grouped: dict[str, list[WeekArticle]] = {}
    for article in of:
        if article.story_id:
            grouped.setdefault(article.story_id, []).append(article)
    found = [WeekStory(key, titles.get(key) or members[0].title, tuple(members)) for key, members in grouped.items()]
    return tuple(sorted(found, key=_story_order))


def _story_order(story: WeekStory) -> tuple[int, int, datetime, str]:
    return -len(story.origins), -len(story.articles), story.articles[0].published_at, story.story_id


_STATED = """
    f.figure_id, f.value, f.unit, f.bound, coalesce(f.attributed_to, ''), f.sentence,
    a.article_id, a.url, a.title, a.outlet, a.published_at
"""


def stated(connection: Connection, figure_ids: tuple[str, ...]) -> dict[str, Stated]:
    """Return the figures with these ids."""
    rows = connection.execute(
        f"SELECT {_STATED} FROM core.figure f JOIN core.article a USING (article_id) "
        "WHERE f.figure_id IN (SELECT unnest($ids))",
        {"ids": list(figure_ids)},
    ).fetchall()
    return {row[0]: Stated(*row) for row in rows}


def changed_figures(connection: Connection, start: datetime, end: datetime) -> tuple[FigureStep, ...]:
    """Return the values first stated in [start, end) that replaced an earlier one: 41, 67, 112 are two steps.

    A replacement is a pair that the cross-check labelled `revised`; copies say nothing new. Newest first.
    """
    rows = connection.execute(
        f"""
        SELECT coalesce(f.entity_id, ''), coalesce(f.entity, ''), f.metric, coalesce(f.scope, ''), {_STATED}
        FROM core.figure f JOIN core.article a USING (article_id)
        WHERE a.published_at < $end AND a.copy_of IS NULL AND f.figure_id IN (
            SELECT unnest([figure_a, figure_b]) FROM core.pair WHERE label = 'revised'
        )
        ORDER BY f.entity_id, f.metric, f.scope, f.unit, a.published_at, a.article_id, f.start_char
        """,
        {"end": end},
    ).fetchall()
    revised = connection.execute("SELECT figure_a, figure_b FROM core.pair WHERE label = 'revised'").fetchall()
    both_ways = frozenset({(a, b) for a, b in revised} | {(b, a) for a, b in revised})
    steps: list[FigureStep] = []
    for _, found in groupby(rows, key=lambda row: (row[0], row[2], row[3], row[6])):
        slot = list(found)
        names = slot[0][1:4]
        steps += [
            FigureStep(*names, old=old, new=new) for old, new in _steps([Stated(*row[4:]) for row in slot], both_ways)
        ]
    wanted = [step for step in steps if step.new.published_at >= start]
    return tuple(sorted(wanted, key=lambda step: (-step.new.published_at.timestamp(), step.new.figure_id)))


def _steps(slot: list[Stated], revised: frozenset[tuple[str, str]]) -> list[tuple[Stated, Stated]]:
    """Pair the first statement of each value with the value that it replaced: the latest one, then the commonest."""
    by_value: dict[float, list[Stated]] = {}
    for figure in slot:
        by_value.setdefault(figure.value, []).append(figure)
    steps: list[tuple[Stated, Stated]] = []
    for value, news in by_value.items():
        new = news[0]
        olds = [
            figure
            for figure in slot
            if figure.value != value
            and figure.published_at < new.published_at
            and (figure.figure_id, new.figure_id) in revised
        ]
        if olds:
            old = max(olds, key=lambda figure: (figure.published_at, len(by_value[figure.value]), figure.figure_id))
            steps.append((old, new))
    return steps


def tones(connection: Connection, start: datetime, end: datetime) -> tuple[Tone, ...]:
    """Return the tone toward each entity in [start, end): every origin counts once. Most origins first."""
    rows = connection.execute(
        """
        WITH scored AS (
            SELECT s.entity_id, s.entity, s.score, s.evidence, a.article_id, a.copy_of,
                   coalesce(a.origin_id, a.article_id) AS origin_id
            FROM core.sentiment s JOIN core.article a USING (article_id)
            WHERE s.entity_id <> '' AND s.label <> 'unclear' AND a.published_at >= $start AND a.published_at < $end
        ), per_origin AS (
            SELECT entity_id, origin_id, avg(score) AS score FROM scored GROUP BY ALL
        ), mean AS (
            SELECT entity_id, sum(score ORDER BY origin_id) / count(*) AS score,
                   list(origin_id ORDER BY origin_id) AS origins
            FROM per_origin GROUP BY entity_id
        )
        SELECT entity_id, min(s.entity), any_value(m.score), any_value(m.origins),
               list(DISTINCT s.article_id ORDER BY s.article_id),
               arg_max([s.evidence, s.article_id], (s.score * sign(m.score), s.copy_of IS NULL, s.article_id))
        FROM scored s JOIN mean m USING (entity_id)
        GROUP BY entity_id ORDER BY len(any_value(m.origins)) DESC, abs(any_value(m.score)) DESC, entity_id
        """,
        {"start": start, "end": end},
    ).fetchall()
    return tuple(Tone(row[0], row[1], row[2], tuple(row[3]), tuple(row[4]), row[5][0], row[5][1]) for row in rows)


def forecasts(connection: Connection, until: datetime) -> tuple[Forecast, ...]:
    """Return forecasts and plans with a due day, published before `until`, copies left out; the first due first."""
    rows = connection.execute(
        """
        SELECT c.claim_id, c.speaker, c.kind, c.sentence, c.due_on, a.article_id, a.url, a.title, a.outlet,
               a.published_at, coalesce(a.story_id, '')
        FROM core.claim c JOIN core.article a USING (article_id)
        WHERE c.kind IN ('forecast', 'plan') AND c.due_on IS NOT NULL AND a.copy_of IS NULL AND a.published_at < $until
        QUALIFY row_number() OVER (PARTITION BY a.article_id, c.sentence ORDER BY c.start_char, c.claim_id) = 1
        ORDER BY c.due_on, a.published_at, c.claim_id
        """,
        {"until": until},
    ).fetchall()
    return tuple(Forecast(*row) for row in rows)


def runs(connection: Connection, start: datetime, end: datetime) -> tuple[Run, ...]:
    """Return the finished runs of [start, end) that took articles in, and the last one of all; oldest first."""
    rows = connection.execute(
        """
        SELECT run_id, flow, finished_at, state, fetched, stored, unchanged, copies, skipped, failed
        FROM core.run WHERE finished_at IS NOT NULL AND flow <> 'digest'
        QUALIFY (finished_at >= $start AND finished_at < $end)
             OR row_number() OVER (ORDER BY finished_at DESC, run_id) = 1
        ORDER BY finished_at, run_id
        """,
        {"start": start, "end": end},
    ).fetchall()
    return tuple(Run(*row) for row in rows)


def skipped(connection: Connection, run_ids: tuple[str, ...]) -> tuple[SkippedItem, ...]:
    """Return the items that these runs did not store, each once, by reason and URL."""
    rows = connection.execute(
        """
        SELECT DISTINCT url, reason, coalesce(detail, '') FROM core.skipped
        WHERE run_id IN (SELECT unnest($ids)) ORDER BY reason, url, 3
        """,
        {"ids": list(run_ids)},
    ).fetchall()
    return tuple(SkippedItem(*row) for row in rows)

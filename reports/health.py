"""The digest's last section: how far the sources can be trusted to be complete. What failed is said, not hidden."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from reports.fragments import Counted, Moment, RunCount, Title, Word
from reports.sections import article_title
from reports.week import Week
from store import feeds, weekly
from store.weekly import WeekArticle

_LISTED = 10


@dataclass(frozen=True, slots=True)
class OutletView:
    """An outlet and its articles of the week."""

    outlet: Word
    articles: Counted


@dataclass(frozen=True, slots=True)
class RunView:
    """The last run: when it ended, and what became of the items that it saw."""

    at: Moment
    completed: bool
    fetched: RunCount
    stored: RunCount
    unchanged: RunCount
    copies: RunCount
    skipped: RunCount
    failed: RunCount


@dataclass(frozen=True, slots=True)
class FeedTroubleView:
    """A feed that fails, with the error and when it was last read."""

    outlet: Word
    error: Word
    last_ok_at: Moment | None


@dataclass(frozen=True, slots=True)
class SkippedView:
    """The items that were left out for one reason; at most ten are listed."""

    reason: Word
    total: Counted
    items: tuple[tuple[Word, Word], ...]
    """Address and detail."""


@dataclass(frozen=True, slots=True)
class Health:
    """Feeds, runs, items left out, and guessed dates."""

    run: RunView | None
    outlets: tuple[OutletView, ...]
    feeds: Counted
    failing: tuple[FeedTroubleView, ...]
    skipped: tuple[SkippedView, ...]
    guessed: tuple[Title, ...]
    guessed_total: Counted


def health(connection: duckdb.DuckDBPyConnection, week: Week, articles: Sequence[WeekArticle]) -> Health:
    """Read the state of the sources; skipped items are those of the week's runs and of the last run."""
    runs = weekly.runs(connection, week.start, week.end)
    known = [feed for feed in feeds.health(connection) if feed.state != "removed"]
    guessed = [article for article in articles if article.date_source == "first_seen"]
    return Health(
        run=_run(runs[-1], week) if runs else None,
        outlets=_outlets(articles),
        feeds=Counted("feed", tuple(feed.feed_id for feed in known)),
        failing=tuple(_trouble(feed, week) for feed in known if feed.state == "failing"),
        skipped=_skipped(weekly.skipped(connection, tuple(run.run_id for run in runs))),
        guessed=tuple(article_title(article) for article in guessed[:_LISTED]),
        guessed_total=Counted("article", tuple(article.article_id for article in guessed)),
    )


def _run(run: weekly.Run, week: Week) -> RunView:
    return RunView(
        at=Moment(run.finished_at, week.zone),
        completed=run.state == "completed",
        fetched=RunCount(run.run_id, "fetched", run.fetched),
        stored=RunCount(run.run_id, "stored", run.stored),
        unchanged=RunCount(run.run_id, "unchanged", run.unchanged),
        copies=RunCount(run.run_id, "copies", run.copies),
        skipped=RunCount(run.run_id, "skipped", run.skipped),
        failed=RunCount(run.run_id, "failed", run.failed),
    )


def _outlets(articles: Sequence[WeekArticle]) -> tuple[OutletView, ...]:
    counted = Counter(article.outlet for article in articles)
    return tuple(
        OutletView(
            Word("outlet", outlet), Counted("article", tuple(a.article_id for a in articles if a.outlet == outlet))
        )
        for outlet, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    )


def _trouble(feed: feeds.FeedHealth, week: Week) -> FeedTroubleView:
    last_ok_at = Moment(feed.last_ok_at, week.zone) if feed.last_ok_at else None
    return FeedTroubleView(Word("outlet", feed.outlet), Word("feed_error", feed.last_error or ""), last_ok_at)


def _skipped(items: Sequence[weekly.SkippedItem]) -> tuple[SkippedView, ...]:
    return tuple(
        SkippedView(
            reason=Word("reason", reason),
            total=Counted("skipped", tuple(item.url for item in items if item.reason == reason)),
            items=tuple(
                (Word("skipped_url", item.url), Word("detail", item.detail)) for item in items if item.reason == reason
            )[:_LISTED],
        )
        for reason in dict.fromkeys(item.reason for item in items)
    )

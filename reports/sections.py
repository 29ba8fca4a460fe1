"""The digest's sections other than contradictions and health: what changed, stories, tone, forecasts, what is next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import duckdb

from reports.briefing import key_sentences
from reports.fragments import Change, Counted, Day, Metric, Moment, Quote, Title, ToneScore, Value, Word
from reports.week import Week
from store import weekly
from store.weekly import Forecast, Stated, WeekArticle, WeekStory

_BRIEFED = 4
_KEY_SENTENCES = 4
_LISTED = 12
_TONES = 10
_SOON = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A value that a later statement replaced."""

    entity: Word | None
    metric: Metric
    scope: Word | None
    old: Value
    new: Value
    by: Change
    old_source: Title
    new_source: Title
    at: Moment
    quote: Quote
    speaker: Word | None


@dataclass(frozen=True, slots=True)
class KeyPoint:
    """A sentence of an article, and the article."""

    quote: Quote
    source: Title


@dataclass(frozen=True, slots=True)
class SourceView:
    """An article among a story's sources."""

    outlet: Word
    link: Title
    title: Title
    published_at: Moment
    first_seen_at: Moment
    is_copy: bool


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story; `points` are empty for one that is only listed."""

    title: Word
    articles: Counted
    origins: Counted
    outlets: tuple[Word, ...]
    points: tuple[KeyPoint, ...]
    sources: tuple[SourceView, ...]
    ahead: tuple["ForecastView", ...]

    @property
    def links(self) -> tuple[Title, ...]:
        """Links to its articles, each shown as its outlet's name."""
        return tuple(source.link for source in self.sources)


@dataclass(frozen=True, slots=True)
class ToneView:
    """The tone toward an entity, its change, and the sentence that shows it best."""

    entity: Word
    score: ToneScore
    change: ToneScore | None
    articles: Counted
    origins: Counted
    evidence: Quote
    source: Title | None


@dataclass(frozen=True, slots=True)
class ForecastView:
    """Who predicted or planned what by when."""

    claim_id: str
    due_on: Day
    speaker: Word | None
    quote: Quote
    source: Title
    is_plan: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """Forecasts with a due day: those that fell due, those made in the week, and how many more are open or past."""

    due: tuple[ForecastView, ...]
    made: tuple[ForecastView, ...]
    made_unlisted: Counted
    open: Counted
    past: Counted
    soon: tuple[ForecastView, ...]
    """Due within four weeks after the week."""


def changes(connection: duckdb.DuckDBPyConnection, week: Week) -> tuple[ChangeView, ...]:
    """Return the figures that were revised in the week, the newest first."""
    return tuple(_change(step, week) for step in weekly.changed_figures(connection, week.start, week.end))


def story_views(
    stories: Sequence[WeekStory], forecasts: Sequence[Forecast], week: Week
) -> tuple[tuple[StoryView, ...], tuple[StoryView, ...], Counted]:
    """Return the largest stories as briefings, the next ones as lines, and the count of those left out."""
    briefed = [story for story in stories if len(story.origins) > 1][:_BRIEFED] or list(stories[:1])
    rest = [story for story in stories if story not in briefed]
    return (
        tuple(_story(story, forecasts, week, points=_KEY_SENTENCES) for story in briefed),
        tuple(_story(story, (), week, points=0) for story in rest[:_LISTED]),
        Counted("story", tuple(story.story_id for story in rest[_LISTED:])),
    )


def tone_views(
    connection: duckdb.DuckDBPyConnection, week: Week, articles: Sequence[WeekArticle]
) -> tuple[ToneView, ...]:
    """Return the tone toward the entities that most origins wrote about; the largest moves first."""
    by_id = {article.article_id: article for article in articles}
    before = {tone.entity_id: tone for tone in weekly.tones(connection, week.previous().start, week.start)}
    most_covered = weekly.tones(connection, week.start, week.end)[:_TONES]
    views = [_tone(tone, before.get(tone.entity_id), by_id, week) for tone in most_covered]
    return tuple(sorted(views, key=_move))


def ledger(forecasts: Sequence[Forecast], week: Week) -> Ledger:
    """Sort the forecasts by what the week means to them."""
    due = [forecast for forecast in forecasts if week.first_day <= forecast.due_on <= week.last_day]
    past = [forecast for forecast in forecasts if forecast.due_on < week.first_day]
    ahead = [forecast for forecast in forecasts if forecast.due_on > week.last_day]
    made = [forecast for forecast in ahead if forecast.published_at >= week.start]
    soon = [forecast for forecast in ahead if forecast.due_on <= week.last_day + _SOON]
    return Ledger(
        due=forecast_views(due[:_LISTED]),
        made=forecast_views(made[:_LISTED]),
        made_unlisted=_counted(made[_LISTED:]),
        open=_counted(ahead),
        past=_counted(past),
        soon=forecast_views(soon[:5]),
    )


def forecast_views(forecasts: Sequence[Forecast]) -> tuple[ForecastView, ...]:
    """Return forecasts as the digest prints them."""
    return tuple(
        ForecastView(
            claim_id=row.claim_id,
            due_on=Day(row.due_on),
            speaker=Word("speaker", row.speaker) if row.speaker else None,
            quote=Quote.of(row.article_id, row.sentence),
            source=Title(row.article_id, row.title, row.url, row.outlet, as_outlet=True),
            is_plan=row.kind == "plan",
        )
        for row in forecasts
    )


def article_title(article: WeekArticle | Stated, *, as_outlet: bool = False) -> Title:
    """Return the link to an article."""
    return Title(article.article_id, article.title, article.url, article.outlet, as_outlet)


def _counted(forecasts: Sequence[Forecast]) -> Counted:
    return Counted("claim", tuple(forecast.claim_id for forecast in forecasts))


def _change(step: weekly.FigureStep, week: Week) -> ChangeView:
    old, new = _value(step.old), _value(step.new)
    return ChangeView(
        entity=Word("entity", step.entity) if step.entity else None,
        metric=Metric(step.metric),
        scope=Word("scope", step.scope) if step.scope else None,
        old=old,
        new=new,
        by=Change(old, new),
        old_source=article_title(step.old, as_outlet=True),
        new_source=article_title(step.new, as_outlet=True),
        at=Moment(step.new.published_at, week.zone),
        quote=Quote.of(step.new.article_id, step.new.sentence),
        speaker=Word("speaker", step.new.attributed_to) if step.new.attributed_to else None,
    )


def _value(stated: Stated) -> Value:
    return Value(stated.figure_id, stated.value, stated.unit, stated.bound)


def _story(story: WeekStory, forecasts: Sequence[Forecast], week: Week, *, points: int) -> StoryView:
    originals = [article for article in story.articles if not article.copy_of]
    found = key_sentences(originals, points) if points else ()
    ahead = [row for row in forecasts if row.story_id == story.story_id and row.due_on > week.last_day]
    return StoryView(
        title=Word("story", story.title),
        articles=Counted("article", tuple(article.article_id for article in story.articles)),
        origins=Counted("origin", story.origins),
        outlets=tuple(Word("outlet", outlet) for outlet in dict.fromkeys(row.outlet for row in story.articles)),
        points=tuple(
            KeyPoint(Quote.of(key.article.article_id, key.words), article_title(key.article, as_outlet=True))
            for key in found
        ),
        sources=tuple(_source(article, week) for article in story.articles),
        ahead=forecast_views(ahead[:3]),
    )


def _source(article: WeekArticle, week: Week) -> SourceView:
    return SourceView(
        outlet=Word("outlet", article.outlet),
        link=article_title(article, as_outlet=True),
        title=article_title(article),
        published_at=Moment(article.published_at, week.zone, short=True),
        first_seen_at=Moment(article.first_seen_at, week.zone, short=True),
        is_copy=bool(article.copy_of),
    )


def _tone(tone: weekly.Tone, before: weekly.Tone | None, articles: dict[str, WeekArticle], week: Week) -> ToneView:
    article = articles.get(tone.evidence_article)
    return ToneView(
        entity=Word("entity", tone.entity),
        score=ToneScore(week, tone),
        change=ToneScore(week, tone, before) if before else None,
        articles=Counted("article", tone.article_ids),
        origins=Counted("origin", tone.origins),
        evidence=Quote.of(tone.evidence_article, tone.evidence),
        source=article_title(article, as_outlet=True) if article else None,
    )


def _move(view: ToneView) -> tuple[float, int, str]:
    change = view.score.now.score - view.change.before.score if view.change and view.change.before else 0.0
    return -round(abs(change), 6), -view.origins.number, view.score.now.entity_id

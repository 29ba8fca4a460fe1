"""Makers of records with sensible, consistent defaults. Offsets always point at the quote in the text given."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import duckdb

from extractors.records import (
    Analysis,
    Article,
    Claim,
    Entity,
    Figure,
    Mention,
    Sentiment,
    Skipped,
    content_id,
)
from store import migrate


def open_memory() -> duckdb.DuckDBPyConnection:
    """An empty store in memory, with all tables and views: for tests that need no file."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    migrate.migrate(connection)
    return connection


NOW = datetime(2026, 7, 6, 12, 0, tzinfo=UTC)
TEXT = (
    "Zhipu AI released GLM-5.2 on Monday. The model has 753B parameters, the company said. "
    "Analysts called the release a clear success."
)


def article(slug: str = "one", *, text: str = TEXT, outlet: str = "Example News", **changes: Any) -> Article:
    """An article at https://<outlet>.example/<slug>; its id derives from that URL, as in real life."""
    url = f"https://{outlet.lower().replace(' ', '-')}.example/{slug}"
    made = Article(
        article_id=content_id(url),
        url=url,
        outlet=outlet,
        title=f"Headline of {slug}",
        text=text,
        fetched_at=NOW,
        published_at=NOW,
        date_source="feed",
        lang="en",
        feed_id="feed-1",
        entry_hash=content_id("entry", slug, text),
    )
    return replace(made, **changes)


def skipped(url: str = "https://example.com/empty", reason: str = "no_text", **changes: Any) -> Skipped:
    return replace(Skipped(url, reason, "the page holds no text"), **changes)


def place(quote: str, text: str = TEXT) -> tuple[int, int]:
    """The offsets of the first occurrence of `quote` in `text`; ValueError when it is not there."""
    start = text.index(quote)
    return start, start + len(quote)


def sentence_of(quote: str, text: str = TEXT) -> str:
    """The sentence that holds `quote`, cut at full stops followed by a space."""
    start, end = place(quote, text)
    left = text.rfind(". ", 0, start)
    right = text.find(". ", end)
    return text[left + 2 if left >= 0 else 0 : right + 1 if right >= 0 else len(text)]


def slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def entity(name: str = "GLM-5.2", **changes: Any) -> Entity:
    return replace(Entity(slug(name), name, "model", (name,)), **changes)


def mention(quote: str = "GLM-5.2", text: str = TEXT, *, name: str = "", **changes: Any) -> Mention:
    start, end = place(quote, text)
    return replace(Mention(slug(name or quote), name or quote, "model", start, end, quote), **changes)


def figure(
    quote: str = "753B parameters", text: str = TEXT, *, value: str | int = 753 * 10**9, **changes: Any
) -> Figure:
    """The total parameters of GLM-5.2 as `text` states them; low and high lie half a per cent around the value."""
    start, end = place(quote, text)
    number = Decimal(value)
    made = Figure(
        value=number,
        low=number - abs(number) / 200,
        high=number + abs(number) / 200,
        step=Decimal(10**9),
        unit="parameters",
        bound="exact",
        modality="asserted",
        metric="parameters.total",
        scope="",
        entity_id="glm-5.2",
        entity="GLM-5.2",
        attributed_to="",
        attributed_id="",
        as_of=None,
        quote=quote,
        sentence=sentence_of(quote, text),
        start=start,
        end=end,
        confidence=0.9,
    )
    return replace(made, **changes)


def claim(quote: str = "The model has 753B parameters", text: str = TEXT, **changes: Any) -> Claim:
    start, end = place(quote, text)
    made = Claim(
        speaker="Zhipu AI",
        speaker_id="zhipu-ai",
        verb="said",
        kind="statement",
        about="GLM-5.2",
        about_id="glm-5.2",
        polarity=1,
        due_on=None,
        sentence=sentence_of(quote, text),
        quote=quote,
        start=start,
        end=end,
    )
    return replace(made, **changes)


def sentiment(
    evidence: str = "Analysts called the release a clear success.", text: str = TEXT, **changes: Any
) -> Sentiment:
    start, end = place(evidence, text)
    return replace(Sentiment("glm-5.2", "GLM-5.2", 0.6, "positive", evidence, start, end), **changes)


def analysis(
    of: Article | None = None,
    *,
    mentions: Sequence[Mention] | None = None,
    figures: Sequence[Figure] = (),
    claims: Sequence[Claim] = (),
    sentiments: Sequence[Sentiment] = (),
    entities: Sequence[Entity] | None = None,
    embedding: Sequence[float] = (),
) -> Analysis:
    """What was found in an article; entities default to those that the mentions name."""
    found = tuple(mentions or ())
    known = {each.entity_id: Entity(each.entity_id, each.name, each.kind, (each.quote,)) for each in found}
    return Analysis(
        article_id=(of or article()).article_id,
        mentions=found,
        figures=tuple(figures),
        claims=tuple(claims),
        sentiment=tuple(sentiments),
        entities=tuple(known.values()) if entities is None else tuple(entities),
        embedding=tuple(embedding),
    )

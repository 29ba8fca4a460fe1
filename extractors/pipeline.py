"""The one place that knows the order in which an article is read. Streams batches; keeps nothing between them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from extractors import sentences
from extractors.claims import ClaimExtractor
from extractors.entities import Candidate, EntityFinder
from extractors.figures.extract import FigureExtractor
from extractors.packs import Packs
from extractors.records import Analysis, Article
from extractors.sentiment import SentimentScorer

if TYPE_CHECKING:
    from extractors.models import Encoder, Nlp

BATCH = 32
"""Articles that are held in memory at a time: enough for the models to work in batches, few enough to stay small."""

LEAD_CHARACTERS = 1500
"""How much of a text its embedding reads: the encoder's window ends near 256 word pieces."""


@dataclass(frozen=True, slots=True)
class Toolkit:
    """The loaded tools. `nlp` and `encoder` may be missing: then no statistical candidates and no embeddings."""

    packs: Packs
    entities: EntityFinder
    figures: FigureExtractor
    claims: ClaimExtractor
    sentiment: SentimentScorer
    nlp: "Nlp | None" = None
    encoder: "Encoder | None" = None


def toolkit(packs: Packs, *, nlp: "Nlp | None" = None, encoder: "Encoder | None" = None) -> Toolkit:
    """Compile the packs into extractors, once for a whole run."""
    return Toolkit(
        packs=packs,
        entities=EntityFinder(packs),
        figures=FigureExtractor(packs),
        claims=ClaimExtractor(packs),
        sentiment=SentimentScorer(packs),
        nlp=nlp,
        encoder=encoder,
    )


def analyse(articles: Iterable[Article], tools: Toolkit, *, batch: int = BATCH) -> Iterator[Analysis]:
    """Yield one Analysis per article, in order. At most `batch` articles are in work at a time."""
    stream = iter(articles)
    while group := tuple(islice(stream, batch)):
        yield from _analyse_batch(group, tools)


def _analyse_batch(group: Sequence[Article], tools: Toolkit) -> Iterator[Analysis]:
    candidates = _candidates(group, tools)
    vectors = _vectors(group, tools)
    for article, found, vector in zip(group, candidates, vectors, strict=True):
        yield read(article, tools, found, vector)


def read(
    article: Article, tools: Toolkit, candidates: Sequence[Candidate] = (), embedding: tuple[float, ...] = ()
) -> Analysis:
    """Read one article: sentences, then who is named, then what is stated, said and felt about them."""
    text, published = article.text, article.published_at
    parts = sentences.split(text)
    mentions = tools.entities.find(text, parts, candidates)
    return Analysis(
        article_id=article.article_id,
        mentions=mentions,
        figures=tools.figures.extract(text, parts, mentions, published),
        claims=tools.claims.extract(text, parts, mentions, published),
        sentiment=tools.sentiment.score(text, parts, mentions),
        entities=tools.entities.entities(mentions),
        embedding=embedding,
    )


def _candidates(group: Sequence[Article], tools: Toolkit) -> list[tuple[Candidate, ...]]:
    if tools.nlp is None:
        return [()] * len(group)
    return list(tools.nlp.candidates([article.text for article in group]))


def _vectors(group: Sequence[Article], tools: Toolkit) -> list[tuple[float, ...]]:
    if tools.encoder is None:
        return [()] * len(group)
    rows = tools.encoder.encode([f"{article.title}. {article.text[:LEAD_CHARACTERS]}" for article in group])
    return [tuple(float(number) for number in row) for row in rows]

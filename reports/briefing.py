"""An extractive summary: whole sentences of the articles, chosen by what they share with the others. Pure."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.sentences import split
from store.weekly import WeekArticle

_WORD = re.compile(r"[^\W_]+(?:[.,'’-][^\W_]+)*")
_LEAD = 0.25
"""What the first sentence of an article gains over its last one: news states the point first."""
_REDUNDANT = 0.5
"""A sentence this similar to a chosen one (cosine) adds nothing."""
_MOST_PER_ARTICLE = 2
_LONGEST_TEXT = 20_000
"""Characters of an article that are looked at; what matters in news stands early."""


@dataclass(frozen=True, slots=True)
class KeySentence:
    """A sentence of an article, as it stands there."""

    article: WeekArticle
    words: str
    position: int


def key_sentences(articles: Sequence[WeekArticle], most: int) -> tuple[KeySentence, ...]:
    """Return up to `most` sentences that say what the articles have in common, in the order of publication.

    A sentence scores by its mean cosine (term frequency times inverse sentence frequency) with the sentences of the
    other articles, and by standing early. Sentences of 8 to 45 words that are no questions are taken.
    """
    found = [sentence for article in articles for sentence in _candidates(article)]
    if not found:
        return ()
    vectors = _vectors([sentence.words for sentence in found])
    scores = _scores(found, vectors)
    chosen: list[int] = []
    for index in sorted(
        range(len(found)), key=lambda i: (-scores[i], found[i].article.published_at, found[i].position)
    ):
        if len(chosen) == most:
            break
        if _adds(index, chosen, found, vectors):
            chosen.append(index)
    order = sorted(
        chosen, key=lambda i: (found[i].article.published_at, found[i].article.article_id, found[i].position)
    )
    return tuple(found[index] for index in order)


def _candidates(article: WeekArticle) -> list[KeySentence]:
    text = article.text[:_LONGEST_TEXT]
    sentences = [text[sentence.start : sentence.end] for sentence in split(text)]
    return [
        KeySentence(article, words, position)
        for position, words in enumerate(sentences)
        if 8 <= len(words.split()) <= 45 and words[-1:] in '.!”"' and "\n" not in words and article.title not in words
    ]


def _vectors(sentences: Sequence[str]) -> list[dict[str, float]]:
    """Return unit vectors over words."""
    terms = [Counter(match[0].lower() for match in _WORD.finditer(sentence)) for sentence in sentences]
    spread = Counter(term for counted in terms for term in counted)
    total = len(sentences)
    return [
        _unit({term: count * math.log((1 + total) / spread[term]) for term, count in counted.items()})
        for counted in terms
    ]


def _unit(weights: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {term: weight / length for term, weight in weights.items()} if length else weights


def _scores(found: Sequence[KeySentence], vectors: Sequence[dict[str, float]]) -> list[float]:
    """Cosine with the centre of the other articles' sentences; with a single article, of all sentences."""
    own: dict[str, list[dict[str, float]]] = {}
    for sentence, vector in zip(found, vectors, strict=True):
        own.setdefault(sentence.article.article_id, []).append(vector)
    everything = _sum(vectors)
    centres = {
        article_id: _unit(everything if len(own) == 1 else _without(everything, _sum(mine)))
        for article_id, mine in own.items()
    }
    return [
        round(_cosine(vector, centres[sentence.article.article_id]) + _LEAD / (1 + sentence.position), 9)
        for sentence, vector in zip(found, vectors, strict=True)
    ]


def _sum(vectors: Sequence[dict[str, float]]) -> dict[str, float]:
    total: dict[str, float] = {}
    for vector in vectors:
        for term, weight in vector.items():
            total[term] = total.get(term, 0.0) + weight
    return total


def _without(total: dict[str, float], part: dict[str, float]) -> dict[str, float]:
    return {term: weight - part.get(term, 0.0) for term, weight in total.items()}


def _cosine(a: dict[str, float], b: dict[str, float]) -> float:
    return sum(weight * b.get(term, 0.0) for term, weight in a.items())


def _adds(index: int, chosen: Sequence[int], found: Sequence[KeySentence], vectors: Sequence[dict[str, float]]) -> bool:
    same_article = sum(found[other].article.article_id == found[index].article.article_id for other in chosen)
    return same_article < _MOST_PER_ARTICLE and all(
        _cosine(vectors[index], vectors[other]) < _REDUNDANT for other in chosen
    )

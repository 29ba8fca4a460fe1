"""Tone toward each target of an article, and of the article as a whole; read from the packs' terms, no model.

Guarantee: `text[row.start:row.end] == row.evidence`, the sentence that weighs most; scores lie in [-1, 1].
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from extractors.packs import Packs
from extractors.records import Mention, Sentence, Sentiment
from extractors.tone import ToneReader
from extractors.words import Word, words

NEUTRAL_BAND = 0.1
"""Scores nearer to zero than this are neutral; set on the train parts of NewsMTSC and SEntFiN."""

TARGET_KINDS = frozenset({"company", "lab", "product", "model", "person", "organisation", "place"})
"""Kinds of entity toward which an article has a tone; benchmarks and publications are yardsticks and sources."""

_SILENT_WEIGHT = 0.25
"""What a sentence that says nothing good or bad of a target counts beside one that does."""


@dataclass(frozen=True, slots=True)
class _Vote:
    """What one sentence says about one target."""

    score: float
    sentence: Sentence


class SentimentScorer:
    """Scores texts with the packs' tone terms."""

    def __init__(self, packs: Packs) -> None:
        self._tone = ToneReader(packs)

    def score(self, text: str, sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> tuple[Sentiment, ...]:
        """Return a row for the whole article (empty `entity_id`), then one per target in order of first mention.

        A target that nothing is said about is neutral, with the first sentence that names it as evidence.
        """
        if not sentences:
            return ()
        targets = sorted((m for m in mentions if m.kind in TARGET_KINDS), key=_place)
        votes: dict[str, list[_Vote]] = {mention.entity_id: [] for mention in targets}
        whole: list[_Vote] = []
        for sentence, line, inside in _lines(text, sentences, targets):
            whole.append(_Vote(self._tone.overall(line), sentence))
            for entity_id, score in self._in_sentence(line, inside).items():
                votes[entity_id].append(_Vote(score, sentence))
        names = {mention.entity_id: mention.name for mention in targets}
        rows = [_row(text, "", "", whole)]
        rows += [_row(text, entity_id, names[entity_id], found) for entity_id, found in votes.items() if found]
        return tuple(rows)

    def _in_sentence(self, line: Sequence[Word], inside: Sequence[Mention]) -> dict[str, float]:
        """The tone toward each entity that a sentence names: the sum over its mentions, within [-1, 1]."""
        placed = [(mention, span) for mention in inside if (span := _word_range(line, mention)) is not None]
        scores = self._tone.toward(line, [span for _, span in placed])
        totals: dict[str, float] = {}
        for (mention, _), score in zip(placed, scores, strict=True):
            totals[mention.entity_id] = max(-1.0, min(1.0, totals.get(mention.entity_id, 0.0) + score))
        return totals


def _place(mention: Mention) -> tuple[int, int]:
    return mention.start, mention.end


def _lines(
    text: str, sentences: Sequence[Sentence], targets: Sequence[Mention]
) -> Iterator[tuple[Sentence, Sequence[Word], Sequence[Mention]]]:
    starts = [mention.start for mention in targets]
    for sentence in sentences:
        inside = targets[bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)]
        yield sentence, words(text, sentence.start, sentence.end), inside


def _word_range(line: Sequence[Word], mention: Mention) -> tuple[int, int] | None:
    """The words that a mention covers, wholly or in part."""
    first = bisect_left(line, mention.start, key=_end_of)
    first += first < len(line) and line[first].end <= mention.start
    last = bisect_left(line, mention.end, key=_start_of)
    return (first, last) if first < last else None


def _start_of(word: Word) -> int:
    return word.start


def _end_of(word: Word) -> int:
    return word.end


def _row(text: str, entity_id: str, name: str, votes: Sequence[_Vote]) -> Sentiment:
    speaking = sum(vote.score != 0 for vote in votes)
    weight = speaking + _SILENT_WEIGHT * (len(votes) - speaking)
    score = round(sum(vote.score for vote in votes) / weight, 4) if speaking else 0.0
    sign = 1 if score >= 0 else -1
    shown = max(votes, key=lambda vote: vote.score * sign).sentence  # the first of equals
    evidence = text[shown.start : shown.end]
    return Sentiment(entity_id, name, score, label_of(score), evidence, shown.start, shown.end)


def label_of(score: float) -> Literal["negative", "neutral", "positive"]:
    """Return the label of a score in [-1, 1]."""
    if abs(score) < NEUTRAL_BAND:
        return "neutral"
    return "positive" if score > 0 else "negative"

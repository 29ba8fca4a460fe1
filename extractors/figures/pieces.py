"""Deals an article's mentions and numbers out to its sentences, and cuts what is no sentence but a table.

Guarantee: every number comes out once, in order; no piece holds more than 40 numbers or 6,000 characters, so that the
stages that compare the names and numbers of a sentence with each other stay linear in the text.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from extractors.records import Mention, Quantity, Sentence

_MOST_NUMBERS = 40
_MOST_CHARACTERS = 3000
"""Of context before the first and after the last number of a piece; no sentence of prose comes near it."""

Piece = tuple[Sentence, tuple[Mention, ...], tuple[Quantity, ...]]


def by_sentence(
    sentences: Sequence[Sentence], mentions: Sequence[Mention], numbers: Sequence[Quantity]
) -> Iterator[Piece]:
    """Yield each sentence (or piece of one) with its mentions and numbers."""
    ordered = sorted(mentions, key=lambda m: (m.start, -m.end))
    i = j = 0
    for sentence in sentences:
        first_mention, first_number = i, j
        while i < len(ordered) and ordered[i].start < sentence.end:
            i += 1
        while j < len(numbers) and numbers[j].start < sentence.end:
            j += 1
        inside, found = tuple(ordered[first_mention:i]), tuple(numbers[first_number:j])
        if found and (len(found) > _MOST_NUMBERS or sentence.end - sentence.start > _MOST_CHARACTERS):
            yield from _pieces(sentence, inside, found)
        else:
            yield sentence, inside, found


def _pieces(sentence: Sentence, mentions: tuple[Mention, ...], numbers: tuple[Quantity, ...]) -> Iterator[Piece]:
    starts = [mention.start for mention in mentions]
    first = 0
    while first < len(numbers):
        last = first + 1
        limit = numbers[first].start + _MOST_CHARACTERS
        while last < len(numbers) and last - first < _MOST_NUMBERS and numbers[last].end <= limit:
            last += 1
        left = sentence.start if first == 0 else numbers[first - 1].end
        right = sentence.end if last == len(numbers) else numbers[last].start
        left = max(left, numbers[first].start - _MOST_CHARACTERS)
        right = max(numbers[last - 1].end, min(right, limit))
        inside = mentions[bisect_left(starts, left) : bisect_left(starts, right)]
        yield Sentence(left, right), inside, numbers[first:last]
        first = last

"""One sentence made ready for binding: words, cues, clauses, mentions and quantities, all found once.

Guarantee: linear in the sentence's length; every offset refers to the article's text.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from extractors.records import Mention, Quantity


def word_set(words: str) -> frozenset[str]:
    """Return the words of a list written as one string."""
    return frozenset(words.split())


_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*['’]?|(?<=\s)-(?=\s)|[^\w\s-]")

BREAKS = word_set("; — –")
"""Marks that always end a clause."""

CONTRAST = word_set("but while whilst whereas although though however which who whose that because after before if")
"""Words that open another clause; a comma before them is usual and not needed."""

RELATIVE = frozenset(("which", "who", "whose", "that"))

_NOT_RELATIVE_BEFORE = word_set(
    "said says say reports reported shows showed noted notes warned expects expected estimates estimated suggests "
    "suggested found finds believes added told claims claimed announced is was of at than to for times wrote argued "
    "indicated confirmed means meaning so on in with"
)
"""After these, "that" opens reported speech or points back; it is no relative pronoun."""

_BINDING = frozenset(("for", "of", "in", "per", "on", "the", "its", "million", "at"))

CueKind = Literal["metric", "wide", "named", "own", "rise", "exclude", "bar", "scope"]


@dataclass(frozen=True, slots=True)
class Cue:
    """A pack phrase seen in the sentence: words `first` to `last` (inclusive)."""

    kind: CueKind
    id: str
    first: int
    last: int

    @property
    def size(self) -> int:
        """Number of words: a longer phrase is better evidence."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence's words (lower case, without possessive endings), cues, mentions and quantities in text order."""

    text: str
    start: int
    end: int
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    cues: tuple[Cue, ...]
    mentions: tuple[Mention, ...]
    quantities: tuple[Quantity, ...]
    clause_of: tuple[int, ...]
    """For each word the number of its clause."""
    relative: frozenset[int]
    """Numbers of the clauses that a relative pronoun opens."""

    def before(self, offset: int) -> int:
        """Return the index of the last word that ends at or before `offset`, or -1."""
        return bisect_right(self.ends, offset) - 1

    def at(self, offset: int) -> int:
        """Return the index of the first word that starts at or after `offset`."""
        return bisect_left(self.starts, offset)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return first and last word index that lie in text[start:end] (last < first if none does)."""
        return self.at(start), self.before(end)

    def clause(self, offset: int) -> int:
        """Return the number of the clause at a place in the text."""
        if not self.words:
            return 0
        return self.clause_of[min(max(bisect_right(self.starts, offset) - 1, 0), len(self.words) - 1)]

    def gap(self, left_end: int, right_start: int) -> tuple[str, ...]:
        """Return the words between two places."""
        first, last = self.at(left_end), self.before(right_start)
        return self.words[first : last + 1]

    def claimed(self, quantity: Quantity, start: int) -> bool:
        """Whether words that begin at `start`, before the number, belong to an earlier number: "$10 for input and $50".

        They do where only a preposition stands between that number and them.
        """
        for other in self.quantities:
            end = max(other.end, other.noun_end)
            if other.start < quantity.start and (end <= start or other.start <= start < end) and other is not quantity:
                gap = self.gap(end, start)
                if len(gap) <= 3 and all(word in _BINDING for word in gap):
                    return True
        return False

    def spoken_for(self, quantity: Quantity, end: int) -> bool:
        """Whether words that end at `end`, behind the number, lead to a later one: "41 and injuring 230"."""
        for other in self.quantities:
            if other.start >= end and other is not quantity:
                gap = self.gap(end, other.start)
                return len(gap) <= 3 and all(word in _BINDING or word in ("$", "€", "£", "a", "at") for word in gap)
        return False

    def paired(self, quantity: Quantity) -> int:
        """Return 1 or 2 for the first or second number of "10/50", "$1.40 / $4.40", else 0."""
        i = self.quantities.index(quantity)
        for place, (left, right) in ((1, (i, i + 1)), (2, (i - 1, i))):
            if left >= 0 and right < len(self.quantities):
                between = self.text[self.quantities[left].end : self.quantities[right].start].strip()
                if between == "/":
                    return place
        return 0

    def possessive(self, mention: Mention) -> bool:
        """Whether the mention owns what follows: "Anthropic's", "Atlas'"."""
        tail = self.text[mention.end : mention.end + 2]
        return (tail[:1] in "'’" and tail[:1] != "") or mention.quote.endswith(("'s", "’s"))


class CueTable:
    """Pack phrases by first word, so that one pass over a sentence finds all of them."""

    def __init__(self, phrases: Iterable[tuple[CueKind, str, str]]) -> None:
        """`phrases` are (kind, id, phrase)."""
        self._by_first: dict[str, list[tuple[tuple[str, ...], CueKind, str]]] = {}
        for kind, id_, phrase in phrases:
            stems = tuple(stem(word) for word, _, _ in split_words(phrase, 0, len(phrase)))
            if stems:
                self._by_first.setdefault(stems[0], []).append((stems, kind, id_))

    def find(self, words: tuple[str, ...]) -> tuple[Cue, ...]:
        """Return all cues; of one id, a phrase inside a longer one is dropped."""
        stems = tuple(map(stem, words))
        found: list[Cue] = []
        for i, first in enumerate(stems):
            for phrase, kind, id_ in self._by_first.get(first, ()):
                if stems[i : i + len(phrase)] == phrase:
                    found.append(Cue(kind, id_, i, i + len(phrase) - 1))
        return tuple(found)


def split_words(text: str, start: int, end: int) -> list[tuple[str, int, int]]:
    """Return (lower-case word without possessive ending, start, end) for text[start:end]; hyphens separate words."""
    out: list[tuple[str, int, int]] = []
    for match in _WORD.finditer(text, start, end):
        out.append((_plain(match.group()), match.start(), match.end()))
    return out


@lru_cache(maxsize=16384)
def _plain(word: str) -> str:
    low = word.lower().replace("’", "'")
    if len(low) > 1:
        low = low.removesuffix("'s").removesuffix("'")
    return low


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """Fold a plural to its singular, so that one phrase of a pack covers both."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def read(
    text: str, start: int, end: int, cues: CueTable, mentions: tuple[Mention, ...], quantities: tuple[Quantity, ...]
) -> Reading:
    """Prepare text[start:end]; `mentions` and `quantities` are those of the sentence, in order."""
    found = split_words(text, start, end)
    words = tuple(word for word, _, _ in found)
    starts = tuple(s for _, s, _ in found)
    named = frozenset(bisect_left(starts, mention.start) for mention in mentions)
    counted = frozenset(bisect_right(starts, quantity.start) - 1 for quantity in quantities)
    clause_of, relative = _clauses(words, named, counted)
    return Reading(
        text=text,
        start=start,
        end=end,
        words=words,
        starts=starts,
        ends=tuple(e for _, _, e in found),
        cues=cues.find(words),
        mentions=mentions,
        quantities=quantities,
        clause_of=clause_of,
        relative=relative,
    )


def _clauses(
    words: tuple[str, ...], named: frozenset[int], counted: frozenset[int]
) -> tuple[tuple[int, ...], frozenset[int]]:
    """Number the clauses; a name after a number and "and" or a comma opens one ("A on 1,418 and B on 1,328")."""
    numbers: list[int] = []
    relative: set[int] = set()
    current, has_number = 0, False
    for i, word in enumerate(words):
        opens = i > 0 and (word in BREAKS or word == ":" or (word in CONTRAST and not _points_back(words, i)))
        if word in _JOINS and has_number and _next_is_named(words, i, named):
            opens = True
        if opens:
            current, has_number = current + 1, False
            if word in RELATIVE:
                relative.add(current)
        has_number = has_number or i in counted
        numbers.append(current)
    return tuple(numbers), frozenset(relative)


_JOINS = frozenset((",", "and", "or", "then"))


def _next_is_named(words: tuple[str, ...], i: int, named: frozenset[int]) -> bool:
    for j in range(i + 1, min(i + 4, len(words))):
        if j in named:
            return True
        if words[j] not in ("and", "the", "a", "then", "for"):
            return False
    return False


def _points_back(words: tuple[str, ...], i: int) -> bool:
    """Whether a clause word is none here: "said that", "of that", "of which 37,000"."""
    word, previous = words[i], words[i - 1]
    if word == "that":
        return previous in _NOT_RELATIVE_BEFORE or previous == ","
    return word == "which" and previous in ("of", "in", "for", "on", "at", "by")

"""Words and punctuation marks with their places, and phrases found among them in linear time."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

_WORD = re.compile(r"\w+(?:[.&/-]\w+)*(?:['’](?!s\b)\w+)?|['’]s\b|[^\w\s]")

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, a possessive 's or one punctuation mark, as it stands and in lower case."""

    start: int
    end: int
    text: str
    low: str

    @property
    def is_word(self) -> bool:
        """Whether it begins with a letter or digit."""
        return self.text[0].isalnum()

    @property
    def is_capital(self) -> bool:
        """Whether it holds an upper-case letter among its first two ("iPhone", "Tang") or is a number."""
        return any(letter.isupper() for letter in self.text[:2]) or self.text[0].isdigit()


def words(text: str, start: int, end: int) -> tuple[Word, ...]:
    """Return the words and marks of `text[start:end]`; offsets are into `text`."""
    return tuple(
        Word(found.start(), found.end(), found.group(), found.group().lower().replace("’", "'"))
        for found in _WORD.finditer(text, start, end)
    )


def _fits(word: Word, part: str) -> bool:
    return word.low == part or (part == "#" and word.text[0].isdigit())


class Phrases(Generic[_T]):
    """Phrases of one or more words, each with a value; the longest that starts at a word wins. "#" is any number."""

    def __init__(self, rows: Iterable[tuple[str, _T]]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], _T]]] = {}
        for phrase, value in rows:
            parts = tuple(word.low for word in words(phrase, 0, len(phrase)))
            if len(parts) > 1 and phrase.startswith("#"):
                raise ValueError(f"{phrase}: a phrase cannot begin with a number's place")
            if parts:
                self._by_first.setdefault(parts[0], []).append((parts, value))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def at(self, line: Sequence[Word], index: int) -> tuple[int, _T] | None:
        """Return the end index and value of the longest phrase that starts at `index`, or None."""
        for parts, value in self._by_first.get(line[index].low, ()):
            end = index + len(parts)
            if len(parts) == 1 or (
                end <= len(line) and all(_fits(line[index + step], part) for step, part in enumerate(parts))
            ):
                return end, value
        return None

    def find(self, line: Sequence[Word]) -> Iterator[tuple[int, int, _T]]:
        """Yield (start index, end index, value) from left to right, without overlaps."""
        index = 0
        while index < len(line):
            hit = self.at(line, index)
            if hit is None:
                index += 1
                continue
            yield index, hit[0], hit[1]
            index = hit[0]

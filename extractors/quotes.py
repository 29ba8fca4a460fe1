"""Quoted passages of a text, in any of the common quotation marks; linear time."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Possessive runs keep hostile input linear. A straight or curly apostrophe inside a word does not close a quote.
_DOUBLE = re.compile(r"“([^“”\n]++)(?:”|(?=\n\s*“)|$)|\"([^\"\n]++)\"|„([^„“”\n]++)[“”]|«([^«»\n]++)»")
_SINGLE = re.compile(r"(?<!\w)‘((?:[^‘’\n]|’(?=\w))++)’(?!\w)|(?<![\w'])'((?:[^'\n]|(?<=\w)'(?=\w))++)'(?!\w)")


@dataclass(frozen=True, slots=True)
class Quoted:
    """`start`, `end` are the quoted words; `left`, `right` include the marks."""

    start: int
    end: int
    left: int
    right: int


def quoted(text: str) -> tuple[Quoted, ...]:
    """Return the quoted passages in order, without overlaps; double marks win over single ones."""
    found = [_passage(match) for match in _DOUBLE.finditer(text)]
    if "‘" in text or "'" in text:
        taken = [(passage.left, passage.right) for passage in found]
        singles = (_passage(match) for match in _SINGLE.finditer(text))
        found += _outside(singles, taken)
        found.sort(key=lambda passage: passage.start)
    return tuple(found)


def _passage(match: re.Match[str]) -> Quoted:
    group = match.lastindex or 0
    return Quoted(match.start(group), match.end(group), match.start(), match.end())


def _outside(singles: Iterable[Quoted], taken: list[tuple[int, int]]) -> list[Quoted]:
    kept: list[Quoted] = []
    index = 0
    for passage in singles:
        while index < len(taken) and taken[index][1] <= passage.left:
            index += 1
        if index == len(taken) or passage.right <= taken[index][0]:
            kept.append(passage)
    return kept

"""Ranks: places in an order, only where the wording is about standing: "ranked fourth", "No. 2", "top three".

Ordinals of sequence and time ("the third quarter", "for the second time") are none.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from extractors.figures.number_words import ORDINALS, SMALL
from extractors.records import Bound, Quantity

_ORDINAL = rf"(?:{'|'.join(sorted(ORDINALS, key=len, reverse=True))}|\d{{1,3}}(?:st|nd|rd|th))"
_SUPERLATIVE = (
    r"(?:largest|biggest|highest|lowest|smallest|best|worst|richest|poorest|busiest|oldest|youngest|fastest|slowest|"
    r"longest|shortest|tallest|deepest|deadliest|strongest|weakest|most|least|leading|top|ranked|placed|cheapest|"
    r"costliest|heaviest|hottest|coldest|wealthiest|greatest)"
)
_STANDING = (
    r"(?:is|are|was|were|ranks?|ranked|ranking|finish|finishes|finished|finishing|came|comes|come|coming|places?|placed|placing|sits?|"
    r"sat|sitting|stands?|stood|standing|lies|lay|remains?|remained|slipped|dropped|fell|climbed|rose|moved|jumped)"
)
_COUNTABLE = "|".join(word for word, value in SMALL.items() if 1 < value <= 20)
_AFTER_VERB = (
    r"(?:in|on|among|globally|worldwide|nationally|overall|out|of|behind|with|for|at|nationwide|internationally|to|by|and|"
    r"place|after|from|only|since|last|this)"
)
_NOT_TOP = r"(?![ ]?(?:%|percent|per[ ]cent|pc\b)|[.,:/]\d|[ -](?:million|thousand|billion))"
_RANK = re.compile(
    rf"""
    \b(?:
      (?P<place>{_ORDINAL})[ -](?:place|spot|position|rank)\b
    | (?P<super>{_ORDINAL})[ -]{_SUPERLATIVE}\b(?![ -](?:minute|time|recently|likely))
    | {_STANDING}[ ](?:in[ ]|as[ ](?:the[ ])?|joint[ -]?|equal[ ]|a[ ]distant[ ]|up[ ]to[ ]|to[ ]|back[ ]to[ ])?
      (?P<verb>{_ORDINAL})(?=[ ]{_AFTER_VERB}\b|[.,;:)]|$)
    | (?P<globally>{_ORDINAL})(?=[ ](?:globally|worldwide|overall|nationally|only[ ]to|behind[ ]only)\b)
    | (?<!\.)(?P<no>(?:[Nn]o|[Nn]r|[Nn]os)\.?[ \u00a0]?(?P<no_value>\d{{1,3}}))(?![\w-]|[.,:/]\d)
    | (?P<number>[Nn]umber[ -](?P<number_value>{_COUNTABLE}|one|\d{{1,3}}))\b(?![.,:/]\d)
    | (?P<top>[Tt]op[ -](?P<top_value>{_COUNTABLE}|\d{{1,3}}))\b{_NOT_TOP}
    )
    """,
    re.VERBOSE,
)
_HASH = re.compile(r"(?<![\w&;/#])#(\d{1,3})(?![\w-]|[.,:/]\d)")
_AND_RANK = re.compile(rf"(?:[^.;:!?\n]{{0,60}}?[ ])??(?:and|,)[ ](?P<next>{_ORDINAL})(?=[ ](?:in|on|for|at|among)\b)")
_LABELLED = re.compile(
    r"\b(?:Flight|Route|Order|Case|Bill|License|Patent|Decree|Resolution|Rule|Form|Opus|Symphony|Sonata|Concerto|Chanel|"
    r"Act|Law|Directive|Regulation|Platform|Gate|Room|Highway|Op\.|Channel|Docket|Civil|Criminal|Article|File|Ref|phone|"
    r"Phone|Tel|Serial|account|Invoice|Permit)[ ,]*$"
)
_ADDRESS = re.compile(r"[ ](?:[A-Z][a-z]+[ ])?(?:Street|Road|Avenue|Lane|Drive|Downing)\b")


def find(text: str) -> Iterator[Quantity]:
    """Every stated rank. A top-n is at most n: low 1, high n."""
    for match in _RANK.finditer(text):
        item = _read(text, match)
        if item is not None:
            yield item
            if match.group("verb"):
                yield from _following(text, match.end())
    for match in _HASH.finditer(text) if "#" in text else ():
        if not _labelled(text, match):
            yield _rank(text, *match.span(), int(match.group(1)))


def _read(text: str, match: re.Match[str]) -> Quantity | None:
    start, end = match.span()
    if match.group("place"):
        idiom = text[max(0, start - 7) : end] == "in the first place"
        return None if idiom else _rank(text, start, end, _ordinal(match.group("place")))
    for name in ("super", "verb", "globally"):
        if match.group(name):
            return _rank(text, *match.span(name), _ordinal(match.group(name)))
    if match.group("top"):
        return _rank(text, start, end, _cardinal(match.group("top_value")), "at_most")
    value = match.group("no_value") or match.group("number_value")
    return None if _labelled(text, match) else _rank(text, start, end, _cardinal(value))


def _labelled(text: str, match: re.Match[str]) -> bool:
    """Whether the number names a flight, a law or a house: "Flight No. 2", "No. 10 Downing Street"."""
    before = text[max(0, match.start() - 14) : match.start()]
    return _LABELLED.search(before) is not None or _ADDRESS.match(text, match.end()) is not None


def _following(text: str, end: int) -> Iterator[Quantity]:
    """ "ranked fourth in coding and second in agents": the ranks that share the verb."""
    match = _AND_RANK.match(text, end)
    if match is not None:
        yield _rank(text, match.start("next"), match.end("next"), _ordinal(match.group("next")))


def _ordinal(word: str) -> int:
    return ORDINALS[word.lower()] if word[0].isalpha() else int(word[:-2])


def _cardinal(word: str) -> int:
    return int(word) if word.isdigit() else SMALL[word.lower()]


def _rank(text: str, start: int, end: int, value: int, bound: Bound = "exact") -> Quantity:
    high = Decimal(value)
    low = min(Decimal(1), high) if bound == "at_most" else high
    return Quantity(high, low, high, Decimal(1), "rank", bound, start, end, text[start:end], kind="rank")

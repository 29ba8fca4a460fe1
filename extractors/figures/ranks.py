"""Ranks: places in an order, only where the wording is about standing: "ranked fourth", "No. 2", "top three", "fifth place".

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
    r"(?:ranks?|ranked|ranking|finish|finishes|finished|finishing|came|comes|come|coming|places?|placed|placing|sits?|"
    r"sat|sitting|stands?|stood|standing|lies|lay|remains?|remained|slipped|dropped|fell|climbed|rose|moved|jumped)"
)
_COUNTABLE = "|".join(word for word, value in SMALL.items() if 1 < value <= 20)
_RANK = re.compile(
    rf"""
    \b(?P<place>{_ORDINAL})(?P<noun>[ -](?:place|spot|position|rank)\b)
  | \b(?P<super>{_ORDINAL})[ -](?:{_SUPERLATIVE})\b(?![ -](?:minute|time|recently|likely))
  | \b{_STANDING}[ ](?:in[ ]|as[ ](?:the[ ])?|joint[ -]?|equal[ ]|a[ ]distant[ ]|up[ ]to[ ]|to[ ]|back[ ]to[ ])?
      (?P<verb>{_ORDINAL})(?=[ ](?:in|on|among|globally|worldwide|nationally|overall|out|of|behind|with|for|at|nationwide|
      internationally|to|by|and|place|after|from|only|since)\b|[.,;:)]|$)
  | \b(?P<globally>{_ORDINAL})(?=[ ](?:globally|worldwide|overall|nationally|only[ ]to|behind\ only)\b)
  | (?<![\w.])(?P<no>(?:[Nn]o|[Nn]r|[Nn]os)\.?[ \u00a0]?(?P<no_value>\d{{1,3}}))(?![\w-]|[.,:/]\d)
  | \b(?P<number>[Nn]umber[ -](?P<number_value>{_COUNTABLE}|one|\d{{1,3}}))\b(?![.,:/]\d)
  | (?<![\w&;/#])(?P<hash>\#(?P<hash_value>\d{{1,3}}))(?![\w-]|[.,:/]\d)
  | \b(?P<top>[Tt]op[ -](?P<top_value>{_COUNTABLE}|\d{{1,3}}))\b(?![ ]?(?:%|percent|per[ ]cent|pc\b)|[.,:/]\d|[ -](?:million|thousand|billion))
    """,
    re.VERBOSE,
)
_AND_RANK = re.compile(rf"(?:[^.;:!?\n]{{0,60}}?[ ])??(?:and|,)[ ](?P<next>{_ORDINAL})(?=[ ](?:in|on|for|at|among)\b)")
_LABELLED = re.compile(
    r"\b(?:Flight|Route|Order|Case|Bill|License|Patent|Decree|Resolution|Rule|Form|Opus|Symphony|Sonata|Concerto|Chanel|"
    r"Act|Law|Directive|Regulation|Platform|Gate|Room|Highway|Op\.|Channel|Docket|Civil|Criminal|Article|File|Ref|phone|"
    r"Phone|Tel|Serial|account|Invoice|Permit)[ ,]*$"
)
_ADDRESS = re.compile(r"[ ](?:Downing|10 Downing)\b")


def find(text: str) -> Iterator[Quantity]:
    """Every stated rank, left to right. A top-n is at most n: low 1, high n."""
    for match in _RANK.finditer(text):
        item = _read(text, match)
        if item is not None:
            yield item
            if match.group("verb"):
                yield from _following(text, match.end())


def _read(text: str, match: re.Match[str]) -> Quantity | None:
    start, end = match.span()
    if match.group("place"):
        return _rank(text, start, end, _ordinal(match.group("place")))
    for name in ("super", "verb", "globally"):
        if match.group(name):
            return _rank(text, *match.span(name), _ordinal(match.group(name)))
    if match.group("top"):
        return _rank(text, start, end, _cardinal(match.group("top_value")), "at_most")
    if _LABELLED.search(text[max(0, start - 14) : start]) or _ADDRESS.match(text, end):
        return None
    value = match.group("no_value") or match.group("number_value") or match.group("hash_value")
    return _rank(text, start, end, _cardinal(value))


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
    low = Decimal(1) if bound == "at_most" else Decimal(value)
    high = Decimal(value)
    low = min(low, high)
    return Quantity(high, low, high, Decimal(1), "rank", bound, start, end, text[start:end], kind="rank")

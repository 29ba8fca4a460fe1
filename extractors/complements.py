"""The reported words after a verb: where a that-clause, infinitive, bare clause or noun phrase begins and ends."""

from collections.abc import Sequence
from dataclasses import dataclass

from extractors.noun_phrases import (
    AUXILIARIES,
    CLAUSE_STARTERS,
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
    Span,
    is_adverb,
)
from extractors.packs import ReportingVerb
from extractors.words import Word


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


WHEN = _set("monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow")
"""Words for days that stand without a preposition."""

_NO_THAT = AUXILIARIES | CLAUSE_STARTERS - {"as", "and"} | {";", ":", '"', "“"}
_BEFORE_THAT = PREPOSITIONS | WHEN | {"last", "this", ","}
_NO_CLAUSE = {",", "to", "up", "out", "off", "back", "down", "away"} | PREPOSITIONS | CLAUSE_STARTERS | AUXILIARIES
_NO_SUBJECT = PREPOSITIONS | DETERMINERS
_RUMOURS = _set("reports claims allegations rumours rumors suggestions accusations speculation")
_OPENERS = PRONOUNS | DETERMINERS | {"there"}

_HEARERS = _set("""
    reporters journalists investors analysts parliament lawmakers staff employees shareholders us me them him her
    cnbc reuters bloomberg afp broadcaster newspaper
""")


@dataclass(frozen=True, slots=True)
class Hit:
    """A reporting verb in a sentence: the whole verb group from `left`, the verb itself from `start` to `end`."""

    left: int
    start: int
    end: int
    verb: ReportingVerb


def complement(line: Sequence[Word], hit: Hit) -> Span | None:
    """The reported words after the verb, by what the verb takes; None if nothing of the sort follows."""
    takes, close = hit.verb.takes, sentence_end(line)
    index = hit.end
    if index >= close:
        return None
    if line[index].low in {":", ","} and index + 1 < close and line[index].low == ":":
        return (index + 1, close)
    if line[index].low == "to" and "to" in takes:
        return (index, close)
    if "hearer" in takes:
        index, told = _past_hearer(line, index, close)
        if not told and hit.verb.takes[0] == "hearer" and hit.verb.force == "said":
            return None
        if told and index < close and line[index].low == "to" and "to" in takes:
            return (index, close)
    that = _that(line, index, close)
    if that is not None and "that" in takes:
        return (that + 1, close)
    clause = _bare(line, index, close)
    if clause is not None and line[clause].low in _RUMOURS and clause + 2 < close and line[clause + 1].low == "that":
        return (clause + 2, close)
    if clause is not None and ("bare" in takes or "object" in takes):
        return (clause, close)
    return None


def _past_hearer(line: Sequence[Word], index: int, close: int) -> tuple[int, bool]:
    """Skip who was told: "told reporters", "warned Chinese lawmakers in a letter"."""
    end = index
    while end < close and end - index < 8:
        low = line[end].low
        if (
            low in {"that", "to", ",", ":"}
            or (low in PRONOUNS and low != "you")
            or (end > index and low in DETERMINERS)
        ):
            break
        end += 1
        if low in _HEARERS:
            return end, True
    return (end, True) if end > index and end < close and line[end].low in {"that", "to"} | PRONOUNS else (index, False)


def _that(line: Sequence[Word], index: int, close: int) -> int | None:
    """The "that" which opens the reported clause: at once, or after a phrase of place, time or hearer."""
    for at in range(index, min(close, index + 16)):
        low = line[at].low
        if low == "that":
            nearby = at == index or line[index].low in _BEFORE_THAT or is_adverb(line[index])
            apart = any(word.low == "," for word in line[index:at]) and line[at - 1].low != ","
            return at if nearby and not apart else None
        if low in _NO_THAT:
            return None
    return None


def _bare(line: Sequence[Word], index: int, close: int) -> int | None:
    """Where a clause or noun phrase without "that" begins, after adverbs and phrases of time."""
    at = index
    while at < close and (line[at].low in WHEN or (is_adverb(line[at]) and line[at].low not in AUXILIARIES)):
        at += 1
    if at < close and line[at].low in {"on", "in", "at", "last", "late", "early", "during", "earlier"}:
        at = _past_phrase(line, at, close)
    if at >= close or line[at].low in _NO_CLAUSE:
        return None
    return (
        at
        if _opens_phrase(line[at]) or (at + 1 < close and line[at + 1].low not in {",", "and"} and line[at].is_word)
        else None
    )


def _past_phrase(line: Sequence[Word], at: int, close: int) -> int:
    """Skip "in a statement" or "on Tuesday": up to a pronoun, determiner or name that can begin a clause."""
    for end in range(at + 2, min(close, at + 8)):
        word = line[end]
        if word.low == ",":
            return close
        if word.low in _OPENERS and word.low != "that" and line[end - 1].low not in PREPOSITIONS:
            return end
        if word.is_capital and not line[end - 1].is_capital and line[end - 1].low not in _NO_SUBJECT:
            return end
        if line[end - 1].low in WHEN and word.is_word and word.low not in PREPOSITIONS:
            return end
    return close


def _opens_phrase(word: Word) -> bool:
    return word.low in _OPENERS or word.is_capital or word.low.endswith("s") or word.text in "$€£¥"


def sentence_end(line: Sequence[Word]) -> int:
    """Return the index behind the sentence's last word: end marks and closing quotes are left out."""
    end = len(line)
    while end > 0 and not line[end - 1].is_word and line[end - 1].text in ".!?…\"”'’":
        end -= 1
    return end

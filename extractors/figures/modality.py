"""Whether a number is asserted, forecast, denied or supposed; and the day it is stated for.

Guarantee: a cue counts only within the number's clause and before the number, or where it governs the sentence ("if").
"""

import calendar
import re
from datetime import date, datetime, timedelta
from itertools import pairwise

from extractors.figures.reading import Reading, word_set
from extractors.records import Modality, Quantity

_FORECAST = word_set(
    "will expect expects expected forecast forecasts forecasted projected projects projection projections predicts "
    "predicted prediction target targets targeted targeting guidance plans planned planning aims aim aiming "
    "anticipates anticipated foresees sees outlook goal intends pledges pledged promised eyeing expecting upcoming "
    "slated scheduled set"
)
_DEPENDS = frozenset(("will", "faces", "face", "could", "would", "may", "might", "can"))
"""With an "if" behind the number these make it depend on something."""
_SUPPOSED = word_set(
    "would could might may possibly perhaps maybe potentially hypothetically hypothetical suppose assume assuming"
)
_SAID = word_set("said announced told confirmed added declared promised pledged vowed")
_REPORT_REACH = 8
"""Words between such a verb and the "would" that it moved into the past."""
_CONDITION = frozenset(("if", "unless", "suppose", "supposing", "assuming", "assume", "should"))
_DENY = word_set("not never denied denies deny refuted rejected dismissed disputed disputes without n't")
_NOT_DENIAL = frozenset(("only", "just", "least", "yet", "including", "counting", "far"))
_DENIAL_VERBS = frozenset(("denied", "denies", "rejected", "refuted", "dismissed", "disputed", "disputes"))

_MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name} | {
    name.lower(): i for i, name in enumerate(calendar.month_abbr) if name
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+({_MONTH})\b\.?,?(?:\s+(\d{{4}}))?", re.I)
_MONTH_DAY = re.compile(rf"\b({_MONTH})\b\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(\d{{4}}))?", re.I)
_END_OF_YEAR = re.compile(r"\b(?:end[- ](?:of[- ])?|end of )((?:19|20)\d\d)\b", re.I)
_WEEKDAYS = {name.lower(): i for i, name in enumerate(calendar.day_name)}
_AS_OF_WORDS = word_set("on of by at as until from through since")


def modality_of(reading: Reading, quantity: Quantity) -> Modality:
    """Return how the number is stated."""
    clause = reading.clause(quantity.start)
    first = reading.at(quantity.start)
    words = [w for w, c in zip(reading.words[:first], reading.clause_of, strict=False) if c == clause]
    near = words[-12:]
    said = [w for w, c in zip(reading.words[:first], reading.clause_of, strict=False) if c == clause - 1]
    if _denied(near) or (_DENIAL_VERBS & set(said[-4:]) and "that" in (*said[-1:], *words[:1])):
        return "denied"
    last = reading.at(quantity.end)
    tail = reading.words[last : last + 3]
    if {"target", "goal", "guidance"} & set(tail) or _foreseen(reading.words[last : last + 6]):
        return "forecast"
    if "if" in reading.words[last:] and (_DEPENDS & set(near)):
        return "hypothetical"
    if reading.words[:2] == ("if", "you"):
        words = near = [w for w in near if w not in _CONDITION]
    elif reading.words[:1] and (reading.words[0] in _CONDITION or _CONDITION & set(near)):
        return "hypothetical"
    supposed = set(near) & _SUPPOSED
    if supposed == {"would"} and _reported(reading.words[:first]):
        return "forecast"
    if supposed:
        return "hypothetical"
    if _forecast(near) or _SPEECH_ABOUT_FUTURE & set(words):
        return "forecast"
    lead = {w for w, c in zip(reading.words[:first], reading.clause_of, strict=False) if c == clause - 1}
    if "that" in reading.words[:first] and _SPEECH_ABOUT_FUTURE & lead:
        return "forecast"
    return "asserted"


_SPEECH_ABOUT_FUTURE = word_set(
    "expects predicts predicted forecasts anticipates projects expecting projected anticipated"
)


def _foreseen(tail: tuple[str, ...]) -> bool:
    """ "the $1.80 that analysts had forecast"."""
    return tail[:1] == ("that",) and bool({"forecast", "expected", "predicted", "projected"} & set(tail[2:5]))


def _reported(words: tuple[str, ...]) -> bool:
    """Whether the last "would" is a "will" in reported speech: "said on Tuesday it would close four plants"."""
    at = len(words) - 1 - words[::-1].index("would")
    return bool(_SAID & set(words[max(at - _REPORT_REACH, 0) : at]))


def _denied(near: list[str]) -> bool:
    for i, word in enumerate(near):
        if word in _DENY or word.endswith("n't"):
            following = near[i + 1] if i + 1 < len(near) else ""
            if following not in _NOT_DENIAL and i >= len(near) - 6:
                return True
    return False


def _forecast(near: list[str]) -> bool:
    if any(a in ("is", "are") and b == "to" for a, b in pairwise(near[:-1])):
        return True
    seen = _FORECAST & set(near)
    if not seen or (near[-1:] == ["pledged"] and len(seen) == 1):
        return False
    if seen <= {"set"}:
        return any(a == "set" and b == "to" for a, b in pairwise(near))
    if "than" in near and seen <= {"expected", "forecast", "projected"}:
        return False
    return not (seen <= {"expected"} and {"better", "worse", "as"} & set(near))


def as_of(reading: Reading, published: datetime | None, sentence: str) -> date | None:
    """Return the day for which the sentence states its numbers, or None.

    A weekday means the last one up to `published`, which also gives a missing year.
    """
    found = _END_OF_YEAR.search(sentence)
    if found:
        return date(int(found.group(1)), 12, 31)
    for pattern, day, month in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
        for match in pattern.finditer(sentence):
            made = _day(match.group(day), match.group(month), match.group(3), published)
            if made is not None:
                return made
    return _weekday(reading, published) if published is not None else None


def _day(day: str, month: str, year: str | None, published: datetime | None) -> date | None:
    if year is None and published is None:
        return None
    number = int(year) if year else published.year if published else 0
    try:
        made = date(number, _MONTHS[month.lower()], int(day))
        if not year and published and made > published.date() + timedelta(days=180):
            made = made.replace(year=number - 1)
    except ValueError:
        return None
    return made


def _weekday(reading: Reading, published: datetime) -> date | None:
    today = published.date()
    for i, word in enumerate(reading.words):
        if word == "yesterday":
            return today - timedelta(days=1)
        if word in _WEEKDAYS and (i == 0 or reading.words[i - 1] in _AS_OF_WORDS or reading.words[i - 1].isalpha()):
            if i and reading.words[i - 1] in ("next", "this", "last"):
                return None
            return today - timedelta(days=(today.weekday() - _WEEKDAYS[word]) % 7)
    return None

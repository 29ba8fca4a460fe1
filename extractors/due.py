"""When a forecast or plan falls due: phrases of time resolved against the article's date.

Convention: the last day on which the statement can still come true. A month, quarter or year ends on its last day,
"early" and "the start of" a year end on 31 March, "mid-" on 30 June, a half-year on 30 June or 31 December, a week
on its Sunday, a decade on 31 December of its year 9. "Before" a period is the day before it begins.
Phrases without a year mean the next such period that is not over when the article appears. Fiscal years stay unread.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from extractors import periods
from extractors.periods import DAYS, MONTHS, NUMBERS, Period, Resolver

_MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?"
_YEAR = r"(?P<year>(?:19|20|21)\d\d)(?![\d%s]|[.,]\d)"
_COUNT = rf"(?P<count>\d{{1,3}}|(?:a )?couple of|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
_UNIT = r"(?P<unit>day|week|fortnight|month|quarter|year|decade)s?"
_PART = (
    r"(?:the )?(?:very )?(?P<part>early|mid|middle|late|end|start|beginning|close)"
    r"(?: part)?(?:[- ](?:of |in )?)(?:the )?"
)
_WHICH = r"(?P<which>this|the|next|current|coming|same|calendar|following)(?: calendar)?"
_BOUND = r"(?:\b(?P<bound>by|before|until|till|within|ahead of|no later than|prior to)(?: about| around| roughly)? )?"


@dataclass(frozen=True, slots=True)
class Due:
    """A phrase of time at `start`, `end` of the text it was read from, and the day on which it falls due."""

    day: date
    start: int
    end: int
    deadline: bool
    """Stated with by, before, until or within."""


def dues(text: str, published_at: datetime | None) -> tuple[Due, ...]:
    """Return every phrase of time in `text` that lies on or after the article's date, in text order.

    Without `published_at` only phrases with their own year are read.
    """
    if not _CUE.search(text):
        return ()
    today = published_at.date() if published_at else None
    found: list[Due] = []
    for due in _candidates(text, today):
        if today is not None and due.day < today:
            continue
        if not found or due.start >= found[-1].end:
            found.append(due)
    return tuple(found)


def due_on(text: str, published_at: datetime | None) -> date | None:
    """Return the day on which a forecast or plan worded as `text` falls due: a stated deadline before other times."""
    found = dues(text, published_at)
    chosen = next((due for due in found if due.deadline), found[0] if found else None)
    return chosen.day if chosen else None


def _candidates(text: str, today: date | None) -> Iterator[Due]:
    hits = [
        (match.start(), -match.end(), rank, match)
        for rank, (pattern, _) in enumerate(_RULES)
        for match in pattern.finditer(text)
    ]
    for _, _, rank, match in sorted(hits, key=lambda hit: hit[:3]):
        groups = {key: value.lower() for key, value in match.groupdict().items() if value}
        period = _resolved(_RULES[rank][1], groups, today)
        if period is None:
            continue
        bound = groups.get("bound", "")
        exclusive = bound in {"before", "ahead of", "prior to"} and "part" not in groups
        day = period.first - timedelta(days=1) if exclusive else period.last
        yield Due(day, match.start(), match.end(), bool(bound) or "within" in groups)


def _resolved(resolve: Resolver, groups: dict[str, str], today: date | None) -> Period | None:
    try:
        return resolve(groups, today)
    except (ValueError, OverflowError):  # 31 February, the year 10000
        return None


_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?\b"
_OF_YEAR = rf"(?:,? (?:of )?(?:{_WHICH} year|(?:in )?{_YEAR}))?"
_IN = rf"(?:{_BOUND}(?:\b(?:in|during|for|from|through|throughout|starting|beginning|as early as|as soon as) )?)"
# A month's name alone is too often a verb (may, march) or part of a date.
_IN_NEEDED = (
    r"\b(?:(?P<bound>by|before|until|till|ahead of|prior to)|in|during|from|through|starting|as early as|as soon as) "
)
_LATER_IN = r"(?:sometime |some time )?(?:later )?(?:in )?(?:the )?"
_END_OF = r"(?:the )?\b(?:end of (?:the )?)?"
_SEASON = r"(?P<season>spring|summer|autumn|fall|winter|christmas|thanksgiving|halloween)"
_AHEAD = r"(?:next|coming|following)"
_TIME_UP = r"(?= *(?:[.,;:!?\"”)]|$|and\b|but\b|when\b|if\b))"
_AGES = r"(?P<unit>week|month|quarter|decade)"
_SINCE_YEAR = r"(?:in|during|for|through|throughout|from|of|starting|sometime in|later in|as early as|as soon as)"


def _rule(resolve: Resolver, *parts: str) -> tuple[re.Pattern[str], Resolver]:
    return re.compile("".join(parts), re.IGNORECASE), resolve


# Nearly all claims name no time; this spares them the rules.
_CUE = re.compile(
    r"\b(?:\d{4}|years?|months?|weeks?|days?|decades?|fortnights?|quarters?|half|year-end|mid-?year|to(?:day|night|morrow)|"
    rf"Q[1-4]|H[12]|[a-z]+day|{'|'.join(MONTHS)}|christmas|halloween|spring|summer|autumn|fall|winter)\b",
    re.IGNORECASE,
)

# Several rules may match at one place; the one that starts first and reaches furthest wins.
_RULES: tuple[tuple[re.Pattern[str], Resolver], ...] = (
    _rule(periods.iso_date, _BOUND, r"\b(?P<iso>20\d\d-[01]\d-[0-3]\d)\b"),
    _rule(periods.on_day, _BOUND, rf"(?:\bon )?(?:the )?\b{_DAY}(?: of)? {_MONTH}(?:,? {_YEAR})?"),
    _rule(periods.on_day, _BOUND, rf"(?:\bon )?\b{_MONTH} {_DAY}(?!:\d)(?:,? {_YEAR})?"),
    _rule(periods.part_of_year, _IN, _PART, rf"{_WHICH} year\b"),
    _rule(periods.part_of_year, _IN, r"\b", _PART, _YEAR),
    _rule(periods.part_of_year, _IN, rf"(?:the )?\byear[- ](?P<part>end)(?: (?:of )?{_YEAR})?"),
    _rule(periods.part_of_year, _IN, r"(?:the )?\b(?P<part>mid|late|early)-?year\b"),
    _rule(periods.in_month, _IN_NEEDED, rf"(?:{_PART})?\b{_MONTH}{_OF_YEAR}(?! ?\d)"),
    _rule(periods.in_month, _IN, _PART, rf"\b{_MONTH}{_OF_YEAR}(?! ?\d)"),
    _rule(periods.in_month, rf"\b{_MONTH} {_YEAR}"),
    _rule(periods.in_month, _IN, _WHICH, rf" {_MONTH}(?! ?\d)"),
    _rule(periods.in_quarter, _IN, _END_OF, r"(?P<quarter>first|second|third|fourth|final|last) quarter", _OF_YEAR),
    _rule(periods.in_quarter, _IN, r"(?:the )?\b(?:end of )?Q(?P<quarter>[1-4])(?!\w)", _OF_YEAR),
    _rule(periods.in_half, _IN, _END_OF, r"(?P<half>first|second) half", _OF_YEAR),
    _rule(periods.in_half, _IN, r"(?:the )?\bH(?P<half>[12])\b", _OF_YEAR),
    _rule(periods.in_season, _IN, rf"(?P<which>this|next|coming) {_SEASON}\b(?: (?:of )?{_YEAR})?"),
    _rule(periods.in_season, _IN_NEEDED, rf"(?:the )?{_SEASON}\b(?: (?:of )?{_YEAR})?(?! (?:in|to|by|below|of))"),
    _rule(
        periods.later,
        r"\b(?P<within>within|inside|in under|in less than)(?: the)?(?: next| coming| space of)? ",
        rf"{_COUNT}(?: more|-)? ?{_UNIT}(?:'|’)?(?: time)?\b",
    ),
    _rule(periods.later, rf"\b(?:in|over|during|for|through) (?:the )?{_AHEAD} {_COUNT}(?: to \w+)? {_UNIT}\b"),
    _rule(
        periods.later,
        rf"\bin (?:about |around |roughly |some |as little as )?{_COUNT} {_UNIT}",
        r"(?:['’] time| from now|['’]s time)?",
        _TIME_UP,
    ),
    _rule(periods.later, rf"\b{_COUNT} {_UNIT} from now\b"),
    _rule(periods.later, rf"\b(?:over|during|in|for) (?:the )?{_AHEAD} (?P<unit>decade)\b"),
    _rule(periods.whole_year, rf"\b(?P<within>within) {_WHICH} year\b"),
    _rule(periods.whole_year, _IN, _LATER_IN, rf"\b(?P<which>this|{_AHEAD}) year\b(?!['’]s)"),
    _rule(periods.calendar_unit, _IN, rf"(?:the )?(?:end|close|start|beginning) of {_WHICH} {_AGES}\b"),
    _rule(periods.calendar_unit, _IN, rf"(?:early |late |later |sometime )?\b(?P<which>this|next|coming) {_AGES}\b"),
    _rule(
        periods.whole_year,
        r"\b(?P<bound>by|before|until|till|ahead of|prior to) (?:about |around |roughly |the year )?",
        _YEAR,
    ),
    _rule(periods.whole_year, rf"\b{_SINCE_YEAR} (?:the year )?{_YEAR}"),
    _rule(periods.on_weekday, _BOUND, rf"(?:\bon )?(?:{_WHICH} )?\b(?P<weekday>{'|'.join(DAYS)})\b(?!['’]s)"),
    _rule(periods.named_day, _BOUND, r"\b(?P<named>tomorrow|tonight|today|later today)\b"),
)

"""When a forecast or plan falls due: phrases of time resolved against the article's date.

Convention: the last day on which the statement can still come true. A month, quarter or year ends on its last day,
"early" and "the start of" a year end on 31 March, "mid-" on 30 June, a half-year on 30 June or 31 December, a week
on its Sunday, a decade on 31 December of its year 9. "Before" a period is the day before it begins.
Phrases without a year mean the next such period that is not over when the article appears. Fiscal years stay unread.
"""

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_DAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_SMALL = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
          "seventeen eighteen nineteen twenty").split()  # fmt: skip
_NUMBERS = {word: number for number, word in enumerate(_SMALL)} | {
    "a": 1, "an": 1, "couple": 2, "thirty": 30, "forty": 40, "fifty": 50, "ninety": 90, "hundred": 100,
}  # fmt: skip
_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4, "last": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_SEASONS = {"spring": (5, 31), "summer": (8, 31), "autumn": (11, 30), "fall": (11, 30), "winter": (12, 31)}
_FEASTS = {"christmas": (12, 25), "new year's eve": (12, 31), "thanksgiving": (11, 30), "halloween": (10, 31)}
_PARTS = {"early": 3, "mid": 6, "middle": 6, "late": 12, "end": 12, "start": 3, "beginning": 3, "close": 12}

_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_YEAR = r"(?P<year>(?:19|20|21)\d\d)(?![\d%s]|[.,]\d)"
_COUNT = rf"(?P<count>\d{{1,3}}|(?:a )?couple of|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_UNIT = r"(?P<unit>day|week|fortnight|month|quarter|year|decade)s?"
_PART = r"(?:the )?(?:very )?(?P<part>early|mid|middle|late|end|start|beginning|close)(?: part)?(?:[- ](?:of |in )?)(?:the )?"
_WHICH = r"(?P<which>this|the|next|current|coming|same|calendar|following)(?: calendar)?"
_BOUND = r"(?:\b(?P<bound>by|before|until|till|within|ahead of|no later than|prior to)(?: about| around| roughly)? )?"


@dataclass(frozen=True, slots=True)
class _Period:
    first: date
    last: date


_Resolver = Callable[[dict[str, str], date | None], _Period | None]


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


def _resolved(resolve: _Resolver, groups: dict[str, str], today: date | None) -> _Period | None:
    try:
        return resolve(groups, today)
    except (ValueError, OverflowError):  # 31 February, the year 10000
        return None


def _month(year: int, month: int) -> _Period:
    return _Period(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _months(year: int, first: int, last: int) -> _Period:
    return _Period(_month(year, first).first, _month(year, last).last)


def _next(make: Callable[[int], _Period], today: date | None) -> _Period | None:
    """The next such period that is not over."""
    if today is None:
        return None
    period = make(today.year)
    return period if period.last >= today else make(today.year + 1)


def _year_of(groups: dict[str, str], today: date | None) -> int | None:
    if "year" in groups:
        return int(groups["year"])
    if today is None:
        return None
    return today.year + (groups.get("which") in {"next", "following", "coming"})


def _whole_year(groups: dict[str, str], today: date | None) -> _Period | None:
    year = _year_of(groups, today)
    return None if year is None else _months(year, 1, 12)


def _part_of_year(groups: dict[str, str], today: date | None) -> _Period | None:
    year = _year_of(groups, today)
    if year is None:
        return None
    last = _PARTS[groups["part"]]
    return _months(year, max(1, last - 2), last)


def _in_month(groups: dict[str, str], today: date | None) -> _Period | None:
    month = _MONTHS[groups["month"]]
    if "year" in groups:
        whole: _Period | None = _month(int(groups["year"]), month)
    elif "which" in groups and (year := _year_of(groups, today)) is not None:
        whole = _month(year, month)
    else:
        whole = _next(lambda year: _month(year, month), today)
    if whole is None or groups.get("part") not in {"early", "mid", "middle", "start", "beginning"}:
        return whole
    return _Period(whole.first, whole.first.replace(day=10 if _PARTS[groups["part"]] == 3 else 20))


def _on_day(groups: dict[str, str], today: date | None) -> _Period | None:
    month, day = _MONTHS[groups["month"]], int(groups["day"])
    if "year" in groups:
        exact = date(int(groups["year"]), month, day)
        return _Period(exact, exact)
    return _next(lambda year: _Period(date(year, month, day), date(year, month, day)), today)


def _iso(groups: dict[str, str], today: date | None) -> _Period | None:
    exact = date.fromisoformat(groups["iso"])
    return _Period(exact, exact)


def _quarter(groups: dict[str, str], today: date | None) -> _Period | None:
    number = _QUARTERS[groups["quarter"]]
    year = int(groups["year"]) if "year" in groups else None
    if year is None and "which" in groups and groups["which"] in {"next", "this"}:
        year = _year_of(groups, today)
    if year is not None:
        return _months(year, number * 3 - 2, number * 3)
    return _next(lambda this: _months(this, number * 3 - 2, number * 3), today)


def _half(groups: dict[str, str], today: date | None) -> _Period | None:
    first = 1 if groups["half"] in {"first", "1"} else 7
    year = int(groups["year"]) if "year" in groups else None
    if year is None and groups.get("which") in {"next", "this"}:
        year = _year_of(groups, today)
    if year is not None:
        return _months(year, first, first + 5)
    return _next(lambda this: _months(this, first, first + 5), today)


def _season(groups: dict[str, str], today: date | None) -> _Period | None:
    month, day = (_SEASONS | _FEASTS)[groups["season"]]
    if "year" in groups or groups.get("which") == "next":
        year = _year_of(groups, today)
        return None if year is None else _Period(date(year, max(1, month - 2), 1), date(year, month, day))
    return _next(lambda year: _Period(date(year, max(1, month - 2), 1), date(year, month, day)), today)


def _number(text: str) -> int:
    word = text.removeprefix("a ").removesuffix(" of")
    return int(word) if word.isdigit() else _NUMBERS[word]


def add_months(day: date, months: int) -> date:
    """Return the day `months` later, or that month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _later(groups: dict[str, str], today: date | None) -> _Period | None:
    if today is None:
        return None
    count, unit = _number(groups.get("count", "one")), groups["unit"]
    if unit in {"day", "week", "fortnight"}:
        last = today + timedelta(days=count * {"day": 1, "week": 7, "fortnight": 14}[unit])
    else:
        last = add_months(today, count * {"month": 1, "quarter": 3, "year": 12, "decade": 120}[unit])
    return _Period(today, last)


def _calendar_unit(groups: dict[str, str], today: date | None) -> _Period | None:
    """This or next week, month, quarter or decade."""
    if today is None:
        return None
    step = groups["which"] in {"next", "coming", "following"}
    if groups["unit"] == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * step)
        return _Period(monday, monday + timedelta(days=6))
    if groups["unit"] == "month":
        first = add_months(today.replace(day=1), int(step))
        return _month(first.year, first.month)
    if groups["unit"] == "quarter":
        first = add_months(today.replace(day=1, month=(today.month - 1) // 3 * 3 + 1), 3 * step)
        return _months(first.year, first.month, first.month + 2)
    first_year = today.year // 10 * 10 + 10 * step
    return _Period(date(first_year, 1, 1), date(first_year + 9, 12, 31))


def _weekday(groups: dict[str, str], today: date | None) -> _Period | None:
    if today is None:
        return None
    ahead = (_DAYS[groups["weekday"]] - today.weekday()) % 7
    if groups.get("which") == "next":
        ahead += 7 if ahead + today.weekday() <= 6 else 0
    day = today + timedelta(days=ahead)
    return _Period(day, day)


def _named_day(groups: dict[str, str], today: date | None) -> _Period | None:
    if today is None:
        return None
    day = today + timedelta(days=groups["named"].startswith("tomorrow"))
    return _Period(day, day)


_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?\b"
_OF_YEAR = rf"(?:,? (?:of )?(?:{_WHICH} year|(?:in )?{_YEAR}))?"
_IN = rf"(?:{_BOUND}(?:\b(?:in|during|for|from|through|throughout|starting|beginning|as early as|as soon as) )?)"
# A month's name alone is too often a verb (may, march) or part of a date.
_IN_NEEDED = r"\b(?:(?P<bound>by|before|until|till|ahead of|prior to)|in|during|from|through|starting|as early as|as soon as) "
_QUALIFIED = r"(?:sometime |some time )?(?:later )?(?:in )?(?:the )?"


def _rule(pattern: str, resolve: _Resolver) -> tuple[re.Pattern[str], _Resolver]:
    return re.compile(pattern, re.IGNORECASE), resolve


# Several rules may match at one place; the one that starts first and reaches furthest wins.
_RULES: tuple[tuple[re.Pattern[str], _Resolver], ...] = (
    _rule(rf"{_BOUND}\b(?P<iso>20\d\d-[01]\d-[0-3]\d)\b", _iso),
    _rule(rf"{_BOUND}(?:\bon )?(?:the )?\b{_DAY}(?: of)? {_MONTH}(?:,? {_YEAR})?", _on_day),
    _rule(rf"{_BOUND}(?:\bon )?\b{_MONTH} {_DAY}(?!:\d)(?:,? {_YEAR})?", _on_day),
    _rule(rf"{_IN}{_PART}{_WHICH} year\b", _part_of_year),
    _rule(rf"{_IN}\b{_PART}{_YEAR}", _part_of_year),
    _rule(rf"{_IN}(?:the )?\byear[- ](?P<part>end)(?: (?:of )?{_YEAR})?", _part_of_year),
    _rule(rf"{_IN}(?:the )?\b(?P<part>mid|late|early)-?year\b", _part_of_year),
    _rule(rf"{_IN_NEEDED}(?:{_PART})?\b{_MONTH}{_OF_YEAR}(?! ?\d)", _in_month),
    _rule(rf"{_IN}{_PART}\b{_MONTH}{_OF_YEAR}(?! ?\d)", _in_month),
    _rule(rf"\b{_MONTH} {_YEAR}", _in_month),
    _rule(rf"{_IN}{_WHICH} {_MONTH}(?! ?\d)", _in_month),
    _rule(rf"{_IN}(?:the )?\b(?:end of (?:the )?)?(?P<quarter>first|second|third|fourth|final|last) quarter{_OF_YEAR}", _quarter),
    _rule(rf"{_IN}(?:the )?\b(?:end of )?Q(?P<quarter>[1-4])(?![\w]){_OF_YEAR}", _quarter),
    _rule(rf"{_IN}(?:the )?\b(?:end of (?:the )?)?(?P<half>first|second) half{_OF_YEAR}", _half),
    _rule(rf"{_IN}(?:the )?\bH(?P<half>[12])\b{_OF_YEAR}", _half),
    _rule(rf"{_IN}(?:{_WHICH} )?\b(?P<season>spring|summer|autumn|fall|winter|christmas|thanksgiving|halloween)\b(?: (?:of )?{_YEAR})?(?! (?:in|to|by|below))", _season),
    _rule(rf"\b(?P<within>within|inside|in under|in less than)(?: the)?(?: next| coming| space of)? {_COUNT}(?: more|-)? ?{_UNIT}(?:'|’)?(?: time)?\b", _later),
    _rule(rf"\b(?:in|over|during|for|through) (?:the )?(?:next|coming|following) {_COUNT}(?: to \w+)? {_UNIT}\b", _later),
    _rule(rf"\bin (?:about |around |roughly |some |as little as )?{_COUNT} {_UNIT}(?:['’] time| from now|['’]s time)?(?= *(?:[.,;:!?\"”)]|$|and\b|but\b|when\b|if\b))", _later),
    _rule(rf"\b{_COUNT} {_UNIT} from now\b", _later),
    _rule(rf"\b(?P<within>within) {_WHICH} (?P<unit>year)\b", _whole_year),
    _rule(rf"{_IN}{_QUALIFIED}\b(?P<which>this|next|coming|following) year\b(?!['’]s)", _whole_year),
    _rule(rf"{_IN}(?:the )?(?:end|close|start|beginning) of {_WHICH} (?P<unit>week|month|quarter|decade)\b", _calendar_unit),
    _rule(rf"{_IN}(?:early |late |later |sometime )?\b(?P<which>this|next|coming) (?P<unit>week|month|quarter|decade)\b", _calendar_unit),
    _rule(rf"\b(?P<bound>by|before|until|till|ahead of|prior to) (?:about |around |roughly |the year )?{_YEAR}", _whole_year),
    _rule(rf"\b(?:in|during|for|through|throughout|from|of|starting|sometime in|later in|as early as|as soon as) (?:the year )?{_YEAR}", _whole_year),
    _rule(rf"{_BOUND}(?:\bon )?(?:{_WHICH} )?\b(?P<weekday>{'|'.join(_DAYS)})\b(?!['’]s)", _weekday),
    _rule(rf"{_BOUND}\b(?P<named>tomorrow|tonight|today|later today)\b", _named_day),
)  # fmt: skip

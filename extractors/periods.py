"""Stretches of the calendar that a phrase of time means, by the parts that were read from it."""

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
DAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "eighteen": 18, "twenty": 20,
    "a": 1, "an": 1, "couple": 2, "thirty": 30, "forty": 40, "fifty": 50, "ninety": 90, "hundred": 100,
}  # fmt: skip
_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4, "last": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_SEASONS = {"spring": (5, 31), "summer": (8, 31), "autumn": (11, 30), "fall": (11, 30), "winter": (12, 31)}
_FEASTS = {"christmas": (12, 25), "new year's eve": (12, 31), "thanksgiving": (11, 30), "halloween": (10, 31)}
_PARTS = {"early": 3, "mid": 6, "middle": 6, "late": 12, "end": 12, "start": 3, "beginning": 3, "close": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included."""

    first: date
    last: date


Resolver = Callable[[dict[str, str], date | None], Period | None]
"""From the named parts of a phrase, and the article's day if it is known, to the period meant."""


def whole_month(year: int, month: int) -> Period:
    """Return a calendar month."""
    return Period(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def whole_months(year: int, first: int, last: int) -> Period:
    """Return the months `first` to `last` of a year."""
    return Period(whole_month(year, first).first, whole_month(year, last).last)


def next_of(make: Callable[[int], Period], today: date | None) -> Period | None:
    """The next such period that is not over."""
    if today is None:
        return None
    period = make(today.year)
    return period if period.last >= today else make(today.year + 1)


def year_of(groups: dict[str, str], today: date | None) -> int | None:
    """Return the stated year, else the article's own or, after "next", the one after."""
    if "year" in groups:
        return int(groups["year"])
    if today is None:
        return None
    return today.year + (groups.get("which") in {"next", "following", "coming"})


def whole_year(groups: dict[str, str], today: date | None) -> Period | None:
    """The year that is stated, or this or next year."""
    year = year_of(groups, today)
    return None if year is None else whole_months(year, 1, 12)


def part_of_year(groups: dict[str, str], today: date | None) -> Period | None:
    """A quarter's length at the start, middle or end of a year."""
    year = year_of(groups, today)
    if year is None:
        return None
    last = _PARTS[groups["part"]]
    return whole_months(year, max(1, last - 2), last)


def in_month(groups: dict[str, str], today: date | None) -> Period | None:
    """A month, or its first ten or twenty days."""
    month = MONTHS[groups["month"]]
    if "year" in groups:
        whole: Period | None = whole_month(int(groups["year"]), month)
    elif "which" in groups and (year := year_of(groups, today)) is not None:
        whole = whole_month(year, month)
    else:
        whole = next_of(lambda year: whole_month(year, month), today)
    if whole is None or groups.get("part") not in {"early", "mid", "middle", "start", "beginning"}:
        return whole
    return Period(whole.first, whole.first.replace(day=10 if _PARTS[groups["part"]] == 3 else 20))


def on_day(groups: dict[str, str], today: date | None) -> Period | None:
    """A day of a month; without a year the next such day."""
    month, day = MONTHS[groups["month"]], int(groups["day"])
    if "year" in groups:
        exact = date(int(groups["year"]), month, day)
        return Period(exact, exact)
    return next_of(lambda year: Period(date(year, month, day), date(year, month, day)), today)


def iso_date(groups: dict[str, str], _today: date | None) -> Period | None:
    """A date as 2027-03-31."""
    exact = date.fromisoformat(groups["iso"])
    return Period(exact, exact)


def in_quarter(groups: dict[str, str], today: date | None) -> Period | None:
    """A quarter of a year."""
    number = _QUARTERS[groups["quarter"]]
    year = int(groups["year"]) if "year" in groups else None
    if year is None and "which" in groups and groups["which"] in {"next", "this"}:
        year = year_of(groups, today)
    if year is not None:
        return whole_months(year, number * 3 - 2, number * 3)
    return next_of(lambda this: whole_months(this, number * 3 - 2, number * 3), today)


def in_half(groups: dict[str, str], today: date | None) -> Period | None:
    """A half of a year."""
    first = 1 if groups["half"] in {"first", "1"} else 7
    year = int(groups["year"]) if "year" in groups else None
    if year is None and groups.get("which") in {"next", "this"}:
        year = year_of(groups, today)
    if year is not None:
        return whole_months(year, first, first + 5)
    return next_of(lambda this: whole_months(this, first, first + 5), today)


def in_season(groups: dict[str, str], today: date | None) -> Period | None:
    """A season or feast."""
    month, day = (_SEASONS | _FEASTS)[groups["season"]]
    if "year" in groups or groups.get("which") == "next":
        year = year_of(groups, today)
        return None if year is None else Period(date(year, max(1, month - 2), 1), date(year, month, day))
    return next_of(lambda year: Period(date(year, max(1, month - 2), 1), date(year, month, day)), today)


def number_of(text: str) -> int:
    """Return a count in digits or words."""
    word = text.removeprefix("a ").removesuffix(" of")
    return int(word) if word.isdigit() else NUMBERS[word]


def add_months(day: date, months: int) -> date:
    """Return the day `months` later, or that month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def later(groups: dict[str, str], today: date | None) -> Period | None:
    """The time from the article's day on, for a count of units."""
    if today is None:
        return None
    count, unit = number_of(groups.get("count", "one")), groups["unit"]
    if unit in {"day", "week", "fortnight"}:
        last = today + timedelta(days=count * {"day": 1, "week": 7, "fortnight": 14}[unit])
    else:
        last = add_months(today, count * {"month": 1, "quarter": 3, "year": 12, "decade": 120}[unit])
    return Period(today, last)


def calendar_unit(groups: dict[str, str], today: date | None) -> Period | None:
    """This or next week, month, quarter or decade."""
    if today is None:
        return None
    step = groups["which"] in {"next", "coming", "following"}
    if groups["unit"] == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * step)
        return Period(monday, monday + timedelta(days=6))
    if groups["unit"] == "month":
        first = add_months(today.replace(day=1), int(step))
        return whole_month(first.year, first.month)
    if groups["unit"] == "quarter":
        first = add_months(today.replace(day=1, month=(today.month - 1) // 3 * 3 + 1), 3 * step)
        return whole_months(first.year, first.month, first.month + 2)
    first_year = today.year // 10 * 10 + 10 * step
    return Period(date(first_year, 1, 1), date(first_year + 9, 12, 31))


def on_weekday(groups: dict[str, str], today: date | None) -> Period | None:
    """The next such day of the week."""
    if today is None:
        return None
    ahead = (DAYS[groups["weekday"]] - today.weekday()) % 7
    if groups.get("which") == "next":
        ahead += 7 if ahead + today.weekday() <= 6 else 0
    day = today + timedelta(days=ahead)
    return Period(day, day)


def named_day(groups: dict[str, str], today: date | None) -> Period | None:
    """Today or tomorrow."""
    if today is None:
        return None
    day = today + timedelta(days=groups["named"].startswith("tomorrow"))
    return Period(day, day)

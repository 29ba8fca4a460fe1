"""A stated number: numeral, magnitude, unit and what a rate is for, read together."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from extractors.figures import counted_nouns, number_words, numerals, rates, versions
from extractors.figures.counted_nouns import Noun
from extractors.figures.numerals import Magnitude, Numeral
from extractors.figures.units import Found, UnitTable
from extractors.packs import Unit
from extractors.records import Bound

_OLD = re.compile(r"[ -]olds?\b|[ ]of[ ]age\b")
_METRE_WORDS = re.compile(
    r"[ -](?:tall|long|wide|deep|high|away|from|above|below|across|apart|race|sprint|dash|freestyle|hurdles|butterfly|"
    r"backstroke|breaststroke|relay|swim|run|title|final|medley|pool|thick|radius|diameter|"
    r"in[ ](?:length|height|depth|width|diameter))\b"
)
_VIDEO_LINES = frozenset((240, 360, 480, 720, 1080, 1440, 2160, 4320))
_ORDINAL_FOLLOWS = re.compile(
    r"-(?:half|quarter|place|placed|round|year|leg|string|hand|rate|set|seed|largest|biggest|best|most)\b"
)
_MORE = re.compile(r"[ ](?:more|additional|extra|full|straight|consecutive|further|whole|long|other)[ ]")
_KINDS = {"money": "money", "percent": "percent", "duration": "duration", "ratio": "multiple"}
_NO_RATES = frozenset(
    ("percent", "ratio", "temperature", "speed", "data rate", "rotation", "economy", "angle", "points")
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A stated number. `value` and `step` are in the unit's base; `written` is the value before magnitude and unit."""

    start: int
    end: int
    value: Decimal
    step: Decimal
    unit: str
    kind: str
    written: Decimal
    size: Decimal
    """The magnitude's factor times the unit's."""
    numeral_start: int
    numeral_end: int
    source: Unit | None = None
    prefixed: bool = False
    scaled: bool = False
    noun: Noun | None = None
    left: versions.Joint = "free"
    right: versions.Joint = "free"
    named: bool = False
    """Part of a name ("Opus 4.8"); kept only until its neighbours are judged."""
    spelled: bool = False
    bound: Bound | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    glued: bool = False

    @property
    def bare(self) -> bool:
        """No unit, no magnitude, no noun."""
        return self.source is None and not self.scaled and self.noun is None and self.kind == "number"


@dataclass(frozen=True, slots=True)
class Page:
    """A text with what is known about all of it: the units, and the words that carry versions in it."""

    text: str
    units: UnitTable
    stems: frozenset[str]


def measured(page: Page, numeral: Numeral, prefix: Found | None) -> Stated:
    """The number with magnitude, unit and denominator; sign and left side are not looked at yet."""
    text = page.text
    size = numerals.magnitude(text, numeral.end, money=prefix is not None)
    if size is not None and prefix is None and numerals.ambiguous(size) and not _is_magnitude(page, size):
        size = None
    end = size.end if size is not None else numeral.end
    written, step, end = _with_half(text, numeral, size, end)
    factor = size.factor if size else Decimal(1)
    found = prefix or _unit(page, end, written * factor)
    if found is None:
        return _stated(text, numeral, written, step, factor, end, scaled=size is not None)
    if prefix is None:
        end = found.end
    factor *= found.unit.factor
    name, kind, end = _denominated(page, found.unit, end)
    stated = _stated(text, numeral, written, step, factor, end, scaled=size is not None)
    glued = prefix is None and found.start == numeral.end
    return replace(stated, unit=name, kind=kind, source=found.unit, prefixed=prefix is not None, glued=glued)


def _stated(
    text: str, numeral: Numeral, written: Decimal, step: Decimal, factor: Decimal, end: int, *, scaled: bool
) -> Stated:
    return Stated(
        numeral.start, end, written * factor, step * factor, "count", "number", written, factor, numeral.start,
        numeral.end, scaled=scaled, spelled=numeral.spelled, right=versions.right(text, end),
        noun=counted_nouns.after(text, end),
    )  # fmt: skip


def _is_magnitude(page: Page, size: Magnitude) -> bool:
    """Whether "5m" is five million: something other than a length is counted behind it."""
    if size.letter == "m" and _METRE_WORDS.match(page.text, size.end):
        return False
    found = page.units.after(page.text, size.end + 1) if page.text[size.end : size.end + 1] == " " else None
    if found is not None:
        return found.unit.dimension != "length"
    return counted_nouns.after(page.text, size.end) is not None


def _with_half(text: str, numeral: Numeral, size: Magnitude | None, end: int) -> tuple[Decimal, Decimal, int]:
    """Add "and a half", which stands before the magnitude or unit."""
    half = number_words.half_after(text, end) if size is None else -1
    if half < 0:
        return numeral.value, numeral.step, end
    return numeral.value + Decimal("0.5"), Decimal("0.5"), half


def _unit(page: Page, end: int, value: Decimal) -> Found | None:
    """The unit that stands behind the number, glued, after a space or after a hyphen."""
    text = page.text
    apart = text[end : end + 1] in (" ", "\u00a0", "-", "‑") and end + 1 < len(text)
    found = page.units.after(text, end + apart, value) or (page.units.after(text, end, value) if apart else None)
    if found is None and (more := _MORE.match(text, end)):
        found = page.units.after(text, more.end(), value)
        found = found if found is not None and found.unit.dimension == "duration" else None
    if found is not None and found.weak and _counts_on(text, found.end):
        found = page.units.after(text, end + apart)
    if found is None or (_ORDINAL_FOLLOWS.match(text, found.end) and found.unit.id in ("s", "points")):
        return None
    form = text[found.start : found.end]
    return None if found.start == end and _other_glued(form, value) else found


def _other_glued(form: str, value: Decimal) -> bool:
    """Letters that mean something else when glued to certain numbers: 1080p, 5g, 80s."""
    if form == "p":
        return value in _VIDEO_LINES
    return (form in "gG" and 2 <= value <= 6) or (form == "s" and value % 10 == 0)


def _counts_on(text: str, end: int) -> bool:
    """Whether a plural noun other than "ones" follows a weak form: "40 billion active users"."""
    noun = counted_nouns.after(text, end)
    return noun is not None and noun.phrase != "ones"


def _denominated(page: Page, unit: Unit, end: int) -> tuple[str, str, int]:
    """The unit's name, kind and end with what a price or rate is for; "old" makes a duration an age."""
    money = unit.dimension == "money"
    name, kind = unit.base, _KINDS.get(unit.dimension, "number")
    if kind == "duration" and (old := _OLD.match(page.text, end)):
        return name, "age", old.end()
    per = rates.after(page.text, end, page.units, money=money) if unit.dimension not in _NO_RATES else None
    if per is None:
        return name, kind, end
    if money or per.listed:
        return f"{name}/{per.label}", "price" if money else kind, per.end
    return name, kind, per.end if unit.dimension == "tokens" else end

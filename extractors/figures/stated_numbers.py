"""One stated number: numeral, magnitude, unit and denominator read together, or None where it is no figure."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from extractors.figures import counted_nouns, hedges, number_words, numerals, rates, versions
from extractors.figures.counted_nouns import Noun
from extractors.figures.numerals import Magnitude, Numeral
from extractors.figures.units import Found, UnitTable
from extractors.packs import Unit
from extractors.records import Bound

_OLD = re.compile(r"[ -]olds?\b|[ ]of[ ]age\b")
_AGED = re.compile(r"(?:\baged|\bages?[ ]of|\bage|\bthe[ ]age[ ]of|\bturned|\bturning|\bturns|\bwho[ ]is|\bwho[ ]was)[ ]$")
_APPOSED = re.compile(r"[A-Z][\w'’-]+,[ ]$")
_METRE_WORDS = re.compile(
    r"[ -](?:tall|long|wide|deep|high|away|from|above|below|across|apart|race|sprint|dash|freestyle|hurdles|butterfly|"
    r"backstroke|breaststroke|relay|swim|run|title|final|medley|pool|thick|radius|diameter|in[ ](?:length|height|depth|width|diameter))\b"
)
_VIDEO_LINES = frozenset((240, 360, 480, 720, 1080, 1440, 2160, 4320))
_ORDINAL_FOLLOWS = re.compile(r"-(?:half|quarter|place|placed|round|year|leg|string|hand|rate|set|seed|largest|biggest|best|most)\b")
_NO_TIMES = re.compile(
    r"[ ]times(?=[.,;:)]|$|[ ](?:in|on|at|since|during|over|per|by|this|last|and|before|after|until|when|while|for|with|"
    r"between|within|to|because|throughout|under|against|but|across|every|each|from|daily|weekly|is|was|a|an|already|now)\b)"
)
_TIMES = re.compile(r"[ -]times?\b(?![ ]zones?)")

_SIGN = re.compile(r"(?:(?:^|(?<=[\s($€£~,]))[-−]|(?:^|(?<=[\s,(]))(?i:minus|negative)[ -])$")
_NAME_CODE = re.compile(r"[A-Z][A-Za-z]\d(?![\d.,]*\w)")
_KINDS = {"money": "money", "percent": "percent", "duration": "duration", "ratio": "multiple"}
_PRICE_CURRENCY = "USD"
"""What "10/50 per million tokens" is in, where no currency is named."""
_NO_RATES = frozenset(("percent", "ratio", "temperature", "speed", "data rate", "rotation", "economy", "angle", "points"))
_SUMS = re.compile(r"\b(?:average|total|sum|mean|median)[ ]of[ ]$")
_SPAN_FOLLOWS = re.compile(rf"(?:[ -](?:to|or)[ -]|[ ]?[-–][ ]?)(?:\d|(?i:{number_words.SPELLED}))")
_PRONOUN = re.compile(r"\b(?:the|these|those|all|both|bottom|big|first|last|other|next|any|of|its|their)[ ][\"“'‘]?$", re.IGNORECASE)
_NAME_FOLLOWS = re.compile(r"[ ][A-Z]")
_ATTRIBUTE = re.compile(r"\b(?:an?|the|its|their|his|her)[ ]$", re.IGNORECASE)
_NOT_ONE = re.compile(r"\b(?:no|any|every|each|this|that|the|which|another|some|same|only|at|last|good|such|every)[ ]$", re.IGNORECASE)
_ONE_OF = re.compile(r"[ ]of[ ]")
_ONE_OF_SOME = re.compile(rf"[ ]of[ ](?:the[ ]|these[ ]|those[ ]|its[ ]|their[ ])?(?:\d|(?i:{number_words.SPELLED}))")
_ONE_IDIOMS = frozenset("another day thing way time hand side more such point stage who that night morning reason".split())


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


def read(page: Page, numeral: Numeral) -> Stated | None:
    """The stated number at a numeral, or None where it is no figure; `named` ones are judged with their neighbours."""
    start, sign, prefix = _opening(page, numeral)
    left = versions.left(page.text, start)
    if left == "broken":
        return None
    stated = _measured(page, numeral, prefix)
    stated = replace(stated, start=start, value=stated.value * sign, left=left)
    if stated.right == "broken":
        return None
    return stated if stated.source is not None or stated.scaled else _bare(page, stated)


def _opening(page: Page, numeral: Numeral) -> tuple[int, int, Found | None]:
    """Where the number starts with sign and currency, its sign, and the currency."""
    start, sign = _sign(page.text, numeral.start)
    prefix = page.units.before(page.text, start)
    if prefix is None:
        return start, sign, None
    if _NAME_CODE.match(page.text, prefix.start):
        return start - 1, sign, None
    start, outer = _sign(page.text, prefix.start)
    return start, sign * outer, prefix


def _sign(text: str, start: int) -> tuple[int, int]:
    match = _SIGN.search(text[max(0, start - 10) : start]) if start else None
    return (start - len(match.group()), -1) if match else (start, 1)


def _measured(page: Page, numeral: Numeral, prefix: Found | None) -> Stated:
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
    if found is not None and found.weak and _counts_on(text, found.end):
        found = page.units.after(text, end + apart)
    if found is None or (_ORDINAL_FOLLOWS.match(text, found.end) and found.unit.id in ("s", "points")):
        return None
    form = text[found.start : found.end]
    if found.start == end and ((form == "p" and value in _VIDEO_LINES) or (form in "gG" and 2 <= value <= 6) or (form == "s" and value % 10 == 0)):
        return None
    return found


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


def _bare(page: Page, stated: Stated) -> Stated | None:
    """Judge a number without unit and magnitude: a name, a date, a list number, an age, a multiple or a count."""
    text, digits = page.text, page.text[stated.numeral_start : stated.numeral_end]
    if not stated.spelled:
        if versions.dated(text, stated.start, stated.end) or versions.listed(text, stated.start, stated.end):
            return None
        if versions.addressed(text, stated.end) or (versions.year(digits) and not _counted_year(text, stated)):
            return None
    if "," not in digits and versions.named(text, stated.start, page.stems):
        return replace(stated, named=True)
    per = rates.after(text, stated.end, page.units, money=True)
    if per is not None and per.label.startswith("1"):
        name = f"{_PRICE_CURRENCY}/{per.label}"
        end = stated.end if stated.left == "joined" else per.end
        return replace(stated, unit=name, kind="price", end=end, noun=None, right="free")
    if _is_age(text, stated):
        return replace(stated, unit="year", kind="age")
    times = _TIMES.match(text, stated.end)
    if times is not None and not _NO_TIMES.match(text, stated.end):
        return replace(stated, unit="ratio", kind="multiple", end=times.end(), noun=None)
    return _counted(text, stated)


def _counted_year(text: str, stated: Stated) -> bool:
    """A number like a year counts only with a hedge, or with a noun where no year would stand."""
    before = text[max(0, stated.start - 12) : stated.start]
    return _SUMS.search(before) is not None or (hedges.before(text, stated.start) is not None and stated.noun is not None)


def _is_age(text: str, stated: Stated) -> bool:
    if not 1 <= stated.value <= 115 or stated.step != 1:
        return False
    before = text[max(0, stated.start - 24) : stated.start]
    if _AGED.search(before):
        return stated.noun is None
    return text[stated.end : stated.end + 1] == "," and _APPOSED.search(before) is not None


def _counted(text: str, stated: Stated) -> Stated | None:
    """A count, with the noun it counts; spelled-out numbers need one."""
    if text[stated.end : stated.end + 2].startswith("-") and text[stated.end + 1 : stated.end + 2].isalpha():
        noun = counted_nouns.single(text, stated.end)
        return None if stated.spelled or noun is None else replace(stated, noun=noun)
    noun = stated.noun
    if stated.spelled and _SPAN_FOLLOWS.match(text, stated.end):
        return stated
    if stated.value == 1 and stated.spelled:
        noun = _one(text, stated)
        return replace(stated, noun=noun) if noun is not None else None
    if noun is None and (
        _NAME_FOLLOWS.match(text, stated.end)
        or (stated.spelled and _PRONOUN.search(text[max(0, stated.start - 10) : stated.start]))
    ):
        return None
    if noun is None and _ATTRIBUTE.search(text[max(0, stated.start - 6) : stated.start]):
        noun = counted_nouns.single(text, stated.end)
    return replace(stated, noun=noun)


def _one(text: str, stated: Stated) -> Noun | None:
    """What "one" counts: "one of the models", "one solution"; not "no one", "one another", "at one point"."""
    if _NOT_ONE.search(text[max(0, stated.start - 10) : stated.start]):
        return None
    if _ONE_OF.match(text, stated.end):
        return None if _ONE_OF_SOME.match(text, stated.end) else stated.noun
    noun = counted_nouns.single(text, stated.end)
    return None if noun is None or noun.phrase in _ONE_IDIOMS else noun

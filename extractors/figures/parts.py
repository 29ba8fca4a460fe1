"""Parts and multiples in words: "two-thirds", "one in five", "more than doubled", "sixfold", "dozens of"."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from extractors.figures.number_words import FRACTIONS, MAGNITUDES, SMALL

_CHANGES = {
    "doubled": 2, "doubles": 2, "tripled": 3, "trebled": 3, "quadrupled": 4, "quintupled": 5, "halved": Decimal("0.5"),
}  # fmt: skip
_SMALL_COUNTS = {word: value for word, value in SMALL.items() if 1 < value <= 20}
_FOLDS = _SMALL_COUNTS | {"hundred": 100, "thousand": 1000}


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_PART_WORD = _any(word for word in FRACTIONS if word not in ("half", "halves"))
_COUNT_WORD = "one|two|three|four|five|six|seven|eight|nine"
_NO_HALF = "".join(
    rf"(?<!{word}[ ])" for word in ("first", "second", "latter", "other", "better", "this", "each", "every")
)
_OWNED = r"(?:of|the|its|their|his|her|our|those|these|all|as)\b"
_BIG = r"(?:million|billion|dozen|trillion|hundred|thousand)"
_PART = re.compile(
    rf"""
    \b(?:
      (?P<hyphened>(?:a|{_COUNT_WORD})-(?:{_PART_WORD})s?)\b(?!-)
    | (?P<spaced>(?:{_COUNT_WORD})[ ](?:{_PART_WORD})s?)\b(?=[ ](?:of|as|the|more|less)\b|[.,;)])
    | (?P<a_part>an?[ ](?:{_PART_WORD}))
      (?=[ ](?:more|less|fewer|higher|lower|larger|smaller)[ ]than\b
      |[ ]of[ ](?!(?:20\d\d|the[ ](?:year|century|season)))|[ ]the[ ](?:size|price|cost)\b)
    | {_NO_HALF}(?<!-)(?P<half>half)(?=[ ]{_OWNED}|[ ]an?[ ](?!{_BIG}))
    | (?<=by[ ])(?P<by_half>half)\b(?![ -](?:a\b|past|time|way))
    | (?<=by[ ])(?:(?:about|around|roughly|nearly|almost|over)[ ])?(?P<by_part>an?[ ](?:{_PART_WORD}))\b
      (?![ -](?:of\b|\w+[ ]of\b|party|time|person|man|quarter|century))
    | (?P<twice>twice|thrice|double|triple)
      (?=[ ](?:as[ ](?:much|many|big|large|long|high|fast|expensive|heavy|likely)
      |the[ ](?:size|price|number|rate|cost|amount|level|length))\b)
    | (?P<share>(?:{_COUNT_WORD})[ ](?:in|out[ ]of)[ ](?:every[ ])?(?:{_any(_SMALL_COUNTS)}))\b
      (?=[ ][a-z])(?![ ](?:year|month|day|week|hour|minute)s?\b)
    | (?P<change>{_any(_CHANGES)})\b(?!-)
    | (?P<fold>(?:{_any(_FOLDS)})-?fold)\b
    | (?P<vague>(?:(?:tens?|hundreds?|thousands?)[ ]of[ ])?(?:dozens|hundreds|thousands|millions|billions|trillions))\b
      (?=[ ][a-z])
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SLASHED = re.compile(r"(?<![\w/.,$€£-])([1-9])/([2-6]|8|10|12|16)(?![\w/.,:%-])(?=[ ][a-z]{2,}\b)")
_HEADS = {"ten": 10, "hundred": 100, "thousand": 1000}


@dataclass(frozen=True, slots=True)
class Part:
    """A part, multiple or plural magnitude in the text; `top` is its upper limit where the words state a span."""

    start: int
    end: int
    value: Decimal
    step: Decimal
    kind: str
    top: Decimal | None = None


def find(text: str) -> Iterator[Part]:
    """Every part, multiple and plural magnitude. "thousands" is its magnitude, up to ten times that."""
    for match in _PART.finditer(text):
        yield _read(match)
    for match in _SLASHED.finditer(text) if "/" in text else ():
        yield _fraction(match.start(), match.end(), int(match.group(1)), int(match.group(2)))


def _read(match: re.Match[str]) -> Part:
    group = match.lastgroup or ""
    words = match.group(group).lower()
    start, end = match.span(group)
    if group == "change":
        return Part(start, end, Decimal(_CHANGES[words]), Decimal(1), "multiple")
    if group == "fold":
        return Part(start, end, Decimal(_FOLDS[words.removesuffix("fold").strip("-")]), Decimal(1), "multiple")
    if group == "twice":
        return Part(start, end, Decimal(2 if words in ("twice", "double") else 3), Decimal(1), "multiple")
    if group == "vague":
        return _vague(start, end, words)
    if group in ("half", "by_half"):
        return _fraction(start, end, 1, 2)
    if group == "share":
        tokens = words.split()
        return _fraction(start, end, SMALL[tokens[0]], SMALL[tokens[-1]])
    count, part = re.split(r"[ -]", words, maxsplit=1)
    return _fraction(start, end, SMALL.get(count, 1), FRACTIONS[part] if part in FRACTIONS else FRACTIONS[part[:-1]])


def _fraction(start: int, end: int, count: int, parts: int) -> Part:
    """A fraction; its step is a tenth of one part."""
    return Part(start, end, Decimal(count) / parts, Decimal(1) / (10 * parts), "fraction")


def _vague(start: int, end: int, words: str) -> Part:
    head, _, rest = words.partition(" of ")
    size = MAGNITUDES[(rest or head)[:-1]] * (_HEADS[head.removesuffix("s")] if rest else 1)
    return Part(start, end, size, size, "number", size * 10)

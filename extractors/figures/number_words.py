"""Spelled-out numbers: "forty-two thousand", "half a million", "three and a half". Pure; linear in the text."""

import re
from dataclasses import dataclass
from decimal import Decimal


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_ONES = _listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = _listed("twenty thirty forty fifty sixty seventy eighty ninety")
_MAGNITUDES = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 1000,
    "lakh": 10**5,
    "million": 10**6,
    "crore": 10**7,
    "billion": 10**9,
    "trillion": 10**12,
    "quadrillion": 10**15,
}
_ORDINALS = _listed(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth"
)

SMALL = {word: value for value, word in enumerate(_ONES)} | {word: 10 * n for n, word in enumerate(_TENS, start=2)}
"""Words below a hundred."""
MAGNITUDES = {word: Decimal(value) for word, value in _MAGNITUDES.items()}
"""Words that multiply what stands before them."""
ORDINALS = {word: value for value, word in enumerate(_ORDINALS, start=1)} | {"twentieth": 20, "thirtieth": 30}
"""Ordinal words."""
FRACTIONS = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10, "twelfth": 12, "twentieth": 20, "hundredth": 100, "thousandth": 1000,
}  # fmt: skip
"""Words for parts, by the number of parts in a whole."""

_SMALL_WORD = "|".join(sorted(SMALL, key=len, reverse=True))
_MAGNITUDE_WORD = "|".join(sorted(MAGNITUDES, key=len, reverse=True))
_TENS_WORD = "|".join(_TENS)
_BELOW_HUNDRED = rf"(?:(?:{_TENS_WORD})[ \-]?(?:{'|'.join(_ONES[1:10])})(?![a-z])|(?:{_SMALL_WORD})(?![a-z]))"
_REST = rf"(?:[ ](?:and[ ])?{_BELOW_HUNDRED}(?=[ \-](?:{_MAGNITUDE_WORD})\b|[^\-]|$))"
_SCALED = rf"(?:[ \-](?:{_MAGNITUDE_WORD})(?![a-z]){_REST}?)"
SPELLED = rf"(?:{_BELOW_HUNDRED}{_SCALED}*|(?:half[ ])?an?[ ](?:half[ ])?(?:{_MAGNITUDE_WORD})(?![a-z]){_SCALED}*)"
"""Fragment for a spelled-out number, to be compiled case-insensitively; ends at a word's end."""
_SPLIT = re.compile(r"[a-z]+")
_AND_A_HALF = re.compile(r"[ -]and[ -](?:a[ -]half|one[ -]half)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Spelled:
    """The value of a spelled-out number and the size of its last stated word: "forty-two thousand" is 42000, 1000."""

    value: Decimal
    step: Decimal


def read(words: str) -> Spelled:
    """The number that `words` (a match of SPELLED) spell."""
    tokens = _SPLIT.findall(words.lower())
    total = group = Decimal(0)
    step = Decimal(1)
    started = False
    for token in tokens:
        if token in SMALL:
            group, step, started = group + SMALL[token], Decimal(1), True
        elif token == "half":
            group, step, started = Decimal("0.5"), Decimal("0.1"), True
        elif token in MAGNITUDES:
            size = MAGNITUDES[token]
            group, step = (group if started else Decimal(1)) * size, step * size
            started = True
            if size >= 1000:
                total, group = total + group, Decimal(0)
    return Spelled(total + group, step)


def half_after(text: str, end: int) -> int:
    """The end of "and a half" at `end`, or -1."""
    match = _AND_A_HALF.match(text, end)
    return match.end() if match else -1

"""Numerals: every number as written, in digits or words, with its magnitude ("2.5m", "30 billion"). Linear time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from extractors.figures import number_words

MAX_DIGITS = 24
"""Longer digit strings are identifiers."""

_DIGITS = (
    r"(?:\d{1,3}(?:,\d{3}(?!\d))++|\d{1,3}(?:[\u00a0\u202f]\d{3}(?!\d))++|\d{1,2}(?:,\d{2}(?!\d))++,\d{3}(?!\d)|\d++)(?:[.·]\d++)?"
    r"|(?<![\w.,])\.\d++"
)
_CHAIN = r"\d++(?:[.,:/\-]\d++){6,}+[.,:/\-]*+|\d++(?:[ ]\d++(?![.,]\d)){2,}+"
"""Identifiers and telephone numbers: seven numbers and more without a space, or three apart by spaces. They are taken
at once, so that hostile input costs little."""
_NUMERAL = re.compile(rf"(?P<chain>{_CHAIN})|(?P<digits>{_DIGITS})|\b(?P<words>(?i:{number_words.SPELLED}))")
_WORD_MAGNITUDE = re.compile(
    r"(?:(?:[ \u00a0-])?(?i:hundreds?|thousands?|millions?|billions?|trillions?|quadrillions?|lakhs?|crores?|dozen)\b)+"
)
_LETTER_MAGNITUDE = re.compile(r"[ \u00a0]?(mln|mil|mn|bln|bn|trn|tn|[kKmMbBtT])(?![A-Za-z0-9])")
_LETTERS = {
    "k": 10**3, "K": 10**3, "m": 10**6, "mn": 10**6, "mln": 10**6, "mil": 10**6, "M": 10**6, "b": 10**9, "B": 10**9,
    "bn": 10**9, "bln": 10**9, "t": 10**12, "tn": 10**12, "trn": 10**12, "T": 10**12,
}  # fmt: skip
_PLAIN = str.maketrans({",": None, "\u00a0": None, "\u202f": None, "·": "."})
_AMBIGUOUS = frozenset("mbt")
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number's place and value before unit and magnitude. `step` is the size of its last stated digit."""

    start: int
    end: int
    value: Decimal
    step: Decimal
    spelled: bool


@dataclass(frozen=True, slots=True)
class Magnitude:
    """What a numeral is multiplied by, and where that ends. `letter` is its letter form ("m", "B"), or empty."""

    factor: Decimal
    end: int
    letter: str = ""


def scan(text: str) -> Iterator[Numeral]:
    """Every numeral, left to right, non-overlapping; identifiers and versions still among them."""
    for match in _NUMERAL.finditer(text):
        if match.lastgroup == "words":
            spelled = number_words.read(match.group())
            yield Numeral(match.start(), match.end(), spelled.value, spelled.step, True)
        elif match.lastgroup == "digits" and match.end() - match.start() <= MAX_DIGITS:
            written = match.group().translate(_PLAIN)
            if written[0] == "0" and len(written) > 1 and written[1] != ".":
                continue
            yield Numeral(match.start(), match.end(), Decimal(written), digit_step(written), False)


def digit_step(written: str) -> Decimal:
    """The size of the last stated digit: 0.1 for "69.2". Final zeros of long integers state nothing: 1000 for "43000".

    At least two leading digits count as stated, so that "10000" is good to the thousand.
    """
    if "." in written:
        return Decimal(1).scaleb(-(len(written) - written.index(".") - 1))
    zeros = len(written) - len(written.rstrip("0"))
    return Decimal(1).scaleb(max(0, min(zeros, len(written) - 2))) if len(written) >= 4 else Decimal(1)


def magnitude(text: str, end: int, *, money: bool) -> Magnitude | None:
    """The magnitude behind a number that ends at `end`. Letters apart from the number count only for money."""
    words = _WORD_MAGNITUDE.match(text, end)
    if words is not None:
        factor = Decimal(1)
        for word in _WORD.findall(words.group().lower()):
            factor *= number_words.MAGNITUDES[word.removesuffix("s")]
        return Magnitude(factor, words.end())
    letter = _LETTER_MAGNITUDE.match(text, end)
    if letter is None:
        return None
    form = letter.group(1)
    apart = letter.end() - letter.start() > len(form)
    if apart and not money and len(form) == 1:
        return None
    return Magnitude(Decimal(_LETTERS[form]), letter.end(), form)


def ambiguous(size: Magnitude) -> bool:
    """Whether the magnitude may be a unit instead: 5m (million or metres)."""
    return size.letter in _AMBIGUOUS

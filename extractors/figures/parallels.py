"""Whether a number goes on about what the number before it measures, or only stands beside it.

Guarantee: looks at the two numbers' units, counted nouns and the words beside them; a part of a whole is told apart.
"""

from extractors.figures.metrics import MetricHit
from extractors.figures.reading import Reading, stem, word_set
from extractors.records import Quantity

_WHOLE = word_set("them whom which these those who us victims dead")
_OF_THE = word_set("of the its their his her these those all")
_OPENERS = word_set("with of after despite given")
_NEAR_PRICE = 4
"""A plain amount beside a price goes on about it if neither is more than this many times the other."""


def is_bare(quantity: Quantity) -> bool:
    """Whether the number stands alone, without unit and counted noun."""
    return quantity.unit == "count" and not quantity.noun


def goes_on(before: Quantity, hit: MetricHit, quantity: Quantity) -> bool:
    """Whether a number without a metric of its own may take that of the number before it.

    A bare number may; one with a unit if it is the same; a counted noun excludes every metric but that of its own
    noun ("2,140 patients in eleven countries"); "18 times" goes on about a multiple; "a record $2,450" about a price.
    """
    if is_bare(quantity):
        return True
    if quantity.unit == "count":
        if quantity.noun == "times":
            return hit.unit == "ratio"
        return _head(quantity.noun) == _head(before.noun)
    if quantity.unit in (hit.unit, before.unit):
        return True
    near = quantity.value and 1 / _NEAR_PRICE < before.value / quantity.value < _NEAR_PRICE
    return hit.unit.startswith(f"{quantity.unit}/") and bool(near)


def _head(noun: str) -> str:
    return stem(noun.split()[-1]) if noun else ""


def introduces(reading: Reading, first: Quantity, second: Quantity) -> bool:
    """Whether the first number stands in a phrase before the clause of the second: "With 92% counted, X had 38%"."""
    if not reading.words or reading.words[0] not in _OPENERS:
        return False
    return first.start - reading.start < 20 and "," in reading.gap(first.end, second.start)


def leads_on(reading: Reading, first: Quantity, second: Quantity) -> bool:
    """Whether the second number is the level that the first led to, or came from, in the same unit."""
    gap = tuple(word for word in reading.gap(first.end, second.start) if word not in "$€£¥")
    if second.unit == "percent" and gap[-1:] in (("up",), ("down",)):
        return first.unit == "count" and bool(first.noun)
    alike = first.unit == second.unit or first.unit in ("percent", "ratio")
    return alike and gap in (("to",), ("from",))


def is_part(reading: Reading, quantity: Quantity) -> bool:
    """Whether the number counts a part of what was counted before: "twelve of them", "31 of the dead"."""
    i = reading.at(quantity.end)
    words = reading.words[i : i + 3]
    return words[:1] == ("of",) and bool(_WHOLE & set(words[1:3])) and words[1:2] != ("a",)


def whole_of(reading: Reading, quantity: Quantity) -> Quantity | None:
    """Return the number of the whole in "141 of 300 seats", "three of the 26 injured"."""
    i = reading.at(quantity.end)
    if quantity.unit != "count" or reading.words[i : i + 1] != ("of",):
        return None
    later = next((q for q in reading.quantities if q.start >= quantity.end), None)
    near = later is not None and set(reading.gap(quantity.end, later.start)) <= _OF_THE
    return later if near and later is not None and later.unit in ("count", "people") else None


def of_definite(reading: Reading, quantity: Quantity) -> bool:
    """Whether the whole is a known one: "of the 26 injured"."""
    i = reading.at(quantity.end)
    return reading.words[i : i + 2] == ("of", "the")


def priced_worth(reading: Reading, quantity: Quantity) -> bool:
    """ "$400 worth of usage": the amount measures what follows."""
    i = reading.at(quantity.end)
    return reading.words[i : i + 2] == ("worth", "of")

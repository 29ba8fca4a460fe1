"""Hedges: the words around a number that make it about, at least or at most, and the interval that they leave.

Conventions: `about` leaves 5% on either side and no less than half a step; `nearly` 5% below and `just over` 5% above;
`at_least` reaches up to ten times the value, `at_most` down to zero; an exact number is its own interval.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from extractors.records import Bound

Side = Literal["", "below", "above"]
"""Which side of the value a hedge leaves open; empty: both."""
_ABOUT = (
    "about|around|approximately|approx\\.?|roughly|some|circa|c\\.|an estimated|estimated at|estimated|close to|"
    "in the region of|or so|more or less|somewhere around|near|an average of|~|≈|∼"
)
_NEARLY = "nearly|almost|just under|just below|just shy of|not quite|approaching|a little under|slightly under|barely"
_ABOVE = "just over|just above|slightly more than|slightly over|a little over|a little more than|little more than"
_AT_LEAST = (
    "more than|at least|over|above|upwards of|upward of|no less than|no fewer than|not less than|a minimum of|"
    "minimum of|greater than|higher than|in excess of|exceeding|better than|well over|well above|far more than|"
    "at a minimum|>|≥|over than|north of|starting at|topping"
)
_AT_MOST = (
    "up to|at most|less than|fewer than|under|below|no more than|not more than|as many as|as much as|a maximum of|"
    "maximum of|lower than|well under|well below|within|<|≤|capped at|south of|no later than"
)
_BEFORE = re.compile(
    rf"(?:(?<![\w-])(?:(?P<above>{_ABOVE})|(?P<nearly>{_NEARLY})|(?P<at_least>{_AT_LEAST})|(?P<at_most>{_AT_MOST})|"
    rf"(?P<about>{_ABOUT})))(?:[ ](?:just|only|about|around|roughly|approximately|an?(?=[ ]half|$)))?[ ]?$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\+(?!\d)|[ ](?P<so>or[ ]so)\b|[ ](?P<more>or[ ](?:more|higher|above|over))\b"
    r"|[ ](?P<less>or[ ](?:less|fewer|lower|below))\b"
)
_LOOK_BACK = 28
_CAP = Decimal(10)
_SLACK = Decimal("0.05")


@dataclass(frozen=True, slots=True)
class Hedge:
    """A hedge before a number: its bound, which side it leaves open, and where it starts."""

    bound: Bound
    start: int
    side: Side = ""


def before(text: str, start: int) -> Hedge | None:
    """The hedge that ends where the number starts, or None."""
    floor = max(0, start - _LOOK_BACK)
    match = _BEFORE.search(text[floor:start])
    if match is None:
        return None
    name = match.lastgroup or ""
    at = floor + match.start()
    if name in ("nearly", "above"):
        return Hedge("about", at, "below" if name == "nearly" else "above")
    if name == "at_least":
        return Hedge("at_least", at)
    return Hedge("at_most" if name == "at_most" else "about", at)


def after(text: str, end: int) -> tuple[Bound, int] | None:
    """The bound that words behind the number give it, and where they end: "50+", "100 or more"."""
    match = _AFTER.match(text, end)
    if match is None:
        return None
    bound: Bound = "about" if match.group("so") else "at_most" if match.group("less") else "at_least"
    return bound, match.end()


def interval(value: Decimal, step: Decimal, bound: Bound, side: Side = "") -> tuple[Decimal, Decimal]:
    """The lowest and highest value that the wording allows; `low <= value <= high` always."""
    size = abs(value)
    if bound == "about":
        slack = max(size * _SLACK, step / 2)
        return value if side == "above" else value - slack, value if side == "below" else value + slack
    if bound == "at_least":
        return _ordered(value, value * _CAP if size else step)
    if bound == "at_most":
        return _ordered(value, Decimal(0))
    return value, value


def _ordered(value: Decimal, other: Decimal) -> tuple[Decimal, Decimal]:
    return (value, other) if value <= other else (other, value)

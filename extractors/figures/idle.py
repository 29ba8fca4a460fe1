"""Numbers in words that state nothing: "a better one", "one of the highest", "half past seven", "the number 7 bus".

They are quantities of the text and no figures; precision first.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence

from extractors.records import Mention, Quantity

_PRONOUN_BEFORE = re.compile(
    r"(?:\b(?:a|an|the|this|that|which|every|each|any|another|no|some|only|right|new|"
    r"old|\w+er|\w+est|better|good)[ ])$",
    re.IGNORECASE,
)
_ONE_OF_BEST = re.compile(
    r"[ ]of[ ](?:(?:the|its|their|his|her|our|this|these|those)[ ])"
    r"(?:\w+[ ])?(?:\w{3,}est|most|best|worst|few|last|first)\b"
)
_HALF_PAST = re.compile(r"\b(?:half|quarter)[ ](?:past|to)[ ]$", re.IGNORECASE)
_LINE = re.compile(r"\b(?:the|a|bus|tram|route)[ ]$", re.IGNORECASE)
_SPAN = re.compile(r"\bthe[ ](?:first|last|final|opening|closing)[ ]$", re.IGNORECASE)
_OF_SPAN = re.compile(r"[ ]of[ ](?:the[ ](?:year|month|season|decade)|this[ ]year|last[ ]year|(?:19|20)\d\d)\b")
_LOOK_BACK = 16


def is_idle(text: str, quantity: Quantity) -> bool:
    """Whether the quantity is a pronoun, a time of day, the name of a line, or says when and not how long."""
    before = text[max(0, quantity.start - _LOOK_BACK) : quantity.start]
    written = quantity.quote.lower()
    if written == "one":
        pronoun = not quantity.noun or quantity.noun in ("first", "right", "wrong")
        if pronoun and _PRONOUN_BEFORE.search(before):
            return True
        return _ONE_OF_BEST.match(text, quantity.end) is not None
    if _HALF_PAST.search(before):
        return True
    if written.startswith("number ") and written[-1].isdigit():
        return _LINE.search(before) is not None
    if quantity.kind == "duration" and _SPAN.search(before):
        return _OF_SPAN.match(text, quantity.end) is not None
    return False


def outside_names(numbers: tuple[Quantity, ...], mentions: Sequence[Mention]) -> tuple[Quantity, ...]:
    """Leave out numbers that lie within a name: the 70B of "Heron 70B"."""
    spans = sorted((m.start, m.end) for m in mentions)
    starts = [start for start, _ in spans]
    reach: list[int] = []
    for _, end in spans:
        reach.append(max(end, reach[-1] if reach else 0))
    kept: list[Quantity] = []
    for number in numbers:
        i = bisect_right(starts, number.start) - 1
        if i < 0 or number.end > reach[i]:
            kept.append(number)
    return tuple(kept)

"""Numbers that belong together: ranges ("3-5x", "between 4 and 6"), shared units ("8 or $9").

A change ("from 12 to 15 percent", "rose 3% to 5%") stays two numbers.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from extractors.figures import price_pairs
from extractors.figures.stated_numbers import Stated

_RANGE_GAP = re.compile(
    r"[ ]?(?:-|–|—|‑|~)[ ]?|[ -](?:to|through)[ -]|[ ](?:and|to|or)[ ](?:as[ ](?:much|many|high)[ ]as[ ])?"
)
_LINK = re.compile(r"(?:,?[ ](?:and|or)[ ]|,[ ]|[ ]?/[ ]?|[ ]to[ ]|[ ]and[ ]\+?)")
_BETWEEN = re.compile(r"\b(?:between|anywhere[ ]from)[ ](?:about[ ]|around[ ]|roughly[ ])?$", re.IGNORECASE)
_FROM = re.compile(r"\bfrom[ ](?:about[ ]|around[ ]|roughly[ ]|between[ ]|an?[ ])?$", re.IGNORECASE)
_SPANS = re.compile(
    r"\b(?:rang(?:e|es|ed|ing)|var(?:y|ies|ied|ying)|scale|run|runs|running|anywhere|span(?:s|ning)?|costs?|costing|"
    r"priced|prices|fines?|ages?|aged|somewhere|going|estimates?|bands?|sizes?)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_MOVES = re.compile(
    r"\b(?:by|rose|rises?|risen|rising|fell|falls?|fallen|falling|grew|grows?|grown|up|down|increas\w+|decreas\w+|lost|"
    r"gain\w*|climb\w+|dropp?\w*|jump\w*|surg\w+|slipp?\w*|cut|cuts|rais\w+|lower\w*|add\w*|off|won|beat|lead\w*|voted|"
    r"declin\w+|advanc\w+|tumbl\w+|slid\w*|shrank|shed|widen\w*|narrow\w*|soar\w*|plung\w+)[ ]"
    r"(?:more[ ]than[ ]|about[ ]|over[ ]|almost[ ]|nearly[ ]|just[ ]|some[ ])?$",
    re.IGNORECASE,
)
_SHARED = frozenset(
    ("percent", "money", "length", "mass", "temperature", "duration", "ratio", "points", "power", "area", "energy")
)


def join(text: str, numbers: Sequence[Stated]) -> tuple[Stated, ...]:
    """Merge ranges, share magnitudes and units, and drop what stayed half of something else (scores, dates, ids)."""
    joined: list[Stated] = []
    i = 0
    while i < len(numbers):
        first = numbers[i]
        second = numbers[i + 1] if i + 1 < len(numbers) else None
        merged = _range(text, first, second) if second is not None else None
        if merged is not None and second is not None:
            joined.append(merged)
            i += 2
            continue
        if second is not None:
            first = _shared(text, first, second)
        joined.append(first)
        i += 1
    return tuple(number for number in price_pairs.shared(text, joined) if not _left_over(number))


def _left_over(number: Stated) -> bool:
    """Half of something else, or a lone "one" that no range took up."""
    if number.named:
        return True
    lone = number.spelled and number.value == 1 and number.bare
    return number.left == "joined" or number.right == "joined" or lone


def _range(text: str, first: Stated, second: Stated) -> Stated | None:
    """Both numbers as one range, or None where they are two."""
    gap = text[first.end : second.start]
    if len(gap) > 22 or _RANGE_GAP.fullmatch(gap) is None or second.named:
        return None
    hyphen = first.right == "joined" or second.left == "joined"
    if hyphen and (first.left == "joined" or second.right == "joined"):
        return None
    if first.named and (not hyphen or second.source is None):
        return None
    if first.kind == "age" and first.source is None and second.bare:
        second = replace(second, unit=first.unit, kind="age")
        return _merged(first, second) if first.value < second.value else None
    alike = _like(first, second)
    if alike is None or alike.value == second.value or not _spans(text, gap, alike, second, hyphen=hyphen):
        return None
    return _merged(alike, second)


def _like(first: Stated, second: Stated) -> Stated | None:
    """The first number in the second one's magnitude and unit, or None where the two do not match."""
    if first.unit == second.unit and first.source is second.source:
        if not first.scaled and second.scaled and _smaller(first, second):
            return _scaled(first, second)
        return first
    if first.source is None and (first.noun is None or second.noun is not None) and first.kind == "number":
        if second.prefixed:
            return None if not first.spelled and second.left != "joined" else _scaled(first, second)
        if first.scaled and not second.scaled:
            return None
        return _scaled(first, second) if not first.scaled else _same_scale(first, second)
    if first.prefixed and first.source is not None and second.source is None and "/" not in first.unit:
        if first.scaled or not second.scaled:
            return first
        size = second.size * first.source.factor
        return _scaled(first, replace(second, unit=first.unit, kind=first.kind, source=first.source, size=size))
    if first.source is not None and first.source is second.source:
        return replace(first, unit=second.unit, kind=second.kind)
    return None


def _smaller(first: Stated, second: Stated) -> bool:
    return first.written < 1000 and first.written < second.written


def _scaled(first: Stated, second: Stated) -> Stated:
    """The first number read with the second one's magnitude, unit and noun."""
    size = second.size
    if second.scaled and not _smaller(first, second):
        size = second.source.factor if second.source is not None else Decimal(1)
    step = first.step / first.size * size if first.size else first.step
    return replace(
        first, value=first.written * size, step=step, size=size, unit=second.unit, kind=second.kind,
        source=second.source, noun=second.noun, scaled=second.scaled,
    )  # fmt: skip


def _same_scale(first: Stated, second: Stated) -> Stated:
    factor = second.source.factor if second.source is not None else Decimal(1)
    return replace(
        first, value=first.value * factor, step=first.step * factor, size=first.size * factor, unit=second.unit,
        kind=second.kind, source=second.source, noun=second.noun,
    )  # fmt: skip


def _spans(text: str, gap: str, first: Stated, second: Stated, *, hyphen: bool) -> bool:
    """Whether the wording makes the two numbers ends of a range."""
    lead = text[max(0, first.start - 60) : first.start]
    rising = first.value < second.value
    if hyphen or gap.strip() in ("-", "–", "—", "‑", "~"):
        if second.source is None and not second.scaled:
            return rising and second.noun is not None and second.noun.plural and second.value > 9
        return rising and (not hyphen or first.right == "joined" or first.source is not None)
    if _BETWEEN.search(lead):
        return True
    if " and " in gap:
        return False
    if _FROM.search(lead):
        return _SPANS.search(lead) is not None
    if gap.strip() == "or":
        return second.value == first.value + first.size and first.source is second.source
    if _MOVES.search(lead) and (_own_unit(text, first) or second.value > 10 * first.value):
        return False
    counted = second.source is not None or second.noun is not None or second.scaled
    return (rising or first.source is not None) and counted


def _own_unit(text: str, first: Stated) -> bool:
    """Whether the first number was written with a unit of its own."""
    return first.prefixed or any(char.isalpha() or char == "%" for char in text[first.numeral_end : first.end])


def _merged(first: Stated, second: Stated) -> Stated:
    """One range: its value is the middle, its step the finer one."""
    if second.source is None and first.source is not None:
        second = replace(
            second, unit=first.unit, kind=first.kind, source=first.source, value=second.value * first.source.factor
        )
    low, high = sorted((first.value, second.value))
    return replace(
        second, start=first.start, numeral_start=first.numeral_start, value=(low + high) / 2, low=low, high=high,
        step=min(first.step, second.step), bound="range", left="free" if first.left == "joined" else first.left,
        right="free",
    )  # fmt: skip


def _shared(text: str, first: Stated, second: Stated) -> Stated:
    """A bare number that takes the unit of the next: "8 or $9", "12 and 15 percent"."""
    gap = text[first.end : second.start]
    if not first.bare or len(gap) > 8 or _LINK.fullmatch(gap) is None or second.source is None or first.named:
        return first
    if second.prefixed and gap.strip() not in ("or", "to"):
        return first
    if second.source.dimension not in _SHARED:
        return first
    return _scaled(first, second)

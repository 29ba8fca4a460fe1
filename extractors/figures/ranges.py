"""Numbers that belong together: ranges ("3-5x", "between 4 and 6"), shared magnitudes and units ("8 or $9"), price pairs.

A change ("from 12 to 15 percent", "rose 3% to 5%") stays two numbers.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from extractors.figures import counted_nouns
from extractors.figures.stated_numbers import Stated

_RANGE_GAP = re.compile(r"[ ]?(?:-|–|—|‑|~)[ ]?|[ -](?:to|through)[ -]|[ ](?:and|to|or)[ ](?:as[ ](?:much|many|high)[ ]as[ ])?")
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
    r"declin\w+|advanc\w+|tumbl\w+|slid\w*|shrank|shed|widen\w*|narrow\w*|soar\w*|plung\w+)[ ](?:more[ ]than[ ]|about[ ]|over[ ]|almost[ ]|nearly[ ]|just[ ]|some[ ])?$",
    re.IGNORECASE,
)
_PER_TOKENS = "USD/1M tokens"
_FOR_WHAT = re.compile(r"[ ]for[ ](?:\w+[ ]){0,2}?\w+(?:,|;)?[ ](?:and|versus|or|against)[ ]$|[ ](?:for[ ])?(?:\w+[ ]){1,2}(?:and|,)[ ]$|[ ]?/[ ]?$")


def join(text: str, numbers: Sequence[Stated]) -> tuple[Stated, ...]:
    """Merge ranges, share magnitudes and units, and drop what stayed half of something else (scores, dates, ids)."""
    joined: list[Stated] = []
    i = 0
    while i < len(numbers):
        first = numbers[i]
        second = numbers[i + 1] if i + 1 < len(numbers) else None
        merged = _range(text, first, second, joined[-1] if joined else None) if second is not None else None
        if merged is not None and second is not None:
            joined.append(merged)
            i += 2
            continue
        if second is not None:
            first = _shared(text, first, second)
        joined.append(first)
        i += 1
    return tuple(number for number in _priced(text, joined) if not _left_over(number))


def _left_over(number: Stated) -> bool:
    """Half of something else, or a lone "one" that no range took up."""
    lone = number.spelled and number.value == 1 and number.bare
    return number.left == "joined" or number.right == "joined" or lone


def _range(text: str, first: Stated, second: Stated, before: Stated | None) -> Stated | None:
    """Both numbers as one range, or None where they are two."""
    gap = text[first.end : second.start]
    if len(gap) > 22 or _RANGE_GAP.fullmatch(gap) is None or first.named or second.named:
        return None
    hyphen = first.right == "joined" or second.left == "joined"
    if hyphen and (first.left == "joined" or second.right == "joined"):
        return None
    first = _like(first, second)
    if first is None or first.value == second.value:  # pyright: ignore[reportOptionalMemberAccess]
        return None
    lead = text[max(0, first.start - 60) : first.start]
    if not _spans(text, gap, lead, first, second, hyphen=hyphen):
        return None
    return _merged(first, second)


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
    if first.prefixed and second.source is None and not first.unit.count("/"):
        return _scaled(first, replace(second, unit=first.unit, kind=first.kind, source=first.source, size=second.size * first.source.factor)) if second.scaled and not first.scaled and first.source else first
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


def _spans(text: str, gap: str, lead: str, first: Stated, second: Stated, *, hyphen: bool) -> bool:
    """Whether the wording makes the two numbers ends of a range."""
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
    return (rising or first.source is not None) and (second.source is not None or second.noun is not None or second.scaled)


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
    if second.source.dimension not in ("percent", "money", "length", "mass", "temperature", "duration", "ratio", "points", "power"):
        return first
    return _scaled(first, second)


def _priced(text: str, numbers: Sequence[Stated]) -> list[Stated]:
    """Price pairs: "10/50 per million tokens" are two, "$10 per million tokens for input and $50 for output" too."""
    priced: list[Stated] = []
    pair_unit: Stated | None = None
    for i, number in enumerate(numbers):
        following = numbers[i + 1] if i + 1 < len(numbers) else None
        if following is not None and _money_pair(text, number, following):
            number = replace(number, right="free")
        if i and _money_pair(text, numbers[i - 1], number):
            number = replace(number, left="free")
        if following is not None and _slashed(text, number, following):
            model = following if following.unit.startswith("USD/") else pair_unit
            if model is not None:
                pair_unit = model
                number = replace(number, unit=model.unit, kind="price", right="free", noun=None)
        elif priced and _slashed(text, numbers[i - 1], number) and pair_unit is not None:
            number = replace(number, unit=pair_unit.unit, kind="price", left="free", noun=None)
        elif priced and _takes_price(text, priced[-1], number):
            number = replace(number, unit=priced[-1].unit, kind="price")
        priced.append(number)
    return priced


def _money_pair(text: str, first: Stated, second: Stated) -> bool:
    """Two amounts with their signs: "$7/$9"."""
    return text[first.end : second.start] == "/" and first.prefixed and second.prefixed


def _slashed(text: str, first: Stated, second: Stated) -> bool:
    """Whether the two stand as "10/50", the first without a unit of its own."""
    return (
        text[first.end : second.start] == "/" and first.left != "joined" and second.right != "joined"
        and (first.source is None or first.prefixed)
    )  # fmt: skip


def _takes_price(text: str, before: Stated, number: Stated) -> bool:
    """Whether a plain amount is meant per the same quantity as the one before: "and $50 for output"."""
    if before.kind != "price" or number.kind != "money" or number.source is not before.source:
        return False
    gap = text[before.end : number.start]
    return len(gap) < 40 and "/1" in before.unit and _FOR_WHAT.fullmatch(gap) is not None and number.value != before.value


def noun_after(text: str, number: Stated) -> str:
    """The counted noun of a number, or empty."""
    return number.noun.phrase if number.noun is not None else "" if number.source else _noun(text, number.end)


def _noun(text: str, end: int) -> str:
    noun = counted_nouns.after(text, end)
    return noun.phrase if noun is not None else ""

"""Prices stated together: "10/50 per million tokens" or "$5 per million tokens for input and $30 for output"."""

import re
from collections.abc import Sequence
from dataclasses import replace

from extractors.figures.stated_numbers import Stated

_FOR_WHAT = re.compile(
    r"[ ]for[ ](?:\w+[ ]){0,2}?\w+(?:,|;)?[ ](?:and|versus|or|against)[ ]$|[ ](?:for[ ])?(?:\w+[ ]){1,2}(?:and|,)[ ]$"
    r"|[ ]?/[ ]?$"
)


def shared(text: str, numbers: Sequence[Stated]) -> list[Stated]:
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
    return (
        len(gap) < 40 and "/1" in before.unit and _FOR_WHAT.fullmatch(gap) is not None and number.value != before.value
    )

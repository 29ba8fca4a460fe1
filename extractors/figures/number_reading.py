"""One numeral of a text read as a stated number with sign, currency and unit, or None where it is no figure."""

import re
from dataclasses import replace

from extractors.figures import bare_numbers, stated_numbers, versions
from extractors.figures.numerals import Numeral
from extractors.figures.stated_numbers import Page, Stated
from extractors.figures.units import Found

_SIGN = re.compile(r"(?:(?:^|(?<=[\s($€£~,]))[-−]|(?:^|(?<=[\s,(]))(?i:minus|negative)[ -])$")
_NAME_CODE = re.compile(r"[A-Z][A-Za-z]\d(?![\d.,]*\w)")
_ONE_TIME = re.compile(r"[ ](?:day|night|point|second)\b")


def read(page: Page, numeral: Numeral) -> Stated | None:
    """The stated number at a numeral, or None where it is no figure; `named` ones are judged with their neighbours."""
    start, sign, prefix = _opening(page, numeral)
    left = versions.left(page.text, start)
    if left == "broken" or versions.clock(page.text, numeral.end) or versions.proper(page.text, numeral):
        return None
    stated = stated_numbers.measured(page, numeral, prefix)
    stated = replace(stated, start=start, value=stated.value * sign, left=left)
    if stated.right == "broken":
        return None
    if stated.source is None and not stated.scaled:
        return bare_numbers.judged(page, stated)
    lone = stated.spelled and numeral.value == 1 and _ONE_TIME.match(page.text, numeral.end)
    return None if lone else stated


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

"""All stated numbers of a text as quantities; without versions, dates, list numbers, identifiers."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from extractors.figures import counted_nouns, hedges, number_reading, numerals, parts, ranges, ranks, versions
from extractors.figures.stated_numbers import Page, Stated
from extractors.figures.units import UnitTable
from extractors.records import Quantity

_PART_UNIT = re.compile(r"[ -](?:of[ ])?(?:an?[ ])?")
_MEASURES = frozenset(("duration", "length", "mass", "volume", "area", "points"))
_NAME_LINK = re.compile(r"(?:,?[ ](?:and|or|to)[ ]|,[ ]|/|–|-)")


def quantities(text: str, units: UnitTable) -> tuple[Quantity, ...]:
    """All stated numbers, in order, non-overlapping, `text[start:end] == quote`, `low <= value <= high`.

    A range's value is its middle; a plural magnitude ("thousands of") is its magnitude, up to ten times that.
    Hedges and the unit belong to the span, a counted noun does not: it is named in `noun` and ends at `noun_end`.
    Takes linear time.
    """
    ordinal = tuple(ranks.find(text))
    partial = tuple(_part(text, part, units) for part in parts.find(text))
    page = Page(text, units, versions.stems(text))
    taken = sorted((*((q.start, q.end) for q in (*ordinal, *partial)), *versions.addresses(text)))
    stated = ranges.join(text, tuple(_stated(page, taken)))
    return _ordered((*ordinal, *partial, *(_quantity(text, number) for number in stated)))


def _stated(page: Page, taken: list[tuple[int, int]]) -> Iterator[Stated]:
    """The stated numbers outside of `taken` spans, without names and what is listed with them ("Opus 4.7 and 4.8")."""
    reached = name_end = -1
    spans = iter((*taken, (len(page.text) + 1, len(page.text) + 1)))
    span = next(spans)
    for numeral in numerals.scan(page.text):
        while span[1] <= numeral.start:
            span = next(spans)
        if numeral.start < reached or numeral.end > span[0]:
            continue
        stated = number_reading.read(page, numeral)
        if stated is None:
            continue
        link = name_end >= 0 and stated.bare and _NAME_LINK.fullmatch(page.text, name_end, stated.start) is not None
        if (stated.named and stated.right != "joined") or link:
            name_end = stated.end
            continue
        reached = stated.end
        yield stated


def _quantity(text: str, number: Stated) -> Quantity:
    hedge = hedges.before(text, number.start)
    start, end, bound = number.start, number.end, number.bound or "exact"
    side = ""
    if hedge is not None and not (bound == "range" and hedge.bound != "about"):
        start, side = hedge.start, hedge.side
        bound = bound if bound == "range" else hedge.bound
    behind = hedges.after(text, end)
    if behind is not None:
        bound, end = (bound if bound == "range" else behind[0]), behind[1]
    low, high = hedges.interval(number.value, number.step, bound, side)
    if number.low is not None and number.high is not None:
        low, high = number.low, number.high
    noun = number.noun if number.source is None or number.unit == "count" else None
    return Quantity(
        number.value, low, high, number.step, number.unit, bound, start, end, text[start:end], kind=number.kind,
        noun=noun.phrase if noun else "", noun_end=noun.end if noun else -1,
    )  # fmt: skip


def _part(text: str, part: parts.Part, units: UnitTable) -> Quantity:
    measure = _PART_UNIT.match(text, part.end) if part.kind == "fraction" else None
    found = units.after(text, measure.end()) if measure is not None else None
    if found is not None and found.unit.dimension in _MEASURES:
        part = replace(part, end=found.end, value=part.value * found.unit.factor, step=part.step * found.unit.factor)
    else:
        found = None
    hedge = hedges.before(text, part.start)
    start, bound, side = part.start, "exact", ""
    if hedge is not None:
        start, bound, side = hedge.start, hedge.bound, hedge.side
    low, high = hedges.interval(part.value, part.step, bound, side)
    if part.top is not None:
        bound, low, high = "range", part.value, part.top
    unit = found.unit.base if found is not None else "count" if part.kind == "number" else "ratio"
    noun = counted_nouns.after(text, part.end)
    return Quantity(
        part.value, low, high, part.step, unit, bound, start, part.end, text[start : part.end],
        kind=("duration" if found.unit.dimension == "duration" else "number") if found is not None else part.kind,
        noun=noun.phrase if noun else "", noun_end=noun.end if noun else -1,
    )  # fmt: skip


def _ordered(found: Iterable[Quantity]) -> tuple[Quantity, ...]:
    """By place; of two that overlap the earlier one stays."""
    kept: list[Quantity] = []
    for quantity in sorted(found, key=lambda item: (item.start, -item.end)):
        if not kept or quantity.start >= kept[-1].end:
            kept.append(quantity)
        elif Decimal(quantity.end - quantity.start) > kept[-1].end - kept[-1].start:
            kept[-1] = quantity
    return tuple(kept)

"""When and how often: the period, rate or earlier moment for which a number is stated.

Guarantee: a period is named as the text does (a year is not guessed), in one normal form.
"""

import re

from extractors.figures.metrics import MetricHit
from extractors.figures.reading import Reading, word_set
from extractors.figures.topics import Subject
from extractors.records import Quantity

_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_QUARTER = re.compile(
    r"\b(?:(?:the\s+)?(?:(fiscal)\s+)?(first|second|third|fourth|1st|2nd|3rd|4th)[ -](quarter|half)"
    r"|([QH])([1-4]))\b(?:\s+(?:of\s+)?(?:(?:fiscal|FY)\s*)?((?:19|20)\d\d)\b)?",
    re.I,
)
_FISCAL = re.compile(r"\b(?:fiscal(?:\s+year)?\s+|FY\s?)((?:20)?\d\d)\b", re.I)
_END = re.compile(r"\b(?:by\s+)?(?:the\s+)?end[- ](?:of[- ])?((?:19|20)\d\d)\b", re.I)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_MONTH = re.compile(
    rf"\b(?:in|during|for|of|since)\s+(?:early\s+|late\s+)?({_MONTHS})\b(?:,?\s+((?:19|20)\d\d))?(?!\s+\d)"
)
_YEAR = re.compile(
    r"\b(?:in|during|for|since|by|of|from)\s+(?:the\s+)?(?:(?:full|calendar)\s+year\s+|early\s+|late\s+)?((?:19|20)\d\d)\b",
    re.I,
)
_TO_DATE = re.compile(r"\b(?:year[- ]to[- ]date|so far this year|this year so far|since the start of the year)\b", re.I)
_PER = re.compile(
    r"\b(?:per|a|each|every)\s+(year|month|week|day|hour|quarter)\b|\b(annually|monthly|weekly|daily)\b", re.I
)
_PER_BEHIND = re.compile(r"[^,.;:()\d]*\bper\s+(year|month|week|day|hour|quarter)\b", re.I)
_AGO = re.compile(
    r"\b(?:a|one)\s+(year|quarter|month)\s+(?:ago|earlier|before)\b|\b(?:last|previous|prior)\s+(year|quarter|month)\b",
    re.I,
)
_RECORD = re.compile(r"\b(?:\w+est|most|least|first)\b[^,.;]{0,14}$")
""" "its highest since 2014" tells no period."""
_EARLIER = word_set("from versus vs against")


def allows(hit: MetricHit, *names: str) -> bool:
    """Whether the metric has a scope of one of these dimensions or ids; a row without `scopes` has any."""
    return hit.row is None or not hit.row.scopes or bool(set(names) & set(hit.row.scopes))


def time_parts(reading: Reading, quantity: Quantity, hit: MetricHit, subject: Subject) -> dict[str, str]:
    """Return rate ("per year"), period ("Q2 2026", "end-2026") and moment ("earlier") by dimension."""
    parts: dict[str, str] = {}
    if allows(hit, "rate") or (
        "/" in quantity.unit and "/" not in hit.unit and hit.id == hit.row.id if hit.row else False
    ):
        tail = reading.text[quantity.end : min(reading.end, max(quantity.end, quantity.noun_end) + 16)]
        rate = _PER.search(tail) or _PER_BEHIND.match(reading.text, quantity.end, min(reading.end, quantity.end + 48))
        if rate:
            parts["rate"] = f"per {rate.group(1).lower()}" if rate.group(1) else rate.group(2).lower()
    if subject.evidence != "distributed" and hit.evidence != "open" and _stated_before(reading, quantity):
        month = _MONTH.match(reading.text, min(quantity.end + 1, reading.end), reading.end)
        return parts | ({"period": _month(month)} if month and allows(hit, "period") else {"moment": "earlier"})
    if not allows(hit, "period"):
        return parts
    period = _period(reading, quantity)
    return parts | ({"period": period} if period else {})


def _stated_before(reading: Reading, quantity: Quantity) -> bool:
    """Whether the number is the earlier level: "to 20 from 10", "compared with 10 a year earlier"."""
    i = reading.before(quantity.start)
    while i >= 0 and reading.words[i] in (
        "a",
        "an",
        "about",
        "around",
        "the",
        "just",
        "only",
        "$",
        "£",
        "€",
        "revised",
        "nearly",
    ):
        i -= 1
    if _up_from(reading, i):
        return True
    tail = reading.text[quantity.end : min(reading.end, quantity.end + 40)]
    ago = _AGO.search(tail)
    if i < 0:
        return False
    word = reading.words[i]
    if word in _EARLIER and len(reading.quantities) > 1:
        return word != "against" or ago is not None
    compared = word in ("with", "to", "than") and i > 0 and reading.words[i - 1] in ("compared", "more", "down", "up")
    return (compared and word != "to" and len(reading.quantities) > 1 and ago is not None) or (
        ago is not None and ago.start() <= 3
    )


def _up_from(reading: Reading, i: int) -> bool:
    """Whether "up from" or "down from" stands at most four words before word i, with no number between."""
    counted = {reading.before(q.end) for q in reading.quantities}
    for k in range(i, max(0, i - 5), -1):
        if k in counted:
            return False
        if reading.words[k] == "from" and reading.words[k - 1] in (
            "up",
            "down",
            "rose",
            "fell",
            "increase",
            "decrease",
        ):
            return True
    return False


def _period(reading: Reading, quantity: Quantity) -> str:
    """Return the period named nearest to the number in its sentence: "Q2 2026", "FY2025", "end-2026", "2025"."""
    text, start, end = reading.text, reading.start, reading.end
    options: list[tuple[int, str]] = []
    for pattern, name in (
        (_QUARTER, _quarter),
        (_FISCAL, _fiscal),
        (_END, _end),
        (_TO_DATE, _to_date),
        (_MONTH, _month),
        (_YEAR, _year),
    ):
        for match in pattern.finditer(text, start, end):
            if _RECORD.search(text, max(start, match.start() - 24), match.start()):
                continue
            if match.end() <= quantity.start or match.start() >= quantity.end:
                gap = match.start() - quantity.end if match.start() >= quantity.end else quantity.start - match.end()
                options.append((gap, name(match)))
        if options and pattern in (_FISCAL, _TO_DATE, _MONTH):
            break
    return min(options)[1] if options else ""


def _quarter(match: "re.Match[str]") -> str:
    if match.group(4):
        name = f"{match.group(4).upper()}{match.group(5)}"
    else:
        name = f"{'Q' if match.group(3).lower() == 'quarter' else 'H'}{_ORDINALS[match.group(2).lower()]}"
    return f"{name} {match.group(6)}" if match.group(6) else name


def _fiscal(match: "re.Match[str]") -> str:
    return f"FY{match.group(1)[-4:]}" if len(match.group(1)) == 4 else f"FY20{match.group(1)}"


def _end(match: "re.Match[str]") -> str:
    return f"end-{match.group(1)}"


def _to_date(match: "re.Match[str]") -> str:
    del match
    return "year-to-date"


def _month(match: "re.Match[str]") -> str:
    return f"{match.group(1).title()} {match.group(2)}" if match.group(2) else match.group(1).title()


def _year(match: "re.Match[str]") -> str:
    return match.group(1)

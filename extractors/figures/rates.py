"""What a price or a rate is for: "per million input tokens", "a barrel", "/ M", "an hour". Linear in the text."""

import re
from dataclasses import dataclass

from extractors.figures.units import UnitTable

_PER = re.compile(r"[ \u00a0]?(?:(?P<slash>/)[ ]?|per[ -])|-per[ -]|[ ](?P<article>an?|each|every)[ ]", re.IGNORECASE)
_COUNTED = re.compile(
    r"(?:(?P<million>(?:1|one|a)?[ ]?-?(?:million|mn|M|m)\b)|"
    r"(?P<thousand>(?:1|one|a)?[ ]?-?(?:thousand|K|k)\b|1,?000\b)"
    r"|(?P<hundred>100\b))[ -]?"
)
_POINT_IN_TIME = re.compile(r"[ ](?:earlier|ago|later|before|after|from|old|prior|in advance)\b")
_WORD = re.compile(r"[^\W\d_]+")
_NO_DENOMINATOR = frozenset(["cent", "cents", "capita", "se", "annum", "diem"])
_LINKS = frozenset(("for", "and", "or", "in", "on", "of"))
_LATIN = {"annum": "year", "diem": "d", "capita": "person"}


@dataclass(frozen=True, slots=True)
class Per:
    """A denominator: its label ("1M tokens", "barrel", "year") and where its words end."""

    label: str
    end: int
    listed: bool
    """Whether the unit table knows it, so that it can make a rate of a physical quantity."""


def after(text: str, end: int, units: UnitTable, *, money: bool) -> Per | None:
    """The denominator that begins at `end`, or None."""
    opening = _PER.match(text, end)
    if opening is None:
        return None
    position = opening.end()
    counted = _COUNTED.match(text, position)
    if counted is not None and not opening.group("article"):
        return _counted(text, counted, units, money=money)
    known = units.denominator(text, position)
    if known is not None and opening.group("article") and _POINT_IN_TIME.match(text, known[1]):
        return None
    if known is not None:
        return Per(*known)
    word = _WORD.match(text, position)
    if word is None or opening.group("article") or opening.group("slash"):
        return None
    if word.group().lower() in _LATIN:
        return Per(_LATIN[word.group().lower()], word.end(), True)
    return None if word.group().lower() in _NO_DENOMINATOR else Per(word.group().lower(), word.end(), False)


def _counted(text: str, counted: re.Match[str], units: UnitTable, *, money: bool) -> Per | None:
    size = "1M" if counted.group("million") else "1K" if counted.group("thousand") else "100"
    found = units.after(text, counted.end())
    if found is not None:
        return Per(f"{size} {found.unit.base}", found.end, True)
    word = _WORD.match(text, counted.end())
    if (
        word is not None
        and text[counted.end() - 1] in " -"
        and word.group() not in ("for", "and", "or", "in", "on", "of")
    ):
        return Per(f"{size} {word.group().lower()}", word.end(), False)
    end = len(text[: counted.end()].rstrip(" -"))
    return Per(f"{size} tokens", end, True) if money and size == "1M" else None

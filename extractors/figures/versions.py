"""What is no figure: versions, names, dates, times of day, list numbers, phone numbers, identifiers, addresses.

Judged from what touches the number and the words beside it. Precision first: what could be a name is none.
"""

import re
from typing import Literal

from extractors.figures import number_context
from extractors.figures.numerals import Numeral

Joint = Literal["free", "joined", "broken"]
"""A side of a number: free, joined to another number by - or / (a range or a date), or part of something else."""

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?:[a-z]{0,7})?"
_MONTH_BEFORE = re.compile(rf"\b{_MONTH}\.?[ \u00a0](?:the[ ])?$")
_MONTH_AFTER = re.compile(rf"(?:st|nd|rd|th)?[ \u00a0-](?:of[ ])?{_MONTH}\b")
_CLOCK = re.compile(
    r"(?:[:.]\d\d)?[ \u00a0]?(?:[ap]\.?m\b|o['’]clock|(?:GMT|UTC|BST|CET|EST|EDT|PST|PDT|[EP]T)\b|hrs\b(?= local))",
    re.IGNORECASE,
)
_MID_SENTENCE = re.compile(r"[\w,][ ]$")
_CALLED = re.compile(r"\b(?:call|calls|called|calling|dial|dialed|dialled|dialing)[ ](?:911|999|112)$", re.IGNORECASE)
_STREET = re.compile(
    r"[ ](?:[NSEW]\.?[ ])?(?:[A-Z][\w.'’-]*[ ]){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Boulevard|Blvd|Way|"
    r"Place|Square|Court|Parkway|Highway|Terrace|Crescent)\b"
)
_LIST_MARK = re.compile(r"[.)](?=\s)|[ \t]*(?:\n|$)")
_LINE_START = re.compile(r"(?:^|\n)[ \t#*•\-–(]*$")
_OPENERS = frozenset("([{\"'“‘«~≈∼<>≥≤±+*|•·—–;!?…/-−")
_PREVIOUS = re.compile(r"([^\s(\[\"“]+)[ \u00a0]$")
_GLUED_STEM = re.compile(r"\b([A-Za-z]{2,})[-‑]?\d")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|[@#][A-Za-z_]\w*")


def left(text: str, start: int) -> Joint:
    """How the number at `start` (sign and currency included) is bound to what stands before it."""
    if start == 0:
        return "free"
    char = text[start - 1]
    before = text[start - 2] if start > 1 else " "
    if char in "-–‑/" and (before.isdigit() or before in "%)"):
        return "joined"
    if char in "-–‑/" and before.isalpha():
        return "joined" if char in "/–" and _unit_like(text, start - 1) else "broken"
    if char.isspace() or char in _OPENERS:
        return "free"
    if char == "," and not before.isdigit():
        return "free"
    return "free" if char == ":" and before.isalpha() else "broken"


def _unit_like(text: str, end: int) -> bool:
    """Whether the letters that end at `end` follow a digit: the "B" of "40B/80B"."""
    at = end
    while at > 0 and end - at < 4 and text[at - 1].isalpha():
        at -= 1
    return at > 0 and text[at - 1].isdigit()


def right(text: str, end: int) -> Joint:
    """How the number (magnitude and unit included) that ends at `end` is bound to what follows."""
    if end >= len(text):
        return "free"
    char = text[end]
    after = text[end + 1] if end + 1 < len(text) else " "
    if char.isalnum() or char in "_@=\\&#°":
        return "broken"
    if char in "-–—‑/":
        return "joined" if after.isdigit() or after in "$€£¥" else "free"
    if char in ".,:·" and after.isdigit():
        return "broken"
    if char in "'’" and (after.isalnum() or (char == "'" and after == " " and "'" not in text[max(0, end - 80) : end])):
        return "broken"
    return "broken" if char in "'′″" and after in "'\"′″" else "free"


def clock(text: str, end: int) -> bool:
    """Whether the number that ends at `end` is a time of day."""
    return _CLOCK.match(text, end) is not None


def proper(text: str, numeral: Numeral) -> bool:
    """Whether a number word is capitalised within a sentence ("Group of Seven"), or digits are an emergency call's."""
    if not numeral.spelled:
        return _CALLED.search(text[max(0, numeral.start - 10) : numeral.end]) is not None
    return (
        text[numeral.start].isupper()
        and _MID_SENTENCE.search(text[max(0, numeral.start - 3) : numeral.start]) is not None
    )


def dated(text: str, start: int, end: int) -> bool:
    """Whether the number is a day beside a month's name."""
    if _MONTH_AFTER.match(text, end) is not None:
        return True
    return _MONTH_BEFORE.search(text[max(0, start - 14) : start]) is not None


def year(written: str) -> bool:
    """Whether digits look like a year: four of them, 1500 to 2100, no separators."""
    return len(written) == 4 and written.isdigit() and 1500 <= int(written) <= 2100


def listed(text: str, start: int, end: int) -> bool:
    """Whether the number heads a line as a list number or stands alone on it."""
    if _LINE_START.search(text[max(0, start - 8) : start]) is None:
        return False
    return (start <= 8 or "\n" in text[max(0, start - 8) : start]) and _LIST_MARK.match(text, end) is not None


def addressed(text: str, end: int) -> bool:
    """Whether a street's name follows."""
    return _STREET.match(text, end) is not None


def named(text: str, start: int, stems: frozenset[str]) -> bool:
    """Whether the word before makes the number part of a name ("Windows 11") or of a label ("chapter 3").

    `stems` are words that carry a version elsewhere in the text.
    """
    match = _PREVIOUS.search(text[max(0, start - 30) : start])
    if match is None:
        return False
    word = match.group(1)
    lower = word.lower().strip(".'’\"”)")
    if word[-1] in ',;:!?)”"' or lower in number_context.NO_NAMES or not lower:
        return False
    if lower in number_context.LABELS or lower in stems:
        return True
    return ((word[0].isupper() or any(char.isupper() for char in word[1:])) and word[-1] != ".") or lower == "no"


def stems(text: str) -> frozenset[str]:
    """Lower-case words that carry a number glued to them or by a hyphen somewhere in the text ("GLM-5.2": "glm")."""
    return frozenset(match.group(1).lower() for match in _GLUED_STEM.finditer(text))


def addresses(text: str) -> tuple[tuple[int, int], ...]:
    """The spans of web addresses, handles and hash tags."""
    if "://" not in text and "www." not in text and "@" not in text and "#" not in text:
        return ()
    return tuple(match.span() for match in _ADDRESS.finditer(text))

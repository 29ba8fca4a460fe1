"""What is no figure: versions, names, dates, times of day, list numbers, phone numbers, identifiers, addresses.

Judged from what touches the number and the words beside it. Precision first: what could be a name is none.
"""

import re
from typing import Literal

Joint = Literal["free", "joined", "broken"]
"""A side of a number: free, joined to another number by - or / (a range or a date), or part of something else."""

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?:[a-z]{0,7})?"
_MONTH_BEFORE = re.compile(rf"\b{_MONTH}\.?[ \u00a0](?:the[ ])?$")
_MONTH_AFTER = re.compile(rf"(?:st|nd|rd|th)?[ \u00a0-](?:of[ ])?{_MONTH}\b")
_CLOCK = re.compile(
    r"(?:[:.]\d\d)?[ \u00a0]?(?:[ap]\.?m\b|o['’]clock|GMT\b|UTC\b|BST\b|CET\b|EST\b|EDT\b|PST\b|PDT\b|[EP]T\b|hrs\b(?= local))",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"[ ](?:[NSEW]\.?[ ])?(?:[A-Z][\w.'’-]*[ ]){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Boulevard|Blvd|Way|Place|"
    r"Square|Court|Parkway|Highway|Terrace|Crescent)\b"
)
_LIST_MARK = re.compile(r"[.)](?=\s)|[ \t]*(?:\n|$)")
_LINE_START = re.compile(r"(?:^|\n)[ \t#*•\-–(]*$")
_OPENERS = frozenset("([{\"'“‘«~≈∼<>≥≤±+*|•·—–;!?…/-−")
_LABELS = frozenset(
    """version chapter section page pages figure table room flight phase type level grade step part article category
    gate line channel highway route lot apartment season episode round week day stage tier size number no appendix rule
    item lap game lane track gen generation volume vol verse paragraph clause exhibit question book act scene module unit
    door platform pier runway building ward district precinct bill resolution case docket order patent build release
    edition series mark class world formula area ch sec fig""".split()
)
_NOT_NAMES = frozenset(
    """a an the this that these those about some nearly almost only just over under at in on by to from for with of and
    but or as if when while after before since until between among within around roughly approximately more less fewer
    least most up down than his her its their our my your he she it they we there here now then still also even another
    other each every all both either neither no not is are was were be been has have had will would can could may might
    last next past first second final nearly exactly another additional extra total average annual every per plus minus
    monday tuesday wednesday thursday friday saturday sunday yesterday today tomorrow
    kills kill killed hits hit tops cuts cut adds add added wins win won loses lost says said gets raises raised pays paid
    buys bought sells sold jumps falls rises drops fell rose scored scores reports reported nears faces seeks sees
    almost because although though so yet where which who what meanwhile however overall altogether
    including averaging totaling totalling reaching scoring costing with without got""".split()
)
_DATE_LEADS = frozenset(
    """in since by until till from of during after before early late mid around between and through to circa spring summer
    autumn fall winter year fiscal fy the for""".split()
)
_PREVIOUS = re.compile(r"([^\s(\[\"“]+)[ \u00a0]$")
_WORD_BEFORE_HYPHEN = re.compile(r"([^\W\d_]+)[-‑]$")
_STEM = re.compile(r"\b([A-Za-z]{2,})[-‑ ]?\d[\d.]*(?=[\s,.;:)/'’]|$)")
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


def dated(text: str, start: int, end: int) -> bool:
    """Whether the number is a day beside a month's name, or a time of day."""
    if _CLOCK.match(text, end) is not None or _MONTH_AFTER.match(text, end) is not None:
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
    if word[-1] in ",;:!?)”\"" or lower in _NOT_NAMES or not lower:
        return False
    if lower in _LABELS or lower in stems:
        return True
    return (word[0].isupper() or any(char.isupper() for char in word[1:])) and word[-1] != "." or lower == "no"


def stems(text: str) -> frozenset[str]:
    """Lower-case words that carry a number glued to them or by a hyphen somewhere in the text ("GLM-5.2": "glm")."""
    return frozenset(match.group(1).lower() for match in _GLUED_STEM.finditer(text))


def addresses(text: str) -> tuple[tuple[int, int], ...]:
    """The spans of web addresses, handles and hash tags."""
    if "://" not in text and "www." not in text and "@" not in text and "#" not in text:
        return ()
    return tuple(match.span() for match in _ADDRESS.finditer(text))


def hyphen_word(text: str, start: int) -> str:
    """The word that a hyphen ties to the number's left: "minus" in "minus-5", or empty."""
    match = _WORD_BEFORE_HYPHEN.search(text[max(0, start - 16) : start])
    return match.group(1).lower() if match else ""

"""Split a text into sentences by rule: no model, linear time, and every span lies in the text as given.

Guarantee: spans are in order, do not overlap, are never blank, and carry no surrounding white space.
"""

import re
from collections.abc import Iterator

from extractors.records import Sentence

LONGEST = 4000
"""Characters after which a text without any end mark is cut at white space, so that later steps stay bounded."""

_CLOSERS = "\"'”’»)\\]"
# The look-behind lets a run of end marks be tried once only, which keeps hostile runs linear.
_MARK = re.compile(
    rf"(?<![.!?…])[.!?…]++[{_CLOSERS}]*+(?:\[\d{{1,3}}\])*+(?=\s|$)|[。！？]++[”’」』）]*+|\n|(?<=\s)[•▪●‣◦](?=\s)"
)
_BULLET = re.compile(r"[ \t]*(?:[•▪●‣◦*]|[-–—](?=\s))[ \t]*")
_WORD_BEFORE = re.compile(r"[^\s(\[“\"‘—–]{1,40}$")
_NEXT = re.compile(r"\s*[\"'“‘«(\[]*(\S[^\s,;:.!?)\]”’\"]{0,30})")
_INITIALS = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]\.?")
_LIST_NUMBER = re.compile(r"\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})$")
_SPACES = re.compile(r"\S")


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Always followed by the name that they belong to.
_TITLES = _words("""mr mrs ms mx dr prof rev hon sen rep gov gen lt col sgt capt cmdr adm maj brig pres supt insp sra st
    ste mt ft messrs mme mlle fr vs v cf viz e.g i.e eg ie approx ca est al dept univ""")
# Followed by a number, or else the end of a sentence.
_BEFORE_NUMBER = _words("no nos fig figs vol vols p pp para art sec ch eq ver nr rs ed")
_MONTHS = _words("jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thurs fri sat sun")
# May stand in mid-sentence before a capital ("Apple Inc. Chief Executive", "the U.S. Treasury") or end a sentence.
_EITHER = _words(
    "inc corp co cos ltd llc plc bros jr sr esq ph.d m.d b.a m.a assn ave blvd rd gmbh mfg intl bhd pty sa nv ag"
)
_TIMES = _words("a.m p.m am pm etc")
_STARTERS = _words("""
    the a an it its he his she her they their we our you your i my this that these those there here in on at
    by for from with without to of as but and or so yet nor if when while where whether why how what who
    which after before since until during despite although though because however meanwhile still also then
    now once not no yes one some many most all both each every any other another such more last next
    according analysts investors shares officials critics separately earlier later today yesterday overall
    instead even only just under over between among about let's it's he's she's that's there's we're they're
    i'm don't
""")


def split(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of `text` in order. Paragraph breaks and bullets end a sentence as well as end marks."""
    return tuple(
        Sentence(left, right)
        for start, end in _pieces(text)
        for left, right in _bounded(text, start, end)
        if right > left
    )


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for mark in _MARK.finditer(text):
        if mark.start() < start or not _ends(text, start, mark):
            continue
        end = mark.start() if text[mark.start()] in "\n•▪●‣◦" else mark.end()
        yield start, end
        start = mark.end()
    yield start, len(text)


def _ends(text: str, start: int, mark: re.Match[str]) -> bool:
    """Tell whether the mark ends the sentence that began at `start`."""
    sign = text[mark.start()]
    if sign == "\n":
        return not _is_wrapped_line(text, start, mark.start())
    if sign in "•▪●‣◦。！？":
        return True
    following = _NEXT.match(text, mark.end())
    if following is None or "\n" in text[mark.end() : following.start(1)]:
        return True
    if not _may_begin(following.group(1)):
        return False
    dots = mark.group().rstrip("\"'”’»)]0123456789[")
    return dots != "." or _period_ends(text, start, mark, following.group(1))


def _is_wrapped_line(text: str, start: int, newline: int) -> bool:
    """A line that runs on: full of text, without an end mark, and the next line goes on in lower case."""
    after = text[newline + 1 : newline + 2]
    before = text[newline - 1 : newline]
    return newline - start >= 40 and after.islower() and (before.isalnum() or before in ", ")


def _may_begin(word: str) -> bool:
    """A sentence begins with anything but a lower-case word; "iPhone" and "xAI" are names."""
    return not word[0].islower() or any(letter.isupper() for letter in word[1:4])


def _period_ends(text: str, start: int, mark: re.Match[str], following: str) -> bool:
    found = _WORD_BEFORE.search(text, max(start, mark.start() - 40), mark.start())
    if found is None:
        return True
    word = found.group()
    if mark.end() - mark.start() > 1 and len(word) > 1:
        return True  # a closing quote or bracket stands behind the period
    if found.start() - start < 12 and _LIST_NUMBER.match(word) and not text[start : found.start()].strip(" \n\t(-*"):
        return False  # "1. Introduction"
    return _word_ends(word, following)


def _word_ends(word: str, following: str) -> bool:
    low = word.casefold().strip("'’")
    starter = following.replace("’", "'").casefold() in _STARTERS and following[0].isupper()
    if low in _TITLES:
        return False
    if low in _BEFORE_NUMBER or low in _MONTHS:
        return not following[0].isdigit() and low not in {"p", "pp"}
    if low in _TIMES:
        return following[0].isupper() and (starter or not following.isupper())
    if low in _EITHER or _INITIALS.fullmatch(word):
        return starter
    if len(word) == 1 and word.isupper():
        return starter and following not in {"A", "I"}
    return True


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Trim the piece, drop its bullet, and cut what is longer than LONGEST at white space."""
    bullet = _BULLET.match(text, start, end)
    first = _SPACES.search(text, bullet.end() if bullet else start, end)
    if first is None:
        return
    start, end = first.start(), start + len(text[start:end].rstrip())
    while end - start > LONGEST:
        cut = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        cut = cut if cut > start else start + LONGEST
        yield start, start + len(text[start:cut].rstrip())
        start = cut + len(text[cut:end]) - len(text[cut:end].lstrip())
    yield start, end

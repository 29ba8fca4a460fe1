"""The one normal form of text: what passes here holds no control, direction or broken characters."""

import html
import re
import unicodedata
from functools import lru_cache

_LINE_ENDS = dict.fromkeys((0x0B, 0x0C, 0x85, 0x2028, 0x2029), "\n")
_CONTROLS = dict.fromkeys(
    code for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (0x09, 0x0A, 0x0D, 0x0B, 0x0C, 0x85)
)
# UAX #9: marks, embeddings, overrides and isolates reorder what a reader sees; U+FEFF is a byte order mark.
_BIDI = dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF))
_NONCHARACTERS = dict.fromkeys(
    (*range(0xFDD0, 0xFDF0), *(plane + end for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF)))
)
_REMOVED = {**_CONTROLS, **_BIDI, **_NONCHARACTERS, **_LINE_ENDS}
_MAX_MARKS = 30
"""Longest run of combining marks kept: UAX #15, Stream-Safe Text Format. NFC of longer runs takes quadratic time."""
_INVISIBLE: dict[int, None] = dict.fromkeys((0x00AD, 0x200B, 0x2060))
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h[1-6]|blockquote|tr|table|section|article|figure|figcaption|hr|pre|dd|dt|dl)\b[^<>]*>",
    re.I,
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_HIDDEN = re.compile(r"<(script|style|template|noscript|svg|iframe)\b", re.I)


def clean_text(text: str) -> str:
    """Return the text in the form in which it is stored and in which all offsets count.

    NFC; line ends are LF (vertical tabs, form feeds, NEL and Unicode separators too); other control, bidirectional
    and non-characters are removed; lone surrogates become U+FFFD; at most 30 combining marks stand on one character.
    Idempotent, and a text that is clean already comes back unchanged, so that its offsets hold.
    """
    if text.isascii() and text.isprintable():
        return text
    whole = _without_surrogates(text).translate(_REMOVED).replace("\r\n", "\n").replace("\r", "\n")
    if whole.isascii():
        return whole
    return _cut_marks(unicodedata.normalize("NFC", _cut_marks(whole)))


def one_line(text: str, limit: int = 1000) -> str:
    """Return the text cleaned, in one line, of at most `limit` characters: titles, names, reasons."""
    return " ".join(clean_text(text).translate(_INVISIBLE).split())[:limit].rstrip()


def visible(text: str) -> str:
    """Return page text cleaned, without soft hyphens and zero-width spaces: a reader sees such words whole."""
    return clean_text(text.translate(_INVISIBLE))


def plain(markup: str) -> str:
    """Return the words of an HTML fragment (a feed's content or summary), a blank line between its blocks.

    Text without tags comes back as it is, entities resolved. Takes linear time on any input; never shows markup.
    """
    without = _drop_hidden(markup)
    blocks = _BLOCK_TAG.sub("\n\n", without)
    words = html.unescape(_TAG.sub("", blocks))
    lines = (" ".join(line.split()) for line in visible(words).split("\n"))
    return "\n\n".join(line for line in lines if line)


def inline(markup: str, limit: int = 1000) -> str:
    """Return a title or a name in one line: tags dropped, entities resolved, also those that were escaped twice."""
    once = html.unescape(_TAG.sub("", markup[: 20 * limit]))
    return one_line(html.unescape(_TAG.sub("", once)), limit)


def words(text: str) -> int:
    """Return the number of words, counting CJK text as one word per two characters, since it has no spaces."""
    dense = sum(1 for char in text if "぀" <= char <= "鿿" or "가" <= char <= "힣")
    return len(text.split()) + dense // 2


def _without_surrogates(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        # Two halves that belong together (a bad JSON decoder) make one character, a lone half U+FFFD.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _cut_marks(text: str) -> str:
    return _mark_runs().sub(r"\1", text)


@lru_cache(maxsize=1)
def _mark_runs() -> re.Pattern[str]:
    marks = [chr(code) for code in range(0x300, 0x1F000) if unicodedata.combining(chr(code))]
    joined = "".join(marks)
    return re.compile(f"([{joined}]{{{_MAX_MARKS}}})[{joined}]+")


def _drop_hidden(markup: str) -> str:
    """Remove elements whose content nobody reads, and comments; what is not closed is removed to the end."""
    out: list[str] = []
    place = 0
    lowered = markup.lower() if len(markup.lower()) == len(markup) else markup
    while True:
        match = _HIDDEN.search(markup, place)
        comment = markup.find("<!--", place)
        if comment >= 0 and (match is None or comment < match.start()):
            start, end = comment, "-->"
        elif match is not None:
            start, end = match.start(), f"</{match[1].lower()}"
        else:
            return "".join(out) + markup[place:]
        out.append(markup[place:start])
        close = lowered.find(end, start)
        if close < 0:
            return "".join(out)
        place = close + len(end)
        if end != "-->":
            place = markup.find(">", place) + 1 or len(markup)

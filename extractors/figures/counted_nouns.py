"""The counted noun phrase behind a number, from word forms alone: "fishing boats" in "30 fishing boats"."""

import re
from dataclasses import dataclass

from extractors.figures import number_context

_WORD = re.compile(r"[ \u00a0]([^\W\d_][\w'’-]*)")
_MORE = re.compile(r"[ ](?:more|fewer|additional)[ ](?=[^\W\d_])")
_SINGLE = re.compile(r"[ \u00a0-]([^\W\d_][\w'’]*)")
_OF = re.compile(r"[ ]of[ ](?:(?:the|these|those|its|their|his|her|our|your|my|all)[ ])?(?=[^\W\d_])", re.IGNORECASE)
_MOST_WORDS = 5
_NO_PLURAL = re.compile(r"(?:ss|us|is|'s|’s|ics|news|always|perhaps|sometimes|overseas|sales-force)$")


@dataclass(frozen=True, slots=True)
class Noun:
    """A counted noun phrase, lower case, from `start` to `end`; `plural` says that its head is a plural."""

    phrase: str
    start: int
    end: int
    plural: bool


def after(text: str, start: int) -> Noun | None:
    """The noun phrase that begins at `start` (a space): the words up to the first plural, or None without a plural."""
    position, begin, linked = start, -1, False
    skipped = _OF.match(text, start) or _MORE.match(text, start)
    if skipped is not None:
        position = skipped.end() - 1
    for _ in range(_MOST_WORDS):
        word = _WORD.match(text, position)
        if word is not None and begin >= 0 and word.group(1) == "and" and not linked:
            linked, position = True, word.end()
            continue
        if word is None or word.group(1).lower() in number_context.NO_NOUN:
            return None
        begin = word.start(1) if begin < 0 else begin
        position = word.end()
        if _plural(word.group(1)):
            return Noun(text[begin:position].lower(), begin, position, True)
    return None


def singular(text: str, start: int) -> Noun | None:
    """The words at `start` (a space) up to a function word, three at most: "red car" in "one red car was"."""
    position, begin, last = start, -1, ""
    for _ in range(3):
        word = _WORD.match(text, position)
        if word is None or word.group(1).lower() in number_context.NO_NOUN or _plural(word.group(1)):
            break
        begin, position, last = (word.start(1) if begin < 0 else begin), word.end(), word.group(1).lower()
    if begin < 0 or last.endswith(("ed", "ing")):
        return None
    return Noun(text[begin:position].lower(), begin, position, False)


def single(text: str, start: int) -> Noun | None:
    """The word at `start` (a space or hyphen) as a singular noun: "solution" in "one solution", "page" in "12-page"."""
    word = _SINGLE.match(text, start)
    if word is None or word.group(1).lower() in number_context.NO_NOUN or len(word.group(1)) < 3:
        return None
    return Noun(word.group(1).lower(), word.start(1), word.end(), False)


def _plural(word: str) -> bool:
    lower = word.lower()
    if len(word) > 2 and word[-1] == "s" and word[:-1].isupper():
        return True
    return lower in number_context.PLURALS or (
        len(lower) > 2 and lower.endswith("s") and _NO_PLURAL.search(lower) is None
    )

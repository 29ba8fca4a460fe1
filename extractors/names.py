"""Names as token sequences: spelling variants, case and a trie that finds all known names in linear time.

Guarantee: a name is found in every spacing, hyphenation and accent variant, and an ordinary word that is spelled
like a name ("target", "gap") never is.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

Role = Literal["name", "noun", "family", "short", "block"]
"""`noun` and `short` mean an entity only within an article that names it; `block` is a phrase that means none."""

_TOKEN = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)*")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[a-z]+")
_SLUG_GAP = re.compile(r"(?:[^\w.]|_|\.(?!\d)|(?<!\d)\.)+")
_SOFT = frozenset(["", " ", "\u00a0", "\u202f", "\u2009", "-", "\u2010", "\u2011"])
_APOSTROPHES = frozenset("'’ʼ‘`")


@dataclass(frozen=True, slots=True)
class Token:
    """A run of letters or a number in a text; `folded` has neither case nor accents."""

    start: int
    end: int
    text: str
    folded: str


def fold(word: str) -> str:
    """Return the word without case and accents."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def tokens(text: str) -> list[Token]:
    """Split a text into runs of letters and numbers; what stands between them is looked up when needed."""
    return [Token(m.start(), m.end(), m.group(), fold(m.group())) for m in _TOKEN.finditer(text)]


def slug(name: str) -> str:
    """Return the id that derives from a name: "GLM-5.2" is "glm-5.2", "Zhipu AI" is "zhipu-ai", "U.S." is "u-s"."""
    return _SLUG_GAP.sub("-", fold(name)).strip("-")


def gap_class(gap: str) -> str:
    """Return a sign for what stands between two tokens; spelling variants of one name have the same signs."""
    if gap in _SOFT:
        return "~"
    if gap in _APOSTROPHES:
        return "'"
    if gap.strip() == "&":
        return "&"
    return "~" if gap == ". " else gap


@dataclass(frozen=True, slots=True)
class Form:
    """One spelling of one name, as it stands in the trie."""

    target: str
    """The id of an entity, or of a family for the roles `family` and `short`."""
    role: Role
    words: tuple[str, ...]
    gaps: tuple[str, ...]
    tail: str = ""
    """A sign that ends the name and belongs to it: the period of "U.S.", the plus of "OPEC+"."""


class _Node:
    __slots__ = ("children", "forms")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.forms: list[Form] = []


@dataclass(slots=True)
class Trie:
    """All known names, by folded tokens. Built once; finding costs at most the longest name per token."""

    root: _Node = field(default_factory=_Node)

    def add(self, name: str, target: str, role: Role) -> None:
        """Enter a name with its spelling variants."""
        for spelling in spellings(name):
            parts = tokens(spelling)
            if not parts:
                continue
            gaps = tuple(gap_class(spelling[a.end : b.start]) for a, b in pairwise(parts))
            form = Form(target, role, tuple(p.text for p in parts), gaps, spelling[parts[-1].end :].strip())
            node = self.root
            for part in parts:
                node = node.children.setdefault(part.folded, _Node())
            if form not in node.forms:
                node.forms.append(form)

    def matches(self, text: str, parts: Sequence[Token], at: int) -> Iterator[tuple[int, Form]]:
        """Yield (index after the last token, form) for every name that begins at token `at` and fits in its case."""
        node = self.root.children.get(parts[at].folded)
        gaps: list[str] = []
        index = at + 1
        while node is not None:
            for form in node.forms:
                ends = form.tail in {"", "."} or text.startswith(form.tail, parts[index - 1].end)
                if ends and form.gaps == tuple(gaps) and fits(form, [p.text for p in parts[at:index]]):
                    yield index, form
            if index >= len(parts):
                return
            gaps.append(gap_class(text[parts[index - 1].end : parts[index].start]))
            node = node.children.get(parts[index].folded)
            index += 1


def spellings(name: str) -> Iterable[str]:
    """Yield the name and the spellings that writers use for it: "Hugging Face" and "HuggingFace", "&" and "and"."""
    yield name
    if "&" in name:
        yield re.sub(r"\s*&\s*", " and ", name)
    words = name.split()
    if len(words) == 2 and all(word.isalpha() and word.isascii() and len(word) >= 3 for word in words):
        yield "".join(words)
    if len(words) == 1 and name.isalpha() and name.isascii() and len(name) >= 5:
        humps: list[str] = _CAMEL.findall(name)
        if len(humps) == 2 and all(hump[0].isupper() for hump in humps):
            yield " ".join(humps)


def fits(form: Form, found: Sequence[str]) -> bool:
    """Tell whether the case of the words found is one in which the name is written."""
    if form.role in {"block", "family", "short"}:
        return True  # a family's name is judged together with its version
    return name_fits(form, found)


def name_fits(form: Form, found: Sequence[str]) -> bool:
    """Tell whether the words found have the case of the name: exact, shouted, or any if the name is unmistakable."""
    if form.role == "noun":
        return all(wanted == word or wanted.islower() for wanted, word in zip(form.words, found, strict=True))
    if _is_distinctive(form.words):
        return True
    shout = sum(len(word) for word in form.words if word.isalpha()) >= 4
    return all(_word_fits(wanted, word, shout=shout) for wanted, word in zip(form.words, found, strict=True))


def _is_distinctive(words: Sequence[str]) -> bool:
    """A name with a digit or with a capital inside a word ("OpenAI") is recognised in any case."""
    if any(word[0].isdigit() for word in words):
        return sum(map(len, words)) >= 4
    return len(words) == 1 and len(words[0]) >= 6 and len(_CAMEL.findall(words[0])) >= 2 and not words[0].isupper()


def _word_fits(wanted: str, found: str, *, shout: bool) -> bool:
    if wanted == found or (wanted.islower() and found == wanted.capitalize()):
        return True
    if shout and found == wanted.upper():
        return True
    return not wanted.isascii() and fold(wanted) == fold(found) and wanted[:1].isupper() == found[:1].isupper()

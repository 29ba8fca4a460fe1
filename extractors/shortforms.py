"""Short forms within one article: a surname after the full name, a company's first word, an acronym in parentheses.

Guarantee: a short form that could mean two things means none.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extractors.candidates import Named, View
from extractors.names import fold, slug
from extractors.namewords import name_words
from extractors.records import EntityKind, Mention

_ACRONYM = re.compile(r" ?\(\s?[\"“‘']?([A-Z][A-Za-z&]{0,2}[A-Z]{1,6}s?)[\"”’']?\s?\)")
_BREAK = re.compile(r"[\n.;:!?()\[\]\"“”]")
_BEFORE = 120
"""Characters before an acronym in which its full name must begin."""

_SUFFIXES = frozenset(["jr", "sr", "ii", "iii", "iv"])


@dataclass(frozen=True, slots=True)
class Alias:
    """Within one article `name` means the entity."""

    name: str
    entity_id: str
    full: str
    kind: EntityKind
    start: int
    """From which offset on it may be used: not before the full name."""


def short_forms(mentions: Iterable[Mention]) -> tuple[Alias, ...]:
    """Return the short forms that the names in an article allow, without those that could mean two of them."""
    first: dict[str, Mention] = {}
    for mention in mentions:
        if len(mention.quote.split()) > 1 or mention.entity_id not in first:
            first.setdefault(mention.entity_id, mention)
    found: dict[str, Alias] = {}
    clashing: set[str] = set()
    for mention in first.values():
        for name in _shorter(mention):
            known = found.setdefault(name, Alias(name, mention.entity_id, mention.name, mention.kind, mention.start))
            if known.entity_id != mention.entity_id:
                clashing.add(name)
    return tuple(alias for name, alias in found.items() if name not in clashing)


def _shorter(mention: Mention) -> Iterator[str]:
    words = mention.quote.replace(",", "").split()
    lists = name_words()
    if mention.kind == "person":
        capital = [word for word in words if word[0].isupper() and fold(word).strip(".") not in _SUFFIXES]
        if len(capital) >= 2 and len(capital[-1]) >= 3:
            yield capital[-1]
        if len(capital) == 2 and fold(capital[0]) in lists.family_first:
            yield capital[0]
    elif mention.kind == "publication" and len(words) >= 2 and fold(words[-1]) in lists.publication:
        yield words[-1]
    elif mention.kind in {"company", "lab"} and len(words) >= 2 and fold(words[-1].strip(".")) in lists.company:
        head = words[:-1]
        if head[-1][0].isupper() and len(head[0]) >= 4 and fold(head[0]) not in lists.ordinary | lists.place:
            yield " ".join(head)


def acronyms(view: View) -> Iterator[tuple[Named, str, int]]:
    """Yield (full name, acronym, its start) for "Large Synoptic Survey Telescope (LSST)": initials that agree."""
    for found in _ACRONYM.finditer(view.text):
        acronym = found.group(1).rstrip("s") if found.group(1)[:-1].isupper() else found.group(1)
        window = max(0, found.start() - _BEFORE)
        breaks = [found.end() for found in _BREAK.finditer(view.text, window, found.start())]
        start = _initials_start(view.text, breaks[-1] if breaks else window, found.start(), acronym)
        if start is not None:
            name = " ".join(view.text[start : found.start()].split())
            yield Named(start, found.start(), name, "organisation"), acronym, found.start(1)


def _initials_start(text: str, start: int, end: int, acronym: str) -> int | None:
    """Return where the name begins whose capitals spell the acronym, the last word being its last."""
    words = list(re.finditer(r"[^\W\d_]+", text[start:end]))
    wanted = [letter for letter in acronym.upper() if letter.isalpha()]
    for word in reversed(words):
        if not wanted:
            break
        letter = word.group()[0]
        if letter == wanted[-1]:
            wanted.pop()
            if not wanted:
                return start + word.start()
        elif letter.isupper() or fold(word.group()) not in name_words().connector:
            return None
    return None


def acronym_mention(named: Named, kind: EntityKind, quote: str) -> Mention:
    """Return the mention of a name that its acronym in parentheses introduces."""
    return Mention(slug(named.name), named.name, kind, named.start, named.end, quote, "model")

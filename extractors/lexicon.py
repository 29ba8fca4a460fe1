"""Finds the names that the packs know, with versions of known families, in one pass over a text's tokens.

Guarantee: of names that overlap the longest wins, hits are in order and never overlap.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from extractors.names import Form, Token, Trie, name_fits
from extractors.packs import Family, PackEntity, Packs
from extractors.versions import Grammar, Version

How = Literal["name", "noun", "version", "line", "block"]
"""`line` is a family named without a version; `block` is a phrase that only looks like a name."""

_RANK: dict[How, int] = {"version": 4, "block": 3, "name": 2, "line": 1, "noun": 0}
_REACH = 600
"""Characters behind a family's name within which its prefix alone ("R1", "V3.1") still means it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A name in the text: tokens `first` to `last` (exclusive), and what it means. `family` is set for its versions."""

    first: int
    last: int
    target: str
    how: How
    name: str = ""
    family: str = ""
    tail: str = ""


class Lexicon:
    """The packs' names, compiled once."""

    def __init__(self, packs: Packs) -> None:
        self.entities: dict[str, PackEntity] = {entity.id: entity for entity in packs.entities}
        self.grammar = Grammar(packs.families)
        self._trie = Trie()
        self._tickers = {entity.ticker: entity.id for entity in packs.entities if entity.ticker.isalpha()}
        self._forms: dict[str, list[Family]] = {}
        for entity in packs.entities:
            self._add_entity(entity)
        for family in packs.families:
            self._add_family(family)

    def scan(self, text: str, parts: Sequence[Token]) -> list[Hit]:
        """Return all hits. What needs context is looked for again when it is known what the text names in full."""
        first = list(self._scan(text, parts, None))
        return list(self._scan(text, parts, self._context(first)))

    def _add_entity(self, entity: PackEntity) -> None:
        for name in (entity.name, *entity.aliases):
            self._trie.add(name, entity.id, "name")
        for noun in entity.nouns:
            self._trie.add(noun, entity.id, "noun")
        for phrase in entity.excludes:
            self._trie.add(phrase, entity.id, "block")

    def _add_family(self, family: Family) -> None:
        for name in {family.name, *family.aliases}.difference(family.short):
            self._trie.add(name, family.id, "family")
        for name in family.short:
            self._trie.add(name, family.id, "short")
        for letters in family.version_forms:
            if letters:
                self._forms.setdefault(letters.lower(), []).append(family)

    def _context(self, hits: Iterable[Hit]) -> frozenset[str]:
        """Return the ids that the text names: entities, families, versions, and the makers of these."""
        named: set[str] = set()
        for hit in hits:
            named.update((hit.target, hit.family))
            family = self.grammar.families.get(hit.family or hit.target)
            if family is not None:
                named.add(family.maker)
        return frozenset(named - {""})

    def _scan(self, text: str, parts: Sequence[Token], context: frozenset[str] | None) -> Iterator[Hit]:
        at = 0
        recent: dict[str, int] = {}
        while at < len(parts):
            hit = self._best(text, parts, at, context, recent)
            if hit is None:
                at += 1
                continue
            for found in chain((hit,), self._listed(text, parts, hit)):
                yield found
                at = found.last
            recent[hit.family or hit.target] = parts[hit.first].start

    def _best(
        self, text: str, parts: Sequence[Token], at: int, context: frozenset[str] | None, recent: dict[str, int]
    ) -> Hit | None:
        if at > 0 and parts[at - 1].end == parts[at].start:
            return None
        best: Hit | None = None
        for hit in self._hits(text, parts, at, context, recent):
            if best is None or (hit.last, _RANK[hit.how], hit.tail) > (best.last, _RANK[best.how], best.tail):
                best = hit
        return best

    def _hits(
        self, text: str, parts: Sequence[Token], at: int, context: frozenset[str] | None, recent: dict[str, int]
    ) -> Iterator[Hit]:
        for end, form in self._trie.matches(text, parts, at):
            if form.role in {"family", "short"}:
                yield from self._family_hit(text, parts, at, end, form, context)
            elif not _is_glued(parts, end) and (form.role != "noun" or (context and form.target in context)):
                yield Hit(at, end, form.target, form.role, tail=form.tail)  # pyright: ignore[reportArgumentType]
        if parts[at].folded in self._forms and context is not None and parts[at].text.isupper():
            yield from self._bare_version(text, parts, at, context, recent)
        ticker = self._tickers.get(parts[at].text)
        if ticker is not None and _is_ticker(text, parts, at):
            yield Hit(at, at + 1, ticker, "name")

    def _family_hit(
        self, text: str, parts: Sequence[Token], at: int, end: int, form: Form, context: frozenset[str] | None
    ) -> Iterator[Hit]:
        family = self.grammar.families[form.target]
        if form.role == "short" and not self._is_related(family, context):
            return
        version = self.grammar.read(text, parts, end, family)
        proper = name_fits(form, [part.text for part in parts[at:end]])
        if version is not None and (proper or _is_tight(text, parts, end, form)):
            yield _version_hit(at, version)
        elif proper and not _is_glued(parts, end):
            yield Hit(at, end, family.id, "line", family.name, family.id)

    def _is_related(self, family: Family, context: frozenset[str] | None) -> bool:
        if context is None:
            return False
        return family.id in context or (family.maker != "" and family.maker in context)

    def _bare_version(
        self, text: str, parts: Sequence[Token], at: int, context: frozenset[str], recent: dict[str, int]
    ) -> Iterator[Hit]:
        """ "R1" and "V3.1/V3.2": a prefix letter and number mean the family named nearby, or a version known."""
        for family in self._forms[parts[at].folded]:
            version = self.grammar.number(text, parts, at, family)
            if version is None or parts[at + 1].start != parts[at].end:
                continue
            last = max(recent.get(family.id, -_REACH), recent.get(family.maker, -_REACH))
            if version.entity_id in context or parts[at].start - last < _REACH:
                yield _version_hit(at, version)

    def _listed(self, text: str, parts: Sequence[Token], hit: Hit) -> Iterator[Hit]:
        if hit.how != "version":
            return
        last = Version(self.grammar.families[hit.family], hit.name, hit.last)
        for first, version in self.grammar.more(text, parts, last):
            yield _version_hit(first, version)


def _version_hit(first: int, version: Version) -> Hit:
    return Hit(first, version.end, version.entity_id, "version", version.name, version.family.id)


def _is_glued(parts: Sequence[Token], end: int) -> bool:
    """Something other than a plural's "s" stands right behind the name: it is part of a longer word."""
    return end < len(parts) and parts[end - 1].end == parts[end].start and parts[end].text != "s"


def _is_tight(text: str, parts: Sequence[Token], end: int, form: Form) -> bool:
    """In lower case a version must be unmistakable: "glm 5.2", "llama-3", but not "gap 5"."""
    if form.words[0].isupper() or text[parts[end - 1].end : parts[end].start] != " ":
        return True
    return "." in parts[end].text or not parts[end].text[0].isdigit()


def _is_ticker(text: str, parts: Sequence[Token], at: int) -> bool:
    """ "$NVDA", "(NASDAQ: NVDA)": a ticker stands behind a dollar sign or behind an exchange and a colon."""
    before = text[max(0, parts[at].start - 2) : parts[at].start]
    return before.endswith("$") or (before.strip() == ":" and at > 0 and parts[at - 1].text.isupper())


def renamed(hit: Hit, target: str, name: str) -> Hit:
    """Return the hit with another meaning."""
    return replace(hit, target=target, name=name, how="version")

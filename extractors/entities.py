"""Who is meant: names that the packs know, versions of known families, short forms, and gated candidates.

Guarantee: mentions are in text order and do not overlap, `text[start:end] == quote`, and versions never merge.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from extractors.candidates import Candidate as Candidate
from extractors.candidates import Named, View, gate, name_kind, usual_name
from extractors.lexicon import Hit, Lexicon, renamed
from extractors.names import Token, Trie, slug, tokens
from extractors.namewords import name_words
from extractors.packs import Packs
from extractors.proposals import proposals
from extractors.records import Entity, EntityKind, KnownBy, Mention, Sentence
from extractors.shortforms import Alias, acronym_mention, acronyms, short_forms

_DOMINANT = 0.6
"""Share of a family's versioned mentions from which on its bare name means that version."""

_NEAR = 60
"""Tokens within which the version may also follow: a headline says GLM, the lead says GLM-5.2."""


_PARTED = frozenset(["person", "publication", "company"])
"""Kinds whose names have short forms."""


class EntityFinder:
    """Finds entities in texts. Compiled once from the packs; holds no state of any text."""

    def __init__(self, packs: Packs) -> None:
        self._lexicon = Lexicon(packs)

    def find(
        self, text: str, sentences: Sequence[Sentence], candidates: Sequence[Candidate] = ()
    ) -> tuple[Mention, ...]:
        """Return all mentions in `text`; `candidates` are the statistical model's, with offsets into `text`."""
        view = View(text, tokens(text), sentences)
        hits = self._supported(view, self._lexicon.scan(text, view.parts))
        known = list(self._mentions(view, _versions_for_lines(view, hits)))
        known = _with_acronyms(view, known)
        mentions = _merge(view, _merge(view, known, proposals(view)), gate(view, candidates))
        mentions = _fill(view, mentions, _again(mentions))
        mentions = _fill(view, mentions, short_forms(mentions))
        return tuple(mentions)

    def entities(self, mentions: Iterable[Mention]) -> tuple[Entity, ...]:
        """Return the entities that the mentions name, each once, in the order of their first mention."""
        quotes: dict[str, dict[str, None]] = {}
        first: dict[str, Mention] = {}
        for mention in mentions:
            first.setdefault(mention.entity_id, mention)
            quotes.setdefault(mention.entity_id, {})[mention.quote] = None
        return tuple(self._entity(mention, tuple(quotes[entity_id])) for entity_id, mention in first.items())

    def _entity(self, mention: Mention, quotes: Sequence[str]) -> Entity:
        known = self._lexicon.entities.get(mention.entity_id)
        if known is not None:
            return Entity(known.id, known.name, known.kind, known.aliases, "pack", known.parent)
        seen = tuple(quote for quote in quotes if quote != mention.name)
        family = self._lexicon.grammar.family_of(mention.name) if mention.known_by == "pack" else None
        maker = family.maker if family is not None else ""
        return Entity(mention.entity_id, mention.name, mention.kind, seen, mention.known_by, maker)

    def _supported(self, view: View, hits: Sequence[Hit]) -> list[Hit]:
        """Drop names that are ordinary words too, unless the text shows elsewhere that the entity is meant."""
        certain = {hit.target for hit in hits if hit.how != "noun" and self._is_certain(view, hit)}
        return [hit for hit in hits if hit.how != "block" and (hit.target in certain or not self._is_common(hit))]

    def _is_common(self, hit: Hit) -> bool:
        known = self._lexicon.entities.get(hit.target)
        return known is not None and known.common and hit.how == "name"

    def _is_certain(self, view: View, hit: Hit) -> bool:
        if hit.last - hit.first > 1:
            return True
        first, last = view.parts[hit.first], view.parts[hit.last - 1]
        if view.is_possessive(last.end) or view.word_after(last.end) in name_words().corporate_context:
            return True
        return first.start not in view.unsure and not first.text.isupper()

    def _mentions(self, view: View, hits: Iterable[Hit]) -> Iterator[Mention]:
        for hit in hits:
            start, end = view.parts[hit.first].start, view.parts[hit.last - 1].end
            if hit.tail and view.text.startswith(hit.tail, end):
                end += len(hit.tail)
            known = self._lexicon.entities.get(hit.target)
            family = self._lexicon.grammar.families.get(hit.family or hit.target)
            kind: EntityKind = known.kind if known else family.kind if family else "other"
            name = known.name if known else hit.name
            yield Mention(hit.target, name, kind, start, end, view.text[start:end])


def _versions_for_lines(view: View, hits: Sequence[Hit]) -> Iterator[Hit]:
    """Give a family's bare name its version where the article is about one version of it."""
    counts: dict[str, Counter[tuple[str, str]]] = {}
    begins: dict[str, int] = {}
    for hit in hits:
        if hit.how == "version":
            counts.setdefault(hit.family, Counter())[hit.target, hit.name] += 1
            begins.setdefault(hit.target, hit.first)
    for hit in hits:
        versions = counts.get(hit.family) if hit.how == "line" else None
        if versions and view.word_after(view.parts[hit.last - 1].end) not in name_words().plural:
            (target, name), count = versions.most_common(1)[0]
            near = begins[target] < hit.first or begins[target] - hit.first < _NEAR
            if near and count >= _DOMINANT * versions.total():
                yield renamed(hit, target, name)
                continue
        yield hit


def _with_acronyms(view: View, known: Sequence[Mention]) -> list[Mention]:
    """Add the names that an acronym in parentheses introduces, and the acronym wherever it stands."""
    mentions = list(known)
    aliases: list[Alias] = []
    for named, acronym, _ in acronyms(view):
        inside = [m for m in mentions if m.start < named.end and m.end > named.start]
        same = next((m for m in inside if m.start <= named.start and m.end >= named.end), None)
        if same is None:
            quote = view.text[named.start : named.end]
            same = acronym_mention(named, name_kind(named.name, "organisation"), quote)
            mentions = sorted([m for m in mentions if m not in inside] + [same], key=lambda m: m.start)
        aliases.append(Alias(acronym, same.entity_id, same.name, same.kind, named.end))
    return _fill(view, mentions, aliases)


def _merge(view: View, known: Sequence[Mention], names: Iterable[Named]) -> list[Mention]:
    """Join mentions with names found later. A name wins only over places that are part of it."""
    merged = list(known)
    starts = [mention.start for mention in merged]
    parts = {word for m in merged if m.kind in _PARTED for word in m.name.split() if word != m.name}
    for named in sorted(names, key=lambda named: -len(named.name.split())):
        if named.name in parts:
            continue  # a short form, resolved later: "Fox" where the article names Vicente Fox
        first = max(0, bisect_left(starts, named.start) - 1)
        first += first < len(merged) and merged[first].end <= named.start
        last = bisect_left(starts, named.end)
        if first < last and not _is_part_of(merged[first:last], named):
            continue
        mention = _mention_of(view, named)
        merged[first:last], starts[first:last] = [mention], [mention.start]
        parts.update(word for word in mention.name.split() if mention.kind in _PARTED and word != mention.name)
    return merged


def _is_part_of(inside: Sequence[Mention], named: Named) -> bool:
    """All that overlaps the name are places within it: "China" in "China Evergrande Group"."""
    longer = " " in named.name and named.kind != "place"
    return longer and all(m.kind == "place" and m.start >= named.start and m.end <= named.end for m in inside)


def _mention_of(view: View, named: Named) -> Mention:
    name = usual_name(named.name, named.kind)
    return Mention(slug(name), name, named.kind, named.start, named.end, view.text[named.start : named.end], "model")


def _again(mentions: Iterable[Mention]) -> tuple[Alias, ...]:
    """The statistical model's names, so that each is found wherever the text repeats it."""
    found = {name: m for m in mentions if m.known_by == "model" for name in (m.name, m.quote)}
    return tuple(Alias(name, m.entity_id, m.name, m.kind, 0) for name, m in found.items())


def _fill(view: View, mentions: Sequence[Mention], aliases: Sequence[Alias]) -> list[Mention]:
    """Find the article's own names in what no mention covers yet."""
    if not aliases:
        return list(mentions)
    trie, by_id = Trie(), {alias.name: alias for alias in aliases}
    for alias in aliases:
        trie.add(alias.name, alias.name, "name")
    free = _free(view.parts, mentions)
    known_by: dict[str, KnownBy] = {mention.entity_id: mention.known_by for mention in reversed(mentions)}
    added: list[Mention] = []
    at = 0
    while at < len(view.parts):
        longest = max((m for m in trie.matches(view.text, view.parts, at)), key=lambda m: m[0], default=None)
        if longest is None or not all(free[at : longest[0]]) or not _is_whole(view.parts, at, longest[0]):
            at += 1
            continue
        alias, start, end = by_id[longest[1].target], view.parts[at].start, view.parts[longest[0] - 1].end
        if start >= alias.start:
            known = known_by.get(alias.entity_id, "model")
            quote = view.text[start:end]
            added.append(Mention(alias.entity_id, alias.full, alias.kind, start, end, quote, known))
        at = longest[0]
    return sorted([*mentions, *added], key=lambda m: m.start)


def _free(parts: Sequence[Token], mentions: Sequence[Mention]) -> list[bool]:
    free = [True] * len(parts)
    starts = {mention.start: mention.end for mention in mentions}
    until = -1
    for index, part in enumerate(parts):
        until = max(until, starts.get(part.start, -1))
        free[index] = part.start >= until
    return free


def _is_whole(parts: Sequence[Token], at: int, end: int) -> bool:
    """No letter or digit is glued to either side."""
    return (at == 0 or parts[at - 1].end < parts[at].start) and (
        end == len(parts) or parts[end - 1].end < parts[end].start
    )

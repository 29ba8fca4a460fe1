"""What an article is about: how often it names whom, who makes what, and which nouns mean which kind of entity.

Guarantee: a topic is only given where the article names it clearly more often than any other of its kind.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from extractors.packs import Packs
from extractors.records import Mention

NEVER = frozenset(("benchmark", "publication"))
"""Kinds of entity that numbers are on or in, not about."""

MODEL = frozenset(("model", "product"))
FIRM = frozenset(("company", "lab", "organisation"))
PERSON = frozenset(("person",))

_NOUNS = (
    ("model system chatbot llm", MODEL),
    ("company firm group startup start carmaker automaker chipmaker drugmaker retailer bank lender insurer", FIRM),
    ("airline developer lab laboratory stock share shares manufacturer operator miner producer brewer", FIRM),
    ("conglomerate maker business broker brokerage publisher utility studio", FIRM),
    ("country nation city town state province region county district island capital", frozenset(("place",))),
    ("team club side franchise squad union party agency league", frozenset(("organisation", "company"))),
    ("car phone drug vaccine film movie game app device vehicle treatment album pill", frozenset(("product", "other"))),
    ("candidate president senator governor player striker champion driver mayor runner swimmer", PERSON),
)
KIND_NOUNS: dict[str, frozenset[str]] = {noun: kinds for nouns, kinds in _NOUNS for noun in nouns.split()}
"""Nouns that point to an entity of a kind: "the model", "the company", "the stock"."""

EVIDENCE = {
    "bracket": 0.50,
    "list": 0.48,
    "distributed": 0.46,
    "owner": 0.45,
    "subject": 0.45,
    "relative": 0.42,
    "clause": 0.38,
    "anaphor": 0.36,
    "place": 0.34,
    "object": 0.30,
    "source": 0.30,
    "previous": 0.28,
    "known": 0.26,
    "topic": 0.20,
    "": 0.0,
}
"""What each kind of evidence for the subject adds to a figure's confidence."""


@dataclass(frozen=True, slots=True)
class Subject:
    """An entity and the kind of evidence for it (a key of EVIDENCE); empty where there is none."""

    entity_id: str = ""
    name: str = ""
    kind: str = ""
    evidence: str = ""


NOBODY = Subject()


class Topics:
    """What an article is about: how often it names each entity other than as a source."""

    def __init__(self, mentions: Iterable[Mention], sources: frozenset[int], makers: Mapping[str, str]) -> None:
        """`sources` are the starts of mentions that only say who speaks; `makers` maps entity id to its maker's id."""
        self._makers = makers
        self._count: Counter[str] = Counter()
        self._known: dict[str, Mention] = {}
        for mention in mentions:
            if mention.kind in NEVER:
                continue
            self._known.setdefault(mention.entity_id, mention)
            self._count[mention.entity_id] += 0 if mention.start in sources else 1

    def main(self, kinds: frozenset[str], *, clear: bool = True, makers: frozenset[str] = frozenset()) -> Subject:
        """Return the entity of these kinds that the article names most; with `clear`, only if far ahead of others.

        Where some of them are of one of the `makers` (entity ids), only those are looked at.
        """
        ranked = [(n, id_) for id_, n in self._count.most_common() if self._known[id_].kind in kinds and n > 0]
        ranked = [(n, id_) for n, id_ in ranked if self._makers.get(id_) in makers] or ranked
        if not ranked:
            return NOBODY
        if clear and len(ranked) > 1 and ranked[0][0] < 1.5 * ranked[1][0]:
            return NOBODY
        mention = self._known[ranked[0][1]]
        return Subject(mention.entity_id, mention.name, mention.kind, "topic")

    def leads(self, mention: Mention, kinds: frozenset[str]) -> bool:
        """Whether no other entity of these kinds is named more than twice as often as this one."""
        most = max((n for id_, n in self._count.items() if self._known[id_].kind in kinds), default=0)
        return most <= 2 * self._count[mention.entity_id]


class Makers:
    """Which company makes a product, from the packs: by the entity's own row or its family's name."""

    def __init__(self, packs: Packs) -> None:
        """Index entities with a parent and families with a maker."""
        self._parent = {row.id: row.parent for row in packs.entities if row.parent}
        self._family = tuple(
            (name.lower(), row.maker) for row in packs.families if row.maker for name in (row.name, *row.aliases)
        )

    def of(self, mentions: Iterable[Mention]) -> dict[str, str]:
        """Return entity id to maker's id for the mentions whose maker is known."""
        names = {m.entity_id: m.name.lower() for m in mentions if m.kind in MODEL}
        return {id_: maker for id_, name in names.items() if (maker := self._maker(id_, name))}

    def _maker(self, id_: str, name: str) -> str:
        known = self._parent.get(id_)
        return known or next((maker for family, maker in self._family if name.startswith(family)), "")

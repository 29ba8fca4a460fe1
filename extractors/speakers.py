"""Whom a speaker's words mean: names, pronouns and descriptions resolved to mentions of the same article."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from extractors.noun_phrases import DETERMINERS
from extractors.packs import Packs
from extractors.records import Mention
from extractors.words import Word, words

_ORGANISATIONS = frozenset({"company", "lab", "organisation", "publication"})
_DEFINITE = frozenset(["the", "this", "that", "its", "their", "his", "her", "our"])
_AFTER_HEAD = frozenset(
    {"of", "at", "for", "by", "from", "in", "on", "with", "to", "who", "that", ",", "familiar", "close", "briefed"}
    | {"involved", "working", "published", "released", "issued", "written", "led", "based"}
)
_NEAR = 600
"""Characters back in which a pronoun or description finds its name."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks: the name or the words as they stand, and the entity's id or nothing."""

    text: str
    entity_id: str
    kind: str = ""
    """The entity's kind, or the speaker noun's; empty for a bare name."""
    start: int = 0


@dataclass(slots=True)
class SpeakerResolver:
    """Resolves speakers in text order and remembers them. One per article."""

    text: str
    mentions: Sequence[Mention]
    """In text order."""
    nouns: dict[str, str]
    past: list[Speaker] = field(default_factory=list[Speaker])

    def resolve(self, start: int, end: int, *, says: bool = False) -> Speaker | None:
        """Return who `text[start:end]` means; None for what cannot speak (a product, "we", a thing).

        `says`: the verb is one of speaking, so that any short description may be a speaker ("the plumber said").
        """
        phrase = words(self.text, start, end)
        found = self._resolve(phrase, start, end) if phrase else None
        if found is None and says and _may_say(phrase):
            found = Speaker(self.text[start:end], "", "", start)
        if found is not None:
            self.past.append(found)
        return found

    def _resolve(self, phrase: Sequence[Word], start: int, end: int) -> Speaker | None:
        if len(phrase) == 1 and phrase[0].low in {"i", "we", "you", "there", "this", "that", "these", "those", "who"}:
            return None
        if len(phrase) == 1 and phrase[0].low in {"he", "she", "it", "they"}:
            return self._pronoun(phrase[0])
        first = bisect_left(self.mentions, start, key=_start_of)
        last = bisect_left(self.mentions, end, key=_start_of)
        named = [mention for mention in self.mentions[first:last] if mention.end <= end]
        if named:
            return self._named(named, phrase, start, end)
        return self._described(phrase, start, end)

    def _pronoun(self, word: Word) -> Speaker | None:
        if word.low in {"he", "she"}:
            known = self._recent({"person"}, word.start) or self._earlier(word.start, {"person"})
            return known or Speaker(word.text, "", "person", word.start)
        known = self._earlier(word.start, _ORGANISATIONS) or self._recent(_ORGANISATIONS, word.start)
        return known or Speaker(word.text, "", "pronoun", word.start)

    def _named(self, named: Sequence[Mention], phrase: Sequence[Word], start: int, end: int) -> Speaker | None:
        people = [m for m in named if m.kind == "person"]
        noun = self._noun(phrase)
        if people:
            chosen = people[-1] if not noun or people[-1].end >= end - 2 else people[0]
            possessed = self.text[chosen.end : chosen.end + 2] in {"'s", "’s"} and chosen.end < end - 2
            if not possessed:
                return Speaker(chosen.name, chosen.entity_id, "person", start)
        speaking = [m for m in named if m.kind in _ORGANISATIONS] or [m for m in named if m.kind == "place"]
        whole = self.text[start:end]
        if not speaking:
            return Speaker(whole, "", noun, start) if noun else None
        chosen = self._chosen(speaking, start, end)
        if noun in {"person", "crowd"} or (speaking[0].kind == "place" and noun and noun != "organisation"):
            return Speaker(whole, "", noun, start)
        if len(speaking) == 1 and not noun and chosen.start == start and chosen.end >= end - 2:
            return Speaker(chosen.name, chosen.entity_id, chosen.kind, start)
        if not noun and chosen.kind == "place" and len(phrase) > 2 and not self._names_more(phrase, chosen):
            return None  # "US export rules"
        if not noun and self._names_more(phrase, chosen):
            return Speaker(whole, "", "", start)
        return Speaker(whole, chosen.entity_id, chosen.kind, start)

    def _chosen(self, speaking: Sequence[Mention], start: int, end: int) -> Mention:
        """The one who speaks among several: after "by" or "from", else the one that ends the phrase, else the first."""
        for mention in speaking:
            if self.text[start : mention.start].rstrip().endswith((" by", " from")):
                return mention
        return speaking[-1] if speaking[-1].end >= end - 1 else speaking[0]

    def _names_more(self, phrase: Sequence[Word], chosen: Mention) -> bool:
        """Whether a name follows the mention that it does not cover: "UK Prime Minister Ana Ruiz"."""
        rest = [word for word in phrase if word.start >= chosen.end and word.is_capital and word.text[0].isalpha()]
        return len(rest) >= 2

    def _described(self, phrase: Sequence[Word], start: int, end: int) -> Speaker | None:
        noun, whole = self._noun(phrase), self.text[start:end]
        definite = phrase[0].low in _DEFINITE
        if noun == "company" and definite:
            known = self._earlier(start, {"company", "lab"}) or self._recent(_ORGANISATIONS, start)
            return Speaker(whole, known.entity_id if known else "", noun, start)
        if noun in {"organisation", "staff"} and definite:
            known = self._recent(_ORGANISATIONS, start)
            return Speaker(whole, known.entity_id if known else "", noun, start)
        if noun:
            return Speaker(whole, "", noun, start)
        names = [word for word in phrase if word.is_capital and word.text[0].isalpha() and word.low not in DETERMINERS]
        return Speaker(whole, "", "", start) if names and len(names) * 2 >= len(phrase) else None

    def _noun(self, phrase: Sequence[Word]) -> str:
        """The speaker noun that heads the phrase: the last one before "of", "at", "for", "by", "from" or "in"."""
        head = ""
        for word in phrase:
            if head and word.low in _AFTER_HEAD:
                break
            head = self.nouns.get(word.low, head if not word.is_word or word.is_capital else "")
        return head

    def _earlier(self, before: int, kinds: frozenset[str] | set[str]) -> Speaker | None:
        """The nearest mention of such a kind before a place."""
        index = bisect_left(self.mentions, before, key=_start_of) - 1
        while index >= 0 and before - self.mentions[index].start <= _NEAR:
            mention = self.mentions[index]
            if mention.end <= before and mention.kind in kinds:
                return Speaker(mention.name, mention.entity_id, mention.kind, mention.start)
            index -= 1
        return None

    def _recent(self, kinds: frozenset[str] | set[str], before: int) -> Speaker | None:
        """The last speaker of such a kind, if the text named one nearby and no nearer one was named since."""
        for speaker in reversed(self.past):
            if before - speaker.start > _NEAR:
                return None
            if speaker.kind in kinds and speaker.entity_id and speaker.start < before:
                return speaker
        return None


def _start_of(mention: Mention) -> int:
    return mention.start


def _may_say(phrase: Sequence[Word]) -> bool:
    return 2 <= len(phrase) <= 4 and phrase[0].low in _DEFINITE | {"a", "an", "one"} and phrase[-1].text[0].isalpha()


def speaker_nouns(packs: Packs) -> dict[str, str]:
    """Return the packs' speaker nouns in lower case, each with its kind."""
    return {form.lower(): row.kind for row in packs.speakers for form in row.forms}

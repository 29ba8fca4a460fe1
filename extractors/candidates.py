"""Candidates of the statistical model, and the gate that lets only names through. Precision first."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from extractors.names import Token, fold
from extractors.namewords import name_words
from extractors.records import EntityKind, Sentence

_KINDS: dict[str, EntityKind] = {
    "ORG": "organisation",
    "PERSON": "person",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
}
_WORD = re.compile(r"\S+")
_NAME_WORD = re.compile(r"[^\W\d_]+(?:[-'’.][^\W\d_]+)*\.?")
_OUTER = " \t\n\"'“”‘’«»()[]{},;:!?*•—–-"
_PLACE_BEFORE = frozenset(["in", "near", "across", "outside", "throughout", "inside", "around"])
_ORG_BEFORE = frozenset(["at", "by", "from", "of", "with"])
_GENERATIONS = frozenset(["II", "III", "IV"])
_SPEECH = frozenset(
    ["said", "says", "reported", "announced", "told", "warned", "added", "noted", "estimates", "expects", "declined"]
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch of the article's text that the statistical model takes for a name; `label` is the model's (ORG)."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Named:
    """A name in the text that passed the gate."""

    start: int
    end: int
    name: str
    kind: EntityKind


@dataclass(frozen=True)
class View:
    """A text with what the judgement of a name needs to know about it."""

    text: str
    parts: Sequence[Token]
    sentences: Sequence[Sentence]

    @cached_property
    def in_lower(self) -> frozenset[str]:
        """The words that the text also writes in lower case, three letters and longer."""
        return frozenset(part.text for part in self.parts if part.text.islower() and len(part.text) > 2)

    @cached_property
    def shouted(self) -> tuple[Sentence, ...]:
        """Sentences set like headlines: nearly every longer word has a capital."""
        return tuple(s for s in self.sentences if _is_headline(self.text[s.start : s.end]))

    @cached_property
    def unsure(self) -> frozenset[int]:
        """Token offsets at which a capital says nothing: the first of a sentence or quotation, all of a headline."""
        found = {s.start + _opening(self.text, s.start) for s in self.sentences}
        starts = [part.start for part in self.parts]
        for sentence in self.shouted:
            found.update(starts[bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)])
        for part in self.parts:
            if self.text[max(0, part.start - 1) : part.start] in {"“", '"', "‘"}:
                found.add(part.start)
        return frozenset(found)

    @cached_property
    def sure_capitals(self) -> Counter[str]:
        """How often each word stands with a capital where that means something."""
        return Counter(p.text for p in self.parts if p.text[0].isupper() and p.start not in self.unsure)

    @cached_property
    def _starts(self) -> dict[str, list[int]]:
        starts: dict[str, list[int]] = {}
        for part in self.parts:
            starts.setdefault(part.text, []).append(part.start)
        return starts

    def places(self, name: str) -> Iterator[int]:
        """Yield where a name of one word stands, as a whole word; a hundred places at most are tried."""
        first = re.split(r"[-'’.]", name, maxsplit=1)[0]
        for start in self._starts.get(first, ())[:100]:
            end = start + len(name)
            if self.text.startswith(name, start) and not self.text[end : end + 1].isalnum():
                yield start

    def word_before(self, start: int) -> str:
        """The word before an offset, folded, if only a space lies between."""
        words = self.text[max(0, start - 30) : start].split()
        return fold(words[-1].strip("“\"'(")) if words and self.text[start - 1 : start] == " " else ""

    def second_before(self, start: int) -> str:
        """The word before the word before an offset, folded."""
        words = self.text[max(0, start - 50) : start].split()
        return fold(words[-2]) if len(words) > 1 else ""

    def word_after(self, end: int) -> str:
        """The word behind an offset, folded, skipping a possessive's "s"."""
        rest = self.text[end : end + 40]
        if rest[:2] in {"'s", "’s"}:
            rest = rest[2:]
        words = rest.split()
        return fold(words[0].strip(".,;:!?”\"')")) if words and rest[:1] in " \u00a0" else ""

    def is_possessive(self, end: int) -> bool:
        """A possessive stands behind the offset."""
        return self.text[end : end + 2] in {"'s", "’s"}


def gate(view: View, candidates: Iterable[Candidate]) -> Iterator[Named]:
    """Yield those candidates that are names, trimmed, each with a kind. What is doubtful is dropped."""
    for candidate in candidates:
        kind = _KINDS.get(candidate.label)
        span = _trim(view.text, candidate.start, candidate.end, drop_titles=kind == "person")
        if kind is None or span is None or not _looks_like_name(view.text[span[0] : span[1]]):
            continue
        name = " ".join(view.text[span[0] : span[1]].split())
        judged = None if _is_titled(name) else _judge(view, name, span[0], span[1], kind)
        if judged is not None:
            yield Named(span[0], span[1], name, judged)


def name_kind(name: str, kind: EntityKind) -> EntityKind:
    """Return the kind that the words of a name tell, or the given one."""
    words = [fold(word.strip(".,")) for word in name.split()]
    lists = name_words()
    if words[-1] in lists.company and len(words) > 1:
        return "company"
    if any(word in lists.organisation for word in words):
        return "organisation"
    if len(words) > 1 and words[-1] in lists.publication:
        return "publication"
    return kind


def usual_name(name: str, kind: EntityKind) -> str:
    """Return the name that every article uses: a person's without middle initials, a company's without "Inc."."""
    words = name.split()
    if kind == "company" and len(words) > 1 and fold(words[-1].strip(".,")) in name_words().legal:
        return " ".join(words[:-1]).rstrip(",")
    if kind != "person" or len(words) < 3 or len(words[0].strip(".")) == 1:
        return name
    last = words[-1] if words[-1] not in _GENERATIONS else ""
    return " ".join([words[0], *(w for w in words[1:-1] if len(w.strip(".")) > 1), last]).strip().rstrip(",")


def _is_titled(name: str) -> bool:
    """A title and a surname ("Sheriff Arpaio"): the surname is a short form of a name that stands elsewhere."""
    words = [fold(word.strip(".,")) for word in name.split()]
    lists = name_words()
    return len(words) == 2 and words[0] in lists.honorific and words[1] not in lists.organisation | lists.company


def _trim(text: str, start: int, end: int, *, drop_titles: bool) -> tuple[int, int] | None:
    """Cut off quotes, articles, possessives and titles; None if nothing is left or a line break lies within."""
    while start < end and text[start] in _OUTER:
        start += 1
    while end > start and text[end - 1] in _OUTER:
        end -= 1
    if text[max(start, end - 2) : end] in {"'s", "’s"}:
        end -= 2
    lists = name_words()
    while (word := _WORD.match(text, start, end)) is not None and word.end() < end:
        plain = fold(word.group().strip(".,"))
        if plain not in {"the", "a", "an"} and not (drop_titles and plain in lists.honorific):
            break
        start = word.end() + 1
    return (start, end) if end > start and "\n" not in text[start:end] else None


def _looks_like_name(name: str) -> bool:
    words = name.split()
    lists = name_words()
    if not 1 <= len(words) <= 8 or not 2 <= len(name) <= 70:
        return False
    if not (words[0][0].isupper() and words[-1][0].isupper()):
        return False
    plain = [fold(word.strip(".,'’")) for word in words]
    if all(word in lists.ordinary or word in lists.technical for word in plain):
        return False
    return all(_is_name_word(word) for word in words)


def _is_name_word(word: str) -> bool:
    if word == "&":
        return True
    spelled = _NAME_WORD.fullmatch(word.rstrip(",")) is not None
    return spelled and (word[0].isupper() or fold(word) in name_words().connector)


def _judge(view: View, name: str, start: int, end: int, kind: EntityKind) -> EntityKind | None:
    words = name.split()
    if kind == "person":
        return "person" if _is_person(view, words) else None
    if len(words) == 1:
        return _judge_word(view, name, kind)
    if kind == "place":
        told = name_kind(name, kind)
        return told if told != "company" and not (set(map(fold, words)) & name_words().technical) else None
    return _judge_organisation(view, name, words, start, end)


def _is_person(view: View, words: Sequence[str]) -> bool:
    """Two to four capitalised words, none of which says that it is something else."""
    if not 2 <= len(words) <= 4:
        return False
    lists = name_words()
    plain = [fold(word.strip(".,")) for word in words]
    if any(word in lists.technical or word in lists.ordinary or word in lists.organisation for word in plain):
        return False
    if plain[-1] in lists.company or plain[-1] in lists.publication:
        return False
    long_words = [word for word in words if len(word.strip(".")) > 1]
    return len(long_words) >= 1 and not all(word.lower() in view.in_lower or word.isupper() for word in long_words)


def _judge_word(view: View, name: str, kind: EntityKind) -> EntityKind | None:
    """A single word needs evidence: a capital that means something, and a place or a speaker to be."""
    if name.lower() in view.in_lower or fold(name) in name_words().ordinary or fold(name) in name_words().technical:
        return None
    if not view.sure_capitals[name]:
        return None
    if name.isupper():
        return kind if kind != "place" and _stands(view, name, frozenset(), speech=True) else None
    if _stands(view, name, _PLACE_BEFORE, speech=False):
        return "place"
    if kind == "place":
        return None
    if _stands(view, name, name_words().company_before | {"called", "named"}, speech=False):
        return "company"
    return kind if _stands(view, name, frozenset(), speech=True) else None


def _judge_organisation(view: View, name: str, words: Sequence[str], start: int, end: int) -> EntityKind | None:
    plain = {fold(word.strip(".,")) for word in words}
    told = name_kind(name, "other")
    if told != "other":
        return told if not plain <= (name_words().technical | name_words().organisation) else None
    if plain & name_words().technical or all(word.lower() in view.in_lower for word in words):
        return None
    before, after = view.word_before(start), view.word_after(end)
    heard = after in _SPEECH or view.is_possessive(end) or before in _ORG_BEFORE
    return "organisation" if heard and start not in view.unsure else None


def _stands(view: View, name: str, before: frozenset[str], *, speech: bool) -> bool:
    """Somewhere in the text the name stands behind one of the words, or speaks."""
    for start in view.places(name):
        word = view.word_before(start)
        if word in before and not (word == "in" and view.second_before(start) in name_words().not_located):
            return True
        if speech and view.word_after(start + len(name)) in _SPEECH:
            return True
    return False


def _is_headline(sentence: str) -> bool:
    if sentence.rstrip("\"'”’)")[-1:] in {".", "!", "?", ":"}:
        return False
    words: list[str] = re.findall(r"[^\W\d_]{4,}", sentence)
    return len(words) >= 4 and sum(word[0].isupper() for word in words) >= 0.75 * len(words)


def _opening(text: str, start: int) -> int:
    """How many quotes and brackets stand before the first word."""
    count = 0
    while text[start + count : start + count + 1] in {"“", '"', "‘", "'", "(", "[", "«", "@", "#"}:
        count += 1
    return count

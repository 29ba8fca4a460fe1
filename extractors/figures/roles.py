"""Which part a name plays in its sentence: governed by a preposition, owner of the next name, compared with.

Guarantee: looks only at the words beside the name.
"""

from extractors.figures.reading import Reading, word_set
from extractors.figures.topics import Subject
from extractors.records import Mention

_PREPOSITIONS = word_set(
    "in on at by for from of to with against over under about like near across between among per via into after "
    "before since during outside inside within towards toward versus vs behind beyond above below alongside"
)
COMPARATORS = word_set("than versus vs behind above below over beyond against trailing matching beating rivals")
SKIP = word_set("the a an its his her their both only just older newer rival new fellow former all")


def preposition(reading: Reading, mention: Mention) -> str:
    """Return the preposition or comparator that governs the name, or ""."""
    i = reading.before(mention.start)
    steps = 0
    while i >= 0 and steps < 2 and reading.words[i] in SKIP:
        i, steps = i - 1, steps + 1
    if i < 0 or reading.words[i] not in _PREPOSITIONS | COMPARATORS:
        return ""
    return reading.words[i]


def governed(text: str, mention: Mention) -> bool:
    """Whether a preposition stands right before the name: in "changed since X", X is not what is talked about."""
    words = text[max(0, mention.start - 16) : mention.start].lower().split()
    while words and words[-1] in SKIP:
        words.pop()
    return bool(words) and words[-1] in _PREPOSITIONS


def ahead_of(reading: Reading, mention: Mention) -> bool:
    """Whether the name is compared with, and so may have a number of its own: "ahead of B on 1,328"."""
    i = reading.before(mention.start)
    return i > 0 and reading.words[i] in ("of", "to", "by", "with") and reading.words[i - 1] in (
        "ahead", "next", "compared", "followed", "short", "front", "according", "second", "behind"
    )  # fmt: skip


def as_subject(mention: Mention, evidence: str) -> Subject:
    """Return the mention's entity as a subject."""
    return Subject(mention.entity_id, mention.name, mention.kind, evidence)


def owns_next(reading: Reading, mention: Mention, named: list[Mention]) -> bool:
    """ "Knowledge Atlas' GLM 5.2": the owner is not what the sentence is about."""
    return reading.possessive(mention) and any(
        m.start >= mention.end and len(reading.gap(mention.end, m.start)) <= 1 for m in named
    )

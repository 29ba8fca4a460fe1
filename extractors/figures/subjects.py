"""Whom a number is about: the entity of its own clause, of a list position, or of what "it" and "the model" mean.

Guarantee: no entity is given on nearness alone across another candidate's number; without evidence there is none.
"""

import re
from dataclasses import dataclass

from extractors.figures.metrics import MetricHit
from extractors.figures.reading import Reading, word_set
from extractors.figures.roles import COMPARATORS, SKIP, ahead_of, as_subject, governed, owns_next, preposition
from extractors.figures.topics import FIRM, KIND_NOUNS, MODEL, NEVER, NOBODY, PERSON, Subject, Topics
from extractors.records import Mention, Quantity

_EVENT = frozenset(("other",))
_HOLDERS = frozenset(("", "of", "for", "by", "in", "on", "at"))
_DATELINE = re.compile(r"[A-Z][A-Z .,'’-]{2,30}(?:,[ ][A-Z][\w. ]{2,20})?(?:[ ]\([^()\n]{2,24}\))?[ ]?(?:[-–—]|--)[ ]")
_PLACE_PREPOSITIONS = word_set("in at across near for from throughout off on")
_LINKS = word_set(
    "on at with has had have scored scores scoring used uses which who was is were are a the of about around roughly "
    "nearly almost approximately just over more than some : – — ( , sold sells won wins got took received posted "
    "posts reached hit hits reported recorded earned made raised drew grossed series model gets claimed secured "
    "only had ranked ranks finished came came in placed"
)
_AGAINST = frozenset(("against", "versus", "vs", "with", "to"))
_VARIANTS = 2
"""Words that may stand between a name and its bracket: "DeepSeek V4 Pro max (37,000)"."""

_PLURALS = frozenset(f"{noun}s" for noun in KIND_NOUNS) - {"shares", "stocks"}
_LOOSE = word_set("group state party island capital side share start app series bank game")
"""Nouns that often mean something else behind an adjective: "the placebo group", "the other side"."""
_STOCK = frozenset(("stock", "share", "shares"))
_PRONOUNS = word_set("it its this they their he his she her itself")
_PERSONAL = frozenset(("he", "his", "she", "her"))
_DEFINITE = frozenset(("the", "this", "that", "its", "chinese", "american", "japanese"))


@dataclass(frozen=True, slots=True)
class Memory:
    """What the sentences before say: the subject of the last figure, and the sentence's main names."""

    last: Subject = NOBODY
    names: tuple[Mention, ...] = ()
    """Names of the previous sentences of the paragraph that may be meant by "it", latest sentence first."""


def subject_of(
    reading: Reading, quantity: Quantity, hit: MetricHit, sources: frozenset[int], topics: Topics, memory: Memory
) -> Subject:
    """Return the entity that the quantity is about, with the evidence for it."""
    if hit.id == "age":
        return _aged(reading, quantity)
    kinds = _wanted(reading, quantity, hit)
    named = [m for m in reading.mentions if m.kind not in NEVER and (not kinds or m.kind in kinds)]
    named = _foremost([m for m in named if not in_dateline(reading, m)], hit, sources)
    for rule in (_in_bracket, _in_list, _distributed):
        found = rule(reading, quantity, named, sources)
        if found is not None:
            return found
    own = _in_clause(reading, quantity, hit, [m for m in named if m.start not in sources])
    if own is not None:
        return own
    back = _anaphor(reading, quantity, kinds, named, sources, topics, memory)
    if back is not None:
        return back
    return _elsewhere(reading, quantity, hit, kinds, named, sources, topics, memory)


def in_dateline(reading: Reading, mention: Mention) -> bool:
    """Whether the name only says where the report was filed: "PORT ANSO - ", "LONDON (Reuters) — "."""
    line = _DATELINE.match(reading.text, reading.start)
    return line is not None and mention.end <= line.end()


def _foremost(named: list[Mention], hit: MetricHit, sources: frozenset[int]) -> list[Mention]:
    """Keep to products where the metric is first a product's and the sentence names one: its maker has no such size.

    A rank on a benchmark is a product's or a maker's, never a person's or a place's.
    """
    if hit.row is None:
        return named
    if hit.row.subjects:
        if hit.row.subjects[0] not in MODEL:
            return named
        things = [m for m in named if m.kind in MODEL]
        return things if any(m.start not in sources for m in things) else named
    if hit.unit != "rank":
        return named
    things = [m for m in named if m.kind in MODEL and m.start not in sources]
    return [m for m in named if m.kind not in ("person", "place")] if things else named


def _aged(reading: Reading, quantity: Quantity) -> Subject:
    """An age is its neighbour's: "Maria Lund, 57", "57-year-old Maria Lund"."""
    for mention in reading.mentions:
        if mention.kind != "person":
            continue
        before = mention.end <= quantity.start and set(reading.gap(mention.end, quantity.start)) <= {
            ",",
            "is",
            "aged",
            "was",
        }
        if before or (mention.start >= quantity.end and len(reading.gap(quantity.end, mention.start)) <= 2):
            return as_subject(mention, "list")
    return NOBODY


def _wanted(reading: Reading, quantity: Quantity, hit: MetricHit) -> frozenset[str]:
    """Return the kinds of entity that fit: those of the metric, narrowed by a noun such as "AI model" or "lab"."""
    allowed = frozenset(hit.row.subjects) if hit.row is not None else frozenset[str]()
    if quantity.unit != "rank":
        return allowed
    for word in reversed(quantity.noun.split()):
        if word.rstrip("s") in KIND_NOUNS:
            return _meet(allowed, KIND_NOUNS[word.rstrip("s")])
    clause = reading.clause(quantity.start)
    if (noun := _opening_noun(reading)) in KIND_NOUNS:
        return _meet(allowed, KIND_NOUNS[noun])
    i = reading.before(quantity.start)
    while i > 0 and reading.clause_of[i] == clause:
        if reading.words[i] in KIND_NOUNS and "first" in reading.words[max(0, i - 3) : i]:
            return _meet(allowed, KIND_NOUNS[reading.words[i]])
        i -= 1
    return allowed


def _opening_noun(reading: Reading) -> str:
    """Return the noun of "A (Chinese) model from X has ...": what the sentence is about is no name."""
    at = _DATELINE.match(reading.text, reading.start)
    i = reading.at(at.end() if at else reading.start)
    if reading.words[i : i + 1] not in (("a",), ("an",)):
        return ""
    for word in reading.words[i + 1 : i + 5]:
        if word in KIND_NOUNS:
            return word
    return ""


def _meet(allowed: frozenset[str], kinds: frozenset[str]) -> frozenset[str]:
    return (allowed & kinds) or kinds if allowed else kinds


def _in_bracket(reading: Reading, quantity: Quantity, named: list[Mention], sources: frozenset[int]) -> Subject | None:
    """ "X (24,000), Y (35,000)": the name right before the bracket."""
    head = reading.text.rfind("(", reading.start, quantity.start)
    if head < 0 or reading.text.find(")", head, quantity.start) >= 0:
        return None
    for mention in reversed(named):
        if mention.end <= head and len(reading.gap(mention.end, head)) <= _VARIANTS:
            return as_subject(mention, "bracket") if mention.start not in sources else None
        if mention.end <= head:
            return None
    return None


def _in_list(reading: Reading, quantity: Quantity, named: list[Mention], sources: frozenset[int]) -> Subject | None:
    """ "B on 1,328", "GLM-5.1, which used 26,000": a name joined to the number by linking words only."""
    mention = next((m for m in reversed(named) if m.end <= quantity.start), None)
    if mention is None or mention.start in sources or reading.possessive(mention):
        return None
    gap = reading.gap(mention.end, quantity.start)
    if len(gap) > 5 or not all(word in _LINKS for word in gap) or _participle(gap):
        return None
    role = preposition(reading, mention)
    if role and role not in COMPARATORS and not ahead_of(reading, mention):
        return None
    if not gap and any(m.end <= mention.start for m in named):
        clause = reading.clause(mention.start)
        if any(reading.clause(m.start) == clause and m is not mention for m in named):
            return None
    return as_subject(mention, "list")


def _participle(gap: tuple[str, ...]) -> bool:
    """ ", scoring 43" goes back to the subject of the sentence, past the last name before the comma."""
    return "," in gap and any(word.endswith("ing") for word in gap)


def _distributed(reading: Reading, quantity: Quantity, named: list[Mention], sources: frozenset[int]) -> Subject | None:
    """ "from 10B in M2 to 23B in M3", "41% for A and 38% for B": every number has its own name behind it."""
    tied = [q for q in reading.quantities if _tied(reading, q, named) is not None]
    mine = _tied(reading, quantity, named)
    if mine is None or mine.start in sources:
        return None
    i = reading.before(quantity.start)
    against = i >= 0 and bool(_AGAINST & set(reading.words[max(0, i - 1) : i + 1]))
    return as_subject(mine, "distributed") if len(tied) > 1 or against else None


def _tied(reading: Reading, quantity: Quantity, named: list[Mention]) -> Mention | None:
    end = max(quantity.end, quantity.noun_end)
    for mention in named:
        if mention.start >= end:
            gap = reading.gap(end, mention.start)
            fits = 0 < len(gap) <= 3 and gap[0] in ("in", "for", "at", "by") and all(w in SKIP for w in gap[1:])
            return mention if fits else None
    return None


def _in_clause(reading: Reading, quantity: Quantity, hit: MetricHit, named: list[Mention]) -> Subject | None:
    """Return the subject of the number's clause, or the owner of the metric's phrase."""
    clause = reading.clause(quantity.start)
    before = [m for m in named if m.end <= quantity.start]
    if before and _participle(reading.gap(before[-1].end, quantity.start)[:3]):
        main = [m for m in before if not preposition(reading, m) and not owns_next(reading, m, named)]
        return as_subject(main[0], "clause") if main else None
    owner = _owner(reading, hit, named)
    if owner is not None:
        return as_subject(owner, "owner")
    if hit.id == "price" and (tied := _tied(reading, quantity, named)) is not None:
        return as_subject(tied, "object")
    if clause in reading.relative and before:
        inside = [m for m in before if reading.clause(m.start) == clause and not preposition(reading, m)]
        outside = [m for m in before if reading.clause(m.start) == clause - 1]
        if not inside and outside:
            return as_subject(outside[-1], "relative")
    here = [m for m in before if reading.clause(m.start) == clause]
    direct = [m for m in here if not preposition(reading, m) and not owns_next(reading, m, named)]
    if direct:
        return as_subject(_first_subject(reading, direct), "subject")
    return None


def _first_subject(reading: Reading, direct: list[Mention]) -> Mention:
    free = [m for m in direct if not reading.possessive(m)]
    return (free or direct)[0]


def _owner(reading: Reading, hit: MetricHit, named: list[Mention]) -> Mention | None:
    """ "revenue of Apple", "the death toll in Turkey", "Apple's revenue": a name tied to the metric's own words."""
    if hit.cue is None:
        return None
    start, end = reading.starts[hit.cue.first], reading.ends[hit.cue.last]
    for mention in named:
        gap = reading.gap(end, mention.start) if mention.start >= end else tuple[str, ...]()
        if 0 < len(gap) <= 3 and gap[0] in ("of", "in", "for", "at") and all(w in SKIP for w in gap[1:]):
            return mention if not owns_next(reading, mention, named) else None
        if mention.end <= start and reading.possessive(mention) and len(reading.gap(mention.end, start)) <= 3:
            return mention if not owns_next(reading, mention, named) else None
    return None


def _anaphor(
    reading: Reading,
    quantity: Quantity,
    kinds: frozenset[str],
    named: list[Mention],
    sources: frozenset[int],
    topics: Topics,
    memory: Memory,
) -> Subject | None:
    """Resolve "the model", "the stock", "it", "this" in the number's clause or right before it."""
    word, meant = _pointer(reading, quantity)
    if not word:
        return None
    fits = (kinds & meant if kinds else meant) if meant else kinds
    if meant and not fits:
        return None
    earlier = [m for m in named if m.end <= quantity.start and m.start not in sources and _of(m, fits)]
    direct = [m for m in earlier if not preposition(reading, m)]
    if direct or (meant and earlier):
        return as_subject((direct or earlier)[0], "anaphor")
    if word in ("this", "that") and memory.last.entity_id and (not fits or memory.last.kind in fits):
        return Subject(memory.last.entity_id, memory.last.name, memory.last.kind, "anaphor")
    if word not in _STOCK:
        own = next((m for m in named if m.end <= quantity.start and m.start in sources and _of(m, fits)), None)
        if own is not None and topics.main(fits or frozenset((own.kind,)), clear=False).entity_id == own.entity_id:
            return as_subject(own, "anaphor")
    recent = next((m for m in memory.names if _of(m, fits)), None)
    if recent is not None:
        return as_subject(recent, "anaphor")
    found = topics.main(fits, clear=word in _PRONOUNS, makers=_makers(reading, quantity)) if fits else NOBODY
    return Subject(found.entity_id, found.name, found.kind, "topic") if found.entity_id else None


def _of(mention: Mention, kinds: frozenset[str]) -> bool:
    return not kinds or mention.kind in kinds


def _pointer(reading: Reading, quantity: Quantity) -> tuple[str, frozenset[str]]:
    """Return the word before the number that points back ("model", "it") and the kinds it can mean."""
    clause = reading.clause(quantity.start)
    i = reading.before(quantity.start)
    pronoun = ""
    while i >= 0 and reading.clause_of[i] >= clause - 1:
        word = reading.words[i]
        back = 1 if word in _LOOSE else 3
        if word in KIND_NOUNS and i and _DEFINITE & set(reading.words[max(0, i - back) : i]):
            return word, KIND_NOUNS[word]
        if word in _PRONOUNS and not pronoun:
            pronoun = word
        i -= 1
    return pronoun, PERSON if pronoun in _PERSONAL else frozenset()


def _elsewhere(
    reading: Reading,
    quantity: Quantity,
    hit: MetricHit,
    kinds: frozenset[str],
    named: list[Mention],
    sources: frozenset[int],
    topics: Topics,
    memory: Memory,
) -> Subject:
    """Fall back to another clause of the sentence, a place, a following name, the speaker, then the article."""
    free = [m for m in named if m.start not in sources and not owns_next(reading, m, named)]
    before = [m for m in free if m.end <= quantity.start]
    direct = [m for m in before if not preposition(reading, m)]
    if direct:
        return as_subject(direct[-1] if len({m.entity_id for m in direct}) == 1 else direct[0], "clause")
    located = [m for m in reading.mentions if m.kind == "place" and m.start not in sources]
    located = [m for m in located if not in_dateline(reading, m)]
    places = [m for m in located if preposition(reading, m) in _PLACE_PREPOSITIONS]
    if not places and (struck := _struck(reading, quantity, kinds, free, located)) is not None:
        return as_subject(struck, "object")
    if places and (not kinds or "place" in kinds):
        return as_subject(min(places, key=lambda m: abs(m.start - quantity.start)), "place")
    behind = [m for m in free if m.start >= quantity.end]
    follow = [m for m in behind if (preposition(reading, m) or m.kind) in ("of", "for", "by", "place")]
    follow += [m for m in behind if preposition(reading, m) == "at" and m.kind in FIRM and m not in follow]
    tied = [m for m in before if preposition(reading, m) in _HOLDERS] + follow
    held = next((m for m in behind if _right_behind(reading, quantity, m)), None)
    if held is not None and hit.evidence == "open":
        return as_subject(held, "object")
    if hit.evidence == "open" and (theme := _theme(reading, free)) is not None:
        return as_subject(theme, "object")
    if len({m.entity_id for m in tied}) == 1 and (hit.evidence != "open" or tied[0].kind == "place"):
        return as_subject(tied[0], "object")
    speakers = [m for m in named if m.start in sources and m.kind in FIRM]
    own = hit.row is not None and bool(hit.row.subjects) and hit.row.subjects[0] in FIRM
    alone = {m.entity_id for m in free} <= {m.entity_id for m in speakers}
    if own and len({m.entity_id for m in speakers}) == 1 and alone:
        return as_subject(speakers[0], "source")
    if not kinds or _generic(reading, quantity):
        return NOBODY
    recent = [m for m in memory.names if m.kind in kinds]
    meant = recent and (topics.leads(recent[0], kinds) or not governed(reading.text, recent[0]))
    if not free and meant and len({m.entity_id for m in recent}) == 1:
        return as_subject(recent[0], "previous")
    if before or places or quantity.unit != "rank":
        return NOBODY
    return topics.main(kinds, makers=_makers(reading, quantity))


def _struck(
    reading: Reading, quantity: Quantity, kinds: frozenset[str], free: list[Mention], located: list[Mention]
) -> Mention | None:
    """Return the event behind "after", or the place that something "shook", where it is the only one."""
    events = [m for m in free if m.kind == "other" and preposition(reading, m) in ("after", "during", "in", "from")]
    if (not kinds or kinds & _EVENT) and len({m.entity_id for m in events}) == 1:
        return events[0]
    hit = [m for m in located if m.start >= quantity.end and not preposition(reading, m)]
    return hit[0] if "place" in kinds and len({m.entity_id for m in hit}) == 1 else None


def _theme(reading: Reading, free: list[Mention]) -> Mention | None:
    """Return the only name of a sentence that opens with something of it: "The strike at X involves ..."""
    if len({m.entity_id for m in free}) != 1 or reading.at(free[0].start) > 6:
        return None
    return free[0] if preposition(reading, free[0]) in ("of", "at", "for") else None


def _right_behind(reading: Reading, quantity: Quantity, mention: Mention) -> bool:
    """ "2.2 million customer records at X", "7% for X"."""
    gap = reading.gap(max(quantity.end, quantity.noun_end), mention.start)
    return 0 < len(gap) <= 2 and gap[0] in ("at", "for", "by", "of") and set(gap[1:]) <= {"the", "its"}


def _makers(reading: Reading, quantity: Quantity) -> frozenset[str]:
    """Return the companies named before the number: of two models, the one of a named maker is meant."""
    return frozenset(m.entity_id for m in reading.mentions if m.kind in FIRM and m.end <= quantity.start)


def _generic(reading: Reading, quantity: Quantity) -> bool:
    """Whether the number describes some or no thing of a kind: "a 1B-parameter base model", "no models with 100B"."""
    i = reading.before(quantity.start)
    if reading.paired(quantity) == 2:
        i = reading.before(reading.quantities[reading.quantities.index(quantity) - 1].start)
    if i >= 0 and reading.words[i] in ("a", "an", "no", "any", "every", "various", "many", "most", "some"):
        return True
    clause = reading.clause(quantity.start)
    return any(reading.words[j] in _PLURALS and reading.clause_of[j] == clause for j in range(i + 1))

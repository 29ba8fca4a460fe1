"""Who says a number: the speaker or source named for that figure, as an entity where a mention covers it.

Guarantee: only constructions that name a source count ("X reports", "according to X", "X's survey", "said X").
"""

from dataclasses import dataclass

from extractors.figures.phrases import is_content
from extractors.figures.reading import Reading, word_set
from extractors.packs import Packs
from extractors.records import Mention, Quantity

_FIGURE_VERBS = word_set(
    "lists list listed shows show showed shown puts put reports reported reporting estimates estimated estimate counts "
    "counted finds found measured records recorded suggests suggested indicates indicated calculates calculated "
    "reckons reckoned pegs pegged quotes quoted cites cited gives projects projected tallied noted notes says said "
    "predicts predicted forecasts forecast expects expected flagged warns warned claims claimed writes wrote"
)
"""Verbs that may have a number as their object, beside the reporting verbs of the packs."""

_STAFF = word_set(
    "analysts analyst researchers researcher economists economist officials official executives spokesman spokeswoman "
    "spokesperson strategists scientists experts has have had also however , later now recently itself which that been "
    "publicly repeatedly then first who"
)
_DOCUMENTS = word_set(
    "report survey study poll research data figures estimate estimates index ranking rankings benchmark leaderboard "
    "website site filing card sheet paper statement note guidance target forecast bulletin release announcement "
    "projections projection count tally census analysis table review"
)
_TITLES = word_set(
    "journal newspaper magazine researcher consultancy consultant broker tracker firm group agency operator"
)
_PUBLISHED = word_set(
    "published released issued compiled produced conducted commissioned prepared put out by from of at"
)
_DEEDS = word_set("recorded recalled pledged claimed counted added registered listed lists promised offered agreed")
"""Verbs of doing as well as of saying: right before a number they say what was done."""
_ARTICLES = word_set("the a an its his her their this that")
_OPENERS = frozenset(('"', "“", "”", "'", ",", "’", ")"))


_NO_NAMES = word_set(
    "the a an this that these those it its he she they we i you in on at by for from to of and but or as if when while "
    "despite after before there here what who which some many most all both one two three"
)


_DAYS = word_set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december"
)


def _is_name(reading: Reading, i: int) -> bool:
    return reading.text[reading.starts[i]].isupper() and reading.words[i] not in _NO_NAMES | _DAYS


@dataclass(frozen=True, slots=True)
class Source:
    """A source in a sentence: its words `first` to `last`, and whether it stands behind what it says."""

    first: int
    last: int
    name: str
    entity_id: str = ""
    start: int = -1
    """Start of the mention, or -1 for a common noun."""
    noun: str = ""
    """The document or speaker noun, if that is all that is named: "spec sheet"."""
    verb: str = ""
    at: int = -1
    """Index of the verb, or -1: of two names before one verb the first speaks, the other describes it."""


NO_SOURCE = Source(-1, -1, "")


class Attributor:
    """Finds sources with the packs' reporting verbs and speaker nouns."""

    def __init__(self, packs: Packs) -> None:
        """Compile the verbs' forms and the nouns that can speak."""
        forms = (form for row in packs.reporting for form in row.forms if " " not in form)
        self._verbs = frozenset(forms) | _FIGURE_VERBS
        self._nouns = {form: row.kind for row in packs.speakers for form in row.forms}
        self._owner = {row.id: row.parent for row in packs.entities if row.kind == "benchmark" and row.parent}
        self._names = {row.id: row.name for row in packs.entities}

    def sources(self, reading: Reading) -> tuple[Source, ...]:
        """Return the sentence's sources in text order."""
        found = [source for mention in reading.mentions if (source := self._named(reading, mention)) is not None]
        spans = [reading.span(mention.start, mention.end) for mention in reading.mentions]
        found.extend(self._capitalised(reading, {i for first, last in spans for i in range(first, last + 1)}))
        taken = {i for source in found for i in range(source.first, source.last + 1)}
        found.extend(self._unnamed(reading, taken))
        speakers: dict[int, Source] = {}
        for source in sorted(found, key=lambda source: source.first):
            speakers.setdefault(source.at if source.at >= 0 else -2 - source.first, source)
        return tuple(speakers.values())

    def owner(self, mentions: tuple[Mention, ...]) -> tuple[str, str]:
        """Return (name, id) of who publishes the first benchmark named, or empty strings."""
        for mention in mentions:
            owner = self._owner.get(mention.entity_id)
            if owner:
                return self._names.get(owner, owner), owner
        return "", ""

    def speaks(self, text: str, mention: Mention) -> bool:
        """Whether the words at a mention make it a speaker; a quick look for sentences without numbers."""
        tail = text[mention.end : mention.end + 40].split()[:3]
        if any(word.strip(",.").lower() in self._verbs for word in tail):
            return True
        return text[max(0, mention.start - 18) : mention.start].rstrip().lower().endswith("according to")

    def _named(self, reading: Reading, mention: Mention) -> Source | None:
        first, last = reading.span(mention.start, mention.end)
        at = self._verb_behind(reading, last + 1)
        if mention.kind == "place" and first and reading.words[first - 1] in ("in", "at", "near", "from", "across"):
            at = -1
        if (
            mention.kind not in ("company", "lab", "person")
            and (office := self._office(reading, first, at)) is not None
        ):
            return office
        if at >= 0 and reading.words[at] in _DEEDS and self._counts_next(reading, at):
            at = -1
        verb = reading.words[at] if at >= 0 else ""
        if not verb and self._told_before(reading, first):
            verb = "according to"
        if not verb and self._has_document(reading, mention, first, last):
            verb = "document"
        if not verb or (mention.kind in ("benchmark", "model", "product") and verb != "according to"):
            return None
        owner = self._owner.get(mention.entity_id, "") if mention.kind == "benchmark" else ""
        name, id_ = (self._names.get(owner, owner), owner) if owner else (mention.name, mention.entity_id)
        return Source(first, max(first, last), name, id_, mention.start, verb=verb, at=at)

    def _office(self, reading: Reading, first: int, at: int) -> Source | None:
        """ "the interior ministry of Tessaro said": the ministry speaks, not the place."""
        words = reading.words
        if at < 0 or first < 2 or words[first - 1] not in ("of", "in"):
            return None
        start = self._speaker_start(words, first - 2)
        if start < 0:
            return None
        name = " ".join(words[start : first - 1])
        return Source(start, first, name, noun=words[first - 2], verb=words[at], at=at)

    def _counts_next(self, reading: Reading, at: int) -> bool:
        """Whether the verb's object is a number: who "recorded 1,240 cases" tells of itself."""
        end = reading.ends[at]
        return any(end < q.start and not reading.gap(end, q.start)[1:] for q in reading.quantities)

    def _verb_behind(self, reading: Reading, i: int) -> int:
        """ "Jefferies analysts said", "Ethan Mollick, a researcher at Wharton, has noted"."""
        words, steps = reading.words, 0
        while i < len(words) and steps < 5 and words[i] in _STAFF:
            if words[i] == "," and (closing := self._appositive(words, i)):
                i = closing
            i, steps = i + 1, steps + 1
        if i >= len(words) or words[i] not in self._verbs or self._is_noun(words, i):
            return -1
        if reading.text[reading.ends[i] : reading.ends[i] + 1] == "-" or words[i + 1 : i + 2] == ("to",):
            return -1
        return i

    def _appositive(self, words: tuple[str, ...], i: int) -> int:
        for j in range(i + 2, min(i + 14, len(words) - 1)):
            if words[j] == "," and (words[j + 1] in self._verbs or words[j + 1] in ("has", "have", "had", "also")):
                return j
        return 0

    def _is_noun(self, words: tuple[str, ...], i: int) -> bool:
        """A form that is a noun too counts as a verb only before a clause or a number: "X reports sales"."""
        return words[i] in ("reports", "estimates", "forecasts", "counts", "claims", "notes") and (
            i + 1 >= len(words) or words[i + 1] in (",", ".", "and", "of", "for", "from", "by")
        )

    def _told_before(self, reading: Reading, first: int) -> bool:
        """ "according to (analysts at) X", "..., said X", "announced by X"."""
        words, i, steps = reading.words, first - 1, 0
        while i >= 0 and steps < 3 and (words[i] in _ARTICLES or words[i] in _STAFF - {","} or words[i] == "at"):
            i, steps = i - 1, steps + 1
        j, steps = i, 0
        while j >= 0 and steps < 4 and words[j] not in ("to", ",", "."):
            j, steps = j - 1, steps + 1
        if j >= 1 and words[j] == "to" and words[j - 1] == "according":
            return i == j or self._describes(words[j + 1 : first])
        if i >= 1 and words[i] in self._verbs and words[i - 1] in _OPENERS:
            return True
        return i >= 1 and words[i] == "by" and words[i - 1] in self._verbs

    def _describes(self, between: tuple[str, ...]) -> bool:
        """ "according to the paper in the X", "... market researcher X", "... the journal X"."""
        nouns = [word for word in between if word not in _ARTICLES]
        if nouns and nouns[-1] in ("in", "from", "by", "of"):
            return len(nouns) > 1 and nouns[-2] in _DOCUMENTS
        return bool(nouns) and (nouns[-1] in self._nouns or nouns[-1] in _DOCUMENTS or nouns[-1] in _TITLES)

    def _has_document(self, reading: Reading, mention: Mention, first: int, last: int) -> bool:
        """ "Zhipu's guidance", "in the X rankings", "on the X website", "research by X suggests"."""
        words = reading.words
        tail = words[last + 1 : last + 4]
        if reading.possessive(mention) and _DOCUMENTS & set(tail):
            return True
        i = first - 1
        while i >= 0 and words[i] in _ARTICLES:
            i -= 1
        if i >= 0 and words[i] in ("in", "on", "by", "from", "to") and _DOCUMENTS & set(tail[:3]):
            return True
        while i >= 0 and words[i] in _PUBLISHED:
            i -= 1
        return 0 <= i < first - 1 and words[i] in _DOCUMENTS and words[first - 1] in ("by", "from", "the")

    def _capitalised(self, reading: Reading, taken: set[int]) -> list[Source]:
        """Return sources with a name that no mention covers: "Jefferies analysts said", "research by UBS suggests"."""
        found: list[Source] = []
        i = 0
        while i < len(reading.words):
            last = i
            while last < len(reading.words) and _is_name(reading, last) and last not in taken:
                last += 1
            verb, at = self._evidence(reading, i, last) if last > i else ("", -1)
            if verb:
                name = reading.text[reading.starts[i] : reading.ends[last - 1]].removesuffix("'s").removesuffix("’s")
                found.append(Source(i, last - 1, name.rstrip("'’"), verb=verb, at=at))
            i = max(last, i + 1)
        return found

    def _evidence(self, reading: Reading, first: int, end: int) -> tuple[str, int]:
        """Return what makes words `first` up to `end` a source and the verb's index, or "" and -1."""
        if end < len(reading.words) and any(q.start == reading.starts[end] for q in reading.quantities):
            return "", -1
        if end - first == 1 and first == 0 and reading.words[0] in self._nouns:
            return "", -1
        at = self._verb_behind(reading, end)
        if at >= 0 and reading.words[at] in _DEEDS and self._counts_next(reading, at):
            return "", -1
        if at >= 0:
            return reading.words[at], at
        if self._told_before(reading, first):
            return "according to", -1
        return ("document", -1) if self._from_document(reading, first) else ("", -1)

    def _from_document(self, reading: Reading, first: int) -> bool:
        words = reading.words
        return first >= 2 and words[first - 1] in ("by", "from") and words[first - 2] in _DOCUMENTS

    def _unnamed(self, reading: Reading, taken: set[int]) -> list[Source]:
        """ "the spec sheet lists", "officials said": a noun that can speak, with a verb behind it."""
        words = reading.words
        found = self._told_by_document(reading, taken)
        for i, word in enumerate(words):
            if word not in self._verbs or i == 0 or self._is_noun(words, i):
                continue
            j = i - 1
            while j > 0 and words[j] in ("has", "have", "had", "also", "have", "now"):
                j -= 1
            first = self._speaker_start(words, j)
            compared = first > 0 and "than" in words[max(0, first - 2) : first]
            if first >= 0 and not compared and not taken & set(range(first, j + 1)):
                name = self._holder(reading, first, j) or " ".join(words[first : j + 1])
                found.append(Source(first, j, name, noun=words[j], verb=word, at=i))
        return found

    def _told_by_document(self, reading: Reading, taken: set[int]) -> list[Source]:
        """ "according to the accounts filed with the exchange": a document or speaker that only a noun names."""
        words = reading.words
        found: list[Source] = []
        for i in range(1, len(words) - 1):
            if words[i] != "to" or words[i - 1] != "according":
                continue
            first = i + 1
            while first < len(words) and words[first] in _ARTICLES:
                first += 1
            last = first
            while last < min(len(words), first + 4) and is_content(words[last]) and not words[last].endswith("ed"):
                last += 1
            if last > first and not taken & set(range(first, min(last + 3, len(words)))):
                name = " ".join(words[first:last])
                found.append(Source(first, last - 1, name, noun=words[last - 1], verb="according to"))
        return found

    def _holder(self, reading: Reading, first: int, last: int) -> str:
        """Return whose document it is: "the council" in "the council's latest estimate says"."""
        if reading.words[last] not in _DOCUMENTS:
            return ""
        for i in range(first, last):
            if reading.text[reading.starts[i] : reading.ends[i]].endswith(("'s", "’s", "s'", "s’")):
                return " ".join(reading.words[first : i + 1])
        return ""

    def _speaker_start(self, words: tuple[str, ...], j: int) -> int:
        """Return where the speaking noun phrase that ends at word j starts, or -1."""
        if j < 0 or self._nouns.get(words[j]) == "crowd":
            return -1
        if words[j] not in _DOCUMENTS and words[j] not in self._nouns:
            return -1
        first = j
        while first > 0 and j - first < 2 and is_content(words[first - 1]) and not _stops(words[first - 1]):
            first -= 1
        return first

    def kind_of(self, noun: str) -> str:
        """Return what a speaker noun is: `company`, `document`, `staff`, ..."""
        return self._nouns.get(noun, "document" if noun in _DOCUMENTS else "")


def source_for(reading: Reading, quantity: Quantity, sources: tuple[Source, ...]) -> Source:
    """Return the source that the figure belongs to: its clause's, else the nearest before it, else one that follows."""
    clause = reading.clause(quantity.start)
    at = reading.at(quantity.start)
    sources = tuple(s for s in sources if s.verb != "document" or not _used_up(reading, quantity, s))
    end = reading.at(quantity.end)
    sources = tuple(s for s in sources if not _of_other(reading, quantity, s))
    whose = next((s for s in sources if s.first > end and "that" in reading.words[end : s.first][:1]), None)
    if whose is not None and whose.first <= end + 3:
        return whose
    same = [s for s in sources if reading.clause_of[max(s.first, 0)] == clause]
    if same:
        before = [s for s in same if s.first < at]
        return before[-1] if before else same[0]
    before = [s for s in sources if s.first < at]
    if before:
        return before[-1]
    return sources[0] if sources else NO_SOURCE


def _of_other(reading: Reading, quantity: Quantity, source: Source) -> bool:
    """ "below the 2.8 percent that economists had predicted": they say that number and no other."""
    i = source.first - 1
    if i < 1 or reading.words[i] != "that":
        return False
    last = max((q.end for q in reading.quantities if q.end <= reading.starts[i]), default=-1)
    return last >= 0 and not reading.gap(last, reading.starts[i]) and last != quantity.end


def _used_up(reading: Reading, quantity: Quantity, source: Source) -> bool:
    """ "X's guidance of $1bn ..., the stock trades at 94 times": the document says the first number only."""
    owner = reading.text[reading.ends[source.last] - 1 :][:3]
    owned = "'" in owner or "’" in owner
    start = reading.ends[source.last]
    return owned and any(start <= q.start < quantity.start for q in reading.quantities)


def named_in(reading: Reading, sources: tuple[Source, ...]) -> frozenset[int]:
    """Return the starts of mentions that name a source or describe it ("a researcher at X, has noted")."""
    spans = [(source.first, max(source.last, source.at)) for source in sources if source.first >= 0]
    places = ((m.start, reading.at(m.start)) for m in reading.mentions)
    return frozenset(start for start, i in places if any(first <= i <= last for first, last in spans))


def own_target(reading: Reading, quantity: Quantity) -> bool:
    """ "its $1 billion target": who has the target is who states it."""
    tail = reading.words[reading.at(quantity.end) : reading.at(quantity.end) + 3]
    i = reading.before(quantity.start)
    return (
        bool({"target", "goal", "guidance"} & set(tail))
        and i >= 0
        and reading.words[i] in ("its", "their", "his", "her")
    )


def _stops(word: str) -> bool:
    return word in _ARTICLES or word in _DAYS or word.endswith(("ed", "ly")) or word in ("many", "most", "some", "two")

"""Reporting constructions inside one sentence: who, by which verb, and the words that are reported.

Read from word order, the packs' reporting verbs and function words; what is not certain is left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors import noun_phrases
from extractors.complements import WHEN, Hit, complement, sentence_end
from extractors.noun_phrases import (
    ADVERBS,
    AUXILIARIES,
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
    Span,
    is_adverb,
)
from extractors.packs import Packs, ReportingVerb
from extractors.words import Phrases, Word


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_BE = _set("is are was were be been being isn't aren't wasn't weren't it's he's she's they're we're i'm")
_NOT = _set("""
    not never n't didn't doesn't don't won't hasn't haven't hadn't isn't aren't wasn't weren't cannot can't
    couldn't wouldn't
""")
_MODAL = _set("will would can could may might shall should must to won't wouldn't can't couldn't let")
_NOUN_LIKE = _set("""
    plans claims reports forecasts estimates comments posts questions lists targets promises bets calls fears
    hopes projects shows finds answers points plan report claim forecast estimate project show bet hope fear doubt
    hint state stress post target call welcome promise threats signal signals flag praise blame note notes bet aim
    aims thought feels sees say maintain guide list doubts
""")
_AFTER_POSTPOSED = {","} | PREPOSITIONS | WHEN | ADVERBS | {"last", "this", "when", "as", "while"}


@dataclass(frozen=True, slots=True)
class Report:
    """One construction: word ranges of the speaker and of the content, the verb's row and its first word's index."""

    speaker: Span
    verb: ReportingVerb
    verb_at: int
    content: Span
    negated: bool = False


class SpeechReader:
    """Finds reporting constructions with the packs' verbs."""

    def __init__(self, packs: Packs) -> None:
        verbs = [row for row in packs.reporting if "phrase" not in row.takes]
        self._verbs = Phrases((form, row) for row in verbs for form in row.forms)
        self._phrases = Phrases((form, row) for row in packs.reporting if "phrase" in row.takes for form in row.forms)

    def hits(self, line: Sequence[Word]) -> Iterator[Hit]:
        """Yield the finite or participial reporting verbs of a sentence; nouns and passives are left out."""
        for start, end, verb in self._verbs.find(line):
            left = _group_start(line, start)
            if _is_active(line, left, start):
                yield Hit(left, start, end, verb)

    def reports(self, line: Sequence[Word], *, hits: Sequence[Hit], prior: Span | None = None) -> tuple[Report, ...]:
        """Return the indirect and headline constructions of a sentence, in order.

        `hits` are the sentence's verbs outside direct quotes; `prior` is the speaker of a direct quote in it.
        """
        found: list[Report] = []
        for hit in hits:
            report = self._indirect(line, hit, hits, found, prior)
            if report is not None:
                found.append(report)
        phrase = None if found or prior else self._according(line)
        return (phrase,) if phrase else tuple(found)

    def _indirect(
        self, line: Sequence[Word], hit: Hit, hits: Sequence[Hit], found: Sequence[Report], prior: Span | None
    ) -> Report | None:
        if found and found[-1].content[0] <= hit.start < found[-1].content[1]:
            return None  # inside what someone else is said to have said
        content = complement(line, hit)
        participle = line[hit.start].low.endswith("ing") and hit.left == hit.start
        if participle and not (content is not None and "that" in hit.verb.takes and _is_clause(line, content)):
            return None
        speaker = None if participle else noun_phrases.before(line, hit.left)
        if not participle and (inverted := _inverted(line, hit)) is not None:
            return inverted
        relative = speaker is not None and speaker[0] > 0 and line[speaker[0] - 1].low in {"that", "which", "who"}
        if relative and content is not None and line[content[0] - 1].low != "that":
            return None  # "policies that he says help the poor"
        if speaker is not None and hit.left == hit.start and not _takes_subject(line, hit, speaker):
            speaker = None
        if content is None:
            return _postposed(line, hit, speaker)
        speaker = speaker or _shared_subject(line, hit, found, prior)
        if speaker is None:
            return None
        content = _cut(line, content, hits)
        negated = any(word.low in _NOT for word in line[hit.left : hit.start])
        if negated and hit.verb.kind in {"statement", "denial"}:
            return None
        return Report(speaker, hit.verb, hit.start, content, negated) if content[1] - content[0] >= 2 else None

    def _according(self, line: Sequence[Word]) -> Report | None:
        """ "According to X, ..." and "..., according to X"."""
        for start, end, row in self._phrases.find(line):
            close = sentence_end(line)
            speaker = noun_phrases.up_to_comma(line, end) if start <= 1 else noun_phrases.after(line, end)
            if speaker is None:
                return None
            if start <= 1:
                content = (_after_comma(line, speaker[1], close), close)
            else:
                left = start - 1 if line[start - 1].low in {",", "—", "–"} else start
                content = (0, left) if left >= 4 else (speaker[1] + 1, close)
                content = (0, close) if left < 8 and close - speaker[1] > 4 else content
            if content[1] - content[0] >= 3:
                return Report(speaker, row, start, content)
        return None


def _is_clause(line: Sequence[Word], content: Span) -> bool:
    """A that-clause, or words with a finite auxiliary: "saying it was late", not "signalling a shift"."""
    start, end = content
    if line[start - 1].low == "that" or line[start].low in PRONOUNS:
        return True
    return any(word.low in AUXILIARIES for word in line[start : min(end, start + 8)])


def _group_start(line: Sequence[Word], start: int) -> int:
    """The first word of the verb group: auxiliaries and adverbs before the verb belong to it."""
    left = start
    while left > 0 and (
        line[left - 1].low in AUXILIARIES or line[left - 1].low in {"not", "n't"} or is_adverb(line[left - 1])
    ):
        left -= 1
    return left


def _is_active(line: Sequence[Word], left: int, start: int) -> bool:
    group = [word.low for word in line[left:start]]
    participle = line[start].low.endswith("ing")
    before = line[left - 1].low if left else ""
    if before in _MODAL or any(low in _MODAL for low in group):
        return False
    if any(low in _BE for low in group) or line[start].low in _BE:
        return participle or line[start].low in _BE
    return not (participle and before not in {",", "and", "while"} and left != 0)


def _takes_subject(line: Sequence[Word], hit: Hit, speaker: Span) -> bool:
    """For forms that are nouns as well ("plans", "reports") the subject must be a name, a pronoun or a plural or
    definite noun next to it, and no compound or possessive ("its plans", "Zhipu's forecasts")."""
    last = line[speaker[1] - 1]
    if (
        (last.low == "'s" and line[hit.start].low in _NOUN_LIKE)
        or last.text in {"'", "’"}
        or last.low in DETERMINERS - {"one", "some", "many", "several", "both", "others", "most"}
    ):
        return False
    if line[hit.start].low not in _NOUN_LIKE:
        return True
    finite = line[hit.start].low.endswith("s") != (last.low.endswith("s") and not last.is_capital) or last.is_capital
    known = (
        last.is_capital or last.low in PRONOUNS or line[speaker[0]].low in DETERMINERS or speaker[1] - speaker[0] <= 2
    )
    return finite and known


def _postposed(line: Sequence[Word], hit: Hit, speaker: Span | None) -> Report | None:
    """ "China could do it next year, Tang said." and "..., said Tang": the content stands before the speaker."""
    if not {"bare", "quote"} & set(hit.verb.takes):
        return None
    close = sentence_end(line)
    if speaker is None:
        return None
    left = speaker[0]
    if hit.end < close and line[hit.end].low not in _AFTER_POSTPOSED:
        return None
    inserted = hit.end < close and line[hit.end].low == "," and close - hit.end > 4
    if left < (2 if inserted else 4) or line[left - 1].low not in {",", "—", "–"}:
        return None
    content = (0, close) if inserted else (0, left - 1)
    return Report(speaker, hit.verb, hit.start, content)


def _inverted(line: Sequence[Word], hit: Hit) -> Report | None:
    """ "Gold will fall, says Goldman Sachs": nothing but the speaker follows the verb."""
    if hit.start < 4 or line[hit.start - 1].low not in {",", "—", "–"} or not {"bare", "quote"} & set(hit.verb.takes):
        return None
    speaker = noun_phrases.after(line, hit.end)
    if speaker is None or (speaker[1] < sentence_end(line) and line[speaker[1]].low not in {",", "in", "on", "at"}):
        return None
    if speaker[1] - speaker[0] > 6 or not all(_in_name(word) for word in line[slice(*speaker)]):
        return None
    return Report(speaker, hit.verb, hit.start, (0, hit.start - 1))


def _in_name(word: Word) -> bool:
    return word.is_capital or not word.is_word or word.low in {"the", "of", "and", "at", "for"}


def _shared_subject(line: Sequence[Word], hit: Hit, found: Sequence[Report], prior: Span | None) -> Span | None:
    """The subject of "X unveiled the model and said ..." or "X rose, adding that ...": the last speaker of the
    sentence, or the name or pronoun with which it begins."""
    before = line[hit.left - 1].low if hit.left else ""
    if before not in {",", "and", "but"}:
        return None
    if found:
        return found[-1].speaker
    if prior is not None:
        return prior
    return noun_phrases.opening(line, hit.left)


def _cut(line: Sequence[Word], content: Span, hits: Sequence[Hit]) -> Span:
    """End the content where the next report of the same sentence begins ("..., adding that", "..., but warned")."""
    start, end = content
    for hit in hits:
        if not start + 2 < hit.left < end:
            continue
        closing = noun_phrases.before(line, hit.left) if len(line) - hit.end <= 4 else None
        if closing is not None and closing[0] - 1 > start + 2 and line[closing[0] - 1].low == ",":
            end = closing[0] - 1  # "..., the agency announced on Friday."
            break
        contrast = _contrast(line, start + 2, hit.left)
        if contrast is not None:
            end = contrast
            break
        joint = hit.left - 1
        if line[joint].low in {"and", "but", ","} and (
            line[hit.start].low.endswith(("ing", "ed")) or line[hit.start].low == "said"
        ):
            end = joint - 1 if line[joint - 1].low == "," else joint
            break
    for index in range(start + 3, end):
        if line[index].low == ";" or (
            line[index].low == "according" and line[index + 1 : index + 2] and line[index + 1].low == "to"
        ):
            end = index - 1 if line[index - 1].low == "," else index
            break
    return (start, end)


def _contrast(line: Sequence[Word], start: int, end: int) -> int | None:
    """The comma before the "while", "whereas" or "but" that opens another speaker's clause."""
    for index in range(end - 1, start, -1):
        if line[index].low in {"while", "whilst", "whereas", "but"} and line[index - 1].low == ",":
            return index - 1
    return None


def _after_comma(line: Sequence[Word], index: int, close: int) -> int:
    """The word after the comma that closes "according to X, (apposition,)"."""
    if index < close and line[index].low == ",":
        following = line[index + 1 : index + 14]
        apposed = bool(following) and (
            following[0].low in {"a", "an"}
            or (following[0].low == "the" and "of" in [word.low for word in following[:4]])
            or (not following[0].is_capital and following[0].low not in DETERMINERS | PRONOUNS)
        )
        for step, word in enumerate(following):
            if apposed and word.low in AUXILIARIES:
                break
            if apposed and word.low == ",":
                return index + step + 2
        return index + 1
    return index

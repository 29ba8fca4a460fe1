"""Attributed statements: who said what, how, about whom, and when it falls due. No model; linear time.

Guarantee: `text[claim.start:claim.end] == claim.quote`, the claim's own words; claims come in text order.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime

from extractors.direct_speech import Attributed, attributed
from extractors.due import due_on
from extractors.headlines import headline
from extractors.packs import Packs, ReportingVerb
from extractors.quotes import Quoted, quoted
from extractors.records import Claim, Mention, Sentence
from extractors.speakers import Speaker, SpeakerResolver, speaker_nouns
from extractors.speech import Report, SpeechReader
from extractors.stance import Stance, subject_phrase
from extractors.words import Word, words

_LONGEST = 900
"""Characters of a claim that are read for kind and due date."""

_ABOUT_KINDS = frozenset(
    {"company", "lab", "product", "model", "person", "organisation", "benchmark", "place", "publication"}
)
_WEAK_IT = frozenset({"showed", "found", "indicated", "implied", "signalled", "suggested", "listed"})


class ClaimExtractor:
    """Finds the attributed statements of an article with the packs' reporting verbs."""

    def __init__(self, packs: Packs) -> None:
        self._reader = SpeechReader(packs)
        self._stance = Stance(packs)
        self._nouns = speaker_nouns(packs)

    def extract(
        self, text: str, sentences: Sequence[Sentence], mentions: Sequence[Mention], published_at: datetime | None
    ) -> tuple[Claim, ...]:
        """Return the claims of `text` in order. Without `published_at` only dates with their own year are read."""
        article = _Article(self._reader, self._stance, self._nouns, text, sentences, mentions, published_at)
        found = {(claim.start, claim.end): claim for claim in article.claims()}
        return tuple(found[key] for key in sorted(found))


class _Article:
    """One article while it is read: its quotes, and its speakers in order."""

    def __init__(
        self, reader: SpeechReader, stance: Stance, nouns: dict[str, str], text: str, sentences: Sequence[Sentence],
        mentions: Sequence[Mention], published_at: datetime | None,
    ) -> None:  # fmt: skip
        self._reader, self._stance = reader, stance
        self._text, self._sentences, self._published_at = text, sentences, published_at
        self._mentions = sorted(mentions, key=lambda mention: (mention.start, mention.end))
        self._starts = [mention.start for mention in self._mentions]
        self._resolver = SpeakerResolver(text, self._mentions, nouns)
        self._passages = quoted(text)
        self._direct = tuple(attributed(text, self._passages, reader))
        self._taken = {found.verb_start for found in self._direct}

    def claims(self) -> Iterator[Claim]:
        """Yield direct and indirect claims sentence by sentence, so that pronouns see the speakers before them."""
        waiting = list(reversed(self._direct))
        for sentence in self._sentences:
            prior: Attributed | None = None
            while waiting and waiting[-1].quote.left < sentence.end:
                prior = waiting.pop()
                yield from self._said(prior)
            yield from self._indirect(sentence, prior)

    def _said(self, found: Attributed) -> Iterator[Claim]:
        speaker = self._resolver.resolve(found.speaker_start, found.speaker_end, says=True)
        if speaker is None:
            return
        start, end = _stripped(self._text, found.quote.start, found.quote.end)
        yield self._claim(speaker, found.verb, start, end, found.verb_start, direct=True)

    def _indirect(self, sentence: Sentence, prior: Attributed | None) -> Iterator[Claim]:
        line = words(self._text, sentence.start, sentence.end)
        hits = [
            hit
            for hit in self._reader.hits(line)
            if line[hit.start].start not in self._taken and not self._is_quoted(line[hit.start].start)
        ]
        last = _range_of(line, prior)
        reports = self._reader.reports(line, hits=hits, prior=last)
        for report in reports:
            yield from self._reported(line, report)
        if not reports and prior is None and (title := headline(line, self._mentions)) is not None:
            speaker = self._resolver.resolve(*title.speaker)
            if speaker is not None:
                yield self._claim(speaker, title.verb, title.start, title.end, title.start)

    def _reported(self, line: Sequence[Word], report: Report) -> Iterator[Claim]:
        left, right = line[report.speaker[0]], line[report.speaker[1] - 1]
        if left.low == "it" and report.verb.force in _WEAK_IT:
            return
        says = "quote" in report.verb.takes and "object" not in report.verb.takes
        speaker = self._resolver.resolve(left.start, right.end, says=says)
        if speaker is None or report.content[1] <= report.content[0]:
            return
        start = line[report.content[0]].start
        end = _closed(self._text, start, line[report.content[1] - 1].end)
        verb = self._inner_verb(line, report) or report.verb
        yield self._claim(speaker, verb, start, end, line[report.verb_at].start, negated=report.negated)

    def _inner_verb(self, line: Sequence[Word], report: Report) -> ReportingVerb | None:
        """The expectation in "said it expects ...": the speaker's own forecast, plan or denial."""
        start, end = report.content
        own = line[start].low in {"it", "he", "she", "they"}
        for hit in self._reader.hits(line[start : min(end, start + 6)]):
            if (
                own
                and hit.left <= 2
                and hit.verb.kind in {"forecast", "plan", "denial"}
                and report.verb.kind == "statement"
            ):
                return hit.verb
        return None

    def _claim(
        self,
        speaker: Speaker,
        verb: ReportingVerb,
        start: int,
        end: int,
        verb_start: int,
        *,
        negated: bool = False,
        direct: bool = False,
    ) -> Claim:
        content = words(self._text, start, min(end, start + _LONGEST))
        last_name = speaker.text.rsplit(" ", 1)[-1]
        kind = self._stance.kind(
            verb, content, speaker_last=last_name, is_person=speaker.kind == "person", direct=direct
        )
        about, about_id = self._about(content, start, end, speaker)
        comes = kind in {"forecast", "plan"}
        due = due_on(self._text[start : min(end, start + _LONGEST)], self._published_at) if comes else None
        return Claim(
            speaker=speaker.text,
            speaker_id=speaker.entity_id,
            verb=verb.force,
            kind=kind,
            about=about,
            about_id=about_id,
            polarity=self._stance.polarity(verb, content, negated=negated),
            due_on=due,
            sentence=self._sentence(start, end, verb_start),
            quote=self._text[start:end],
            start=start,
            end=end,
        )

    def _about(self, content: Sequence[Word], start: int, end: int, speaker: Speaker) -> tuple[str, str]:
        """The first entity in the claim other than the speaker, else the claim's subject noun phrase."""
        index = bisect_right(self._starts, start - 1)
        for mention in self._mentions[index:]:
            if mention.start >= end:
                break
            if mention.entity_id != speaker.entity_id and mention.kind in _ABOUT_KINDS:
                return mention.name, mention.entity_id
        phrase = subject_phrase(content)
        return (self._text[phrase[0].start : phrase[-1].end] if phrase else ""), ""

    def _sentence(self, start: int, end: int, verb_start: int) -> str:
        """The sentence, or the sentences, that hold the claim and its verb."""
        left, right = min(start, verb_start), max(end, verb_start)
        first = bisect_right(self._sentences, left, key=_end_of)
        last = bisect_left(self._sentences, right, key=_start_of)
        held = self._sentences[first:last]
        return self._text[held[0].start : held[-1].end] if held else self._text[start:end]

    def _is_quoted(self, place: int) -> bool:
        index = bisect_right(self._passages, place, key=_left) - 1
        return index >= 0 and place < self._passages[index].right


def _start_of(sentence: Sentence) -> int:
    return sentence.start


def _end_of(sentence: Sentence) -> int:
    return sentence.end


def _left(passage: Quoted) -> int:
    return passage.left


def _range_of(line: Sequence[Word], found: Attributed | None) -> tuple[int, int] | None:
    """The words of a direct quote's speaker, if they stand in this sentence."""
    if found is None:
        return None
    inside = [index for index, word in enumerate(line) if found.speaker_start <= word.start < found.speaker_end]
    return (inside[0], inside[-1] + 1) if inside else None


def _closed(text: str, start: int, end: int) -> int:
    """Take in the closing mark of a quote that was opened inside the claim."""
    for left, right in (("“", "”"), ('"', '"'), ("‘", "’")):
        quote = text[start:end]
        opened = quote.count(left) % 2 if left == right else quote.count(left) - quote.count(right)
        close = text.find(right, end, end + 3)
        if opened > 0 and close >= 0:
            return close + 1
    return end


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave the comma that belongs to the sentence around the quote, and white space, outside."""
    while end > start and (text[end - 1].isspace() or text[end - 1] == ","):
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end

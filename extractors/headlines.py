"""Headlines that name their source after or before a colon: "Gold to slip: Goldman Sachs", "Jefferies: overvalued"."""

from collections.abc import Sequence
from dataclasses import dataclass

from extractors.packs import ReportingVerb
from extractors.records import Mention
from extractors.words import Word

_SAID = ReportingVerb(id="colon", force="said", forms=("said",))
_SPEAKING = frozenset({"person", "company", "lab", "organisation", "publication"})


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline's claim and speaker, as offsets into the text."""

    speaker: tuple[int, int]
    start: int
    end: int
    verb: ReportingVerb


def headline(line: Sequence[Word], mentions: Sequence[Mention]) -> Headline | None:
    """Return the claim of a line without a full stop whose one colon sets off a known speaker; None otherwise."""
    colons = [index for index, word in enumerate(line) if word.low == ":"]
    if len(colons) != 1 or len(line) > 40 or line[-1].low in {".", "!", "?", ":"}:
        return None
    at = colons[0]
    left, right = line[:at], line[at + 1 :]
    if len(left) >= 3 and 1 <= len(right) <= 6 and _is_speaker(right, mentions):
        return Headline((right[0].start, right[-1].end), left[0].start, left[-1].end, _SAID)
    if len(right) >= 3 and 1 <= len(left) <= 3 and _is_speaker(left, mentions):
        return Headline((left[0].start, left[-1].end), right[0].start, right[-1].end, _SAID)
    return None


def _is_speaker(words: Sequence[Word], mentions: Sequence[Mention]) -> bool:
    start, end = words[0].start, words[-1].end
    return any(
        mention.kind in _SPEAKING and mention.start <= start + 1 and mention.end >= end - 1 and mention.start >= start
        for mention in mentions
    )
